"""The notation of deadline rules: what may be written, and what it means (grammar: docs/deadline-rules.md)."""

import re
from dataclasses import dataclass
from datetime import time
from functools import lru_cache
from typing import Final, Literal

from app.domain.rule_errors import EmptyRuleError, MissingUnitError, RuleError, UnfinishedRuleError, UnknownWordError

Unit = Literal[
    "working day", "calendar day", "working minute", "working hour", "minute", "hour", "week", "month", "year"
]
Direction = Literal["after", "before"]
Period = Literal["week", "month", "quarter", "half-year", "year"]
DEFAULT_EVENT: Final = "event"
WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WEEKDAY_NAMES: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ORDINALS: Final = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}
MOST: Final = 9999
"""The largest number of units a rule may name."""
LAST_DAY: Final = 31
"""`MonthDay(31)` is the last day of any month: shorter months end it."""


@dataclass(frozen=True, slots=True)
class Span:
    """`3 working days after request.registered`; with `least` a range: `1 to 3 working days after …`."""

    count: int
    unit: Unit
    direction: Direction = "after"
    event: str = DEFAULT_EVENT
    least: int | None = None

    def __str__(self) -> str:
        least = f"{self.least} to " if self.least is not None else ""
        ending = "" if self.count == 1 else "s"
        return f"{least}{self.count} {self.unit}{ending} {self.direction}{_event_shown(self.event)}"


@dataclass(frozen=True, slots=True)
class EventDay:
    """`on reception.date day`: the day of the event itself."""

    event: str = DEFAULT_EVENT

    def __str__(self) -> str:
        return f"on {self.event} day"


@dataclass(frozen=True, slots=True)
class AtOnce:
    """`immediately after schedule.changed`: the moment of the event."""

    event: str = DEFAULT_EVENT

    def __str__(self) -> str:
        return f"immediately after{_event_shown(self.event)}"


@dataclass(frozen=True, slots=True)
class EventMoment:
    """`at invitation.due_moment`: a term that somebody has named, taken as it is."""

    event: str = DEFAULT_EVENT

    def __str__(self) -> str:
        return f"at {self.event}"


@dataclass(frozen=True, slots=True)
class EveryWorkingDay:
    """`every working day`: its close of business."""

    def __str__(self) -> str:
        return "every working day"


@dataclass(frozen=True, slots=True)
class Weekly:
    """`Mon 15:00 weekly`; without `at` the close of business. `weekday` 0 is Monday."""

    weekday: int
    at: time | None = None

    def __str__(self) -> str:
        return f"{WEEKDAYS[self.weekday]}{_time_shown(self.at)} weekly"


@dataclass(frozen=True, slots=True)
class MonthDay:
    """`5th of month`, or of the month after the anchor's with `months_ahead` 1; clamped to the month's end."""

    day: int
    months_ahead: Literal[0, 1] = 0
    at: time | None = None

    def __str__(self) -> str:
        day = "last day" if self.day == LAST_DAY else f"{self.day}{_suffix(self.day)}"
        return f"{day} of {_month_shown(self.months_ahead)}{_time_shown(self.at)}"


@dataclass(frozen=True, slots=True)
class MonthWeekday:
    """`last Friday of month`; `ordinal` 1–4 or -1; `weekday` None counts working days: `first working day of month`."""

    ordinal: int
    weekday: int | None
    months_ahead: Literal[0, 1] = 0
    at: time | None = None

    def __str__(self) -> str:
        day = "working day" if self.weekday is None else _WEEKDAY_NAMES[self.weekday]
        return f"{ORDINALS[self.ordinal]} {day} of {_month_shown(self.months_ahead)}{_time_shown(self.at)}"


@dataclass(frozen=True, slots=True)
class OncePer:
    """`once per quarter`: the last day of the period."""

    period: Period

    def __str__(self) -> str:
        return f"once per {self.period}"


Recurring = EveryWorkingDay | Weekly | MonthDay | MonthWeekday | OncePer
Single = Span | EventDay | AtOnce | EventMoment | Recurring


@dataclass(frozen=True, slots=True)
class Earliest:
    """`A | B`: two or more terms named together; the earliest due moment wins."""

    options: tuple[Single, ...]

    def __str__(self) -> str:
        return " | ".join(str(option) for option in self.options)


Rule = Single | Earliest
RECURRING: Final = (EveryWorkingDay, Weekly, MonthDay, MonthWeekday, OncePer)


@lru_cache(maxsize=1024)
def parse_rule(rule: str) -> Rule:
    """The rule written as `rule`; remarks in round brackets are left out. Raises `RuleError`."""
    options: list[Single] = []
    words = _Words(rule)
    while True:
        options.append(_single(words))
        if words.done:
            return options[0] if len(options) == 1 else Earliest(tuple(options))
        words.take("|")


_TOKEN: Final = re.compile(r"\([^()]*\)|\||[()]|[^\s|()]+")
_EVENT: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*", re.ASCII)
_NUMBER: Final = re.compile(r"[0-9]{1,9}", re.ASCII)
_TIME: Final = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_NTH: Final = re.compile(r"([0-9]{1,2})(st|nd|rd|th)", re.ASCII)
_STARTS: Final = "3 working days after, 15 calendar days after, Mon 15:00 weekly, last Friday of month, 5th of month"
_UNITS: Final = "working days, calendar days, working hours, working minutes, hours, minutes, weeks, months, years"
_WEEKDAY_NUMBERS: Final = {
    name.lower(): number for names in (WEEKDAYS, _WEEKDAY_NAMES) for number, name in enumerate(names)
}
_ORDINAL_NUMBERS: Final = {name: number for number, name in ORDINALS.items()}
_PERIODS: Final[dict[str, Period]] = {
    "week": "week",
    "month": "month",
    "quarter": "quarter",
    "half-year": "half-year",
    "year": "year",
}
_WORKING_UNITS: Final[dict[str, Unit]] = {"day": "working day", "hour": "working hour", "minute": "working minute"}
_PLAIN_UNITS: Final[dict[str, Unit]] = {
    "minute": "minute",
    "hour": "hour",
    "week": "week",
    "month": "month",
    "year": "year",
}


class _Words:
    """The words of a rule, read from left to right."""

    def __init__(self, rule: str) -> None:
        self.rule = rule
        self._found = [match for match in _TOKEN.finditer(rule) if not match[0].startswith("(") or match[0] == "("]
        self._next = 0

    @property
    def done(self) -> bool:
        return self._next >= len(self._found)

    @property
    def next(self) -> str:
        """The next word in small letters; empty at the end of the rule."""
        return "" if self.done else self._found[self._next][0].lower()

    def take(self, *wanted: str, expected: str = "") -> str:
        """The next word, which must be one of `wanted` (any, if none are given)."""
        if self.done or (wanted and self.next not in wanted):
            raise self.wrong(expected or ", ".join(wanted))
        self._next += 1
        return self._found[self._next - 1][0].lower()

    def accept(self, *wanted: str) -> bool:
        """Takes the next word if it is one of `wanted`."""
        found = self.next in wanted and not self.done
        self._next += found
        return found

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Takes the next word if all of it matches."""
        found = pattern.fullmatch(self.next)
        self._next += found is not None
        return found

    def back(self) -> None:
        self._next -= 1

    def wrong(self, expected: str, error: type[RuleError] = UnknownWordError) -> RuleError:
        """The error that points at the next word, or says after which word the rule breaks off."""
        if not self._found:
            return EmptyRuleError(rule=self.rule, word="", position=0, expected=expected)
        place = self._found[min(self._next, len(self._found) - 1)]
        kind = UnfinishedRuleError if self.done else error
        return kind(rule=self.rule, word=place[0], position=place.start(), expected=expected)


def _single(words: _Words) -> Single:
    if words.accept("at"):
        return _once(words) if words.accept("least") else EventMoment(_event_name(words))
    if words.next == "once":
        return _once(words)
    if words.accept("on"):
        return _event_day(words)
    if words.accept("immediately"):
        return AtOnce(_event(words) if words.accept("after") else DEFAULT_EVENT)
    if words.accept("every"):
        return _every(words)
    if words.next in _WEEKDAY_NUMBERS:
        weekly = Weekly(_WEEKDAY_NUMBERS[words.take()], _time(words))
        words.take("weekly")
        return weekly
    if words.next in _ORDINAL_NUMBERS:
        return _month_weekday(words)
    if words.next and _NTH.fullmatch(words.next):
        return _month_day(words)
    return _span(words)


def _once(words: _Words) -> OncePer:
    words.take("once")
    words.take("per")
    return OncePer(_PERIODS[words.take(*_PERIODS)])


def _event_day(words: _Words) -> EventDay:
    if words.next == "day":
        words.take()
        return EventDay()
    event = EventDay(_event_name(words))
    words.accept("day")
    return event


def _every(words: _Words) -> EveryWorkingDay | Weekly:
    if words.next in _WEEKDAY_NUMBERS:
        return Weekly(_WEEKDAY_NUMBERS[words.take()], _time(words))
    words.take("working", expected="working day, Mon, Tue, Wed, Thu, Fri, Sat, Sun")
    words.take("day")
    return EveryWorkingDay()


def _month_weekday(words: _Words) -> MonthWeekday | MonthDay:
    ordinal = _ORDINAL_NUMBERS[words.take()]
    if ordinal == -1 and words.accept("day"):
        ahead = _of_month(words)
        return MonthDay(LAST_DAY, ahead, _time(words))
    if words.accept("working"):
        words.take("day")
        weekday = None
    else:
        expected = "Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday, working day"
        weekday = _WEEKDAY_NUMBERS[words.take(*_WEEKDAY_NUMBERS, expected=expected)]
    ahead = _of_month(words)
    return MonthWeekday(ordinal, weekday, ahead, _time(words))


def _month_day(words: _Words) -> MonthDay:
    nth = words.match(_NTH)
    if nth is None or not 1 <= int(nth[1]) <= LAST_DAY:
        words.back()
        raise words.wrong("1st … 31st")
    ahead = _of_month(words)
    return MonthDay(int(nth[1]), ahead, _time(words))


def _of_month(words: _Words) -> Literal[0, 1]:
    words.take("of")
    ahead: Literal[0, 1] = 1 if words.accept("next") else 0
    words.take("month", expected="month" if ahead else "month, next month")
    return ahead


def _span(words: _Words) -> Span:
    count, least = _count(words), None
    if words.accept("to"):
        least, count = count, _count(words, above=count)
    unit = _unit(words)
    direction: Direction = "after" if words.take("after", "before") == "after" else "before"
    return Span(count, unit, direction, _event(words), least)


def _count(words: _Words, *, above: int = 0) -> int:
    number = words.match(_NUMBER)
    if number and above < int(number[0]) <= MOST:
        return int(number[0])
    if number:
        words.back()
    raise words.wrong(f"{above + 1} … {MOST}" if number or above else _STARTS)


def _unit(words: _Words) -> Unit:
    if words.accept("working"):
        names = [form for unit in _WORKING_UNITS for form in (f"{unit}s", unit)]
        return _WORKING_UNITS[words.take(*names, expected="days, hours, minutes").removesuffix("s")]
    if words.accept("calendar"):
        words.take("days", "day")
        return "calendar day"
    if words.next in ("day", "days"):
        raise words.wrong(_UNITS, MissingUnitError)
    names = [form for unit in _PLAIN_UNITS for form in (f"{unit}s", unit)]
    return _PLAIN_UNITS[words.take(*names, expected=_UNITS).removesuffix("s")]


def _event(words: _Words) -> str:
    return DEFAULT_EVENT if words.next in ("", "|") else _event_name(words)


def _event_name(words: _Words) -> str:
    name = words.match(_EVENT)
    if name is None:
        raise words.wrong("request.registered, reception.date, …")
    return name[0]


def _time(words: _Words) -> time | None:
    at = words.match(_TIME)
    return time(int(at[1]), int(at[2])) if at else None


def _event_shown(event: str) -> str:
    return "" if event == DEFAULT_EVENT else f" {event}"


def _time_shown(at: time | None) -> str:
    return f" {at:%H:%M}" if at else ""


def _month_shown(months_ahead: int) -> str:
    return "next month" if months_ahead else "month"


def _suffix(number: int) -> str:
    return "th" if 11 <= number <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
