"""What people answer in forms, written into the records of the case (`record:` paths of form fields)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.errors import AutomationError
from app.domain.names import sort_key
from app.domain.notices import NEEDS
from app.domain.texts import Text
from app.models import (
    Applicant,
    Assignment,
    BodyPosition,
    Case,
    CentralRequest,
    Office,
    Person,
    ReceptionDay,
    ReceptionRequest,
    ReminderCall,
    Slot,
    StateBody,
)
from app.records.appeal_turns import save_turn
from app.records.appeals import save_appeal
from app.records.assignments import save_assignment, working_days_after
from app.records.bookings import SlotClosedError, SlotTakenError, active_booking, book, end_booking, latest_booking
from app.records.consideration import save_consideration
from app.records.consultations import save_consultation
from app.records.files import attach
from app.records.grievances import save_grievance
from app.records.incoming_documents import save_incoming
from app.records.kazpost import save_delivery
from app.records.party import problem as party_problem
from app.records.plan_events import save_plan_event
from app.records.reception_mode import mode_refused
from app.records.replies import save_reply
from app.records.reply_reviews import save_review
from app.records.terms import office_calendar, rule_on


class RecordsRefusedError(AutomationError):
    """Answers that the records refuse: a sentence for each record path."""

    status = 422

    def __init__(self, errors: Mapping[str, Text]) -> None:
        super().__init__()
        self.errors = dict(errors)


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
NOT_EXECUTED: Final = Text(
    kk="№ {n} тапсырманың орындалған күнін көрсетіңіз немесе барлығы орындалған жоқ деп жауап беріңіз.",
    ru="Укажите, когда исполнено поручение № {n}, или ответьте, что исполнены не все.",
    en="Enter when assignment no. {n} was executed, or answer that not all are executed.",
)
NO_MARK: Final = Text(
    kk="№ {n} тапсырманың орындалу сапасын белгілеңіз.",
    ru="Отметьте качество исполнения поручения № {n}.",
    en="Mark the quality of execution of assignment no. {n}.",
)
EXECUTED_IN_FUTURE: Final = Text(
    kk="№ {n} тапсырма болашақ күні орындала алмайды.",
    ru="Поручение № {n} не могло быть исполнено в будущем.",
    en="Assignment no. {n} cannot have been executed in the future.",
)
_INTERNAL: Final = ("paper", "hand", "oral", "call_centre")
_COLUMNS: Final = ("channel", "substance", "nature", "official_requested")
_APPLICANT: Final = ("kind", "full_name", "iin", "phone", "email", "address", "language", "represented_person")


@dataclass(frozen=True, slots=True)
class Answers:
    """One completed form: the records it fills, the variables it sets, and who answered when about which item."""

    session: Session
    office_id: str
    case: Case
    records: Mapping[str, Any]
    variables: Mapping[str, Any]
    item: Mapping[str, Any]
    by: int | None
    now: datetime
    link_id: int | None = None

    def of(self, record: str) -> dict[str, Any]:
        """The answers to one record: `{"phone": …}` for "applicant"."""
        start = record + "."
        return {path[len(start) :]: value for path, value in self.records.items() if path.startswith(start)}

    def moment(self, value: Any) -> datetime | None:
        """A typed date or moment (ISO; naive means the office's wall clock; a date means now on that day)."""
        if not value:
            return None
        zone = ZoneInfo(self.session.get_one(Office, self.office_id).zone)
        if len(str(value)) == 10:
            return datetime.combine(date.fromisoformat(value), self.now.astimezone(zone).time(), zone)
        parsed = datetime.fromisoformat(str(value))
        return parsed if parsed.tzinfo else parsed.replace(tzinfo=zone)


def save_answers(
    session: Session,
    *,
    office_id: str,
    case_id: int | None,
    records: Mapping[str, Any],
    variables: Mapping[str, Any],
    item: Mapping[str, Any] | None,
    by: int | None,
    now: datetime,
    link_id: int | None = None,
) -> None:
    """Write the answers of one form; raises `RecordsRefusedError`, and then nothing that was written lasts.

    A person (`by`) gave them, or a state body by its link (`link_id`).
    """
    if case_id is None:
        return
    case = session.get_one(Case, case_id)
    answers = Answers(session, office_id, case, records, variables, item or {}, by, now, link_id)
    for save in _SAVERS:
        save(answers)
    session.flush()


def _save_applicant(answers: Answers) -> None:
    given = {key: value or None for key, value in answers.of("applicant").items() if key in _APPLICANT}
    if not given:
        return
    case = answers.case
    applicant = answers.session.get(Applicant, case.applicant_id) if case.applicant_id else None
    if applicant is None:
        applicant = Applicant(
            office_id=answers.office_id, kind="person", full_name="", sort_key="", language=case.language
        )
        answers.session.add(applicant)
    for key, value in given.items():
        setattr(applicant, key, value)
    applicant.sort_key = sort_key(applicant.full_name)
    case.language = applicant.language
    answers.session.flush()
    case.applicant_id = applicant.id


def _save_request(answers: Answers) -> None:
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
        raise RecordsRefusedError({"request.people": wrong})
    _refuse_notice(answers, str(given.get("notice_by") or ""))
    if given.get("nature") or (given.get("substance") and not case.subject):
        case.subject = (request.nature or request.substance)[:300]
    if given.get("files"):
        _attach(answers, given["files"], kind="attachment")


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
        raise RecordsRefusedError({"request.notice_by": NOT_REACHED_SO[needed]})


def _refuse_mode(answers: Answers, kept: Mapping[str, Any], consent: object) -> None:
    """In person under restrictions, by videoconference without consent: neither can be decided (BR-05, BR-06)."""
    if "mode" not in kept:
        return
    chosen = kept.get("reception_day_id") or _day_of(answers)
    day = answers.session.get(ReceptionDay, int(chosen)) if chosen else None
    why = mode_refused(answers.session, answers.office_id, answers.case.id, day, str(kept["mode"]), consent=consent)
    if why is not None:
        raise RecordsRefusedError({"mode": why})


def _day_of(answers: Answers) -> int | None:
    """The day of the appointment that the case has."""
    booking = active_booking(answers.session, answers.case.id)
    return answers.session.get_one(Slot, booking.slot_id).day_id if booking else None


def _save_consideration(answers: Answers) -> None:
    """What the rules of consideration demand of these answers."""

    def refuse(path: str, sentence: Text) -> None:
        raise RecordsRefusedError({path: sentence})

    save_consideration(answers, refuse)


def _received(answers: Answers, given: Mapping[str, Any]) -> datetime:
    received = answers.moment(given["received_at"]) or answers.now
    if received > answers.now:
        raise RecordsRefusedError({"request.received_at": IN_FUTURE})
    if given.get("channel") in _INTERNAL and not all(
        in_office_hours(answers.session, answers.office_id, moment) for moment in (received, answers.now)
    ):
        clause = rule_on(answers.session, answers.office_id, "reception.booking", answers.now).clause
        raise RecordsRefusedError({"request.received_at": OUTSIDE_HOURS.with_values(clause=clause)})
    return received


def in_office_hours(session: Session, office_id: str, moment: datetime) -> bool:
    """Whether the office books at this moment: a working day, office hours, not lunch (KST-BOOK-1, KRG-4)."""
    calendar = office_calendar(session, office_id)
    here = calendar.local(moment)
    spans = calendar.hours_on(here.date()).spans
    return calendar.days.is_working(here.date()) and any(start <= here.time() <= end for start, end in spans)


def _save_booking(answers: Answers) -> None:
    slot = answers.of("booking").get("slot")
    category = answers.variables.get("priority_category")
    if slot:
        try:
            book(
                answers.session,
                office_id=answers.office_id,
                case_id=answers.case.id,
                slot_id=int(slot),
                now=answers.now,
                priority_category=_category(answers),
            )
        except (SlotTakenError, SlotClosedError) as refused:
            raise RecordsRefusedError({"booking.slot": refused.text}) from refused
    elif "came" in answers.variables:
        booking = active_booking(answers.session, answers.case.id)
        if booking is not None:
            booking.priority_category = category or booking.priority_category
            if answers.variables["came"] == "yes":
                booking.status = "arrived"
            else:
                end_booking(answers.session, answers.case.id, status="missed", now=answers.now)
    elif category:
        _remember(answers, {"priority_category": category})
    if answers.variables.get("attendance") == "confirmed":
        booking = active_booking(answers.session, answers.case.id)
        if booking is not None:
            booking.status = "confirmed"
    if answers.variables.get("exhaustive"):
        end_booking(answers.session, answers.case.id, status="received", now=answers.now)


def _category(answers: Answers) -> str | None:
    request = answers.session.get(ReceptionRequest, answers.case.id)
    found = (request.answers if request else {}).get("priority_category")
    return str(found) if found else None


def _remember(answers: Answers, more: Mapping[str, Any]) -> None:
    request = answers.session.get(ReceptionRequest, answers.case.id)
    if request is not None:
        request.answers = {**request.answers, **more}


def _save_call(answers: Answers) -> None:
    given = answers.of("call")
    if not given:
        return
    booking = latest_booking(answers.session, answers.case.id)
    outcome = answers.variables.get("attendance") or answers.variables.get("missed_outcome") or ""
    answers.session.add(
        ReminderCall(
            office_id=answers.office_id,
            case_id=answers.case.id,
            booking_id=booking.id if booking else None,
            called_at=answers.moment(given.get("called_at")) or answers.now,
            called_by=answers.by,
            outcome=str(outcome),
            remarks=given.get("remarks") or "",
        )
    )


def _save_position(answers: Answers) -> None:
    given = answers.of("position")
    quality = answers.variables.get("materials_quality")
    if quality:
        _judge_positions(answers, str(quality), given)
        return
    if not given or "position_id" not in answers.item:
        return
    position = answers.session.get_one(BodyPosition, answers.item["position_id"])
    refused = bool(answers.variables.get("position_refused"))
    for name in ("text", "official", "attends", "attendee", "refusal_reason"):
        setattr(position, name, given.get(name) or None)
    position.submitted_at = answers.moment(given.get("submitted_at")) or answers.now
    position.refused_at = position.submitted_at if refused else None
    position.recorded_by, position.link_id = answers.by, answers.link_id
    if given.get("files"):
        _attach(answers, given["files"], kind="position")


def _save_central(answers: Answers) -> None:
    """The answer of a central body, or what was arranged with it (KRG-20)."""
    given = answers.of("central")
    if not given or "central_request_id" not in answers.item:
        return
    row = answers.session.get_one(CentralRequest, answers.item["central_request_id"])
    if "arranged" in given:
        row.arranged = given["arranged"]
        return
    row.answer = str(answers.variables["central_answer"])
    for name in ("representative", "contact", "refusal_reason"):
        setattr(row, name, given.get(name) or None)
    row.answered_at = answers.moment(given.get("answered_at")) or answers.now
    row.recorded_by, row.link_id = answers.by, answers.link_id
    if given.get("files"):
        _attach(answers, given["files"], kind="central_answer")


def _judge_positions(answers: Answers, quality: str, given: Mapping[str, Any]) -> None:
    """Step 6: the Department's mark on every position of the round (KST-S06.1)."""
    poor = {int(position) for position in answers.variables.get("poor_positions") or ()}
    for position in open_round(answers.session, answers.case.id):
        if quality == "poor" and position.id in poor:
            marks = given.get("quality") or []
            position.quality = ",".join(marks) if isinstance(marks, list) else str(marks)
            position.remarks = given.get("remarks")
        elif position.quality is None:
            position.quality = "good"


def open_round(session: Session, case_id: int) -> list[BodyPosition]:
    """The latest position of each body of the case, by body name."""
    rows = session.scalars(
        select(BodyPosition)
        .join(StateBody, StateBody.id == BodyPosition.body_id)
        .where(BodyPosition.case_id == case_id)
        .order_by(BodyPosition.body_id, BodyPosition.round)
    )
    latest = {row.body_id: row for row in rows}
    return sorted(latest.values(), key=lambda row: row.id)


def _save_assignments(answers: Answers) -> None:
    """Steps 10 and 11 write the assignments, step 12 marks them (KST-S11, KST-S12)."""
    if "protocol.assignments" not in answers.records:
        if answers.variables.get("has_assignments") == "no":
            _replace_assignments(answers, [])
        return
    given = answers.records["protocol.assignments"] or []
    known = list(
        answers.session.scalars(
            select(Assignment).where(Assignment.case_id == answers.case.id).order_by(Assignment.number)
        )
    )
    if known and known[0].protocol is not None:
        _mark_assignments(answers, known, given)
    else:
        _replace_assignments(answers, given)


def _replace_assignments(answers: Answers, given: list[Mapping[str, Any]]) -> None:
    for earlier in answers.session.scalars(
        select(Assignment).where(Assignment.case_id == answers.case.id, Assignment.protocol.is_(None))
    ):
        answers.session.delete(earlier)
    answers.session.flush()
    for number, row in enumerate(given, 1):
        answers.session.add(
            Assignment(
                office_id=answers.office_id,
                case_id=answers.case.id,
                number=number,
                text=row["text"],
                body_id=int(row["executor"]),
                due_on=date.fromisoformat(str(row["due"])[:10]),
                given_at=answers.now,
            )
        )


def _mark_assignments(answers: Answers, known: list[Assignment], given: list[Mapping[str, Any]]) -> None:
    """Step 12: when each assignment was carried out, how well and whether in time (KST-S12)."""
    calendar = office_calendar(answers.session, answers.office_id)
    today = calendar.local(answers.now).date()
    all_executed = answers.variables.get("all_executed") == "yes"
    for assignment, row in zip(known, given, strict=False):
        executed = row.get("executed_on")
        assignment.executed_on = date.fromisoformat(str(executed)[:10]) if executed else None
        assignment.quality = row.get("quality") or None
        assignment.remarks = row.get("remarks") or ""
        assignment.late_days = None
        assignment.timeliness = None
        assignment.state = "executed" if assignment.executed_on else "under_control"
        if assignment.executed_on is not None:
            assignment.late_days = working_days_after(assignment.due_on, assignment.executed_on, calendar)
            assignment.timeliness = "late" if assignment.executed_on > assignment.due_on else "in_time"
    wrong = next((said for each in known if (said := _fault(each, today, all_executed=all_executed))), None)
    if wrong is not None:
        raise RecordsRefusedError({"protocol.assignments": wrong})


def _fault(assignment: Assignment, today: date, *, all_executed: bool) -> Text | None:
    if assignment.executed_on is None:
        return NOT_EXECUTED.with_values(n=assignment.number) if all_executed else None
    if assignment.executed_on > today:
        return EXECUTED_IN_FUTURE.with_values(n=assignment.number)
    return None if assignment.quality else NO_MARK.with_values(n=assignment.number)


def _save_one_assignment(answers: Answers) -> None:
    """What is said about one assignment that is under control on its own (PA-02 … PA-10)."""
    save_assignment(answers, _refuse)
    files = answers.of("assignment").get("files") or answers.of("contribution").get("files")
    if files:
        _attach(answers, files, kind="assignment_report")


def _save_appeal(answers: Answers) -> None:
    """What is said about an appeal, its card or a delivery of Kazpost (AP-01 … AP-14, KZ-01 … KZ-04)."""
    save_appeal(answers, _refuse)
    save_delivery(answers, _refuse)
    files = answers.records.get("appeal.files")
    if files:
        _attach(answers, files, kind="attachment")


def _save_reply(answers: Answers) -> None:
    """What is said about a reply (RP-01 … RP-09), the consideration of an appeal, the review of a reply (QR)."""
    save_reply(answers, _refuse)
    save_turn(answers, _refuse)
    save_review(answers, _refuse)


def _save_incoming(answers: Answers) -> None:
    """What is said about a document of a journal of incoming documents (SK-01 … SK-09, RB-01 … RB-06)."""
    save_incoming(answers, _refuse)


def _save_utility(answers: Answers) -> None:
    """What is said about a complaint, an event of the plan, a consultation (KG-01 … KG-07, KE-01 … KE-03, KC-01)."""
    save_grievance(answers, _refuse)
    save_plan_event(answers)
    save_consultation(answers)
    for path, kind in (("event.files", "evidence"), ("department.files", "result")):
        if files := answers.records.get(path):
            _attach(answers, files, kind=kind)


def _refuse(path: str, sentence: Text) -> None:
    raise RecordsRefusedError({path: sentence})


def _attach(answers: Answers, file_ids: Any, *, kind: str) -> None:
    attach(
        answers.session,
        [int(each) for each in file_ids],
        office_id=answers.office_id,
        case_id=answers.case.id,
        kind=kind,
        element=None,
        now=answers.now,
        by=answers.by,
    )


_SAVERS: Final[tuple[Callable[[Answers], None], ...]] = (
    _save_applicant,
    _save_request,
    _save_consideration,
    _save_booking,
    _save_call,
    _save_position,
    _save_central,
    _save_assignments,
    _save_one_assignment,
    _save_appeal,
    _save_reply,
    _save_utility,
    _save_incoming,
)
