"""A task opened for a person: its page and its form with what is known, typed, or wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.texts import Text
from app.engine.run import Run
from app.forms import Form, FormPage
from app.models import ProcessInstance, UserTask
from app.models.database import reading
from app.queries.schedule_facts import schedule_facts, unified_values
from app.queries.task_page import SHOWN_ALSO, TaskPage, find_task, task_page
from app.queries.unavailability import unavailability_facts
from app.records.substitutes import works_for
from app.usecases.access import Actor
from app.usecases.places import agreements
from app.usecases.published import NotFoundError, Published, published
from app.usecases.tasks import Submitted
from app.usecases.world import CaseWorld

_NOT_AGAIN: Final = frozenset({"position_due_at"})


@dataclass(frozen=True, slots=True)
class OpenTask:
    """What the page of a task needs; `may_work` says whether this person may complete it now."""

    page: TaskPage
    form: FormPage
    may_work: bool


def open_task(task_id: int, *, by: Actor) -> OpenTask:
    """The task with its form: her draft if she left one, else what the records know. Raises `NotFoundError`."""
    page, form, known = _load(task_id, by)
    return _opened(page, form, known, by, typed=page.draft)


def with_errors(task_id: int, submitted: Submitted, errors: Mapping[str, Text], *, by: Actor) -> OpenTask:
    """The task as it was sent, every value as typed, with a sentence at each field."""
    page, form, known = _load(task_id, by)
    return _opened(page, form, known, by, typed=form.values_of(submitted), errors=errors)


def rearranged(task_id: int, submitted: Submitted, *, by: Actor) -> OpenTask:
    """The task as typed, with a row added or removed (without JavaScript)."""
    page, form, known = _load(task_id, by)
    return _opened(page, form, known, by, typed=form.rearranged(submitted))


def was_completed(task_id: int, *, by: Actor) -> bool:
    """Whether this person completed the task."""
    with reading() as session:
        done = select(UserTask.id).where(
            UserTask.id == task_id,
            UserTask.office_id == by.office_id,
            UserTask.status == "completed",
            UserTask.ended_by == by.id,
        )
        return session.execute(done).first() is not None


def next_task(task_id: int, *, by: Actor) -> int | None:
    """The next open task of the same case that this person may do."""
    with reading() as session:
        case_id = session.scalar(
            select(UserTask.case_id).where(UserTask.id == task_id, UserTask.office_id == by.office_id)
        )
    return next_task_of_case(case_id, by=by) if case_id is not None else None


def next_task_of_case(case_id: int, *, by: Actor) -> int | None:
    """The first open task of a case that this person may do."""
    with reading() as session:
        return session.scalar(
            select(UserTask.id)
            .where(
                UserTask.case_id == case_id,
                UserTask.office_id == by.office_id,
                UserTask.status == "open",
                UserTask.assignee_id.in_({by.id, *works_for(session, by.id, clock.now())})
                | (UserTask.assignee_id.is_(None) & UserTask.role.in_(by.roles)),
            )
            .order_by(UserTask.id)
            .limit(1)
        )


def _load(task_id: int, by: Actor) -> tuple[TaskPage, Form, Mapping[str, Any]]:
    """The page, the form, and what is known for it: the process variables at this task and the records."""
    with reading() as session:
        found = find_task(session, task_id, office_id=by.office_id, person_id=by.id)
        if found is None:
            raise NotFoundError
        instance = found.instance
        version = published(session, instance.version_id)
        form = version.form_of(found.row.element)
        variables = variables_at(session, instance, version, found.row.engine_id)
        asked = agreements(session, by.office_id, form)
        about: dict[str, Any] = {}
        standing: dict[str, Any] = {}
        if instance.case_id is None:
            about |= unavailability_facts(session, by.office_id, variables, by.language)
            about |= schedule_facts(session, by.office_id, variables, by.language)
            standing = unified_values(session, by.office_id, variables)
        page = task_page(session, found, form, person_id=by.id, language=by.language)
    if page.case_id is None:  # what its process knows stands where the records of a case would
        filled = {each.record: variables[each.key] for each in form.fields if each.record and each.key in variables}
        page = replace(page, facts={**page.facts, **about}, values={**filled, **standing, **page.values})
    bodies = {"bodies": page.values.get("request.competent_bodies")}
    return page, form, {**bodies, **variables, **page.values, **asked}


def variables_at(session: Session, instance: ProcessInstance, version: Published, engine_id: UUID) -> dict[str, Any]:
    """What the process knows at a task that waits; nothing once it has gone. Terms of earlier steps are left out."""
    world = CaseWorld(session, instance.office_id, instance.case_id, instance.id, version, clock.now(), None)
    run = Run.restore(version.definition, world, bytes(instance.state))
    waiting = next((each for each in run.user_tasks() if each.task_id == engine_id), None)
    return {key: value for key, value in (waiting.data if waiting else {}).items() if key not in _NOT_AGAIN}


def _opened(
    page: TaskPage,
    form: Form,
    known: Mapping[str, Any],
    by: Actor,
    *,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, Text] | None = None,
) -> OpenTask:
    view = form.page(
        typed,
        errors or {},
        by.language,
        page.choices,
        {**known, **page.item},
        known=known,
        facts=flat(page.facts),
        zone=page.zone,
    )
    free = page.assignee_id in (None, by.id) or page.stands_in
    hers = page.role is None or page.role in by.roles or page.assignee_id == by.id or page.stands_in
    return OpenTask(page, view, page.status == "open" and free and hers)


def flat(facts: Mapping[str, Any], start: str = "") -> dict[str, Any]:
    """Nested facts by their paths: `request.substance`; rows of a list become lines."""
    found: dict[str, Any] = {}
    for key, value in facts.items():
        path = f"{start}{key}"
        if isinstance(value, Mapping):
            found |= flat(value, f"{path}.")
        elif isinstance(value, list):
            found[path] = [_line(row) for row in value]
        else:
            found[path] = value
    for path, source in SHOWN_ALSO.items():
        if source in found:
            found[path] = found[source]
    return found


def _line(row: Mapping[str, Any] | str) -> str:
    return row if isinstance(row, str) else " · ".join(str(cell) for cell in row.values() if cell)
