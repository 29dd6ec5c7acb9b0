"""What people write into small fields: dates and numbers."""

from datetime import date, datetime, time
from typing import Final

_YEARS: Final = range(1900, 2200)
"""Days around those that people mean: beyond the ends of the calendar nothing can be counted."""


def day_of(written: str | None) -> date | None:
    """«05.05.2024», «5.5.2024» or «2024-05-05» as a date; None for anything else."""
    return _written(written, "%d.%m.%Y") or _written(written, "%Y-%m-%d")


def month_of(written: str | None) -> date | None:
    """«2025-07» as the first day of the month; None for anything else."""
    return _written(written, "%Y-%m")


def _written(written: str | None, form: str) -> date | None:
    try:
        found = datetime.strptime((written or "").strip(), form).date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None
    return found if found.year in _YEARS else None


def last_day_of(written: str | None) -> date | None:
    """As `day_of`, but nothing written is None and what cannot be read is a day that every check refuses."""
    return day_of(written) or date.min if (written or "").strip() else None


def number_of(written: str | None) -> int | None:
    """A whole number without a sign; None for anything else."""
    text = (written or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def row_id(written: str) -> int:
    """The id of a row, as `type=` of a field; raises `ValueError` for anything else, and then the field is empty."""
    if not (written.isascii() and written.isdigit() and len(written) < 19):
        raise ValueError("no id of a row")
    return int(written)


def hour_of(written: str | None) -> time | None:
    """«10:00», «9:30», «9.30» as a time; None for anything else."""
    hours, colon, minutes = (written or "").strip().replace(".", ":").partition(":")
    try:
        return time(int(hours), int(minutes)) if colon else None
    except ValueError:
        return None
