"""An appointment as its applicant sees it by her link: no name, no matter, only when, where, and what she may do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.domain.deadlines import compute
from app.domain.texts import Text
from app.models import Applicant, Case, Office, Person, ReceptionDay, ReceptionRequest, Slot, VisitLink
from app.records.bookings import active_booking
from app.records.facts import case_facts
from app.records.free_slots import FreeSlot, free_slots
from app.records.holds import kept_slot
from app.records.reception_facts import place_name
from app.records.terms import UnknownRuleError, office_calendar, rule_on
from app.records.visit_links import moves_allowed, moves_left

CHANGE_RULE: Final = "reception.applicant_change"
MOVABLE: Final = ("booked", "confirmed")


@dataclass(frozen=True, slots=True)
class Visit:
    """The appointment behind a link; `change_until` is the last moment at which she may move it herself.

    `times` are those she may choose: of the same official, far enough ahead. `kept_slot` is kept for her until
    `kept_until`.
    """

    office_id: str
    office: Text
    phone: str
    zone: ZoneInfo
    language: str
    number: str
    starts_at: datetime
    minutes: int
    official_id: int
    official: str
    position: Text
    place: Text
    mode: str
    status: str
    moves_left: int
    moves_allowed: int
    change_until: datetime
    may_move: bool
    may_cancel: bool
    times: Sequence[FreeSlot]
    kept_slot: int | None
    kept_until: datetime | None

    @property
    def kept(self) -> FreeSlot | None:
        """The time that is kept for her now."""
        return next((each for each in self.times if each.slot_id == self.kept_slot), None)


def visit_of(session: Session, link: VisitLink, *, now: datetime) -> Visit | None:
    """What a link shows; None when its case has no appointment ahead."""
    booking = active_booking(session, link.case_id)
    case = session.get_one(Case, link.case_id)
    if booking is None or case.closed_at is not None:
        return None
    slot = session.get_one(Slot, booking.slot_id)
    day = session.get_one(ReceptionDay, slot.day_id)
    office = session.get_one(Office, link.office_id)
    official = session.get_one(Person, day.official_id)
    applicant = session.get(Applicant, case.applicant_id) if case.applicant_id else None
    request = session.get(ReceptionRequest, case.id)
    allowed = moves_allowed(office)
    until = change_until(session, office.id, slot.starts_at)
    movable = booking.status in MOVABLE and link.moves < allowed and now < until
    times = _times(session, link, day, slot, now) if movable else []
    kept = kept_slot(session, case.id, now)
    place = request.answers.get("place") if request else None
    return Visit(
        office_id=office.id,
        office=Text(office.name_kk, office.name_ru, office.name_en),
        phone=case_facts(session, case.id, "ru", now)["office"]["phone"],
        zone=ZoneInfo(office.zone),
        language=applicant.language if applicant else case.language,
        number=case.number or "",
        starts_at=slot.starts_at,
        minutes=slot.minutes,
        official_id=official.id,
        official=official.full_name,
        position=official.titled,
        place=Text(*(place_name(office, place, day, speech) for speech in ("kk", "ru", "en"))),
        mode=day.mode,
        status=booking.status,
        moves_left=moves_left(office, link),
        moves_allowed=allowed,
        change_until=until,
        may_move=movable,
        may_cancel=booking.status in MOVABLE and now < slot.starts_at,
        times=times,
        kept_slot=kept.slot_id if kept else None,
        kept_until=kept.held_until if kept else None,
    )


def change_until(session: Session, office_id: str, starts_at: datetime) -> datetime:
    """Until when an applicant may move a reception herself: the rule `CHANGE_RULE`, without it the reception itself."""
    try:
        rule = rule_on(session, office_id, CHANGE_RULE, starts_at)
    except UnknownRuleError:
        return starts_at
    return compute(rule.expression, starts_at, office_calendar(session, office_id)).due


def _times(session: Session, link: VisitLink, day: ReceptionDay, now_at: Slot, now: datetime) -> list[FreeSlot]:
    found = free_slots(session, link.office_id, now=now, case_id=link.case_id, official_id=day.official_id)
    return [
        each
        for each in found
        if each.slot_id != now_at.id and change_until(session, link.office_id, each.starts_at) > now
    ]
