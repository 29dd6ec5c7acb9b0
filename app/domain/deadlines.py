"""From a rule and an anchor to a term: two moments and their explanation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from app.domain.ends import End, end_on
from app.domain.errors import AutomationError
from app.domain.explanations import Facts, Reservations, explain
from app.domain.hours import OfficeCalendar
from app.domain.recurrence import end_in_month_after, next_end
from app.domain.remaining import Remaining, remaining
from app.domain.rules import (
    RECURRING,
    AtOnce,
    Earliest,
    EventDay,
    EventMoment,
    EveryWorkingDay,
    MonthDay,
    MonthWeekday,
    Rule,
    Single,
    Span,
    parse_rule,
)
from app.domain.spans import span_end
from app.domain.terms import CountedDay, Roll, Term
from app.domain.texts import Text
from app.domain.working_time import add_working_time

__all__ = ["CountedDay", "Remaining", "Roll", "Term", "add_working_time", "compute", "next_occurrence", "remaining"]


class NotRecurringError(AutomationError):
    """A rule without repetition has no next occurrence."""

    status: ClassVar[int] = 422
    message: ClassVar[Text] = Text(
        kk="«{rule}» ережесі қайталанбайды, оның келесі мерзімі жоқ.",
        ru="Правило «{rule}» не повторяется, следующего срока у него нет.",
        en='The rule "{rule}" does not recur: it has no next occurrence.',
    )


class NaiveMomentError(AutomationError):
    """A moment without a zone cannot be an anchor."""

    status: ClassVar[int] = 422
    message: ClassVar[Text] = Text(
        kk="{moment} сәтінде уақыт белдеуі көрсетілмеген.",
        ru="У момента {moment} не указан часовой пояс.",
        en="The moment {moment} has no time zone.",
    )


def compute(
    rule: Rule | str,
    anchor: datetime,
    calendar: OfficeCalendar,
    *,
    roll: Roll = "none",
    basis: Text | None = None,
    clause: str | None = None,
    event: Text | None = None,
) -> Term:
    """The term that `rule` gives for `anchor` (aware). A recurring rule gives its first occurrence after the anchor.

    `N working days before X` is the N-th working day going back from the day before X; the day of the event is never
    counted; `N months after` clamps to the month's end. Days begin with office hours (`opens`) and end with close of
    business (`due`); for minutes, hours, `at` and `immediately` both are the moment itself. `roll` concerns terms that
    may end on a day off. `event` names the anchor for the reader. Raises `RuleError`, `CalendarHorizonError`,
    `NaiveMomentError`.
    """
    return _computed(rule, anchor, calendar, _Words(roll, basis, clause, event), _end)


def next_occurrence(
    rule: Rule | str,
    after: datetime,
    calendar: OfficeCalendar,
    *,
    roll: Roll = "none",
    basis: Text | None = None,
    clause: str | None = None,
) -> Term:
    """The first term of a recurring rule that is due later than `after` (aware); give a term's `due` to go on.

    `5th of next month` recurs every month here. Raises `NotRecurringError` for a rule that counts from an event.
    """
    return _computed(rule, after, calendar, _Words(roll, basis, clause, None), _occurrence)


@dataclass(frozen=True, slots=True)
class _Words:
    """What the caller adds to the rule."""

    roll: Roll
    basis: Text | None
    clause: str | None
    event: Text | None


_Count = Callable[[Single, datetime, OfficeCalendar, Roll], End]


def _computed(rule: Rule | str, anchor: datetime, calendar: OfficeCalendar, words: _Words, count: _Count) -> Term:
    if anchor.tzinfo is None:
        raise NaiveMomentError(moment=anchor.isoformat())
    wanted, local = parse_rule(rule) if isinstance(rule, str) else rule, calendar.local(anchor)
    options = wanted.options if isinstance(wanted, Earliest) else (wanted,)
    ends = [count(option, local, calendar, words.roll) for option in options]
    facts = [_facts(option, local, calendar, words, end) for option, end in zip(options, ends, strict=True)]
    place = min(range(len(ends)), key=lambda place: ends[place].due)
    reservations, end = _reservations(facts), ends[place]
    return Term(
        rule=wanted,
        anchor=local,
        opens=end.opens,
        due=end.due,
        explanation=explain(facts, facts[place], reservations),
        days=end.days,
        preliminary=bool(reservations),
        rolled_from=end.rolled_from,
        calendar_version=calendar.version,
    )


def _facts(rule: Single, anchor: datetime, calendar: OfficeCalendar, words: _Words, end: End) -> Facts:
    return Facts(
        rule=rule,
        anchor=anchor,
        due=end.due,
        days=end.days,
        roll=words.roll,
        rolled_from=end.rolled_from,
        calendar=calendar,
        basis=words.basis,
        clause=words.clause,
        event=words.event,
    )


def _reservations(options: Sequence[Facts]) -> Reservations:
    """Unapproved years and estimated days off on the way of any option whose result depends on the calendar."""
    years: set[int] = set()
    estimated: set[date] = set()
    for facts in options:
        if _depends_on_calendar(facts.rule, facts.roll):
            first, last = _way(facts)
            days, touched = facts.calendar.days, range(first.year, last.year + 1)
            years.update(year for year in touched if days.is_preliminary(year))
            estimated.update(day for year in touched for day in days.estimated_days(year) if first <= day <= last)
    return Reservations(sorted(years), sorted(estimated))


def _way(facts: Facts) -> tuple[date, date]:
    """The first and the last day that the count touched."""
    rolled_from = [facts.rolled_from] if facts.rolled_from else []
    touched = [facts.anchor.date(), facts.due.date(), *rolled_from, *(day.date for day in facts.days[-1:])]
    return min(touched), max(touched)


def _depends_on_calendar(rule: Single, roll: Roll) -> bool:
    if isinstance(rule, Span) and rule.unit in ("working day", "working hour", "working minute"):
        return True
    if isinstance(rule, EveryWorkingDay) or (isinstance(rule, MonthWeekday) and rule.weekday is None):
        return True
    return roll != "none" and not isinstance(rule, AtOnce | EventMoment)


def _end(rule: Single, anchor: datetime, calendar: OfficeCalendar, roll: Roll) -> End:
    match rule:
        case Span():
            return span_end(rule, anchor, calendar, roll)
        case AtOnce() | EventMoment():
            return End(anchor, anchor)
        case EventDay():
            return end_on(anchor.date(), calendar, roll)
        case MonthDay(months_ahead=1) | MonthWeekday(months_ahead=1):
            return end_in_month_after(rule, anchor.date(), calendar, roll)
        case _:
            return next_end(rule, anchor, calendar, roll)


def _occurrence(rule: Single, after: datetime, calendar: OfficeCalendar, roll: Roll) -> End:
    if isinstance(rule, RECURRING):
        return next_end(rule, after, calendar, roll)
    raise NotRecurringError(rule=str(rule))
