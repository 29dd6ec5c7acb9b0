"""Leases of jobs: who holds a job, for how long, and whether still."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, text, update

from app.domain import clock
from app.models import Job
from app.models.database import reading
from app.usecases.transaction import transaction

LEASE: Final = timedelta(seconds=90)

_lease = text(
    """
    WITH lost AS (
        SELECT id FROM job WHERE status = 'leased' AND leased_until < :wall
        ORDER BY leased_until LIMIT :batch FOR UPDATE SKIP LOCKED
    ), due AS (
        SELECT id FROM job WHERE status = 'waiting' AND due_at <= :now
        ORDER BY due_at, id LIMIT :batch FOR UPDATE SKIP LOCKED
    )
    UPDATE job SET status = 'leased', leased_by = :worker, leased_until = :until, attempts = attempts + 1
    WHERE id IN (SELECT id FROM lost UNION ALL SELECT id FROM due)
    RETURNING id, office_id, kind, name, instance_id, case_id, engine_id, element, payload, due_at, attempts,
        leased_by, leased_until
    """
)
"""What dead workers have left, then what is due: each by its own index, however much waits."""
_next_due = text("SELECT min(due_at) FROM job WHERE status = 'waiting'")


class Held(Protocol):
    """What tells a lease from others."""

    @property
    def id(self) -> int: ...
    @property
    def leased_by(self) -> str: ...
    @property
    def attempts(self) -> int: ...


@dataclass(frozen=True, slots=True)
class LeasedJob:
    """A job that this worker holds for a while; `id` is its idempotency key."""

    id: int
    office_id: str | None
    kind: str
    name: str
    instance_id: int | None
    case_id: int | None
    engine_id: UUID | None
    element: str | None
    payload: Mapping[str, Any]
    due_at: datetime
    attempts: int
    leased_by: str
    leased_until: datetime


def lease_due(worker: str, *, batch: int = 16) -> list[LeasedJob]:
    """Take up to `batch` due jobs, and those whose worker died; nobody else gets them until the lease ends."""
    with transaction() as session:
        wall = clock.wall()
        found = session.execute(
            _lease, {"worker": worker, "until": wall + LEASE, "wall": wall, "now": clock.now(), "batch": batch}
        ).mappings()
        return sorted((LeasedJob(**row) for row in found), key=lambda job: (job.due_at, job.id))


def next_due() -> datetime | None:
    """The earliest moment at which a waiting job becomes due."""
    with reading() as session:
        due: datetime | None = session.execute(_next_due).scalar()
        return due


def give_back(jobs: Iterable[LeasedJob]) -> None:
    """Let others have leased jobs that were not begun."""
    with transaction() as session:
        for job in jobs:
            session.execute(
                update(Job)
                .where(*lease_of(job))
                .values(status="waiting", attempts=Job.attempts - 1, leased_by=None, leased_until=None)
            )


def lease_of(job: Held) -> tuple[ColumnElement[bool], ...]:
    """What is true of the row as long as nobody else has leased the job."""
    return Job.id == job.id, Job.status == "leased", Job.leased_by == job.leased_by, Job.attempts == job.attempts


def is_ours(job: LeasedJob) -> bool:
    """Whether this worker still holds the job; for another whole lease when the first is half over."""
    wall = clock.wall()
    if job.leased_until - wall > LEASE / 2:
        return True
    with transaction() as session:
        longer = update(Job).where(*lease_of(job)).values(leased_until=wall + LEASE).returning(Job.id)
        return session.scalar(longer) is not None
