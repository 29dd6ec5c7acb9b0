"""An operator at work on a real reception: skipping steps, going back, what stays and what is told."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text

from app.engine.operating import CannotRewindError, CannotSkipStepError
from app.models import History, HistoryPayload, UserTask
from app.models.database import reading
from app.usecases import instances, operating
from app.usecases.access import ForbiddenError
from app.usecases.advance import InstanceEndedError
from app.usecases.operating import Consequences, Situation
from app.usecases.skipped_steps import Step, StepGoneError
from app.usecases.task_forms import open_task
from app.usecases.tasks import InvalidAnswersError, ReasonMissingError
from tests.reception import Walk, at, kostanay

REASON = "по указанию руководителя"
TABLES = ("history", "user_task", "job", "subscription", "register_entry", "letter", "booking", "document", "message")


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    """The office on Tuesday 3 June 2025, with a reception day on Friday 27 June."""
    with kostanay(database_url, at("2025-06-03")) as walk:
        walk.reception_day(date(2025, 6, 27))
        yield walk


def situation(walk: Walk) -> Situation:
    return operating.situation(walk.instance().id, by=walk.actor("operator"))


def step(walk: Walk, element: str) -> Step:
    return next(each for each in situation(walk).steps if each.element == element)


def skip(walk: Walk, element: str, **answers: Any) -> None:
    found = step(walk, element)
    by = walk.actor("operator")
    operating.skip(walk.instance().id, found.task_id, element, reason=REASON, answers=answers, by=by)
    walk.work()


def rewind(walk: Walk, element: str) -> None:
    operating.rewind(walk.instance().id, element, reason=REASON, by=walk.actor("operator"))
    walk.work()


def preview(walk: Walk, element: str) -> Consequences:
    return operating.preview_rewind(walk.instance().id, element, by=walk.actor("operator"))


def told(walk: Walk, kind: str) -> tuple[History, dict[str, Any]]:
    with reading() as session:
        row = session.execute(
            select(History, HistoryPayload.payload)
            .join(HistoryPayload, HistoryPayload.history_id == History.id)
            .where(History.case_id == walk.case_id, History.kind == kind)
        ).one()
        return row[0], row[1]


def rows() -> dict[str, Any]:
    with reading() as session:
        found = {name: session.execute(text(f"SELECT * FROM {name} ORDER BY id")).all() for name in TABLES}
        state = session.execute(text("SELECT status, state FROM process_instance ORDER BY id")).all()
        counters = session.execute(text("SELECT * FROM register_counter ORDER BY 1, 2, 3")).all()
        return {**found, "state": state, "counters": counters}


def test_the_operator_sees_what_waits_and_where_the_case_can_go_back_to(walk: Walk) -> None:
    walk.start()
    walk.play("analyse_materials")

    seen = situation(walk)

    assert [(each.element, each.kind, each.beside) for each in seen.steps] == [
        ("request_withdrawn", "message", True),
        ("schedule_changed", "message", True),
        ("unified_day_confirmed", "message", True),
        ("analyse_materials", "task", False),
    ]
    assert [each.element for each in seen.back] == [
        "record_request",
        "decide_on_reception",
        "register_and_notify_applicant",
        "invite_state_bodies",
    ]
    assert seen.steps[3].name.kk == "Материалдарды талдау"


def test_going_back_to_the_decision_names_what_is_cancelled_and_what_stays(walk: Walk) -> None:
    walk.start()
    walk.play("analyse_materials")
    before = rows()

    consequences = preview(walk, "decide_on_reception")

    assert [each.element for each in consequences.cancelled] == [
        "request_withdrawn",
        "schedule_changed",
        "unified_day_confirmed",
        "analyse_materials",
    ]
    assert [each.element for each in consequences.opened] == ["decide_on_reception"]
    assert {made.kind for made in consequences.stays} >= {"number", "booking", "letter"}
    assert rows() == before


def test_after_going_back_the_case_is_played_to_its_end_on_other_answers(walk: Walk) -> None:
    walk.start()
    walk.play("analyse_materials")
    letters = len(walk.letters("appointment"))

    rewind(walk, "decide_on_reception")
    again = walk.task("decide_on_reception")
    opened = open_task(again.id, by=walk.actor(again.role or ""))
    walk.complete("decide_on_reception", decision="refuse", refusal_reason="Мәселе сот қарауында.")

    chosen = next(field for field in opened.form.fields if field.key == "decision")
    assert [option.value for option in chosen.options if option.checked] == ["appoint"]
    assert not walk.waits_for("analyse_materials")
    assert walk.case().status == "refused"
    assert len(walk.letters("appointment")) == letters
    row, payload = told(walk, "rewound")
    assert (row.element, row.person_id, payload["reason"]) == (
        "decide_on_reception",
        walk.people["operator"],
        REASON,
    )
    assert row.facts["cancelled"] == [
        "request_withdrawn",
        "schedule_changed",
        "unified_day_confirmed",
        "analyse_materials",
    ]


def test_going_back_within_a_stage_goes_on_to_the_same_end(walk: Walk) -> None:
    walk.start()
    walk.play("hold_coordination_meeting")

    rewind(walk, "analyse_materials")
    waiting = walk.waiting()
    walk.play("choose_executor")

    assert waiting == ["analyse_materials"]
    assert walk.case().status == "running"
    with reading() as session:
        ended = session.scalars(
            select(UserTask.status)
            .where(UserTask.case_id == walk.case_id, UserTask.element == "hold_coordination_meeting")
            .order_by(UserTask.id)
        ).all()
    assert ended == ["cancelled", "completed"]


def test_nothing_leads_back_to_a_single_branch_or_a_stage_that_is_over(walk: Walk) -> None:
    walk.start()
    walk.play("hold_coordination_meeting")

    for element in ("confirm_attendance", "prepare_brief", "clarify_request", "enter_in_journal", "nothing"):
        with pytest.raises(CannotRewindError):
            rewind(walk, element)


def test_a_task_is_skipped_with_the_answers_that_the_next_choices_need(walk: Walk) -> None:
    walk.start()
    asked = operating.asked_for(
        walk.instance().id, step(walk, "clarify_request").task_id, "clarify_request", by=walk.actor("operator")
    )

    with pytest.raises(InvalidAnswersError) as missing:
        skip(walk, "clarify_request")
    skip(walk, "clarify_request", substance_stated="yes", package_sufficient="yes")

    assert asked.form is not None
    assert [each.key for each in asked.form.fields] == ["substance_stated", "package_sufficient"]
    assert set(missing.value.errors) == {"substance_stated", "package_sufficient"}
    assert walk.waiting() == ["prepare_brief"]
    row, payload = told(walk, "step_skipped")
    assert row.element == "clarify_request"
    assert payload == {
        "reason": REASON,
        "variables": {"substance_stated": "yes", "package_sufficient": "yes"},
    }


def test_a_preview_of_skipping_shows_where_the_answers_lead_and_changes_nothing(walk: Walk) -> None:
    walk.start()
    before, found, by = rows(), step(walk, "clarify_request"), walk.actor("operator")

    ways = {
        stated: operating.preview_skip(
            walk.instance().id,
            found.task_id,
            found.element,
            answers={"substance_stated": stated, "package_sufficient": "yes"},
            by=by,
        )
        for stated in ("yes", "no")
    }

    assert [each.element for each in ways["yes"].opened] == ["prepare_brief"]
    assert [each.element for each in ways["yes"].cancelled] == ["information_request_overdue"]
    assert [each.kind for each in ways["no"].opened] == ["call"]
    assert "brief_overdue" in [each.element for each in ways["no"].cancelled]
    assert rows() == before


def test_what_the_next_service_tasks_need_is_asked_for_too(walk: Walk) -> None:
    walk.start()
    walk.play("invite_state_bodies")
    found, by = step(walk, "invite_state_bodies"), walk.actor("operator")

    asked = operating.questions(walk.instance().id, found.task_id, found.element, by=by)
    skip(walk, "invite_state_bodies", **{key: walk.usual(found.element)[key] for key in ("bodies", "position_due_at")})

    assert asked.form is not None
    assert [each.key for each in asked.form.fields] == ["bodies", "position_due_at"]
    assert walk.waiting() == ["record_position", "record_position"]


def test_waiting_for_a_day_is_passed_by(walk: Walk) -> None:
    walk.start()
    walk.play("analyse_materials")
    walk.complete("analyse_materials", **walk.usual("analyse_materials"))

    skip(walk, "call_day")

    assert walk.waiting() == ["confirm_attendance"]
    assert "materials_day" in [each.element for each in situation(walk).steps]


def test_what_waits_for_the_other_branch_is_refused_politely(walk: Walk) -> None:
    walk.start()
    walk.play("hold_coordination_meeting")
    join = next(each for each in situation(walk).steps if each.kind == "join")

    with pytest.raises(CannotSkipStepError) as refused:
        skip(walk, join.element)

    assert not join.skippable
    assert "басқа тармақтарды күтеді" in refused.value.text.kk


def test_an_escalation_that_is_skipped_does_not_come(walk: Walk) -> None:
    walk.start()
    skip(walk, "brief_overdue")

    walk.pass_time_to(at("2025-06-23"))

    assert "brief_overdue" not in walk.happened()


def test_one_of_several_positions_is_skipped_and_the_other_still_counts(walk: Walk) -> None:
    walk.start()
    walk.play("record_position")

    skip(walk, "record_position")
    walk.play("analyse_materials")

    assert walk.waits_for("analyse_materials")


def test_only_operators_and_process_owners_operate_and_they_say_why(walk: Walk) -> None:
    walk.start()
    instance = walk.instance().id

    with pytest.raises(ForbiddenError):
        operating.situation(instance, by=walk.actor("dept_head"))
    with pytest.raises(ForbiddenError):
        operating.rewind(instance, "record_request", reason=REASON, by=walk.actor("reception_coordinator"))
    with pytest.raises(ReasonMissingError):
        operating.rewind(instance, "record_request", reason=" ", by=walk.actor("process_owner"))


def test_a_suspended_instance_is_resumed_first_and_what_is_gone_is_told(walk: Walk) -> None:
    walk.start()
    found, instance, by = step(walk, "clarify_request"), walk.instance().id, walk.actor("operator")
    walk.complete("clarify_request", **walk.usual("clarify_request"))
    instances.suspend(instance, reason=REASON, by=by)

    with pytest.raises(InstanceEndedError):
        operating.rewind(instance, "record_request", reason=REASON, by=by)
    instances.resume(instance, reason=REASON, by=by)
    with pytest.raises(StepGoneError):
        operating.skip(instance, found.task_id, found.element, reason=REASON, answers={}, by=by)
