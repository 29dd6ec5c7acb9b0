"""Facts of a reception in words: the office, the day, who is received, what bodies have submitted."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.dates import format_date
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.texts import Text
from app.models import (
    Applicant,
    BodyPosition,
    Booking,
    Case,
    Office,
    Person,
    ReceptionDay,
    ReceptionRequest,
    ReminderCall,
    Slot,
)
from app.records.bookings import OFF_THE_LIST
from app.records.case_rows import CaseRows
from app.records.party import other_questions, party
from app.records.positions import open_round
from app.records.queue import queue_of_day
from app.records.reception_mode import mode_of, restriction_on
from app.records.telling import Teller

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


class RequestTeller(Teller):
    """Puts a request for a reception into words of one language."""

    def word(self, code: object) -> str:
        """What a code means, the code itself where there is no word for it."""
        found = _WORDS.get(str(code or ""))
        return found.in_(self.language) if found else str(code or "")

    def channel(self, code: str) -> str:
        """How a request came: the office's own name of a channel, else the usual word."""
        if code in _WORDS:
            return self.word(code)
        known = self.office.settings.get("reception", {}).get("channels", [])
        return next((worded(each["name"], self.language) for each in known if each["code"] == code), code)

    def hour(self, value: datetime) -> str:
        """A time of day on the office's clock."""
        return f"{value.astimezone(self.zone):%H:%M}"

    def names(self, body_ids: Iterable[Any]) -> str:
        """The names of bodies in one line."""
        return "; ".join(self.each_name(body_ids).values())

    def each_name(self, body_ids: Iterable[Any]) -> dict[int, str]:
        """The names of bodies by their ids, in the order of these."""
        wanted = sorted({int(each) for each in body_ids})
        self.meet(bodies=wanted)
        return {each: name for each in wanted if (name := self.body(each))}

    def central_body(self, chosen: object) -> str:
        """The central body of a request (KRG-20): chosen from the directory by its id, or written."""
        written = str(chosen or "")
        return self.names([written]) if written.isdigit() else written


def office_facts(teller: Teller) -> dict[str, str]:
    """The office's name and where it is reached."""
    contacts = teller.office.settings.get("contacts", {})
    return {
        "name": str(getattr(teller.office, f"name_{teller.language}") or teller.office.name_ru),
        "address": worded(contacts.get("address"), teller.language),
        "phone": worded(contacts.get("reception"), teller.language),
        "email": worded(contacts.get("email"), teller.language),
    }


def worded(value: Any, language: str) -> str:
    """A setting that is one word for everybody, or a table of languages, perhaps with a `value`."""
    if isinstance(value, Mapping):
        if "value" in value:
            return worded(value["value"], language)
        return str(value.get(language) or value.get("ru") or "")
    return str(value or "")


def reception_facts(teller: RequestTeller, rows: CaseRows) -> dict[str, str]:
    """When, where and by whom the applicant is received; empty texts before there is an appointment."""
    if rows.slot is None or rows.day is None:
        return dict.fromkeys(("date", "weekday", "time", "place", "official", "mode"), "")
    mode = mode_of(rows.day, rows.restriction, rows.answers)
    return {**_day(teller, rows.day, mode, place=rows.answers.get("place")), "time": teller.hour(rows.slot.starts_at)}


def _day(teller: RequestTeller, day: ReceptionDay, mode: str, *, place: object = None) -> dict[str, str]:
    official = teller.session.get_one(Person, day.official_id)
    return {
        "date": teller.day(day.day),
        "weekday": str(format_date(day.day, "EEEE", locale=teller.language)),
        "place": place_name(teller.office, place if day.ordinary is None else None, day, teller.language),
        "official": ", ".join(filter(None, (official.full_name, official.titled.in_(teller.language)))),
        "mode": teller.word(mode),
    }


def place_name(office: Office, code: Any, day: ReceptionDay, language: str) -> str:
    """The place of a reception in words: the chosen one of the office's places, else the day's own."""
    for place in office.settings.get("reception", {}).get("places", []):
        if code and place.get("code") == code:
            return worded(place.get("name"), language) or worded(place, language)
    return day.place.in_(language)


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
    teller = RequestTeller(session, office, language)
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


def last_call(session: Session, case_id: int) -> str:
    """What was noted at the last call to the applicant."""
    remarks = session.scalar(
        select(ReminderCall.remarks).where(ReminderCall.case_id == case_id).order_by(ReminderCall.id.desc()).limit(1)
    )
    return remarks or ""


def positions_of(teller: RequestTeller, case_id: int) -> list[dict[str, str]]:
    """What the bodies of the running round have submitted."""
    positions = open_round(teller.session, case_id)
    teller.meet(bodies=(each.body_id for each in positions))
    return [
        {
            "body": teller.body(each.body_id),
            "official": each.official or "",
            "text": _answer(teller, each),
            "submitted_at": teller.moment(each.submitted_at),
            "attendee": each.attendee or "",
            "late": teller.word("late") if each.submitted_at and each.submitted_at > each.due_at else "",
        }
        for each in positions
    ]


def _answer(teller: RequestTeller, position: BodyPosition) -> str:
    """The position, or that the body refused to take part and why."""
    if position.refused_at is None:
        return position.text or ""
    return f"{teller.word('refused')}: {position.refusal_reason or ''}"


def next_position_due(session: Session, case_id: int, zone: ZoneInfo) -> str:
    """The first moment by which a position that has not come is due, in words; "" when all have come."""
    waiting = [row.due_at for row in open_round(session, case_id) if row.submitted_at is None]
    return f"{min(waiting).astimezone(zone):%d.%m.%Y, %H:%M}" if waiting else ""


def day_facts(session: Session, day_id: int, language: str, now: datetime, *, made_by: str) -> dict[str, Any]:
    """What the list of persons of a reception day shows, keyed as in `case_facts`."""
    day = session.get_one(ReceptionDay, day_id)
    teller = RequestTeller(session, session.get_one(Office, day.office_id), language)
    mode = mode_of(day, restriction_on(session, day.office_id, day.day), {})
    return {
        "office": office_facts(teller),
        "reception": _day(teller, day, mode),
        "citizens": citizens_of_day(session, day_id, language),
        "made_on": teller.moment(now),
        "person": {"full_name": made_by},
    }
