"""The register of assignments under control, R-ASSIGN: late ones first (KST-S12, KRG-34; RPT-KST-K)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.texts import Text
from app.models.database import reading
from app.queries.executors import bodies
from app.records.assignment_facts import ORIGINS, STATES
from app.records.terms import office_calendar
from app.records.zones import zone_of_office

PAGE: Final = 50
VIEWS: Final = ("open", "late", "executed", "proposals", "off_control", "all")


@dataclass(frozen=True, slots=True)
class AssignmentFilter:
    """What the reader chose: state (one of `VIEWS`), origin, words to find, body, the page (from 0).

    `person_id` leaves only the assignments that a person carries out.
    """

    state: str = "open"
    origin: str = ""
    find: str = ""
    body: int | None = None
    page: int = 0
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """An assignment in the register."""

    id: int
    case_id: int
    case_number: str
    applicant: str
    number: str
    protocol: str
    origin: str
    text: str
    executors: str
    body: Text
    due_on: date
    extended: bool
    state: str
    executed_on: date | None
    timeliness: str | None
    late_days: int | None
    quality: str | None
    off_control_on: date | None
    off_control_by: str
    late: bool
    proposals: int

    @property
    def state_name(self) -> Text:
        """Its state in words."""
        return STATES[self.state]

    @property
    def origin_name(self) -> Text:
        """Who gave it, in words."""
        return ORIGINS[self.origin]


@dataclass(frozen=True, slots=True)
class Register:
    """A page of the register; `counts` are the assignments of every view before other filters but the person's."""

    rows: Sequence[AssignmentRow]
    total: int
    counts: Mapping[str, int]
    pages: int


_OPEN: Final = "assignment.state IN ('under_control', 'rework', 'executed')"
_LATE: Final = "assignment.state IN ('under_control', 'rework') AND assignment.due_on < :today"
_PROPOSED: Final = """EXISTS (SELECT FROM assignment_measure
    WHERE assignment_measure.assignment_id = assignment.id AND assignment_measure.state = 'proposed')"""
_VIEWS: Final = {
    "open": _OPEN,
    "late": _LATE,
    "executed": "assignment.state = 'executed'",
    "proposals": _PROPOSED,
    "off_control": "assignment.state = 'off_control'",
    "all": "TRUE",
}
_MINE: Final = """(CAST(:person AS bigint) IS NULL OR EXISTS (SELECT FROM assignment_executor
    WHERE assignment_executor.assignment_id = assignment.id AND assignment_executor.person_id = :person))"""
_BASE: Final = f"""
    FROM assignment
    JOIN case_file ON case_file.id = assignment.case_id
    JOIN state_body ON state_body.id = assignment.body_id
    LEFT JOIN applicant ON applicant.id = case_file.applicant_id
    LEFT JOIN person AS closed_by ON closed_by.id = assignment.off_control_by
    LEFT JOIN LATERAL (
        SELECT string_agg(coalesce(person.full_name, nullif(assignment_executor.official, ''), body.name_ru), ', '
                          ORDER BY place) AS names
        FROM assignment_executor
        LEFT JOIN person ON person.id = assignment_executor.person_id
        LEFT JOIN state_body AS body ON body.id = assignment_executor.body_id
        WHERE assignment_executor.assignment_id = assignment.id
    ) AS executor ON true
    WHERE assignment.office_id = :office AND assignment.state <> 'draft' AND {_MINE}
"""  # noqa: S608 - our own parts
_COUNTS: Final = (
    "SELECT "  # noqa: S608 - our own parts
    + ", ".join(f"count(*) FILTER (WHERE {condition}) AS {view}" for view, condition in _VIEWS.items())
    + f" FROM assignment WHERE assignment.office_id = :office AND assignment.state <> 'draft' AND {_MINE}"
)
_COLUMNS: Final = f"""
    SELECT assignment.*, case_file.number AS case_number, applicant.full_name AS applicant, executor.names,
           state_body.name_kk, state_body.name_ru, state_body.name_en, closed_by.full_name AS closed_by,
           ({_LATE}) AS late, count(*) OVER () AS total,
           EXISTS (SELECT FROM assignment_extension WHERE assignment_extension.assignment_id = assignment.id
                   AND assignment_extension.decision = 'granted') AS extended,
           (SELECT count(*) FROM assignment_measure WHERE assignment_measure.assignment_id = assignment.id
            AND assignment_measure.state = 'proposed') AS proposals
"""  # noqa: S608 - our own parts


_ORDER: Final = "ORDER BY late DESC, assignment.due_on, assignment.id"


def register(office_id: str, chosen: AssignmentFilter, *, limit: int | None = PAGE) -> Register:
    """A page of the register of an office, late first, then by date; all rows with `limit` None."""
    values: dict[str, Any] = {"office": office_id, "person": chosen.person_id}
    conditions = f" AND {_VIEWS.get(chosen.state, _OPEN)}"
    if chosen.origin:
        conditions += " AND assignment.origin = :origin"
        values["origin"] = chosen.origin
    if chosen.body is not None:
        conditions += " AND assignment.body_id = :body"
        values["body"] = chosen.body
    if chosen.find:
        conditions += """ AND (assignment.text ILIKE :find OR assignment.register_number ILIKE :find
            OR case_file.number ILIKE :find OR applicant.full_name ILIKE :find OR executor.names ILIKE :find
            OR assignment.appeal_number ILIKE :find)"""
        values["find"] = "%" + chosen.find.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    query = f"{_COLUMNS} {_BASE} {conditions} {_ORDER}"
    if limit is not None:
        query += " LIMIT :limit OFFSET :offset"
        values |= {"limit": limit, "offset": chosen.page * limit}
    with reading() as session:
        values["today"] = office_calendar(session, office_id).local(clock.now()).date()
        counts = dict(session.execute(text(_COUNTS), values).mappings().one())
        rows = session.execute(text(query), values).mappings().all()
    total = rows[0]["total"] if rows else 0
    return Register([_row(dict(row)) for row in rows], total, counts, -(-total // limit) if limit else 1)


def assignments_of_case(session: Session, office_id: str, case_id: int) -> list[AssignmentRow]:
    """Every assignment of a case that is in the register, in its order."""
    today = clock.now().astimezone(zone_of_office(office_id)).date()
    query = text(f"{_COLUMNS} {_BASE} AND assignment.case_id = :case {_ORDER}")
    values = {"office": office_id, "person": None, "case": case_id, "today": today}
    return [_row(dict(row)) for row in session.execute(query, values).mappings()]


def bodies_of(office_id: str) -> list[tuple[int, Text]]:
    """The directory of state bodies: id and name."""
    with reading() as session:
        return [(row.id, Text(row.name_kk, row.name_ru, row.name_en)) for row in bodies(session, office_id)]


def _row(row: Mapping[str, Any]) -> AssignmentRow:
    return AssignmentRow(
        id=row["id"],
        case_id=row["case_id"],
        case_number=row["case_number"] or row["appeal_number"],
        applicant=row["applicant"] or "",
        number=row["register_number"] or str(row["number"]),
        protocol=row["protocol"] or row["origin_document"],
        origin=row["origin"],
        text=row["text"],
        executors=row["names"] or "",
        body=Text(row["name_kk"], row["name_ru"], row["name_en"]),
        due_on=row["due_on"],
        extended=row["extended"],
        state=row["state"],
        executed_on=row["executed_on"],
        timeliness=row["timeliness"],
        late_days=row["late_days"],
        quality=row["quality"],
        off_control_on=row["off_control_on"],
        off_control_by=row["closed_by"] or "",
        late=row["late"],
        proposals=row["proposals"],
    )
