"""The register of complaints and appeals, R-KTEK-1C: selected by any parameter, sorted by any column (RPT-KTEK-S)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import text

from app.domain.texts import Text
from app.models import Office
from app.models.database import reading
from app.queries.choices import text_of
from app.records.grievances import STATES
from app.records.reply_facts import OUTCOMES

PAGE: Final = 50
SORTS: Final[Mapping[str, str]] = {
    "number": "grievance.registered_at, grievance.case_id",
    "newest": "grievance.registered_at DESC, grievance.case_id DESC",
    "due": "reply.due_at NULLS LAST, grievance.case_id",
    "nature": "appeal.nature NULLS LAST, grievance.registered_at, grievance.case_id",
    "category": "grievance.category NULLS LAST, grievance.registered_at, grievance.case_id",
    "state": "latest.state, grievance.registered_at, grievance.case_id",
    "applicant": 'applicant.sort_key COLLATE "C" NULLS LAST, grievance.registered_at, grievance.case_id',
}
_OPTIONS: Final[Mapping[str, str]] = {
    "category": "grievance.category = :category",
    "nature": "appeal.nature = :nature",
    "source": "appeal.source = :source",
    "state": "latest.state = :state",
    "channel": "coalesce(dispatch.method, grievance.reply_channel) = :channel",
    "find": """(appeal.substance ILIKE :find OR grievance.incoming_number ILIKE :find OR applicant.full_name ILIKE :find
               OR reply.outgoing_number ILIKE :find OR applicant.address ILIKE :find)""",
}
_FROM: Final = """
    FROM grievance
    JOIN appeal ON appeal.case_id = grievance.case_id
    JOIN case_file ON case_file.id = grievance.case_id
    LEFT JOIN applicant ON applicant.id = case_file.applicant_id
    LEFT JOIN LATERAL (
        SELECT * FROM reply WHERE reply.case_id = grievance.case_id ORDER BY reply.id DESC LIMIT 1
    ) AS reply ON true
    LEFT JOIN LATERAL (
        SELECT * FROM reply_dispatch WHERE reply_dispatch.reply_id = reply.id ORDER BY reply_dispatch.id DESC LIMIT 1
    ) AS dispatch ON true
    LEFT JOIN LATERAL (
        SELECT state FROM grievance_state WHERE grievance_state.case_id = grievance.case_id ORDER BY id DESC LIMIT 1
    ) AS latest ON true
    LEFT JOIN LATERAL (
        SELECT json_agg(json_build_array(state, entered_at, document) ORDER BY id) AS passed
        FROM grievance_state WHERE grievance_state.case_id = grievance.case_id
    ) AS states ON true
    WHERE grievance.office_id = :office AND grievance.registered_at IS NOT NULL
      AND (CAST(:first AS date) IS NULL OR (grievance.registered_at AT TIME ZONE :zone)::date >= :first)
      AND (CAST(:last AS date) IS NULL OR (grievance.registered_at AT TIME ZONE :zone)::date <= :last)
"""
_COLUMNS: Final = """
    SELECT grievance.*, appeal.nature, appeal.source, appeal.substance, applicant.full_name, applicant.address,
           case_file.status, reply.outgoing_number, reply.outcome, reply.due_at, reply.sent_at,
           coalesce(dispatch.method, grievance.reply_channel) AS method, dispatch.barcode,
           latest.state, states.passed, count(*) OVER () AS total
"""


@dataclass(frozen=True, slots=True)
class GrievanceFilter:
    """What the reader chose; empty words and None choose nothing. `sort` is one of `SORTS`, `page` counts from 0."""

    first: date | None = None
    last: date | None = None
    category: str = ""
    nature: str = ""
    source: str = ""
    state: str = ""
    channel: str = ""
    find: str = ""
    sort: str = "newest"
    page: int = 0


@dataclass(frozen=True, slots=True)
class Passed:
    """A state that a complaint came to, with the number of the document that it got there."""

    state: Text
    at: datetime
    document: str


@dataclass(frozen=True, slots=True)
class GrievanceRow:
    """A complaint in the register: its incoming and outgoing documents, its states with their times."""

    case_id: int
    number: str
    registered_at: datetime
    applicant: str
    address: str
    substance: str
    category: Text
    nature: Text
    source: Text
    channel: Text
    state: Text
    passed: Sequence[Passed]
    outgoing_number: str
    outcome: Text
    due_at: datetime | None
    sent_at: datetime | None
    barcode: str
    ended: bool


@dataclass(frozen=True, slots=True)
class GrievanceList:
    """A page of the register; `choices` are what it may be selected by: field → codes with their words."""

    rows: Sequence[GrievanceRow]
    total: int
    pages: int
    choices: Mapping[str, Sequence[tuple[str, Text]]]


def register(office_id: str, chosen: GrievanceFilter, *, limit: int = PAGE) -> GrievanceList:
    """A page of the register of an office."""
    with reading() as session:
        office = session.get_one(Office, office_id)
        lists = _lists(office.settings)
        values: dict[str, Any] = {"office": office_id, "zone": office.zone, "first": chosen.first, "last": chosen.last}
        conditions = ""
        for name, condition in _OPTIONS.items():
            if asked := getattr(chosen, name):
                conditions += f" AND {condition}"
                values[name] = _like(asked) if name == "find" else asked
        ordered = f"ORDER BY {SORTS.get(chosen.sort, SORTS['newest'])} LIMIT :limit OFFSET :offset"
        query = f"{_COLUMNS} {_FROM} {conditions} {ordered}"
        values |= {"limit": limit, "offset": chosen.page * limit}
        found = session.execute(text(query), values).mappings().all()
        rows = [_row(dict(row), lists, ZoneInfo(office.zone)) for row in found]
    total = found[0]["total"] if found else 0
    choices = {name: list(words.items()) for name, words in lists.items()}
    return GrievanceList(rows, total, -(-total // limit), choices)


def _lists(settings: Mapping[str, Any]) -> dict[str, dict[str, Text]]:
    appeal, replies = settings.get("appeal", {}), settings.get("replies", {})
    named = {
        "category": appeal.get("categories", []),
        "nature": appeal.get("question_natures", []),
        "source": appeal.get("sources", []),
        "channel": replies.get("dispatch_methods", []),
    }
    found = {name: {each["code"]: text_of(each["name"]) for each in rows} for name, rows in named.items()}
    return {**found, "state": dict(STATES)}


def _like(words: str) -> str:
    return "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def _row(row: Mapping[str, Any], lists: Mapping[str, Mapping[str, Text]], zone: ZoneInfo) -> GrievanceRow:
    def word(name: str, code: str | None) -> Text:
        return lists[name].get(code or "") or Text(code or "", code or "", code or "")

    return GrievanceRow(
        case_id=row["case_id"],
        number=row["incoming_number"],
        registered_at=row["registered_at"].astimezone(zone),
        applicant=row["full_name"] or "",
        address=row["address"] or "",
        substance=row["substance"],
        category=word("category", row["category"]),
        nature=word("nature", row["nature"]),
        source=word("source", row["source"]),
        channel=word("channel", row["method"]),
        state=word("state", row["state"]),
        passed=[
            Passed(word("state", state), datetime.fromisoformat(at).astimezone(zone), document)
            for state, at, document in row["passed"] or ()
        ],
        outgoing_number=row["outgoing_number"] or "",
        outcome=OUTCOMES.get((row["outgoing_number"] and row["outcome"]) or "", Text("", "", "")),
        due_at=row["due_at"].astimezone(zone) if row["due_at"] else None,
        sent_at=row["sent_at"].astimezone(zone) if row["sent_at"] else None,
        barcode=row["barcode"] or "",
        ended=row["status"] != "running",
    )
