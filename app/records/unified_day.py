"""The unified day of reception: which day it is, and its rows for everybody of the leadership (KST-DAY-1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.deadlines import next_occurrence
from app.domain.hours import OfficeCalendar
from app.domain.terms import Roll
from app.models import Booking, Office, Person, ReceptionDay, Slot
from app.records.blackouts import closed_by
from app.records.bookings import OFF_THE_LIST
from app.records.officials import officials_on
from app.records.reception_days import Plan, put_day
from app.records.terms import office_calendar, rule_on

KIND: Final = "unified_day"
ASK: Final = "ask"
LEAD_DAYS: Final = 21


@dataclass(frozen=True, slots=True)
class UnifiedDay:
    """The last Friday of a month as the rule says it, and the day it is held on; None while somebody must choose."""

    by_rule: date
    held_on: date | None


def next_unified_day(session: Session, office_id: str, after: datetime) -> UnifiedDay:
    """The first one later than `after` and the office's lead time, moved from a day off as the office wants it.

    `reception.unified_day`: `lead_days`, `holiday_policy` previous, next or ask (the source is silent).
    """
    settings = _settings(session.get_one(Office, office_id))
    calendar = office_calendar(session, office_id)
    rule = rule_on(session, office_id, KIND, after)
    lead = timedelta(days=int(settings.get("lead_days", LEAD_DAYS)))
    found = next_occurrence(rule.expression, after + lead, calendar, roll=cast(Roll, rule.roll)).due.date()
    return UnifiedDay(found, held_on(calendar, found, str(settings.get("holiday_policy", ASK))))


def held_on(calendar: OfficeCalendar, day: date, policy: str) -> date | None:
    """The working day on which a unified day is held; None when it is a day off and somebody is to choose."""
    if calendar.days.is_working(day):
        return day
    moves = {"previous": calendar.days.previous_working, "next": calendar.days.next_working}
    return moves[policy](day) if policy in moves else None


def plan_unified_day(session: Session, office_id: str, day: date) -> list[int]:
    """A unified day for everybody of the leadership who may receive then and has no other reception; the ids of all.

    A reception that stands on that day already is part of it.
    """
    office = session.get_one(Office, office_id)
    found = []
    for official in officials_on(session, office, day):
        known = session.scalars(
            select(ReceptionDay).where(
                ReceptionDay.office_id == office_id,
                ReceptionDay.official_id == official.id,
                ReceptionDay.day == day,
                ReceptionDay.status == "planned",
            )
        ).first()
        if known is not None:
            known.kind = KIND
            found.append(known.id)
        elif closed_by(session, office_id, official.id, day) is None:
            found.append(put_day(session, office_id, usual_plan(office, official, day)).id)
    return found


def usual_plan(office: Office, official: Person | int, day: date, **changes: Any) -> Plan:
    """A unified day with the office's usual hours, place and slots."""
    reception = office.settings.get("reception", {})
    usual: dict[str, Any] = {
        "place": reception["places"][0]["code"],
        "starts": time.fromisoformat(reception.get("slots_from", "10:00")),
        "ends": time.fromisoformat(reception.get("slots_to", "13:00")),
        "minutes": int(reception.get("slot_minutes", 20)),
        "seats": 1,
        "mode": "in_person",
        "kind": KIND,
    }
    return Plan(official_id=official if isinstance(official, int) else official.id, day=day, **{**usual, **changes})


def days_of(session: Session, office_id: str, ids: Sequence[int]) -> list[ReceptionDay]:
    """The rows of a unified day, in the order of officials."""
    wanted = select(ReceptionDay).where(ReceptionDay.office_id == office_id, ReceptionDay.id.in_(tuple(ids)))
    return list(session.scalars(wanted.order_by(ReceptionDay.id)))


def outcome_of(session: Session, ids: Sequence[int]) -> tuple[int, int]:
    """How many appointments of these days were received, and how many were not."""
    rows = session.execute(
        select(Booking.status, func.count())
        .join(Slot, Slot.id == Booking.slot_id)
        .where(Slot.day_id.in_(tuple(ids)), Booking.status.not_in(OFF_THE_LIST))
        .group_by(Booking.status)
    )
    counted = {str(status): int(n) for status, n in rows}
    received = counted.pop("received", 0)
    return received, sum(counted.values())


def _settings(office: Office) -> Mapping[str, Any]:
    found: Mapping[str, Any] = office.settings.get("reception", {}).get("unified_day", {})
    return found
