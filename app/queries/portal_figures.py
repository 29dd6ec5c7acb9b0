"""What an office publishes of its appeals: how many a month, about what, answered in time or late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.domain.small_numbers import LEAST, published
from app.domain.texts import Text
from app.models import Office, PortalFiling
from app.models.database import reading
from app.records.portal import portal_of
from app.records.zones import zone_of_office

MONTHS: Final = 12
_COUNTS: Final = text(
    """
    SELECT CAST(date_trunc('month', received_at AT TIME ZONE :zone) AS date) AS month, coalesce(nature, '') AS nature,
        count(*) AS received,
        count(*) FILTER (WHERE coalesce(answered_at, ended_at) <= due_at) AS in_time,
        count(*) FILTER (WHERE due_at < least(coalesce(answered_at, ended_at, :now), :now)) AS late
    FROM appeal_line WHERE office_id = :office AND received_at >= :since
    GROUP BY 1, 2
    """
)


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """The appeals of a month; None is a number that is hidden."""

    month: date
    received: int | None
    in_time: int | None
    late: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What is published; `rating` is the mean of the citizens' marks where there are enough of them."""

    since: date
    months: Sequence[MonthFigures]
    natures: Sequence[tuple[Text, int | None]]
    rating: float | None
    rated: int
    least: int = LEAST


def portal_figures(office_id: str, now: datetime) -> Figures | None:
    """The figures of the last twelve months; None for an office without a portal."""
    with reading() as session:
        office = session.get(Office, office_id)
        if office is None or not portal_of(office):
            return None
        zone = zone_of_office(office_id)
        since = _months_back(now.astimezone(zone).date())
        begins = datetime(since.year, since.month, 1, tzinfo=zone)
        values = {"office": office_id, "zone": office.zone, "since": begins, "now": now}
        rows = session.execute(_COUNTS, values).all()
        rating, rated = _rating(session, office_id, begins)
        return Figures(since, _months(rows), _natures(office, rows), rating, rated)


def _months_back(today: date) -> date:
    months = today.year * 12 + today.month - MONTHS
    return date(months // 12, months % 12 + 1, 1)


def _months(rows: Sequence[Any]) -> list[MonthFigures]:
    months = sorted({row.month for row in rows}, reverse=True)
    sums = [
        [sum(getattr(row, name) for row in rows if row.month == month) for name in ("received", "in_time", "late")]
        for month in months
    ]
    received = published([each[0] for each in sums])
    return [
        MonthFigures(month, shown, *_pair(each[1], each[2]) if shown is not None else (None, None))
        for month, shown, each in zip(months, received, sums, strict=True)
    ]


def _pair(in_time: int, late: int) -> tuple[int | None, int | None]:
    """Both or neither."""
    shown = published([in_time, late])
    return (None, None) if None in shown else (in_time, late)


def _natures(office: Office, rows: Sequence[Any]) -> list[tuple[Text, int | None]]:
    names: Mapping[str, Mapping[str, str]] = {
        each["code"]: each["name"] for each in office.settings.get("appeal", {}).get("question_natures", [])
    }
    counts: dict[str, int] = {}
    for row in rows:
        if row.nature in names:
            counts[row.nature] = counts.get(row.nature, 0) + row.received
    ordered = sorted(counts, key=lambda code: -counts[code])
    shown = published([counts[code] for code in ordered])
    return [
        (Text(names[code]["kk"], names[code]["ru"], names[code].get("en", "")), count)
        for code, count in zip(ordered, shown, strict=True)
    ]


def _rating(session: Session, office_id: str, since: datetime) -> tuple[float | None, int]:
    row = session.execute(
        select(func.avg(PortalFiling.rating), func.count(PortalFiling.rating)).where(
            PortalFiling.office_id == office_id, PortalFiling.rated_at >= since
        )
    ).one()
    return (round(float(row[0]), 1), row[1]) if row[1] >= LEAST else (None, 0)
