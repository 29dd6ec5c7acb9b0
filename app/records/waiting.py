"""The waiting list: who waits for a place, in which order and why, and what is offered to whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.queue import Place, Visitor, build_queue
from app.models import Office, ReceptionRequest, Slot, WaitingEntry
from app.records.bookings import active_booking
from app.records.free_slots import HORIZON, FreeSlot, free_slots
from app.records.queue import priority_categories, turn_clause

OPEN: Final = ("waiting", "offered", "accepted")


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody on the list at her place."""

    entry: WaitingEntry
    place: Place


def waiting_list(session: Session, office: Office) -> list[Waiting]:
    """Everybody who waits, in the order in which places are offered: listed categories first, then by entry (BR-04)."""
    rows = session.execute(
        select(WaitingEntry, ReceptionRequest.answers)
        .outerjoin(ReceptionRequest, ReceptionRequest.case_id == WaitingEntry.case_id)
        .where(WaitingEntry.office_id == office.id, WaitingEntry.status.in_(OPEN))
        .order_by(WaitingEntry.id)
    ).all()
    entries = {entry.id: entry for entry, _ in rows}
    visitors = [Visitor(entry.id, entry.entered_at, _category(answers)) for entry, answers in rows]
    queue = build_queue(visitors, priority_categories(office), turn_clause=turn_clause(office))
    return [Waiting(entries[place.visitor.key], place) for place in queue]


def open_entry(session: Session, case_id: int) -> WaitingEntry | None:
    """The place of a case on the list."""
    return session.scalars(
        select(WaitingEntry).where(WaitingEntry.case_id == case_id, WaitingEntry.status.in_(OPEN))
    ).first()


def place_for(session: Session, entry: WaitingEntry, now: datetime) -> FreeSlot | None:
    """The first free time that somebody who waits would take; for who has an appointment only an earlier one."""
    office = session.get_one(Office, entry.office_id)
    zone = ZoneInfo(office.zone)
    booking = active_booking(session, entry.case_id)
    until = _end_of(entry.to_day, zone) or now + HORIZON
    if booking is not None:
        until = min(until, session.get_one(Slot, booking.slot_id).starts_at)
    found = free_slots(
        session,
        entry.office_id,
        now=now,
        case_id=entry.case_id,
        official_id=entry.official_id,
        since=datetime.combine(entry.from_day, time(), zone) if entry.from_day else None,
        until=until,
        limit=1,
    )
    return found[0] if found else None


def _end_of(day: date | None, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(day, time.max, zone) if day else None


def _category(answers: Mapping[str, object] | None) -> str | None:
    found = (answers or {}).get("priority_category")
    return str(found) if found else None
