"""Messages from outside: put on their way once, however often they are sent; those that wait, retried or discarded."""

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.models import Case, Incident, Job, Message
from app.usecases.access import Actor
from app.usecases.delivery import end_message
from app.usecases.history import Event, record
from app.usecases.outbox import broadcast, post
from app.usecases.published import NotFoundError, newest_version_id, newest_versions
from app.usecases.tasks import ReasonMissingError
from app.usecases.transaction import transaction, wake_workers


class KeyReusedError(AutomationError):
    """An idempotency key came a second time with another message."""

    status = 422
    message = Text(
        kk="Бұл Idempotency-Key кілтімен басқа хабарлама жіберілген. Жаңа хабарламаға жаңа кілт алыңыз.",
        ru="С этим Idempotency-Key уже отправлено другое сообщение. Для нового сообщения возьмите новый ключ.",
        en="Another message was sent with this Idempotency-Key. Use a new key for a new message.",
    )


class MessageOverError(AutomationError):
    """The message does not wait any more."""

    status = 409
    message = Text(
        kk="Бұл хабарлама енді күтпейді: ол жеткізілген, мерзімі өткен немесе алынып тасталған.",
        ru="Это сообщение больше не ждёт: оно доставлено, истекло или отброшено.",
        en="This message no longer waits: it was delivered, has expired or was discarded.",
    )


def correlate(
    name: str,
    *,
    payload: Mapping[str, Any],
    by: Actor,
    case_id: int | None = None,
    case_number: str | None = None,
    process: str | None = None,
    correlations: Mapping[str, str] | None = None,
    lifetime: str | None = None,
    idempotency_key: str | None = None,
) -> int:
    """Send a message to a case (by id or number), by keys, or to a process that it starts; returns the message's id.

    Keys ("key.property") not given are read from the payload as the newest diagrams of the office say. `lifetime` is an
    ISO 8601 duration or moment. A second call of the same person with the same key sends nothing and returns the same
    id. Raises `NotFoundError` for an unknown case or process, `KeyReusedError`, `ForbiddenError`, `TimerTextError`.
    """
    by.demand("message.send")
    content: dict[str, Any] = orjson.loads(orjson.dumps(dict(payload)))
    key = f"{by.id}:{idempotency_key}" if idempotency_key else None
    try:
        with transaction() as session:
            case = _case(session, by, case_id, case_number)
            return _send(session, name, content, by, case, process, correlations, lifetime, key)
    except IntegrityError:
        if key is None:
            raise
        # Somebody sent the same key in the same moment and was first: answer as the first was answered.
        with transaction() as session:
            case = _case(session, by, case_id, case_number)
            return _send(session, name, content, by, case, process, correlations, lifetime, key)


def send_signal(name: str, *, payload: Mapping[str, Any], by: Actor) -> int:
    """Send a signal to everything in the office that listens for it now; returns how many receivers there are."""
    by.demand("message.send")
    with transaction() as session:
        now = clock.now()
        receivers = broadcast(session, by.office_id, name, payload=payload, now=now)
        event = Event("signal_sent", None, {"signal": name, "receivers": receivers})
        record(session, [event], at=now, office_id=by.office_id, by=by.id)
        return receivers


def retry(message_id: int, *, by: Actor) -> None:
    """Let a waiting message look for its receiver at once; what had failed is tried again.

    Raises `NotFoundError`, `MessageOverError`, `ForbiddenError`.
    """
    with transaction() as session:
        message, now = _waiting(session, message_id, by), clock.now()
        session.execute(
            update(Job)
            .where(Job.message_id == message.id, Job.status != "leased")
            .values(status="waiting", attempts=0, due_at=now)
        )
        _close_incidents(session, message, "retried", "", by)
        _tell(session, message, "message_retried", "", by)
        wake_workers(session, now)


def discard(message_id: int, *, reason: str, by: Actor) -> None:
    """A waiting message shall reach nobody; who waits behind it goes on.

    Raises `ReasonMissingError`, `NotFoundError`, `MessageOverError`, `ForbiddenError`.
    """
    if not reason.strip():
        raise ReasonMissingError
    with transaction() as session:
        message = _waiting(session, message_id, by)
        _close_incidents(session, message, "skipped", reason, by)
        end_message(session, message, "discarded", now=clock.now(), by=by.id)
        _tell(session, message, "message_discarded", reason, by)


def _waiting(session: Session, message_id: int, by: Actor) -> Message:
    by.demand("message.operate")
    message = session.scalars(
        select(Message).where(Message.id == message_id, Message.office_id == by.office_id).with_for_update()
    ).first()
    if message is None:
        raise NotFoundError
    if message.status != "waiting":
        raise MessageOverError
    return message


def _close_incidents(session: Session, message: Message, resolution: str, reason: str, by: Actor) -> None:
    session.execute(
        update(Incident)
        .where(
            Incident.kind == "message",
            Incident.resolved_at.is_(None),
            Incident.job_id.in_(select(Job.id).where(Job.message_id == message.id)),
        )
        .values(resolved_at=clock.now(), resolved_by=by.id, resolution=resolution, reason=reason.strip())
    )


def _tell(session: Session, message: Message, kind: str, reason: str, by: Actor) -> None:
    record(
        session,
        [
            Event(
                kind,
                message.element,
                {"message": message.name, "id": message.id},
                {"reason": reason.strip()} if reason.strip() else {},
            )
        ],
        at=clock.now(),
        office_id=message.office_id,
        case_id=message.case_id,
        instance_id=message.sender_id,
        by=by.id,
    )


def _send(
    session: Session,
    name: str,
    content: dict[str, Any],
    by: Actor,
    case_id: int | None,
    process: str | None,
    correlations: Mapping[str, str] | None,
    lifetime: str | None,
    key: str | None,
) -> int:
    if key is not None and (known := _sent(session, by.office_id, key)) is not None:
        if (known.name, known.case_id, known.process, known.payload) != (name, case_id, process, content):
            raise KeyReusedError
        return known.id
    if process is not None:
        newest_version_id(session, by.office_id, process)
    now = clock.now()
    message_id = post(
        session,
        by.office_id,
        name,
        case_id=case_id,
        payload=content,
        now=now,
        process=process,
        correlations=_keys(session, by.office_id, name, content) if correlations is None else correlations,
        lifetime=lifetime,
        idempotency_key=key,
    )
    event = Event("message_sent", None, {"message": name, "id": message_id})
    record(session, [event], at=now, office_id=by.office_id, case_id=case_id, by=by.id)
    return message_id


def _keys(session: Session, office_id: str, name: str, payload: Mapping[str, Any]) -> dict[str, str]:
    """The correlation keys that the payload carries, as the diagrams of the office agree."""
    found: dict[str, str] = {}
    for version in newest_versions(session, office_id):
        found |= version.definition.keys_of(name, payload)
    return found


def _sent(session: Session, office_id: str, key: str) -> Message | None:
    return session.scalars(
        select(Message).where(Message.office_id == office_id, Message.idempotency_key == key)
    ).first()


def _case(session: Session, by: Actor, case_id: int | None, number: str | None) -> int | None:
    """The case meant, of this office; None when none is named."""
    if case_id is None and number is None:
        return None
    wanted = select(Case.id).where(Case.office_id == by.office_id)
    if case_id is not None:
        wanted = wanted.where(Case.id == case_id)
    if number is not None:
        wanted = wanted.where(Case.number == number)
    found = session.scalar(wanted)
    if found is None:
        raise NotFoundError
    return found
