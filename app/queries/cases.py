"""The list of cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text

from app.domain import clock
from app.domain.case_words import asked
from app.models.database import reading
from app.queries.word_search import COUNTED, asking, searched

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in the list."""

    id: int
    kind: str
    number: str
    applicant: str
    subject: str
    status: str
    opened_at: datetime
    closed_at: datetime | None
    step: int | None
    late: bool


@dataclass(frozen=True, slots=True)
class CaseList:
    """A page of the list; `next` is the id after which the next page starts.

    `more`: a search has found more than its `total`, and those are not counted.
    """

    rows: Sequence[CaseRow]
    total: int
    next: int | None
    more: bool = False


_LIST: Final = f"""
    SELECT case_file.id, case_file.kind, case_file.number, case_file.subject, case_file.status, case_file.opened_at,
           case_file.closed_at, applicant.full_name, open_task.step, open_task.late
    FROM (SELECT id FROM case_file WHERE {{where}} ORDER BY id DESC LIMIT {PAGE + 1}) AS found
    JOIN case_file ON case_file.id = found.id
    LEFT JOIN applicant ON applicant.id = case_file.applicant_id
    LEFT JOIN LATERAL (
        SELECT max(step) AS step, bool_or(due_at < :now) AS late FROM user_task
        WHERE user_task.case_id = case_file.id AND user_task.status = 'open'
    ) AS open_task ON true
    ORDER BY case_file.id DESC
"""  # noqa: S608 - our own parts


def case_list(office_id: str, *, find: str = "", status: str = "", after: int | None = None) -> CaseList:
    """The cases of an office, newest first; `status` is running, closed or an outcome."""
    values: dict[str, Any] = {"office": office_id, "now": clock.now(), "status": status, "after": after}
    where = "case_file.office_id = :office"
    if status:
        where += " AND case_file.status " + ("<> 'running'" if status == "closed" else "= :status")
    asks = asking(asked(find, personal=True), values)
    with reading() as session:
        if asks:
            total, where = searched(session, asks, where, values, table="case_file", case="case_file.id")
        else:
            total = session.execute(text(f"SELECT count(*) FROM case_file WHERE {where}"), values).scalar_one()  # noqa: S608 - our own parts
        page = where + (" AND case_file.id < :after" if after else "")
        rows = session.execute(text(_LIST.format(where=page)), values).mappings().all()
    found = [
        CaseRow(
            id=row["id"],
            kind=row["kind"],
            number=row["number"] or "",
            applicant=row["full_name"] or "",
            subject=row["subject"],
            status=row["status"],
            opened_at=row["opened_at"],
            closed_at=row["closed_at"],
            step=row["step"],
            late=bool(row["late"]),
        )
        for row in rows
    ]
    more = bool(asks) and total > COUNTED
    return CaseList(found[:PAGE], total - more, found[PAGE - 1].id if len(found) > PAGE else None, more)
