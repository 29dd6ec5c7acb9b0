"""The one door: a running instance changes here, in one transaction, or not at all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select, update
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.engine.run import Run
from app.models import ProcessInstance
from app.usecases.history import Event, changes_of, decision_made
from app.usecases.projection import View, project
from app.usecases.published import NotFoundError, Published, published
from app.usecases.transaction import transaction, write
from app.usecases.world import CaseWorld


class InstanceEndedError(AutomationError):
    """The instance does not run any more."""

    status = 409
    message = Text(
        kk="Бұл іс бойынша процесс аяқталған немесе тоқтатылған. Сіздің жауаптарыңыз жазылған жоқ.",
        ru="Процесс по этому делу завершён или приостановлен. Ваши ответы не записаны.",
        en="The process of this case has ended or is suspended. Your answers were not saved.",
    )


@dataclass(frozen=True, slots=True)
class Locked:
    """An instance whose row this transaction holds."""

    id: int
    office_id: str
    case_id: int | None
    status: str
    state: bytes
    version: Published


Act = Callable[[Run], Event | None]

_table = ProcessInstance.__table__
INSTANCE_COLUMNS = (
    _table.c.id.label("instance_id"),
    _table.c.office_id,
    _table.c.case_id,
    _table.c.status.label("instance_status"),
    _table.c.state,
    _table.c.version_id,
)
_by_id: Select[Any] = (
    select(*INSTANCE_COLUMNS).where(_table.c.id == bindparam("id")).with_for_update(of=ProcessInstance)
)
_save = (
    update(ProcessInstance.__table__)  # type: ignore[arg-type]  # a Table, as far as mypy is concerned a FromClause
    .where(_table.c.id == bindparam("instance"))
    .values({name: bindparam(f"new_{name}") for name in ("state", "status", "end_event", "ended_at")})
)


def advance(instance_id: int, act: Act, *, event: Event, by: int | None = None, corrected: bool = False) -> None:
    """Lock the instance, act, settle, write state, projections, jobs and history, commit once.

    `by` is the person who acts, `event` what the history says of it. Raises `InstanceEndedError` when the instance
    does not run; whatever `act` raises rolls everything back.
    """
    with transaction() as session:
        carry_on(session, lock(session, instance_id), act, event=event, by=by, corrected=corrected)


def lock(session: Session, instance_id: int) -> Locked:
    """Hold the instance's row until the end of the transaction; waits for others; raises `NotFoundError`."""
    row = session.connection().execute(_by_id, {"id": instance_id}).mappings().first()
    if row is None:
        raise NotFoundError
    return locked(session, row)


def locked(session: Session, row: Mapping[Any, Any]) -> Locked:
    """A row selected with `INSTANCE_COLUMNS … FOR UPDATE`, with its version."""
    return Locked(
        id=row["instance_id"],
        office_id=row["office_id"],
        case_id=row["case_id"],
        status=row["instance_status"],
        state=bytes(row["state"]),
        version=published(session, row["version_id"]),
    )


def carry_on(
    session: Session,
    instance: Locked,
    act: Act,
    *,
    event: Event | None = None,
    by: int | None = None,
    completed: UUID | None = None,
    corrected: bool = False,
) -> Run:
    """`advance` inside the caller's transaction; returns the settled run.

    What the history says of it is `event`, or what `act` returns. `completed` is the engine id of the user task that
    `act` completes, `corrected` says that it changes variables.
    """
    if instance.status != "running":
        raise InstanceEndedError
    now = clock.now()
    world = CaseWorld(session, instance.office_id, instance.case_id, instance.id, instance.version, now, by)
    run = Run.restore(instance.version.definition, world, instance.state)
    before = View.of(run)
    told = act(run) or event or Event("advanced")
    run.settle()
    moved = bool(world.everywhere)
    while world.everywhere:
        said, world.everywhere = world.everywhere, {}
        run.correct(said)
        run.settle()
    settle_with(
        session,
        instance,
        run,
        world,
        before,
        event=told,
        now=now,
        by=by,
        completed=completed,
        corrected=corrected or moved,
    )
    return run


def settle_with(
    session: Session,
    instance: Locked,
    run: Run,
    world: CaseWorld,
    before: View,
    *,
    event: Event,
    now: datetime,
    by: int | None,
    completed: UUID | None = None,
    corrected: bool = False,
) -> None:
    """Write what a settled run asks for: projections, messages it threw, history, and its state."""
    changes = project(
        session,
        instance.office_id,
        instance.case_id,
        instance.id,
        run,
        world,
        before,
        now=now,
        by=by,
        completed=completed,
        corrected=corrected,
    )
    world.send(run.thrown())
    facts = {**event.facts, "passed": run.passed()}
    events = [Event(event.kind, event.element, facts, event.payload), *world.events, *map(decision_made, run.decided())]
    if run.ended:
        events.append(Event("instance_ended", run.end_event))
    changes += changes_of(
        events, at=now, office_id=instance.office_id, case_id=instance.case_id, instance_id=instance.id, by=by
    )
    state = {
        "instance": instance.id,
        "new_state": run.snapshot(),
        "new_status": "completed" if run.ended else "running",
        "new_end_event": run.end_event if run.ended else None,
        "new_ended_at": now if run.ended else None,
    }
    write(session, [*changes, (_save, state)])
