"""Places in the schedule: one winner for each, and a place given back is free again."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import date

import pytest

from app.domain import clock
from app.models import Booking, ReceptionDay, Slot
from app.models.database import reading
from app.queries.choices import choices_for
from app.records.bookings import SlotClosedError, SlotTakenError, active_booking, book, end_booking
from app.usecases.transaction import transaction
from tests.reception import Walk, at, kostanay


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    with kostanay(database_url, at("2025-06-03")) as walk:
        walk.reception_day(date(2025, 6, 27), slots=3)
        yield walk


def take(case_id: int, slot: int) -> str:
    try:
        with transaction() as session:
            book(session, office_id="kostanay", case_id=case_id, slot_id=slot, now=clock.now())
    except (SlotTakenError, SlotClosedError) as refused:
        return type(refused).__name__
    return "booked"


def offered(walk: Walk) -> list[str]:
    with reading() as session:
        return [
            choice.value
            for choice in choices_for(session, "kostanay", walk.case_id, ["reception_slots"])["reception_slots"]
        ]


def test_of_eight_who_want_one_place_at_once_one_gets_it(walk: Walk) -> None:
    cases = [walk.start() for _ in range(8)]

    with ThreadPoolExecutor(8) as pool:
        racing = [pool.submit(copy_context().run, take, case, walk.slots[0]) for case in cases]
        outcomes = sorted(each.result() for each in racing)

    assert outcomes == ["SlotTakenError"] * 7 + ["booked"]
    assert offered(walk) == [str(slot) for slot in walk.slots[1:]]


def test_a_place_with_two_seats_takes_two(walk: Walk) -> None:
    with transaction() as session:
        session.get_one(Slot, walk.slots[0]).seats = 2

    outcomes = [take(walk.start(), walk.slots[0]) for _ in range(3)]

    assert outcomes == ["booked", "booked", "SlotTakenError"]


def test_a_case_has_one_appointment_and_leaves_the_earlier_place_to_others(walk: Walk) -> None:
    first, second = walk.start(), walk.start()
    take(first, walk.slots[0])

    assert take(first, walk.slots[1]) == "booked"

    assert take(second, walk.slots[0]) == "booked"
    with reading() as session:
        booking = active_booking(session, first)
        assert booking is not None
        assert booking.slot_id == walk.slots[1]


def test_a_case_that_loses_the_race_keeps_the_place_it_had(walk: Walk) -> None:
    first, second = walk.start(), walk.start()
    take(first, walk.slots[0])
    take(second, walk.slots[1])

    assert take(first, walk.slots[1]) == "SlotTakenError"

    with reading() as session:
        booking = active_booking(session, first)
        assert booking is not None
        assert booking.slot_id == walk.slots[0]


def test_a_place_given_back_is_free_again(walk: Walk) -> None:
    first, second = walk.start(), walk.start()
    take(first, walk.slots[0])
    with transaction() as session:
        end_booking(session, first, status="withdrawn", now=clock.now())

    assert take(second, walk.slots[0]) == "booked"


def test_a_missed_place_stays_as_it_was_and_keeps_nobody_from_a_new_one(walk: Walk) -> None:
    first, second = walk.start(), walk.start()
    take(first, walk.slots[0])
    with transaction() as session:
        end_booking(session, first, status="missed", now=clock.now())

    outcomes = [take(first, walk.slots[1]), take(second, walk.slots[0])]

    assert outcomes == ["booked", "booked"]
    walk.case_id = first
    assert [(booking.slot_id, booking.status) for booking in walk.bookings()] == [
        (walk.slots[0], "missed"),
        (walk.slots[1], "booked"),
    ]


def test_a_place_that_has_passed_or_was_cancelled_cannot_be_taken(walk: Walk) -> None:
    case = walk.start()
    with transaction() as session:
        session.get_one(ReceptionDay, walk.day_id).status = "cancelled"
    assert take(case, walk.slots[0]) == "SlotClosedError"
    with transaction() as session:
        session.get_one(ReceptionDay, walk.day_id).status = "planned"

    walk.clock.moment = at("2025-06-27", "10:00")

    assert take(case, walk.slots[0]) == "SlotClosedError"
    with reading() as session:
        assert session.query(Booking).count() == 0
