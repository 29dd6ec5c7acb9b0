"""User tasks: claim, release, delegate, return, draft, complete."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.engine.run import Run
from app.forms import Checked
from app.models import Draft, Person, SlotHold, UserTask, role_held
from app.queries.choices import choices_for
from app.records.answers import RecordsRefusedError
from app.records.fields import save_answers
from app.records.holds import SlotClosedError, SlotTakenError, let_go
from app.records.schedule_answers import save_schedule_answers
from app.records.zones import today_of, zone_of_office
from app.usecases.access import Actor
from app.usecases.advance import carry_on
from app.usecases.conflicts import blocks_told, refuse_chosen, refuse_performer, with_barred
from app.usecases.held_tasks import HeldTask, hold, hold_for_delegation
from app.usecases.history import Event, record
from app.usecases.places import CHOSEN, agreements, chosen_slot, claim_place
from app.usecases.transaction import transaction

Submitted = Mapping[str, Sequence[str]]


class ReasonMissingError(AutomationError):
    """Giving a task back needs a reason."""

    status = 422
    message = Text(
        kk="Тапсырманы неге қайтаратыныңызды жазыңыз.",
        ru="Напишите, почему возвращаете задачу.",
        en="Write why you return the task.",
    )


class InvalidAnswersError(AutomationError):
    """The form has errors; the task stays as it was."""

    status: ClassVar[int] = 422
    message = Text(
        kk="Нысанда түзететін жерлер бар.", ru="В форме есть что исправить.", en="The form has errors to correct."
    )

    def __init__(self, errors: Mapping[str, Text]) -> None:
        super().__init__()
        self.errors = dict(errors)


def complete_user_task(
    task_id: int, *, submitted: Submitted | None = None, answers: Mapping[str, Any] | None = None, by: Actor
) -> int:
    """Check the form and complete the task in one commit; returns the instance's id.

    Give `submitted` (a browser's form) or `answers` (typed JSON from the API). Raises `InvalidAnswersError` with every
    invalid field, `TaskAlreadyCompletedError`, `TaskWithdrawnError`, `TaskTakenError`, `ForbiddenError`,
    `PreviousExecutorError`.
    """
    with blocks_told(by.id), transaction() as session:
        task = hold(session, task_id, by)
        refuse_performer(session, task, by.id, task.way_of(by))
        claimed = _claim_place(session, task, chosen_slot(task.form, submitted, answers), by)

        def complete(run: Run) -> Event:
            known = _variables(run, task)
            asked = agreements(session, task.instance.office_id, task.form)
            checked = _check(session, task, submitted, answers, {**known, **asked})
            if checked.errors:
                raise InvalidAnswersError(checked.errors)
            more = _save_records(session, task, checked, by, known)
            run.complete(task.engine_id, {**checked.variables, **more})
            return Event("task_completed", task.element, {"task": task.id, **task.stood_for(by)}, _payload(checked))

        try:
            carry_on(session, task.instance, complete, by=by.id, completed=task.engine_id)
        except RecordsRefusedError as refused:
            raise _at_fields(task, refused) from refused
        if claimed:
            let_go(session, task.instance.case_id or 0)
        return task.instance.id


def _claim_place(session: Session, task: HeldTask, slot_id: int | None, by: Actor) -> datetime | None:
    """Keep the time that is chosen in the form; who comes too late is refused at its field, the engine untouched."""
    case_id = task.instance.case_id
    if slot_id is None or case_id is None:
        return None
    try:
        return claim_place(session, task.instance.office_id, case_id, slot_id, by=by.id)
    except (SlotTakenError, SlotClosedError) as refused:
        raise InvalidAnswersError(task.form.errors_at({CHOSEN: refused.text})) from refused


def _at_fields(task: HeldTask, refused: RecordsRefusedError) -> AutomationError:
    """What the step behind the task refuses, at the fields of its form; as it is when it concerns none of them."""
    errors = task.form.errors_at(refused.errors)
    keys = {field.key for field in task.form.fields}
    return InvalidAnswersError(errors) if errors and errors.keys() <= keys else refused


def _variables(run: Run, task: HeldTask) -> Mapping[str, object]:
    """What the process knows at this task, for the conditions of its form."""
    waiting = next((each for each in run.user_tasks() if each.task_id == task.engine_id), None)
    return {**(waiting.data if waiting else {}), **(task.item or {})}


def _check(
    session: Session,
    task: HeldTask,
    submitted: Submitted | None,
    answers: Mapping[str, Any] | None,
    variables: Mapping[str, object],
) -> Checked:
    form = task.form
    choices = with_barred(
        session,
        task,
        choices_for(session, task.instance.office_id, task.instance.case_id, form.choice_keys, task_id=task.id),
    )
    zone = zone_of_office(task.instance.office_id)
    if submitted is not None:
        return form.check(submitted, choices, variables, zone=zone)
    return form.check_json(answers or {}, choices, variables, zone=zone)


def _save_records(
    session: Session, task: HeldTask, checked: Checked, by: Actor, known: Mapping[str, object]
) -> dict[str, Any]:
    """Write what the form fills; returns variables that follow from it (of tasks without a case)."""
    try:
        if task.instance.case_id is None:
            return save_schedule_answers(
                session,
                office_id=task.instance.office_id,
                records=checked.records,
                variables={**known, **checked.variables},
                by=by.id,
                now=clock.now(),
            )
        save_answers(
            session,
            office_id=task.instance.office_id,
            case_id=task.instance.case_id,
            records=checked.records,
            variables=checked.variables,
            item=task.item,
            by=by.id,
            now=clock.now(),
        )
        refuse_chosen(session, task)
    except RecordsRefusedError as refused:
        raise InvalidAnswersError(task.form.errors_at(refused.errors)) from refused
    return {}


def _payload(checked: Checked) -> dict[str, Any]:
    return {"variables": checked.variables, "records": checked.records}


def claim(task_id: int, *, by: Actor) -> None:
    """Take a task from the queue of her role. That of a person for whom she stands is hers to do as it is, and comes
    back when that one does."""
    with blocks_told(by.id), transaction() as session:
        task = hold(session, task_id, by)
        refuse_performer(session, task, by.id, task.way_of(by))
        if task.stood_for(by):
            return
        _assign(session, task, by.id)
        _note(session, task, Event("task_claimed", task.element, {"task": task.id}), by)


def release(task_id: int, *, reason: str, by: Actor) -> None:
    """Return a task to the queue with a reason; drafts stay with their authors."""
    if not reason.strip():
        raise ReasonMissingError
    with transaction() as session:
        task = hold(session, task_id, by)
        _assign(session, task, None)
        facts = {"task": task.id, **task.stood_for(by)}
        event = Event("task_released", task.element, facts, {"reason": reason.strip()})
        _note(session, task, event, by)


def delegate(task_id: int, *, to: int, reason: str = "", by: Actor) -> None:
    """Hand a task to a colleague who holds its role today; raises `NotHolderError`, `PreviousExecutorError`."""
    with blocks_told(by.id), transaction() as session:
        task = hold_for_delegation(session, task_id, by)
        if not holds_role(session, to, task.instance.office_id, task.role):
            raise NotHolderError
        refuse_performer(session, task, to, "delegate")
        _assign(session, task, to)
        facts = {"task": task.id, "to": to}
        _note(session, task, Event("task_delegated", task.element, facts, {"reason": reason.strip()}), by)


class NotHolderError(AutomationError):
    """The colleague does not hold the task's role today."""

    status = 422
    message = Text(
        kk="Бұл әріптестің осы тапсырмаға рөлі жоқ. Тізімнен басқа адамды таңдаңыз.",
        ru="У этого сотрудника нет роли для такой задачи. Выберите другого из списка.",
        en="This colleague does not hold the role for the task. Choose somebody else from the list.",
    )


def holds_role(session: Session, person_id: int, office_id: str, role: str | None) -> bool:
    """Whether the person is active and has the role in the office today."""
    today = today_of(office_id)
    held = role_held.c
    grant = select(held.role).where(
        held.person_id == person_id,
        held.office_id == office_id,
        held.valid_from <= today,
        (held.valid_to.is_(None)) | (held.valid_to >= today),
        Person.id == held.person_id,
        Person.active,
    )
    if role is not None:
        grant = grant.where(held.role == role)
    return session.execute(grant.limit(1)).first() is not None


def save_draft(task_id: int, *, submitted: Submitted, by: Actor) -> datetime:
    """Keep what she typed, valid or not; returns the moment it was saved."""
    now = clock.now()
    with transaction() as session:
        task = hold(session, task_id, by)
        values = {"task_id": task.id, "person_id": by.id, "submitted": task.form.draft(submitted), "saved_at": now}
        session.execute(
            insert(Draft)
            .values(**values)
            .on_conflict_do_update(
                index_elements=["task_id", "person_id"], set_={k: values[k] for k in ("submitted", "saved_at")}
            )
        )
    return now


def keep_place(task_id: int, *, submitted: Submitted, by: Actor) -> datetime | None:
    """Keep the time chosen in a form that is not sent yet; returns until when, None when none is chosen.

    Raises `InvalidAnswersError` with the next free times at the field of a time that is taken.
    """
    with transaction() as session:
        task = hold(session, task_id, by)
        return _claim_place(session, task, chosen_slot(task.form, submitted), by)


def discard_draft(task_id: int, *, by: Actor) -> None:
    """Throw her draft away, and let go the place that was kept with it."""
    with transaction() as session:
        case_id = session.scalar(
            select(UserTask.case_id).where(UserTask.id == task_id, UserTask.office_id == by.office_id)
        )
        session.execute(delete(SlotHold).where(SlotHold.case_id == case_id, SlotHold.made_by == by.id))
        session.execute(delete(Draft).where(Draft.task_id == task_id, Draft.person_id == by.id))


def _assign(session: Session, task: HeldTask, person_id: int | None) -> None:
    session.execute(update(UserTask).where(UserTask.id == task.id).values(assignee_id=person_id))


def _note(session: Session, task: HeldTask, event: Event, by: Actor) -> None:
    record(
        session,
        [event],
        at=clock.now(),
        office_id=task.instance.office_id,
        case_id=task.instance.case_id,
        instance_id=task.instance.id,
        by=by.id,
    )
