"""The calendar file of a case's appointment, in the words of its applicant."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.ics import MEDIA_TYPE, Appointment, calendar_file, uid_of
from app.domain.texts import Text
from app.models import Applicant, Booking, Case, Office, ReceptionDay, ReceptionRequest, RegisterEntry, Slot
from app.records.facts import case_facts
from app.records.files import store
from app.records.reception_facts import place_name
from app.records.zones import zone_of_office

JOURNAL: Final = "R-RECEPTION"
_SUMMARY: Final = Text("Жеке қабылдау: {official}", "Личный приём: {official}", "Personal reception: {official}")
_BRING: Final = Text(
    "№ {number} өтініш бойынша. Жеке куәлігіңізді алыңыз.{phone}",
    "По заявке № {number}. Возьмите удостоверение личности.{phone}",
    "On request no. {number}. Bring your identity card.{phone}",
)


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """A calendar file with its name."""

    name: str
    content: bytes
    media_type: str = MEDIA_TYPE


def appointment_file(session: Session, booking: Booking, *, now: datetime, cancelled: bool = False) -> CalendarFile:
    """The file of an appointment; `cancelled` takes it out of the calendar again.

    Its SEQUENCE grows with every entry of the case in the journal of the reception.
    """
    case = session.get_one(Case, booking.case_id)
    office = session.get_one(Office, case.office_id)
    applicant = session.get(Applicant, case.applicant_id) if case.applicant_id else None
    request = session.get(ReceptionRequest, case.id)
    slot = session.get_one(Slot, booking.slot_id)
    day = session.get_one(ReceptionDay, slot.day_id)
    speech = applicant.language if applicant and applicant.language in ("kk", "ru") else case.language
    facts = case_facts(session, case.id, speech, now)
    phone = facts["office"]["phone"]
    entries = session.scalar(
        select(func.count()).where(RegisterEntry.case_id == case.id, RegisterEntry.register == JOURNAL)
    )
    appointment = Appointment(
        uid=uid_of(office.id, case.id),
        sequence=max(0, (entries or 0) - (0 if cancelled else 1)),
        written_at=now,
        starts_at=slot.starts_at,
        minutes=slot.minutes,
        summary=_SUMMARY.in_(speech).format(official=facts["reception"]["official"] or facts["office"]["name"]),
        place=place_name(office, request.answers.get("place") if request else None, day, speech),
        description=_BRING.in_(speech).format(number=case.number or "", phone=f" Тел. {phone}" if phone else ""),
        organiser=facts["office"]["name"],
        organiser_email=facts["office"]["email"],
        attendee_email=(applicant.email or "") if applicant else "",
        cancelled=cancelled,
    )
    here = slot.starts_at.astimezone(zone_of_office(office.id))
    return CalendarFile(f"qabyldau-{here:%Y-%m-%d}.ics", calendar_file(appointment))


def stored_appointment(session: Session, booking: Booking, *, now: datetime, cancelled: bool = False) -> int:
    """The same, kept among the files so that it can go with a letter; returns the file's id."""
    made = appointment_file(session, booking, now=now, cancelled=cancelled)
    file = store(
        session,
        office_id=booking.office_id,
        name=made.name,
        media_type=made.media_type,
        content=made.content,
        now=now,
    )
    return file.id
