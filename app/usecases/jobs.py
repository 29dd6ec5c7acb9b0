"""Jobs: lease what is due, do it, retry with backoff, and give up into an incident."""

import traceback
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.engine.run import Run
from app.engine.timers import Schedule
from app.gateways.delivery import DeliveryRefusedError
from app.handlers.registry import BusinessError, Produced, Step, handler
from app.models import Incident, Job, ProcessInstance
from app.models.database import reading
from app.records.files import store_produced
from app.usecases.advance import carry_on, lock
from app.usecases.cases import start_instance
from app.usecases.delivery import deliver_message
from app.usecases.history import Event, record
from app.usecases.housekeeping import run_system_job
from app.usecases.inbox import look_into
from app.usecases.leases import LeasedJob, is_ours, lease_due, lease_of
from app.usecases.outgoing import Outgoing, deliver_letter
from app.usecases.published import newest_version_id, published
from app.usecases.start_timers import next_start
from app.usecases.transaction import transaction, wake_workers

BACKOFF: Final[tuple[timedelta, ...]] = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 1800, 7200))
_log = structlog.get_logger()


def perform(job: LeasedJob, outgoing: Outgoing) -> None:
    """Do one job and record the outcome: what fails is tried again later or becomes an incident.

    A job that has waited long for its turn may be another worker's by now, and is left to that one.
    """
    try:
        if is_ours(job):
            _KINDS[job.kind](job, outgoing)
    except Exception as failure:  # noqa: BLE001 - the one place that records whatever went wrong
        _log.warning("job failed", job=job.id, kind=job.kind, name=job.name, attempt=job.attempts, error=repr(failure))
        fail(job, failure)


def fail(job: LeasedJob, failure: Exception) -> None:
    """Plan the next attempt, or give up into an incident when the attempts are used up or can never succeed.

    A job that another worker has taken over meanwhile is left to that one.
    """
    now = clock.now()
    permanent = isinstance(failure, DeliveryRefusedError)
    with transaction() as session:
        if permanent or job.attempts > len(BACKOFF):
            given_up = (
                update(Job).where(*lease_of(job)).values(status="failed", last_error=repr(failure), leased_until=None)
            )
            if session.scalar(given_up.returning(Job.id)) is None:
                return
            session.add(incident_of(job, failure, now))
            event = Event("incident_opened", job.element, {"job": job.id, "kind": job.kind, "name": job.name})
            record(session, [event], at=now, office_id=job.office_id, case_id=job.case_id, instance_id=job.instance_id)
            return
        session.execute(
            update(Job)
            .where(*lease_of(job))
            .values(
                status="waiting",
                due_at=now + BACKOFF[job.attempts - 1],
                last_error=repr(failure),
                leased_by=None,
                leased_until=None,
            )
        )


_UNEXPECTED: Final = Text(
    kk="Күтпеген қате. Толығырақ мәлімет төменде.",
    ru="Непредвиденная ошибка. Подробности ниже.",
    en="An unexpected error. See the details below.",
)


def incident_of(job: LeasedJob, failure: Exception, now: datetime) -> Incident:
    """What a person sees of a job that gave up."""
    message = failure.text if isinstance(failure, AutomationError) else _UNEXPECTED
    return Incident(
        office_id=job.office_id,
        instance_id=job.instance_id,
        case_id=job.case_id,
        job_id=job.id,
        element=job.element,
        kind=job.kind,
        name=job.name,
        message=message.as_dict(),
        detail="".join(traceback.format_exception(failure))[-4000:],
        created_at=now,
    )


def _fire_timer(job: LeasedJob, _outgoing: Outgoing) -> None:
    engine_id = job.engine_id

    def act(run: Run) -> None:
        run.fire(engine_id)  # type: ignore[arg-type]  # a timer job always has its engine task

    _advance_for(job, act, Event("timer_fired", job.element, {"due": job.due_at.isoformat()}))


def _advance_for(
    job: LeasedJob,
    act: Callable[[Run], None],
    event: Event,
    *,
    first: Callable[[Session], None] | None = None,
) -> None:
    """Advance the job's instance if its element still waits; a job that came too late simply goes."""
    with transaction() as session:
        instance = lock(session, job.instance_id or 0)
        if session.scalar(select(Job.id).where(*lease_of(job))) is None:
            return
        if instance.status == "suspended":
            session.execute(update(Job).where(Job.id == job.id).values(status="suspended", leased_until=None))
            return
        if instance.status != "running":
            session.execute(delete(Job).where(Job.id == job.id))
            return
        if first is not None:
            first(session)
        session.execute(update(Job).where(Job.id == job.id).values(status="waiting", attempts=0, leased_until=None))
        carry_on(session, instance, act, event=event)


def _call_handler(job: LeasedJob, _outgoing: Outgoing) -> None:
    task = handler(job.name)
    with reading() as session:
        version_id = session.scalar(select(ProcessInstance.version_id).where(ProcessInstance.id == job.instance_id))
        version = published(session, version_id or 0)
        step = Step(
            session=session,
            office_id=job.office_id or "",
            case_id=job.case_id,
            instance_id=job.instance_id or 0,
            element=job.element or "",
            now=clock.now(),
            letters=version.letters,
            documents=version.documents,
            job_id=job.id,
        )
        try:
            answer = task.call(step, **job.payload)
        except BusinessError as known:
            _advance_for(job, _failing(job, known.code), Event("call_refused", job.element, {"code": known.code}))
            return
    produced = answer if isinstance(answer, Produced) else Produced(variables=answer or {})
    engine_id = job.engine_id

    def act(run: Run) -> None:
        run.answer(engine_id, dict(produced.variables))  # type: ignore[arg-type]  # a call always has its engine task

    def keep(session: Session) -> None:
        store_produced(
            session,
            produced.files,
            office_id=job.office_id or "",
            case_id=job.case_id,
            element=job.element,
            now=clock.now(),
        )

    event = Event("call_done", job.element, {"name": job.name, "files": [each.name for each in produced.files]})
    _advance_for(job, act, event, first=keep)


def _failing(job: LeasedJob, code: str) -> Callable[[Run], None]:
    engine_id = job.engine_id

    def act(run: Run) -> None:
        run.fail(engine_id, code)  # type: ignore[arg-type]  # a call always has its engine task

    return act


def _deliver_message(job: LeasedJob, _outgoing: Outgoing) -> None:
    deliver_message(job)


def _deliver_letter(job: LeasedJob, outgoing: Outgoing) -> None:
    deliver_letter(job.payload["letter"], job.id, outgoing)


def _start_by_timer(job: LeasedJob, _outgoing: Outgoing) -> None:
    with transaction() as session:
        if session.scalar(select(Job.id).where(*lease_of(job)).with_for_update()) is None:
            return
        start_instance(
            session,
            job.office_id or "",
            job.name,
            case_id=None,
            variables={},
            by=None,
            start_element=job.element,
        )
        following = Schedule.from_json(job.payload["schedule"]).following(clock.now()) or _by_rule(session, job)
        if following is None:
            session.execute(delete(Job).where(Job.id == job.id))
            return
        session.execute(
            update(Job)
            .where(Job.id == job.id)
            .values(
                status="waiting",
                attempts=0,
                leased_until=None,
                due_at=following.due,
                payload={"schedule": following.as_json()},
            )
        )
        wake_workers(session, following.due)


def _by_rule(session: Session, job: LeasedJob) -> Schedule | None:
    """The next start by the expression of the timer, as the newest version says it."""
    definition = published(session, newest_version_id(session, job.office_id or "", job.name)).definition
    timer = next((each for each in definition.start_timers if each.element == job.element), None)
    return next_start(session, job.office_id or "", timer, clock.now()) if timer is not None else None


def _keep_house(job: LeasedJob, _outgoing: Outgoing) -> None:
    run_system_job(job)


def _look_into_mailbox(job: LeasedJob, outgoing: Outgoing) -> None:
    look_into(job.id, job.office_id or "", outgoing.mailboxes.get(job.office_id or ""), every=outgoing.look_every)


_KINDS: Final[Mapping[str, Callable[[LeasedJob, Outgoing], None]]] = {
    "timer": _fire_timer,
    "call": _call_handler,
    "message": _deliver_message,
    "letter": _deliver_letter,
    "start": _start_by_timer,
    "system": _keep_house,
    "mailbox": _look_into_mailbox,
}


def perform_all(worker: str, outgoing: Outgoing, *, limit: int = 1000) -> int:
    """Do everything that is due now, and what becomes due by it; returns how many jobs were done."""
    done = 0
    while done < limit:
        jobs: Sequence[LeasedJob] = lease_due(worker)
        if not jobs:
            return done
        for job in jobs:
            perform(job, outgoing)
        done += len(jobs)
    return done
