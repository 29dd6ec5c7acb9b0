"""What of the open tasks a person's list shows: counted, searched and put in order, each within an index."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.domain.case_words import asked
from app.queries.word_search import COUNTED, asking, searched

PAGE: Final = 50
VIEWS: Final = ("mine", "late", "today", "free", "group")
_FAR: Final = datetime(9000, 1, 1, tzinfo=UTC)
"""Where tasks without a moment stand in the order."""

_DUE: Final = "coalesce(user_task.due_at, '9000-01-01 00:00Z')"
"""As `ix_user_task_open_list` has it."""
_OPEN: Final = "user_task.office_id = :office AND user_task.status = 'open'"
_HERS: Final = f"{_OPEN} AND (user_task.assignee_id = ANY(:hands) OR user_task.role = ANY(:roles))"
_OF_ROLES: Final = f"{_OPEN} AND user_task.role = ANY(:roles)"
_IN_HAND: Final = (
    f"{_OPEN} AND user_task.assignee_id = ANY(:hands) AND (user_task.role IS NULL OR user_task.role <> ALL(:roles))"
)
"""With those of her roles all that is hers, each task once: each half is counted within its index alone."""
_MINE: Final = "(user_task.assignee_id = ANY(:hands) OR user_task.assignee_id IS NULL)"
_BOOKED: Final = "booking.case_id = user_task.case_id AND booking.status NOT IN ('missed', 'moved', 'withdrawn')"
_VIEWS: Final = {
    "mine": f" AND {_MINE}",
    "late": f" AND {_DUE} < :now AND {_MINE}",
    "today": f" AND {_DUE} >= :now AND {_DUE} < :tomorrow AND {_MINE}",
    "free": " AND user_task.assignee_id IS NULL",
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
class FoundTasks:
    """The rows of a page and one more when it is not the last; `more`: beyond `total` a search has not counted."""

    rows: Sequence[Mapping[Any, Any]]
    total: int
    more: bool


_COUNTS: Final = f"""
    SELECT of_roles - assigned + own AS mine, late, today, of_roles - assigned AS free,
           of_roles + own - own_of_roles AS "group"
    FROM (
        SELECT count(*) AS of_roles, count(assignee_id) AS assigned FROM user_task WHERE {_OF_ROLES}
    ) AS waiting, (
        SELECT count(*) AS own, count(*) FILTER (WHERE role = ANY(:roles)) AS own_of_roles
        FROM user_task WHERE {_OPEN} AND assignee_id = ANY(:hands)
    ) AS taken, (
        SELECT count(*) FILTER (WHERE due_at < :now) AS late, count(*) FILTER (WHERE due_at >= :now) AS today
        FROM user_task WHERE {_HERS} AND {_MINE} AND {_DUE} < :tomorrow
    ) AS soon
"""  # noqa: S608 - our own parts
_TOTAL: Final = """
    SELECT (SELECT count(*) FROM user_task WHERE {of_roles} {where})
         + (SELECT count(*) FROM user_task WHERE {in_hand} {where})
"""
_SELECT: Final = """
    SELECT user_task.id, user_task.element, user_task.step, user_task.case_id, user_task.due_at, user_task.assignee_id,
           case_file.number, case_file.subject, case_file.kind AS case_kind, applicant.full_name,
           assignee.full_name AS assignee, slot.starts_at, draft.saved_at, process_instance.version_id,
           state_body.name_kk, state_body.name_ru, state_body.name_en,
           '№ ' || coalesce(assignment.register_number, assignment.number::text) || ': '
           || left(assignment.text, 60) AS assigned
    FROM ({found}) AS found
    JOIN user_task ON user_task.id = found.id
    JOIN process_instance ON process_instance.id = user_task.instance_id
    LEFT JOIN case_file ON case_file.id = user_task.case_id
    LEFT JOIN booking ON {booked}
    LEFT JOIN slot ON slot.id = booking.slot_id
    LEFT JOIN applicant ON applicant.id = case_file.applicant_id
    LEFT JOIN person AS assignee ON assignee.id = user_task.assignee_id
    LEFT JOIN state_body ON state_body.id = (user_task.item ->> 'body_id')::bigint
    LEFT JOIN assignment ON assignment.id = (user_task.item ->> 'assignment_id')::bigint
    LEFT JOIN draft ON draft.task_id = user_task.id AND draft.person_id = :person
    ORDER BY {order}
"""
_ORDER: Final = {
    "due": f"{_DUE}, user_task.id",
    "reception": f"slot.starts_at, {_DUE}, user_task.id",
    "new": "user_task.id DESC",
}
"""Tasks without a reception follow those that have one, by their term."""
_ONE_ORDER: Final = f"SELECT user_task.id FROM user_task WHERE {{where}} ORDER BY {{order}} LIMIT {PAGE + 1}"  # noqa: S608 - our own parts
_BY_RECEPTION: Final = f"""
    SELECT id FROM (
        (SELECT user_task.id, slot.starts_at, {_DUE} AS due
         FROM user_task JOIN booking ON {_BOOKED} JOIN slot ON slot.id = booking.slot_id
         WHERE {{where}} {{appointed}} ORDER BY 2, 3, 1 LIMIT {PAGE + 1})
        UNION ALL
        (SELECT user_task.id, NULL, {_DUE} AS due FROM user_task
         WHERE {{where}} {{others}} AND NOT EXISTS (SELECT FROM booking WHERE {_BOOKED}) ORDER BY 3, 1 LIMIT {PAGE + 1})
    ) AS both_kinds ORDER BY starts_at, due, id LIMIT {PAGE + 1}
"""  # noqa: S608 - our own parts


def counts_of_views(session: Session, values: Mapping[str, Any]) -> Mapping[str, int]:
    """How many tasks each view holds; `values`: office, roles, hands, now, tomorrow."""
    return dict(session.execute(text(_COUNTS), values).mappings().one())


def found_tasks(
    session: Session, chosen: WorkFilter, counts: Mapping[str, int], values: Mapping[str, Any], *, personal: bool
) -> FoundTasks:
    """The tasks of a page as chosen; `values` hold the person besides what the counts need.

    Names, telephones and IIN are looked for only when `personal`.
    """
    known = dict(values)
    narrowed = _VIEWS[_view(chosen)] + _narrowed(chosen, known)
    where = _HERS + narrowed
    asks = asking(asked(chosen.find, personal=personal), known)
    if asks:
        total, where = searched(session, asks, where, known, table="user_task", case="user_task.case_id")
    else:
        total = _total(session, chosen, narrowed, counts, known)
    rows = session.execute(text(_select(chosen, where, known)), known).mappings().all()
    return FoundTasks(rows, min(total, COUNTED) if asks else total, bool(asks) and total > COUNTED)


def _total(
    session: Session, chosen: WorkFilter, where: str, counts: Mapping[str, int], values: Mapping[str, Any]
) -> int:
    if where == _VIEWS[_view(chosen)]:
        return counts[_view(chosen)]
    counted = _TOTAL.format(of_roles=_OF_ROLES, in_hand=_IN_HAND, where=where)
    return int(session.execute(text(counted), values).scalar_one())


def _select(chosen: WorkFilter, where: str, values: dict[str, Any]) -> str:
    """The page's tasks are found first, by an index where there is one; only then the rest is joined to them."""
    order = _ORDER[chosen.sort]
    if chosen.sort == "reception":
        appointed, others = _after_reception(chosen.after, values)
        found = _BY_RECEPTION.format(where=where, appointed=appointed, others=others)
    else:
        found = _ONE_ORDER.format(where=where + _after(chosen, values), order=order)
    return _SELECT.format(found=found, booked=_BOOKED, order=order)


def _view(chosen: WorkFilter) -> str:
    return chosen.view if chosen.view in _VIEWS else "mine"


def _narrowed(chosen: WorkFilter, values: dict[str, Any]) -> str:
    """Conditions besides the view and the words; their values go to `values`."""
    where = ""
    if chosen.step:
        where += " AND user_task.step = :step"
        values["step"] = chosen.step
    if chosen.due == "week":
        where += f" AND {_DUE} < :week"
        values["week"] = values["tomorrow"] + timedelta(days=6)
    elif chosen.due == "none":
        where += f" AND {_DUE} >= :far"
        values["far"] = _FAR
    if chosen.role:
        where += " AND split_part(user_task.role, '@', 1) = :role"
        values["role"] = chosen.role
    if chosen.language in ("kk", "ru"):
        where += " AND user_task.language = :language"
        values["language"] = chosen.language
    return where


def _after(chosen: WorkFilter, values: dict[str, Any]) -> str:
    """The rows after the last one of the page before (keyset)."""
    if not _reached(chosen.after, values):
        return ""
    if chosen.sort == "new":
        return " AND user_task.id < :after_id"
    return f" AND ({_DUE}, user_task.id) > (:after, :after_id)"


def _after_reception(after: str, values: dict[str, Any]) -> tuple[str, str]:
    """The same for tasks with a reception and for those without."""
    if not _reached(after, values):
        return "", ""
    due = f"(SELECT {_DUE} FROM user_task WHERE id = :after_id)"  # noqa: S608 - our own parts
    if values["after"] == _FAR:
        return " AND false", f" AND ({_DUE}, user_task.id) > ({due}, :after_id)"
    return f" AND (slot.starts_at, {_DUE}, user_task.id) > (:after, {due}, :after_id)", ""


def _reached(after: str, values: dict[str, Any]) -> bool:
    """Whether a page was seen before; its last moment and task go to `values`."""
    moment, _, number = after.partition("~")
    try:
        values["after_id"], values["after"] = int(number), datetime.fromisoformat(moment) if moment else _FAR
    except ValueError:
        return False
    return True
