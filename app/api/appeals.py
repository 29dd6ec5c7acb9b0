"""Appeals from other systems: E-gov, the President's virtual reception."""

from base64 import b64decode
from dataclasses import replace
from typing import Any, Final

from marshmallow import Schema, fields, validate

from app.api.messages import KEY_HEADER, given_key
from app.api.problems import InvalidValuesError
from app.api.reader import actor
from app.api.resource import Body, Resource
from app.domain.incoming import Incoming
from app.domain.texts import Text
from app.gateways.files import FileRefusedError
from app.records.incoming import KINDS, LONGEST, read_incoming
from app.usecases import incoming as use
from app.usecases.portal_drafts import MOST_FILES

appeals = Resource("appeals", "/appeals", "Appeals that other systems send in", files_in_json=True)
NOT_BASE64: Final = Text("base64 емес.", "Это не base64.", "This is no base64.")
_WHAT: Final = {
    "external_number": "Its number in the sender's system; one number of a source is one case",
    "organisation": "Whom a representative stands for",
    "iin": "IIN of a person or BIN of a legal entity",
    "sent_on": "The day on which it was written there",
}


def _words(name: str, **more: Any) -> fields.String:
    told = {"description": _WHAT[name]} if name in _WHAT else {}
    return fields.String(validate=validate.Length(max=LONGEST[name]), metadata=told, **more)


class AttachmentBody(Body):
    """A file of an appeal: PDF, DOCX, JPG or PNG, judged by its content."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=300))
    content = fields.String(
        required=True,
        validate=validate.Length(min=1),
        metadata={"contentEncoding": "base64", "description": "The file in base64, at most 20 MB of it"},
    )


class AppealSentSchema(Body):
    """One appeal as it was written."""

    external_number = _words("external_number", required=True)
    applicant_kind = fields.String(load_default="person", validate=validate.OneOf(tuple(KINDS)))
    full_name = _words("full_name", required=True)
    organisation = _words("organisation", load_default="")
    iin = _words("iin", load_default="")
    address = _words("address", load_default="")
    phone = _words("phone", load_default="")
    email = _words("email", load_default="")
    language = fields.String(load_default="ru", validate=validate.OneOf(("kk", "ru")))
    sent_on = fields.Date(load_default=None, allow_none=True, metadata={"description": _WHAT["sent_on"]})
    text = _words("text", required=True)
    attachments = fields.List(
        fields.Nested(AttachmentBody), load_default=list, validate=validate.Length(max=MOST_FILES)
    )


class AppealsBody(Body):
    """Appeals of one source: one, or as many as a call may bring."""

    source = fields.String(
        required=True,
        validate=validate.Regexp(r"^[a-z][a-z0-9_]{0,39}$"),
        metadata={"description": "A source of the office that sends appeals: egov, president_reception"},
    )
    appeals = fields.List(fields.Nested(AppealSentSchema), required=True, validate=validate.Length(min=1, max=use.MOST))


class TakenSchema(Schema):
    """Where an appeal is; `number` comes when it is entered in the journal."""

    external_number = fields.String(required=True)
    case_id = fields.Integer(required=True)
    number = fields.String(required=True, allow_none=True)
    new = fields.Boolean(required=True)


class TakenListSchema(Schema):
    """Every appeal of the call in its order."""

    appeals = fields.List(fields.Nested(TakenSchema), required=True)


@appeals.operation(
    "POST",
    "",
    access="appeal.open",
    body=AppealsBody,
    answer=TakenListSchema,
    status=201,
    also=200,
    refuses=(404, 409),
    parameters=[KEY_HEADER],
    summary="Send appeals in",
    description="All of them are taken or none. Sent again, by the same Idempotency-Key or with the same numbers and "
    "words and files, they are answered by the same cases with 200; a number that came before with others is a 409.",
)
def send(body: dict[str, Any]) -> object:
    taken = use.take_appeals(body["source"], _read(body["appeals"]), by=actor(), key=given_key())
    return {"appeals": taken}, 201 if any(each.new for each in taken) else 200


def _read(sent: list[dict[str, Any]]) -> list[Incoming]:
    """The appeals as they can be kept; raises `InvalidValuesError` with every place that cannot."""
    read, wrong = [], dict[str, Text]()
    for number, each in enumerate(sent):
        attachments = each.pop("attachments")
        incoming, errors = read_incoming({name: str(value or "") for name, value in each.items()})
        wrong |= {f"#/appeals/{number}/{name}": said for name, said in errors.items()}
        files = []
        for place, given in enumerate(attachments):
            try:
                files.append(use.checked_file(given["name"], b64decode(given["content"], validate=True)))
            except ValueError:
                wrong[f"#/appeals/{number}/attachments/{place}/content"] = NOT_BASE64
            except FileRefusedError as refused:
                wrong[f"#/appeals/{number}/attachments/{place}"] = refused.text
        read.append(replace(incoming, files=tuple(files)))
    if wrong:
        raise InvalidValuesError(wrong)
    return read
