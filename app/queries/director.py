"""The journal of whom the director receives: when, who, on what question, what came of it (KTEK-2.3, R-RECEPTION)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import text

from app.domain.texts import Text
from app.models import Office
from app.models.database import reading

PAGE: Final = 50
_FOUND: Final = text(
    """
    SELECT case_file.id, case_file.number, applicant.full_name, request.substance, request.answers, official.full_name
               AS official, slot.starts_at, day.place_kk, day.place_ru, day.place_en,
           CASE WHEN case_file.closed_at IS NULL THEN booked.status ELSE case_file.status END AS state,
           count(*) OVER () AS total
    FROM case_file
    JOIN reception_request AS request ON request.case_id = case_file.id
    JOIN LATERAL (
        SELECT * FROM booking WHERE booking.case_id = case_file.id ORDER BY booking.id DESC LIMIT 1
    ) AS booked ON true
    JOIN slot ON slot.id = booked.slot_id
    JOIN reception_day AS day ON day.id = slot.day_id
    JOIN person AS official ON official.id = day.official_id
    LEFT JOIN applicant ON applicant.id = case_file.applicant_id
    WHERE case_file.office_id = :office AND case_file.kind = 'director_reception'
      AND (CAST(:first AS date) IS NULL OR day.day >= :first) AND (CAST(:last AS date) IS NULL OR day.day <= :last)
    ORDER BY slot.starts_at, case_file.id LIMIT :limit OFFSET :offset
    """
)


@dataclass(frozen=True, slots=True)
class BookedRow:
    """Somebody who is booked with the director; `state` is booked, received or missed, `starts_at` on his clock."""

    case_id: int
    number: str
    starts_at: datetime
    place: Text
    official: str
    consumer: str
    question: str
    state: str
    answer: str


@dataclass(frozen=True, slots=True)
class BookedList:
    """A page of the journal."""

    rows: Sequence[BookedRow]
    total: int


def booked_with_director(
    office_id: str, *, first: date | None, last: date | None, page: int = 0, limit: int = PAGE
) -> BookedList:
    """Whom the director receives on these days, in the order of their times."""
    with reading() as session:
        zone = ZoneInfo(session.get_one(Office, office_id).zone)
        asked: dict[str, Any] = {"office": office_id, "first": first, "last": last}
        found = session.execute(_FOUND, {**asked, "limit": limit, "offset": page * limit}).mappings().all()
    rows = [
        BookedRow(
            case_id=row["id"],
            number=row["number"] or "",
            starts_at=row["starts_at"].astimezone(zone),
            place=Text(row["place_kk"], row["place_ru"], row["place_en"]),
            official=row["official"],
            consumer=row["full_name"] or "",
            question=row["substance"],
            state=row["state"],
            answer=str(row["answers"].get("answer") or ""),
        )
        for row in found
    ]
    return BookedList(rows, found[0]["total"] if found else 0)
