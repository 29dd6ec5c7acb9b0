"""Jobs and incidents as operators see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from app.domain.texts import Text
from app.models import Incident, Job
from app.models.database import reading

PAGE: Final = 50
JOB_KINDS: Final = ("timer", "call", "message", "letter", "start")
JOB_STATUSES: Final = ("waiting", "leased", "suspended", "failed")


@dataclass(frozen=True, slots=True)
class JobRow:
    """A timer, a handler's work, a letter to deliver, a message on its way."""

    id: int
    kind: str
    name: str
    status: str
    instance_id: int | None
    case_id: int | None
    element: str | None
    due_at: datetime
    attempts: int
    last_error: str | None


@dataclass(frozen=True, slots=True)
class JobList:
    """A page, oldest first; `next` is the id after which the next page starts."""

    rows: Sequence[JobRow]
    next: int | None


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """What gave up, and how somebody dealt with it."""

    id: int
    kind: str
    name: str
    element: str | None
    instance_id: int | None
    case_id: int | None
    job_id: int | None
    message: Text
    detail: str
    created_at: datetime
    resolved_at: datetime | None
    resolved_by: int | None
    resolution: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class IncidentList:
    """A page, newest first."""

    rows: Sequence[IncidentRow]
    next: int | None


def job_list(
    office_id: str,
    *,
    kind: str | None = None,
    status: str | None = None,
    instance_id: int | None = None,
    after: int | None = None,
) -> JobList:
    """The jobs of an office that fit every filter given."""
    wanted = select(Job).where(Job.office_id == office_id).order_by(Job.id).limit(PAGE + 1)
    if kind is not None:
        wanted = wanted.where(Job.kind == kind)
    if status is not None:
        wanted = wanted.where(Job.status == status)
    if instance_id is not None:
        wanted = wanted.where(Job.instance_id == instance_id)
    if after is not None:
        wanted = wanted.where(Job.id > after)
    with reading() as session:
        rows = [
            JobRow(
                id=row.id,
                kind=row.kind,
                name=row.name,
                status=row.status,
                instance_id=row.instance_id,
                case_id=row.case_id,
                element=row.element,
                due_at=row.due_at,
                attempts=row.attempts,
                last_error=row.last_error,
            )
            for row in session.scalars(wanted)
        ]
    return JobList(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def incident_rows(
    office_id: str, *, is_open: bool | None = None, instance_id: int | None = None, after: int | None = None
) -> IncidentList:
    """The incidents of an office that fit every filter given."""
    wanted = select(Incident).where(Incident.office_id == office_id).order_by(Incident.id.desc()).limit(PAGE + 1)
    if is_open is not None:
        wanted = wanted.where(Incident.resolved_at.is_(None) if is_open else Incident.resolved_at.is_not(None))
    if instance_id is not None:
        wanted = wanted.where(Incident.instance_id == instance_id)
    if after is not None:
        wanted = wanted.where(Incident.id < after)
    with reading() as session:
        rows = [_incident(row) for row in session.scalars(wanted)]
    return IncidentList(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def one_incident(office_id: str, incident_id: int) -> IncidentRow | None:
    """An incident of this office; None when there is no such one."""
    with reading() as session:
        row = session.scalars(
            select(Incident).where(Incident.id == incident_id, Incident.office_id == office_id)
        ).first()
        return _incident(row) if row else None


def _incident(row: Incident) -> IncidentRow:
    return IncidentRow(
        id=row.id,
        kind=row.kind,
        name=row.name,
        element=row.element,
        instance_id=row.instance_id,
        case_id=row.case_id,
        job_id=row.job_id,
        message=_text(row.message),
        detail=row.detail,
        created_at=row.created_at,
        resolved_at=row.resolved_at,
        resolved_by=row.resolved_by,
        resolution=row.resolution,
        reason=row.reason,
    )


def _text(stored: Mapping[str, Any]) -> Text:
    return Text(stored.get("kk", ""), stored.get("ru", ""), stored.get("en", ""))
