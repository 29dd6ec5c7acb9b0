"""Rules that come round again: weekdays, days of the month, periods."""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Final, assert_never

from app.domain.ends import ONE_DAY, End, end_on
from app.domain.hours import OfficeCalendar
from app.domain.rules import EveryWorkingDay, MonthDay, MonthWeekday, OncePer, Period, Recurring, Weekly
from app.domain.spans import add_months
from app.domain.terms import Roll

LOOK_BACK: Final = timedelta(weeks=5)
"""A term that fell so long ago may still roll forward past the moment asked about."""
_SUNDAY: Final = 6
_MONTHS: Final[Mapping[Period, int]] = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}


def next_end(rule: Recurring, after: datetime, calendar: OfficeCalendar, roll: Roll) -> End:
    """The first end that is due later than `after` (in the office's zone)."""
    days = _days_of(rule, after.date(), calendar)
    ends = (end_on(day, calendar, roll, at=_hour(rule)) for day in days)
    return next(end for end in ends if end.due > after)


def end_in_month_after(rule: MonthDay | MonthWeekday, anchor: date, calendar: OfficeCalendar, roll: Roll) -> End:
    """The end in the calendar month that follows the month of `anchor`."""
    month = add_months(anchor.replace(day=1), 1)
    return end_on(_day_in_month(rule, month, calendar), calendar, roll, at=rule.at)


def _hour(rule: Recurring) -> time | None:
    return None if isinstance(rule, EveryWorkingDay | OncePer) else rule.at


def _days_of(rule: Recurring, around: date, calendar: OfficeCalendar) -> Iterator[date]:
    """The days on which the rule falls, in order and without end, from some weeks before `around` on."""
    early = around - LOOK_BACK
    match rule:
        case EveryWorkingDay():
            return _working_days_from(around, calendar)
        case Weekly():
            return _every_week(early, rule.weekday)
        case OncePer(period="week"):
            return _every_week(early, _SUNDAY)
        case OncePer():
            return _period_ends(early, _MONTHS[rule.period])
        case MonthDay() | MonthWeekday():
            return (_day_in_month(rule, month, calendar) for month in _every_month(early))
        case _:
            assert_never(rule)


def _working_days_from(day: date, calendar: OfficeCalendar) -> Iterator[date]:
    while True:
        if calendar.days.is_working(day):
            yield day
        day += ONE_DAY


def _every_week(early: date, weekday: int) -> Iterator[date]:
    day = early + timedelta(days=(weekday - early.weekday()) % 7)
    while True:
        yield day
        day += timedelta(weeks=1)


def _every_month(early: date) -> Iterator[date]:
    month = early.replace(day=1)
    while True:
        yield month
        month = add_months(month, 1)


def _period_ends(early: date, months: int) -> Iterator[date]:
    start = early.replace(month=(early.month - 1) // months * months + 1, day=1)
    while True:
        start = add_months(start, months)
        yield start - ONE_DAY


def _day_in_month(rule: MonthDay | MonthWeekday, month: date, calendar: OfficeCalendar) -> date:
    length = monthrange(month.year, month.month)[1]
    if isinstance(rule, MonthDay):
        return month.replace(day=min(rule.day, length))
    days = [month.replace(day=number) for number in range(1, length + 1)]
    fitting = [day for day in days if _fits(day, rule, calendar)]
    return fitting[rule.ordinal - 1 if rule.ordinal > 0 else -1]


def _fits(day: date, rule: MonthWeekday, calendar: OfficeCalendar) -> bool:
    return calendar.days.is_working(day) if rule.weekday is None else day.weekday() == rule.weekday
