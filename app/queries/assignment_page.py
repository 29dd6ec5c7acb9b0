"""Everything the page of one assignment shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.remaining import Remaining, remaining
from app.domain.texts import Text
from app.models import Assignment, AssignmentExecutor, Case, Person, ProcessInstance, UserTask
from app.models.database import reading
from app.queries.elements import element_name
from app.queries.executors import possible_executors
from app.records.assignment_facts import (
    MEASURES,
    assignment_facts,
    executor_name,
    extension_facts,
    extensions_of,
    measures_of,
)
from app.records.assignments import executors_of
from app.records.terms import office_calendar


@dataclass(frozen=True, slots=True)
class ExecutorLine:
    """An executor, and what she has given to the report."""

    name: str
    responsible: bool
    contribution: str
    contributed_on: date | None


@dataclass(frozen=True, slots=True)
class ExtensionLine:
    """A request for a later date; `facts` in words."""

    facts: Mapping[str, Any]
    decision: str | None


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """A check, proposal or conclusion."""

    id: int
    kind: Text
    done_on: date
    place: str
    participants: str
    text: str
    state: str
    decision: str
    decided_on: date | None


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task about this assignment that waits."""

    id: int
    name: Text
    who: str


@dataclass(frozen=True, slots=True)
class AssignmentPage:
    """An assignment as its page shows it; `excluded` names who may not have it and why (KRG-37)."""

    id: int
    case_id: int
    case_number: str
    state: str
    due_on: date
    remaining: Remaining | None
    facts: Mapping[str, Any]
    executors: Sequence[ExecutorLine]
    extensions: Sequence[ExtensionLine]
    measures: Sequence[MeasureLine]
    tasks: Sequence[OpenTask]
    earlier: Sequence[str]
    excluded: Sequence[Text]
    people: Sequence[tuple[int, str]]
    controlled: bool
    executes: bool


def assignment_page(
    assignment_id: int, *, office_id: str, person_id: int, language: str, only_own: bool
) -> AssignmentPage | None:
    """An assignment of this office; None when there is none, or not for a person who sees her own only."""
    with reading() as session:
        row = session.scalars(
            select(Assignment).where(
                Assignment.id == assignment_id, Assignment.office_id == office_id, Assignment.state != "draft"
            )
        ).first()
        if row is None:
            return None
        executors = executors_of(session, row.id)
        mine = any(each.person_id == person_id for each in executors)
        if only_own and not mine:
            return None
        now = clock.now()
        calendar = office_calendar(session, office_id)
        case = session.get_one(Case, row.case_id)
        possible = possible_executors(session, row.id, now)
        matter = possible.matter
        open_now = row.state in ("under_control", "rework")
        return AssignmentPage(
            id=row.id,
            case_id=row.case_id,
            case_number=case.number or "",
            state=row.state,
            due_on=row.due_on,
            remaining=remaining(calendar.closing(row.due_on), now, calendar) if open_now else None,
            facts=assignment_facts(session, row.id, language, only=()),
            executors=[_executor(executor_name(session, each, language), each) for each in executors],
            extensions=[
                ExtensionLine(extension_facts(session, each.id, language), each.decision)
                for each in extensions_of(session, row.id)
            ],
            measures=[
                MeasureLine(
                    id=each.id,
                    kind=MEASURES[each.kind],
                    done_on=each.done_on,
                    place=each.place,
                    participants="" if each.kind == "quality_review" else each.participants,
                    text=each.text,
                    state=each.state,
                    decision=each.decision,
                    decided_on=each.decided_on,
                )
                for each in measures_of(session, row.id)
            ],
            tasks=_tasks(session, row),
            earlier=[f"{each.who.name}, {each.on:%d.%m.%Y}, {each.ground}" for each in matter.earlier],
            excluded=[block.reason for block in possible.barred],
            people=sorted(matter.names.items(), key=lambda each: each[1]),
            controlled=row.instance_id is not None and row.state != "off_control",
            executes=mine,
        )


def _executor(name: str, row: AssignmentExecutor) -> ExecutorLine:
    return ExecutorLine(name, row.place == 1, row.contribution, row.contributed_on)


def _tasks(session: Session, row: Assignment) -> list[OpenTask]:
    found = session.execute(
        select(UserTask, ProcessInstance.version_id, Person.full_name)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .outerjoin(Person, Person.id == UserTask.assignee_id)
        .where(UserTask.instance_id == row.instance_id, UserTask.status == "open")
        .order_by(UserTask.id)
    ).all()
    return [OpenTask(task.id, element_name(version, task.element), who or "") for task, version, who in found]
