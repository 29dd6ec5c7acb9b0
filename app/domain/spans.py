"""Counting `N units after or before an event`."""

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from app.domain.calendar import CalendarHorizonError
from app.domain.ends import ONE_DAY, End, counted, days_to, end_on, rolled
from app.domain.hours import OfficeCalendar
from app.domain.kazakhstan import FIRST_YEAR, LAST_YEAR
from app.domain.rules import Span, Unit
from app.domain.terms import CountedDay, Roll
from app.domain.working_time import add_working_time

MINUTES: Final[Mapping[Unit, int]] = {"minute": 1, "hour": 60, "working minute": 1, "working hour": 60}
DAYS: Final[Mapping[Unit, int]] = {"calendar day": 1, "week": 7}
MONTHS: Final[Mapping[Unit, int]] = {"month": 1, "year": 12}


def span_end(rule: Span, anchor: datetime, calendar: OfficeCalendar, roll: Roll) -> End:
    """Where `rule` ends, counted from `anchor` (in the office's zone)."""
    if rule.unit == "working day":
        return _working_days(rule, anchor, calendar)
    if rule.unit in ("working hour", "working minute"):
        return _working_time(rule, anchor, calendar)
    return _COUNTS[rule.unit](rule, anchor, calendar, roll)


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the last day of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise CalendarHorizonError(year)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _working_days(rule: Span, anchor: datetime, calendar: OfficeCalendar) -> End:
    day, number, days = anchor.date(), 0, list[CountedDay]()
    step = ONE_DAY * _sign(rule)
    while number < rule.count:
        day += step
        working = calendar.days.is_working(day)
        number += working
        days.append(CountedDay(day, number if working else None, working, calendar.days.why(day)))
    least = day if rule.least is None else next(each.date for each in days if each.number == rule.least)
    opens, due = sorted((least, day))
    return End(calendar.opening(opens), calendar.closing(due), tuple(days))


def _calendar_days(rule: Span, anchor: datetime, calendar: OfficeCalendar, roll: Roll) -> End:
    size, first = DAYS[rule.unit], anchor.date()
    days = tuple(_day(first, number * _sign(rule), calendar) for number in range(1, rule.count * size + 1))
    end = end_on(days[-1].date, calendar, roll, days=days)
    return end if rule.least is None else _from(days[rule.least * size - 1].date, end, calendar)


def _day(first: date, distance: int, calendar: OfficeCalendar) -> CountedDay:
    return counted(first + ONE_DAY * distance, abs(distance), calendar)


def _months(rule: Span, anchor: datetime, calendar: OfficeCalendar, roll: Roll) -> End:
    size, first = MONTHS[rule.unit] * _sign(rule), anchor.date()
    end = end_on(add_months(first, rule.count * size), calendar, roll)
    return end if rule.least is None else _from(add_months(first, rule.least * size), end, calendar)


def _from(least: date, end: End, calendar: OfficeCalendar) -> End:
    """`1 to 3` of something opens with one end of the range and is due with the other."""
    opens, due = sorted((least, end.due.date()))
    return replace(end, opens=calendar.opening(opens), due=calendar.closing(due))


def _clock_time(rule: Span, anchor: datetime, calendar: OfficeCalendar, roll: Roll) -> End:
    moment = _clock(anchor, rule.count, rule, calendar)
    day = rolled(moment.date(), calendar, roll)
    rolled_from = None if day == moment.date() else moment.date()
    due = moment if rolled_from is None else datetime.combine(day, moment.time(), calendar.zone)
    opens = due if rule.least is None else _clock(anchor, rule.least, rule, calendar)
    return End(min(opens, due), max(opens, due), rolled_from=rolled_from)


def _clock(anchor: datetime, count: int, rule: Span, calendar: OfficeCalendar) -> datetime:
    """Clock time is counted in UTC: the office's zone may change its offset on the way."""
    moment = anchor.astimezone(UTC) + timedelta(minutes=count * MINUTES[rule.unit] * _sign(rule))
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise CalendarHorizonError(moment.year)
    return calendar.local(moment)


def _working_time(rule: Span, anchor: datetime, calendar: OfficeCalendar) -> End:
    size = MINUTES[rule.unit] * _sign(rule)
    moment = add_working_time(anchor, rule.count * size, calendar)
    opens = moment if rule.least is None else add_working_time(anchor, rule.least * size, calendar)
    days = tuple(counted(each, None, calendar) for each in days_to(anchor.date(), moment.date()))
    return End(min(opens, moment), max(opens, moment), days)


def _sign(rule: Span) -> int:
    return 1 if rule.direction == "after" else -1


_COUNTS: Final[Mapping[Unit, Callable[[Span, datetime, OfficeCalendar, Roll], End]]] = {
    "calendar day": _calendar_days,
    "week": _calendar_days,
    "month": _months,
    "year": _months,
    "hour": _clock_time,
    "minute": _clock_time,
}
