"""Cancelling a day with people on it, and what is shown before."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select

from app.models import History, ReceptionDay, Slot
from app.models.database import reading
from app.queries.day_change import day_change
from app.usecases.access import ForbiddenError
from app.usecases.reception_days import DayClosedError, NoReasonError
from app.usecases.reception_moves import move_day
from app.usecases.reception_rehousing import NoRoomError, NoTargetError, cancel_and_rehouse
from tests.reception import Walk, at, kostanay, shown


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    """The office on Tuesday 3 June 2025."""
    with kostanay(database_url, at("2025-06-03")) as walk:
        yield walk


def booked(walk: Walk, slots: list[int]) -> list[int]:
    """A case in each of these slots."""
    cases = []
    for slot in slots:
        walk.slots = [slot]
        walk.start()
        walk.play(until="record_position")
        cases.append(walk.case_id)
    return cases


def place_of(walk: Walk, case_id: int) -> str:
    """When the case is received now."""
    walk.case_id = case_id
    [booking] = [each for each in walk.bookings() if each.status == "booked"]
    with reading() as session:
        return shown(session.get_one(Slot, booking.slot_id).starts_at)


def test_kst_s07_2_everybody_of_a_cancelled_day_gets_a_place_and_is_told_once(walk: Walk) -> None:
    """KST-S07.2: in their order, past the places that are taken there already; timers count from the new day."""
    slots = walk.reception_day(date(2025, 6, 27))
    cancelled = walk.day_id
    cases = booked(walk, [slots[3], slots[1]])
    others = walk.reception_day(date(2025, 6, 30))
    target = walk.day_id
    booked(walk, others[:1])
    by = walk.actor("reception_coordinator")

    preview = day_change("kostanay", cancelled)
    told = cancel_and_rehouse(cancelled, target, reason="Іссапар", by=by)
    walk.work()

    assert [each.case_id for each in preview.affected] == [cases[1], cases[0]]
    assert [each.channels for each in preview.affected] == [["email", "sms"]] * 2
    assert [(each.id, each.free) for each in preview.targets] == [(target, 5)]
    assert told == 2
    assert [place_of(walk, each) for each in cases] == ["2025-06-30 10:40", "2025-06-30 10:20"]
    for case_id in cases:
        walk.case_id = case_id
        assert [len(walk.letters(name)) for name in ("schedule_changed", "schedule_changed.sms")] == [1, 1]
        assert [each.status for each in walk.bookings()] == ["moved", "booked"]
        assert "30.06.2025" in walk.letters("schedule_changed")[0].body
    with reading() as session:
        assert session.get_one(ReceptionDay, cancelled).status == "cancelled"
        facts = session.scalars(select(History.facts).where(History.kind == "day_cancelled")).one()
    assert (facts["moved"], facts["to"]) == (2, target)


def test_nothing_happens_when_they_do_not_all_fit(walk: Walk) -> None:
    slots = walk.reception_day(date(2025, 6, 27))
    cancelled = walk.day_id
    [first, second] = booked(walk, slots[:2])
    walk.reception_day(date(2025, 6, 30), slots=1)
    by = walk.actor("reception_coordinator")

    with pytest.raises(NoRoomError) as refusal:
        cancel_and_rehouse(cancelled, walk.day_id, reason="Іссапар", by=by)
    for target in (None, cancelled):
        with pytest.raises(NoTargetError):
            cancel_and_rehouse(cancelled, target, reason="Іссапар", by=by)

    assert "не хватает мест: 1" in refusal.value.text.ru
    assert [place_of(walk, each) for each in (first, second)] == ["2025-06-27 10:00", "2025-06-27 10:20"]
    assert walk.letters("schedule_changed") == []
    assert day_change("kostanay", cancelled).targets == []


def test_an_empty_day_needs_no_other_but_a_reason_and_a_right(walk: Walk) -> None:
    walk.reception_day(date(2025, 6, 27))
    day = walk.day_id

    with pytest.raises(NoReasonError):
        cancel_and_rehouse(day, None, reason=" ", by=walk.actor("dept_head"))
    with pytest.raises(ForbiddenError):
        cancel_and_rehouse(day, None, reason="Іссапар", by=walk.actor("leadership"))

    assert cancel_and_rehouse(day, None, reason="Іссапар", by=walk.actor("dept_head")) == 0
    with pytest.raises(DayClosedError):
        cancel_and_rehouse(day, None, reason="Тағы", by=walk.actor("dept_head"))


def test_people_are_moved_only_by_whoever_may_move_them(walk: Walk) -> None:
    slots = walk.reception_day(date(2025, 6, 27))
    day = walk.day_id
    booked(walk, slots[:1])
    walk.reception_day(date(2025, 6, 30))

    with pytest.raises(ForbiddenError):
        cancel_and_rehouse(day, walk.day_id, reason="Іссапар", by=walk.actor("dept_head"))


def test_a_day_remembers_what_happened_to_it(walk: Walk) -> None:
    walk.reception_day(date(2025, 6, 27))
    by = walk.actor("reception_coordinator")

    move_day(walk.day_id, date(2025, 6, 30), reason="Сессия", by=by)
    cancel_and_rehouse(walk.day_id, None, reason="Іссапар", by=by)
    history = day_change("kostanay", walk.day_id).history

    assert [(each.kind, each.reason, each.to) for each in history] == [
        ("day_moved", "Сессия", "2025-06-30"),
        ("day_cancelled", "Іссапар", ""),
    ]
    assert {each.who for each in history} == {history[0].who}
    assert history[0].who
