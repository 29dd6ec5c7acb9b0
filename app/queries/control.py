"""Replies to appeals that are overdue or at risk, with who answers, why the term is what it is, and who was told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text

from app.domain import clock
from app.domain.remaining import Remaining, remaining
from app.domain.texts import Text
from app.models.database import reading
from app.queries.appeal_search import AWAITED
from app.records.terms import explanation_of, office_calendar

SHOWN: Final = 200
VIEWS: Final = ("all", "overdue", "risk")
_BODIES: Final = f"""
    SELECT body.id, body.name_kk, body.name_ru, body.name_en, count(*) FILTER (WHERE due_at < :now) AS overdue,
           count(*) FILTER (WHERE due_at >= :now) AS risk
    FROM appeal_line AS line LEFT JOIN state_body AS body ON body.id = line.executor_id
    WHERE line.office_id = :office AND {AWAITED} AND line.risk_at <= :now
    GROUP BY body.id ORDER BY overdue DESC, risk DESC, body.id NULLS LAST
"""  # noqa: S608 - our own parts
_ROWS: Final = """
    SELECT line.case_id, line.due_at, line.term, line.control, line.registered_at, case_file.number,
           applicant.full_name, body.name_kk, body.name_ru, body.name_en, alarm.told_at, alarm.told,
           (SELECT person.full_name FROM reply JOIN person ON person.id::text = reply.executors ->> 0
            WHERE reply.case_id = line.case_id ORDER BY reply.id DESC LIMIT 1) AS responsible
    FROM appeal_line AS line
    JOIN case_file ON case_file.id = line.case_id
    LEFT JOIN applicant ON applicant.id = case_file.applicant_id
    LEFT JOIN state_body AS body ON body.id = line.executor_id
    LEFT JOIN LATERAL (
        SELECT appeal_alarm.told_at,
               array(SELECT person.full_name FROM person WHERE to_jsonb(person.id) <@ appeal_alarm.told
                     ORDER BY person.sort_key) AS told
        FROM appeal_alarm WHERE appeal_alarm.case_id = line.case_id AND appeal_alarm.due_at = line.due_at
        ORDER BY appeal_alarm.told_at DESC LIMIT 1
    ) AS alarm ON true
    WHERE line.office_id = :office AND {awaited} AND line.risk_at <= :now {condition}
    ORDER BY line.due_at, line.case_id LIMIT :limit
"""
_CONDITIONS: Final = {"all": "", "overdue": "AND line.due_at < :now", "risk": "AND line.due_at >= :now"}


@dataclass(frozen=True, slots=True)
class BodyLoad:
    """How many replies of a state body are overdue and at risk; `id` is None where nobody was named yet."""

    id: int | None
    name: Text
    overdue: int
    risk: int


@dataclass(frozen=True, slots=True)
class ControlledAppeal:
    """An appeal whose reply is at risk, or overdue and so deemed a refusal.

    `executor` is the body that answers, else the person who prepares the reply.
    """

    case_id: int
    number: str
    applicant: str
    executor: Text
    control: bool
    registered_at: datetime | None
    due_at: datetime
    remaining: Remaining
    overdue: bool
    explanation: Text
    told_at: datetime | None
    told: Sequence[str]


@dataclass(frozen=True, slots=True)
class Control:
    """What the page of control shows; `counts` are those of every view, of the chosen executor."""

    rows: Sequence[ControlledAppeal]
    bodies: Sequence[BodyLoad]
    counts: Mapping[str, int]


def control_of(office_id: str, *, view: str, executor: int | None, personal: bool, limit: int = SHOWN) -> Control:
    """The appeals of an office that whoever controls must see, the earliest term first."""
    now = clock.now()
    condition = _CONDITIONS.get(view, "") + (" AND line.executor_id = :executor" if executor else "")
    values: dict[str, Any] = {"office": office_id, "now": now, "executor": executor, "limit": limit}
    with reading() as session:
        calendar = office_calendar(session, office_id)
        bodies = [_body(row) for row in session.execute(text(_BODIES), values).mappings()]
        rows = session.execute(text(_ROWS.format(awaited=AWAITED, condition=condition)), values).mappings().all()
    chosen = [body for body in bodies if executor in (None, body.id)]
    overdue, risk = sum(body.overdue for body in chosen), sum(body.risk for body in chosen)
    return Control(
        rows=[_row(row, now, calendar, personal=personal) for row in rows],
        bodies=bodies,
        counts={"all": overdue + risk, "overdue": overdue, "risk": risk},
    )


def _body(row: Mapping[Any, Any]) -> BodyLoad:
    return BodyLoad(row["id"], _name(row), row["overdue"], row["risk"])


def _row(row: Mapping[Any, Any], now: datetime, calendar: Any, *, personal: bool) -> ControlledAppeal:
    return ControlledAppeal(
        case_id=row["case_id"],
        number=row["number"] or "",
        applicant=(row["full_name"] or "") if personal else "",
        executor=_name(row) if row["name_ru"] else Text(*[row["responsible"] or ""] * 3),
        control=bool(row["control"]),
        registered_at=row["registered_at"],
        due_at=row["due_at"],
        remaining=remaining(row["due_at"], now, calendar),
        overdue=row["due_at"] < now,
        explanation=explanation_of(row["term"]) if row["term"] else Text("", "", ""),
        told_at=row["told_at"],
        told=row["told"] or (),
    )


def _name(row: Mapping[Any, Any]) -> Text:
    return Text(row["name_kk"] or "", row["name_ru"] or "", row["name_en"] or "")
