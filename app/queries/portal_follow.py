"""A filing as its citizen follows it: how it stands in plain words, what comes next and when, what she may do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.deadlines import compute
from app.domain.rules import parse_rule
from app.domain.terms import Roll
from app.domain.texts import Text
from app.models import (
    AppealLine,
    Applicant,
    Case,
    Office,
    Person,
    PortalFiling,
    PortalMessage,
    ReceptionDay,
    Reply,
    Slot,
    UserTask,
)
from app.queries.portal import Front, front_for
from app.records.appeal_terms import EXTENDED_RULE
from app.records.bookings import active_booking
from app.records.portal import PortalKind, kind_of
from app.records.terms import UnknownRuleError, office_calendar, rule_on
from app.records.withdrawals import withdrawal_heard
from app.records.zones import zone_of_office

MORNING: Final = 9
"""The hour at which a reminder leaves on the day of the term."""
_KNOWN: Final = frozenset(
    {
        *("answered", "explained", "registered_and_routed", "redirected", "withdrawn", "left_without_consideration"),
        *("refused", "not_a_reception_matter", "archived"),
    }
)
"""Outcomes that the portal has words of its own for."""


@dataclass(frozen=True, slots=True)
class TrackStep:
    """A stretch of the way: done, now or todo, with the day on which it began."""

    name: Text
    note: Text
    state: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Said:
    """A line of the talk between the office and her."""

    text: str
    at: datetime
    by_office: bool


@dataclass(frozen=True, slots=True)
class Appointment:
    """When and by whom she is received."""

    starts_at: datetime
    official: str
    position: Text


@dataclass(frozen=True, slots=True)
class Followed:
    """What the page of a talon shows. Of what she typed it repeats nothing but her name, covered.

    `state` names the sentence: received, running, late, asked, appointed, withdrawn, or ended_<outcome>; `reply` what
    the answer says: satisfied, partly, explained, refused, "" before there is one.
    """

    front: Front
    kind: PortalKind
    number: str
    filed_at: datetime
    who: str
    state: str
    reply: str
    closed_at: datetime | None
    withdrawn_at: datetime | None
    steps: Sequence[TrackStep]
    due_at: datetime | None
    due_on: datetime | None
    term: Text | None
    extended: bool
    appointment: Appointment | None
    talk: Sequence[Said]
    asked: Said | None
    may_write: bool
    may_withdraw: bool
    may_rate: bool
    may_be_reminded: bool
    reminder_at: datetime | None
    rating: int | None
    rating_words: str


def followed(session: Session, filing: PortalFiling, *, now: datetime) -> Followed:
    """How a filing stands at `now`."""
    office = session.get_one(Office, filing.office_id)
    case = session.get_one(Case, filing.case_id)
    kind = kind_of(office, filing.kind)
    if kind is None or filing.filed_at is None:
        raise LookupError(filing.kind)  # an office never forgets a kind that somebody has filed
    talk = _talk(session, filing)
    asked = talk[-1] if talk and talk[-1].by_office and case.closed_at is None else None
    steps, begun = _steps(session, case, kind)
    term = _term(session, filing, case, kind)
    appointment = _appointment(session, case)
    applicant = session.get(Applicant, case.applicant_id) if case.applicant_id else None
    due_at = term["due"] if term else None
    open_now = case.closed_at is None and filing.withdrawn_at is None
    late = bool(open_now and term and not term["answered"] and term["due"] < now)
    state = _state(filing, case, asked=asked, appointment=appointment, begun=begun, late=late)
    return Followed(
        front=front_for(office),
        kind=kind,
        number=filing.number or "",
        filed_at=filing.filed_at,
        who=covered_name(applicant.full_name if applicant else ""),
        state=state,
        reply=_reply(session, case) if case.closed_at is not None else "",
        closed_at=case.closed_at,
        withdrawn_at=filing.withdrawn_at,
        steps=steps,
        due_at=due_at if open_now else None,
        due_on=term["morning"] if term and open_now else None,
        term=term["explanation"] if term and open_now else None,
        extended=bool(term and open_now and term["extended"]),
        appointment=appointment,
        talk=talk,
        asked=asked,
        may_write=open_now,
        may_withdraw=bool(open_now and kind.withdraw and withdrawal_heard(session, case.id) == kind.withdraw),
        may_rate=case.closed_at is not None and case.status != "withdrawn",
        may_be_reminded=bool(
            open_now
            and term
            and term["morning"] > now
            and filing.reminder_at is None
            and applicant
            and (applicant.email or applicant.phone)
        ),
        reminder_at=filing.reminder_at,
        rating=filing.rating,
        rating_words=filing.rating_words,
    )


def covered_name(name: str) -> str:
    """«Досмағамбетов Ерлан» as «Д••••••• Е•••••••»: enough for her to know that it is hers."""
    return " ".join(f"{part[:1]}•••" for part in name.split()[:3])


def _state(
    filing: PortalFiling, case: Case, *, asked: Said | None, appointment: Appointment | None, begun: bool, late: bool
) -> str:
    if case.closed_at is not None:
        return f"ended_{case.status}" if case.status in _KNOWN else "ended_other"
    if filing.withdrawn_at is not None:
        return "withdrawn"
    if asked is not None:
        return "asked"
    if late:
        return "late"
    if appointment is not None:
        return "appointed"
    return "running" if begun else "received"


def _steps(session: Session, case: Case, kind: PortalKind) -> tuple[list[TrackStep], bool]:
    """The way so far and what lies ahead, and whether anybody has begun to work."""
    rows = session.execute(
        select(UserTask.element, func.min(UserTask.created_at).label("since"))
        .where(UserTask.case_id == case.id)
        .group_by(UserTask.element)
    )
    since = {row.element: row.since for row in rows}
    begins = [min((since[each] for each in step.elements if each in since), default=None) for step in kind.steps]
    reached = max((place for place, moment in enumerate(begins) if moment is not None), default=-1)
    over = case.closed_at is not None

    def state(place: int) -> str:
        if place < reached or (place == reached and over):
            return "done" if begins[place] is not None else "skipped"
        return "now" if place == reached else "todo"

    steps = [
        TrackStep(step.name, step.note, state(place), begins[place])
        for place, step in enumerate(kind.steps)
        if state(place) != "skipped" and not (over and state(place) == "todo")
    ]
    return steps, reached >= 0


def _term(session: Session, filing: PortalFiling, case: Case, kind: PortalKind) -> dict[str, Any] | None:
    """By when she is answered, as the lists of the office have it; before the registration as it is expected."""
    if not kind.term or filing.filed_at is None:
        return None
    zone = zone_of_office(case.office_id)
    known = select(AppealLine.due_at, AppealLine.term, AppealLine.answered_at).where(AppealLine.case_id == case.id)
    line = session.execute(known).first()
    if line is not None and line.due_at and line.term:
        told = _told(line.due_at, _plain(line.term), zone, answered=line.answered_at is not None)
        return {**told, "extended": line.term["rule"] == EXTENDED_RULE}
    try:
        rule = rule_on(session, case.office_id, kind.term, filing.filed_at)
    except UnknownRuleError:
        return None
    calendar = office_calendar(session, case.office_id)
    basis = Text(rule.basis_kk, rule.basis_ru, rule.basis_en)
    term = compute(parse_rule(rule.expression), filing.filed_at, calendar, roll=cast(Roll, rule.roll), basis=basis)
    return {**_told(term.due, term.explanation, zone), "extended": False}


def _told(due: datetime, explanation: Text, zone: ZoneInfo, *, answered: bool = False) -> dict[str, Any]:
    morning = due.astimezone(zone).replace(hour=MORNING, minute=0, second=0, microsecond=0)
    return {"due": due, "morning": morning, "explanation": explanation, "answered": answered}


def _plain(term: Mapping[str, Any]) -> Text:
    """The stored explanation without the clause, which is for the office."""
    said = {language: words.replace(f" ({term.get('clause')})", "") for language, words in term["explanation"].items()}
    return Text(said["kk"], said["ru"], said.get("en", ""))


def _reply(session: Session, case: Case) -> str:
    """What the newest answer to a closed appeal says."""
    newest = select(Reply.outcome).where(Reply.case_id == case.id).order_by(Reply.id.desc()).limit(1)
    return session.scalar(newest) or ""


def _appointment(session: Session, case: Case) -> Appointment | None:
    booking = active_booking(session, case.id) if case.kind == "personal_reception" else None
    if booking is None:
        return None
    slot = session.get_one(Slot, booking.slot_id)
    official = session.get_one(Person, session.get_one(ReceptionDay, slot.day_id).official_id)
    return Appointment(slot.starts_at, official.full_name, official.titled)


def _talk(session: Session, filing: PortalFiling) -> list[Said]:
    rows = session.scalars(select(PortalMessage).where(PortalMessage.filing_id == filing.id).order_by(PortalMessage.id))
    return [Said(row.text, row.written_at, row.written_by is not None) for row in rows]
