"""Folders of materials: what one is made of, whether it is stale, how far its making is."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.models import MaterialsPack
from app.models.database import reading
from app.queries.reception import DayHead, booked_cases, day_head
from app.queries.reception_rows import CaseRows, case_rows

_LAST: Final = text(
    """
    SELECT history.case_id, max(history.id) AS last FROM history
    WHERE history.case_id = ANY(:cases) AND history.kind NOT IN ('bulk_done', 'bulk_taken_back')
    GROUP BY history.case_id
    """
)


@dataclass(frozen=True, slots=True)
class PackRow:
    """A folder as pages show it; `stale` says that something has happened in one of its requests since."""

    id: int
    language: str
    status: str
    done: int
    total: int
    asked_at: datetime
    made_at: datetime | None
    file_id: int | None
    stale: bool


@dataclass(frozen=True, slots=True)
class Packs:
    """The folders of a day, the newest first, and the requests that one would hold now."""

    head: DayHead
    rows: Sequence[PackRow]
    cases: Sequence[CaseRows]

    @property
    def working(self) -> bool:
        """Whether one is being made."""
        return any(row.status in ("waiting", "making") for row in self.rows)


def packs_of_day(office_id: str, day_id: int) -> Packs | None:
    """The folders of a day; None when the office has no such day."""
    with reading() as session:
        head = day_head(session, office_id, day_id)
        if head is None:
            return None
        cases = case_rows(session, office_id, booked_cases(session, office_id, day_id), day_id=day_id)
        mark = mark_of(session, [case.case_id for case in cases])
        rows = session.scalars(
            select(MaterialsPack)
            .where(MaterialsPack.day_id == day_id, MaterialsPack.status != "cancelled")
            .order_by(MaterialsPack.id.desc())
            .limit(4)
        )
        return Packs(head, [_row(row, mark) for row in rows], cases)


def pack(office_id: str, pack_id: int) -> PackRow | None:
    """One folder of the office."""
    with reading() as session:
        row = session.get(MaterialsPack, pack_id)
        if row is None or row.office_id != office_id or row.status == "cancelled":
            return None
        return _row(row, mark_of(session, cases_of(session, row)))


def cases_of(session: Session, row: MaterialsPack) -> list[int]:
    """The requests of a folder: of a day those booked on it now, else those that were chosen."""
    return booked_cases(session, row.office_id, row.day_id) if row.day_id and not row.cases else list(row.cases)


def mark_of(session: Session, case_ids: Iterable[int]) -> str:
    """What tells one state of these requests from another."""
    wanted = sorted(case_ids)
    rows = {row.case_id: row.last for row in session.execute(_LAST, {"cases": wanted})}
    return hashlib.sha256(repr([(each, rows.get(each)) for each in wanted]).encode()).hexdigest()[:32]


def _row(row: MaterialsPack, mark: str) -> PackRow:
    stale = row.status == "ready" and row.seen != mark
    return PackRow(row.id, row.language, row.status, row.done, row.total, row.asked_at, row.made_at, row.file_id, stale)
