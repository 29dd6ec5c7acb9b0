"""A request for a reception, as forms write it: what is asked, by whom, with whom, how it came."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from app.domain.notices import NEEDS
from app.domain.texts import Text
from app.models import Applicant, Person, ReceptionDay, ReceptionRequest, Slot
from app.records.answers import Answers
from app.records.bookings import active_booking
from app.records.party import problem as party_problem
from app.records.reception_mode import mode_refused
from app.records.terms import office_calendar, rule_on

OUTSIDE_HOURS: Final = Text(
    kk="Қабылдауға жазу жұмыс күндері, түскі үзілісті қоспағанда, жұмыс уақытында жүргізіледі ({clause}). "
    "Портал арқылы түскен өтінішті кез келген уақытта жазуға болады.",
    ru="Запись на приём ведётся в рабочие дни, в рабочее время с перерывом на обед ({clause}). Заявку с портала "
    "можно записать в любое время.",
    en="Booking is kept on working days in working hours outside the lunch break ({clause}). A request from the "
    "portal may be recorded at any time.",
)
IN_FUTURE: Final = Text(
    kk="Өтініш болашақ күні түскен бола алмайды.",
    ru="Заявка не могла поступить в будущем.",
    en="A request cannot have arrived in the future.",
)
NOT_REACHED_SO: Final = {
    "email": Text(
        kk="Осы тәсілмен хабарлау үшін электрондық поштасын жазыңыз.",
        ru="Чтобы известить так, укажите электронную почту.",
        en="Enter the e-mail address to tell the applicant in this way.",
    ),
    "phone": Text(
        kk="Осы тәсілмен хабарлау үшін телефон нөмірін жазыңыз.",
        ru="Чтобы известить так, укажите телефон.",
        en="Enter the telephone number to tell the applicant in this way.",
    ),
    "address": Text(
        kk="Осы тәсілмен хабарлау үшін пошта мекенжайын жазыңыз.",
        ru="Чтобы известить так, укажите почтовый адрес.",
        en="Enter the postal address to tell the applicant in this way.",
    ),
}
SUPERVISES: Final = Text("жетекшілік ететін орынбасар", "курирующий заместитель", "supervising deputy")
_INTERNAL: Final = ("paper", "hand", "oral", "call_centre")
_COLUMNS: Final = ("channel", "substance", "nature", "official_requested")


def save_request(answers: Answers) -> None:
    """What is asked, of whom, and how it came (`request.*`); what the records cannot take is refused."""
    given = answers.of("request")
    kept = {key: answers.variables[key] for key in ("reception_day_id", "mode") if answers.variables.get(key)}
    place = answers.of("booking").get("place")
    if not given and not kept and not place:
        return
    session, case = answers.session, answers.case
    _refuse_mode(answers, kept, given.get("vks_consent"))
    request = session.get(ReceptionRequest, case.id)
    if request is None:
        request = ReceptionRequest(
            case_id=case.id, office_id=answers.office_id, channel="", received_at=answers.now, answers={}
        )
        session.add(request)
    if "received_at" in given:
        request.received_at = _received(answers, given)
    for column in _COLUMNS:
        if column in given:
            setattr(request, column, given[column] or "")
    rest = {key: value for key, value in given.items() if key not in (*_COLUMNS, "received_at", "files")}
    request.answers = {**request.answers, **rest, **kept, **({"place": place} if place else {})}
    if given.get("supervising_deputy"):
        _invite_deputy(session, request)
    wrong = party_problem(request.answers) if "people" in given else None
    if wrong is not None:
        answers.refuse("request.people", wrong)
    _refuse_notice(answers, str(given.get("notice_by") or ""))
    if given.get("nature") or (given.get("substance") and not case.subject):
        case.subject = (request.nature or request.substance)[:300]
    answers.attach(given.get("files"), "attachment")


def _invite_deputy(session: Session, request: ReceptionRequest) -> None:
    """The supervising deputy who is needed is among the participants, once (KST-TASK-2.2)."""
    deputy = session.get_one(Person, int(request.answers["supervising_deputy"]))
    others = [each for each in request.answers.get("participants") or [] if each["full_name"] != deputy.full_name]
    his = {"full_name": deputy.full_name, "body": deputy.titled.ru or SUPERVISES.ru, "by_agreement": False}
    request.answers = {**request.answers, "participants": [*others, his]}


def _refuse_notice(answers: Answers, wish: str) -> None:
    """An applicant cannot be told by a way for which there is no address (KRG-31)."""
    needed = NEEDS.get(wish)
    applicant = (
        answers.session.get(Applicant, answers.case.applicant_id) if needed and answers.case.applicant_id else None
    )
    if needed and not (applicant and getattr(applicant, needed)):
        answers.refuse("request.notice_by", NOT_REACHED_SO[needed])


def _refuse_mode(answers: Answers, kept: Mapping[str, Any], consent: object) -> None:
    """In person under restrictions, by videoconference without consent: neither can be decided (BR-05, BR-06)."""
    if "mode" not in kept:
        return
    chosen = kept.get("reception_day_id") or _day_of(answers)
    day = answers.session.get(ReceptionDay, int(chosen)) if chosen else None
    why = mode_refused(answers.session, answers.office_id, answers.case.id, day, str(kept["mode"]), consent=consent)
    if why is not None:
        answers.refuse("mode", why)


def _day_of(answers: Answers) -> int | None:
    """The day of the appointment that the case has."""
    booking = active_booking(answers.session, answers.case.id)
    return answers.session.get_one(Slot, booking.slot_id).day_id if booking else None


def _received(answers: Answers, given: Mapping[str, Any]) -> datetime:
    received = answers.moment(given["received_at"]) or answers.now
    if received > answers.now:
        answers.refuse("request.received_at", IN_FUTURE)
    if given.get("channel") in _INTERNAL and not all(
        in_office_hours(answers.session, answers.office_id, moment) for moment in (received, answers.now)
    ):
        clause = rule_on(answers.session, answers.office_id, "reception.booking", answers.now).clause
        answers.refuse("request.received_at", OUTSIDE_HOURS.with_values(clause=clause))
    return received


def in_office_hours(session: Session, office_id: str, moment: datetime) -> bool:
    """Whether the office books at this moment: a working day, office hours, not lunch (KST-BOOK-1, KRG-4)."""
    calendar = office_calendar(session, office_id)
    here = calendar.local(moment)
    spans = calendar.hours_on(here.date()).spans
    return calendar.days.is_working(here.date()) and any(start <= here.time() <= end for start, end in spans)
