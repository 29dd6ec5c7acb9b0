"""Incidents as operators see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.models import Case, Incident, Job, Letter, Person
from app.models.database import reading


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """What gave up: where, why, since when; `address` of a letter that could not be delivered."""

    id: int
    kind: str
    name: str
    element: str | None
    message: Mapping[str, str]
    detail: str
    created_at: datetime
    case_id: int | None
    instance_id: int | None
    case_number: str | None
    address: str | None
    parameters: Mapping[str, Any]
    resolved_at: datetime | None
    resolved_by: str | None
    resolution: str | None
    reason: str | None


def incidents(office_id: str, *, resolved: bool = False, limit: int = 100) -> Sequence[IncidentRow]:
    """Open incidents of an office, oldest first; or the resolved ones, newest first."""
    order = Incident.resolved_at.desc() if resolved else Incident.id
    state = Incident.resolved_at.is_not(None) if resolved else Incident.resolved_at.is_(None)
    with reading() as session:
        rows = session.execute(
            select(Incident, Case.number, Person.full_name, Job)
            .outerjoin(Case, Case.id == Incident.case_id)
            .outerjoin(Person, Person.id == Incident.resolved_by)
            .outerjoin(Job, Job.id == Incident.job_id)
            .where(Incident.office_id == office_id, state)
            .order_by(order)
            .limit(limit)
        ).all()
        found = []
        for row, number, who, found_job in rows:
            job: Job | None = found_job
            letter = session.get(Letter, job.payload["letter"]) if job and job.kind == "letter" else None
            found.append(
                IncidentRow(
                    id=row.id,
                    kind=row.kind,
                    name=row.name,
                    element=row.element,
                    message=row.message,
                    detail=row.detail,
                    created_at=row.created_at,
                    case_id=row.case_id,
                    instance_id=row.instance_id,
                    case_number=number,
                    address=letter.address if letter else None,
                    parameters=job.payload if job and job.kind == "call" else {},
                    resolved_at=row.resolved_at,
                    resolved_by=who,
                    resolution=row.resolution,
                    reason=row.reason,
                )
            )
    return found
