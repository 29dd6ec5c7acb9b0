"""The working calendar: the country's days, official decisions over them, local exceptions over those."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import ClassVar, Final, Literal
from zoneinfo import ZoneInfo

from app.domain import wording
from app.domain.days import Decision, NamedDay, Week, moved_off_reason, moved_working_reason, named_by
from app.domain.errors import AutomationError
from app.domain.kazakhstan import (
    CHECKED_YEARS,
    FIRST_YEAR,
    LAST_YEAR,
    is_plain_working,
    named_days,
    named_days_as_known_on,
)
from app.domain.texts import Text

__all__ = [
    "CHECKED_YEARS",
    "COUNTRY_ZONE",
    "FIRST_YEAR",
    "LAST_YEAR",
    "WEEKEND",
    "CalendarDecisionError",
    "CalendarHorizonError",
    "Decision",
    "DecisionChangesNothingError",
    "NamedDay",
    "NotADayOffError",
    "NotAWorkingDayError",
    "SameDayTransferError",
    "WorkingCalendar",
    "differing_days",
    "flip",
    "transfer",
]

COUNTRY_ZONE: Final = ZoneInfo("Asia/Almaty")
"""The day on which a decision became known is a day of this zone."""
WEEKEND: Final = Text("демалыс күні", "выходной", "day off")
_ONE_DAY: Final = timedelta(days=1)


class CalendarHorizonError(AutomationError):
    """The calendar knows nothing about that year."""

    status: ClassVar[int] = 422
    message: ClassVar[Text] = Text(
        kk="Күнтізбеде {year} жыл жоқ: белгілі жылдар {first}–{last}.",
        ru="В календаре нет {year} года: известны годы {first}–{last}.",
        en="The calendar has no year {year}: it knows {first}–{last}.",
    )

    def __init__(self, year: int) -> None:
        super().__init__(year=year, first=FIRST_YEAR, last=LAST_YEAR)


class CalendarDecisionError(AutomationError):
    """A decision about days that cannot be entered."""

    status: ClassVar[int] = 422


class SameDayTransferError(CalendarDecisionError):
    """A day cannot be moved to itself."""

    message: ClassVar[Text] = Text(
        kk="{day_kk} күні өзіне ауыстырылмайды: екі түрлі күнді көрсетіңіз.",
        ru="{day_ru} нельзя перенести на тот же день: укажите два разных дня.",
        en="{day_en} cannot be moved to itself: name two different days.",
    )


class NotADayOffError(CalendarDecisionError):
    """The day off that is to be moved is a working day already."""

    message: ClassVar[Text] = Text(
        kk="{day_kk} онсыз да жұмыс күні, одан демалыс ауыстырылмайды.",
        ru="{day_ru} и так рабочий день, переносить с него нечего.",
        en="{day_en} is a working day already: there is no day off to move.",
    )


class NotAWorkingDayError(CalendarDecisionError):
    """The day that is to become a day off is off already."""

    message: ClassVar[Text] = Text(
        kk="{day_kk} онсыз да демалыс күні, оған демалыс ауыстырылмайды.",
        ru="{day_ru} и так выходной, переносить на него нечего.",
        en="{day_en} is a day off already: nothing can be moved to it.",
    )


class DecisionChangesNothingError(CalendarDecisionError):
    """The day already is what the decision says."""

    message: ClassVar[Text] = Text(
        kk="{day_kk} күні күнтізбеде онсыз да солай: шешім ештеңені өзгертпейді.",
        ru="{day_ru} в календаре уже так и стоит: решение ничего не меняет.",
        en="{day_en} stands so in the calendar already: the decision changes nothing.",
    )


@dataclass(frozen=True, slots=True)
class _Year:
    first: int
    working: tuple[bool, ...]
    worked_ordinals: tuple[int, ...]
    named: dict[date, NamedDay]


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are worked, and why the others are not.

    Three layers, the later wins: the package's days of Kazakhstan, official `decisions`, local ones; within a layer
    the decision entered later wins. `approved` holds the years that somebody checked against the official balance.
    `known_on` is set by `as_known_on`. Every method raises `CalendarHorizonError` outside 2006–2099.
    """

    decisions: Sequence[Decision] = ()
    approved: frozenset[int] = CHECKED_YEARS
    week: Week = 5
    known_on: date | None = None
    _years: dict[int, _Year] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "decisions", tuple(self.decisions))

    def as_known_on(self, day: date) -> "WorkingCalendar":
        """This calendar as it stood at the end of `day` (in Asia/Almaty): later decisions left out."""
        known = [each for each in self.decisions if each.entered_at.astimezone(COUNTRY_ZONE).date() <= day]
        return replace(self, decisions=tuple(known), known_on=day)

    def is_working(self, day: date) -> bool:
        year = self._years.get(day.year) or self._load(day.year)
        return year.working[day.toordinal() - year.first]

    def named(self, day: date) -> NamedDay | None:
        """The day as the highest layer names it; None for a plain day of the week."""
        return (self._years.get(day.year) or self._load(day.year)).named.get(day)

    def why(self, day: date) -> Text | None:
        """Why the day is off, or why a weekend day is worked; None for a plain working day."""
        named = self.named(day)
        if named is not None:
            return named.why
        return None if self.is_working(day) else WEEKEND

    def is_preliminary(self, year: int) -> bool:
        """Whether nobody has checked `year` against the official balance of working time yet."""
        self._load(year)
        return year not in self.approved

    def estimated_days(self, year: int) -> tuple[date, ...]:
        """Days off of `year` whose date the Muslim board has not confirmed and no decision has settled."""
        return tuple(day.day for day in self._load(year).named.values() if day.estimated)

    def special_days(self, year: int) -> tuple[NamedDay, ...]:
        """The named days of `year` in order: holidays (on a weekend too), days in lieu, moved and decided days."""
        return tuple(self._load(year).named.values())

    def working_days_in_months(self, year: int) -> tuple[int, ...]:
        """Twelve numbers, January first, to compare with the Ministry's balance."""
        starts = [date(year, month, 1) for month in range(1, 13)]
        ends = [start - _ONE_DAY for start in starts[1:]] + [date(year, 12, 31)]
        return tuple(self.count(start, end) for start, end in zip(starts, ends, strict=True))

    def count(self, first: date, last: date) -> int:
        """Working days from `first` to `last`, both included; 0 when `last` is earlier."""
        total = 0
        for number in range(first.year, last.year + 1):
            worked = self._load(number).worked_ordinals
            total += bisect_left(worked, last.toordinal() + 1) - bisect_left(worked, first.toordinal())
        return max(total, 0)

    def next_working(self, day: date) -> date:
        """The first working day after `day`."""
        return self._step(day, _ONE_DAY)

    def previous_working(self, day: date) -> date:
        """The last working day before `day`."""
        return self._step(day, -_ONE_DAY)

    def _step(self, day: date, step: timedelta) -> date:
        day += step
        while not self.is_working(day):
            day += step
        return day

    def _load(self, number: int) -> _Year:
        year = self._years.get(number)
        if year is None:
            if not FIRST_YEAR <= number <= LAST_YEAR:
                raise CalendarHorizonError(number)
            year = self._years[number] = self._build(number)
        return year

    def _build(self, number: int) -> _Year:
        base = named_days(number, self.week) if self.known_on is None else self._base_as_known(number, self.known_on)
        named = {**base, **self._decided(number)}
        first, end = date(number, 1, 1).toordinal(), date(number + 1, 1, 1).toordinal()
        days = [date.fromordinal(ordinal) for ordinal in range(first, end)]
        working = tuple(named[day].working if day in named else is_plain_working(day, self.week) for day in days)
        worked = tuple(day.toordinal() for day, is_worked in zip(days, working, strict=True) if is_worked)
        return _Year(first, working, worked, dict(sorted(named.items())))

    def _base_as_known(self, number: int, known_on: date) -> dict[date, NamedDay]:
        return dict(named_days_as_known_on(number, self.week, known_on))

    def _decided(self, number: int) -> dict[date, NamedDay]:
        of_year = [each for each in self.decisions if each.day.year == number]
        return {each.day: named_by(each) for each in sorted(of_year, key=_precedence)}


def _precedence(decision: Decision) -> tuple[bool, datetime]:
    return decision.layer == "local", decision.entered_at


def transfer(
    calendar: WorkingCalendar,
    *,
    day_off: date,
    moved_to: date,
    entered_at: datetime,
    document: str = "",
    document_date: date | None = None,
    entered_by: str = "",
    layer: Literal["official", "local"] = "official",
) -> tuple[Decision, Decision]:
    """The day off `day_off` becomes a working day and `moved_to` a day off: the two decisions, in this order.

    Both days must change. Raises `SameDayTransferError`, `NotADayOffError`, `NotAWorkingDayError`.
    """
    if day_off == moved_to:
        raise SameDayTransferError(**_day_values(day_off))
    if calendar.is_working(day_off):
        raise NotADayOffError(**_day_values(day_off))
    if not calendar.is_working(moved_to):
        raise NotAWorkingDayError(**_day_values(moved_to))
    worked = Decision(
        day=day_off,
        working=True,
        reason=moved_working_reason(moved_to),
        pair_day=moved_to,
        entered_at=entered_at,
        layer=layer,
        document=document,
        document_date=document_date,
        entered_by=entered_by,
    )
    return worked, replace(worked, day=moved_to, working=False, reason=moved_off_reason(day_off), pair_day=day_off)


def flip(
    calendar: WorkingCalendar,
    *,
    day: date,
    working: bool,
    reason: Text,
    entered_at: datetime,
    document: str = "",
    document_date: date | None = None,
    entered_by: str = "",
    layer: Literal["official", "local"] = "official",
) -> Decision:
    """One day declared working or off: Kurban Ait moved, a holiday abolished, the office closed.

    Raises `DecisionChangesNothingError`, unless it confirms a day whose date is only estimated.
    """
    named = calendar.named(day)
    if calendar.is_working(day) == working and not (named and named.estimated):
        raise DecisionChangesNothingError(**_day_values(day))
    return Decision(
        day=day,
        working=working,
        reason=reason,
        entered_at=entered_at,
        layer=layer,
        document=document,
        document_date=document_date,
        entered_by=entered_by,
    )


def differing_days(old: WorkingCalendar, new: WorkingCalendar, years: Iterable[int]) -> tuple[date, ...]:
    """Days of `years` that one calendar works and the other does not: what a change of the calendar changes."""
    days = (date.fromordinal(n) for y in years for n in range(date(y, 1, 1).toordinal(), date(y + 1, 1, 1).toordinal()))
    return tuple(day for day in days if old.is_working(day) != new.is_working(day))


def _day_values(day: date) -> dict[str, object]:
    text = wording.long_day(day)
    return {"day_kk": text.kk, "day_ru": text.ru, "day_en": text.en}
