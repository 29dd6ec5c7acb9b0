"""Karaganda: an official cannot receive (KRG-17), videoconference by restriction and by consent (KRG-14, KRG-15)."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from app.models import History, Letter, ReceptionDay, RestrictionPeriod
from app.models.database import reading
from app.usecases.instances import start
from app.usecases.restrictions import Restriction, declare, lift
from app.usecases.task_forms import open_task
from app.usecases.tasks import InvalidAnswersError, complete_user_task
from app.usecases.transaction import transaction
from app.usecases.unavailability import Notice, report
from tests.karaganda import KaragandaWalk, karaganda
from tests.processes.test_official_unavailable_stories import decide, instance, running
from tests.reception import at, office_task, shown

FRIDAY = date(2025, 6, 27)
PERIOD = Restriction(date(2025, 6, 23), date(2025, 6, 30), "pandemic", "Қаулы № 12")


@pytest.fixture
def walk(database_url: str) -> Iterator[KaragandaWalk]:
    """Tuesday 3 June 2025, the deputy akim receives on Friday 27 June."""
    with karaganda(database_url, at("2025-06-03")) as walk:
        walk.reception_day(FRIDAY)
        yield walk


def noticed(walk: KaragandaWalk, moment: str) -> int:
    """The deputy akim tells it at this moment; returns the process."""
    walk.pass_time_to(at(*moment.split()))
    report(Notice(walk.day_id, "trip"), by=walk.actor("deputy_akim"))
    walk.work()
    return running()


def class_of(instance_id: int) -> str:
    """What the decision table has said of the notice."""
    with reading() as session:
        facts = session.scalars(
            select(History.facts).where(History.instance_id == instance_id, History.kind == "decision_made")
        ).one()
    return str(facts["value"])


@pytest.mark.parametrize(
    ("moment", "notice"),
    [
        ("2025-06-24 10:00", "in_time"),
        ("2025-06-25 18:30", "in_time"),
        ("2025-06-26 09:00", "late"),
        ("2025-06-27 09:00", "on_the_day"),
    ],
)
def test_a_notice_is_in_time_on_the_day_or_late_and_moves_the_appointment_in_every_case(
    walk: KaragandaWalk, moment: str, notice: str
) -> None:
    """KRG-17: the reception on Friday 27 June, in time until Wednesday 25 June"""
    walk.start()
    walk.play("ensure_participants")
    process = noticed(walk, moment)
    said = class_of(process)

    decide(walk, process, decision="other_date", new_date="2025-07-04")

    assert notice in said
    (letter,) = walk.letters("schedule_changed")
    assert shown(letter.sent_at) == moment
    assert "04.07.2025" in letter.body


@pytest.mark.parametrize(
    ("reception", "moment", "notice"),
    [
        ("2025-07-09", "2025-07-04 17:00", "in_time"),
        ("2025-07-09", "2025-07-05 12:00", "late"),
        ("2025-07-09", "2025-07-08 10:00", "late"),
        ("2025-06-09", "2025-06-04 18:00", "in_time"),
        ("2025-06-09", "2025-06-05 09:30", "late"),
        ("2025-06-09", "2025-06-06 11:00", "late"),
        ("2025-06-09", "2025-06-09 08:00", "on_the_day"),
    ],
)
def test_two_working_days_are_counted_over_holidays(
    walk: KaragandaWalk, reception: str, moment: str, notice: str
) -> None:
    """KRG-17, T-KRG-17: Monday 7 July and Friday 6 June 2025 are days off"""
    walk.reception_day(date.fromisoformat(reception))

    process = noticed(walk, moment)

    assert notice in class_of(process)


def test_the_coordinator_sees_why_and_whether_in_time_and_that_she_must_hurry_on_the_day(walk: KaragandaWalk) -> None:
    """KRG-17"""
    process = noticed(walk, "2025-06-27 09:00")
    coordinator = walk.actor("reception_coordinator")

    page = open_task(office_task(process, "decide_replacement"), by=coordinator).page

    assert page.due_at is not None
    assert shown(page.due_at) == "2025-06-27 09:30"
    assert page.facts["unavailability"]["notice"] == "27.06.2025, 09:00: в день приёма"
    assert page.facts["unavailability"]["cause"] == "служебная командировка"


def test_a_notice_by_telephone_counts_from_the_moment_it_came(walk: KaragandaWalk) -> None:
    """KRG-17: told on Wednesday 25 June, entered by the coordinator on Thursday"""
    walk.pass_time_to(at("2025-06-26", "09:00"))
    told = Notice(walk.day_id, "incapacity", "employee", notified_at=at("2025-06-25", "17:00"))

    report(told, by=walk.actor("reception_coordinator"))
    walk.work()

    assert "in_time" in class_of(running())


def test_another_official_receives_and_the_process_ends(walk: KaragandaWalk) -> None:
    """KRG-17, KRG-2"""
    process = noticed(walk, "2025-06-24 10:00")

    decide(walk, process, decision="other_official", new_official_id=str(walk.people["akim"]))

    with reading() as session:
        assert session.get_one(ReceptionDay, walk.day_id).official_id == walk.people["akim"]
    assert instance(process).end_event == "rescheduled"


def test_under_restrictions_a_request_is_by_videoconference_without_asking_consent(walk: KaragandaWalk) -> None:
    """KRG-15: restrictions from Monday 23 to Monday 30 June, a request books Friday 27 June"""
    restrict(walk)
    walk.start()

    walk.play("ensure_participants", decide_on_reception={"mode": "videoconference"})

    (letter,) = walk.letters("appointment")
    assert "бейнеконференцбайланыс" in letter.body.casefold()
    assert walk.request().answers.get("vks_consent") in (None, False)
    with reading() as session:
        assert session.get_one(ReceptionDay, walk.day_id).mode == "videoconference"


def test_in_person_is_refused_under_restrictions_at_the_check_in_too(walk: KaragandaWalk) -> None:
    """KRG-15"""
    walk.start()
    walk.play("check_in")
    restrict(walk, Restriction(FRIDAY, FRIDAY, "safety"))

    with pytest.raises(InvalidAnswersError) as refused:
        walk.answer("check_in", **walk.usual("check_in"))
    walk.complete("check_in", **{**walk.usual("check_in"), "mode": "videoconference"})

    assert set(refused.value.errors) == {"mode"}
    assert not walk.waits_for("check_in")


def test_videoconference_without_restrictions_needs_the_recorded_consent(walk: KaragandaWalk) -> None:
    """KRG-14: on Friday 27 June 2025"""
    walk.start()
    walk.play("decide_on_reception")
    video: dict[str, Any] = {**walk.usual("decide_on_reception"), "mode": "videoconference"}

    with pytest.raises(InvalidAnswersError) as refused:
        walk.answer("decide_on_reception", **video, vks_consent=False)
    walk.complete("decide_on_reception", **video, vks_consent=True)

    assert "согласие заявителя (KRG-14)" in refused.value.errors["mode"].ru
    assert walk.request().answers["vks_consent"] is True


def test_consent_at_the_request_is_enough_and_a_video_day_cannot_be_booked_without_it(walk: KaragandaWalk) -> None:
    """KRG-14: the day itself is planned as a videoconference"""
    with transaction() as session:
        session.get_one(ReceptionDay, walk.day_id).mode = "videoconference"
    walk.start()
    walk.play("list_and_schedule")
    with pytest.raises(InvalidAnswersError) as refused:
        walk.answer("list_and_schedule", **walk.usual("list_and_schedule"))
    walk.start(vks_consent=True, full_name="Келіскен Азамат")

    walk.play("ensure_participants")

    assert "KRG-14" in refused.value.errors["slot"].ru
    assert [booking.status for booking in walk.bookings()] == ["booked"]


def test_the_call_centre_takes_requests_during_restrictions(walk: KaragandaWalk) -> None:
    """KRG-39.4: restrictions from Monday 23 to Monday 30 June, a call on Wednesday 25 June"""
    restrict(walk)
    walk.pass_time_to(at("2025-06-25", "10:00"))

    walk.start("call_centre_operator")

    assert walk.numbers("R-EDMS") != []


def test_the_mode_goes_off_after_the_last_day_and_earlier_when_it_is_lifted(walk: KaragandaWalk) -> None:
    """KRG-15"""
    restrict(walk)
    with reading() as session:
        row = session.scalars(select(RestrictionPeriod)).one()
    walk.pass_time_to(at("2025-06-24", "10:00"))

    lift(row.id, date(2025, 6, 24), by=walk.actor("reception_coordinator"))
    walk.pass_time_to(at("2025-06-24", "10:01"))

    with reading() as session:
        assert session.get_one(ReceptionDay, walk.day_id).mode == "in_person"
        told = session.scalars(select(Letter.template).order_by(Letter.id)).all()
    assert instance(row.instance_id).end_event == "mode_off"
    assert [each for each in told if each.startswith("restriction")] == ["restriction_declared", "restriction_lifted"]


def restrict(walk: KaragandaWalk, period: Restriction = PERIOD) -> None:
    declare(period, by=walk.actor("reception_coordinator"))
    walk.work()


def test_the_official_tells_it_in_her_task(walk: KaragandaWalk) -> None:
    """KRG-17: OU-01"""
    started = start("official_unavailable", variables={}, case=None, by=walk.actor("reception_coordinator"))
    answers = {
        "day_id": str(walk.day_id),
        "cause": "incapacity",
        "notified_at": "2025-06-03T09:30",
        "notified_whom": "department",
    }

    complete_user_task(
        office_task(started.instance_id, "report_unavailability"), answers=answers, by=walk.actor("deputy_akim")
    )

    assert "in_time" in class_of(started.instance_id)
