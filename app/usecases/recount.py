"""Deadlines of running instances counted again by the calendar as it is now."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import select

from app.domain import clock
from app.engine.run import Run
from app.models import Job, ProcessInstance, UserTask
from app.models.database import reading
from app.queries.open_terms import moved_terms
from app.records.following import count_anew
from app.records.terms import office_calendar
from app.usecases.advance import carry_on, lock
from app.usecases.history import Event
from app.usecases.transaction import transaction
from app.usecases.world import CaseWorld

TERMS: Final = ("deadline", "opens")
"""The functions of a diagram whose answers depend on the calendar (`CaseWorld.functions`)."""
_log = structlog.get_logger()


def recount_terms(office_id: str, *, skip: Collection[int], version: int, by: int | None) -> int:
    """Count the deadlines and waiting timers of the office again, one commit an instance; returns how many changed.

    Instances of `skip` keep theirs. A second time it changes nothing.
    """
    return sum(recount_instance(each, version=version, by=by) for each in _waiting(office_id) if each not in skip)


def recount_instance(instance_id: int, *, version: int, by: int | None) -> bool:
    """Count one instance again; whether anything moved. The history keeps old and new moments."""
    with transaction() as session:
        instance = lock(session, instance_id)
        if instance.status != "running":
            return False
        world = CaseWorld(
            session, instance.office_id, instance.case_id, instance.id, instance.version, clock.now(), None
        )
        timers = _moved_timers(Run.restore(instance.version.definition, world, instance.state))
        calendar = office_calendar(session, instance.office_id)
        moved = moved_terms(session, instance.office_id, calendar, instance_id=instance_id)
        if not timers and not moved:
            return False
        facts = {
            "calendar_version": version,
            "tasks": [{"task": each.task_id, "old": _iso(each.old), "new": _iso(each.new)} for each in moved],
            "timers": timers,
        }
        event = Event("terms_recounted", None, facts)
        carry_on(session, instance, lambda run: run.recount(TERMS), event=event, by=by, corrected=True)
        count_anew(session, instance.case_id or 0)
        _log.info("deadlines recounted", instance=instance_id, tasks=len(moved), timers=len(timers))
        return True


def _waiting(office_id: str) -> Iterable[int]:
    """Running instances that have a waiting timer or an open task with a term."""
    with reading() as session:
        timers = select(Job.instance_id).where(Job.office_id == office_id, Job.kind == "timer")
        tasks = select(UserTask.instance_id).where(
            UserTask.office_id == office_id, UserTask.status == "open", UserTask.term.is_not(None)
        )
        return list(
            session.scalars(
                select(ProcessInstance.id)
                .where(ProcessInstance.status == "running", ProcessInstance.id.in_(timers.union(tasks)))
                .order_by(ProcessInstance.id)
            )
        )


def _moved_timers(run: Run) -> list[dict[str, str]]:
    before = {(each.task_id, each.element): each.due for each in run.timers()}
    run.recount(TERMS)
    return [
        {"element": each.element, "old": _iso(before[each.task_id, each.element]), "new": _iso(each.due)}
        for each in run.timers()
        if before[each.task_id, each.element] != each.due
    ]


def _iso(moment: datetime) -> str:
    return moment.isoformat()
