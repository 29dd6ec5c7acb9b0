"""Dates, times and durations as FEEL spells them: reading, writing, their properties."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from app.domain.feel.budget import spend
from app.domain.feel.values import Months, kind

T = TypeVar("T")
_DATE: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_TIME: Final = re.compile(
    r"(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<fraction>\d{1,9}))?)?"
    r"(?P<zone>Z|z|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z0-9_+/-]{1,60})?"
)
_DAYS: Final = re.compile(
    r"(?P<sign>-?)P(?=\d|T\d)(?:(?P<days>\d{1,9})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,9})H)?(?:(?P<minutes>\d{1,9})M)?(?:(?P<seconds>\d{1,9})(?:\.(?P<fraction>\d{0,9}))?S)?)?"
)
_MONTHS: Final = re.compile(r"(?P<sign>-?)P(?=\d)(?:(?P<years>\d{1,9})Y)?(?:(?P<months>\d{1,9})M)?")
_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def read_date(text: str) -> date | None:
    """`2026-11-27`; None for anything else, also for days that no calendar has."""
    match = _DATE.fullmatch(text)
    return _made(date, *map(int, match.groups())) if match else None


def read_time(text: str) -> time | None:
    """`10:20`, `10:20:30.5`, with `Z`, `+05:00` or `@Asia/Almaty` behind it."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    zone = read_zone(match["zone"]) if match["zone"] else None
    if match["zone"] and zone is None:
        return None
    fraction = int((match["fraction"] or "0").ljust(6, "0")[:6])
    return _made(time, int(match["hour"]), int(match["minute"]), int(match["second"] or 0), fraction, zone)


def read_moment(text: str) -> datetime | None:
    """`2026-11-27T10:20:00+05:00`; of a date alone, its beginning."""
    day, mark, clock = text.partition("T")
    on = read_date(day)
    at = read_time(clock) if mark else time()
    if on is None or at is None:
        return None
    return datetime.combine(on, at)


def read_duration(text: str) -> timedelta | Months | None:
    """`P3D`, `PT4H30M`, `-P1Y2M`; not a mixture of both kinds."""
    match = _DAYS.fullmatch(text)
    if match:
        days, hours, minutes, seconds = (int(match[unit] or 0) for unit in ("days", "hours", "minutes", "seconds"))
        micros = int((match["fraction"] or "0").ljust(6, "0")[:6])  # as finely as Python counts
        length = _made(timedelta, days, seconds, micros, 0, minutes, hours)
        return -length if length is not None and match["sign"] else length
    match = _MONTHS.fullmatch(text)
    if match is None:
        return None
    total = int(match["years"] or 0) * 12 + int(match["months"] or 0)
    return Months(-total if match["sign"] else total)


def read_any(text: str) -> object:
    """What `@"…"` spells: a moment, a date, a time or a duration; None for nothing of them."""
    if "T" in text.partition("@")[0] and not text.lstrip("-").startswith("P"):
        return read_moment(text)
    for read in (read_date, read_time, read_duration):
        found = read(text)
        if found is not None:
            return found
    return None


def read_zone(text: str) -> tzinfo | None:
    """`Z`, `+05:00`, `@Asia/Almaty`; None for a zone that nobody knows."""
    if text in ("Z", "z"):
        return UTC
    if text.startswith("@"):
        spend(50)  # an unknown name is looked for in many files
        return _made(ZoneInfo, text[1:])
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    length = timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)
    return _made(timezone, length if text[0] == "+" else -length) if length <= timedelta(hours=18) else None


def _made(make: Callable[..., T], *arguments: object, **named: object) -> T | None:
    try:
        return make(*arguments, **named)
    except (ValueError, OverflowError, KeyError, OSError):
        return None


def spelled(value: date | time | timedelta | Months) -> str:
    """As `string()` writes it, which reads back as the same value."""
    if isinstance(value, Months):
        return _spelled_months(value)
    if isinstance(value, timedelta):
        return _spelled_days(value)
    if isinstance(value, datetime):
        return f"{value.date().isoformat()}T{_spelled_time(value.timetz(), value.utcoffset())}"
    if isinstance(value, time):
        return _spelled_time(value, value.utcoffset())
    return value.isoformat()


def _spelled_time(value: time, offset: timedelta | None) -> str:
    clock = value.replace(tzinfo=None).isoformat()
    if "." in clock:
        clock = clock.rstrip("0")
    if isinstance(value.tzinfo, ZoneInfo):
        return f"{clock}@{value.tzinfo.key}"
    if offset is None:
        return clock
    seconds = int(abs(offset).total_seconds())
    if not seconds:
        return f"{clock}Z"
    tail = f":{seconds % 60:02}" if seconds % 60 else ""
    return f"{clock}{'-' if offset < timedelta(0) else '+'}{seconds // 3600:02}:{seconds // 60 % 60:02}{tail}"


def _spelled_months(value: Months) -> str:
    years, months = divmod(abs(value.total), 12)
    parts = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
    return ("-" if value.total < 0 else "") + "P" + (parts or "0M")


def _spelled_days(value: timedelta) -> str:
    length = abs(value)
    hours, rest = divmod(length.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    second = f"{seconds}.{length.microseconds:06}".rstrip("0") if length.microseconds else str(seconds)
    days = f"{length.days}D" if length.days else ""
    clock = (
        (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "") + (f"{second}S" if second != "0" else "")
    )
    parts = days + (f"T{clock}" if clock else "") or "T0S"
    return ("-" if value < timedelta(0) else "") + "P" + parts


def property_of(value: object, name: str) -> object:
    """`day.year`, `moment.time offset`, `length.days`; null where the value has no such property."""
    read = _PROPERTIES.get(kind(value), {}).get(name)
    return read(value) if read is not None else None


def has_property(value: object, name: str) -> bool:
    """Whether values of this kind have the property."""
    return name in _PROPERTIES.get(kind(value), {})


def _zone_name(value: datetime | time) -> str | None:
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None


def _signed(value: timedelta, part: int) -> int:
    return -part if value < timedelta(0) else part


_Read = Callable[[Any], object]
_DAY: Final[dict[str, _Read]] = {
    "year": lambda value: value.year,
    "month": lambda value: value.month,
    "day": lambda value: value.day,
    "weekday": lambda value: value.isoweekday(),
}
_CLOCK: Final[dict[str, _Read]] = {
    "hour": lambda value: value.hour,
    "minute": lambda value: value.minute,
    "second": lambda value: Decimal(value.second) + Decimal(value.microsecond) / 1_000_000,
    "time offset": lambda value: value.utcoffset(),
    "timezone": _zone_name,
}
_PROPERTIES: Final[Mapping[str, Mapping[str, _Read]]] = {
    "date": _DAY,
    "date and time": _DAY | _CLOCK,
    "time": _CLOCK,
    "days and time duration": {
        "days": lambda value: _signed(value, abs(value).days),
        "hours": lambda value: _signed(value, abs(value).seconds // 3600),
        "minutes": lambda value: _signed(value, abs(value).seconds // 60 % 60),
        "seconds": lambda value: _signed(value, abs(value).seconds % 60),
    },
    "years and months duration": {
        "years": lambda value: (abs(value.total) // 12) * (-1 if value.total < 0 else 1),
        "months": lambda value: (abs(value.total) % 12) * (-1 if value.total < 0 else 1),
    },
    "range": {
        "start": lambda value: value.low,
        "end": lambda value: value.high,
        "start included": lambda value: value.low_included,
        "end included": lambda value: value.high_included,
    },
}


def day_name(day: date) -> str:
    """The English name of the day of the week, as the standard has it."""
    return _WEEKDAYS[day.weekday()]
