"""The processes of a case: their tasks, and how far its steps have come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from app.domain import clock
from app.domain.remaining import Remaining, remaining
from app.domain.texts import Text
from app.models import Assignment, Person, ProcessInstance, ProcessVersion, StateBody, UserTask
from app.models.database import brought
from app.queries.assignment_item import about_item
from app.queries.documents import body_of
from app.queries.elements import element_name, elements_of_version
from app.records.terms import office_calendar

_WAITS: Final = frozenset({"userTask", "receiveTask", "intermediateCatchEvent"})


@dataclass(frozen=True, slots=True)
class OpenTaskRow:
    """A task that waits in this case."""

    id: int
    element: str
    name: Text
    step: int | None
    role: str | None
    assignee: str | None
    due_at: datetime | None
    remaining: Remaining | None
    about: Text


@dataclass(frozen=True, slots=True)
class StepState:
    """One of the 13 steps: done, now, late, skip or todo, with the day that says most."""

    number: int
    state: str
    day: datetime | None


@dataclass(frozen=True, slots=True)
class CaseProcess:
    """A process of the case and the version that it runs on."""

    id: int
    version_id: int
    status: str
    end_event: str | None
    number: int
    published_at: datetime


def processes_of(session: Session, case_id: int) -> list[CaseProcess]:
    """The processes of the case, in the order in which they began."""
    columns = (ProcessInstance.id, ProcessInstance.version_id, ProcessInstance.status, ProcessInstance.end_event)
    found = session.execute(
        select(*columns, ProcessVersion.number, ProcessVersion.published_at)
        .join(ProcessVersion, ProcessVersion.id == ProcessInstance.version_id)
        .where(ProcessInstance.case_id == case_id)
        .order_by(ProcessInstance.id)
    )
    return [CaseProcess(*row) for row in found]


@dataclass(frozen=True, slots=True)
class CaseTask:
    """A task with whose it is, and the version that draws it."""

    row: UserTask
    assignee: str | None
    version_id: int


def tasks_of(session: Session, case_id: int) -> list[CaseTask]:
    """Every task of the case, the first one first."""
    found = session.execute(
        select(UserTask, Person.full_name, ProcessInstance.version_id)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .outerjoin(Person, Person.id == UserTask.assignee_id)
        .where(UserTask.case_id == case_id)
        .order_by(UserTask.id)
        .options(defer(UserTask.term))
    )
    return [CaseTask(*row) for row in found]


def steps_of(tasks: Sequence[UserTask], instance: CaseProcess | None) -> list[StepState]:
    """The steps of the case's first process, as its tasks stand."""
    now = clock.now()
    ended = instance is None or instance.status != "running"
    furthest = max((task.step or 0 for task in tasks), default=0)
    found = []
    for number in _numbers(instance):
        mine = [task for task in tasks if task.step == number]
        waiting = [task for task in mine if task.status == "open"]
        done = [task for task in mine if task.status == "completed"]
        if waiting:
            due = min((task.due_at for task in waiting if task.due_at), default=None)
            found.append(StepState(number, "late" if due is not None and due < now else "now", due))
        elif done:
            found.append(StepState(number, "done", max(task.ended_at for task in done if task.ended_at)))
        else:
            found.append(StepState(number, "skip" if number < furthest or ended else "todo", None))
    return found


def _numbers(instance: CaseProcess | None) -> Sequence[int]:
    """The steps in which this version waits for somebody; the thirteen of the algorithm where nothing is drawn."""
    elements = elements_of_version(instance.version_id).values() if instance is not None else ()
    return sorted({each.step for each in elements if each.step and each.kind in _WAITS}) or range(1, 14)


def open_tasks_of(session: Session, waiting: Sequence[CaseTask], office_id: str) -> list[OpenTaskRow]:
    """The tasks that wait, as the page lists them."""
    items = [task.row.item for task in waiting if task.row.item]
    known = [
        *brought(session, Assignment, (item.get("assignment_id") for item in items)),
        *brought(session, StateBody, (item.get("body_id") for item in items)),
    ]
    now, calendar = clock.now(), office_calendar(session, office_id) if waiting else None
    found = [
        OpenTaskRow(
            id=task.row.id,
            element=task.row.element,
            name=element_name(task.version_id, task.row.element),
            step=task.row.step,
            role=task.row.role,
            assignee=task.assignee,
            due_at=task.row.due_at,
            remaining=remaining(task.row.due_at, now, calendar) if task.row.due_at and calendar else None,
            about=about_item(session, task.row.item) or body_of(session, task.row.item),
        )
        for task in waiting
    ]
    del known
    return found
