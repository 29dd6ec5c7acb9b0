"""Messages from other programs."""

from typing import Any, Final

from flask import request
from marshmallow import Schema, fields, validate

from app.api.problems import InvalidValuesError
from app.api.reader import actor
from app.api.resource import ID, Body, ReasonBody, Resource, asked_id, row_id
from app.domain.texts import Text
from app.queries.messages import MESSAGE_STATUSES, REASONS, message_list, one_message
from app.usecases import messages as use
from app.usecases.published import NotFoundError

messages = Resource("messages", "/messages", "Messages to running cases, or to a process that they start")
signals = Resource("signals", "/signals", "Signals to everything in the office that listens")
KEY_LENGTH: Final = 200
KEY_HEADER: Final = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": KEY_LENGTH, "pattern": "^[!-~]+$"},
    "description": "A second request with the same key sends nothing and is answered as the first",
}
BAD_KEY: Final = Text(
    "1–200 таңба: латын әріптері, сандар, белгілер; бос орынсыз.",
    "1–200 знаков: латинские буквы, цифры, знаки; без пробелов.",
    "1–200 characters: Latin letters, digits, signs; no spaces.",
)
ONE_ADDRESSEE: Final = Text(
    "case_id, case_number, process үшеуінің тек бірін көрсетіңіз.",
    "Укажите только одно из трёх: case_id, case_number, process.",
    "Give only one of case_id, case_number and process.",
)


def given_key() -> str | None:
    """The request's Idempotency-Key; raises `InvalidValuesError` for one that is none."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not (0 < len(key) <= KEY_LENGTH and key.isascii() and key.isprintable() and " " not in key):
        raise InvalidValuesError({"#": BAD_KEY})
    return key


class MessageBody(Body):
    """A message: to a case by id or number, or to the process that it starts, or to whoever waits for it."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=200))
    case_id = row_id()
    case_number = fields.String(validate=validate.Length(min=1, max=100))
    process = fields.String(validate=validate.Length(min=1, max=200))
    payload = fields.Dict(keys=fields.String(), load_default=dict)
    correlations = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": 'Values by "key.property"; without them they are read from the payload'},
    )
    lifetime = fields.String(
        validate=validate.Regexp(r"^P[0-9YMWDTHS.]+$"),
        metadata={"description": "How long it is kept for a receiver, ISO 8601 (`P3D`); else as the office says"},
    )


class SignalBody(Body):
    """A signal for everybody who listens now."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=200))
    payload = fields.Dict(keys=fields.String(), load_default=dict)


class MessageQuery(Schema):
    """Filters of the list."""

    status = fields.String(validate=validate.OneOf(MESSAGE_STATUSES))
    reason = fields.String(validate=validate.OneOf(REASONS), metadata={"description": "Why it still waits"})
    name = fields.String(validate=validate.Length(max=200), metadata={"description": "The name or a part of it"})
    case_id = asked_id()
    after = asked_id(metadata={"description": "`next` of the page before"})


class MessageSchema(Schema):
    """A message; `delivered_at` stays null while nobody waits for it, `reason` and `detail` say why."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(("message", "signal")))
    name = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(MESSAGE_STATUSES))
    reason = fields.String(required=True, allow_none=True, validate=validate.OneOf(REASONS))
    detail = fields.Dict(keys=fields.String(), required=True)
    case_id = fields.Integer(required=True, allow_none=True)
    process = fields.String(required=True, allow_none=True)
    correlations = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    sender_id = fields.Integer(required=True, allow_none=True)
    element = fields.String(required=True, allow_none=True)
    sent_at = fields.DateTime(required=True)
    expires_at = fields.DateTime(required=True)
    delivered_at = fields.DateTime(required=True, allow_none=True)
    ended_at = fields.DateTime(required=True, allow_none=True)
    instance_id = fields.Integer(required=True, allow_none=True)


class MessageListSchema(Schema):
    """A page of messages, newest first."""

    rows = fields.List(fields.Nested(MessageSchema), required=True)
    next = fields.Integer(required=True, allow_none=True)


class ReceiversSchema(Schema):
    """How many instances hear the signal and processes are started by it."""

    receivers = fields.Integer(required=True)


class AcceptedSchema(Schema):
    """The message has been taken."""

    id = fields.Integer(required=True)


@messages.operation(
    "POST",
    "",
    access="message.send",
    body=MessageBody,
    answer=AcceptedSchema,
    status=202,
    refuses=(404,),
    parameters=[KEY_HEADER],
    summary="Send a message",
)
def send(body: dict[str, Any]) -> object:
    if sum(name in body for name in ("case_id", "case_number", "process")) > 1:
        raise InvalidValuesError({"#": ONE_ADDRESSEE})
    sent = use.correlate(
        body["name"],
        payload=body["payload"],
        by=actor(),
        case_id=body.get("case_id"),
        case_number=body.get("case_number"),
        process=body.get("process"),
        correlations=body.get("correlations"),
        lifetime=body.get("lifetime"),
        idempotency_key=given_key(),
    )
    return {"id": sent}


@signals.operation(
    "POST",
    "",
    access="message.send",
    body=SignalBody,
    answer=ReceiversSchema,
    status=202,
    summary="Send a signal",
)
def send_signal(body: dict[str, Any]) -> object:
    return {"receivers": use.send_signal(body["name"], payload=body["payload"], by=actor())}


@messages.operation(
    "GET", "", access="message.see", query=MessageQuery, answer=MessageListSchema, summary="List messages"
)
def listed(query: dict[str, Any]) -> object:
    return message_list(actor().office_id, **query)


@messages.operation(
    "GET",
    f"/<{ID}:message_id>",
    access="message.send",
    answer=MessageSchema,
    refuses=(404,),
    summary="See whether a message was delivered",
)
def one(message_id: int) -> object:
    return _read(message_id)


@messages.operation(
    "POST",
    f"/<{ID}:message_id>/retry",
    access="message.operate",
    answer=MessageSchema,
    refuses=(404, 409),
    summary="Let a waiting message look for its receiver at once",
)
def retry(message_id: int) -> object:
    use.retry(message_id, by=actor())
    return _read(message_id)


@messages.operation(
    "POST",
    f"/<{ID}:message_id>/discard",
    access="message.operate",
    body=ReasonBody,
    answer=MessageSchema,
    refuses=(404, 409),
    summary="Discard a waiting message, with a reason",
)
def discard(message_id: int, body: dict[str, Any]) -> object:
    use.discard(message_id, reason=body["reason"], by=actor())
    return _read(message_id)


def _read(message_id: int) -> object:
    found = one_message(actor().office_id, message_id)
    if found is None:
        raise NotFoundError
    return found
