"""The journal of incoming documents and the monitoring bases of a group, as their pages show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.texts import Text
from app.models import HandOver, Person
from app.models.database import reading
from app.records.group import Group, group_of
from app.records.incoming_documents import open_proposals
from app.records.incoming_facts import HANDED

PAGE: Final = 50
VIEWS: Final = ("open", "late", "answered", "all")
BASES: Final = ("R-SKE-MC", "R-SKE-MR")


@dataclass(frozen=True, slots=True)
class JournalFilter:
    """What the reader chose: state (one of `VIEWS`), company, kind, words to find, the page (from 0)."""

    state: str = "open"
    company: str = ""
    kind: str = ""
    find: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class Handed:
    """Who signed for the original or a copy of a document, and when (SKE-1.6, SKE-1.8, SKE-1.13)."""

    what: Text
    who: str
    on: date


@dataclass(frozen=True, slots=True)
class JournalRow:
    """A document of the journal; `signed` is false of one that the applicant has not signed.

    One of the book stands there by its own number once it was mailed to a branch, for the mark of its transfer
    (SKE-2.11).
    """

    case_id: int
    number: str
    registered_on: date
    company: Text
    kind: Text
    consumer: str
    subject: str
    signed: bool | None
    resolution: str
    executors: str
    handed: Sequence[Handed]
    due_on: date | None
    answered_on: date | None
    withdrawn: bool
    transferred_on: date | None
    late: bool


@dataclass(frozen=True, slots=True)
class Journal:
    """A page of the journal with the counts of every view of what was chosen."""

    rows: Sequence[JournalRow]
    total: int
    counts: Mapping[str, int]
    pages: int


@dataclass(frozen=True, slots=True)
class BaseRow:
    """An entry of a monitoring base with its serial number and its red mark; of a proposal what was decided.

    `source` is how it came, `reply_number` the outgoing number of the reply that was sent.
    """

    case_id: int
    label: str
    mark: str
    entered_on: date
    kind: Text
    source: Text
    consumer: str
    subject: str
    resolution: str
    executors: str
    answered_on: date | None
    reply_number: str
    withdrawn: bool
    decision: str
    expedient: bool | None
    feasible: bool | None


@dataclass(frozen=True, slots=True)
class Base:
    """A page of a monitoring base; `proposals` are those of the other base that nobody has analysed."""

    rows: Sequence[BaseRow]
    total: int
    counts: Mapping[str, int]
    pages: int
    proposals: int
    mark: Text


_EXECUTORS: Final = """
    LEFT JOIN LATERAL (
        SELECT string_agg(person.full_name, ', ' ORDER BY place) AS names
        FROM jsonb_array_elements_text(incoming_document.executors) WITH ORDINALITY AS named(id, place)
        JOIN person ON person.id = named.id::bigint
    ) AS executor ON true
"""
_LINE: Final = "JOIN appeal_line AS line ON line.case_id = incoming_document.case_id"
"""Answered is what was sent, whoever still hands its copy over (SKE-1.3, SKE-3.8)."""
_LATE: Final = "(line.ended_at IS NULL AND incoming_document.due_on < :today)"
_WITHDRAWN: Final = "case_file.status = 'withdrawn' AS withdrawn"
_STATES: Final = {
    "open": "line.ended_at IS NULL",
    "late": _LATE,
    "answered": "line.answered_at IS NOT NULL",
    "all": "TRUE",
}
_JOURNAL: Final = f"""
    FROM incoming_document {_LINE}
    JOIN case_file ON case_file.id = incoming_document.case_id
    LEFT JOIN applicant ON applicant.id = case_file.applicant_id
    WHERE incoming_document.office_id = :office
      AND (incoming_document.number IS NOT NULL OR incoming_document.letter_id IS NOT NULL)
"""
_NAMED: Final = _JOURNAL.replace("    WHERE", _EXECUTORS + "    WHERE", 1)
_COUNTS: Final = "SELECT " + ", ".join(
    f"count(*) FILTER (WHERE {condition}) AS {view}" for view, condition in _STATES.items()
)
_ROWS: Final = f"""
    SELECT incoming_document.*, case_file.number AS case_number, case_file.subject, applicant.full_name,
           executor.names, line.answered_at, {_WITHDRAWN}, {_LATE} AS late
"""
_MONITORED: Final = f"""
    SELECT monitoring_entry.*, incoming_document.kind, incoming_document.resolution, case_file.subject,
           applicant.full_name, executor.names, line.source, line.answered_at, reply.outgoing_number, {_WITHDRAWN},
           count(*) OVER () AS total
    FROM monitoring_entry
    JOIN incoming_document ON incoming_document.case_id = monitoring_entry.case_id
    {_LINE}
    JOIN case_file ON case_file.id = monitoring_entry.case_id
    LEFT JOIN applicant ON applicant.id = case_file.applicant_id
    {_EXECUTORS}
    LEFT JOIN LATERAL (
        SELECT outgoing_number FROM reply
        WHERE reply.case_id = monitoring_entry.case_id AND reply.state = 'sent' ORDER BY reply.id DESC LIMIT 1
    ) AS reply ON true
    WHERE monitoring_entry.office_id = :office AND monitoring_entry.base = :base
"""  # noqa: S608 - our own parts
_FOUND: Final = """ AND (coalesce(incoming_document.number, case_file.number) ILIKE :find
    OR applicant.full_name ILIKE :find OR case_file.subject ILIKE :find OR executor.names ILIKE :find)"""


def journal(office_id: str, chosen: JournalFilter, *, limit: int = PAGE) -> Journal:
    """A page of the journal, late ones first, then the newest (SKE-1.3, SKE-1.6)."""
    values: dict[str, Any] = {"office": office_id}
    state = chosen.state if chosen.state in _STATES else "open"
    wanted = "".join(
        f" AND incoming_document.{name} = :{name}" for name in ("company", "kind") if getattr(chosen, name)
    )
    wanted += _FOUND if chosen.find else ""
    values |= {"company": chosen.company, "kind": chosen.kind, "find": _like(chosen.find)}
    query = f"{_ROWS} {_NAMED} {wanted} AND {_STATES[state]} ORDER BY late DESC, incoming_document.case_id DESC"
    with reading() as session:
        group = group_of(session, office_id)
        zone = ZoneInfo(group.office.zone)
        values["today"] = clock.now().astimezone(zone).date()
        counted = text(f"{_COUNTS} {_NAMED if chosen.find else _JOURNAL} {wanted}")
        counts = dict(session.execute(counted, values).mappings().one())
        rows = session.execute(text(query + _paged(values, chosen.page, limit)), values).mappings().all()
        handed = _handed(session, [row["case_id"] for row in rows], zone)
        found = [_document(dict(row), handed.get(row["case_id"], ()), group, zone) for row in rows]
    return Journal(found, counts[state], counts, -(-counts[state] // limit))


def monitoring(office_id: str, base: str, *, find: str = "", page: int = 0, limit: int = PAGE) -> Base:
    """A page of a monitoring base, the newest number first (SKE-2.4)."""
    values: dict[str, Any] = {"office": office_id, "base": base}
    query = _MONITORED
    if find:
        query += _FOUND.replace("coalesce(incoming_document.number, case_file.number)", "monitoring_entry.label")
        values["find"] = _like(find)
    query += " ORDER BY monitoring_entry.id DESC"
    with reading() as session:
        group = group_of(session, office_id)
        zone = ZoneInfo(group.office.zone)
        counted = text("SELECT base, count(*) AS entries FROM monitoring_entry WHERE office_id = :office GROUP BY base")
        counts = {row.base: int(row.entries) for row in session.execute(counted, {"office": office_id})}
        rows = session.execute(text(query + _paged(values, page, limit)), values).mappings().all()
        found = [_entry(dict(row), group, zone) for row in rows]
        waiting = len(open_proposals(session, office_id))
    total = rows[0]["total"] if rows else 0
    mark = Text(**group.settings.get("mark", {}).get("name", {"kk": "", "ru": "", "en": ""}))
    return Base(found, total, counts, -(-total // limit), waiting, mark)


def companies_of(office_id: str) -> list[tuple[str, Text]]:
    """The companies of the group: code and name; none of an office that is no group."""
    with reading() as session:
        return [(each["code"], Text(**each["name"])) for each in group_of(session, office_id).companies]


def kinds_of_documents(office_id: str) -> list[tuple[str, Text]]:
    """The kinds of documents: code and name."""
    with reading() as session:
        kinds = group_of(session, office_id).office.settings.get("appeal", {}).get("kinds", [])
        return [(each["code"], Text(**each["name"])) for each in kinds]


def _paged(values: dict[str, Any], page: int, limit: int) -> str:
    values |= {"limit": limit, "offset": page * limit}
    return " LIMIT :limit OFFSET :offset"


def _like(find: str) -> str:
    return "%" + find.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def _handed(session: Session, case_ids: Sequence[int], zone: ZoneInfo) -> Mapping[int, Sequence[Handed]]:
    """What was handed over of these documents, in order."""
    query = select(HandOver, Person.full_name).join(Person, Person.id == HandOver.receiver_id)
    found: dict[int, list[Handed]] = {}
    for row, who in session.execute(query.where(HandOver.case_id.in_(case_ids)).order_by(HandOver.id)):
        found.setdefault(row.case_id, []).append(Handed(HANDED[row.what], who, row.handed_at.astimezone(zone).date()))
    return found


def _document(row: Mapping[str, Any], handed: Sequence[Handed], group: Group, zone: ZoneInfo) -> JournalRow:
    return JournalRow(
        case_id=row["case_id"],
        number=row["number"] or row["case_number"] or "",
        registered_on=(row["registered_at"] or row["resolved_at"]).astimezone(zone).date(),
        company=Text(**group.company(row["company"])["name"]),
        kind=_kind(group, row["kind"]),
        consumer=row["full_name"] or "",
        subject=row["subject"],
        signed=row["signed"],
        resolution=row["resolution"],
        executors=row["names"] or "",
        handed=handed,
        due_on=row["due_on"],
        answered_on=_day(row["answered_at"], zone),
        withdrawn=row["withdrawn"],
        transferred_on=_day(row["transferred_at"], zone),
        late=bool(row["late"]),
    )


def _entry(row: Mapping[str, Any], group: Group, zone: ZoneInfo) -> BaseRow:
    return BaseRow(
        case_id=row["case_id"],
        label=row["label"],
        mark=row["mark"],
        entered_on=row["entered_at"].astimezone(zone).date(),
        kind=_kind(group, row["kind"]),
        source=_source(group, row["source"]),
        consumer=row["full_name"] or "",
        subject=row["subject"],
        resolution=row["resolution"],
        executors=row["names"] or "",
        answered_on=_day(row["answered_at"], zone),
        reply_number=row["outgoing_number"] or "",
        withdrawn=row["withdrawn"],
        decision=row["decision"],
        expedient=row["expedient"],
        feasible=row["feasible"],
    )


def _kind(group: Group, code: str | None) -> Text:
    kinds = group.office.settings.get("appeal", {}).get("kinds", [])
    return next((Text(**each["name"]) for each in kinds if each["code"] == code), Text("", "", ""))


def _source(group: Group, code: str) -> Text:
    settings = group.office.settings
    portal = settings.get("portal", {}).get("source")
    sources = [*settings.get("appeal", {}).get("sources", []), *([portal] if portal else [])]
    return next((Text(**each["name"]) for each in sources if each["code"] == code), Text(code, code, code))


def _day(moment: datetime | None, zone: ZoneInfo) -> date | None:
    return moment.astimezone(zone).date() if moment else None
