"""Days of a schedule are planned but not booked until it is approved."""

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from app.models import Slot, UserTask
from app.models.database import reading
from app.queries.choices import choices_for
from app.queries.schedule_month import schedule_month
from app.queries.timetable import timetable
from app.records.free_slots import free_slots
from app.records.holds import Claim, NotApprovedError, SlotClosedError, claim_seat
from app.records.reception_days import Plan, put_day
from app.records.schedule_acts import publish_days
from app.usecases.reception_days import plan_day
from app.usecases.schedule_approval import ask_for_approval
from app.usecases.tasks import InvalidAnswersError, complete_user_task
from app.usecases.transaction import transaction
from tests.karaganda import karaganda
from tests.reception import Walk, at, kostanay, shown

JULY = date(2025, 7, 1)


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    """The office on Tuesday 3 June 2025."""
    with kostanay(database_url, at("2025-06-03")) as walk:
        yield walk


def plan(walk: Walk, day: date) -> int:
    wanted = Plan(walk.people[walk.receiver], day, "ordinary", "in_person", "akimat", time(10), time(11), 20, 1)
    return plan_day(wanted, by=walk.actor("reception_coordinator"))


def submit(walk: Walk, month: date = JULY) -> None:
    ask_for_approval(month, by=walk.actor("reception_coordinator"))
    walk.work()


def approve(walk: Walk, approved: str = "yes", remarks: str = "") -> None:
    with reading() as session:
        task = session.scalars(
            select(UserTask).where(UserTask.element == "approve_schedule", UserTask.status == "open")
        ).one()
    answers = {"approved": approved, **({"remarks": remarks} if remarks else {})}
    complete_user_task(task.id, answers=answers, by=walk.actor(task.role or ""))
    walk.work()


def offered(walk: Walk) -> set[str]:
    """The dates of the free times that forms, applicants and the waiting list are offered."""
    with reading() as session:
        free = {shown(each.starts_at)[:10] for each in free_slots(session, walk.office, now=walk.now)}
        found = choices_for(session, walk.office, None, ("reception_slots", "reception_days"))
    assert len(found["reception_days"]) == len(free)
    assert len({str(each.label)[:10] for each in found["reception_slots"]}) == len(free)
    return free


def claim(walk: Walk, day_id: int) -> None:
    walk.start()
    with transaction() as session:
        slot = session.scalars(select(Slot.id).where(Slot.day_id == day_id).order_by(Slot.starts_at)).first()
        claim_seat(session, Claim(walk.office, walk.case_id, slot or 0, walk.now, walk.now + timedelta(minutes=10)))


def test_kst_sch_1_a_day_of_a_month_that_waits_for_approval_is_planned_but_not_offered(walk: Walk) -> None:
    """KST-SCH-0, KST-SCH-1: planners see it; nobody is booked on it by any way."""
    day = plan(walk, date(2025, 7, 4))
    planned = offered(walk)

    submit(walk)

    assert (planned, offered(walk)) == (set(), set())
    with pytest.raises(NotApprovedError):
        claim(walk, day)
    month = schedule_month("kostanay", JULY)
    assert [each.day.bookable for official in month.officials for each in official.days] == [False]
    assert [place.free for each in timetable("kostanay") for place in each.places] == [0, 0, 0]


def test_once_it_is_approved_its_days_are_offered(walk: Walk) -> None:
    day = plan(walk, date(2025, 7, 4))
    submit(walk)

    approve(walk)

    assert offered(walk) == {"2025-07-04"}
    claim(walk, day)


def test_returned_for_correction_it_is_a_draft_and_waits_on(walk: Walk) -> None:
    plan(walk, date(2025, 7, 4))
    submit(walk)

    approve(walk, "no", "Көп")

    assert offered(walk) == set()


def test_a_day_added_to_an_approved_month_waits_for_the_next_approval(walk: Walk) -> None:
    """Those that the public knows stay open meanwhile."""
    plan(walk, date(2025, 7, 4))
    submit(walk)
    approve(walk)

    plan(walk, date(2025, 7, 11))
    added = offered(walk)
    submit(walk)
    asked = offered(walk)
    approve(walk)

    assert (added, asked) == ({"2025-07-04"}, {"2025-07-04"})
    assert offered(walk) == {"2025-07-04", "2025-07-11"}


def test_krg_6_a_month_whose_schedule_nobody_has_begun_waits_too(walk: Walk) -> None:
    """KRG-6, KST-SCH-1: receptions are held by the approved schedule; of another month only what was published."""
    plan(walk, date(2025, 7, 4))
    published = plan(walk, date(2025, 6, 27))
    plan(walk, date(2025, 6, 30))

    with transaction() as session:
        publish_days(session, "kostanay", [published], by=None, now=walk.now)

    assert offered(walk) == {"2025-06-27"}


def test_the_form_that_gives_a_time_refuses_one_that_waits_for_approval(walk: Walk) -> None:
    """KST-S04: the clerk's form too."""
    walk.reception_day(date(2025, 7, 4))
    walk.start()
    walk.play(until="register_and_notify_applicant")
    submit(walk)

    with pytest.raises((InvalidAnswersError, SlotClosedError)):
        walk.complete("register_and_notify_applicant", **walk.usual("register_and_notify_applicant"))

    approve(walk)
    walk.complete("register_and_notify_applicant", **walk.usual("register_and_notify_applicant"))
    assert [each.status for each in walk.bookings()] == ["booked"]


def test_who_was_booked_before_keeps_her_place(walk: Walk) -> None:
    walk.reception_day(date(2025, 7, 4))
    walk.start()
    walk.play(until="record_position")

    submit(walk)
    walk.play(until="check_in")

    assert [each.status for each in walk.bookings()] == ["confirmed"]


def test_krg_9_a_reception_outside_the_schedule_needs_no_schedule(database_url: str) -> None:
    """KRG-9, KRG-6: the akim's assignment stands for the approval; the deputy's ordinary day waits for it."""
    with karaganda(database_url, at("2025-06-03")) as walk:
        with transaction() as session:
            hours = {
                "mode": "in_person",
                "place": "akimat",
                "starts": time(10),
                "ends": time(11),
                "minutes": 20,
                "seats": 1,
            }
            put_day(session, "karaganda", Plan(walk.people["akim"], date(2025, 7, 4), "ordinary", **hours))
        ordinary = offered(walk)

        with transaction() as session:
            outside = Plan(walk.people["deputy_akim"], date(2025, 7, 8), "out_of_schedule", **hours)
            put_day(session, "karaganda", outside)

        assert (ordinary, offered(walk)) == (set(), {"2025-07-08"})
