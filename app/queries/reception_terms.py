"""The terms that count from a reception day, read once for all days of an office."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.deadlines import Term, compute
from app.domain.hours import OfficeCalendar
from app.domain.rules import parse_rule
from app.domain.terms import Roll
from app.domain.texts import Text
from app.models import DeadlineRule

MATERIALS: Final = (8, "reception.materials")
RULES: Final = (
    (7, "reception.reminder_call"),
    MATERIALS,
    (9, "reception.pre_meeting"),
    (10, "reception.day"),
    (11, "reception.protocol"),
)


@dataclass(frozen=True, slots=True)
class DayTerm:
    """A term of the day: the step it belongs to, its name, when it opens and is due, its clause."""

    step: int
    name: Text
    term: Term
    clause: str


class DayTerms:
    """The office's rules for reception days; one statement, however many days are asked about."""

    def __init__(self, session: Session, office_id: str, calendar: OfficeCalendar) -> None:
        self._calendar = calendar
        self._rows: dict[str, list[DeadlineRule]] = {}
        rows = session.scalars(
            select(DeadlineRule)
            .where(DeadlineRule.office_id == office_id, DeadlineRule.key.in_([key for _, key in RULES]))
            .order_by(DeadlineRule.valid_from.desc(), DeadlineRule.entered_at.desc())
        )
        for row in rows:
            self._rows.setdefault(row.key, []).append(row)

    def of(self, begins_at: datetime) -> Sequence[DayTerm]:
        """The terms of the day that begins then; a rule the office does not have is left out."""
        return [found for step, key in RULES if (found := self._term(step, key, begins_at))]

    def materials(self, begins_at: datetime) -> Term | None:
        """When the materials of that day go to the leadership (KST-S08)."""
        found = self._term(*MATERIALS, begins_at)
        return found.term if found else None

    def _term(self, step: int, key: str, begins_at: datetime) -> DayTerm | None:
        row = next((each for each in self._rows.get(key, ()) if each.valid_from <= begins_at.date()), None)
        if row is None:
            return None
        basis = Text(row.basis_kk, row.basis_ru, row.basis_en)
        term = compute(
            parse_rule(row.expression),
            begins_at,
            self._calendar,
            roll=cast(Roll, row.roll),
            basis=basis,
            clause=row.clause or None,
        )
        return DayTerm(step, Text(row.name_kk, row.name_ru, row.name_en), term, row.clause)
