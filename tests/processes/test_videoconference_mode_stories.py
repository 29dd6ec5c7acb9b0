"""Restrictions force videoconference: receptions of the period switch, everybody is told, the end restores (VC)."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.models import History, Letter, Message, ProcessInstance, ReceptionDay, RestrictionPeriod
from app.models.database import reading
from app.queries.restrictions import restrictions_of
from app.records.second_thoughts import TooLateError
from app.usecases.access import ForbiddenError
from app.usecases.instances import start
from app.usecases.reception_moves import move_day
from app.usecases.restrictions import (
    Restriction,
    RestrictionOverError,
    RestrictionRefusedError,
    declare,
    lift,
    take_lifting_back,
    would_lift,
)
from app.usecases.tasks import InvalidAnswersError, complete_user_task
from tests.reception import Walk, at, kostanay, office_task, shown

JUNE, JULY = date(2025, 6, 27), date(2025, 7, 4)
PERIOD = Restriction(date(2025, 6, 23), date(2025, 6, 30), "pandemic", "Постановление № 12")


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    """Tuesday 3 June 2025, receptions on Friday 27 June and on Friday 4 July."""
    with kostanay(database_url, at("2025-06-03")) as walk:
        walk.reception_day(JULY)
        walk.reception_day(JUNE)
        yield walk


def restrict(walk: Walk, period: Restriction = PERIOD) -> None:
    declare(period, by=walk.actor("reception_coordinator"))
    walk.work()


def days() -> dict[date, tuple[str, str]]:
    """Mode and place of every reception day."""
    with reading() as session:
        return {row.day: (row.mode, row.place_ru) for row in session.scalars(select(ReceptionDay))}


def modes() -> dict[date, str]:
    return {day: mode for day, (mode, _) in days().items()}


def period() -> RestrictionPeriod:
    with reading() as session:
        return session.scalars(select(RestrictionPeriod).order_by(RestrictionPeriod.id.desc())).all()[0]


def watching() -> ProcessInstance:
    with reading() as session:
        return session.get_one(ProcessInstance, period().instance_id)


def office_letters(template: str) -> list[Letter]:
    with reading() as session:
        return list(session.scalars(select(Letter).where(Letter.template == template).order_by(Letter.id)))


def test_receptions_of_the_period_are_by_videoconference_and_later_ones_stay_in_person(walk: Walk) -> None:
    """KST-VKS, KST-VKS-1: restrictions from Monday 23 to Monday 30 June"""
    restrict(walk)

    assert days() == {
        JUNE: ("videoconference", "Видеоконференцсвязь (ссылка придёт в уведомлении)"),
        JULY: ("in_person", "каб. 104"),
    }


def test_in_person_cannot_be_chosen_for_a_day_of_the_period(walk: Walk) -> None:
    """KST-VKS-1, BR-05"""
    restrict(walk)
    walk.start()
    walk.play("decide_on_reception")

    with pytest.raises(InvalidAnswersError) as refused:
        walk.complete("decide_on_reception", **walk.usual("decide_on_reception"))

    assert "23.06.2025 – 30.06.2025" in refused.value.errors["mode"].ru
    walk.complete("decide_on_reception", **{**walk.usual("decide_on_reception"), "mode": "videoconference"})
    walk.play("invite_state_bodies")
    (letter,) = walk.letters("appointment")
    assert "бейнеконференцбайланыс" in letter.body


def test_a_day_planned_into_the_period_gets_the_mode(walk: Walk) -> None:
    """KST-VKS, KST-VKS-1: a whole day that moves into the period is held by videoconference, out of it as planned"""
    restrict(walk)
    coordinator = walk.actor("reception_coordinator")
    walk.reception_day(date(2025, 7, 11))

    move_day(walk.day_id, date(2025, 6, 26), reason="Әкім іссапарда", by=coordinator)
    inside = modes()[date(2025, 6, 26)]
    move_day(walk.day_id, date(2025, 7, 14), reason="Әкім іссапарда", by=coordinator)

    assert (inside, days()[date(2025, 7, 14)]) == ("videoconference", ("in_person", "каб. 104"))


def test_every_booked_applicant_and_body_and_the_official_are_told_at_once_and_once(walk: Walk) -> None:
    """KST-VKS-1, KST-S07.2"""
    slots = walk.slots
    walk.start()
    walk.play("analyse_materials")
    first = walk.case_id
    walk.start(full_name="Екінші Азамат", email="second@example.test", phone="+77770000000")
    walk.slots = slots[1:]
    walk.play("analyse_materials")
    second = walk.case_id
    walk.pass_time_to(at("2025-06-21", "15:40"))

    restrict(walk)

    for case_id in (first, second):
        walk.case_id = case_id
        (letter,) = walk.letters("schedule_changed")
        assert shown(letter.sent_at) == "2025-06-21 15:40", "a Saturday afternoon: at once all the same"
        assert "бейнеконференцбайланыс" in letter.body
        assert len(walk.letters("schedule_changed.sms")) == 1
        assert {each.address for each in walk.letters("invitation_moved")} == {
            "housing@bodies.example",
            "social@bodies.example",
        }
    (told,) = office_letters("restriction_declared")
    assert (told.address, "27.06.2025" in told.body) == ("leadership@example.test", True)
    with reading() as session:
        sent = session.scalars(select(Message).where(Message.name == "schedule.changed")).all()
    assert sorted((each.case_id, each.status) for each in sent) == [(first, "delivered"), (second, "delivered")]


def test_somebody_booked_on_the_very_day_is_told_too(walk: Walk) -> None:
    """KST-VKS-1, KST-S07.2: the reception's preparation is over and listens no more"""
    walk.start()
    walk.play("check_in")

    restrict(walk, Restriction(JUNE, JUNE, "safety"))

    (letter,) = walk.letters("schedule_changed")
    assert "бейнеконференцбайланыс" in letter.body


def test_at_the_end_of_the_period_the_mode_goes_off_by_itself(walk: Walk) -> None:
    """KST-VKS-1: the midnight after Monday 30 June"""
    restrict(walk)

    walk.pass_time_to(at("2025-06-30", "23:59"))
    before = watching().status
    walk.pass_time_to(at("2025-07-01", "00:00"))

    assert (before, watching().status, watching().end_event) == ("running", "completed", "mode_off")
    assert modes() == {JUNE: "videoconference", JULY: "in_person"}, "what has been held stays as it was held"
    assert office_letters("restriction_lifted") == []


def test_restrictions_lifted_early_restore_the_days_ahead_and_tell_everybody(walk: Walk) -> None:
    """KST-VKS-1: lifted on Wednesday 25 June, the reception of Friday is in person again"""
    walk.start()
    walk.play("analyse_materials")
    restrict(walk)
    walk.pass_time_to(at("2025-06-25", "11:00"))

    lift(period().id, date(2025, 6, 25), by=walk.actor("reception_coordinator"))
    walk.pass_time_to(at("2025-06-25", "11:01"))

    assert days()[JUNE] == ("in_person", "каб. 104")
    assert (watching().status, watching().end_event) == ("completed", "mode_off")
    assert ["бетпе-бет" in letter.body or "жеке" in letter.body for letter in walk.letters("schedule_changed")] == [
        True,
        True,
    ]
    assert "бейнеконференцбайланыс" not in walk.letters("schedule_changed")[1].body
    (told,) = office_letters("restriction_lifted")
    assert told.address == "leadership@example.test"


def test_lifting_is_taken_back_within_the_minute_and_nobody_hears_of_it(walk: Walk) -> None:
    """KST-VKS-1: the restrictions hold to their old end, then the mode goes off by itself"""
    walk.start()
    walk.play("analyse_materials")
    restrict(walk)
    walk.pass_time_to(at("2025-06-25", "11:00"))
    coordinator = walk.actor("reception_coordinator")

    seen = would_lift(period().id, date(2025, 6, 25), by=coordinator)
    lift(period().id, date(2025, 6, 25), by=coordinator)
    walk.work()
    [shown_row] = restrictions_of("kostanay")
    take_lifting_back(period().id, by=coordinator)
    walk.pass_time_to(at("2025-06-25", "11:10"))
    kept = (period().last_day, days()[JUNE][0], watching().status, len(walk.letters("schedule_changed")))
    walk.pass_time_to(at("2025-07-01", "09:00"))

    assert [(on, booked) for on, _, booked in seen.days] == [(JUNE, 1)]
    assert shown(shown_row.undo_until or walk.now) == "2025-06-25 11:01"
    assert kept == (date(2025, 6, 30), "videoconference", "running", 1)
    assert (watching().status, watching().end_event) == ("completed", "mode_off")


def test_after_the_minute_or_twice_it_is_too_late(walk: Walk) -> None:
    restrict(walk)
    coordinator = walk.actor("reception_coordinator")
    lift(period().id, date(2025, 6, 24), by=coordinator)
    take_lifting_back(period().id, by=coordinator)

    with pytest.raises(TooLateError):
        take_lifting_back(period().id, by=coordinator)
    lift(period().id, date(2025, 6, 24), by=coordinator)
    walk.pass_time_to(walk.now + timedelta(minutes=1))
    with pytest.raises(TooLateError):
        take_lifting_back(period().id, by=coordinator)
    with pytest.raises(ForbiddenError):
        take_lifting_back(period().id, by=walk.actor("dept_head"))


def test_a_period_that_is_revoked_before_it_begins_leaves_nothing(walk: Walk) -> None:
    """KST-VKS-1"""
    restrict(walk)
    walk.pass_time_to(at("2025-06-10", "12:00"))

    lift(period().id, date(2025, 6, 9), by=walk.actor("reception_coordinator"))
    walk.pass_time_to(at("2025-06-10", "12:01"))
    restrict(walk)

    assert modes()[JUNE] == "videoconference"
    with reading() as session:
        assert len(session.scalars(select(RestrictionPeriod)).all()) == 2


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        (Restriction(date(2025, 6, 2), date(2025, 6, 30), "pandemic"), {"first_day"}),
        (Restriction(date(2025, 6, 28), date(2025, 6, 20), "pandemic"), {"last_day"}),
        (Restriction(None, None, ""), {"first_day", "last_day", "cause"}),
        (Restriction(date(2025, 6, 30), date(2025, 7, 2), "safety"), {"first_day"}),
    ],
)
def test_a_period_that_cannot_be_is_refused_at_its_fields(walk: Walk, asked: Restriction, fields: set[str]) -> None:
    restrict(walk)

    with pytest.raises(RestrictionRefusedError) as refused:
        declare(asked, by=walk.actor("reception_coordinator"))

    assert set(refused.value.errors) == fields


def test_only_the_coordinator_declares_and_lifts_and_only_once(walk: Walk) -> None:
    with pytest.raises(ForbiddenError):
        declare(PERIOD, by=walk.actor("dept_head"))
    restrict(walk)
    coordinator = walk.actor("reception_coordinator")
    with pytest.raises(RestrictionRefusedError):
        lift(period().id, date(2025, 6, 30), by=coordinator)
    lift(period().id, date(2025, 6, 24), by=coordinator)

    with pytest.raises(RestrictionOverError):
        lift(period().id, date(2025, 6, 23), by=coordinator)


def test_the_coordinator_may_begin_by_hand_and_enter_the_period_in_a_task(walk: Walk) -> None:
    """KST-VKS-1: VC-01"""
    coordinator = walk.actor("reception_coordinator")
    started = start("videoconference_mode", variables={}, case=None, by=coordinator)
    answers: dict[str, Any] = {"cause": "safety", "first_day": "2025-06-23", "last_day": "2025-06-30", "basis": ""}
    task = office_task(started.instance_id, "declare_restriction")
    with pytest.raises(InvalidAnswersError) as refused:
        complete_user_task(task, answers={**answers, "last_day": "2025-06-20"}, by=coordinator)
    complete_user_task(task, answers=answers, by=coordinator)
    walk.work()

    assert set(refused.value.errors) == {"last_day"}
    assert modes() == {JUNE: "videoconference", JULY: "in_person"}
    with reading() as session:
        passed = [
            element
            for facts in session.scalars(
                select(History.facts).where(History.instance_id == started.instance_id).order_by(History.id)
            )
            for element in facts.get("passed", [])
        ]
    assert passed[:2] == ["restriction_expected", "declare_restriction"]
