"""The day itself: the queue with its reasons, the list of persons on paper, the calls of step 7."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.queue import Category, Place, Visitor, build_queue
from app.domain.texts import Text
from app.models import Office, Person, RoleGrant
from app.models.database import reading
from app.queries.reception import DayHead, booked_cases, day_head
from app.queries.reception_rows import Call, CaseRows, Task, Timer, case_rows
from app.records.queue import priority_categories, queue_of_day, turn_clause
from app.records.terms import office_calendar

ACCOUNTABLE: Final = ("dept_head", "reception_coordinator")
_TURNED_BACK: Final = text(
    """
    SELECT count(DISTINCT booking.case_id) FROM booking JOIN slot ON slot.id = booking.slot_id
    WHERE slot.day_id = :day AND booking.office_id = :office AND booking.status = 'withdrawn'
    """
)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A person of the day at her place; `status` is that of the booking, `came_at` when she was checked in.

    `check_in` and `conduct` are the open tasks at the door and in the room, `protocol` the one after it; `inside` says
    that the official has taken her case.
    """

    number: int
    reason: Text
    clause: str
    priority: bool
    case_id: int
    case_number: str | None
    applicant: str
    represented: str | None
    subject: str
    language: str
    starts_at: datetime | None
    registered_at: datetime | None
    status: str
    came_at: datetime | None
    check_in: int | None
    conduct: int | None
    inside: bool
    bodies: Sequence[Text]
    protocol: Task | None


@dataclass(frozen=True, slots=True)
class Room:
    """The day view: everybody in order, who is inside, who has come and waits for her turn, and the counts."""

    head: DayHead
    rows: Sequence[QueueRow]
    inside: QueueRow | None
    waiting: Sequence[QueueRow]
    received: int
    expected: int
    missed: int
    withdrawn: int


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """A line of the printed list (KST-S04.1); `bodies` are those invited, `turn` is the place in the queue and `reason`
    explains it.
    """

    number: int
    starts_at: datetime | None
    applicant: str
    represented: str | None
    people: int
    names: Sequence[str]
    other_questions: Sequence[str]
    case_number: str | None
    registered_at: datetime | None
    subject: str
    bodies: Sequence[Text]
    language: str
    turn: int
    reason: Text
    clause: str


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs the list, by role."""

    role: Text
    full_name: str


@dataclass(frozen=True, slots=True)
class PersonList:
    """The printed list of a day."""

    head: DayHead
    office: Text
    rows: Sequence[ListedPerson]
    signatures: Sequence[Signature]
    made_at: datetime


@dataclass(frozen=True, slots=True)
class CallRow:
    """A person to be called: `state` is now, again, rebook, coming, early or done.

    `next_at` is when the call (again) appears, `task_id` the task in which it is recorded.
    """

    case_id: int
    case_number: str | None
    applicant: str
    phone: str | None
    language: str
    starts_at: datetime | None
    state: str
    next_at: datetime | None
    task_id: int | None
    attempts: Sequence[Call]


@dataclass(frozen=True, slots=True)
class CallList:
    """The calls of a day, the urgent ones first."""

    head: DayHead
    rows: Sequence[CallRow]
    to_call: int


def room(office_id: str, day_id: int) -> Room | None:
    """The queue of a day (KST-PRIO); None when the office has no such day."""
    with reading() as session:
        head = day_head(session, office_id, day_id)
        if head is None:
            return None
        cases = case_rows(session, office_id, booked_cases(session, office_id, day_id), day_id=day_id)
        office = session.get_one(Office, office_id)
        withdrawn = session.scalar(_TURNED_BACK, {"day": day_id, "office": office_id}) or 0
    rows = _queue(cases, priority_categories(office), turn_clause(office))
    standing = [row for row in rows if row.status == "arrived"]
    inside = next((row for row in standing if row.inside), None)
    return Room(
        head=head,
        rows=rows,
        inside=inside,
        waiting=[row for row in standing if row is not inside],
        received=sum(row.status == "received" for row in rows),
        expected=sum(row.status in ("booked", "confirmed") for row in rows),
        missed=sum(row.status == "missed" for row in rows),
        withdrawn=withdrawn,
    )


def person_list(office_id: str, day_id: int) -> PersonList | None:
    """The list of persons to be received, by time; None when the office has no such day."""
    with reading() as session:
        head = day_head(session, office_id, day_id)
        if head is None:
            return None
        cases = case_rows(session, office_id, booked_cases(session, office_id, day_id), day_id=day_id)
        office = session.get_one(Office, office_id)
        signatures = _signatures(session, office)
        places = queue_of_day(session, office, day_id)
        zone = office_calendar(session, office_id).zone
    return PersonList(
        head=head,
        office=Text(office.name_kk, office.name_ru, office.name_en),
        rows=[_listed(number, case, places[case.case_id], zone) for number, case in enumerate(cases, 1)],
        signatures=signatures,
        made_at=clock.now(),
    )


def call_list(office_id: str, day_id: int) -> CallList | None:
    """Who is to be called before the day (KST-S07.1); None when the office has no such day."""
    order = {"now": 0, "rebook": 1, "again": 2, "coming": 3, "early": 4, "done": 5}
    with reading() as session:
        head = day_head(session, office_id, day_id)
        if head is None:
            return None
        cases = case_rows(session, office_id, booked_cases(session, office_id, day_id), day_id=day_id)
    rows = sorted((call_row(case) for case in cases), key=lambda row: order[row.state])
    return CallList(head, rows, sum(row.state == "now" for row in rows))


def _text(table: Mapping[str, str]) -> Text:
    return Text(table["kk"], table["ru"], table.get("en", ""))


def _queue(cases: Sequence[CaseRows], categories: Mapping[str, Category], clause: str) -> list[QueueRow]:
    by_id = {case.case_id: case for case in cases}
    visitors = [
        Visitor(case.case_id, case.registered_at or case.booked_at or case.opened_at, case.priority_category)
        for case in cases
    ]
    found = []
    for place in build_queue(visitors, categories, turn_clause=clause):
        case = by_id[place.visitor.key]
        check_in, conduct = case.open_task("check_in"), case.open_task("conduct_reception", "conduct_akim_reception")
        found.append(
            QueueRow(
                number=place.number,
                reason=place.reason,
                clause=place.clause,
                priority=place.priority,
                case_id=case.case_id,
                case_number=case.number,
                applicant=case.applicant,
                represented=case.represented,
                subject=case.subject,
                language=case.language,
                starts_at=case.starts_at,
                registered_at=case.registered_at,
                status=case.booking_status,
                came_at=_came_at(case),
                check_in=check_in.id if check_in else None,
                conduct=conduct.id if conduct else None,
                inside=bool(conduct and conduct.assignee_id),
                bodies=[position.body for position in case.positions],
                protocol=case.open_task("issue_protocol"),
            )
        )
    return found


def _came_at(case: CaseRows) -> datetime | None:
    if case.booking_status not in ("arrived", "received"):
        return None
    if case.came_at is not None:
        return case.came_at
    marks = [task.ended_at for task in case.tasks if task.element == "check_in" and task.ended_at]
    return max(marks, default=None)


def _listed(number: int, case: CaseRows, place: Place, zone: tzinfo) -> ListedPerson:
    return ListedPerson(
        number=number,
        starts_at=case.starts_at,
        applicant=case.applicant,
        represented=case.represented,
        people=case.people,
        names=case.names,
        other_questions=case.other_questions,
        case_number=case.number,
        registered_at=case.registered_at,
        subject=case.substance or case.subject,
        bodies=[position.body for position in case.positions],
        language=case.language,
        turn=place.number,
        reason=place.told(zone),
        clause=place.clause,
    )


def _signatures(session: Session, office: Office) -> list[Signature]:
    today = office_calendar(session, office.id).local(clock.now()).date()
    names = {each["code"]: _text(each["name"]) for each in office.settings.get("roles", [])}
    found = []
    for role in ACCOUNTABLE:
        holder = _holder(session, office.id, role, today)
        if holder is not None and role in names:
            found.append(Signature(names[role], holder))
    return found


def _holder(session: Session, office_id: str, role: str, today: date) -> str | None:
    return session.scalar(
        select(Person.full_name)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            RoleGrant.office_id == office_id,
            RoleGrant.role == role,
            RoleGrant.valid_from <= today,
            (RoleGrant.valid_to.is_(None)) | (RoleGrant.valid_to >= today),
            Person.active,
        )
        .order_by(RoleGrant.valid_from, Person.id)
        .limit(1)
    )


def call_row(case: CaseRows) -> CallRow:
    """How the call to an applicant stands."""
    state, next_at, task_id = _call_state(case)
    return CallRow(
        case_id=case.case_id,
        case_number=case.number,
        applicant=case.applicant,
        phone=case.phone,
        language=case.language,
        starts_at=case.starts_at,
        state=state,
        next_at=next_at,
        task_id=task_id,
        attempts=case.calls,
    )


def _call_state(case: CaseRows) -> tuple[str, datetime | None, int | None]:
    asked = case.open_task("confirm_attendance")
    if asked is not None:
        return "now", asked.due_at, asked.id
    rebook = case.open_task("rebook")
    if rebook is not None:
        return "rebook", None, rebook.id
    again, coming = _timer(case, "call_again"), _timer(case, "call_day")
    if again is not None:
        return "again", again.due_at, None
    if coming is not None:
        return "coming", coming.due_at, None
    called = any(task.element == "confirm_attendance" and not task.open for task in case.tasks)
    return ("done" if called else "early"), None, None


def _timer(case: CaseRows, element: str) -> Timer | None:
    return next((timer for timer in case.timers if timer.element == element), None)
