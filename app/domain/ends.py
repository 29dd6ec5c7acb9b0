"""Where a count ends: the day, its opening and close, and what it rolls to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from app.domain.hours import OfficeCalendar
from app.domain.terms import CountedDay, Roll

ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class End:
    """The two moments of a term with the days that led to it; `rolled_from` is the day off it moved from."""

    opens: datetime
    due: datetime
    days: tuple[CountedDay, ...] = ()
    rolled_from: date | None = None


def end_on(
    day: date, calendar: OfficeCalendar, roll: Roll, *, at: time | None = None, days: tuple[CountedDay, ...] = ()
) -> End:
    """The end on `day`, or on the working day it rolls to; `at` that hour, or at close of business."""
    last = rolled(day, calendar, roll)
    due = calendar.closing(last) if at is None else datetime.combine(last, at, calendar.zone)
    shown = days or (counted(day, None, calendar),)
    passed = tuple(counted(each, None, calendar) for each in days_to(day, last))
    return End(min(calendar.opening(last), due), due, shown + passed, None if last == day else day)


def rolled(day: date, calendar: OfficeCalendar, roll: Roll) -> date:
    """`day`, or the working day to which `roll` moves a day off."""
    if roll == "none" or calendar.days.is_working(day):
        return day
    return calendar.days.next_working(day) if roll == "next" else calendar.days.previous_working(day)


def counted(day: date, number: int | None, calendar: OfficeCalendar) -> CountedDay:
    return CountedDay(day, number, calendar.days.is_working(day), calendar.days.why(day))


def days_to(day: date, end: date) -> Iterator[date]:
    """The days after `day` up to `end`, in the direction in which `end` lies."""
    step = ONE_DAY if end > day else -ONE_DAY
    while day != end:
        day += step
        yield day
