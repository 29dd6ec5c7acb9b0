"""Service tasks of the control of assignments: register, exclude, hand over, extend, return, take off control."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import select

from app.domain.conflicts import Blocked
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.handlers.letters import zone_of
from app.handlers.registry import Step, Variables, service_task
from app.models import Assignment, AssignmentExecutor, AssignmentExtension, Case, Office
from app.queries.executors import possible_executors, why_not
from app.records.assignment_facts import OWN_CASE
from app.records.assignments import executors_of, mark_timeliness
from app.records.numbers import enter
from app.records.terms import office_calendar

_SAMPLE: Final = {"assignment_id": 1, "number": "ПП-001/2026"}


class NoFinalReplyError(AutomationError):
    """Control ends by the final reasoned reply to the applicant only (KRG-35, BR-08)."""

    status = 422
    message = Text(
        kk="№ {number} тапсырма бақылауда қалады: өтініш берушіге түпкілікті дәлелді жауап берілмеген (KRG-35).",
        ru="Поручение № {number} остаётся на контроле: нет окончательного мотивированного ответа заявителю (KRG-35).",
        en="Assignment no. {number} stays under control: there is no final reasoned reply to the applicant (KRG-35).",
    )


class NotExecutedError(AutomationError):
    """Control ends when the assignment is executed on the merits (KST-S12)."""

    status = 422
    message = Text(
        kk="№ {number} тапсырманы бақылаудан алуға болмайды: ол мәні бойынша орындалмаған (KST-S12).",
        ru="Поручение № {number} нельзя снять с контроля: оно не исполнено по существу (KST-S12).",
        en="Assignment no. {number} stays under control: it is not executed on the merits (KST-S12).",
    )


@service_task(
    "assignments.register",
    kind="record",
    label=Text("Тапсырманы бақылауға алу", "Поставить поручение на контроль", "Put the assignment under control"),
    sample={"assignment": _SAMPLE, "due_on": "2026-12-18"},
)
def register(step: Step, *, assignment_id: int) -> Variables:
    """Give the assignment its number in R-ASSIGN with its origin and its concrete date (KRG-25, BR-09, KST-TASK-5.1).

    One that comes back under control keeps its number.
    """
    row = step.own(Assignment, assignment_id)
    if row.register_number is None:
        entry = enter(
            step.session,
            office_id=step.office_id,
            register="R-ASSIGN",
            now=step.now,
            case_id=row.case_id,
            facts={"assignment": row.id, "origin": row.origin, "due_on": row.due_on.isoformat()},
            by=step.by,
        )
        row.register_number = entry.label
    case = step.session.get_one(Case, row.case_id)
    if case.kind == OWN_CASE and case.number is None:
        case.number = row.register_number
    row.instance_id, row.state = step.instance_id, "under_control"
    return {
        "assignment": {"assignment_id": row.id, "number": row.register_number},
        "due_on": row.due_on.isoformat(),
    }


@service_task(
    "assignments.exclude_previous_executor",
    kind="record",
    label=Text("Бұрын шешкендерді шеттету", "Исключить прежних исполнителей", "Exclude previous executors"),
    sample={"executor_needed": "yes"},
)
def exclude_previous_executor(step: Step, *, assignment_id: int) -> Variables:
    """Take those who decided the matter before, and those who could only pass it on to them, from the candidates; each
    is named in the history with the reason (KRG-37, BR-07, AC-12).

    `executor_needed` is "no" if the executors chosen earlier may keep the assignment.
    """
    for block in possible_executors(step.session, assignment_id, step.now).barred:
        tell_block(step, assignment_id, block)
    kept = executors_of(step.session, assignment_id)
    barred = [block for each in kept for block in why_not(step.session, assignment_id, each, step.now)]
    for block in barred:
        tell_block(step, assignment_id, block)
    return {"executor_needed": "no" if kept and not barred else "yes"}


def tell_block(step: Step, assignment_id: int, block: Blocked) -> None:
    """Enter a block in the history: whom, on which way, and the decision that bars her."""
    facts = {"assignment": assignment_id, "person": block.who.id, "way": block.way}
    step.tell("executor_excluded", facts, block.reason.ru)


@service_task(
    "assignments.hand_over",
    kind="record",
    label=Text("Орындаушыларға тапсыру", "Передать исполнителям", "Hand over to the executors"),
    sample={
        "executor": {**_SAMPLE, "executor_id": 1, "person_id": 1},
        "co_executors": [],
        "executor_has_account": "yes",
    },
)
def hand_over(step: Step, *, assignment_id: int) -> Variables:
    """Who carries the assignment out: the responsible executor, and the co-executors who have a task of their own.

    `executor_has_account` is "no" for a state body: the Department records what it reports.
    """
    row = step.own(Assignment, assignment_id)
    first, *others = executors_of(step.session, assignment_id)
    return {
        "executor": _item(row, first),
        "executor_has_account": "yes" if first.person_id is not None else "no",
        "co_executors": [_item(row, each) for each in others if each.person_id is not None],
    }


def _item(row: Assignment, executor: AssignmentExecutor) -> dict[str, Any]:
    return {
        "assignment_id": row.id,
        "number": row.register_number,
        "executor_id": executor.id,
        "person_id": executor.person_id,
        "body_id": executor.body_id,
    }


@service_task(
    "assignments.extend_term",
    kind="record",
    label=Text("Мерзімді ұзарту", "Продлить срок", "Extend the term"),
    sample={"due_on": "2026-12-25"},
    everywhere=True,
)
def extend_term(step: Step, *, extension_id: int) -> Variables:
    """Let the later date hold from now on; the request keeps both dates, and every term and timer follows."""
    extension = step.own(AssignmentExtension, extension_id)
    row = step.own(Assignment, extension.assignment_id)
    row.due_on = extension.new_due_on
    mark_timeliness(row, office_calendar(step.session, step.office_id))
    facts = {"assignment": row.id, "old": extension.old_due_on.isoformat(), "new": row.due_on.isoformat()}
    step.tell("assignment_extended", facts, extension.reason)
    return {"due_on": row.due_on.isoformat()}


@service_task(
    "assignments.return_for_rework",
    kind="record",
    label=Text("Пысықтауға қайтару", "Вернуть на доработку", "Return for rework"),
)
def return_for_rework(step: Step, *, assignment_id: int) -> Variables:
    """Put the assignment back to its executors; the date that holds stays (KST-TASK-1.5, KST-S12)."""
    row = step.own(Assignment, assignment_id)
    row.state, row.returned = "rework", row.returned + 1
    row.executed_on, row.executed_by, row.timeliness, row.late_days = None, None, None, None
    step.tell("assignment_returned", {"assignment": row.id, "times": row.returned}, row.remarks)
    return {}


@service_task(
    "assignments.take_off_control",
    kind="record",
    label=Text("Бақылаудан алу", "Снять с контроля", "Take off control"),
    sample={"off_control_on": "2026-12-18"},
)
def take_off_control(step: Step, *, assignment_id: int) -> Variables:
    """Take the assignment off control when the office's closing condition is met (KRG-35, BR-08; KST-S12).

    Raises `NoFinalReplyError` where `reception.close_condition` asks for the final reasoned reply and there is none,
    `NotExecutedError` where it is not executed on the merits.
    """
    row = step.own(Assignment, assignment_id)
    number = row.register_number or row.number
    if row.executed_on is None:
        raise NotExecutedError(number=number)
    settings = step.session.get_one(Office, step.office_id).settings.get("reception", {})
    if settings.get("close_condition") == "final_reply" and row.reply_kind != "final":
        raise NoFinalReplyError(number=number)
    row.state, row.off_control_by = "off_control", step.by
    row.off_control_on = _today(step)
    return {"off_control_on": row.off_control_on.isoformat()}


@service_task(
    "assignments.put_back",
    kind="record",
    label=Text(
        "Тапсырмаларды бақылауға қайтару", "Вернуть поручения на контроль", "Put assignments back under control"
    ),
    sample={"assignment_ids": [1]},
)
def put_back(step: Step, *, assignment_ids: Sequence[Any], due_on: str) -> Variables:
    """Put assignments of this case back under control with a new date, as the leadership has not agreed (KST-S13)."""
    rows = step.session.scalars(
        select(Assignment).where(
            Assignment.case_id == step.case_id, Assignment.id.in_([int(each) for each in assignment_ids])
        )
    )
    for row in rows:
        facts = {"assignment": row.id, "old": row.due_on.isoformat(), "new": due_on}
        row.state, row.due_on = "under_control", date.fromisoformat(due_on[:10])
        row.executed_on, row.executed_by, row.timeliness, row.late_days = None, None, None, None
        row.off_control_on, row.off_control_by = None, None
        step.tell("assignment_put_back", facts, "")
    return {"assignment_ids": [int(each) for each in assignment_ids]}


def _today(step: Step) -> date:
    return step.now.astimezone(zone_of(step)).date()
