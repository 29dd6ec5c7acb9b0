"""The coordinator's page of the waiting list: who waits for what, in which order and why, and what is offered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.texts import Text
from app.forms import Choice
from app.models import Applicant, Case, Office, Person, Slot, UserTask, VisitLink
from app.models.database import reading
from app.queries.choices import choices_for
from app.records.bookings import active_booking
from app.records.letters import applicant_of
from app.records.terms import office_calendar
from app.records.visit_links import link_by_secret
from app.records.waiting import Waiting, open_entry, waiting_list


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """Somebody who waits. `booked_for` is the appointment she has; `to_call` says that no letter can reach her.

    `book` is the open task in which an accepted place is booked.
    """

    id: int
    number: int
    reason: Text
    clause: str
    case_id: int
    case_number: str | None
    applicant: str
    phone: str | None
    official: str | None
    from_day: date | None
    to_day: date | None
    entered_at: datetime
    status: str
    offered: datetime | None
    offered_until: datetime | None
    booked_for: datetime | None
    to_call: bool
    book: int | None


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """The list and what its form offers."""

    rows: Sequence[WaitingRow]
    officials: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class OfferSeen:
    """What somebody who waits sees by her link; `status` is offered or accepted."""

    office: Text
    phone: str
    number: str
    language: str
    status: str
    starts_at: datetime
    minutes: int
    until: datetime


def waiting_page(office_id: str) -> WaitingPage:
    """Everybody who waits in an office."""
    with reading() as session:
        office = session.get_one(Office, office_id)
        zone = office_calendar(session, office_id).zone
        rows = [_row(session, each, each.place.told(zone)) for each in waiting_list(session, office)]
        officials = choices_for(session, office_id, None, ("officials",))["officials"]
    return WaitingPage(rows, officials)


def case_by_number(office_id: str, number: str) -> int | None:
    """The case of an office with this number, as somebody types it."""
    with reading() as session:
        return session.scalar(select(Case.id).where(Case.office_id == office_id, Case.number == number.strip()))


def offer_seen(secret: str) -> OfferSeen | None:
    """What is offered to the applicant behind a link now; None for nothing."""
    with reading() as session:
        link = link_by_secret(session, secret)
        return _seen(session, link) if link else None


def _seen(session: Session, link: VisitLink) -> OfferSeen | None:
    entry = open_entry(session, link.case_id)
    now = clock.now()
    if entry is None or entry.slot_id is None or entry.offered_until is None or entry.offered_until <= now:
        return None
    office = session.get_one(Office, link.office_id)
    case = session.get_one(Case, link.case_id)
    slot = session.get_one(Slot, entry.slot_id)
    applicant = session.get(Applicant, case.applicant_id) if case.applicant_id else None
    contacts = office.settings.get("contacts", {}).get("reception", {})
    return OfferSeen(
        office=Text(office.name_kk, office.name_ru, office.name_en),
        phone=str(contacts.get("value", "") if isinstance(contacts, dict) else contacts),
        number=case.number or "",
        language=applicant.language if applicant else case.language,
        status=entry.status,
        starts_at=slot.starts_at,
        minutes=slot.minutes,
        until=entry.offered_until,
    )


def _row(session: Session, waiting: Waiting, reason: Text) -> WaitingRow:
    entry = waiting.entry
    case = session.get_one(Case, entry.case_id)
    applicant = session.get(Applicant, case.applicant_id) if case.applicant_id else None
    official = session.get(Person, entry.official_id) if entry.official_id else None
    slot = session.get(Slot, entry.slot_id) if entry.slot_id else None
    booking = active_booking(session, case.id)
    return WaitingRow(
        id=entry.id,
        number=waiting.place.number,
        reason=reason,
        clause=waiting.place.clause,
        case_id=case.id,
        case_number=case.number,
        applicant=applicant.full_name if applicant else "",
        phone=applicant.phone if applicant else None,
        official=official.full_name if official else None,
        from_day=entry.from_day,
        to_day=entry.to_day,
        entered_at=entry.entered_at,
        status=entry.status,
        offered=slot.starts_at if slot else None,
        offered_until=entry.offered_until,
        booked_for=session.get_one(Slot, booking.slot_id).starts_at if booking else None,
        to_call=entry.status == "offered" and not _written(session, case.id, applicant),
        book=_task(session, case.id) if entry.status == "accepted" else None,
    )


def _written(session: Session, case_id: int, applicant: Applicant | None) -> bool:
    """Whether she gets letters by e-mail."""
    return applicant is not None and "email" in applicant_of(session, case_id, applicant).channels()


def _task(session: Session, case_id: int) -> int | None:
    return session.scalar(
        select(UserTask.id)
        .where(UserTask.case_id == case_id, UserTask.status == "open", UserTask.role == "reception_coordinator")
        .order_by(UserTask.id.desc())
        .limit(1)
    )
