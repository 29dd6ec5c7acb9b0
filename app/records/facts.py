"""Facts of a case in words, as letters and documents show them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.dates import format_date
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.texts import Text
from app.models import (
    Applicant,
    Assignment,
    BodyPosition,
    Booking,
    Case,
    Office,
    Person,
    ReceptionDay,
    ReceptionRequest,
    ReminderCall,
    Slot,
    StateBody,
)
from app.records.appeal_facts import appeal_facts
from app.records.assignment_facts import appeal_number, control_line, monitoring_facts
from app.records.bookings import OFF_THE_LIST, latest_booking
from app.records.consultations import consultation_facts
from app.records.party import names_with, other_questions, party, people_of
from app.records.plan_events import event_facts
from app.records.positions import open_round
from app.records.queue import queue_of_day
from app.records.reception_mode import mode_of

_WORDS: Final[Mapping[str, Text]] = {
    "in_person": Text("жеке қатысу арқылы", "лично", "in person"),
    "videoconference": Text("бейнеконференцбайланыс арқылы", "по видеоконференцсвязи", "by videoconference"),
    "person": Text("жеке тұлға", "физическое лицо", "natural person"),
    "legal_entity": Text("заңды тұлға өкілі", "представитель юридического лица", "representative of a legal entity"),
    "representative": Text("басқа тұлғаның өкілі", "представитель другого лица", "representative of another person"),
    "egov": Text("«электрондық үкімет» порталы", "портал «электронного правительства»", "e-government portal"),
    "paper": Text("қағаз түрінде (Қазпошта)", "на бумаге (Казпочта)", "on paper (Kazpost)"),
    "hand": Text("қолма-қол", "нарочно", "by hand"),
    "kk": Text("қазақша", "казахский", "Kazakh"),
    "ru": Text("орысша", "русский", "Russian"),
    "appoint": Text("қабылдау күнін тағайындау", "назначить дату приёма", "appoint a date"),
    "refuse": Text("қабылдаудан бас тарту", "отказать в приёме", "refuse the reception"),
    "extend": Text("қарау мерзімін ұзарту", "продлить срок рассмотрения", "extend the term of consideration"),
    "refused": Text("қатысудан бас тартты", "отказ от участия", "refused to take part"),
    "late": Text("мерзімінен кеш", "позже срока", "after the term"),
    "": Text("", "", ""),
}


@dataclass(frozen=True, slots=True)
class _Teller:
    """Puts rows of an office into words of one language."""

    session: Session
    office: Office
    language: str
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.office.zone)

    def word(self, code: object) -> str:
        found = _WORDS.get(str(code or ""))
        return found.in_(self.language) if found else str(code or "")

    def channel(self, code: str) -> str:
        """How a request came: the office's own name of a channel, else the usual word."""
        if code in _WORDS:
            return self.word(code)
        known = self.office.settings.get("reception", {}).get("channels", [])
        return next((_said(each["name"], self.language) for each in known if each["code"] == code), code)

    def day(self, value: date | datetime | None) -> str:
        if value is None:
            return ""
        if isinstance(value, datetime):
            value = value.astimezone(self.zone).date()
        return f"{value:%d.%m.%Y}"

    def moment(self, value: datetime | None) -> str:
        return f"{value.astimezone(self.zone):%d.%m.%Y, %H:%M}" if value else ""

    def hour(self, value: datetime) -> str:
        return f"{value.astimezone(self.zone):%H:%M}"

    def names(self, body_ids: Sequence[Any]) -> str:
        return "; ".join(self.each_name(body_ids).values())

    def each_name(self, body_ids: Iterable[Any]) -> dict[int, str]:
        """The names of bodies by their ids, in the order of these."""
        wanted = {int(each) for each in body_ids}
        if not wanted:
            return {}
        bodies = self.session.scalars(select(StateBody).where(StateBody.id.in_(wanted)).order_by(StateBody.id))
        return {body.id: self.body(body) for body in bodies}

    def central_body(self, chosen: object) -> str:
        """The central body of a request (KRG-20): chosen from the directory by its id, or written."""
        written = str(chosen or "")
        return self.names([written]) if written.isdigit() else written

    def body(self, body: StateBody) -> str:
        return str(getattr(body, f"name_{self.language}") or body.name_ru)


def case_facts(
    session: Session, case_id: int, language: str, now: datetime, *, instance_id: int | None = None
) -> dict[str, Any]:
    """Everything a letter or document of this case may show, as nested words of `language`.

    Keys as listed in `letters/fields.toml` and `documents/fields.toml`; what is not known yet is an empty text or list.
    Of several refusals of bodies that of the process `instance_id` is told, else the latest.
    """
    case = session.get_one(Case, case_id)
    office = session.get_one(Office, case.office_id)
    teller = _Teller(session, office, language, now)
    request = session.get(ReceptionRequest, case_id)
    applicant = session.get(Applicant, case.applicant_id) if case.applicant_id else None
    answers = request.answers if request else {}
    return {
        "office": _office(teller),
        "applicant": _applicant(teller, applicant),
        "request": _request(teller, case, request),
        "reception": _reception(teller, case, answers),
        "refusal": _refusal(teller, answers.get("refusals") or {}, instance_id),
        "refusal_reason": answers.get("refusal_reason") or "",
        "people": [{"n": n, "name": name} for n, name in enumerate(names_with(answers), 1)],
        "other_questions": [{"n": n, "text": text} for n, text in enumerate(other_questions(answers), 1)],
        "missing": [{"n": n, "name": row["name"]} for n, row in enumerate(answers.get("missing") or [], 1)],
        "documents": [
            {"n": n, "name": row["name"], "quantity": row.get("quantity", "")}
            for n, row in enumerate(answers.get("documents") or [], 1)
        ],
        "collected": [
            {
                "source": row["source"],
                "content": row["content"],
                "received_on": teller.day(date.fromisoformat(str(row["received_on"])[:10])),
            }
            for row in answers.get("collected") or []
        ],
        "representatives": [_representative(teller, row) for row in answers.get("participants") or []],
        "citizens": citizens(session, case, language),
        "call": {"remarks": _last_call(session, case_id)},
        "positions": _positions(teller, case),
        "assignments": _assignments(teller, case),
        "monitoring": monitoring_facts(session, case_id, language),
        "protocol": _protocol(teller, case),
        "position_due": "",
        "remarks": "",
        "made_on": teller.moment(now),
        "person": {"full_name": ""},
        "link": "",
        **appeal_facts(session, case, language),
        **event_facts(session, case),
        **consultation_facts(session, case),
    }


def _office(teller: _Teller) -> dict[str, str]:
    contacts = teller.office.settings.get("contacts", {})
    return {
        "name": str(getattr(teller.office, f"name_{teller.language}") or teller.office.name_ru),
        "address": _said(contacts.get("address"), teller.language),
        "phone": _said(contacts.get("reception"), teller.language),
        "email": _said(contacts.get("email"), teller.language),
    }


def _said(value: Any, language: str) -> str:
    """A setting that is one word for everybody, or a table of languages, perhaps with a `value`."""
    if isinstance(value, Mapping):
        if "value" in value:
            return _said(value["value"], language)
        return str(value.get(language) or value.get("ru") or "")
    return str(value or "")


def _applicant(teller: _Teller, applicant: Applicant | None) -> dict[str, str]:
    if applicant is None:
        return dict.fromkeys(
            ("full_name", "kind", "represented_person", "iin", "address", "phone", "email", "language"), ""
        )
    return {
        "full_name": applicant.full_name,
        "kind": teller.word(applicant.kind),
        "represented_person": applicant.represented_person or "",
        "iin": applicant.iin or "",
        "address": applicant.address or "",
        "phone": applicant.phone or "",
        "email": applicant.email or "",
        "language": teller.word(applicant.language),
    }


def _request(teller: _Teller, case: Case, request: ReceptionRequest | None) -> dict[str, str]:
    answers = request.answers if request else {}
    words = {
        key: str(answers.get(key) or "")
        for key in (
            "earlier_reference",
            "information_requested",
            "brief_materials",
            "brief_analysis",
            "answer",
            "meeting_decision",
            "materials_note",
            "extension_conclusion",
            "extension_reason",
            "feedback_text",
            "units_involved",
        )
    }
    extended = str(answers.get("extended_until") or "")
    proposed = answers.get("proposed_day")
    day = teller.session.get(ReceptionDay, int(proposed)) if proposed else None
    return words | {
        "number": appeal_number(teller.session, case) or case.number or "",
        "received_at": teller.moment(request.received_at) if request else "",
        "registered_on": teller.day(request.registered_at) if request else "",
        "channel": teller.channel(request.channel) if request else "",
        "substance": request.substance if request else "",
        "nature": request.nature if request else "",
        "official_requested": request.official_requested if request else "",
        "competent_bodies": teller.names(answers.get("competent_bodies") or []),
        "central_body": teller.central_body(answers.get("central_body")),
        "proposal": teller.word(answers.get("proposal")),
        "proposed_day": teller.day(day.day) if day else "",
        "authority_document": str(answers.get("authority_document") or ""),
        "people_count": str(people_of(answers)),
        "extended_until": teller.day(date.fromisoformat(extended[:10])) if extended else "",
    }


def _refusal(teller: _Teller, refusals: Mapping[str, Mapping[str, Any]], instance_id: int | None) -> dict[str, str]:
    """A body's refusal to take part: whose, when it came, why (KRG-22)."""
    latest = max(refusals.values(), key=lambda each: str(each["at"]), default=None)
    told = refusals.get(str(instance_id), latest)
    if told is None:
        return dict.fromkeys(("body", "received_on", "reason"), "")
    received = datetime.fromisoformat(str(told["at"]))
    return {"body": teller.names([told["body"]]), "received_on": teller.day(received), "reason": str(told["reason"])}


def day_facts(session: Session, day_id: int, language: str, now: datetime, *, made_by: str) -> dict[str, Any]:
    """What the list of persons of a reception day shows, keyed as in `case_facts`."""
    day = session.get_one(ReceptionDay, day_id)
    teller = _Teller(session, session.get_one(Office, day.office_id), language, now)
    return {
        "office": _office(teller),
        "reception": _day(teller, day, {}),
        "citizens": citizens_of_day(session, day_id, language),
        "made_on": teller.moment(now),
        "person": {"full_name": made_by},
    }


def _reception(teller: _Teller, case: Case, answers: Mapping[str, Any]) -> dict[str, str]:
    booking = latest_booking(teller.session, case.id)
    if booking is None:
        return dict.fromkeys(("date", "weekday", "time", "place", "official", "mode"), "")
    slot = teller.session.get_one(Slot, booking.slot_id)
    day = teller.session.get_one(ReceptionDay, slot.day_id)
    return {**_day(teller, day, answers), "time": teller.hour(slot.starts_at)}


def _day(teller: _Teller, day: ReceptionDay, answers: Mapping[str, Any]) -> dict[str, str]:
    official = teller.session.get_one(Person, day.official_id)
    place = None if day.ordinary is not None else answers.get("place")
    return {
        "date": teller.day(day.day),
        "weekday": str(format_date(day.day, "EEEE", locale=teller.language)),
        "place": place_name(teller.office, place, day, teller.language),
        "official": ", ".join(filter(None, (official.full_name, official.titled.in_(teller.language)))),
        "mode": teller.word(mode_of(teller.session, day, answers)),
    }


def place_name(office: Office, code: Any, day: ReceptionDay, language: str) -> str:
    """The place of a reception in words: the chosen one of the office's places, else the day's own."""
    for place in office.settings.get("reception", {}).get("places", []):
        if code and place.get("code") == code:
            return _said(place.get("name"), language) or _said(place, language)
    return day.place.in_(language)


def _representative(teller: _Teller, row: Mapping[str, Any]) -> dict[str, str]:
    notes = {
        "kk": "келісім бойынша, расталмаған",
        "ru": "по согласованию, не подтверждено",
        "en": "by agreement, not confirmed",
    }
    unconfirmed = row.get("by_agreement") and not row.get("confirmed")
    return {
        "full_name": str(row.get("full_name", "")),
        "body": str(row.get("body", "")),
        "note": notes[teller.language] if unconfirmed else "",
    }


def citizens(session: Session, case: Case, language: str) -> list[dict[str, str]]:
    """Everybody booked for the day of this case, in the order of time (KST-S05.1)."""
    booking = latest_booking(session, case.id)
    if booking is None:
        return []
    day_id = session.get_one(Slot, booking.slot_id).day_id
    return citizens_of_day(session, day_id, language)


def citizens_of_day(session: Session, day_id: int, language: str) -> list[dict[str, str]]:
    """The list of persons of a reception day: number, time, name, request, bodies, language, place in the queue."""
    office = session.get_one(Office, session.get_one(ReceptionDay, day_id).office_id)
    places = queue_of_day(session, office, day_id)
    rows = session.execute(
        select(Slot.starts_at, Case, Applicant, ReceptionRequest)
        .join(Booking, Booking.slot_id == Slot.id)
        .join(Case, Case.id == Booking.case_id)
        .join(Applicant, Applicant.id == Case.applicant_id)
        .join(ReceptionRequest, ReceptionRequest.case_id == Case.id)
        .where(Slot.day_id == day_id, Booking.status.not_in(OFF_THE_LIST))
        .order_by(Slot.starts_at, Booking.seat)
    ).all()
    if not rows:
        return []
    teller = _Teller(session, office, language, rows[0][0])
    asked = {
        case.id: {int(each) for each in request.answers.get("competent_bodies") or []} for _, case, _, request in rows
    }
    bodies = teller.each_name(set().union(*asked.values()))
    found = []
    for number, (starts_at, case, applicant, request) in enumerate(rows, 1):
        found.append(
            {
                "n": str(number),
                "time": teller.hour(starts_at),
                "name": party(applicant, request.answers, language),
                "number": case.number or "",
                "registered_on": teller.day(request.registered_at),
                "substance": "; ".join((request.substance, *other_questions(request.answers))),
                "bodies": "; ".join(name for body, name in bodies.items() if body in asked[case.id]),
                "language": teller.word(applicant.language),
                "turn": str(places[case.id].number),
                "turn_reason": f"{places[case.id].told(teller.zone).in_(teller.language)} ({places[case.id].clause})",
            }
        )
    return found


def _last_call(session: Session, case_id: int) -> str:
    """What was noted at the last call to the applicant."""
    remarks = session.scalar(
        select(ReminderCall.remarks).where(ReminderCall.case_id == case_id).order_by(ReminderCall.id.desc()).limit(1)
    )
    return remarks or ""


def _positions(teller: _Teller, case: Case) -> list[dict[str, str]]:
    found = []
    for position in open_round(teller.session, case.id):
        body = teller.session.get_one(StateBody, position.body_id)
        found.append(
            {
                "body": teller.body(body),
                "official": position.official or "",
                "text": _answer(teller, position),
                "submitted_at": teller.moment(position.submitted_at),
                "attendee": position.attendee or "",
                "late": teller.word("late")
                if position.submitted_at and position.submitted_at > position.due_at
                else "",
            }
        )
    return found


def _answer(teller: _Teller, position: BodyPosition) -> str:
    """The position, or that the body refused to take part and why."""
    if position.refused_at is None:
        return position.text or ""
    return f"{teller.word('refused')}: {position.refusal_reason or ''}"


def next_position_due(session: Session, case_id: int, zone: ZoneInfo) -> str:
    """The first moment by which a position that has not come is due, in words; "" when all have come."""
    waiting = [row.due_at for row in open_round(session, case_id) if row.submitted_at is None]
    return f"{min(waiting).astimezone(zone):%d.%m.%Y, %H:%M}" if waiting else ""


def _assignments(teller: _Teller, case: Case) -> list[dict[str, str]]:
    rows = teller.session.scalars(select(Assignment).where(Assignment.case_id == case.id).order_by(Assignment.number))
    return [
        {
            "n": str(row.number),
            "text": row.text,
            "executor": teller.body(teller.session.get_one(StateBody, row.body_id)),
            "due": teller.day(row.due_on),
            "state": control_line(row, teller.language),
        }
        for row in rows
    ]


def _protocol(teller: _Teller, case: Case) -> dict[str, str]:
    row = teller.session.scalars(
        select(Assignment)
        .where(Assignment.case_id == case.id, Assignment.protocol.is_not(None))
        .order_by(Assignment.number)
    ).first()
    request = teller.session.get(ReceptionRequest, case.id)
    answers = request.answers if request else {}
    return {
        "number": (row.protocol if row else None) or str(answers.get("protocol_number") or ""),
        "date": str(answers.get("protocol_date") or teller.day(teller.now)),
    }
