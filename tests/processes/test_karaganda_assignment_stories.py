"""Control of assignments in Karaganda on the real stack: only the final reasoned reply ends it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from app.models import Assignment, History, HistoryPayload
from app.models.database import reading
from app.queries.assignments import AssignmentFilter, register
from app.usecases import assignments as use
from app.usecases.access import ForbiddenError
from app.usecases.task_forms import open_task
from app.usecases.tasks import InvalidAnswersError, complete_user_task
from tests.reception import Walk, at, karaganda

AKIM = use.HigherAssignment(
    origin="akim", document="№ 2-17/88, 27.06.2025", text="Жолды жөндеу.", body_id=None, due_on=date(2025, 7, 18)
)


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    """The office on Friday 27 June 2025."""
    with karaganda(database_url, at("2025-06-27")) as walk:
        yield walk


def given(walk: Walk, **changes: Any) -> int:
    """An assignment comes under control now; returns it."""
    words = replace(AKIM, body_id=min(walk.bodies.values()), **changes)
    assignment_id = use.receive(words, by=walk.actor("controller"))
    walk.work()
    walk.case_id = row(assignment_id).case_id
    return assignment_id


def row(assignment_id: int) -> Assignment:
    with reading() as session:
        return session.get_one(Assignment, assignment_id)


def report(walk: Walk, kind: str, day: str) -> None:
    """The executor reports on a day, with a reply of a kind."""
    walk.complete("execute_assignment", **{**walk.usual("execute_assignment"), "reply_kind": kind, "reply_on": day})


def test_an_assignment_has_a_concrete_day(walk: Walk) -> None:
    """KRG-25, BR-09: without a day it is refused; with Friday 18 July 2025 it is due at the end of that day"""
    with pytest.raises(use.FieldsRefusedError) as refused:
        given(walk, due_on=None)
    given(walk)

    assert set(refused.value.errors) == {"due_on"}
    assert walk.due("choose_executor") == "2025-07-18 18:30"


def test_an_interim_reply_does_not_end_the_control_and_the_final_one_does(walk: Walk) -> None:
    """KRG-35, BR-08: interim on Thursday 10 July, final and reasoned on Friday 18 July 2025"""
    assignment_id = given(walk)
    walk.complete("choose_executor", **walk.usual("choose_executor"))
    walk.pass_time_to(at("2025-07-10", "15:00"))
    report(walk, "interim", "2025-07-10")
    walk.complete("check_execution", quality="good")
    after_interim = (row(assignment_id).state, walk.waiting())
    walk.pass_time_to(at("2025-07-18", "15:00"))
    report(walk, "final", "2025-07-18")
    walk.complete("check_execution", quality="good")

    assert after_interim == ("rework", ["execute_assignment"])
    assert (row(assignment_id).state, row(assignment_id).off_control_on) == ("off_control", date(2025, 7, 18))
    assert row(assignment_id).timeliness == "in_time"


def test_a_review_cannot_accept_an_interim_reply_instead(walk: Walk) -> None:
    """KRG-35"""
    given(walk)
    walk.complete("choose_executor", **walk.usual("choose_executor"))
    report(walk, "interim", "2025-06-27")
    walk.complete("check_execution", quality="doubtful")

    walk.complete("review_quality", methods=["documents"], results="Аралық жауап.", verdict="accept")

    assert walk.waiting() == ["execute_assignment"]


def test_only_the_department_takes_an_assignment_off_control(walk: Walk) -> None:
    """KRG-34, AC-04: somebody outside the Department is refused"""
    given(walk)
    walk.complete("choose_executor", **walk.usual("choose_executor"))
    report(walk, "final", "2025-06-27")
    task = walk.task("check_execution").id

    for role in ("assignee", "akim", "unit_head", "reception_worker"):
        with pytest.raises(ForbiddenError):
            complete_user_task(task, answers={"quality": "good"}, by=walk.actor(role))

    assert walk.waiting() == ["check_execution"]


def test_the_head_of_the_akims_office_sees_what_is_overdue(walk: Walk) -> None:
    """KRG-0.5"""
    given(walk)
    walk.complete("choose_executor", **walk.usual("choose_executor"))

    walk.pass_time_to(at("2025-07-21", "10:00"))

    assert walk.actor("akim_office_head").may("assignment.see")
    assert [each.late for each in register("karaganda", AssignmentFilter(state="late")).rows] == [True]
    assert [letter.recipient for letter in walk.letters("assignment_overdue")] == ["Тұлға dept_head"]


def test_who_decided_the_matter_before_is_no_candidate_and_cannot_be_entered(walk: Walk) -> None:
    """KRG-37, AC-12: X decided it on Wednesday 12 March 2025"""
    assignment_id = given(walk)
    use.record_earlier_decision(
        assignment_id,
        name="",
        person_id=walk.people["assignee"],
        decided_on=date(2025, 3, 12),
        ground="ЖТ-118",
        by=walk.actor("controller"),
    )
    page = open_task(walk.task("choose_executor").id, by=walk.actor("controller")).page

    with pytest.raises(InvalidAnswersError) as refused:
        walk.answer("choose_executor", **walk.usual("choose_executor"))

    offered = [choice.value for choice in page.choices["executor_candidates"]]
    assert f"p{walk.people['assignee']}" not in offered
    assert "12.03.2025" in refused.value.errors["responsible"].kk
    with reading() as session:
        said = session.scalars(
            select(HistoryPayload.payload)
            .join(History, History.id == HistoryPayload.history_id)
            .where(History.kind == "executor_refused", History.case_id == walk.case_id)
        ).all()
    assert "12.03.2025" in said[0]["reason"]
