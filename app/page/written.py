"""What people write into small fields: dates and numbers."""

from datetime import date, datetime, time


def day_of(written: str | None) -> date | None:
    """«05.05.2024», «5.5.2024» or «2024-05-05» as a date; None for anything else."""
    text = (written or "").strip()
    for form in ("%d.%m.%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


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
        raise ValueError
    return int(written)


def hour_of(written: str | None) -> time | None:
    """«10:00», «9:30», «9.30» as a time; None for anything else."""
    hours, colon, minutes = (written or "").strip().replace(".", ":").partition(":")
    try:
        return time(int(hours), int(minutes)) if colon else None
    except ValueError:
        return None
