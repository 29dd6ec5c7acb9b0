"""The times of the coming reception days: who has which, which are free."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import text

from app.domain import clock
from app.models.database import reading
from app.records.open_days import APPROVED
from app.records.terms import office_calendar

DAYS: Final = 4
_SLOTS: Final = text(
    f"""
    SELECT day.id AS day_id, day.day, official.full_name AS official, slot.id, slot.starts_at, slot.seats,
           day.approved, booking.case_id, booking.status, applicant.full_name, case_file.number
    FROM (SELECT *, {APPROVED} AS approved FROM reception_day
          WHERE office_id = :office AND status = 'planned' AND day >= :from_day
          ORDER BY day, id LIMIT :days) AS day
    JOIN person AS official ON official.id = day.official_id
    JOIN slot ON slot.day_id = day.id AND slot.seats > 0
    LEFT JOIN booking ON booking.slot_id = slot.id AND booking.status NOT IN ('missed', 'moved', 'withdrawn')
    LEFT JOIN case_file ON case_file.id = booking.case_id
    LEFT JOIN applicant ON applicant.id = case_file.applicant_id
    ORDER BY day.day, day.id, slot.starts_at, booking.seat
    """  # noqa: S608 - a constant of ours
)


@dataclass(frozen=True, slots=True)
class Sitter:
    """Who has a place; `movable` unless she has come already."""

    case_id: int
    name: str
    movable: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A time with those who have it; `free` places are left, none of a time that is over or not approved yet."""

    slot_id: int
    starts_at: datetime
    people: Sequence[Sitter]
    free: int


@dataclass(frozen=True, slots=True)
class DayPlaces:
    """A day of one official with its times."""

    day_id: int
    day: date
    official: str
    places: Sequence[Place]


def timetable(office_id: str, from_day: date | None = None) -> list[DayPlaces]:
    """The first four planned days from `from_day` (today) on, with all their times."""
    now = clock.now()
    with reading() as session:
        today = office_calendar(session, office_id).local(now).date()
        values = {"office": office_id, "from_day": max(from_day or today, today), "days": DAYS}
        rows = session.execute(_SLOTS, values).all()
    found: list[DayPlaces] = []
    for day_id in dict.fromkeys(row.day_id for row in rows):
        mine = [row for row in rows if row.day_id == day_id]
        places = []
        for slot_id in dict.fromkeys(row.id for row in mine):
            held = [row for row in mine if row.id == slot_id]
            people = [
                Sitter(row.case_id, row.full_name or row.number or "", row.status in ("booked", "confirmed"))
                for row in held
                if row.case_id
            ]
            free = held[0].seats - len(people) if held[0].starts_at > now and held[0].approved else 0
            places.append(Place(slot_id, held[0].starts_at, people, max(free, 0)))
        found.append(DayPlaces(day_id, mine[0].day, mine[0].official, places))
    return found
