"""User tasks: the list, one with its form, claim, release, delegate, complete."""

from typing import Any, Final

from flask import request
from marshmallow import Schema, fields, validate

from app.api.form_schema import FormFieldSchema, described
from app.api.problems import InvalidValuesError
from app.api.reader import actor
from app.api.resource import ID, Body, ReasonBody, Resource, WordsSchema, row_id
from app.domain.texts import Text
from app.queries.open_tasks import VIEWS, WorkFilter
from app.queries.task_page import delegation_of
from app.queries.worklist import work_list
from app.usecases import task_forms
from app.usecases import tasks as use
from app.usecases.files import upload
from app.usecases.task_forms import OpenTask

tasks = Resource("tasks", "/tasks", "Tasks that wait for people")
CURSOR: Final = r"^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,15}[+-][0-9]{2}:[0-9]{2})?~[0-9]{1,18}$"
NO_FILE: Final = Text("`file` бөлігінде файл жоқ.", "В части `file` нет файла.", "The part `file` holds no file.")


class TaskQuery(Schema):
    """Filters of the list, as on the page of tasks."""

    view = fields.String(load_default="mine", validate=validate.OneOf(VIEWS))
    find = fields.String(load_default="", validate=validate.Length(max=200))
    step = fields.Integer(load_default=None, validate=validate.Range(min=1, max=13))
    due = fields.String(load_default="", validate=validate.OneOf(("", "week", "none")))
    role = fields.String(load_default="", validate=validate.Length(max=100))
    sort = fields.String(load_default="due", validate=validate.OneOf(("due", "new")))
    after = fields.String(
        load_default="", validate=validate.Regexp(CURSOR), metadata={"description": "`next` of the page before"}
    )


class TaskRowSchema(Schema):
    """A task in the list; `urgency` is late, today, week, later or none."""

    id = fields.Integer(required=True)
    name = fields.Nested(WordsSchema, required=True)
    step = fields.Integer(required=True, allow_none=True)
    case_id = fields.Integer(required=True, allow_none=True)
    case_number = fields.String(required=True, allow_none=True)
    applicant = fields.String(required=True)
    subject = fields.String(required=True)
    due_at = fields.DateTime(required=True, allow_none=True)
    urgency = fields.String(required=True, validate=validate.OneOf(("late", "today", "week", "later", "none")))
    assignee = fields.String(required=True, allow_none=True)
    mine = fields.Boolean(required=True)


class TaskListSchema(Schema):
    """A page of tasks with the counts of every view; `more`: a search has found more than its total."""

    rows = fields.List(fields.Nested(TaskRowSchema), required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    total = fields.Integer(required=True)
    more = fields.Boolean(required=True)
    next = fields.String(required=True, allow_none=True)


class CountedDaySchema(Schema):
    """A day on the way to the due day; `number` is null when it was passed over, `why` says why."""

    date = fields.String(required=True)
    number = fields.Integer(required=True, allow_none=True)
    working = fields.Boolean(required=True)
    why = fields.Nested(WordsSchema, required=True, allow_none=True)


class TermSchema(Schema):
    """How the due moment was counted."""

    rule = fields.String(required=True)
    expression = fields.String(required=True)
    roll = fields.String(required=True)
    clause = fields.String(required=True, allow_none=True)
    calendar_version = fields.Integer(required=True)
    anchor = fields.String(required=True)
    opens = fields.String(required=True)
    due = fields.String(required=True)
    preliminary = fields.Boolean(required=True)
    explanation = fields.Nested(WordsSchema, required=True)
    days = fields.List(fields.Nested(CountedDaySchema), required=True)


class TaskSchema(Schema):
    """A task with its form, in the reader's language, and its deadline explained."""

    id = fields.Integer(required=True)
    element = fields.String(required=True)
    name = fields.Nested(WordsSchema, required=True)
    help = fields.Nested(WordsSchema, required=True)
    step = fields.Integer(required=True, allow_none=True)
    role = fields.String(required=True, allow_none=True)
    status = fields.String(required=True, validate=validate.OneOf(("open", "completed", "cancelled")))
    case_id = fields.Integer(required=True, allow_none=True)
    case_number = fields.String(required=True, allow_none=True)
    applicant = fields.String(required=True)
    subject = fields.String(required=True)
    assignee_id = fields.Integer(required=True, allow_none=True)
    assignee = fields.String(required=True, allow_none=True)
    due_at = fields.DateTime(required=True, allow_none=True)
    term = fields.Nested(TermSchema, required=True, allow_none=True)
    ended_at = fields.DateTime(required=True, allow_none=True)
    ended_by = fields.String(required=True, allow_none=True)
    may_work = fields.Boolean(required=True, metadata={"description": "Whether you may complete it now"})
    form = fields.List(fields.Nested(FormFieldSchema), required=True)
    colleagues = fields.List(
        fields.Dict(keys=fields.String()), required=True, metadata={"description": "id and name of holders of the role"}
    )


class DelegateBody(Body):
    """Whom to hand the task to."""

    to = row_id(required=True)
    reason = fields.String(load_default="", validate=validate.Length(max=2000))


class CompleteBody(Body):
    """Typed answers by the keys of the form."""

    answers = fields.Dict(keys=fields.String(), required=True)


class CompletedSchema(Schema):
    """The task is done; the instance has gone on."""

    id = fields.Integer(required=True)
    instance_id = fields.Integer(required=True)


class FileSchema(Schema):
    """An uploaded file, to be named in an answer."""

    id = fields.Integer(required=True)


@tasks.operation("GET", "", access="work", query=TaskQuery, answer=TaskListSchema, summary="List open tasks")
def listed(query: dict[str, Any]) -> object:
    by = actor()
    return work_list(by.id, by.office_id, sorted(by.roles), WorkFilter(**query), personal=by.may("personal_data.see"))


@tasks.operation(
    "GET", f"/<{ID}:task_id>", access="work", answer=TaskSchema, refuses=(404,), summary="Read a task and its form"
)
def one(task_id: int) -> object:
    return _read(task_id)


@tasks.operation(
    "POST", f"/<{ID}:task_id>/claim", access="work", answer=TaskSchema, refuses=(404, 409), summary="Take a task"
)
def claim(task_id: int) -> object:
    use.claim(task_id, by=actor())
    return _read(task_id)


@tasks.operation(
    "POST",
    f"/<{ID}:task_id>/release",
    access="work",
    body=ReasonBody,
    answer=TaskSchema,
    refuses=(404, 409),
    summary="Return a task to the queue, with a reason",
)
def release(task_id: int, body: dict[str, Any]) -> object:
    use.release(task_id, reason=body["reason"], by=actor())
    return _read(task_id)


@tasks.operation(
    "POST",
    f"/<{ID}:task_id>/delegate",
    access="work",
    body=DelegateBody,
    answer=TaskSchema,
    refuses=(404, 409),
    summary="Hand a task to a colleague",
)
def delegate(task_id: int, body: dict[str, Any]) -> object:
    use.delegate(task_id, to=body["to"], reason=body["reason"], by=actor())
    return _read(task_id)


@tasks.operation(
    "POST",
    f"/<{ID}:task_id>/complete",
    access="work",
    body=CompleteBody,
    answer=CompletedSchema,
    refuses=(404, 409),
    summary="Complete a task with typed answers",
)
def complete(task_id: int, body: dict[str, Any]) -> object:
    return {"id": task_id, "instance_id": use.complete_user_task(task_id, answers=body["answers"], by=actor())}


@tasks.operation(
    "POST",
    f"/<{ID}:task_id>/files",
    access="work",
    answer=FileSchema,
    status=201,
    refuses=(404, 409, 413, 415, 422),
    summary="Upload a file for an answer of the form",
    requestBody={
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "field": {
                            "type": "string",
                            "description": "key of the form's field; may be left out where there is one",
                        },
                    },
                    "required": ["file"],
                }
            }
        },
    },
)
def add_file(task_id: int) -> object:
    given = request.files.get("file")
    if given is None or not given.filename:
        raise InvalidValuesError({"#/file": NO_FILE})
    return {"id": upload(task_id, given.filename, given.stream, field=request.form.get("field", ""), by=actor())}


def _read(task_id: int) -> dict[str, Any]:
    by = actor()
    opened: OpenTask = task_forms.open_task(task_id, by=by)
    page = opened.page
    names = [name for name in TaskSchema().fields if name not in ("term", "may_work", "form", "colleagues")]
    handed = delegation_of(task_id, office_id=by.office_id)
    return {name: getattr(page, name) for name in names} | {
        "term": _term(page.term),
        "may_work": opened.may_work,
        "form": described(opened.form),
        "colleagues": [{"id": each.id, "full_name": each.full_name} for each in handed.colleagues],
    }


def _term(stored: Any) -> dict[str, Any] | None:
    if not stored:
        return None
    days = [dict(zip(("date", "number", "working", "why"), day, strict=True)) for day in stored["days"]]
    return {**stored, "days": days}
