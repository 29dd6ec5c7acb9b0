"""What the forms of the schedule offer: officials, kinds, places, free moments, the next unified day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.deadlines import Roll, next_occurrence
from app.domain.rules import parse_rule
from app.forms.choices import Choice
from app.models import Applicant, Case, Office, Person, ReceptionDay, Slot
from app.models.database import reading
from app.queries.choices import choices_for, text_of
from app.records.bookings import active_booking
from app.records.terms import UnknownRuleError, office_calendar, rule_on
from app.records.visit_links import holding_link, moves_left

UNIFIED_DAY: Final = "unified_day"


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """Choices and usual values of a new day; `unified_day` is the next one that nobody has planned (KST-DAY-1)."""

    officials: Sequence[Choice]
    kinds: Sequence[Choice]
    places: Sequence[Choice]
    starts: str
    ends: str
    minutes: int
    unified_day: date | None


@dataclass(frozen=True, slots=True)
class Appointment:
    """The appointment of a case that is to be moved, and the free moments it may move to.

    `has_link` says that the applicant has a link that works, `moves_left` how often she may still move it herself.
    """

    case_id: int
    case_number: str | None
    applicant: str
    starts_at: datetime
    day_id: int
    official: str
    status: str
    slots: Sequence[Choice]
    has_link: bool
    moves_left: int


def plan_options(office_id: str) -> PlanOptions:
    """What the form of a new day offers."""
    with reading() as session:
        office = session.get_one(Office, office_id)
        settings: dict[str, Any] = office.settings.get("reception", {})
        choices = choices_for(session, office_id, None, ("officials", "places"))
        return PlanOptions(
            officials=choices["officials"],
            kinds=[Choice(each["code"], text_of(each["name"])) for each in settings.get("types", [])],
            places=choices["places"],
            starts=settings.get("slots_from", "10:00"),
            ends=settings.get("slots_to", "13:00"),
            minutes=settings.get("slot_minutes", 20),
            unified_day=_next_unified_day(session, office_id),
        )


def appointment(office_id: str, case_id: int) -> Appointment | None:
    """The appointment of a case of the office; None without one."""
    with reading() as session:
        case = session.scalars(select(Case).where(Case.id == case_id, Case.office_id == office_id)).first()
        booking = active_booking(session, case_id) if case else None
        if case is None or booking is None:
            return None
        slot = session.get_one(Slot, booking.slot_id)
        day = session.get_one(ReceptionDay, slot.day_id)
        applicant = session.get(Applicant, case.applicant_id) if case.applicant_id else None
        link = holding_link(session, case_id)
        return Appointment(
            case_id=case.id,
            case_number=case.number,
            applicant=applicant.full_name if applicant else "",
            starts_at=slot.starts_at,
            day_id=day.id,
            official=session.get_one(Person, day.official_id).full_name,
            status=booking.status,
            slots=choices_for(session, office_id, case_id, ("reception_slots",))["reception_slots"],
            has_link=link is not None,
            moves_left=moves_left(session.get_one(Office, office_id), link),
        )


def _next_unified_day(session: Session, office_id: str) -> date | None:
    """The first day of the rule `unified_day` that stands on no schedule; None without the rule."""
    now = clock.now()
    try:
        rule = rule_on(session, office_id, UNIFIED_DAY, now)
    except UnknownRuleError:
        return None
    planned = set(
        session.scalars(
            select(ReceptionDay.day).where(
                ReceptionDay.office_id == office_id,
                ReceptionDay.kind == UNIFIED_DAY,
                ReceptionDay.status == "planned",
            )
        )
    )
    calendar = office_calendar(session, office_id)
    moment = now
    for _ in range(12):
        moment = next_occurrence(parse_rule(rule.expression), moment, calendar, roll=cast(Roll, rule.roll)).due
        if moment.date() not in planned:
            return moment.date()
    return None
