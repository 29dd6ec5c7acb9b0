"""Projections: the rows that people and workers read of an instance, replaced by comparison."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, Update, bindparam, delete, insert, select, text, update
from sqlalchemy.orm import Session

from app.engine.run import Call, Run, Subscription, Timer, Waiting
from app.models import Case, Job, UserTask
from app.models import Subscription as SubscriptionRow
from app.records.terms import kept_term
from app.usecases.outbox import SUBSCRIBE, subscriptions
from app.usecases.transaction import Change, wake_workers
from app.usecases.world import CaseWorld

_done = text(
    """
    WITH forgotten AS (
        DELETE FROM draft USING user_task
        WHERE draft.task_id = user_task.id AND user_task.instance_id = :instance AND user_task.engine_id = ANY(:gone)
    )
    UPDATE user_task
    SET status = CASE WHEN engine_id = :completed THEN 'completed' ELSE 'cancelled' END, ended_at = :now, ended_by = :by
    WHERE instance_id = :instance AND engine_id = ANY(:gone) AND status = 'open'
    """
)
_tasks, _jobs = cast(Table, UserTask.__table__), cast(Table, Job.__table__)
_subscriptions = cast(Table, SubscriptionRow.__table__)
_language = select(Case.language).where(Case.id == bindparam("of_case")).scalar_subquery()
_open, _plan = insert(_tasks).values(language=_language).inline(), insert(_jobs).inline()
_move_term = (
    update(_tasks)
    .where(_tasks.c.instance_id == bindparam("instance"), _tasks.c.engine_id == bindparam("engine"))
    .values(due_at=bindparam("new_due"), opens_at=bindparam("new_opens"), term=bindparam("new_term"))
)


@dataclass(frozen=True, slots=True)
class View:
    """What an instance waits for at one moment, by engine task id."""

    tasks: Mapping[UUID, Waiting]
    timers: Mapping[tuple[UUID, str], Timer]
    calls: Mapping[UUID, Call]
    subscriptions: Mapping[tuple[UUID, str], Subscription]

    @classmethod
    def of(cls, run: Run) -> "View":
        """The view of a run as it is now."""
        return cls(
            tasks={each.task_id: each for each in run.user_tasks()},
            timers={(each.task_id, each.element): each for each in run.timers()},
            calls={each.task_id: each for each in run.calls()},
            subscriptions={(each.task_id, each.element): each for each in run.subscriptions()},
        )

    @classmethod
    def empty(cls) -> "View":
        """The view of an instance that does not exist yet."""
        return cls({}, {}, {}, {})


def project(
    session: Session,
    office_id: str,
    case_id: int | None,
    instance_id: int,
    run: Run,
    world: CaseWorld,
    before: View,
    *,
    now: datetime,
    by: int | None,
    completed: UUID | None = None,
    corrected: bool = False,
) -> list[Change]:
    """What brings `user_task`, `job` and `subscription` in line with the run: new rows in, gone rows out or ended.

    `completed` is the engine id of the user task that a person has just completed; the other tasks that are gone were
    cancelled. `corrected`: the variables of live tasks were changed, so their terms are counted again.
    """
    after = View.of(run)
    common = {"office_id": office_id, "case_id": case_id, "instance_id": instance_id}
    changes = [
        *_end_tasks(before, after, common, completed=completed, now=now, by=by),
        *_open_tasks(run, world, before, after, common, now=now),
    ]
    if corrected:
        kept = [after.tasks[key] for key in after.tasks if key in before.tasks]
        changes += _move_terms(run, world, kept, common)
    changes += _project_jobs(session, before, after, common, now=now)
    changes += _project_subscriptions(before, after, common)
    return changes


def _end_tasks(
    before: View,
    after: View,
    common: dict[str, Any],
    *,
    completed: UUID | None,
    now: datetime,
    by: int | None,
) -> Iterator[Change]:
    gone = [key for key in before.tasks if key not in after.tasks]
    if gone:
        yield _done, {"instance": common["instance_id"], "gone": gone, "completed": completed, "now": now, "by": by}


def _open_tasks(
    run: Run,
    world: CaseWorld,
    before: View,
    after: View,
    common: dict[str, Any],
    *,
    now: datetime,
) -> Iterator[Change]:
    opened = [waiting for key, waiting in after.tasks.items() if key not in before.tasks]
    if opened:
        yield _open, [_task_row(waiting, run, world, common, now) for waiting in opened]


def _task_row(waiting: Waiting, run: Run, world: CaseWorld, common: dict[str, Any], now: datetime) -> dict[str, Any]:
    element = world.version.definition.elements[waiting.element]
    due, opens, term = _term(waiting, run, world)
    item = waiting.data.get(element.properties.get("item", ""))
    return common | {
        "of_case": common["case_id"],
        "engine_id": waiting.task_id,
        "element": waiting.element,
        "step": element.step,
        "role": _group(waiting, run, element.properties.get("group")) or element.role,
        "status": "open",
        "assignee_id": _assignee(waiting, run, element.properties.get("assignee")),
        "item": item if isinstance(item, dict) else None,
        "created_at": now,
        "due_at": due,
        "opens_at": opens,
        "term": term,
    }


def _group(waiting: Waiting, run: Run, source: str | None) -> str | None:
    """In whose role the diagram puts the task (`group`, an expression: a role or "role@unit"); None: its lane says."""
    found = run.evaluate(waiting.task_id, source) if source else None
    return found if isinstance(found, str) and found else None


def _assignee(waiting: Waiting, run: Run, source: str | None) -> int | None:
    """The person whom the diagram gives the task to (`assignee`, an expression); None leaves it to the role."""
    found = run.evaluate(waiting.task_id, source) if source else None
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _term(
    waiting: Waiting, run: Run, world: CaseWorld
) -> tuple[datetime | None, datetime | None, dict[str, Any] | None]:
    """Due moment, opening moment and stored term of a waiting task.

    A term that cannot be computed leaves the task without one rather than keeping it from people; lint and the
    incident list name it.
    """
    source = world.version.definition.elements[waiting.element].properties.get("due")
    if not source:
        return None, None, None
    due = run.evaluate(waiting.task_id, source)
    if not isinstance(due, str) or not due:
        return None, None, None
    term = world.terms.explained(due) or kept_term(world.session, world.case_id, due)
    opens = datetime.fromisoformat(term["opens"]) if term else None
    return datetime.fromisoformat(due), opens, term


def _move_terms(run: Run, world: CaseWorld, kept: list[Waiting], common: dict[str, Any]) -> Iterator[Change]:
    for waiting in kept:
        due, opens, term = _term(waiting, run, world)
        yield (
            _move_term,
            {
                "instance": common["instance_id"],
                "engine": waiting.task_id,
                "new_due": due,
                "new_opens": opens,
                "new_term": term,
            },
        )


def _project_jobs(
    session: Session, before: View, after: View, common: dict[str, Any], *, now: datetime
) -> Iterator[Change]:
    alive = {key for key, _ in after.timers} | set(after.calls)
    gone = ({key for key, _ in before.timers} | set(before.calls)) - alive
    if gone:
        yield delete(_jobs).where(_jobs.c.instance_id == common["instance_id"], _jobs.c.engine_id.in_(gone)), {}
    rows = [
        _job_row("timer", timer.task_id, timer.element, timer.element, {}, timer.due, common)
        for key, timer in after.timers.items()
        if key not in before.timers
    ]
    rows += [
        _job_row("call", call.task_id, call.element, call.operation, dict(call.parameters), now, common)
        for key, call in after.calls.items()
        if key not in before.calls
    ]
    if rows:
        yield _plan, rows
        wake_workers(session, min(row["due_at"] for row in rows))
    for key, timer in after.timers.items():
        if key in before.timers and before.timers[key].due != timer.due:
            yield _moved(timer, common), {}
            wake_workers(session, timer.due)


def _moved(timer: Timer, common: dict[str, Any]) -> Update:
    return (
        update(_jobs)
        .where(
            _jobs.c.instance_id == common["instance_id"],
            _jobs.c.engine_id == timer.task_id,
            _jobs.c.element == timer.element,
        )
        .values(due_at=timer.due, status="waiting", attempts=0, leased_by=None, leased_until=None)
    )


def _job_row(
    kind: str,
    engine_id: UUID,
    element: str,
    name: str,
    payload: dict[str, Any],
    due: datetime,
    common: dict[str, Any],
) -> dict[str, Any]:
    return common | {
        "kind": kind,
        "name": name,
        "engine_id": engine_id,
        "element": element,
        "payload": payload,
        "due_at": due,
    }


def _project_subscriptions(before: View, after: View, common: dict[str, Any]) -> Iterator[Change]:
    """Whoever waits for something else than before, or by other keys, waits anew."""
    gone = [key[0] for key, each in before.subscriptions.items() if after.subscriptions.get(key) != each]
    if gone:
        yield (
            delete(_subscriptions).where(
                _subscriptions.c.instance_id == common["instance_id"], _subscriptions.c.engine_id.in_(gone)
            ),
            {},
        )
    fresh = [
        each for key, each in after.subscriptions.items() if each.task_id in gone or key not in before.subscriptions
    ]
    if fresh:
        rows = [
            {
                "engine_id": each.task_id,
                "element": each.element,
                "kind": each.kind,
                "message": each.message,
                "correlations": each.correlations,
            }
            for each in fresh
        ]
        yield SUBSCRIBE, subscriptions(rows, **common)
