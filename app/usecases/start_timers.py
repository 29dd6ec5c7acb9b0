"""When a process starts by itself: the timer start events of its newest version."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.parser import Definition, StartTimer
from app.engine.timers import Schedule, is_plain, start_schedule
from app.models import Job
from app.records.terms import Terms
from app.usecases.transaction import wake_workers

DAYS_AHEAD: Final = 400


def plan_starts(session: Session, office_id: str, definition: Definition, now: datetime) -> None:
    """Timer starts are job rows of the newest version: those of the version before go."""
    for job in session.scalars(
        select(Job).where(Job.kind == "start", Job.office_id == office_id, Job.name == definition.process_id)
    ):
        session.delete(job)
    for timer in definition.start_timers:
        plan = first_start(session, office_id, timer, now)
        session.add(
            Job(
                office_id=office_id,
                kind="start",
                name=definition.process_id,
                element=timer.element,
                payload={"schedule": plan.as_json()},
                due_at=plan.due,
            )
        )
        wake_workers(session, plan.due)


def first_start(session: Session, office_id: str, timer: StartTimer, now: datetime) -> Schedule:
    """The schedule of a timer start of a version that is published now; a moment that has passed is due at once."""
    terms = Terms(session, office_id)
    functions: dict[str, Callable[..., object]] = {
        "deadline": terms.deadline,
        "opens": terms.opens,
        "now_iso": now.isoformat,
    }
    return start_schedule(timer.text, functions=functions, now=now, element=timer.element)


def next_start(session: Session, office_id: str, timer: StartTimer, now: datetime) -> Schedule | None:
    """The start after that of `now` of a timer whose text is an expression; None where no later one comes.

    The expression is asked as on each of the days ahead, until it gives a later moment: a start by a deadline rule
    ("last day of month", "once per quarter") comes round by itself.
    """
    if is_plain(timer.text):
        return None
    for days in range(DAYS_AHEAD):
        found = first_start(session, office_id, timer, now + timedelta(days=days))
        if found.due > now:
            return found
    return None
