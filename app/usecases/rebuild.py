"""Projections made anew from the states of the running instances."""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.run import Call, Run, Subscription, Timer, Waiting
from app.models import Case, Job, ProcessInstance, UserTask
from app.models import Subscription as SubscriptionRow
from app.models.database import reading
from app.records.appeal_lines import write_lines
from app.records.appeals import KIND
from app.records.case_words import write_words
from app.usecases.advance import Locked, lock
from app.usecases.projection import View, project
from app.usecases.transaction import transaction, write
from app.usecases.world import CaseWorld

AT_ONCE: Final = 500


def rebuild_projections(*, now: datetime) -> int:
    """Bring the rows of every running instance in line with its state; returns how many were looked at.

    Rows that are right stay as they are (with their claims and drafts); missing ones are made, false ones ended. The
    lines of all appeals and the words of all cases are made anew.
    """
    with reading() as session:
        running = session.scalars(select(ProcessInstance.id).where(ProcessInstance.status == "running")).all()
    for instance_id in running:
        with transaction() as session:
            instance = lock(session, instance_id)
            world = CaseWorld(session, instance.office_id, instance.case_id, instance.id, instance.version, now, None)
            run = Run.restore(instance.version.definition, world, instance.state)
            changes = project(
                session,
                instance.office_id,
                instance.case_id,
                instance.id,
                run,
                world,
                _as_recorded(session, instance),
                now=now,
                by=None,
            )
            write(session, changes)
    _lines()
    return len(running)


def _lines() -> None:
    with reading() as session:
        cases = session.execute(select(Case.id, Case.kind).order_by(Case.id)).all()
    for first in range(0, len(cases), AT_ONCE):
        some = cases[first : first + AT_ONCE]
        with transaction() as session:
            write_lines(session, {row.id for row in some if row.kind == KIND})
            write_words(session, {row.id for row in some})


def _as_recorded(session: Session, instance: Locked) -> View:
    """What the rows say the instance waits for."""
    tasks = session.scalars(select(UserTask).where(UserTask.instance_id == instance.id, UserTask.status == "open"))
    jobs = session.scalars(select(Job).where(Job.instance_id == instance.id, Job.engine_id.is_not(None))).all()
    subscriptions = session.scalars(select(SubscriptionRow).where(SubscriptionRow.instance_id == instance.id))
    return View(
        tasks={row.engine_id: Waiting(row.engine_id, row.element, {}) for row in tasks},
        timers={
            (row.engine_id, row.element): Timer(row.engine_id, row.element, row.due_at)
            for row in jobs
            if row.kind == "timer" and row.engine_id and row.element
        },
        calls={
            row.engine_id: Call(row.engine_id, row.element or "", row.name, row.payload)
            for row in jobs
            if row.kind == "call" and row.engine_id
        },
        subscriptions={
            (row.engine_id, row.element): Subscription(
                row.engine_id,
                row.element,
                row.message,
                "signal" if row.kind == "signal" else "message",
                dict(row.correlations),
            )
            for row in subscriptions
        },
    )
