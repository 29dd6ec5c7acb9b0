"""Operating process instances: start, read variables, correct, suspend, resume, cancel."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.engine.run import Run, Variables
from app.models import Case, Incident, Job, ProcessInstance
from app.models.database import reading
from app.records.bookings import end_booking
from app.usecases.access import Actor, ForbiddenError
from app.usecases.advance import InstanceEndedError, Locked, carry_on, lock
from app.usecases.cases import start_instance
from app.usecases.history import Event, record
from app.usecases.outbox import wake_for
from app.usecases.published import NotFoundError, published
from app.usecases.tasks import ReasonMissingError
from app.usecases.transaction import transaction
from app.usecases.world import CaseWorld

RESERVED: Final = frozenset({"case_id", "office_id"})


class NotSuspendedError(AutomationError):
    """Only a suspended instance can be resumed."""

    status = 409
    message = Text(
        kk="Бұл процесс тоқтатылмаған: жалғастыратын ештеңе жоқ.",
        ru="Этот процесс не приостановлен: возобновлять нечего.",
        en="This process is not suspended: there is nothing to resume.",
    )


class ReservedVariableError(AutomationError):
    """Which case and office an instance belongs to is not for anybody to change."""

    status = 422
    message = Text(
        kk="«{name}» айнымалысын өзгертуге болмайды: іс пен мекеме тұрақты.",
        ru="Переменную «{name}» менять нельзя: дело и организация постоянны.",
        en="The variable “{name}” cannot be changed: case and office are fixed.",
    )


class UnknownVariableError(AutomationError):
    """The instance has no variable of this name."""

    status = 422
    message = Text(
        kk="Процесте «{name}» айнымалысы жоқ. Тізімнен таңдаңыз.",
        ru="В процессе нет переменной «{name}». Выберите из списка.",
        en="The process has no variable “{name}”. Choose one from the list.",
    )


@dataclass(frozen=True, slots=True)
class NewCase:
    """The case to open together with an instance."""

    kind: str
    language: str


@dataclass(frozen=True, slots=True)
class Started:
    """A new instance and its case, if it has one."""

    instance_id: int
    case_id: int | None


def start(process_key: str, *, variables: Mapping[str, Any], case: NewCase | None, by: Actor) -> Started:
    """Start the newest version of a process, with a new case where one is given, in one commit.

    Raises `NotFoundError`, `ForbiddenError`, `ReservedVariableError`, and what the first steps of the process raise.
    """
    by.demand("instance.start")
    refuse_reserved(variables)
    with transaction() as session:
        case_id = None if case is None else _open_case(session, case, by)
        started = start_instance(
            session, by.office_id, process_key, case_id=case_id, variables=dict(variables), by=by.id
        )
        return Started(started, case_id)


def _open_case(session: Session, case: NewCase, by: Actor) -> int:
    by.demand("case.open")
    row = Case(
        office_id=by.office_id,
        kind=case.kind,
        language=case.language,
        status="running",
        opened_at=clock.now(),
        opened_by=by.id,
    )
    session.add(row)
    session.flush()  # the instance needs case.id
    return row.id


def variables_of(instance_id: int, *, by: Actor) -> Variables:
    """The variables as they are now, or as they were at the end. Raises `NotFoundError`, `ForbiddenError`."""
    if not (by.may("personal_data.see") or by.may("instance.operate")):
        raise ForbiddenError
    with reading() as session:
        row = session.scalars(
            select(ProcessInstance).where(ProcessInstance.id == instance_id, ProcessInstance.office_id == by.office_id)
        ).first()
        if row is None:
            raise NotFoundError
        version = published(session, row.version_id)
        world = CaseWorld(session, row.office_id, row.case_id, row.id, version, clock.now(), by.id)
        return Run.restore(version.definition, world, row.state).data


def correct(instance_id: int, variables: Mapping[str, Any], *, reason: str, by: Actor) -> None:
    """Write corrected variables into every live scope; waiting timers and due moments follow; old and new are kept."""
    refuse_reserved(variables)
    with transaction() as session:
        instance = held(session, instance_id, reason, by)
        before = _before(session, instance, variables, by)
        given = dict(variables)
        carry_on(
            session,
            instance,
            lambda run: run.correct(given),
            event=Event(
                "corrected",
                None,
                {"names": sorted(given)},
                {"before": before, "variables": given, "reason": reason.strip()},
            ),
            by=by.id,
            corrected=True,
        )


def _before(session: Session, instance: Locked, variables: Mapping[str, Any], by: Actor) -> Variables:
    world = CaseWorld(session, instance.office_id, instance.case_id, instance.id, instance.version, clock.now(), by.id)
    data = Run.restore(instance.version.definition, world, instance.state).data
    return {name: data.get(name) for name in variables}


def correct_one(instance_id: int, name: str, typed: str, *, reason: str, by: Actor) -> None:
    """`correct` of one variable as typed: text stays text where it was text, everything else is read as JSON if it is.

    Raises `UnknownVariableError` for a name that the instance does not have.
    """
    known = variables_of(instance_id, by=by)
    if name not in known:
        raise UnknownVariableError(name=name)
    value: Any = typed
    if not isinstance(known[name], str):
        with suppress(orjson.JSONDecodeError):
            value = orjson.loads(typed)
    correct(instance_id, {name: value}, reason=reason, by=by)


def suspend(instance_id: int, *, reason: str, by: Actor) -> None:
    """Nothing moves in the instance until it is resumed: jobs and letters are held, tasks cannot be completed."""
    with transaction() as session:
        instance = held(session, instance_id, reason, by)
        if instance.status != "running":
            raise InstanceEndedError
        _set_status(session, instance, "suspended")
        session.execute(
            update(Job).where(Job.instance_id == instance.id, Job.status == "waiting").values(status="suspended")
        )
        _tell(session, instance, "instance_suspended", reason, by)


def resume(instance_id: int, *, reason: str, by: Actor) -> None:
    """Let a suspended instance go on: timers that became due fire at once, messages that came are delivered."""
    with transaction() as session:
        instance = held(session, instance_id, reason, by)
        if instance.status != "suspended":
            raise NotSuspendedError
        _set_status(session, instance, "running")
        session.execute(
            update(Job).where(Job.instance_id == instance.id, Job.status == "suspended").values(status="waiting")
        )
        wake_for(session, instance.office_id, instance.id)
        _tell(session, instance, "instance_resumed", reason, by)


def cancel(instance_id: int, *, reason: str, by: Actor) -> None:
    """End a running or suspended instance where it stands: open tasks, jobs and incidents go, the case is withdrawn."""
    with transaction() as session:
        instance = held(session, instance_id, reason, by)
        if instance.status not in ("running", "suspended"):
            raise InstanceEndedError
        event = Event("instance_cancelled", None, {}, {"reason": reason.strip()})
        carry_on(session, replace(instance, status="running"), lambda run: run.cancel(), event=event, by=by.id)
        _set_status(session, instance, "cancelled")
        _close_incidents(session, instance, reason, by)
        if instance.case_id is not None:
            _withdraw(session, instance.case_id)


def _close_incidents(session: Session, instance: Locked, reason: str, by: Actor) -> None:
    session.execute(
        update(Incident)
        .where(Incident.instance_id == instance.id, Incident.resolved_at.is_(None), Incident.kind != "letter")
        .values(resolved_at=clock.now(), resolved_by=by.id, resolution="cancelled", reason=reason.strip())
    )


def _withdraw(session: Session, case_id: int) -> None:
    """Close the case unless another instance still works on it; a booked place goes back to the schedule."""
    others = select(ProcessInstance.id).where(
        ProcessInstance.case_id == case_id, ProcessInstance.status.in_(("running", "suspended"))
    )
    case = session.get_one(Case, case_id)
    if case.status == "running" and session.execute(others.limit(1)).first() is None:
        case.status, case.closed_at = "withdrawn", clock.now()
        session.flush()
        end_booking(session, case_id, status="withdrawn", now=clock.now())


def held(session: Session, instance_id: int, reason: str, by: Actor) -> Locked:
    """Lock an instance of her office for an operator who says why."""
    by.demand("instance.operate")
    if not reason.strip():
        raise ReasonMissingError
    instance = lock(session, instance_id)
    if instance.office_id != by.office_id:
        raise NotFoundError
    return instance


def _set_status(session: Session, instance: Locked, status: str) -> None:
    session.execute(update(ProcessInstance).where(ProcessInstance.id == instance.id).values(status=status))


def _tell(session: Session, instance: Locked, kind: str, reason: str, by: Actor) -> None:
    record(
        session,
        [Event(kind, None, {}, {"reason": reason.strip()})],
        at=clock.now(),
        office_id=instance.office_id,
        case_id=instance.case_id,
        instance_id=instance.id,
        by=by.id,
    )


def refuse_reserved(variables: Mapping[str, Any]) -> None:
    for name in sorted(RESERVED & variables.keys()):
        raise ReservedVariableError(name=name)
