"""What the tasks and pages about an official who cannot receive show: the day, the notice, who is booked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain import clock, wording
from app.domain.texts import Text
from app.models import Applicant, Booking, Case, DeadlineRule, Person, ReceptionDay, Slot
from app.models.database import reading
from app.records.reception_mode import STANDING
from app.records.substitutes import works_for
from app.records.zones import today_of, zone_of_office

CAUSES: Final = {
    "incapacity": Text("уақытша еңбекке жарамсыздық", "временная нетрудоспособность", "temporary incapacity"),
    "trip": Text("қызметтік іссапар", "служебная командировка", "business trip"),
    "other": Text("басқа себеп", "другая причина", "another cause"),
}
NOTICES: Final = {
    "in_time": Text(
        "{moment}: мерзімінде ({until} дейін)", "{moment}: вовремя (до {until})", "{moment}: in time (until {until})"
    ),
    "on_the_day": Text("{moment}: қабылдау күні", "{moment}: в день приёма", "{moment}: on the reception day"),
    "late": Text(
        "{moment}: кеш (мерзімі {until} дейін немесе қабылдау күні)",
        "{moment}: поздно (нужно было до {until} или в день приёма)",
        "{moment}: late (until {until} or on the day)",
    ),
    "": Text("{moment}", "{moment}", "{moment}"),
}


@dataclass(frozen=True, slots=True)
class DayAhead:
    """A reception day that has not passed, with how many are booked on it."""

    id: int
    day: date
    official_id: int
    official: str
    booked: int


def days_ahead(office_id: str, *, official_ids: frozenset[int] | None = None) -> list[DayAhead]:
    """The planned days of an office from today on, of some officials or of all, by date."""
    with reading() as session:
        return _days_ahead(session, office_id, official_ids)


def days_to_give_up(person_id: int, office_id: str) -> list[DayAhead]:
    """The days ahead of a person and of those whose work she does."""
    with reading() as session:
        hers = frozenset({person_id, *works_for(session, person_id, clock.now())})
        return _days_ahead(session, office_id, hers)


def asks_for_term(office_id: str) -> bool:
    """Whether the office has a rule that says until when a notice is in time (KRG-17)."""
    with reading() as session:
        rule = select(DeadlineRule.id).where(
            DeadlineRule.office_id == office_id, DeadlineRule.key == "reception.unavailability_notice"
        )
        return session.execute(rule.limit(1)).first() is not None


def _days_ahead(session: Session, office_id: str, official_ids: frozenset[int] | None) -> list[DayAhead]:
    booked = (
        select(Slot.day_id, func.count().label("n"))
        .join(Booking, Booking.slot_id == Slot.id)
        .where(Booking.status.in_(STANDING), Slot.office_id == office_id)
        .group_by(Slot.day_id)
        .subquery()
    )
    today = today_of(office_id)
    wanted = (
        select(ReceptionDay, Person.full_name, func.coalesce(booked.c.n, 0))
        .join(Person, Person.id == ReceptionDay.official_id)
        .outerjoin(booked, booked.c.day_id == ReceptionDay.id)
        .where(ReceptionDay.office_id == office_id, ReceptionDay.status == "planned", ReceptionDay.day >= today)
        .order_by(ReceptionDay.day, ReceptionDay.id)
    )
    if official_ids is not None:
        wanted = wanted.where(ReceptionDay.official_id.in_(official_ids))
    return [DayAhead(day.id, day.day, day.official_id, who, int(n)) for day, who, n in session.execute(wanted)]


def unavailability_facts(
    session: Session, office_id: str, variables: Mapping[str, Any], language: str
) -> dict[str, Any]:
    """Facts of a task of `official_unavailable`, by what its process knows; empty for other processes."""
    if not variables.get("reception_on") or not variables.get("day_id"):
        return {}
    day = session.get(ReceptionDay, int(variables["day_id"]))
    if day is None or day.office_id != office_id:
        return {}
    official = session.get_one(Person, int(variables["official_id"]))
    people = _people(session, day, [int(each["case_id"]) for each in variables.get("changes") or ()])
    return {
        "unavailability": {
            "official": ", ".join(filter(None, (official.full_name, official.titled.in_(language)))),
            "day": wording.long_day(date.fromisoformat(str(variables["reception_on"]))).in_(language),
            "cause": CAUSES.get(str(variables.get("cause")), CAUSES["other"]).in_(language),
            "notice": _notice(variables, office_id).in_(language),
            "booked": str(len(people)),
            "people": people,
        }
    }


def _notice(variables: Mapping[str, Any], office_id: str) -> Text:
    told = datetime.fromisoformat(str(variables["notified_at"])).astimezone(zone_of_office(office_id))
    until = str(variables.get("in_time_until") or "")
    shown = f"{date.fromisoformat(until):%d.%m.%Y}" if until else ""
    kind = NOTICES.get(str(variables.get("notice") or ""), NOTICES[""])
    return kind.with_values(moment=f"{told:%d.%m.%Y, %H:%M}", until=shown)


def _people(session: Session, day: ReceptionDay, told: Sequence[int]) -> list[dict[str, str]]:
    """Who is booked on the day or, once they are told of its change, those who were."""
    who = Booking.case_id.in_(told) if told else Slot.day_id == day.id
    zone = zone_of_office(day.office_id)
    rows = session.execute(
        select(Applicant.full_name, Applicant.phone, Slot.starts_at)
        .select_from(Booking)
        .join(Slot, Slot.id == Booking.slot_id)
        .join(Case, Case.id == Booking.case_id)
        .join(Applicant, Applicant.id == Case.applicant_id)
        .where(who, Booking.status.in_(STANDING))
        .order_by(Slot.starts_at, Booking.seat)
    )
    return [
        {"name": row.full_name, "phone": row.phone or "—", "now": f"{row.starts_at.astimezone(zone):%d.%m, %H:%M}"}
        for row in rows
    ]
