"""A reception day changed in place: who keeps her place, who is told, what the history and the public see."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import select, text

from app.domain import clock
from app.models import Booking, History, ReceptionDay, SchedulePeriod
from app.models.database import reading
from app.records.day_shape import plan_of, reshape
from app.records.free_slots import free_slots
from app.records.holds import Claim, SlotClosedError, SlotTakenError, claim_seat
from app.records.reception_days import Plan
from app.records.schedule import period_of
from app.records.schedule_acts import publish
from app.usecases.access import ForbiddenError
from app.usecases.reception_changes import DayRefusedError, NothingChangedError, SeatsTakenError, change_day
from app.usecases.reception_days import DayClosedError, NoReasonError, held_day
from app.usecases.transaction import transaction
from tests.karaganda import karaganda
from tests.patience import eventually
from tests.reception import Walk, at, kostanay, shown

FRIDAY = date(2025, 6, 27)


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    """The office on Tuesday 3 June 2025 with a reception day on Friday 27 June, 10:00–12:00."""
    with kostanay(database_url, at("2025-06-03")) as walk:
        walk.reception_day(FRIDAY)
        yield walk


def wanted(walk: Walk, **changes: Any) -> Plan:
    with reading() as session:
        return replace(plan_of(session, session.get_one(ReceptionDay, walk.day_id)), **changes)


def change(walk: Walk, reason: str = "Зал занят", **changes: Any) -> int:
    told = change_day(walk.day_id, wanted(walk, **changes), reason=reason, by=walk.actor("reception_coordinator"))
    walk.work()
    return told


def booked(walk: Walk, *slots: int, until: str = "analyse_materials") -> list[int]:
    """A case in each of these slots."""
    cases = []
    for slot in slots:
        walk.slots = [slot]
        walk.start()
        walk.play(until=until)
        cases.append(walk.case_id)
    return cases


def free(walk: Walk) -> list[str]:
    with reading() as session:
        return [shown(each.starts_at)[11:] for each in free_slots(session, walk.office, now=walk.now)]


def letters(walk: Walk, case_id: int) -> list[str]:
    walk.case_id = case_id
    names = ("schedule_changed", "schedule_changed.sms", "invitation_moved")
    return [name for name in names for _ in walk.letters(name)]


def last(kind: str) -> dict[str, Any]:
    with reading() as session:
        return dict(
            session.scalars(
                select(History.facts).where(History.kind == kind).order_by(History.id.desc()).limit(1)
            ).one()
        )


def test_kst_s07_2_everybody_booked_and_invited_hears_of_another_mode_at_once(walk: Walk) -> None:
    """KST-S07.2, KST-TASK-2.4: with the new place, whatever was decided for the case before."""
    first, second = booked(walk, *walk.slots[:2])

    told = change(walk, mode="videoconference", place="videoconference")

    assert told == 2
    for case_id in (first, second):
        assert letters(walk, case_id) == [
            "schedule_changed",
            "schedule_changed.sms",
            "invitation_moved",
            "invitation_moved",
        ]
        body = walk.letters("schedule_changed")[0].body
        assert "бейнеконференцбайланыс" in body
        assert "Бейнеконференцбайланыс (сілтеме хабарламада жіберіледі)" in body
        assert [each.status for each in walk.bookings()] == ["booked"]
    assert (last("booking_changed")["from"], last("booking_changed")["to"]) == (
        (at("2025-06-27", "10:20") - timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M:00+00:00"),
    ) * 2


def test_the_history_of_the_day_says_what_was_and_what_is(walk: Walk) -> None:
    change(walk, seats=2, starts=time(11), mode="videoconference")

    facts = last("day_changed")

    assert facts["was"] == {"mode": "in_person", "hours": "10:00–12:00", "seats": 1}
    assert facts["is"] == {"mode": "videoconference", "hours": "11:00–12:00", "seats": 2}


def test_other_hours_and_seats_tell_nobody_and_free_places_follow(walk: Walk) -> None:
    (case_id,) = booked(walk, walk.slots[1])

    told = change(walk, starts=time(10, 20), ends=time(11), seats=2)

    assert (told, letters(walk, case_id)) == (0, [])
    assert free(walk) == ["10:20", "10:40"]


def test_who_is_booked_keeps_her_place(walk: Walk) -> None:
    """The coordinator hears who would lose it, and nothing has changed."""
    booked(walk, walk.slots[0], walk.slots[3])

    with pytest.raises(SeatsTakenError) as refusal:
        change(walk, ends=time(11))

    assert [shown(each.starts_at)[11:] for each in refusal.value.sitting] == ["11:00"]
    assert "11:00" in refusal.value.text.ru
    assert refusal.value.sitting[0].name in refusal.value.text.ru
    assert wanted(walk).ends == time(12)


def test_two_at_a_time_do_not_become_one(walk: Walk) -> None:
    change(walk, seats=2)
    first, second = booked(walk, walk.slots[0], walk.slots[0])

    with pytest.raises(SeatsTakenError) as refusal:
        change(walk, seats=1)

    assert [each.case_id for each in refusal.value.sitting] == [first, second]


def test_who_had_the_second_seat_takes_the_first_when_it_is_free(walk: Walk) -> None:
    """Nobody gets a place twice."""
    change(walk, seats=2)
    slot = walk.slots[0]
    first, second = booked(walk, slot, slot)
    with transaction() as session:
        session.scalars(select(Booking).where(Booking.case_id == first)).one().status = "withdrawn"

    change(walk, seats=1)

    walk.case_id = second
    assert [each.seat for each in walk.bookings()] == [1]
    with transaction() as session, pytest.raises(SlotTakenError):
        claim_seat(session, Claim("kostanay", first, slot, walk.now, walk.now + timedelta(minutes=10)))


def test_a_place_that_is_being_kept_is_no_free_one(walk: Walk) -> None:
    walk.start()
    with transaction() as session:
        claim_seat(session, Claim("kostanay", walk.case_id, walk.slots[0], walk.now, walk.now + timedelta(minutes=10)))

    with pytest.raises(SeatsTakenError) as refusal:
        change(walk, starts=time(11))

    assert [each.held for each in refusal.value.sitting] == [True]


def test_whoever_books_while_the_day_changes_gets_no_place_that_is_gone(walk: Walk) -> None:
    """The change was first and is not written yet: the booking waits for it and reads the slot as it left it."""
    walk.start()
    outcomes: list[str] = []
    late = Thread(target=book, args=(walk, outcomes))

    with transaction() as session:
        day = held_day(session, walk.day_id, walk.actor("reception_coordinator"))
        reshape(session, day, wanted(walk, starts=time(11)))
        late.start()
        assert eventually(somebody_waits_for_a_lock)
    late.join(timeout=60)

    assert outcomes == ["refused"]


def test_the_booking_and_the_change_of_a_day_see_each_other(walk: Walk) -> None:
    """Whichever comes first, nobody keeps a place that is gone."""
    walk.start()
    gate = Barrier(2)
    outcomes: list[str] = []
    plan = wanted(walk, starts=time(11))
    thread = Thread(target=book, args=(walk, outcomes, gate))
    thread.start()
    gate.wait()
    try:
        change_day(walk.day_id, plan, reason="Кеш", by=walk.actor("reception_coordinator"))
        outcomes.append("changed")
    except SeatsTakenError:
        outcomes.append("stayed")
    thread.join(timeout=60)

    assert sorted(outcomes) in (["changed", "refused"], ["kept", "stayed"])


def book(walk: Walk, outcomes: list[str], gate: Barrier | None = None) -> None:
    """Try to keep the first place of the day, and say how it went."""
    clock.set_clock(walk.clock)
    if gate is not None:
        gate.wait()
    try:
        with transaction() as session:
            claim_seat(
                session, Claim("kostanay", walk.case_id, walk.slots[0], walk.now, walk.now + timedelta(minutes=10))
            )
        outcomes.append("kept")
    except (SlotTakenError, SlotClosedError):
        outcomes.append("refused")


def somebody_waits_for_a_lock() -> bool:
    with reading() as session:
        return bool(session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))


def test_a_public_day_goes_into_a_new_edition_and_is_marked(walk: Walk) -> None:
    """KST-SCH-1, KST-S07.2"""
    with transaction() as session:
        row = period_of(session, "kostanay", FRIDAY)
        publish(session, row.id, by=None, now=walk.now)
    walk.pass_time_to(at("2025-06-04"))

    change(walk, place="akimat_hall")

    with reading() as session:
        day = session.get_one(ReceptionDay, walk.day_id)
        period = session.scalars(select(SchedulePeriod)).one()
    assert (day.place_ru[-19:], shown(day.changed_at), period.edition) == ("малый зал заседаний", "2025-06-04 10:00", 2)


def test_a_day_that_the_public_has_not_seen_is_not_marked(walk: Walk) -> None:
    change(walk, place="akimat_hall")

    with reading() as session:
        assert session.get_one(ReceptionDay, walk.day_id).changed_at is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"mode": "dream"}, "mode"),
        ({"place": "moon"}, "place"),
        ({"starts": time(8)}, "starts"),
        ({"ends": time(9)}, "ends"),
        ({"ends": time(10, 10)}, "ends"),
        ({"minutes": 1}, "minutes"),
        ({"seats": 0}, "seats"),
    ],
)
def test_what_is_wrong_stands_at_its_field(walk: Walk, changes: Any, field: str) -> None:
    with pytest.raises(DayRefusedError) as refusal:
        change(walk, **changes)

    assert list(refusal.value.errors) == [field]


def test_a_change_needs_a_reason_a_right_something_new_and_a_day_to_come(walk: Walk) -> None:
    with pytest.raises(NoReasonError):
        change(walk, reason=" ", seats=2)
    with pytest.raises(NothingChangedError):
        change(walk)
    with pytest.raises(ForbiddenError):
        change_day(walk.day_id, wanted(walk, seats=2), reason="x", by=walk.actor("leadership"))
    walk.pass_time_to(date(2025, 6, 30))
    with pytest.raises(DayClosedError):
        change(walk, seats=2)


def test_krg_14_who_has_not_agreed_is_not_put_on_video(database_url: str) -> None:
    """KRG-14, BR-06: the coordinator hears who."""
    with karaganda(database_url, at("2025-06-03")) as walk:
        walk.reception_day(FRIDAY)
        walk.start()
        walk.play(until="check_in")

        with pytest.raises(DayRefusedError) as refusal:
            change(walk, mode="videoconference")

        assert "KRG-14" in refusal.value.errors["mode"].ru
