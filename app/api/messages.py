"""Messages from other programs."""

from typing import Any, Final

from flask import request
from marshmallow import Schema, fields, validate

from app.api.problems import InvalidValuesError
from app.api.reader import actor
from app.api.resource import ID, Body, Resource, row_id
from app.domain.texts import Text
from app.queries.instances import one_message
from app.usecases.messages import correlate
from app.usecases.published import NotFoundError

messages = Resource("messages", "/messages", "Messages to running cases, or to a process that they start")
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


class MessageBody(Body):
    """A message: to a case by id or number, or to the process that it starts, or to whoever waits for it."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=200))
    case_id = row_id()
    case_number = fields.String(validate=validate.Length(min=1, max=100))
    process = fields.String(validate=validate.Length(min=1, max=200))
    payload = fields.Dict(keys=fields.String(), load_default=dict)


class MessageSchema(Schema):
    """A message; `delivered_at` stays null while nobody waits for it."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    case_id = fields.Integer(required=True, allow_none=True)
    sent_at = fields.DateTime(required=True)
    expires_at = fields.DateTime(required=True)
    delivered_at = fields.DateTime(required=True, allow_none=True)
    instance_id = fields.Integer(required=True, allow_none=True)


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
    key = request.headers.get("Idempotency-Key")
    if key is not None and not (0 < len(key) <= KEY_LENGTH and key.isascii() and key.isprintable() and " " not in key):
        raise InvalidValuesError({"#": BAD_KEY})
    sent = correlate(
        body["name"],
        payload=body["payload"],
        by=actor(),
        case_id=body.get("case_id"),
        case_number=body.get("case_number"),
        process=body.get("process"),
        idempotency_key=key,
    )
    return {"id": sent}


@messages.operation(
    "GET",
    f"/<{ID}:message_id>",
    access="message.send",
    answer=MessageSchema,
    refuses=(404,),
    summary="See whether a message was delivered",
)
def one(message_id: int) -> object:
    found = one_message(actor().office_id, message_id)
    if found is None:
        raise NotFoundError
    return found
