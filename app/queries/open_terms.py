"""Open deadlines of an office under another calendar: which would move, and which reach a year."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.deadlines import compute
from app.domain.hours import OfficeCalendar
from app.domain.rules import parse_rule
from app.domain.terms import Roll
from app.domain.texts import Text
from app.models import Case, DeadlineRule, ProcessInstance, UserTask
from app.models.database import reading
from app.queries.elements import element_name
from app.records.terms import office_calendar


@dataclass(frozen=True, slots=True)
class MovedTerm:
    """An open task whose due moment would be another one; moments are aware."""

    task_id: int
    instance_id: int
    case_id: int | None
    case_number: str | None
    name: Text
    old: datetime
    new: datetime

    @property
    def earlier(self) -> bool:
        """Whether the deadline becomes shorter."""
        return self.new < self.old


@dataclass(frozen=True, slots=True)
class OpenTerm:
    """An open task with its due moment."""

    task_id: int
    case_id: int | None
    case_number: str | None
    name: Text
    due_at: datetime
    preliminary: bool


def moved_terms(
    session: Session, office_id: str, calendar: OfficeCalendar, *, instance_id: int | None = None
) -> list[MovedTerm]:
    """Open tasks of the office (or of one instance) whose stored term counts to another moment by `calendar`.

    A term is counted again by the rule's row, anchor and roll that it was counted by.
    """
    rows = session.execute(
        select(UserTask, ProcessInstance.version_id, Case.number)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .outerjoin(Case, Case.id == UserTask.case_id)
        .where(
            UserTask.office_id == office_id,
            UserTask.status == "open",
            UserTask.term.is_not(None),
            ProcessInstance.status == "running",
            *([UserTask.instance_id == instance_id] if instance_id is not None else []),
        )
        .order_by(UserTask.due_at, UserTask.id)
    ).all()
    moved = []
    for task, version_id, number in rows:
        new = counted_again(session, task.term or {}, calendar)
        if task.due_at is not None and new is not None and new != task.due_at:
            name = element_name(version_id, task.element)
            moved.append(MovedTerm(task.id, task.instance_id, task.case_id, number, name, task.due_at, new))
    return moved


def counted_again(session: Session, term: Mapping[str, Any], calendar: OfficeCalendar) -> datetime | None:
    """The due moment (UTC) of a stored term by another calendar; None when its rule's row is not there."""
    row = session.get(DeadlineRule, term["rule_id"]) if term.get("rule_id") else None
    if row is None:
        return None
    anchor = datetime.fromisoformat(term["anchor"])
    return compute(parse_rule(row.expression), anchor, calendar, roll=cast(Roll, row.roll)).due.astimezone(UTC)


def terms_reaching(office_id: str, year: int) -> list[OpenTerm]:
    """Open deadlines of the office that end in `year` or later, or are marked preliminary; the nearest first."""
    with reading() as session:
        return list(_reaching(session, office_id, year))


def _reaching(session: Session, office_id: str, year: int) -> Iterator[OpenTerm]:
    start = datetime.combine(date(year, 1, 1), time.min, office_calendar(session, office_id).zone)
    rows = session.execute(
        select(UserTask, ProcessInstance.version_id, Case.number)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .outerjoin(Case, Case.id == UserTask.case_id)
        .where(
            UserTask.office_id == office_id,
            UserTask.status == "open",
            UserTask.due_at.is_not(None),
            (UserTask.due_at >= start) | UserTask.term["preliminary"].as_boolean(),
        )
        .order_by(UserTask.due_at, UserTask.id)
    )
    for task, version_id, number in rows:
        preliminary = bool((task.term or {}).get("preliminary"))
        name = element_name(version_id, task.element)
        if task.due_at is not None:
            yield OpenTerm(task.id, task.case_id, number, name, task.due_at, preliminary)
