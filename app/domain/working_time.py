"""Counting in working minutes: nights, lunch and days off stand still."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import chain

from app.domain.hours import OfficeCalendar


def add_working_time(start: datetime, minutes: int, calendar: OfficeCalendar) -> datetime:
    """`minutes` of office hours after the aware `start` (before it, when negative), in the office's zone.

    Nights, lunch and days off do not count; time that is used up exactly at close of business ends there and not on
    the next morning.
    """
    moment = calendar.local(start)
    if minutes == 0:
        return moment
    left = timedelta(minutes=abs(minutes))
    return _forwards(moment, left, calendar) if minutes > 0 else _backwards(moment, left, calendar)


def _forwards(moment: datetime, left: timedelta, calendar: OfficeCalendar) -> datetime:
    days = chain([moment.date()], _steps(moment.date(), calendar.days.next_working))
    for opens, end in chain.from_iterable(_spans(day, calendar) for day in days):
        begin = max(opens, moment)
        if begin < end:
            if begin + left <= end:
                return begin + left
            left -= end - begin
    raise AssertionError("working days never run out before the calendar does")


def _backwards(moment: datetime, left: timedelta, calendar: OfficeCalendar) -> datetime:
    days = chain([moment.date()], _steps(moment.date(), calendar.days.previous_working))
    for begin, closes in chain.from_iterable(reversed(_spans(day, calendar)) for day in days):
        end = min(closes, moment)
        if begin < end:
            if end - left >= begin:
                return end - left
            left -= end - begin
    raise AssertionError("working days never run out before the calendar does")


def _steps(day: date, step: Callable[[date], date]) -> Iterator[date]:
    while True:
        day = step(day)
        yield day


def _spans(day: date, calendar: OfficeCalendar) -> list[tuple[datetime, datetime]]:
    """The office hours of `day`; none on a day off."""
    if not calendar.days.is_working(day):
        return []
    combine, zone = datetime.combine, calendar.zone
    return [(combine(day, start, zone), combine(day, end, zone)) for start, end in calendar.hours_on(day).spans]
