"""Restriction periods as the coordinator sees them."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from app.domain import clock
from app.models import Message, ReceptionDay, RestrictionPeriod
from app.models.database import reading
from app.records.second_thoughts import undo_until
from app.records.zones import today_of


@dataclass(frozen=True, slots=True)
class RestrictionRow:
    """A period; `state` is now, later, over or lifted, `days` how many reception days it has switched.

    `undo_until` is until when lifting it may be taken back.
    """

    id: int
    first_day: date
    last_day: date
    cause: str
    basis: str
    state: str
    declared_at: datetime
    lifted_at: datetime | None
    undo_until: datetime | None
    days: int


def restrictions_of(office_id: str) -> list[RestrictionRow]:
    """The periods of an office, the newest first."""
    today = today_of(office_id)
    with reading() as session:
        switched = (
            select(func.count())
            .where(
                ReceptionDay.office_id == office_id,
                ReceptionDay.ordinary.is_not(None),
                ReceptionDay.day >= RestrictionPeriod.first_day,
                ReceptionDay.day <= RestrictionPeriod.last_day,
            )
            .correlate(RestrictionPeriod)
            .scalar_subquery()
        )
        rows = session.execute(
            select(RestrictionPeriod, switched)
            .where(RestrictionPeriod.office_id == office_id)
            .order_by(RestrictionPeriod.first_day.desc(), RestrictionPeriod.id.desc())
        )
        return [
            RestrictionRow(
                id=row.id,
                first_day=row.first_day,
                last_day=row.last_day,
                cause=row.cause,
                basis=row.basis,
                state=_state(row, today),
                declared_at=row.declared_at,
                lifted_at=row.lifted_at,
                undo_until=undo_until(row.lifted_at, clock.now()),
                days=int(days),
            )
            for row, days in rows
        ]


def being_declared(office_id: str) -> int:
    """How many periods have been declared and are still on their way to the process."""
    with reading() as session:
        waiting = select(func.count()).where(
            Message.office_id == office_id, Message.name == "restriction.declared", Message.status == "waiting"
        )
        return session.scalar(waiting) or 0


def _state(row: RestrictionPeriod, today: date) -> str:
    if row.last_day < today:
        return "lifted" if row.lifted_at is not None else "over"
    return "later" if row.first_day > today else "now"
