"""A user task that a transaction holds: its instance locked, and whoever asks may work on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.conflicts import Way
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.forms import Form
from app.models import Office, Person, ProcessInstance, UserTask
from app.queries.documents import body_of
from app.records.substitutes import works_for
from app.usecases.access import Actor, ForbiddenError
from app.usecases.advance import INSTANCE_COLUMNS, Locked, locked
from app.usecases.published import NotFoundError


class TaskAlreadyCompletedError(AutomationError):
    """Somebody has already completed this task."""

    status = 409
    message = Text(
        kk="Бұл тапсырманы {who} орындап қойды ({when}). Сіздің жауаптарыңыз жазылған жоқ.",
        ru="Эту задачу уже выполнил(а) {who}, {when}. Ваши ответы не записаны.",
        en="{who} completed this task at {when}. Your answers were not saved.",
    )


class TaskWithdrawnError(AutomationError):
    """The task is not needed any more: the process went another way."""

    status = 409
    message = Text(
        kk="Бұл тапсырма енді қажет емес: іс басқа жолмен жүрді. Сіздің жауаптарыңыз жазылған жоқ.",
        ru="Эта задача больше не нужна: дело пошло другим путём. Ваши ответы не записаны.",
        en="This task is no longer needed: the case went another way. Your answers were not saved.",
    )


class TaskTakenError(AutomationError):
    """A colleague is working on it."""

    status = 409
    message = Text(
        kk="Бұл тапсырманы {who} алған. Оны алу үшін әріптесіңізден тапсырманы қайтаруды сұраңыз.",
        ru="Эту задачу взял(а) {who}. Попросите вернуть её в очередь или передать вам.",
        en="{who} has taken this task. Ask for it to be returned to the queue or handed to you.",
    )


_task = UserTask.__table__
_locked_task = (
    select(
        *INSTANCE_COLUMNS,
        _task.c.id.label("task_id"),
        _task.c.engine_id,
        _task.c.element,
        _task.c.role,
        _task.c.status.label("task_status"),
        _task.c.assignee_id,
        _task.c.item,
        _task.c.ended_at,
        _task.c.ended_by,
    )
    .join(_task, _task.c.instance_id == ProcessInstance.__table__.c.id)
    .where(_task.c.id == bindparam("task"), _task.c.office_id == bindparam("office"))
    # The instance first, as everywhere. The task too: after a wait only locked rows are read anew.
    .with_for_update(of=[ProcessInstance, UserTask])
)


@dataclass(frozen=True, slots=True)
class HeldTask:
    """A user task whose instance this transaction holds."""

    id: int
    engine_id: UUID
    element: str
    role: str | None
    status: str
    assignee_id: int | None
    item: Mapping[str, Any] | None
    ended_at: datetime | None
    ended_by: int | None
    instance: Locked

    @property
    def form(self) -> Form:
        """The form that the running version gives this task."""
        return self.instance.version.form_of(self.element)

    def way_of(self, by: Actor) -> Way:
        """How the task reaches whoever acts: as a substitute, or as hers."""
        return "substitute" if self.stood_for(by) else "performer"

    def stood_for(self, by: Actor) -> dict[str, int]:
        """What the history adds when a substitute acts: for whom."""
        return {"for": self.assignee_id} if self.assignee_id not in (None, by.id) else {}


def hold(session: Session, task_id: int, by: Actor) -> HeldTask:
    """Lock the task's instance and check that `by` may work on the task now, her own or that of a person who is away
    and for whom she stands."""
    task = held(session, task_id, by.office_id)
    stands = task.assignee_id not in (None, by.id) and task.assignee_id in works_for(session, by.id, clock.now())
    if task.role is not None and task.role not in by.roles and task.assignee_id != by.id and not stands:
        raise ForbiddenError
    if task.status != "open":
        raise too_late(session, task)
    if task.assignee_id not in (None, by.id) and not stands:
        raise TaskTakenError(who=_name(session, task.assignee_id))
    return task


def held(session: Session, task_id: int, office_id: str) -> HeldTask:
    """Lock the task's instance; who may work on it and whether it is still open is for the caller to see."""
    row = session.connection().execute(_locked_task, {"task": task_id, "office": office_id}).mappings().first()
    if row is None:
        raise NotFoundError
    return HeldTask(
        id=row["task_id"],
        engine_id=row["engine_id"],
        element=row["element"],
        role=row["role"],
        status=row["task_status"],
        assignee_id=row["assignee_id"],
        item=row["item"],
        ended_at=row["ended_at"],
        ended_by=row["ended_by"],
        instance=locked(session, row),
    )


def too_late(session: Session, task: HeldTask) -> AutomationError:
    """Why a task that is not open cannot be done: who did it (a person, or a state body by its link), or withdrawn."""
    if task.status == "completed" and task.ended_at is not None:
        zone = ZoneInfo(session.get_one(Office, task.instance.office_id).zone)
        who = _name(session, task.ended_by) if task.ended_by else body_of(session, task.item).ru or "—"
        return TaskAlreadyCompletedError(who=who, when=f"{task.ended_at.astimezone(zone):%d.%m, %H:%M}")
    return TaskWithdrawnError()


def _name(session: Session, person_id: int | None) -> str:
    return session.scalar(select(Person.full_name).where(Person.id == person_id)) or "—"


def hold_for_delegation(session: Session, task_id: int, by: Actor) -> HeldTask:
    """As `hold`, but whoever may delegate any task may also move one that a colleague has taken."""
    if not by.may("task.delegate_any"):
        return hold(session, task_id, by)
    holder = session.execute(
        select(UserTask.assignee_id, UserTask.role).where(UserTask.id == task_id, UserTask.office_id == by.office_id)
    ).first()
    if holder is None:
        raise NotFoundError
    roles = by.roles | ({holder.role} if holder.role else set())
    stand_in = Actor(holder.assignee_id or by.id, by.office_id, by.full_name, by.language, frozenset(roles))
    return hold(session, task_id, stand_in)
