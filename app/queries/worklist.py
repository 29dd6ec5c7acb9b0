"""The task list: what waits for a person, late first."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from app.domain import clock
from app.domain.remaining import Remaining, remaining
from app.domain.texts import Text
from app.models.database import reading
from app.queries.elements import element_name, process_name
from app.queries.open_tasks import PAGE, WorkFilter, counts_of_views, found_tasks
from app.records.substitutes import works_for
from app.records.terms import office_calendar


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One task in the list; `urgency` is late, today, week, later or none; `about`: which body, of several.

    `process` names its process where there is no case. `stands_in`: it is the `assignee`'s, who is away, and the reader
    stands for her.
    """

    id: int
    name: Text
    step: int | None
    case_id: int | None
    case_kind: str
    case_number: str | None
    applicant: str
    subject: str
    due_at: datetime | None
    remaining: Remaining | None
    urgency: str
    reception_at: datetime | None
    assignee: str | None
    mine: bool
    has_draft: bool
    about: Text
    process: Text | None
    stands_in: bool = False


@dataclass(frozen=True, slots=True)
class WorkList:
    """A page of the list with the counts of every view; `next` starts the page after this one.

    `more`: a search has found more than its `total`, and those are not counted.
    """

    rows: Sequence[WorkRow]
    counts: Mapping[str, int]
    total: int
    next: str | None
    more: bool = False
    groups: Mapping[str, int] = field(default_factory=dict)


def work_list(person_id: int, office_id: str, roles: Sequence[str], chosen: WorkFilter, *, personal: bool) -> WorkList:
    """The tasks that wait for this person or her roles, by the filter, with those of people for whom she stands.

    Words find names, telephones and IIN only when `personal`: she may see personal data.
    """
    now = clock.now()
    with reading() as session:
        calendar = office_calendar(session, office_id)
        tomorrow = datetime.combine(calendar.local(now).date() + timedelta(days=1), time.min, calendar.zone)
        values: dict[str, Any] = {
            "office": office_id,
            "person": person_id,
            "roles": list(roles),
            "hands": [person_id, *sorted(works_for(session, person_id, now))],
            "now": now,
            "tomorrow": tomorrow,
        }
        counts = counts_of_views(session, values)
        found = found_tasks(session, chosen, counts, values, personal=personal)
        shown = [_row(row, values, now, tomorrow, calendar) for row in found.rows[:PAGE]]
    return WorkList(
        rows=shown,
        counts=counts,
        total=found.total,
        next=_key(shown[-1], chosen.sort) if len(found.rows) > PAGE else None,
        more=found.more,
        groups=Counter(row.urgency for row in shown),
    )


def _key(row: WorkRow, sort: str) -> str:
    moment = row.reception_at if sort == "reception" else row.due_at
    return f"{moment.isoformat() if moment else ''}~{row.id}"


def _row(
    row: Mapping[Any, Any], values: Mapping[str, Any], now: datetime, tomorrow: datetime, calendar: Any
) -> WorkRow:
    due: datetime | None = row["due_at"]
    return WorkRow(
        id=row["id"],
        name=element_name(row["version_id"], row["element"]),
        step=row["step"],
        case_id=row["case_id"],
        case_kind=row["case_kind"] or "",
        case_number=row["number"],
        applicant=row["full_name"] or "",
        subject=row["subject"] or "",
        due_at=due,
        remaining=remaining(due, now, calendar) if due else None,
        urgency=urgency(due, now, tomorrow),
        reception_at=row["starts_at"],
        assignee=row["assignee"],
        mine=row["assignee_id"] in values["hands"],
        stands_in=row["assignee_id"] in values["hands"][1:],
        has_draft=row["saved_at"] is not None,
        about=_about(row),
        process=None if row["case_id"] else process_name(row["version_id"]),
    )


def _about(row: Mapping[str, Any]) -> Text:
    """The assignment that the task is about, or the state body."""
    if row["assigned"]:
        return Text(row["assigned"], row["assigned"], row["assigned"])
    return Text(row["name_kk"] or "", row["name_ru"] or "", row["name_en"] or "")


def urgency(due: datetime | None, now: datetime, tomorrow: datetime) -> str:
    """late, today, week, later, or none without a term."""
    if due is None:
        return "none"
    if due < now:
        return "late"
    if due < tomorrow:
        return "today"
    return "week" if due < tomorrow + timedelta(days=6) else "later"
