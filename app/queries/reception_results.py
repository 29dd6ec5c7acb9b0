"""What is typed in for a reception day: each visitor with what can still be recorded and what the office offers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.texts import Text
from app.forms.choices import Choice
from app.models import Office
from app.models.database import reading
from app.queries.choices import choices_for
from app.queries.reception import DayHead, booked_cases, day_head
from app.queries.reception_rows import CaseRows, case_rows
from app.records.queue import priority_categories


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A visitor: `state` is early (not yet the day), come (to be checked in), inside (to be received) or done."""

    number: int
    case_id: int
    case_number: str | None
    applicant: str
    represented: str | None
    phone: str | None
    subject: str
    language: str
    starts_at: datetime | None
    status: str
    state: str
    came_at: datetime | None
    began_at: datetime | None
    finished_at: datetime | None
    priority_category: str | None
    bodies: Sequence[Text]


@dataclass(frozen=True, slots=True)
class Results:
    """The day with its visitors by time; `left` counts those of whom something is still to be recorded."""

    head: DayHead
    office: Text
    rows: Sequence[ResultRow]
    categories: Mapping[str, Text]
    executors: Sequence[Choice]
    left: int


def results(office_id: str, day_id: int) -> Results | None:
    """The visitors of a day for the sheet of paper and for typing it in; None when the office has no such day."""
    with reading() as session:
        head = day_head(session, office_id, day_id)
        if head is None:
            return None
        office = session.get_one(Office, office_id)
        cases = case_rows(session, office_id, booked_cases(session, office_id, day_id), day_id=day_id)
        executors = choices_for(session, office_id, None, ("assignment_executors",)).get("assignment_executors", [])
        rows = [_row(number, case) for number, case in enumerate(cases, 1)]
    return Results(
        head=head,
        office=Text(office.name_kk, office.name_ru, office.name_en),
        rows=rows,
        categories={code: each.name for code, each in priority_categories(office).items()},
        executors=executors,
        left=sum(row.state in ("come", "inside") for row in rows),
    )


def _row(number: int, case: CaseRows) -> ResultRow:
    return ResultRow(
        number=number,
        case_id=case.case_id,
        case_number=case.number,
        applicant=case.applicant,
        represented=case.represented,
        phone=case.phone,
        subject=case.substance or case.subject,
        language=case.language,
        starts_at=case.starts_at,
        status=case.booking_status,
        state=state_of(case),
        came_at=case.came_at,
        began_at=case.began_at,
        finished_at=case.finished_at,
        priority_category=case.priority_category,
        bodies=[position.body for position in case.positions],
    )


def state_of(case: CaseRows) -> str:
    """What of the day is still to be recorded of a visitor."""
    if case.open_task("check_in"):
        return "come"
    if case.open_task("conduct_reception"):
        return "inside"
    return "done" if case.booking_status in ("received", "missed") else "early"
