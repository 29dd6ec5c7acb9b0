"""Moments as people read them: in the office's zone and the reader's language."""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date

WEEKDAYS: Final = {
    "kk": ("дс", "сс", "ср", "бс", "жм", "сб", "жс"),
    "ru": ("пн", "вт", "ср", "чт", "пт", "сб", "вс"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
FULL: Final = {"kk": "y 'жылғы' d MMMM, EEEE", "ru": "EEEE, d MMMM y", "en": "EEEE, d MMMM y"}
WITHOUT_YEAR: Final = {"kk": "d MMMM, EEEE", "ru": "EEEE, d MMMM", "en": "EEEE, d MMMM"}


def local(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment on the office's wall clock."""
    return moment.astimezone(zone)


def short_day(day: date, language: str) -> str:
    """«ср 25.11»."""
    return f"{WEEKDAYS[language][day.weekday()]} {day:%d.%m}"


def day(day: date, language: str) -> str:
    """«ср 25.11.2026»."""
    return f"{WEEKDAYS[language][day.weekday()]} {day:%d.%m.%Y}"


def long_day(day: date, language: str, *, year: bool = True) -> str:
    """«Среда, 25 ноября 2026» with a capital at its head."""
    words = str(format_date(day, (FULL if year else WITHOUT_YEAR)[language], locale=language))
    return words[:1].upper() + words[1:]


def moment(value: datetime, zone: ZoneInfo) -> str:
    """«25.11.2026, 18:30»."""
    return f"{local(value, zone):%d.%m.%Y, %H:%M}"


def short_moment(value: datetime, zone: ZoneInfo) -> str:
    """«25.11, 18:30»."""
    return f"{local(value, zone):%d.%m, %H:%M}"


def hour(value: datetime, zone: ZoneInfo) -> str:
    """«18:30»."""
    return f"{local(value, zone):%H:%M}"
