"""What a state body sees by its link: the question, its citizens of the day, what is asked for and by when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.masking import masked
from app.domain.remaining import Remaining, remaining
from app.domain.texts import Text
from app.models import (
    BodyLink,
    BodyPosition,
    Booking,
    Case,
    CentralRequest,
    Document,
    File,
    Office,
    Slot,
    StateBody,
    UserTask,
)
from app.models.database import ask
from app.records.bookings import latest_booking
from app.records.facts import case_facts
from app.records.reception_facts import citizens_of_day
from app.records.terms import office_calendar

_SHIFT = text("SELECT value -> 'shift' AS shift FROM installation WHERE key = 'clock'")


@dataclass(frozen=True, slots=True)
class Citizen:
    """One citizen of the day whose question concerns this body; numbers in the question are covered."""

    time: str
    name: str
    substance: str
    language: str
    this: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that the body has sent."""

    file_id: int
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Said:
    """What the body has answered already."""

    at: datetime
    late: bool
    by_link: bool
    refused: bool
    quality: str | None
    lines: Sequence[tuple[str, str]]
    """Keys of words and what was said."""


@dataclass(frozen=True, slots=True)
class BodyDesk:
    """Everything the page of a link shows beside its form."""

    kind: str
    office: Text
    phone: str
    body: Text
    number: str
    applicant: str
    question: str
    nature: str
    reception: Mapping[str, str]
    due_at: datetime | None
    remaining: Remaining | None
    term: Mapping[str, Any] | None
    remarks: str
    round: int
    citizens: Sequence[Citizen]
    said: Said | None
    papers: Sequence[Paper]
    draft_saved_at: datetime | None
    expires_at: datetime


def desk_of_link(session: Session, link: BodyLink, task: UserTask | None, language: str) -> BodyDesk:
    """The desk of a link that works. Of the applicant it holds the name and the question, of others nothing."""
    now = clock.now()
    case = session.get_one(Case, link.case_id)
    office = session.get_one(Office, link.office_id)
    body = session.get_one(StateBody, link.body_id)
    facts = case_facts(session, case.id, language, now)
    row = _row(session, link)
    due_at = row.due_at if isinstance(row, BodyPosition) else None
    central = row if isinstance(row, CentralRequest) else None
    return BodyDesk(
        kind="central" if central else "position",
        office=Text(office.name_kk, office.name_ru, office.name_en),
        phone=str(facts["office"]["phone"]),
        body=Text(body.name_kk, body.name_ru, body.name_en),
        number=case.number or "",
        applicant=str(facts["applicant"]["full_name"]),
        question=masked(central.question if central else str(facts["request"]["substance"])),
        nature=masked(str(facts["request"]["nature"])),
        reception=facts["reception"],
        due_at=due_at,
        remaining=remaining(due_at, now, office_calendar(session, office.id)) if due_at else None,
        term=task.term if task else None,
        remarks=(row.remarks or "") if isinstance(row, BodyPosition) else "",
        round=row.round if isinstance(row, BodyPosition) else 1,
        citizens=_citizens(session, link, language) if not central else (),
        said=_said(row),
        papers=_papers(session, link),
        draft_saved_at=link.draft_saved_at,
        expires_at=link.expires_at,
    )


def _row(session: Session, link: BodyLink) -> BodyPosition | CentralRequest:
    if "position_id" in link.item:
        return session.get_one(BodyPosition, link.item["position_id"])
    return session.get_one(CentralRequest, link.item["central_request_id"])


def _said(row: BodyPosition | CentralRequest) -> Said | None:
    if isinstance(row, CentralRequest):
        if row.answered_at is None:
            return None
        agreed = (("representative", row.representative), ("contact", row.contact), ("reason", row.refusal_reason))
        return Said(row.answered_at, False, row.link_id is not None, row.answer == "refused", None, _lines(agreed))
    if row.submitted_at is None:
        return None
    told = (("text", row.text), ("official", row.official), ("attendee", row.attendee), ("reason", row.refusal_reason))
    late = row.submitted_at > row.due_at
    return Said(row.submitted_at, late, row.link_id is not None, row.refused_at is not None, row.quality, _lines(told))


def _lines(told: Sequence[tuple[str, str | None]]) -> list[tuple[str, str]]:
    return [(key, value) for key, value in told if value]


def _citizens(session: Session, link: BodyLink, language: str) -> list[Citizen]:
    """Those booked for the day of the case whose questions this body was asked about (KST-S05.1)."""
    booking = latest_booking(session, link.case_id)
    if booking is None:
        return []
    day_id = session.get_one(Slot, booking.slot_id).day_id
    asked = select(BodyPosition.case_id).where(BodyPosition.body_id == link.body_id)
    numbers = set(
        session.scalars(
            select(Case.number)
            .join(Booking, Booking.case_id == Case.id)
            .join(Slot, Slot.id == Booking.slot_id)
            .where(Slot.day_id == day_id, Case.id.in_(asked))
        )
    )
    own = session.get_one(Case, link.case_id).number
    return [
        Citizen(row["time"], row["name"], masked(row["substance"]), row["language"], row["number"] == own)
        for row in citizens_of_day(session, day_id, language)
        if row["number"] in numbers
    ]


def _papers(session: Session, link: BodyLink) -> list[Paper]:
    rows = session.execute(
        select(File.id, File.name, File.size)
        .join(Document, Document.file_id == File.id)
        .where(File.link_id == link.id)
        .order_by(File.id)
    )
    return [Paper(row.id, row.name, max(1, round(row.size / 1024))) for row in rows]


def file_of_link(session: Session, link_id: int, file_id: int) -> File | None:
    """A file that this link has brought."""
    return session.scalars(select(File).where(File.id == file_id, File.link_id == link_id)).first()


def clock_shift() -> float:
    """Seconds by which a demo's business time is ahead; 0 elsewhere."""
    row = ask(_SHIFT, {})
    return float(row["shift"] or 0) if row else 0.0
