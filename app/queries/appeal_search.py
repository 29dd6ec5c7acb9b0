"""The list of appeals: found by words, numbers and people, filtered, newest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.case_words import Asked, asked
from app.domain.hours import OfficeCalendar
from app.domain.masking import masked
from app.domain.regions import Regions
from app.domain.remaining import Remaining, remaining
from app.domain.texts import Text
from app.models import Office
from app.models.database import reading
from app.queries.choices import text_of
from app.queries.word_search import asking
from app.records.terms import office_calendar

PAGE: Final = 50
COUNTED: Final = 3000
"""More found appeals than this are not counted."""
FILED: Final = 20_000
"""Lines of a file."""
VIEWS: Final = ("all", "open", "risk", "overdue", "closed")


@dataclass(frozen=True, slots=True)
class AppealFilter:
    """What the reader chose; days are hers, `after` is where the page before has ended."""

    find: str = ""
    state: str = ""
    source: str = ""
    nature: str = ""
    district: str = ""
    category: str = ""
    control: str = ""
    registrar: int | None = None
    executor: int | None = None
    since: date | None = None
    until: date | None = None
    after: str = ""


@dataclass(frozen=True, slots=True)
class FoundAppeal:
    """An appeal in the list; `applicant` is empty for readers who may not see names, `due_at` once it is registered."""

    id: int
    number: str
    applicant: str
    told: str
    received_at: datetime
    source: Text
    nature: Text
    district: Text
    category: str
    control: bool
    registrar: str
    executor: Text
    state: str
    due_at: datetime | None
    remaining: Remaining | None


@dataclass(frozen=True, slots=True)
class AppealList:
    """A page of the list: `total` counts up to `COUNTED`, `more` says that there are more; `next` starts the next page.

    `loosely`: nothing answers every word, and these have a name that differs by a letter. `counts`: `awaited_counts`.
    """

    rows: Sequence[FoundAppeal]
    total: int
    more: bool
    next: str | None
    loosely: bool
    counts: Mapping[str, int]


_ROWS: Final = """
    SELECT found.case_id, case_file.number, applicant.full_name, found.received_at, found.source, found.nature,
           coalesce(card.district, appeal.district) AS district, found.category, found.control, found.state,
           found.due_at, found.answered_at, found.total,
           coalesce(nullif(card.annotation, ''), nullif(appeal.substance, ''), appeal.cause) AS told,
           registrar.full_name AS registrar, executor.name_kk, executor.name_ru, executor.name_en
    FROM ({found}) AS found
    JOIN case_file ON case_file.id = found.case_id
    JOIN appeal ON appeal.case_id = found.case_id
    LEFT JOIN appeal_card AS card ON card.case_id = found.case_id
    LEFT JOIN applicant ON applicant.id = case_file.applicant_id
    LEFT JOIN person AS registrar ON registrar.id = found.registrar_id
    LEFT JOIN state_body AS executor ON executor.id = found.executor_id
    ORDER BY found.received_at DESC, found.case_id DESC
"""
_FOUND: Final = """
    SELECT line.case_id, received_at, source, nature, category, control, state, due_at, registrar_id, executor_id,
           coalesce(answered_at, ended_at) AS answered_at, 0 AS total
    FROM appeal_line AS line {words} WHERE {where}
"""
_ALL: Final = """
    SELECT case_id, received_at, source, nature, category, control, state, due_at, answered_at, registrar_id,
           executor_id, (SELECT count(*) FROM hits) AS total
    FROM hits AS line
"""
_WORDS: Final = "JOIN case_words ON case_words.case_id = line.case_id"
AWAITED: Final = "line.ended_at IS NULL AND line.answered_at IS NULL"
"""No reply has come yet, or it was returned."""
_RISKS: Final = {
    "open": "line.ended_at IS NULL",
    "risk": f"{AWAITED} AND line.due_at >= :now AND line.risk_at <= :now",
    "overdue": f"{AWAITED} AND line.due_at < :now",
    "closed": "line.ended_at IS NOT NULL",
}
_FILTERS: Final = {
    "source": "line.source = :source",
    "nature": "line.nature = :nature",
    "district": "line.district = :district",
    "category": "line.category = :category",
    "registrar": "line.registrar_id = :registrar",
    "executor": "line.executor_id = :executor",
    "since": "line.received_at >= :since",
    "until": "line.received_at < :until",
}


def appeal_list(office_id: str, chosen: AppealFilter, *, personal: bool, limit: int = PAGE) -> AppealList:
    """The appeals of an office as chosen, newest first; names are found and shown only when `personal`."""
    with reading() as session:
        values: dict[str, Any] = {"office": office_id, "now": clock.now()}
        office, calendar = session.get_one(Office, office_id), office_calendar(session, office_id)
        regions = Regions.of(office.settings)
        where = _where(chosen, values, regions, calendar)
        words, loosely = asked(chosen.find, personal=personal), False
        total, rows = _looked_up(session, where, words, values, chosen.after, limit)
        if not total and personal and words:
            words = asked(chosen.find, personal=True, slips=True)
            total, rows = _looked_up(session, where, words, values, chosen.after, limit)
            loosely = total > 0
        teller = _Teller(office, calendar, regions, personal=personal)
        found = [teller.told(row) for row in rows[:limit]]
        counts = awaited_counts(session, office_id)
    return AppealList(found, min(total, COUNTED), total > COUNTED, _key(rows, limit), loosely, counts)


def _where(chosen: AppealFilter, values: dict[str, Any], regions: Regions, calendar: OfficeCalendar) -> list[str]:
    parts = ["line.office_id = :office"]
    for name, condition in _FILTERS.items():
        value = getattr(chosen, name)
        if value:
            parts.append(condition)
            values[name] = value
    values["district"] = regions.code_of(chosen.district)
    zone = calendar.zone
    if chosen.since:
        values["since"] = datetime.combine(chosen.since, time.min, zone)
    if chosen.until:
        values["until"] = datetime.combine(chosen.until, time.min, zone) + timedelta(days=1)
    if chosen.state in _RISKS:
        parts.append(_RISKS[chosen.state])
    if chosen.control in ("yes", "no"):
        parts.append("line.control" if chosen.control == "yes" else "line.control IS NOT TRUE")
    return parts


def awaited_counts(session: Session, office_id: str) -> dict[str, int]:
    """How many appeals are awaited, at risk and overdue."""
    risks = ", ".join(f"count(*) FILTER (WHERE {_RISKS[view]}) AS {view}" for view in ("open", "risk", "overdue"))
    counted = f"SELECT {risks} FROM appeal_line AS line WHERE office_id = :office AND ended_at IS NULL"  # noqa: S608 - our own parts
    return dict(session.execute(text(counted), {"office": office_id, "now": clock.now()}).mappings().one())


def _looked_up(
    session: Session, where: Sequence[str], words: Sequence[Asked], values: dict[str, Any], after: str, limit: int
) -> tuple[int, list[Mapping[Any, Any]]]:
    """How many there are, counted up to one more than `COUNTED`, and one row more than `limit`.

    A few are collected, by the index of words where words are asked for, and sorted; many are met newest first.
    """
    found, page = _found(where, words, values), _page(after, values)
    hits = f"WITH hits AS MATERIALIZED ({found} LIMIT {COUNTED + 1})"
    counted = f"{hits} {_ALL} WHERE true"
    rows = _rows(session, counted + page, values, limit)
    total = int(rows[0]["total"]) if rows else 0
    return total, _rows(session, found + page, values, limit) if total > COUNTED else rows


def _rows(session: Session, found: str, values: Mapping[str, Any], limit: int) -> list[Mapping[Any, Any]]:
    found += f" ORDER BY line.received_at DESC, line.case_id DESC LIMIT {limit + 1}"
    return list(session.execute(text(_ROWS.format(found=found)), values).mappings())


def _found(where: Sequence[str], words: Sequence[Asked], values: dict[str, Any]) -> str:
    asks = asking(words, values)
    answered = [f"case_words.words @@ ({asks})"] if asks else []
    return _FOUND.format(words=_WORDS if asks else "", where=" AND ".join([*where, *answered]))


def _page(after: str, values: dict[str, Any]) -> str:
    moment, _, number = after.partition("~")
    try:
        values["after"], values["after_id"] = datetime.fromisoformat(moment).astimezone(UTC), int(number)
    except ValueError:
        return ""
    return " AND (line.received_at, line.case_id) < (:after, :after_id)"


def _key(rows: Sequence[Mapping[Any, Any]], limit: int) -> str | None:
    if len(rows) <= limit:
        return None
    last = rows[limit - 1]
    return f"{last['received_at'].astimezone(UTC).isoformat()}~{last['case_id']}"


class _Teller:
    """Tells rows in the words of their office."""

    def __init__(self, office: Office, calendar: OfficeCalendar, regions: Regions, *, personal: bool) -> None:
        self._personal = personal
        self._calendar = calendar
        self._now = clock.now()
        self._lists: Mapping[str, Any] = office.settings.get("appeal", {})
        self._regions = regions

    def told(self, row: Mapping[Any, Any]) -> FoundAppeal:
        due = row["due_at"]
        return FoundAppeal(
            id=row["case_id"],
            number=row["number"] or "",
            applicant=(row["full_name"] or "") if self._personal else "",
            told=masked(row["told"] or ""),
            received_at=row["received_at"],
            source=self._listed("sources", row["source"]),
            nature=self._listed("question_natures", row["nature"]),
            district=self._regions.called(row["district"] or ""),
            category=row["category"] or "",
            control=bool(row["control"]),
            registrar=row["registrar"] or "",
            executor=Text(row["name_kk"] or "", row["name_ru"] or "", row["name_en"] or ""),
            state=row["state"],
            due_at=due,
            remaining=remaining(due, self._now, self._calendar) if due and row["answered_at"] is None else None,
        )

    def _listed(self, name: str, code: str | None) -> Text:
        found = next((each["name"] for each in self._lists.get(name, ()) if each["code"] == code), None)
        return text_of(found) if found else Text(code or "", code or "", code or "")
