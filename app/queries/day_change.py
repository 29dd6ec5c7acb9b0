"""Before a day is moved or cancelled: who is affected and where they could go; and what happened to a day so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.models import Applicant, Booking, Case, Office, ReceptionDay, ReceptionRequest, Slot
from app.models.database import reading
from app.records.bookings import OFF_THE_LIST
from app.records.day_shape import plan_of
from app.records.letters import applicant_of
from app.records.reception_days import Plan
from app.records.schedule import ScheduledDay, days_between
from app.records.zones import today_of

AHEAD: Final = 24
HORIZON: Final = 120
"""Days ahead in which places are looked for."""
_HISTORY: Final = text(
    """
    SELECT history.at, history.kind, history.facts, person.full_name, history_payload.payload
    FROM history
    LEFT JOIN person ON person.id = history.person_id
    LEFT JOIN history_payload ON history_payload.history_id = history.id
    WHERE (history.facts ->> 'day') = :day AND history.office_id = :office
      AND history.kind IN ('day_planned', 'day_moved', 'day_cancelled', 'day_changed', 'day_published')
    ORDER BY history.id
    """
)


@dataclass(frozen=True, slots=True)
class Affected:
    """Somebody booked on the day, and how she can be told."""

    case_id: int
    number: str
    applicant: str
    starts_at: datetime
    channels: Sequence[str]


@dataclass(frozen=True, slots=True)
class Target:
    """Another day with room; `free` places."""

    id: int
    day: date
    official: str
    free: int


@dataclass(frozen=True, slots=True)
class Happened:
    """A line of the day's history."""

    at: datetime
    kind: str
    who: str
    reason: str
    to: str
    was: Mapping[str, Any]
    now: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DayChange:
    """The preview of a change; `stands` is the day as it was planned."""

    stands: Plan | None
    affected: Sequence[Affected]
    targets: Sequence[Target]
    history: Sequence[Happened]
    published: bool


def day_change(office_id: str, day_id: int) -> DayChange:
    """Who hears of a change of this day, which coming days have room for them all, and its history."""
    with reading() as session:
        office = session.get_one(Office, office_id)
        affected = _affected(session, office_id, day_id)
        today = today_of(office_id)
        coming = [
            each
            for each in days_between(session, office, today, today + timedelta(days=HORIZON))
            if each.status == "planned" and each.bookable and each.id != day_id
        ]
        row = session.get(ReceptionDay, day_id)
        return DayChange(
            plan_of(session, row) if row is not None else None,
            affected,
            [each for each in map(_target, coming) if each.free >= max(1, len(affected))][:AHEAD],
            [
                _happened(each)
                for each in session.execute(_HISTORY, {"day": str(day_id), "office": office_id}).mappings()
            ],
            row is not None and row.published_at is not None,
        )


def _affected(session: Session, office_id: str, day_id: int) -> list[Affected]:
    rows = session.execute(
        select(Case.id, Case.number, Applicant, Slot.starts_at, ReceptionRequest)
        .join(Booking, Booking.case_id == Case.id)
        .join(Slot, Slot.id == Booking.slot_id)
        .join(Applicant, Applicant.id == Case.applicant_id)
        .outerjoin(ReceptionRequest, ReceptionRequest.case_id == Case.id)
        .where(Slot.day_id == day_id, Case.office_id == office_id, Booking.status.not_in(OFF_THE_LIST))
        .order_by(Slot.starts_at, Booking.seat)
    ).all()  # with their requests, which say how they want to be told
    return [
        Affected(id_, number or "", who.full_name, starts_at, applicant_of(session, id_, who).channels())
        for id_, number, who, starts_at, _ in rows
    ]


def _target(day: ScheduledDay) -> Target:
    return Target(day.id, day.day, day.official, day.seats - day.booked)


def _happened(row: Mapping[Any, Any]) -> Happened:
    facts, payload = row["facts"], row["payload"] or {}
    to = str(facts.get("to") or "") if row["kind"] == "day_moved" else ""
    return Happened(
        row["at"],
        row["kind"],
        row["full_name"] or "",
        str(payload.get("reason") or ""),
        to,
        facts.get("was") or {},
        facts.get("is") or {},
    )
