"""Operating an instance: what waits, skipping it, going back, each with a preview."""

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from app.api.reader import actor
from app.api.resource import ID, Body, ReasonBody, Resource, WordsSchema
from app.queries.instances import STATUSES
from app.usecases import operating as use

operating = Resource("operating", "/instances", "What waits in an instance: skip it, go back to an earlier step")
KINDS = ("task", "call", "timer", "message", "signal", "condition", "join")


class StepSchema(Schema):
    """Something that waits; `beside` the flow: an event at a border, or one that starts an event sub-process."""

    task_id = fields.UUID(required=True)
    element = fields.String(required=True)
    name = fields.Nested(WordsSchema, required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    beside = fields.Boolean(required=True)
    skippable = fields.Boolean(required=True)


class BackSchema(Schema):
    """An earlier step that the instance can be taken back to, and what waits now and would be cancelled."""

    element = fields.String(required=True)
    name = fields.Nested(WordsSchema, required=True)
    cancelled = fields.List(fields.String(), required=True)


class SituationSchema(Schema):
    """Where an instance stands; nothing can be done while it does not run."""

    instance_id = fields.Integer(required=True)
    case_id = fields.Integer(required=True, allow_none=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    steps = fields.List(fields.Nested(StepSchema), required=True)
    back = fields.List(fields.Nested(BackSchema), required=True)


class MadeSchema(Schema):
    """A record that stays: a number, an appointment, a letter, a document."""

    kind = fields.String(required=True)
    label = fields.String(required=True)
    at = fields.DateTime(required=True)


class ConsequencesSchema(Schema):
    """What an act would do."""

    cancelled = fields.List(fields.Nested(StepSchema), required=True)
    opened = fields.List(fields.Nested(StepSchema), required=True)
    ended = fields.Boolean(required=True)
    stays = fields.List(fields.Nested(MadeSchema), required=True)


class SkipPreviewBody(Body):
    """What to pass by, and the answers that the choices after it read."""

    task_id = fields.UUID(required=True)
    element = fields.String(required=True, validate=validate.Length(min=1, max=200))
    answers = fields.Dict(keys=fields.String(), load_default=dict, validate=validate.Length(max=100))


class SkipBody(ReasonBody, SkipPreviewBody):
    """What to pass by, with which answers, and why."""


class RewindPreviewBody(Body):
    """The element to go back to."""

    element = fields.String(required=True, validate=validate.Length(min=1, max=200))


class RewindBody(ReasonBody, RewindPreviewBody):
    """The element to go back to, and why."""


@operating.operation(
    "GET",
    f"/<{ID}:instance_id>/situation",
    access="instance.operate",
    answer=SituationSchema,
    refuses=(404,),
    summary="See what waits and where the instance can go back to",
)
def situation(instance_id: int) -> object:
    return use.situation(instance_id, by=actor())


@operating.operation(
    "POST",
    f"/<{ID}:instance_id>/skip/preview",
    access="instance.operate",
    body=SkipPreviewBody,
    answer=ConsequencesSchema,
    refuses=(404, 409),
    summary="See what skipping a waiting step would do",
)
def preview_skip(instance_id: int, body: dict[str, Any]) -> object:
    task_id: UUID = body["task_id"]
    return use.preview_skip(instance_id, task_id, body["element"], answers=body["answers"], by=actor())


@operating.operation(
    "POST",
    f"/<{ID}:instance_id>/skip",
    access="instance.operate",
    body=SkipBody,
    answer=SituationSchema,
    refuses=(404, 409),
    summary="Skip a waiting step, with a reason",
)
def skip(instance_id: int, body: dict[str, Any]) -> object:
    by = actor()
    use.skip(instance_id, body["task_id"], body["element"], answers=body["answers"], reason=body["reason"], by=by)
    return use.situation(instance_id, by=by)


@operating.operation(
    "POST",
    f"/<{ID}:instance_id>/rewind/preview",
    access="instance.operate",
    body=RewindPreviewBody,
    answer=ConsequencesSchema,
    refuses=(404, 409),
    summary="See what going back to an earlier step would do",
)
def preview_rewind(instance_id: int, body: dict[str, Any]) -> object:
    return use.preview_rewind(instance_id, body["element"], by=actor())


@operating.operation(
    "POST",
    f"/<{ID}:instance_id>/rewind",
    access="instance.operate",
    body=RewindBody,
    answer=SituationSchema,
    refuses=(404, 409),
    summary="Go back to an earlier step, with a reason",
)
def rewind(instance_id: int, body: dict[str, Any]) -> object:
    by = actor()
    use.rewind(instance_id, body["element"], reason=body["reason"], by=by)
    return use.situation(instance_id, by=by)
