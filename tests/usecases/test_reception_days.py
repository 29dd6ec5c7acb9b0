"""The coordinator plans, cancels and moves reception days on the real stack."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, time
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import select

from app.domain import clock
from app.models import History, HistoryPayload, Job, ReceptionDay, Slot
from app.models.database import reading
from app.records.bookings import SlotClosedError, SlotTakenError
from app.records.day_shape import plan_of, reshape
from app.usecases.access import ForbiddenError
from app.usecases.reception_days import (
    DayClosedError,
    DayHasBookingsError,
    DayRefusedError,
    NoReasonError,
    Plan,
    cancel_day,
    plan_day,
)
from app.usecases.reception_moves import NotMovableError, SameSlotError, move_booking, move_day
from app.usecases.transaction import transaction
from tests.reception import Walk, at, kostanay, shown


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    """The office on Tuesday 3 June 2025."""
    with kostanay(database_url, at("2025-06-03")) as walk:
        yield walk


def plan(walk: Walk, **changes: Any) -> Plan:
    usual = Plan(
        official_id=walk.people["leadership"],
        day=date(2025, 6, 27),
        kind="unified_day",
        mode="in_person",
        place="akimat",
        starts=time(12, 0),
        ends=time(15, 30),
        minutes=20,
        seats=2,
    )
    return replace(usual, **changes)


def slots(day_id: int) -> list[str]:
    with reading() as session:
        rows = session.scalars(select(Slot).where(Slot.day_id == day_id, Slot.seats > 0).order_by(Slot.starts_at))
        return [f"{shown(row.starts_at)[11:]}×{row.seats}" for row in rows]


def refused(walk: Walk, **changes: Any) -> dict[str, str]:
    with pytest.raises(DayRefusedError) as refusal:
        plan_day(plan(walk, **changes), by=walk.actor("reception_coordinator"))
    return {field: said.ru for field, said in refusal.value.errors.items()}


def booked(walk: Walk, *, until: str = "record_position") -> int:
    """A case with an appointment at 10:00 on Friday 27 June."""
    walk.start()
    walk.play(until=until)
    return walk.case_id


def moved_letters(walk: Walk) -> list[str]:
    return [
        letter.channel for template in ("schedule_changed", "schedule_changed.sms") for letter in walk.letters(template)
    ]


def events(kind: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    with reading() as session:
        rows = session.execute(
            select(History.facts, HistoryPayload.payload)
            .outerjoin(HistoryPayload, HistoryPayload.history_id == History.id)
            .where(History.kind == kind)
            .order_by(History.id)
        )
        return [(row.facts, row.payload or {}) for row in rows]


def timer(walk: Walk, element: str) -> str:
    with reading() as session:
        due = session.scalars(select(Job.due_at).where(Job.case_id == walk.case_id, Job.element == element)).one()
    return shown(due)


def test_a_planned_day_has_slots_that_leave_lunch_out(walk: Walk) -> None:
    day_id = plan_day(plan(walk), by=walk.actor("reception_coordinator"))

    assert slots(day_id) == ["12:00×2", "12:20×2", "12:40×2", "14:30×2", "14:50×2", "15:10×2"]
    with reading() as session:
        day = session.get_one(ReceptionDay, day_id)
    assert (day.kind, day.status, day.place_kk[:8]) == ("unified_day", "planned", "Қостанай")


def test_a_day_off_is_refused_with_its_reason(walk: Walk) -> None:
    """KST-BOOK-1: 7 July 2025 is a day off in lieu of the Day of the Capital; weekends are named as such."""
    holiday = refused(walk, day=date(2025, 7, 7))
    weekend = refused(walk, day=date(2025, 6, 28))

    assert "07.07.2025" in holiday["day"]
    assert "День столицы" in holiday["day"]
    assert "выходной" in weekend["day"]


def test_kst_task_2_4_a_field_reception_needs_a_place_outside_the_office(walk: Walk) -> None:
    """KST-TASK-2.4: Friday 27 June; by videoconference it may be held from anywhere."""
    here = refused(walk, kind="field", place="akimat_hall")
    day_id = plan_day(plan(walk, kind="field", place="rudny"), by=walk.actor("reception_coordinator"))
    with reading() as session:
        day = session.get_one(ReceptionDay, day_id)

    with transaction() as session:
        row = session.get_one(ReceptionDay, day_id)
        wanted = replace(plan_of(session, row), place="akimat")
        with pytest.raises(DayRefusedError) as moved:
            reshape(session, row, wanted)

    assert set(here) == set(moved.value.errors) == {"place"}
    assert (day.kind, day.place_ru) == ("field", "г. Рудный, здание акимата")


def test_everything_wrong_is_said_at_once(walk: Walk) -> None:
    said = refused(
        walk,
        official_id=walk.people["reception_coordinator"],
        day=date(2025, 6, 2),
        kind="feast",
        mode="dream",
        place="moon",
        starts=time(15),
        ends=time(9),
        minutes=2,
        seats=0,
    )

    assert set(said) == {"official_id", "day", "kind", "mode", "place", "ends", "minutes", "seats"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"starts": time(8, 0)}, "starts"),
        ({"ends": time(19, 0)}, "starts"),
        ({"starts": time(13, 0), "ends": time(14, 30)}, "ends"),
        ({"starts": time(10, 0), "ends": time(10, 15)}, "ends"),
        ({"day": date(2027, 6, 25)}, "day"),
    ],
)
def test_hours_must_be_office_hours_and_hold_an_appointment(walk: Walk, changes: Any, field: str) -> None:
    assert list(refused(walk, **changes)) == [field]


def test_an_official_has_one_day_a_date(walk: Walk) -> None:
    plan_day(plan(walk), by=walk.actor("reception_coordinator"))

    assert "уже есть" in refused(walk)["day"]


def test_a_cancelled_day_can_be_planned_again(walk: Walk) -> None:
    day_id = plan_day(plan(walk), by=walk.actor("reception_coordinator"))
    cancel_day(day_id, reason="Акимнің іссапары", by=walk.actor("dept_head"))

    again = plan_day(plan(walk, starts=time(14, 30), minutes=30), by=walk.actor("reception_coordinator"))

    assert again == day_id
    assert slots(day_id) == ["14:30×2", "15:00×2"]
    assert events("day_cancelled")[-1][1] == {"reason": "Акимнің іссапары"}


def test_a_day_with_people_is_not_cancelled(walk: Walk) -> None:
    walk.reception_day(date(2025, 6, 27))
    booked(walk)

    with pytest.raises(DayHasBookingsError) as refusal:
        cancel_day(walk.day_id, reason="Іссапар", by=walk.actor("reception_coordinator"))

    assert "записано: 1" in refusal.value.text.ru


def test_a_day_that_is_over_stays_as_it_was(walk: Walk) -> None:
    day_id = plan_day(plan(walk, day=date(2025, 6, 4)), by=walk.actor("reception_coordinator"))
    walk.pass_time_to(date(2025, 6, 5))

    with pytest.raises(DayClosedError):
        cancel_day(day_id, reason="Кеш", by=walk.actor("reception_coordinator"))


def test_changes_of_the_schedule_need_a_reason_and_a_right(walk: Walk) -> None:
    for act in (
        lambda: cancel_day(1, reason=" ", by=walk.actor("reception_coordinator")),
        lambda: move_booking(1, 1, reason="", by=walk.actor("reception_coordinator")),
        lambda: move_day(1, date(2025, 6, 30), reason="\n", by=walk.actor("reception_coordinator")),
    ):
        with pytest.raises(NoReasonError):
            act()
    with pytest.raises(ForbiddenError):
        move_booking(1, 1, reason="қажет", by=walk.actor("dept_head"))
    with pytest.raises(ForbiddenError):
        plan_day(plan(walk), by=walk.actor("leadership"))


def test_a_moved_appointment_is_told_once_each_time_and_moves_what_waits(walk: Walk) -> None:
    """KST-S07.2: the applicant hears at once, by mail and SMS, and the waiting timers count from the new day."""
    walk.reception_day(date(2025, 6, 27))
    booked(walk, until="analyse_materials")
    walk.complete("analyse_materials", materials_quality="good")
    before = timer(walk, "call_day")
    later = walk.reception_day(date(2025, 7, 11))

    move_booking(walk.case_id, later[2], reason="Басшы іссапарда", by=walk.actor("reception_coordinator"))
    walk.work()

    assert before == "2025-06-24 09:00"
    assert timer(walk, "call_day") == "2025-07-08 09:00"
    assert moved_letters(walk) == ["email", "sms"]
    assert "11.07.2025" in walk.letters("schedule_changed")[0].body
    assert [booking.status for booking in walk.bookings()] == ["moved", "booked"]
    assert walk.numbers("R-RECEPTION") == ["1/2025", "2/2025"]
    facts, payload = events("booking_moved")[-1]
    assert payload["reason"] == "Басшы іссапарда"
    assert facts["to"] == at("2025-07-11", "10:40").astimezone(UTC).isoformat()

    move_booking(walk.case_id, later[3], reason="Тағы да", by=walk.actor("reception_coordinator"))
    walk.work()

    assert moved_letters(walk) == ["email", "email", "sms", "sms"]
    walk.pass_time_to(date(2025, 7, 7))
    assert not walk.waits_for("confirm_attendance")
    walk.pass_time_to(date(2025, 7, 8))
    assert walk.due("confirm_attendance") == "2025-07-08 18:30"


def test_the_due_moment_of_a_task_that_waits_follows_the_move(walk: Walk) -> None:
    walk.reception_day(date(2025, 6, 27))
    booked(walk, until="confirm_attendance")
    later = walk.reception_day(date(2025, 7, 11))
    before = walk.due("confirm_attendance")

    move_booking(walk.case_id, later[0], reason="Сұрады", by=walk.actor("reception_coordinator"))

    assert (before, walk.due("confirm_attendance")) == ("2025-06-24 18:30", "2025-07-08 18:30")


def test_a_move_on_the_very_day_is_told_though_the_preparation_is_over(walk: Walk) -> None:
    walk.reception_day(date(2025, 6, 27))
    booked(walk, until="check_in")
    later = walk.reception_day(date(2025, 7, 11))

    move_booking(walk.case_id, later[0], reason="Басшы ауырып қалды", by=walk.actor("reception_coordinator"))

    assert moved_letters(walk) == ["email", "sms"]
    assert walk.due("check_in") == "2025-07-11 18:30"


def test_a_place_is_given_to_one_case_only(walk: Walk) -> None:
    walk.reception_day(date(2025, 6, 27))
    first = booked(walk)
    first_slot = walk.slots[0]
    walk.slots = walk.slots[1:]
    booked(walk)

    with pytest.raises(SlotTakenError):
        move_booking(walk.case_id, first_slot, reason="Ертерек", by=walk.actor("reception_coordinator"))

    assert first != walk.case_id
    assert [booking.status for booking in walk.bookings()] == ["booked"]
    assert moved_letters(walk) == []


def test_two_coordinators_at_once_give_the_place_to_one_case(walk: Walk) -> None:
    slots = walk.reception_day(date(2025, 6, 27))
    cases = []
    for slot in slots[:2]:
        walk.slots = [slot]
        cases.append(booked(walk))
    gate, outcomes = Barrier(2), []

    def move(case_id: int) -> None:
        clock.set_clock(walk.clock)
        gate.wait()
        try:
            move_booking(case_id, slots[5], reason="Бір мезгілде", by=walk.actor("reception_coordinator"))
            outcomes.append("moved")
        except SlotTakenError:
            outcomes.append("taken")

    threads = [Thread(target=move, args=(case_id,)) for case_id in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(outcomes) == ["moved", "taken"]


def test_only_a_standing_appointment_moves_and_only_to_a_coming_slot(walk: Walk) -> None:
    past = walk.reception_day(date(2025, 6, 2))
    walk.reception_day(date(2025, 6, 27))
    walk.start()
    by = walk.actor("reception_coordinator")

    with pytest.raises(NotMovableError):
        move_booking(walk.case_id, walk.slots[0], reason="Ерте", by=by)
    walk.play(until="record_position")
    with pytest.raises(SameSlotError):
        move_booking(walk.case_id, walk.slots[0], reason="Сол жерге", by=by)
    with pytest.raises(SlotClosedError):
        move_booking(walk.case_id, past[0], reason="Кеш", by=by)


def test_a_moved_day_takes_everybody_along_and_tells_each_once(walk: Walk) -> None:
    slots = walk.reception_day(date(2025, 6, 27))
    cases = []
    for slot in slots[:2]:
        walk.slots = [slot]
        cases.append(booked(walk))

    told = move_day(walk.day_id, date(2025, 6, 30), reason="Сессия", by=walk.actor("reception_coordinator"))
    walk.work()

    assert told == 2
    with reading() as session:
        assert session.get_one(ReceptionDay, walk.day_id).day == date(2025, 6, 30)
        moments = session.scalars(select(Slot.starts_at).where(Slot.day_id == walk.day_id).order_by(Slot.id))
        assert [shown(moment) for moment in moments][:2] == ["2025-06-30 10:00", "2025-06-30 10:20"]
    for case_id in cases:
        walk.case_id = case_id
        assert moved_letters(walk) == ["email", "sms"]
        assert [booking.status for booking in walk.bookings()] == ["booked"]
    assert [payload["reason"] for _, payload in events("day_moved")] == ["Сессия"]


def test_a_day_does_not_move_onto_a_day_off_or_another_day_of_the_official(walk: Walk) -> None:
    walk.reception_day(date(2025, 6, 30))
    walk.reception_day(date(2025, 6, 27))
    by = walk.actor("reception_coordinator")

    for target in (date(2025, 6, 28), date(2025, 6, 30), None):
        with pytest.raises(DayRefusedError) as refusal:
            move_day(walk.day_id, target, reason="Сессия", by=by)
        assert list(refusal.value.errors) == ["day"]
