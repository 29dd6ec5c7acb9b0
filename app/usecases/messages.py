"""Messages from outside: put on their way once, however often they are sent."""

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.models import Case, Message
from app.usecases.access import Actor
from app.usecases.history import Event, record
from app.usecases.published import NotFoundError, newest_version_id
from app.usecases.transaction import transaction
from app.usecases.world import post


class KeyReusedError(AutomationError):
    """An idempotency key came a second time with another message."""

    status = 422
    message = Text(
        kk="Бұл Idempotency-Key кілтімен басқа хабарлама жіберілген. Жаңа хабарламаға жаңа кілт алыңыз.",
        ru="С этим Idempotency-Key уже отправлено другое сообщение. Для нового сообщения возьмите новый ключ.",
        en="Another message was sent with this Idempotency-Key. Use a new key for a new message.",
    )


def correlate(
    name: str,
    *,
    payload: Mapping[str, Any],
    by: Actor,
    case_id: int | None = None,
    case_number: str | None = None,
    process: str | None = None,
    idempotency_key: str | None = None,
) -> int:
    """Send a message to a case (by id or number), or to a process that it starts; returns the message's id.

    A second call of the same person with the same key sends nothing and returns the same id. Raises `NotFoundError`
    for an unknown case or process, `KeyReusedError`, `ForbiddenError`.
    """
    by.demand("message.send")
    content: dict[str, Any] = orjson.loads(orjson.dumps(dict(payload)))
    if process is not None:
        content["process"] = process
    key = f"{by.id}:{idempotency_key}" if idempotency_key else None
    try:
        with transaction() as session:
            return _send(session, name, content, by, _case(session, by, case_id, case_number), process, key)
    except IntegrityError:
        if key is None:
            raise
        # Somebody sent the same key in the same moment and was first: answer as the first was answered.
        with transaction() as session:
            return _send(session, name, content, by, _case(session, by, case_id, case_number), process, key)


def _send(
    session: Session,
    name: str,
    content: dict[str, Any],
    by: Actor,
    case_id: int | None,
    process: str | None,
    key: str | None,
) -> int:
    if key is not None and (known := _sent(session, by.office_id, key)) is not None:
        if (known.name, known.case_id, known.payload) != (name, case_id, content):
            raise KeyReusedError
        return known.id
    if process is not None:
        newest_version_id(session, by.office_id, process)
    now = clock.now()
    message_id = post(session, by.office_id, name, case_id=case_id, payload=content, now=now, idempotency_key=key)
    event = Event("message_sent", None, {"message": name, "id": message_id})
    record(session, [event], at=now, office_id=by.office_id, case_id=case_id, by=by.id)
    return message_id


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
