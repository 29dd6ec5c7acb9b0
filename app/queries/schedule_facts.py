"""What the forms of the schedule show: the month, its days, who has too few, how a reception day went."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import wording
from app.models import Office, Person, SchedulePeriod
from app.records.schedule import ScheduledDay, days_between, last_of
from app.records.terms import office_calendar
from app.records.unified_day import days_of, outcome_of


def schedule_facts(session: Session, office_id: str, variables: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Facts of a task without a case, by what its process knows: `schedule_id`, `short_officials`, `day_ids`."""
    office = session.get_one(Office, office_id)
    facts: dict[str, Any] = {}
    if variables.get("schedule_id"):
        row = session.get(SchedulePeriod, int(variables["schedule_id"]))
        if row is not None and row.office_id == office_id:
            days = [each for each in days_between(session, office, row.month, last_of(row.month)) if _stands(each)]
            facts["schedule"] = {
                "month": f"{row.month:%m.%Y}",
                "days": [_line(each, office, language) for each in days],
                "remarks": str(variables.get("remarks") or ""),
                "short": [{"name": name} for name in _names(session, variables.get("short_officials") or ())],
            }
    if variables.get("day_ids"):
        ids = [int(each) for each in variables["day_ids"]]
        received, others = map(str, outcome_of(session, ids))
        days = [each for each in days_between(session, office, date.min, date.max, ids=ids) if _stands(each)]
        facts["days"] = {
            "list": [_line(each, office, language) for each in days],
            "received": received,
            "not_received": others,
        }
    if variables.get("by_rule"):
        facts["unified"] = {"by_rule": _by_rule(session, office, str(variables["by_rule"]), language)}
    if variables.get("meeting_on"):
        meeting = date.fromisoformat(str(variables["meeting_on"])[:10])
        facts["meeting"] = {"on": wording.long_day(meeting).in_(language)}
    return facts


def unified_values(session: Session, office_id: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Who receives on a unified day that is to be confirmed: the officials of its days as they stand now (KST-DAY)."""
    if not variables.get("unified_officials") or not variables.get("day_ids"):
        return {}
    days = days_of(session, office_id, [int(each) for each in variables["day_ids"]])
    return {"unified.officials": [str(each.official_id) for each in days if each.status == "planned"]}


def _stands(day: ScheduledDay) -> bool:
    return day.status != "cancelled"


def _line(day: ScheduledDay, office: Office, language: str) -> dict[str, str]:
    zone = ZoneInfo(office.zone)
    spans = ", ".join(f"{a.astimezone(zone):%H:%M}–{b.astimezone(zone):%H:%M}" for a, b in day.hours)
    kind = "" if day.kind == "ordinary" else day.kind_name.in_(language)
    return {"day": f"{day.day:%d.%m.%Y}", "hours": spans, "official": day.official, "kind": kind}


def _names(session: Session, ids: Sequence[Any]) -> list[str]:
    wanted = select(Person.full_name).where(Person.id.in_([int(each) for each in ids]))
    return list(session.scalars(wanted.order_by(Person.sort_key.collate("C"))))


def _by_rule(session: Session, office: Office, by_rule: str, language: str) -> str:
    """The day by the rule and, if nobody works then, why."""
    day = date.fromisoformat(by_rule[:10])
    why = office_calendar(session, office.id).days.why(day)
    named = wording.long_day(day).in_(language)
    return f"{named}: {why.in_(language)}" if why is not None else named
