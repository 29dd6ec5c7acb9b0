"""The demo's virtual clock: wall time plus a shift that the whole installation shares."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.clock import ShiftedClock
from app.domain.deadlines import add_working_time
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.models import Installation, Job
from app.models.database import ask
from app.records.terms import office_calendar
from app.usecases.access import Actor
from app.usecases.history import Event, record
from app.usecases.transaction import after_commit, notify_workers, transaction


class NotADemoError(AutomationError):
    """Only a demo installation may move its clock."""

    status = 403
    message = Text(
        kk="Сағатты тек көрсетілім қондырғысында жылжытуға болады.",
        ru="Переводить часы можно только в демонстрационной установке.",
        en="Only a demo installation may move its clock.",
    )


class NothingWaitsError(AutomationError):
    """No job waits for a later moment."""

    status = 409
    message = Text(
        kk="Ешбір тапсырма кейінгі уақытты күтіп тұрған жоқ.",
        ru="Ничто не ждёт более позднего момента.",
        en="Nothing waits for a later moment.",
    )


_shift = select(Installation.value).where(Installation.key == "clock")


def read_shift(session: Session) -> timedelta:
    """How far business time is ahead of wall time."""
    value = session.scalar(_shift)
    return timedelta(seconds=value["shift"]) if value else timedelta(0)


def follow() -> None:
    """Set this thread's clock to the installation's virtual time."""
    row = ask(_shift, {})
    clock.set_clock(ShiftedClock(timedelta(seconds=row["value"]["shift"] if row else 0)))


def is_demo(session: Session) -> bool:
    """Whether this database was set up as a demo."""
    return session.scalar(select(Installation.value).where(Installation.key == "demo")) is not None


def mark_as_demo(session: Session, *, moment: datetime) -> None:
    """Make an empty database a demo one whose business time starts at `moment`."""
    shift = (moment - clock.wall()).total_seconds()
    for key, value in (("demo", {}), ("clock", {"shift": shift})):
        session.execute(insert(Installation).values(key=key, value=value).on_conflict_do_nothing())


def move_clock(step: str, *, by: Actor) -> datetime:
    """Move business time on by "hour", "working_day" or "next" (the next waiting moment); returns the new time.

    Raises `NotADemoError`, `NothingWaitsError`.
    """
    by.demand("clock.move")
    with transaction() as session:
        if not is_demo(session):
            raise NotADemoError
        shift = read_shift(session)
        now = clock.wall() + shift
        target = _target(session, step, now, by.office_id)
        shift += target - now
        session.execute(
            insert(Installation)
            .values(key="clock", value={"shift": shift.total_seconds()})
            .on_conflict_do_update(index_elements=["key"], set_={"value": {"shift": shift.total_seconds()}})
        )
        event = Event("clock_moved", None, {"step": step, "to": target.isoformat()})
        record(session, [event], at=target, office_id=by.office_id, by=by.id)
        after_commit(session, notify_workers)
    clock.set_clock(ShiftedClock(shift))
    return target


def _target(session: Session, step: str, now: datetime, office_id: str) -> datetime:
    if step == "hour":
        return now + timedelta(hours=1)
    if step == "working_day":
        calendar = office_calendar(session, office_id)
        hours = calendar.hours_on(now.astimezone(calendar.zone).date())
        return add_working_time(now, hours.working_minutes, calendar)
    due = session.scalar(
        select(Job.due_at)
        .where(Job.status == "waiting", Job.due_at > now, Job.kind != "system")
        .order_by(Job.due_at)
        .limit(1)
    )
    if due is None:
        raise NothingWaitsError
    return due + timedelta(seconds=1)
