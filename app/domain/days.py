"""The days of a working calendar that differ from a plain week, and the decisions that make them differ."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from app.domain import wording
from app.domain.texts import Text

Week = Literal[5, 6]
"""Working days in a week: Monday to Friday, or Monday to Saturday."""
Layer = Literal["package", "official", "local"]
Kind = Literal["holiday", "observed", "moved_off", "moved_working", "decided"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One day declared working or off, known from `entered_at` (aware) on.

    `layer` official is an act of the state, local the office's own exception, which wins over it. `pair_day` is the
    other day of a transfer. Decisions are only ever added: a wrong one is answered by a later one.
    """

    day: date
    working: bool
    reason: Text
    entered_at: datetime
    layer: Literal["official", "local"] = "official"
    document: str = ""
    document_date: date | None = None
    pair_day: date | None = None
    entered_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedDay:
    """A day with a name: a holiday, a day off given for one, a moved day, a decided day.

    `estimated` marks a date computed from the moon that the Muslim board has not confirmed yet. `decision` is there
    when `layer` is official or local.
    """

    day: date
    working: bool
    kind: Kind
    why: Text
    layer: Layer = "package"
    estimated: bool = False
    decision: Decision | None = None


def named_by(decision: Decision) -> NamedDay:
    """The day as `decision` declares it."""
    moved: Kind = "moved_working" if decision.working else "moved_off"
    return NamedDay(
        day=decision.day,
        working=decision.working,
        kind=moved if decision.pair_day else "decided",
        why=decision.reason,
        layer=decision.layer,
        decision=decision,
    )


def moved_off_reason(worked: date) -> Text:
    """Why a weekday is off when its work was moved to `worked`."""
    day = wording.long_day(worked)
    return Text(
        f"демалыс, {day.kk} күнінен ауыстырылған",
        f"выходной, перенос с {day.ru}",
        f"day off, moved from {day.en}",
    )


def moved_working_reason(off: date) -> Text:
    """Why a weekend day is worked when its rest was moved to `off`."""
    day = wording.long_day(off)
    return Text(
        f"жұмыс күні, демалыс {day.kk} күніне ауыстырылған",
        f"рабочий день, выходной перенесён на {day.ru}",
        f"working day, day off moved to {day.en}",
    )
