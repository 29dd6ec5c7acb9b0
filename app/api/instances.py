"""Process instances: start, read, operate."""

from typing import Any

from marshmallow import Schema, fields, validate

from app.api.reader import actor
from app.api.resource import ID, Body, ReasonBody, Resource, WordsSchema, asked_id
from app.domain.texts import LANGUAGES
from app.queries.instances import STATUSES, InstanceRow, history_of, instance_list, one_instance, place_of
from app.usecases import instances as use
from app.usecases.published import NotFoundError

instances = Resource("instances", "/instances", "Process instances, running and ended")


class NewCaseBody(Body):
    """The case to open with the instance."""

    kind = fields.String(required=True, validate=validate.Regexp(r"^[a-z][a-z0-9_]{0,59}$"))
    language = fields.String(load_default="ru", validate=validate.OneOf(LANGUAGES))


class StartBody(Body):
    """Which process to start, with which variables, and whether a case is opened for it."""

    process = fields.String(required=True, validate=validate.Length(min=1, max=200))
    variables = fields.Dict(keys=fields.String(), load_default=dict)
    case = fields.Nested(NewCaseBody, load_default=None, allow_none=True)


class StartedSchema(Schema):
    """The new instance and its case."""

    id = fields.Integer(required=True, attribute="instance_id")
    case_id = fields.Integer(required=True, allow_none=True)


class InstanceQuery(Schema):
    """Filters of the list."""

    process = fields.String(validate=validate.Length(max=200))
    status = fields.String(validate=validate.OneOf(STATUSES))
    case_id = asked_id()
    after = asked_id(metadata={"description": "`next` of the page before"})


class InstanceSchema(Schema):
    """An instance."""

    id = fields.Integer(required=True)
    process = fields.String(required=True)
    version = fields.Integer(required=True)
    name = fields.Nested(WordsSchema, required=True)
    case_id = fields.Integer(required=True, allow_none=True)
    case_number = fields.String(required=True, allow_none=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    end_event = fields.String(required=True, allow_none=True)
    started_at = fields.DateTime(required=True)
    started_by = fields.Integer(required=True, allow_none=True)
    ended_at = fields.DateTime(required=True, allow_none=True)


class WholeInstanceSchema(InstanceSchema):
    """An instance; its variables only for operators and readers of personal data."""

    variables = fields.Dict(keys=fields.String())


class InstanceListSchema(Schema):
    """A page of instances, newest first."""

    rows = fields.List(fields.Nested(InstanceSchema), required=True)
    next = fields.Integer(required=True, allow_none=True)


class DiagramStateSchema(Schema):
    """Ids of elements; the XML is at `/definitions/{process}/versions/{version}/diagram`."""

    process = fields.String(required=True)
    version = fields.Integer(required=True)
    status = fields.String(required=True)
    passed = fields.List(fields.String(), required=True)
    active = fields.List(fields.String(), required=True)
    overdue = fields.List(fields.String(), required=True)
    failed = fields.List(fields.String(), required=True)


class HistoryQuery(Schema):
    """Where the page starts."""

    after = asked_id(metadata={"description": "`next` of the page before"})


class HistoryRowSchema(Schema):
    """One event; `payload` (answers, reasons) is null for those who may not read personal data."""

    id = fields.Integer(required=True)
    at = fields.DateTime(required=True)
    kind = fields.String(required=True)
    element = fields.String(required=True, allow_none=True)
    person_id = fields.Integer(required=True, allow_none=True)
    facts = fields.Dict(keys=fields.String(), required=True)
    payload = fields.Dict(keys=fields.String(), required=True, allow_none=True)


class HistoryListSchema(Schema):
    """A page of events, oldest first."""

    rows = fields.List(fields.Nested(HistoryRowSchema), required=True)
    next = fields.Integer(required=True, allow_none=True)


class CorrectBody(ReasonBody):
    """Variables to overwrite in every live scope."""

    variables = fields.Dict(keys=fields.String(), required=True, validate=validate.Length(min=1, max=100))


@instances.operation(
    "POST",
    "",
    access="instance.start",
    body=StartBody,
    answer=StartedSchema,
    status=201,
    refuses=(404,),
    summary="Start the newest version of a process",
)
def start(body: dict[str, Any]) -> object:
    case = use.NewCase(**body["case"]) if body["case"] else None
    return use.start(body["process"], variables=body["variables"], case=case, by=actor())


@instances.operation(
    "GET", "", access="process.see", query=InstanceQuery, answer=InstanceListSchema, summary="List instances"
)
def listed(query: dict[str, Any]) -> object:
    return instance_list(actor().office_id, **query)


@instances.operation(
    "GET",
    f"/<{ID}:instance_id>",
    access="process.see",
    answer=WholeInstanceSchema,
    refuses=(404,),
    summary="Read an instance",
)
def one(instance_id: int) -> object:
    return _whole(instance_id)


@instances.operation(
    "GET",
    f"/<{ID}:instance_id>/diagram",
    access="process.see",
    answer=DiagramStateSchema,
    refuses=(404,),
    summary="See where an instance stands in its diagram",
)
def diagram(instance_id: int) -> object:
    place = place_of(actor().office_id, instance_id)
    if place is None:
        raise NotFoundError
    return place


@instances.operation(
    "GET",
    f"/<{ID}:instance_id>/history",
    access="process.see",
    query=HistoryQuery,
    answer=HistoryListSchema,
    refuses=(404,),
    summary="Read what happened in an instance",
)
def history(instance_id: int, query: dict[str, Any]) -> object:
    by = actor()
    found = history_of(by.office_id, instance_id, after=query.get("after"), payloads=by.may("personal_data.see"))
    if found is None:
        raise NotFoundError
    return found


@instances.operation(
    "POST",
    f"/<{ID}:instance_id>/correct",
    access="instance.operate",
    body=CorrectBody,
    answer=WholeInstanceSchema,
    refuses=(404, 409),
    summary="Correct variables, with a reason",
)
def correct(instance_id: int, body: dict[str, Any]) -> object:
    use.correct(instance_id, body["variables"], reason=body["reason"], by=actor())
    return _whole(instance_id)


@instances.operation(
    "POST",
    f"/<{ID}:instance_id>/suspend",
    access="instance.operate",
    body=ReasonBody,
    answer=WholeInstanceSchema,
    refuses=(404, 409),
    summary="Hold an instance, with a reason",
)
def suspend(instance_id: int, body: dict[str, Any]) -> object:
    use.suspend(instance_id, reason=body["reason"], by=actor())
    return _whole(instance_id)


@instances.operation(
    "POST",
    f"/<{ID}:instance_id>/resume",
    access="instance.operate",
    body=ReasonBody,
    answer=WholeInstanceSchema,
    refuses=(404, 409),
    summary="Let a suspended instance go on, with a reason",
)
def resume(instance_id: int, body: dict[str, Any]) -> object:
    use.resume(instance_id, reason=body["reason"], by=actor())
    return _whole(instance_id)


@instances.operation(
    "POST",
    f"/<{ID}:instance_id>/cancel",
    access="instance.operate",
    body=ReasonBody,
    answer=WholeInstanceSchema,
    refuses=(404, 409),
    summary="End an instance where it stands, with a reason",
)
def cancel(instance_id: int, body: dict[str, Any]) -> object:
    use.cancel(instance_id, reason=body["reason"], by=actor())
    return _whole(instance_id)


def _whole(instance_id: int) -> dict[str, Any]:
    by = actor()
    row: InstanceRow | None = one_instance(by.office_id, instance_id)
    if row is None:
        raise NotFoundError
    found = {name: getattr(row, name) for name in InstanceRow.__slots__}
    if by.may("personal_data.see") or by.may("instance.operate"):
        found["variables"] = use.variables_of(instance_id, by=by)
    return found
