"""Cases: the list and one."""

from typing import Any

from marshmallow import Schema, fields, validate

from app.api.reader import actor
from app.api.resource import ID, Resource, WordsSchema, asked_id
from app.queries.case_page import case_page
from app.queries.cases import case_list
from app.usecases.published import NotFoundError

cases = Resource("cases", "/cases", "Cases: what outlives its process instances")


class CaseQuery(Schema):
    """Filters of the list."""

    find = fields.String(validate=validate.Length(max=200), metadata={"description": "In number, name, subject"})
    status = fields.String(
        validate=validate.Regexp(r"^[a-z_]{1,40}$"),
        metadata={"description": "running, closed, or an outcome such as archived or withdrawn"},
    )
    after = asked_id(metadata={"description": "`next` of the page before"})


class CaseRowSchema(Schema):
    """A case in the list; applicant and subject only for readers of personal data."""

    id = fields.Integer(required=True)
    number = fields.String(required=True, allow_none=True)
    status = fields.String(required=True)
    opened_at = fields.DateTime(required=True)
    closed_at = fields.DateTime(required=True, allow_none=True)
    step = fields.Integer(required=True, allow_none=True)
    late = fields.Boolean(required=True)
    applicant = fields.String()
    subject = fields.String()


class CaseListSchema(Schema):
    """A page of cases, newest first."""

    rows = fields.List(fields.Nested(CaseRowSchema), required=True)
    total = fields.Integer(required=True)
    next = fields.Integer(required=True, allow_none=True)


class CaseStepSchema(Schema):
    """One of the 13 steps: done, now, late, skip or todo."""

    number = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf(("done", "now", "late", "skip", "todo")))
    day = fields.DateTime(required=True, allow_none=True)


class CaseTaskSchema(Schema):
    """A task that waits in the case."""

    id = fields.Integer(required=True)
    element = fields.String(required=True)
    name = fields.Nested(WordsSchema, required=True)
    step = fields.Integer(required=True, allow_none=True)
    role = fields.String(required=True, allow_none=True)
    assignee = fields.String(required=True, allow_none=True)
    due_at = fields.DateTime(required=True, allow_none=True)


class CaseSchema(Schema):
    """A case with its steps and open tasks; applicant and subject only for readers of personal data."""

    id = fields.Integer(required=True)
    number = fields.String(required=True, allow_none=True)
    status = fields.String(required=True)
    opened_at = fields.DateTime(required=True)
    closed_at = fields.DateTime(required=True, allow_none=True)
    instance_id = fields.Integer(required=True, allow_none=True)
    end_event = fields.String(required=True, allow_none=True)
    steps = fields.List(fields.Nested(CaseStepSchema), required=True)
    tasks = fields.List(fields.Nested(CaseTaskSchema), required=True)
    messages = fields.List(fields.String(), required=True, metadata={"description": "Messages the case waits for"})
    incidents = fields.Integer(required=True, metadata={"description": "How many are open"})
    applicant = fields.String()
    subject = fields.String()


_PLAIN = ("id", "status", "opened_at", "closed_at")


@cases.operation("GET", "", access="case.see", query=CaseQuery, answer=CaseListSchema, summary="List cases")
def listed(query: dict[str, Any]) -> object:
    by = actor()
    found = case_list(
        by.office_id, find=query.get("find", "").strip(), status=query.get("status", ""), after=query.get("after")
    )
    rows = [
        {key: getattr(row, key) for key in (*_PLAIN, "step", "late")} | {"number": row.number or None} | _personal(row)
        for row in found.rows
    ]
    return {"rows": rows, "total": found.total, "next": found.next}


@cases.operation("GET", f"/<{ID}:case_id>", access="case.see", answer=CaseSchema, refuses=(404,), summary="Read a case")
def one(case_id: int) -> object:
    by = actor()
    page = case_page(case_id, office_id=by.office_id, language=by.language)
    if page is None:
        raise NotFoundError
    names = (*_PLAIN, "number", "instance_id", "end_event", "steps", "tasks", "messages", "incidents")
    return {key: getattr(page, key) for key in names} | _personal(page)


def _personal(case: Any) -> dict[str, str]:
    """Applicant and subject, when she may read them."""
    return {"applicant": case.applicant, "subject": case.subject} if actor().may("personal_data.see") else {}
