"""The schedule of receptions and the unified day, walked from start to end on the virtual clock."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from sqlalchemy import select

from app.domain.calendar import WorkingCalendar
from app.domain.hours import OfficeCalendar
from app.models import History, Message, Slot
from app.models.database import reading
from app.records.free_slots import free_slots
from app.records.unified_day import held_on
from app.usecases.access import ForbiddenError
from app.usecases.blackouts import Period, close_period
from app.usecases.reception_days import DayRefusedError, cancel_day
from app.usecases.reception_moves import move_day
from app.usecases.schedule_approval import (
    ApprovalRunsError,
    AssignmentRefusedError,
    NoMeetingDayError,
    NothingToApproveError,
    ask_for_approval,
    assign_out_of_schedule,
    plan_report_meeting,
)
from app.usecases.tasks import complete_user_task
from tests.reception import Walk, at, karaganda, kostanay, shown
from tests.schedule import Schedule


@pytest.fixture
def kst(database_url: str) -> Iterator[Schedule]:
    """Kostanay on Tuesday 3 June 2025."""
    with kostanay(database_url, at("2025-06-03")) as walk:
        yield Schedule(walk)


def approve_june(desk: Schedule) -> None:
    """The month goes its usual way to the board."""
    ask_for_approval(date(2025, 6, 1), by=desk.walk.actor("reception_coordinator"))
    desk.walk.work()
    desk.answer("approve_schedule", approved="yes")
    desk.answer("hang_on_board", posted_on="2025-06-04")


def booked(walk: Walk, slot: int) -> int:
    walk.slots = [slot]
    walk.start()
    walk.play(until="record_position")
    return walk.case_id


def test_kst_sch_1_a_schedule_is_drawn_up_approved_published_and_hung_on_the_board(kst: Schedule) -> None:
    """KST-SCH-0, KST-SCH-1: begun on the 15th for the next month, with its terms counted around 7 July, a day off."""
    kst.arm("reception_schedule")
    kst.walk.pass_time_to(at("2025-06-15", "12:00"))
    drawing = kst.task("draw_up_schedule")
    kst.plan("leadership", date(2025, 7, 11))
    form = kst.shows("draw_up_schedule", "reception_coordinator")

    kst.walk.pass_time_to(at("2025-07-02"))
    kst.answer("draw_up_schedule", schedule_ready=True)
    approval = kst.task("approve_schedule")
    kst.answer("approve_schedule", approved="yes")
    published = kst.period(date(2025, 7, 1))
    kst.answer("hang_on_board", posted_on="2025-07-03")

    assert shown(drawing.due_at) == "2025-06-20 18:30"
    assert "11.07.2025" in form
    assert shown(approval.due_at) == "2025-07-08 18:30"
    assert (published.status, published.edition, published.approved_by) == (
        "published", 1, kst.walk.people["leadership"],
    )  # fmt: skip
    assert kst.period(date(2025, 7, 1)).posted_on == date(2025, 7, 3)
    assert kst.days()[0].published_at is not None
    assert [facts["days"] for facts in kst.editions()] == [1]
    assert kst.waiting() == []


def test_a_schedule_that_is_not_approved_goes_back_with_remarks(kst: Schedule) -> None:
    """KST-SCH-0"""
    kst.plan("leadership", date(2025, 6, 27))
    ask_for_approval(date(2025, 6, 1), by=kst.walk.actor("reception_coordinator"))
    kst.walk.work()

    silent = kst.refused("approve_schedule", approved="no")
    kst.answer("approve_schedule", approved="no", remarks="Добавьте приём заместителя")
    again = kst.shows("draw_up_schedule", "reception_coordinator")
    draft = kst.period(date(2025, 6, 1))
    kst.answer("draw_up_schedule", schedule_ready=True)

    assert list(silent) == ["remarks"]
    assert "Добавьте приём заместителя" in again
    assert draft.status == "draft"
    assert kst.waiting() == ["approve_schedule"]


def test_a_month_is_passed_on_once_and_only_with_days(kst: Schedule) -> None:
    by = kst.walk.actor("reception_coordinator")

    with pytest.raises(NothingToApproveError):
        ask_for_approval(date(2025, 6, 1), by=by)
    kst.plan("leadership", date(2025, 6, 27))
    ask_for_approval(date(2025, 6, 1), by=by)
    with pytest.raises(ApprovalRunsError):
        ask_for_approval(date(2025, 6, 1), by=by)
    with pytest.raises(ForbiddenError):
        ask_for_approval(date(2025, 6, 1), by=kst.walk.actor("leadership"))


def test_kst_s07_2_a_moved_published_day_is_published_anew_and_everybody_is_told_once(kst: Schedule) -> None:
    """KST-S07.2: 2 applicants of Friday 27 June, moved on Tuesday 24 June at 09:30 to Monday 30 June."""
    walk = kst.walk
    slots = walk.reception_day(date(2025, 6, 27))
    cases = [booked(walk, slot) for slot in slots[:2]]
    approve_june(kst)
    walk.pass_time_to(at("2025-06-24", "09:30"))

    told = move_day(walk.day_id, date(2025, 6, 30), reason="Сессия", by=walk.actor("reception_coordinator"))
    walk.work()

    assert told == 2
    for case_id in cases:
        walk.case_id = case_id
        letters = walk.letters("schedule_changed")
        assert len(letters) == 1
        assert "30.06.2025" in letters[0].body
        assert shown(letters[0].created_at) == "2025-06-24 09:30"
        assert walk.entries("R-RECEPTION")[-1].facts["reception_at"].startswith("2025-06-30")
    assert kst.period(date(2025, 6, 1)).edition == 2
    assert kst.waiting().count("hang_on_board") == 1


def test_a_cancelled_published_day_makes_a_new_edition(kst: Schedule) -> None:
    """KST-S07.2, KST-SCH-1"""
    day = kst.plan("leadership", date(2025, 6, 27))
    kst.plan("leadership", date(2025, 6, 26))
    approve_june(kst)

    cancel_day(day, reason="Іссапар", by=kst.walk.actor("reception_coordinator"))
    kst.walk.work()

    assert [facts["days"] for facts in kst.editions()] == [2, 1]
    assert kst.waiting() == ["hang_on_board"]


def test_a_change_of_a_day_that_nobody_has_seen_publishes_nothing(kst: Schedule) -> None:
    day = kst.plan("leadership", date(2025, 6, 27))

    move_day(day, date(2025, 6, 30), reason="Сессия", by=kst.walk.actor("reception_coordinator"))
    kst.walk.work()

    assert (kst.editions(), kst.waiting()) == ([], [])


def test_kst_day_the_unified_day_is_created_ahead_held_and_closed(kst: Schedule) -> None:
    """KST-DAY, KST-DAY-1: created on 20 June for Friday 25 July; the case booked on it hears that it is confirmed."""
    walk = kst.walk
    instance = kst.begin("unified_reception_day", "month_ahead")
    confirming = kst.task("confirm_unified_day")
    form = kst.shows("confirm_unified_day", "reception_coordinator")
    [created] = kst.days("unified_day")

    kst.answer(
        "confirm_unified_day",
        unified_on="2025-06-27",
        unified_officials=[str(walk.people["leadership"])],
        unified_place="akimat_hall",
    )
    [confirmed] = kst.days("unified_day")
    with reading() as session:
        slots = list(session.scalars(select(Slot.id).where(Slot.day_id == confirmed.id).order_by(Slot.starts_at)))
    walk.day_id = confirmed.id
    case_id = booked(walk, slots[0])
    walk.complete("record_position", **walk.usual("record_position"))
    walk.play(until="analyse_materials")
    walk.pass_time_to(at("2025-06-23", "12:00"))
    with reading() as session:
        came = list(
            session.scalars(select(History.facts).where(History.case_id == case_id, History.kind == "message_received"))
        )
    walk.play(until="issue_protocol")
    walk.pass_time_to(at("2025-06-27", "19:00"))
    closing = kst.task("close_unified_day")
    kst.answer("close_unified_day", received_count=1, not_received_count=0)

    assert created.day == date(2025, 6, 27)
    assert "27" in form
    assert shown(confirming.due_at) == "2025-06-09 18:30"
    assert (confirmed.id, confirmed.place_en) == (created.id, "66 Al-Farabi Avenue, Kostanay, small meeting hall")
    assert confirmed.published_at is not None
    assert [facts["message"] for facts in came] == ["reception_day.confirmed"]
    assert shown(closing.due_at) == "2025-06-30 18:30"
    assert kst.editions()[-1] == {"days": [confirmed.id], "received": 1, "not_received": 0}
    assert kst.days("unified_day")[0].status == "held"
    assert kst.passed(instance)[-1] == "day_closed"


@pytest.mark.parametrize(
    ("policy", "held"),
    [("previous", date(2024, 10, 24)), ("next", date(2024, 10, 28)), ("ask", None)],
)
def test_the_policy_of_the_office_moves_a_holiday_friday(policy: str, held: date | None) -> None:
    """KST-DAY-1: 25 October 2024 was a public holiday; a working Friday stays."""
    calendar = OfficeCalendar(WorkingCalendar())

    assert held_on(calendar, date(2024, 10, 25), policy) == held
    assert held_on(calendar, date(2025, 6, 27), policy) == date(2025, 6, 27)


def test_kst_day_1_on_a_public_holiday_the_coordinator_is_asked(database_url: str) -> None:
    """KST-DAY-1: Friday 25 October 2024 was a public holiday; nothing is planned until somebody chooses."""
    with kostanay(database_url, at("2024-09-20")) as walk:
        kst = Schedule(walk)
        kst.begin("unified_reception_day", "month_ahead")
        form = kst.shows("confirm_unified_day", "reception_coordinator")
        before = kst.days()
        answers = {"unified_officials": [str(walk.people["leadership"])], "unified_place": "akimat"}

        refused = kst.refused("confirm_unified_day", unified_on="2024-10-25", **answers)
        kst.answer("confirm_unified_day", unified_on="2024-10-24", **answers)

        assert before == []
        assert "Республик" in form
        assert list(refused) == ["unified_on"]
        assert [(day.day, day.kind) for day in kst.days()] == [(date(2024, 10, 24), "unified_day")]


def test_a_unified_day_that_was_moved_is_closed_after_its_new_date(kst: Schedule) -> None:
    """KST-DAY, KST-S07.2"""
    walk = kst.walk
    kst.begin("unified_reception_day", "month_ahead")
    kst.answer(
        "confirm_unified_day",
        unified_on="2025-06-27",
        unified_officials=[str(walk.people["leadership"])],
        unified_place="akimat",
    )

    move_day(kst.days()[0].id, date(2025, 6, 30), reason="Сессия", by=walk.actor("reception_coordinator"))
    walk.pass_time_to(at("2025-06-28"))
    early = kst.waiting()
    walk.pass_time_to(at("2025-06-30", "19:00"))

    assert "close_unified_day" not in early
    assert shown(kst.task("close_unified_day").due_at) == "2025-07-01 18:30"


def test_an_official_whose_period_is_closed_has_no_unified_day(kst: Schedule) -> None:
    """KST-DAY"""
    by = kst.walk.actor("reception_coordinator")
    close_period(Period(kst.walk.people["leadership"], date(2025, 6, 27), None, "Отпуск"), by=by)

    kst.begin("unified_reception_day", "month_ahead")

    assert kst.days() == []
    assert kst.waiting() == ["confirm_unified_day"]


@pytest.fixture
def krg(database_url: str) -> Iterator[Schedule]:
    """Karaganda on Tuesday 3 June 2025."""
    with karaganda(database_url, at("2025-06-03")) as walk:
        yield Schedule(walk)


def test_krg_6_a_month_without_a_deputy_is_refused_until_he_has_a_day(krg: Schedule) -> None:
    """KRG-6, T-KRG-06A: receptions on 12 June and none in July; the schedule for July goes back with the name."""
    krg.plan("deputy_akim", date(2025, 6, 12))
    krg.plan("akim", date(2025, 7, 10))
    ask_for_approval(date(2025, 7, 1), by=krg.walk.actor("reception_coordinator"))
    krg.walk.work()

    refused = krg.waiting()
    form = krg.shows("draw_up_schedule", "reception_coordinator")
    krg.plan("deputy_akim", date(2025, 7, 11))
    krg.answer("draw_up_schedule", schedule_ready=True)

    assert refused == ["draw_up_schedule"]
    assert "deputy_akim" in form
    assert krg.waiting() == ["approve_schedule"]
    assert krg.task("approve_schedule").role == "akim"


def test_krg_2_only_who_is_named_by_the_regulation_receives(krg: Schedule) -> None:
    """KRG-2: a unit head may be planned, an employee without any of the roles may not."""
    accepted = krg.plan("unit_head", date(2025, 6, 27))

    with pytest.raises(DayRefusedError) as refusal:
        krg.plan("controller", date(2025, 6, 27))

    assert accepted > 0
    assert list(refusal.value.errors) == ["official_id"]


def test_krg_7_an_approved_schedule_is_published_and_hung(krg: Schedule) -> None:
    """KRG-0.7, KRG-6, KRG-7: only the akim approves; the coordinator confirms the posting."""
    for role in ("akim", "deputy_akim"):
        krg.plan(role, date(2025, 6, 26))
    ask_for_approval(date(2025, 6, 1), by=krg.walk.actor("reception_coordinator"))
    krg.walk.work()

    with pytest.raises(ForbiddenError):
        complete_user_task(
            krg.task("approve_schedule").id, answers={"approved": "yes"}, by=krg.walk.actor("reception_coordinator")
        )
    krg.answer("approve_schedule", approved="yes")
    krg.answer("hang_on_board", posted_on="2025-06-03")

    june = krg.period(date(2025, 6, 1))
    assert (june.status, june.approved_by, june.posted_on) == (
        "published", krg.walk.people["akim"], date(2025, 6, 3),
    )  # fmt: skip


def test_krg_6_receptions_are_proposed_before_and_after_a_report_meeting(database_url: str) -> None:
    """KRG-6, T-KRG-06B: a meeting on Thursday 20 February 2025: 19 February and the next working day after it."""
    with karaganda(database_url, at("2025-02-03")) as walk:
        krg = Schedule(walk)
        by = walk.actor("reception_coordinator")
        for role in ("akim", "deputy_akim"):
            krg.plan(role, date(2025, 2, 12))
        plan_report_meeting(date(2025, 2, 20), by=by)
        walk.work()
        task = krg.task("add_report_days")
        official = str(walk.people["akim"])

        late = krg.refused("add_report_days", official=official, before_on="2025-02-20", after_on="2025-02-21")
        early = krg.refused("add_report_days", official=official, before_on="2025-02-19", after_on="2025-02-20")
        taken = krg.refused("add_report_days", official=official, before_on="2025-02-12", after_on="2025-02-21")
        proposed = krg.shows("add_report_days", "reception_coordinator")
        krg.answer("add_report_days", official=official, before_on="2025-02-19", after_on="2025-02-21")

        assert (list(late), list(early), list(taken)) == (["before_on"], ["after_on"], ["before_on"])
        assert "name='before_on-day', value='19'" in proposed
        assert "name='after_on-day', value='21'" in proposed
        assert shown(task.due_at)[:10] == "2025-02-19"
        assert [(day.day, day.basis["side"]) for day in krg.days("report_meeting")] == [
            (date(2025, 2, 19), "before"),
            (date(2025, 2, 21), "after"),
        ]
        assert krg.waiting() == ["approve_schedule"]
        with pytest.raises(NoMeetingDayError):
            plan_report_meeting(date(2025, 2, 3), by=by)


def test_krg_9_a_deputy_receives_outside_the_schedule_only_on_an_assignment_with_a_date(krg: Schedule) -> None:
    """KRG-9, BR-22: an assignment of 2 June naming 12 June; without one, or without a date, it is refused."""
    deputy, day, akim = krg.walk.people["deputy_akim"], date(2025, 6, 12), krg.walk.actor("akim")

    for wrong in (
        (deputy, None, "№ 5"),
        (deputy, day, " "),
        (None, day, "№ 5"),
        (krg.walk.people["akim"], day, "№ 5"),
        (deputy, date(2025, 6, 2), "№ 5"),
    ):
        with pytest.raises(AssignmentRefusedError):
            assign_out_of_schedule(*wrong, by=akim)
    with pytest.raises(ForbiddenError):
        assign_out_of_schedule(deputy, day, "№ 5", by=krg.walk.actor("deputy_akim"))
    assign_out_of_schedule(deputy, day, "Поручение № 5 от 02.06.2025", by=akim)
    krg.walk.work()
    without_date = krg.refused("record_assignment", assignment="№ 5", deputy_id=str(deputy))
    not_a_deputy = krg.refused(
        "record_assignment", assignment="№ 5", deputy_id=str(krg.walk.people["akim"]), assigned_on="2025-06-12"
    )
    krg.answer(
        "record_assignment",
        assignment="Поручение № 5 от 02.06.2025",
        deputy_id=str(deputy),
        assigned_on="2025-06-12",
        assigned_hour="15:00",
    )

    assert list(without_date) == ["assigned_on"]
    assert list(not_a_deputy) == ["deputy_id"]
    [reception] = krg.days("out_of_schedule")
    assert (reception.day, reception.official_id) == (day, deputy)
    assert reception.basis["assignment"] == "Поручение № 5 от 02.06.2025"
    with reading() as session:
        first = session.scalars(
            select(Slot.starts_at).where(Slot.day_id == reception.id).order_by(Slot.starts_at)
        ).first()
        told = session.scalars(select(Message.payload).where(Message.name == "out_of_schedule.assigned")).one()
    assert isinstance(first, datetime)
    assert shown(first) == "2025-06-12 15:00"
    assert (told["reception_day_id"], told["official_id"]) == (str(reception.id), str(deputy))
    assert told["reception_on"] == "2025-06-12"


def test_the_next_month_is_offered_once_its_schedule_is_approved(kst: Schedule) -> None:
    """KST-SCH-0, KST-SCH-1: from the day on which the process opens the month until the leadership has approved it."""
    walk = kst.walk
    kst.plan("leadership", date(2025, 7, 4))

    kst.begin("reception_schedule", "period_begins")
    drawn_up = free_days(walk)
    kst.answer("draw_up_schedule", schedule_ready=True)
    submitted = free_days(walk)
    kst.answer("approve_schedule", approved="yes")

    assert (drawn_up, submitted, free_days(walk)) == (set(), set(), {date(2025, 7, 4)})


def free_days(walk: Walk) -> set[date]:
    """The dates on which somebody can be booked."""
    with reading() as session:
        return {each.starts_at.date() for each in free_slots(session, walk.office, now=walk.now)}
