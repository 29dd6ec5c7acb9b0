"""Jobs, and what failed for good and waits for a person."""

from typing import Any

from marshmallow import Schema, fields, validate

from app.api.reader import actor
from app.api.resource import ID, ReasonBody, Resource, WordsSchema, asked_id
from app.queries.jobs import JOB_KINDS, JOB_STATUSES, incident_rows, job_list, one_incident
from app.usecases import incidents as use
from app.usecases.published import NotFoundError

jobs = Resource("jobs", "/jobs", "Jobs: timers, work of service tasks, letters, messages")
incidents = Resource("incidents", "/incidents", "Incidents: jobs that gave up")


class JobQuery(Schema):
    """Filters of the list."""

    kind = fields.String(validate=validate.OneOf(JOB_KINDS))
    status = fields.String(validate=validate.OneOf(JOB_STATUSES))
    instance_id = asked_id()
    after = asked_id(metadata={"description": "`next` of the page before"})


class JobSchema(Schema):
    """A job."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    status = fields.String(required=True)
    instance_id = fields.Integer(required=True, allow_none=True)
    case_id = fields.Integer(required=True, allow_none=True)
    element = fields.String(required=True, allow_none=True)
    due_at = fields.DateTime(required=True)
    attempts = fields.Integer(required=True)
    last_error = fields.String(required=True, allow_none=True)


class JobListSchema(Schema):
    """A page of jobs, oldest first."""

    rows = fields.List(fields.Nested(JobSchema), required=True)
    next = fields.Integer(required=True, allow_none=True)


class IncidentQuery(Schema):
    """Filters of the list."""

    is_open = fields.Boolean(data_key="open")
    instance_id = asked_id()
    after = asked_id(metadata={"description": "`next` of the page before"})


class IncidentSchema(Schema):
    """An incident; `detail` is the technical account."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    element = fields.String(required=True, allow_none=True)
    instance_id = fields.Integer(required=True, allow_none=True)
    case_id = fields.Integer(required=True, allow_none=True)
    job_id = fields.Integer(required=True, allow_none=True)
    message = fields.Nested(WordsSchema, required=True)
    detail = fields.String(required=True)
    created_at = fields.DateTime(required=True)
    resolved_at = fields.DateTime(required=True, allow_none=True)
    resolved_by = fields.Integer(required=True, allow_none=True)
    resolution = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)


class IncidentListSchema(Schema):
    """A page of incidents, newest first."""

    rows = fields.List(fields.Nested(IncidentSchema), required=True)
    next = fields.Integer(required=True, allow_none=True)


class CorrectionBody(ReasonBody):
    """What the job shall work with: of a letter its `address`, of a service task its parameters."""

    changes = fields.Dict(keys=fields.String(), required=True, validate=validate.Length(min=1, max=100))


@jobs.operation("GET", "", access="jobs.see", query=JobQuery, answer=JobListSchema, summary="List jobs")
def listed(query: dict[str, Any]) -> object:
    return job_list(actor().office_id, **query)


@incidents.operation(
    "GET", "", access="incident.see", query=IncidentQuery, answer=IncidentListSchema, summary="List incidents"
)
def found(query: dict[str, Any]) -> object:
    return incident_rows(actor().office_id, **query)


@incidents.operation(
    "GET",
    f"/<{ID}:incident_id>",
    access="incident.see",
    answer=IncidentSchema,
    refuses=(404,),
    summary="Read an incident",
)
def one(incident_id: int) -> object:
    return _read(incident_id)


@incidents.operation(
    "POST",
    f"/<{ID}:incident_id>/retry",
    access="incident.resolve",
    answer=IncidentSchema,
    refuses=(404, 409),
    summary="Let the job run again at once",
)
def retry(incident_id: int) -> object:
    use.retry(incident_id, by=actor())
    return _read(incident_id)


@incidents.operation(
    "POST",
    f"/<{ID}:incident_id>/skip",
    access="incident.resolve",
    body=ReasonBody,
    answer=IncidentSchema,
    refuses=(404, 409),
    summary="Leave the work out, with a reason",
)
def skip(incident_id: int, body: dict[str, Any]) -> object:
    use.skip(incident_id, reason=body["reason"], by=actor())
    return _read(incident_id)


@incidents.operation(
    "POST",
    f"/<{ID}:incident_id>/correct",
    access="incident.resolve",
    body=CorrectionBody,
    answer=IncidentSchema,
    refuses=(404, 409),
    summary="Put right what the job works with, then retry",
)
def correct(incident_id: int, body: dict[str, Any]) -> object:
    use.correct(incident_id, body["changes"], reason=body["reason"], by=actor())
    return _read(incident_id)


def _read(incident_id: int) -> object:
    incident = one_incident(actor().office_id, incident_id)
    if incident is None:
        raise NotFoundError
    return incident
