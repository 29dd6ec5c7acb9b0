"""Incidents: a person retries, corrects or skips what gave up."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.models import Incident, Job, Letter
from app.usecases.access import Actor
from app.usecases.advance import carry_on, lock
from app.usecases.history import Event, record
from app.usecases.published import NotFoundError
from app.usecases.tasks import ReasonMissingError
from app.usecases.transaction import transaction, wake_workers


class IncidentResolvedError(AutomationError):
    """Somebody has already dealt with it."""

    status = 409
    message = Text(
        kk="Бұл ақаумен біреу айналысып қойған.",
        ru="Этим сбоем уже занялись.",
        en="Somebody has already dealt with this incident.",
    )


class CannotSkipError(AutomationError):
    """What failed cannot be left out."""

    status = 409
    message = Text(
        kk="Мұны өткізіп жіберуге болмайды: себебін түзетіп, қайталаңыз.",
        ru="Это нельзя пропустить: исправьте причину и повторите.",
        en="This cannot be skipped: mend the cause and retry.",
    )


class AddressMissingError(AutomationError):
    """Of a letter only the address can be corrected."""

    status = 422
    message = Text(
        kk="Хаттың тек мекенжайын түзетуге болады: `address` жазыңыз.",
        ru="У письма можно исправить только адрес: укажите `address`.",
        en="Of a letter only the address can be corrected: give `address`.",
    )


def retry(incident_id: int, *, by: Actor) -> None:
    """Let the job run again at once, with all its attempts."""
    with transaction() as session:
        incident = _open(session, incident_id, by)
        _again(session, incident)
        _resolve(session, incident, "retried", "", by)


def correct(incident_id: int, changes: Mapping[str, Any], *, reason: str, by: Actor) -> None:
    """Put right what the job works with (a letter's `address`, a call's parameters) and retry; old and new are kept."""
    if not reason.strip():
        raise ReasonMissingError
    with transaction() as session:
        incident = _open(session, incident_id, by)
        job = _job(session, incident)
        before = _correct_letter(session, job, changes) if job.kind == "letter" else _correct_payload(job, changes)
        _again(session, incident)
        _resolve(session, incident, "corrected", reason, by, {"before": before, "after": dict(changes)})


def skip(incident_id: int, *, reason: str, by: Actor) -> None:
    """Leave the work out with a reason: the letter is not sent, the service task goes on without a result."""
    if not reason.strip():
        raise ReasonMissingError
    with transaction() as session:
        incident = _open(session, incident_id, by)
        job = _job(session, incident)
        if job.kind == "letter":
            session.execute(update(Letter).where(Letter.id == job.payload["letter"]).values(status="skipped"))
            session.execute(delete(Job).where(Job.id == job.id))
        elif job.kind == "call" and job.instance_id is not None and job.engine_id is not None:
            engine_id = job.engine_id
            carry_on(
                session,
                lock(session, job.instance_id),
                lambda run: run.answer(engine_id, {}),
                event=Event("call_skipped", job.element, {"name": job.name}, {"reason": reason.strip()}),
                by=by.id,
            )
        else:
            raise CannotSkipError
        _resolve(session, incident, "skipped", reason, by)


def _open(session: Session, incident_id: int, by: Actor) -> Incident:
    by.demand("incident.resolve")
    incident = session.scalars(
        select(Incident).where(Incident.id == incident_id, Incident.office_id == by.office_id).with_for_update()
    ).first()
    if incident is None:
        raise NotFoundError
    if incident.resolved_at is not None:
        raise IncidentResolvedError
    return incident


def _job(session: Session, incident: Incident) -> Job:
    job = session.get(Job, incident.job_id)
    if job is None:
        raise IncidentResolvedError
    return job


def _again(session: Session, incident: Incident) -> None:
    job = _job(session, incident)
    job.status, job.attempts, job.due_at, job.leased_by, job.leased_until = "waiting", 0, clock.now(), None, None
    session.flush()
    wake_workers(session, job.due_at)


def _correct_letter(session: Session, job: Job, changes: Mapping[str, Any]) -> dict[str, Any]:
    address = changes.get("address")
    if not isinstance(address, str) or not address.strip() or len(changes) > 1:
        raise AddressMissingError
    letter = session.get_one(Letter, job.payload["letter"])
    before = {"address": letter.address}
    letter.address = address.strip()
    return before


def _correct_payload(job: Job, changes: Mapping[str, Any]) -> dict[str, Any]:
    before = {key: job.payload.get(key) for key in changes}
    job.payload = {**job.payload, **changes}
    return before


def _resolve(
    session: Session,
    incident: Incident,
    resolution: str,
    reason: str,
    by: Actor,
    payload: Mapping[str, Any] | None = None,
) -> None:
    now = clock.now()
    incident.resolved_at, incident.resolved_by = now, by.id
    incident.resolution, incident.reason = resolution, reason.strip()
    session.flush()
    event = Event(
        f"incident_{resolution}",
        incident.element,
        {"incident": incident.id, "job": incident.job_id},
        {**(payload or {}), **({"reason": reason.strip()} if reason.strip() else {})},
    )
    record(
        session,
        [event],
        at=now,
        office_id=incident.office_id,
        case_id=incident.case_id,
        instance_id=incident.instance_id,
        by=by.id,
    )
