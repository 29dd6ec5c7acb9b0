"""Process instances as operators see them: the list, one, its place in the diagram, what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Select, select

from app.domain import clock
from app.domain.texts import Text
from app.models import (
    Case,
    History,
    HistoryPayload,
    Job,
    ProcessInstance,
    ProcessVersion,
    Subscription,
    UserTask,
)
from app.models.database import reading

PAGE: Final = 50
STATUSES: Final = ("running", "suspended", "completed", "cancelled")


@dataclass(frozen=True, slots=True)
class InstanceRow:
    """An instance without its variables."""

    id: int
    process: str
    version: int
    name: Text
    case_id: int | None
    case_number: str | None
    status: str
    end_event: str | None
    started_at: datetime
    started_by: int | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class InstanceList:
    """A page, newest first; `next` is the id after which the next page starts."""

    rows: Sequence[InstanceRow]
    next: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where an instance stands: ids of elements; `overdue` and `failed` are among the active ones."""

    process: str
    version: int
    status: str
    passed: Sequence[str]
    active: Sequence[str]
    overdue: Sequence[str]
    failed: Sequence[str]


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One event; `payload` (answers, reasons) only for readers of personal data."""

    id: int
    at: datetime
    kind: str
    element: str | None
    person_id: int | None
    facts: Mapping[str, Any]
    payload: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class HistoryList:
    """A page, oldest first."""

    rows: Sequence[HistoryRow]
    next: int | None


def instance_list(
    office_id: str,
    *,
    process: str | None = None,
    status: str | None = None,
    case_id: int | None = None,
    after: int | None = None,
) -> InstanceList:
    """The instances of an office that fit every filter given."""
    wanted = _select(office_id).order_by(ProcessInstance.id.desc()).limit(PAGE + 1)
    if process is not None:
        wanted = wanted.where(ProcessVersion.process_key == process)
    if status is not None:
        wanted = wanted.where(ProcessInstance.status == status)
    if case_id is not None:
        wanted = wanted.where(ProcessInstance.case_id == case_id)
    if after is not None:
        wanted = wanted.where(ProcessInstance.id < after)
    with reading() as session:
        rows = [_row(row) for row in session.execute(wanted)]
    return InstanceList(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def one_instance(office_id: str, instance_id: int) -> InstanceRow | None:
    """An instance of this office; None when there is no such one."""
    with reading() as session:
        row = session.execute(_select(office_id).where(ProcessInstance.id == instance_id)).first()
    return _row(row) if row else None


def _select(office_id: str) -> Select[Any]:
    wanted = (
        select(
            ProcessInstance.id,
            ProcessVersion.process_key,
            ProcessVersion.number,
            ProcessVersion.name_kk,
            ProcessVersion.name_ru,
            ProcessVersion.name_en,
            ProcessInstance.case_id,
            Case.number.label("case_number"),
            ProcessInstance.status,
            ProcessInstance.end_event,
            ProcessInstance.started_at,
            ProcessInstance.started_by,
            ProcessInstance.ended_at,
        )
        .join(ProcessVersion, ProcessVersion.id == ProcessInstance.version_id)
        .outerjoin(Case, Case.id == ProcessInstance.case_id)
        .where(ProcessInstance.office_id == office_id)
    )
    return cast("Select[Any]", wanted)


def _row(row: Any) -> InstanceRow:
    return InstanceRow(
        id=row.id,
        process=row.process_key,
        version=row.number,
        name=Text(row.name_kk, row.name_ru, row.name_en),
        case_id=row.case_id,
        case_number=row.case_number,
        status=row.status,
        end_event=row.end_event,
        started_at=row.started_at,
        started_by=row.started_by,
        ended_at=row.ended_at,
    )


def place_of(office_id: str, instance_id: int) -> Place | None:
    """What the diagram of an instance shows; None when the office has no such instance."""
    found = one_instance(office_id, instance_id)
    if found is None:
        return None
    now = clock.now()
    with reading() as session:
        passed = session.scalars(
            select(History.facts["passed"]).where(History.instance_id == instance_id).order_by(History.id)
        ).all()
        tasks = session.execute(
            select(UserTask.element, UserTask.due_at)
            .where(UserTask.instance_id == instance_id, UserTask.status == "open")
            .order_by(UserTask.id)
        ).all()
        jobs = session.execute(
            select(Job.element, Job.status)
            .where(Job.instance_id == instance_id, Job.engine_id.is_not(None))
            .order_by(Job.id)
        ).all()
        messages = session.scalars(
            select(Subscription.element).where(Subscription.instance_id == instance_id).order_by(Subscription.id)
        ).all()
    return Place(
        process=found.process,
        version=found.version,
        status=found.status,
        passed=_once(element for row in passed if row for element in row),
        active=_once([task.element for task in tasks] + [job.element for job in jobs] + list(messages)),
        overdue=_once(task.element for task in tasks if task.due_at is not None and task.due_at < now),
        failed=_once(job.element for job in jobs if job.status == "failed"),
    )


def _once(elements: Any) -> list[str]:
    """Without empty ones and repetitions, in order."""
    return list(dict.fromkeys(each for each in elements if each))


def history_of(
    office_id: str, instance_id: int, *, after: int | None = None, payloads: bool = False
) -> HistoryList | None:
    """What happened in an instance; None when the office has no such instance."""
    if one_instance(office_id, instance_id) is None:
        return None
    wanted = (
        select(History, HistoryPayload.payload)
        .outerjoin(HistoryPayload, HistoryPayload.history_id == History.id)
        .where(History.instance_id == instance_id, History.office_id == office_id)
        .order_by(History.id)
        .limit(PAGE + 1)
    )
    if after is not None:
        wanted = wanted.where(History.id > after)
    with reading() as session:
        rows = [
            HistoryRow(
                id=row.id,
                at=row.at,
                kind=row.kind,
                element=row.element,
                person_id=row.person_id,
                facts=row.facts,
                payload=(payload or {}) if payloads else None,
            )
            for row, payload in session.execute(wanted)
        ]
    return HistoryList(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)
