"""What a periodic report is: a period and rows of figures, the same for the page and for every file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.domain.texts import Text
from app.records.terms import Terms


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included, on the office's clock."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def days(self) -> tuple[date, date]:
        """Both days."""
        return self.first, self.last

    @property
    def begins(self) -> datetime:
        """The first moment of the period."""
        return datetime.combine(self.first, time(), self.zone)

    @property
    def ends(self) -> datetime:
        """The first moment after the period."""
        return datetime.combine(self.last + timedelta(days=1), time(), self.zone)

    @property
    def name(self) -> str:
        """Both days, as the page shows them."""
        return f"{self.first:%d.%m.%Y}–{self.last:%d.%m.%Y}"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: a number, or words where nothing is counted; `part` rows are counted within the row above."""

    code: str
    label: Text
    value: str
    part: bool = False


@dataclass(frozen=True, slots=True)
class ReportKind:
    """A report that `process` makes: its period has `months`, 0 for a week; `rules`, one after the other, say when.

    `past`: it is begun when its period is over, its rules count from there. `by_hand`: somebody begins it, and it has
    no term. `paper` is the document template, else that of the code.
    """

    code: str
    title: Text
    clause: str
    rules: tuple[str, ...]
    months: int
    process: str
    build: Callable[[Session, str, Period], Sequence[Row]]
    past: bool = False
    by_hand: bool = False
    paper: str = ""


def period_of(kind: ReportKind, day: date, zone: ZoneInfo) -> Period:
    """The period of a kind that holds `day`: a week from its Monday, a month, or a quarter of the year."""
    if kind.months == 0:
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=6), zone)
    first = day.replace(day=1, month=(day.month - 1) // kind.months * kind.months + 1)
    return Period(first, _later(first, kind.months) - timedelta(days=1), zone)


def due_of(kind: ReportKind, period: Period, terms: Terms) -> datetime:
    """When the report of the period is due by the rules of the office."""
    moment = (period.ends if kind.past else period.begins).isoformat()
    for rule in kind.rules:
        moment = terms.deadline(rule, moment)
    return datetime.fromisoformat(moment)


def periods_before(kind: ReportKind, day: date, zone: ZoneInfo, count: int) -> list[Period]:
    """The period of `day` and those before it, the newest first."""
    found = [period_of(kind, day, zone)]
    while len(found) < count:
        found.append(period_of(kind, found[-1].first - timedelta(days=1), zone))
    return found


def _later(first: date, months: int) -> date:
    return date(first.year + (first.month - 1 + months) // 12, (first.month - 1 + months) % 12 + 1, 1)


def as_figures(rows: Sequence[Row]) -> dict[str, Any]:
    """The rows as they are kept when a report is sent."""
    return {
        "rows": [{"code": row.code, "label": row.label.as_dict(), "value": row.value, "part": row.part} for row in rows]
    }


def from_figures(figures: Mapping[str, Any]) -> list[Row]:
    """The rows that `as_figures` kept."""
    return [
        Row(each["code"], Text(**each["label"]), each["value"], part=each["part"]) for each in figures.get("rows", ())
    ]
