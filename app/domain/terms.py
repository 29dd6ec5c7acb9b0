"""A computed term: when it opens, when it is due, and how it was counted."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from app.domain.rules import Rule
from app.domain.texts import Text

Roll = Literal["none", "next", "previous"]
"""What happens when a term ends on a day off: it stays, or moves to the next or the previous working day."""


@dataclass(frozen=True, slots=True)
class CountedDay:
    """One day on the way from the anchor to the due day, in the order of counting.

    `number` is its place in the count, None when it is passed over; `why` names a day off or a worked weekend day.
    """

    date: date
    number: int | None
    working: bool
    why: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A deadline as two moments, aware, in the office's zone, with its explanation in three languages.

    `preliminary`: the count depends on a year nobody has checked yet. `rolled_from` is the day off on which the term
    ended by the count. `calendar_version` is the version of the office calendar that counted.
    """

    rule: Rule
    anchor: datetime
    opens: datetime
    due: datetime
    explanation: Text
    days: tuple[CountedDay, ...]
    preliminary: bool = False
    rolled_from: date | None = None
    calendar_version: int = 0
