"""Functions of dates, times and durations."""

import calendar
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import ROUND_FLOOR, Decimal
from zoneinfo import ZoneInfo

from app.domain import clock
from app.domain.calendar import COUNTRY_ZONE
from app.domain.feel.declaration import feel
from app.domain.feel.moments import day_name, read_date, read_duration, read_moment, read_time, read_zone
from app.domain.feel.values import Months, equal, kind


def _whole(*amounts: Decimal) -> list[int] | None:
    return [int(each) for each in amounts] if all(abs(each) < 10**6 and each == int(each) for each in amounts) else None


@feel("date", "from: string", cost=4)
def date_of_text(text: str) -> object:
    """`date("2026-11-27")`."""
    return read_date(text)


@feel("date", "from: date and time")
def date_of_moment(moment: datetime) -> object:
    """The day of a moment."""
    return moment.date()


@feel("date", "year: number, month: number, day: number")
def date_of_parts(year: Decimal, month: Decimal, day: Decimal) -> object:
    """`date(2026, 11, 27)`."""
    parts = _whole(year, month, day)
    try:
        return date(*parts) if parts else None
    except ValueError:
        return None


@feel("date and time", "from: string", cost=4)
def moment_of_text(text: str) -> object:
    """`date and time("2026-11-27T10:00:00+05:00")`."""
    return read_moment(text)


@feel("date and time", "from: date and time")
def moment_of_date(moment: datetime) -> object:
    """The beginning of a day."""
    return moment


@feel("date and time", "date: date and time, time: time")
def moment_of_day_and_time(day: datetime, at: time) -> object:
    """A day and a time of day."""
    return datetime.combine(day.date(), at)


@feel("date and time", "year: number, month: number, day: number, hour: number, minute: number, second: number")
def moment_of_parts(*parts: Decimal) -> object:
    """`date and time(2026, 11, 27, 10, 0, 0)`."""
    return _moment(parts, "")


@feel(
    "date and time",
    "year: number, month: number, day: number, hour: number, minute: number, second: number, "
    "offset: days and time duration",
)
def moment_of_parts_and_offset(*given: object) -> object:
    """With an offset behind the parts."""
    found = _moment(given[:6], "")
    offset = given[6]
    if not isinstance(found, datetime) or not isinstance(offset, timedelta) or abs(offset) > timedelta(hours=18):
        return None
    return found.replace(tzinfo=timezone(offset))


@feel(
    "date and time",
    "year: number, month: number, day: number, hour: number, minute: number, second: number, timezone: string",
)
def moment_of_parts_and_zone(*given: object) -> object:
    """With the name of a zone behind the parts."""
    return _moment(given[:6], f"@{given[6]}")


def _moment(given: tuple[object, ...], zone: str) -> object:
    parts = _whole(*(each for each in given if isinstance(each, Decimal)))
    known = read_zone(zone) if zone else None
    if parts is None or (zone and known is None):
        return None
    try:
        year, month, day, hour, minute, second = parts
        return datetime(year, month, day, hour, minute, second, tzinfo=known)
    except ValueError:
        return None


@feel("time", "from: string", cost=4)
def time_of_text(text: str) -> object:
    """`time("10:20:00")`."""
    return read_time(text)


@feel("time", "from: time")
def time_of_time(at: time) -> object:
    """A time stays what it is."""
    return at


@feel("time", "from: date and time")
def time_of_moment(moment: datetime) -> object:
    """The time of day of a moment; of a date, midnight in UTC."""
    return moment.timetz()


@feel("time", "hour: number, minute: number, second: number, offset?: days and time duration")
def time_of_parts(hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None = None) -> object:
    """`time(10, 20, 0)`."""
    parts = _whole(hour, minute, second.to_integral_value(ROUND_FLOOR))
    try:
        zone = None if offset is None else timezone(offset)
        return time(parts[0], parts[1], parts[2], int(second % 1 * 1_000_000), zone) if parts else None
    except (ValueError, OverflowError):
        return None


@feel("duration", "from: string", cost=4)
def duration(text: str) -> object:
    """`duration("P3D")`, `duration("P1Y2M")`."""
    return read_duration(text)


@feel("duration", "from: duration")
def duration_of_duration(length: object) -> object:
    """A duration stays what it is."""
    return length


@feel("years and months duration", "from: date and time, to: date and time")
def years_and_months(start: datetime, end: datetime) -> object:
    """The whole months between two days."""
    first, last = min(start.date(), end.date()), max(start.date(), end.date())
    total = (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
    return Months(total if start.date() <= end.date() else -total)


@feel("today", "", cost=4)
def today() -> object:
    """The day it is in the country."""
    return clock.now().astimezone(COUNTRY_ZONE).date()


@feel("now", "", cost=4)
def now() -> object:
    """The moment it is."""
    return clock.now().astimezone(COUNTRY_ZONE)


@feel("day of year", "date: date and time")
def day_of_year(day: datetime) -> object:
    """1 to 366."""
    return day.timetuple().tm_yday


@feel("day of week", "date: date and time")
def day_of_week(day: datetime) -> object:
    """ "Monday" to "Sunday"."""
    return day_name(day)


@feel("month of year", "date: date and time")
def month_of_year(day: datetime) -> object:
    """ "January" to "December"."""
    return calendar.month_name[day.month]


@feel("week of year", "date: date and time")
def week_of_year(day: datetime) -> object:
    """The week by ISO 8601."""
    return day.isocalendar().week


@feel("is", "value1: any, value2: any")
def is_(one: object, other: object) -> object:
    """Whether they are the same value of the same kind; moments at one offset only."""
    if kind(one) != kind(other):
        return False
    if isinstance(one, datetime | time) and isinstance(other, datetime | time):
        return one.replace(tzinfo=None) == other.replace(tzinfo=None) and _offset(one) == _offset(other)
    return equal(one, other) is True


def _offset(moment: datetime | time) -> timedelta | None:
    """How far its clock is from Greenwich; a time of day in a zone is meant outside of summer time."""
    if isinstance(moment, time) and isinstance(moment.tzinfo, ZoneInfo):
        return moment.tzinfo.utcoffset(datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None))
    return moment.utcoffset()
