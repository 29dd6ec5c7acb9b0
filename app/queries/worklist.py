"""The task list: what waits for a person, late first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.remaining import Remaining, remaining
from app.domain.texts import Text
from app.models.database import reading
from app.queries.elements import element_name
from app.records.substitutes import works_for
from app.records.terms import office_calendar

PAGE: Final = 50
VIEWS: Final = ("mine", "late", "today", "free", "group")
_FAR: Final = datetime(9000, 1, 1, tzinfo=UTC)
"""Where tasks without a moment stand in the order."""

_HERS: Final = """
    FROM user_task {joined}
    WHERE user_task.office_id = :office AND user_task.status = 'open'
      AND (user_task.assignee_id = ANY(:hands) OR user_task.role = ANY(:roles)) {where}
"""
_CASE: Final = "LEFT JOIN case_file ON case_file.id = user_task.case_id"
_RECEPTION: Final = """
    LEFT JOIN booking
           ON booking.case_id = user_task.case_id AND booking.status NOT IN ('missed', 'moved', 'withdrawn')
    LEFT JOIN slot ON slot.id = booking.slot_id
"""
_FOUND: Final = """
    AND user_task.case_id IN (
        SELECT case_file.id FROM case_file LEFT JOIN applicant ON applicant.id = case_file.applicant_id
        WHERE case_file.office_id = :office AND (
            case_file.number ILIKE :find OR applicant.full_name ILIKE :find OR case_file.subject ILIKE :find))
"""
_CONDITIONS: Final = {
    "mine": "AND (user_task.assignee_id = ANY(:hands) OR user_task.assignee_id IS NULL)",
    "late": "AND user_task.due_at < :now AND (user_task.assignee_id = ANY(:hands) OR user_task.assignee_id IS NULL)",
    "today": "AND user_task.due_at >= :now AND user_task.due_at < :tomorrow"
    " AND (user_task.assignee_id = ANY(:hands) OR user_task.assignee_id IS NULL)",
    "free": "AND user_task.assignee_id IS NULL",
    "group": "",
}


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """What the reader chose: a view, words to find, step, term, language of the case, the page's start."""

    view: str = "mine"
    find: str = ""
    step: int | None = None
    due: str = ""
    language: str = ""
    role: str = ""
    sort: str = "due"
    after: str = ""


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One task in the list; `urgency` is late, today, week, later or none; `about`: which body, of several.

    `stands_in`: it is the `assignee`'s, who is away, and the reader stands for her.
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
    stands_in: bool = False


@dataclass(frozen=True, slots=True)
class WorkList:
    """A page of the list with the counts of every view; `next` starts the page after this one."""

    rows: Sequence[WorkRow]
    counts: Mapping[str, int]
    total: int
    next: str | None
    groups: Mapping[str, int] = field(default_factory=dict)


def work_list(person_id: int, office_id: str, roles: Sequence[str], chosen: WorkFilter) -> WorkList:
    """The tasks that wait for this person or her roles, by the filter, with those of people for whom she stands."""
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
        counts = _counts(session, values)
        where, joined, more = _where(chosen, tomorrow)
        values |= more
        narrowed = where != _condition(chosen)
        total = _total(session, where, joined, values) if narrowed else counts[_view(chosen)]
        rows = session.execute(text(_select(chosen, where, joined, values)), values)
        found = [_row(row, values, now, tomorrow, calendar) for row in rows.mappings()]
    shown = found[:PAGE]
    groups: dict[str, int] = {}
    for row in shown:
        groups[row.urgency] = groups.get(row.urgency, 0) + 1
    return WorkList(shown, counts, total, _key(shown[-1], chosen.sort) if len(found) > PAGE else None, groups)


_SELECT: Final = """
    SELECT user_task.id, user_task.element, user_task.step, user_task.case_id, user_task.due_at, user_task.assignee_id,
           case_file.number, case_file.subject, case_file.kind AS case_kind, applicant.full_name,
           assignee.full_name AS assignee, slot.starts_at, draft.saved_at, process_instance.version_id,
           state_body.name_kk, state_body.name_ru, state_body.name_en,
           '№ ' || coalesce(assignment.register_number, assignment.number::text) || ': '
           || left(assignment.text, 60) AS assigned
    FROM (SELECT user_task.id {hers} ORDER BY {order} LIMIT 51) AS found
    JOIN user_task ON user_task.id = found.id
    JOIN process_instance ON process_instance.id = user_task.instance_id
    {case} {reception}
    LEFT JOIN applicant ON applicant.id = case_file.applicant_id
    LEFT JOIN person AS assignee ON assignee.id = user_task.assignee_id
    LEFT JOIN state_body ON state_body.id = (user_task.item ->> 'body_id')::bigint
    LEFT JOIN assignment ON assignment.id = (user_task.item ->> 'assignment_id')::bigint
    LEFT JOIN draft ON draft.task_id = user_task.id AND draft.person_id = :person
    ORDER BY {order}
"""
_ORDER: Final = {
    "due": "coalesce(user_task.due_at, '9000-01-01 00:00Z'), user_task.id",
    "reception": "coalesce(slot.starts_at, '9000-01-01 00:00Z'), user_task.id",
    "new": "user_task.id DESC",
}


def _counts(session: Session, values: Mapping[str, Any]) -> dict[str, int]:
    parts = ", ".join(f"count(*) FILTER (WHERE true {condition}) AS {view}" for view, condition in _CONDITIONS.items())
    return dict(session.execute(text(f"SELECT {parts} {_HERS.format(joined='', where='')}"), values).mappings().one())


def _total(session: Session, where: str, joined: str, values: Mapping[str, Any]) -> int:
    hers = _HERS.format(joined=joined, where=where)
    return int(session.execute(text(f"SELECT count(*) {hers}"), values).scalar_one())


def _select(chosen: WorkFilter, where: str, joined: str, values: dict[str, Any]) -> str:
    """The page's tasks are found first, by an index where there is one; only then the rest is joined to them."""
    if chosen.sort == "reception":
        joined += _RECEPTION
    hers = _HERS.format(joined=joined, where=where + _page(chosen, values))
    return _SELECT.format(hers=hers, order=_ORDER[chosen.sort], case=_CASE, reception=_RECEPTION)


def _view(chosen: WorkFilter) -> str:
    return chosen.view if chosen.view in _CONDITIONS else "mine"


def _condition(chosen: WorkFilter) -> str:
    return _CONDITIONS[_view(chosen)]


def _where(chosen: WorkFilter, tomorrow: datetime) -> tuple[str, str, dict[str, Any]]:
    """Conditions, the tables that they need, and their values."""
    parts, values, joined = [_condition(chosen)], dict[str, Any](), ""
    if chosen.find:
        parts.append(_FOUND)
        values["find"] = "%" + chosen.find.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    if chosen.step:
        parts.append("AND user_task.step = :step")
        values["step"] = chosen.step
    if chosen.due == "week":
        parts.append("AND user_task.due_at < :week")
        values["week"] = tomorrow + timedelta(days=6)
    elif chosen.due == "none":
        parts.append("AND user_task.due_at IS NULL")
    if chosen.role:
        parts.append("AND split_part(user_task.role, '@', 1) = :role")
        values["role"] = chosen.role
    if chosen.language in ("kk", "ru"):
        parts.append("AND case_file.language = :language")
        values["language"], joined = chosen.language, _CASE
    return " ".join(parts), joined, values


def _page(chosen: WorkFilter, values: dict[str, Any]) -> str:
    """The rows after the last one of the page before (keyset)."""
    if not chosen.after:
        return ""
    try:
        moment, _, number = chosen.after.partition("~")
        values["after_id"] = int(number)
        if chosen.sort == "new":
            return " AND user_task.id < :after_id"
        values["after"] = datetime.fromisoformat(moment) if moment else _FAR
    except ValueError:
        return ""
    column = "user_task.due_at" if chosen.sort == "due" else "slot.starts_at"
    return f" AND (coalesce({column}, '9000-01-01 00:00Z'), user_task.id) > (:after, :after_id)"


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
