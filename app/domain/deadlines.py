"""From a rule and an anchor to a term: two moments and their explanation."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar

from app.domain import wording
from app.domain.ends import End, end_on
from app.domain.errors import AutomationError
from app.domain.explanations import Facts, explain, explain_choice
from app.domain.hours import OfficeCalendar
from app.domain.recurrence import end_in_month_after, next_end
from app.domain.remaining import Remaining, remaining
from app.domain.rules import (
    RECURRING,
    AtOnce,
    Earliest,
    EventDay,
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
    business (`due`); for minutes, hours and `immediately` both are the moment itself. `roll` concerns terms that may
    end on a day off. `event` names the anchor for the reader. Raises `RuleError`, `CalendarHorizonError`,
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
    terms = [_term(each, local, calendar, words, count(each, local, calendar, words.roll)) for each in options]
    return terms[0] if len(terms) == 1 else _earliest(wanted, terms, options, words.event)


def _earliest(rule: Rule, terms: list[Term], options: tuple[Single, ...], event: Text | None) -> Term:
    earliest = min(terms, key=lambda term: term.due)
    choice = explain_choice([(each, term.due) for each, term in zip(options, terms, strict=True)], event)
    explanation = wording.joined([choice, earliest.explanation], " ")
    return replace(earliest, rule=rule, explanation=explanation, preliminary=any(term.preliminary for term in terms))


def _term(rule: Single, anchor: datetime, calendar: OfficeCalendar, words: _Words, end: End) -> Term:
    years, estimated = _reservations(rule, anchor, end, calendar, words.roll)
    facts = Facts(
        rule=rule,
        anchor=anchor,
        due=end.due,
        days=end.days,
        roll=words.roll,
        rolled_from=end.rolled_from,
        calendar=calendar,
        preliminary_years=years,
        estimated_days=estimated,
        basis=words.basis,
        clause=words.clause,
        event=words.event,
    )
    return Term(
        rule=rule,
        anchor=anchor,
        opens=end.opens,
        due=end.due,
        explanation=explain(facts),
        days=end.days,
        preliminary=bool(years or estimated),
        rolled_from=end.rolled_from,
        calendar_version=calendar.version,
    )


def _reservations(
    rule: Single, anchor: datetime, end: End, calendar: OfficeCalendar, roll: Roll
) -> tuple[list[int], list[date]]:
    """Unapproved years and estimated days off on the way, where the result depends on the calendar at all."""
    if not _depends_on_calendar(rule, roll):
        return [], []
    touched = [anchor.date(), end.due.date(), end.rolled_from or anchor.date(), *(day.date for day in end.days[-1:])]
    first, last = min(touched), max(touched)
    years = range(first.year, last.year + 1)
    estimated = [day for year in years for day in calendar.days.estimated_days(year) if first <= day <= last]
    return [year for year in years if calendar.days.is_preliminary(year)], estimated


def _depends_on_calendar(rule: Single, roll: Roll) -> bool:
    if isinstance(rule, Span) and rule.unit in ("working day", "working hour", "working minute"):
        return True
    if isinstance(rule, EveryWorkingDay) or (isinstance(rule, MonthWeekday) and rule.weekday is None):
        return True
    return roll != "none" and not isinstance(rule, AtOnce)


def _end(rule: Single, anchor: datetime, calendar: OfficeCalendar, roll: Roll) -> End:
    match rule:
        case Span():
            return span_end(rule, anchor, calendar, roll)
        case AtOnce():
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
