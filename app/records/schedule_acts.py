"""What happens to the schedule of a month: submitted, approved, published, hung on the board."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import ReceptionDay, SchedulePeriod
from app.records.numbers import enter
from app.records.schedule import DRAFT, last_of, period_of

REGISTER: Final = "R-SCHEDULE"


def submit(session: Session, schedule_id: int) -> None:
    """It waits for approval; what was approved before is no longer said of it."""
    row = _held(session, schedule_id)
    row.status, row.approved_at, row.approved_by = "submitted", None, None


def approve(session: Session, schedule_id: int, *, by: int | None, now: datetime) -> None:
    """Approved, by whom and when (KRG-6, AC-02)."""
    row = _held(session, schedule_id)
    row.status, row.approved_at, row.approved_by = "approved", now, by


def return_to_draft(session: Session, schedule_id: int) -> None:
    """The coordinator draws it up again."""
    _held(session, schedule_id).status = DRAFT


def publish(session: Session, schedule_id: int, *, by: int | None, now: datetime) -> list[int]:
    """Everything that is planned in the month becomes public, in the next edition; returns the days shown first now."""
    row = _held(session, schedule_id)
    days = session.scalars(
        select(ReceptionDay).where(
            ReceptionDay.office_id == row.office_id,
            ReceptionDay.status == "planned",
            ReceptionDay.day.between(row.month, last_of(row.month)),
        )
    ).all()
    row.status = "published"
    return _show(session, row, days, by=by, now=now)


def publish_days(session: Session, office_id: str, ids: Iterable[int], *, by: int | None, now: datetime) -> list[int]:
    """These days alone become public, in the next edition of their month; its approval stays as it is."""
    days = session.scalars(
        select(ReceptionDay).where(
            ReceptionDay.office_id == office_id, ReceptionDay.id.in_(tuple(ids)), ReceptionDay.status == "planned"
        )
    ).all()
    shown: list[int] = []
    for month in sorted({day.day.replace(day=1) for day in days}):
        row = period_of(session, office_id, month)
        shown += _show(session, row, [each for each in days if each.day.replace(day=1) == month], by=by, now=now)
    return shown


def note_posting(session: Session, schedule_id: int, posted_on: date, *, by: int | None) -> None:
    """The sheet hangs on the board of the reception office since that day (KST-SCH-1, KRG-7)."""
    row = _held(session, schedule_id)
    row.posted_on, row.posted_by = posted_on, by


def _show(
    session: Session, row: SchedulePeriod, days: Sequence[ReceptionDay], *, by: int | None, now: datetime
) -> list[int]:
    fresh = [day.id for day in days if day.published_at is None]
    for day in days:
        day.published_at = day.published_at or now
    row.edition += 1
    row.published_at, row.posted_on, row.posted_by = now, None, None
    facts = {"schedule": row.id, "month": row.month.isoformat(), "edition": row.edition, "days": len(days)}
    enter(session, office_id=row.office_id, register=REGISTER, now=now, case_id=None, facts=facts, by=by)
    return fresh


def _held(session: Session, schedule_id: int) -> SchedulePeriod:
    return session.get_one(SchedulePeriod, schedule_id, with_for_update=True)
