"""The system's own recurring jobs: seal the history, sweep what is over, offer free places, send the digest."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.domain import clock
from app.models import Job, Message, Office, PasswordReset, RateLimit, WebSession
from app.records.holds import sweep_holds
from app.records.terms import office_calendar
from app.usecases.appeal_alarms import tell_controllers
from app.usecases.bulk import chase_now, invite_now
from app.usecases.digest import send_digests
from app.usecases.incoming_files import sweep_files, take_some
from app.usecases.leases import Held, lease_of
from app.usecases.packs import make_pack
from app.usecases.portal_drafts import sweep_drafts
from app.usecases.recount import recount_terms
from app.usecases.seal import seal
from app.usecases.transaction import transaction
from app.usecases.waiting import offer_places

SEAL_EVERY: Final = timedelta(minutes=5)
SWEEP_EVERY: Final = timedelta(hours=1)
OFFER_EVERY: Final = timedelta(minutes=5)
KEPT: Final = timedelta(days=7)
"""How long used links, and messages that nobody waited for, stay visible after their end."""
SEAL_BATCH: Final = 1000


class SystemJob(Held, Protocol):
    """What of a leased job its work needs."""

    @property
    def name(self) -> str: ...
    @property
    def office_id(self) -> str | None: ...
    @property
    def payload(self) -> Mapping[str, Any]: ...


def ensure_system_jobs(session: Session) -> None:
    """Plan the recurring jobs that are not planned: seal, sweep, the waiting lists, a digest for each office."""
    now = clock.now()
    planned = {
        (row.name, row.office_id)
        for row in session.scalars(select(Job).where(Job.kind == "system", Job.status.in_(("waiting", "leased"))))
    }
    wanted: list[tuple[str, str | None, datetime]] = [
        ("seal", None, now),
        ("sweep", None, now + SWEEP_EVERY),
        ("offer_places", None, now + OFFER_EVERY),
    ]
    wanted += [
        ("digest", office_id, next_opening(session, office_id, now)) for office_id in session.scalars(select(Office.id))
    ]
    for name, office_id, due_at in wanted:
        if (name, office_id) not in planned:
            session.add(Job(office_id=office_id, kind="system", name=name, payload={}, due_at=due_at))


def run_system_job(job: SystemJob) -> None:
    """Do one system job, then plan its next turn, or forget it when it does not recur."""
    match job.name:
        case "seal":
            while seal(batch=SEAL_BATCH) == SEAL_BATCH:
                pass
            _plan(job, clock.now() + SEAL_EVERY)
        case "sweep":
            sweep()
            _plan(job, clock.now() + SWEEP_EVERY)
        case "offer_places":
            offer_places()
            _plan(job, clock.now() + OFFER_EVERY)
        case "digest":
            _digest(job)
        case "import_appeals":
            take_some(job.payload["batch"], job.id)
        case once if once in _ONCE:
            _ONCE[once](job)
            with transaction() as session:
                session.execute(delete(Job).where(Job.id == job.id))
        case _:
            raise ValueError(job.name)


def _recount(job: SystemJob) -> None:
    payload = job.payload
    recount_terms(job.office_id or "", skip=payload["skip"], version=payload["version"], by=payload["by"])


_ONCE: Final[Mapping[str, Callable[[SystemJob], None]]] = {
    "recount_terms": _recount,
    "materials_pack": lambda job: make_pack(job.payload["pack"]),
    "bulk_chase": lambda job: chase_now(job, job.payload),
    "bulk_invite": lambda job: invite_now(job.payload, office_id=job.office_id or ""),
}
"""Jobs that are over when they are done."""


def sweep() -> None:
    """Delete sessions, links, counters, kept places, drafts, files and messages that are over."""
    wall = clock.wall()
    with transaction() as session:
        session.execute(delete(WebSession).where(WebSession.expires_at < wall))
        session.execute(delete(PasswordReset).where(PasswordReset.expires_at < wall - KEPT))
        session.execute(delete(RateLimit).where(RateLimit.window_start < wall - timedelta(days=1)))
        session.execute(delete(Message).where(Message.delivered_at.is_(None), Message.expires_at < clock.now() - KEPT))
        sweep_holds(session, clock.now())
        sweep_drafts(session, wall)
        sweep_files(session, clock.now())


def next_opening(session: Session, office_id: str, after: datetime) -> datetime:
    """The first start of office hours on a working day of the office after `after`."""
    office = office_calendar(session, office_id)
    day = after.astimezone(office.zone).date()
    if not office.days.is_working(day) or office.opening(day) <= after:
        day = office.days.next_working(day)
    return office.opening(day)


def _digest(job: SystemJob) -> None:
    """Send the digest and the alarms of control once a working day, planning the next turn in the same commit."""
    now = clock.now()
    with transaction() as session:
        if session.scalar(select(Job.id).where(*lease_of(job)).with_for_update()) is None:
            return  # another worker has sent them
        send_digests(job.office_id or "", session=session)
        if _works_today(session, job.office_id or "", now):
            tell_controllers(job.office_id or "", session=session)
        _move(session, job.id, next_opening(session, job.office_id or "", now))


def _works_today(session: Session, office_id: str, now: datetime) -> bool:
    calendar = office_calendar(session, office_id)
    return calendar.days.is_working(calendar.local(now).date())


def _plan(job: SystemJob, due_at: datetime) -> None:
    with transaction() as session:
        _move(session, job.id, due_at)


def _move(session: Session, job_id: int, due_at: datetime) -> None:
    session.execute(
        update(Job)
        .where(Job.id == job_id)
        .values(status="waiting", attempts=0, leased_by=None, leased_until=None, last_error=None, due_at=due_at)
    )
