"""A time is kept for the one who chose it first; whoever comes too late is told so at once, with what is free."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from app.domain import clock
from app.models import SlotHold
from app.models.database import reading
from app.queries.choices import choices_for
from app.records.bookings import active_booking
from app.records.holds import Claim, SlotTakenError, claim_seat
from app.usecases.housekeeping import sweep
from app.usecases.tasks import InvalidAnswersError, discard_draft, keep_place
from app.usecases.transaction import transaction
from tests.reception import Walk, at, kostanay

STEP = "register_and_notify_applicant"


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    with kostanay(database_url, at("2025-06-10")) as walk:
        walk.reception_day(date(2025, 6, 27), slots=3)
        yield walk


def choosing(walk: Walk) -> int:
    """A case whose time is being chosen."""
    case = walk.start()
    walk.play(STEP)
    return case


def chosen(walk: Walk, slot: int) -> dict[str, list[str]]:
    return {"slot": [str(slot)]}


def keep(walk: Walk, slot: int) -> str:
    task = walk.task(STEP)
    until = keep_place(task.id, submitted=chosen(walk, slot), by=walk.actor("reception_coordinator"))
    assert until is not None
    return f"{until.astimezone(walk.now.tzinfo):%H:%M}"


def offered(case_id: int) -> list[str]:
    with reading() as session:
        slots = choices_for(session, "kostanay", case_id, ["reception_slots"])["reception_slots"]
        return [choice.value for choice in slots]


def kept() -> list[tuple[int, int]]:
    with reading() as session:
        return [(row.slot_id, row.case_id) for row in session.query(SlotHold).order_by(SlotHold.slot_id)]


def test_a_chosen_time_is_kept_for_its_form_and_offered_to_nobody_else(walk: Walk) -> None:
    other, case = choosing(walk), choosing(walk)

    until = keep(walk, walk.slots[0])

    assert until == f"{walk.now + timedelta(minutes=10):%H:%M}"
    assert offered(case) == [str(slot) for slot in walk.slots]
    assert offered(other) == [str(slot) for slot in walk.slots[1:]]


def test_a_colleague_who_is_late_is_told_what_is_free_and_the_process_is_untouched(walk: Walk) -> None:
    late = choosing(walk)
    choosing(walk)
    keep(walk, walk.slots[0])
    walk.case_id = late
    before = bytes(walk.instance().state)

    with pytest.raises(InvalidAnswersError) as refused:
        walk.answer(STEP, slot=str(walk.slots[0]), place="akimat")

    said = refused.value.errors["slot"]
    assert said.ru == (
        "Это время только что заняли. Выберите другое из свободных. "
        "Ближайшие свободные: 27.06.2025, 10:20; 27.06.2025, 10:40."
    )
    assert said.kk.endswith("Жақын бос уақыттар: 27.06.2025, 10:20; 27.06.2025, 10:40.")
    assert said.en.endswith("The next free ones: 27.06.2025, 10:20; 27.06.2025, 10:40.")
    assert bytes(walk.instance().state) == before
    assert walk.bookings() == []


def test_when_nothing_is_left_she_is_told_that_too(walk: Walk) -> None:
    late, quick = choosing(walk), choosing(walk)
    with transaction() as session:
        now = clock.now()
        for slot in walk.slots:
            other = quick if slot == walk.slots[0] else walk.case_id
            session.add(
                SlotHold(
                    office_id="kostanay", slot_id=slot, seat=1, case_id=other, purpose="booking", made_at=now,
                    held_until=now + timedelta(minutes=5),
                )
            )  # fmt: skip
    walk.case_id = late

    with pytest.raises(InvalidAnswersError) as refused:
        walk.answer(STEP, slot=str(walk.slots[0]), place="akimat")

    assert refused.value.errors["slot"].ru.endswith("Свободного времени у этого руководителя не осталось.")


def test_who_kept_the_time_books_it_and_the_hold_is_gone(walk: Walk) -> None:
    case = choosing(walk)
    keep(walk, walk.slots[1])

    walk.complete(STEP, slot=str(walk.slots[1]), place="akimat")

    with reading() as session:
        booking = active_booking(session, case)
    assert booking is not None
    assert booking.slot_id == walk.slots[1]
    assert kept() == []


def test_a_hold_that_ran_out_keeps_nobody_away_and_is_swept(walk: Walk) -> None:
    second, first = choosing(walk), choosing(walk)
    keep(walk, walk.slots[0])
    keep_first = kept()
    walk.clock.moment += timedelta(minutes=10)

    assert keep_first == [(walk.slots[0], first)]
    assert str(walk.slots[0]) in offered(second)
    walk.case_id = second
    keep(walk, walk.slots[0])
    assert kept() == [(walk.slots[0], second)]

    walk.clock.moment += timedelta(minutes=11)
    sweep()
    assert kept() == []


def test_a_case_keeps_one_time_the_one_chosen_last(walk: Walk) -> None:
    case = choosing(walk)
    keep(walk, walk.slots[0])

    keep(walk, walk.slots[2])

    assert kept() == [(walk.slots[2], case)]


def test_throwing_the_draft_away_lets_the_time_go(walk: Walk) -> None:
    choosing(walk)
    keep(walk, walk.slots[0])

    discard_draft(walk.task(STEP).id, by=walk.actor("reception_coordinator"))

    assert kept() == []


def test_other_mistakes_in_the_form_do_not_book(walk: Walk) -> None:
    choosing(walk)

    with pytest.raises(InvalidAnswersError) as refused:
        walk.answer(STEP, slot=str(walk.slots[0]), place="")

    assert set(refused.value.errors) == {"place"}
    assert walk.bookings() == []
    assert kept() == []


def test_a_slot_with_two_seats_is_kept_twice_and_no_more(walk: Walk) -> None:
    cases = [walk.start() for _ in range(3)]
    with transaction() as session:
        session.execute(SlotHold.__table__.delete())
        session.connection().exec_driver_sql(f"UPDATE slot SET seats = 2 WHERE id = {walk.slots[0]}")
    now = clock.now()
    until = now + timedelta(minutes=10)

    with transaction() as session:
        seats = [claim_seat(session, Claim("kostanay", case, walk.slots[0], now, until)).seat for case in cases[:2]]
    with transaction() as session, pytest.raises(SlotTakenError):
        claim_seat(session, Claim("kostanay", cases[2], walk.slots[0], now, until))

    assert seats == [1, 2]
