"""An official who receives every working day by booking: the days ahead with their slots (KTEK-2.3, T-KTEK-02)."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.hours import OfficeCalendar
from app.models import Office, ReceptionDay
from app.records.officials import officials_on
from app.records.reception_days import moments_of, place_words, write_slots
from app.records.terms import office_calendar

_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def moments_on(calendar: OfficeCalendar, day: date, evenings: Mapping[str, str], minutes: int) -> Iterator[datetime]:
    """The moments of a day: office hours without lunch, after them the evening of that weekday; none on a day off.

    `evenings` says by weekday from when to when: {"Wed": "17:00-19:00"}.
    """
    if not calendar.days.is_working(day):
        return
    hours = calendar.hours_on(day)
    yield from moments_of(calendar, day, hours.opens, hours.closes, minutes)
    begins, _, ends = evenings.get(_WEEKDAYS[day.weekday()], "").partition("-")
    if begins:
        moment = datetime.combine(day, time.fromisoformat(begins), calendar.zone)
        while moment + timedelta(minutes=minutes) <= datetime.combine(day, time.fromisoformat(ends), calendar.zone):
            yield moment
            moment += timedelta(minutes=minutes)


def offer_days(session: Session, office_id: str, *, now: datetime) -> None:
    """The working days ahead of `[reception.daily]`, planned and public, as far as they are not there yet.

    A day that somebody has changed or cancelled stays as it is. Without an official nothing is offered.
    """
    office = session.get_one(Office, office_id)
    reception = office.settings.get("reception", {})
    daily = reception.get("daily")
    calendar = office_calendar(session, office_id)
    today = calendar.local(now).date()
    officials = officials_on(session, office, today, roles=[daily["role"]]) if daily else []
    if not officials:
        return
    official = officials[0].id
    known = set(
        session.scalars(select(ReceptionDay.day).where(ReceptionDay.official_id == official, ReceptionDay.day >= today))
    )
    for day in _ahead(calendar, today, int(daily["ahead"])):
        if day not in known:
            row = _day(office_id, official, day, reception, published_at=now)
            session.add(row)
            session.flush()
            minutes = int(reception["slot_minutes"])
            moments = list(moments_on(calendar, day, daily.get("evenings", {}), minutes))
            write_slots(session, row, moments, minutes=minutes, seats=1)
    session.flush()


def _ahead(calendar: OfficeCalendar, today: date, count: int) -> Iterator[date]:
    day = today if calendar.days.is_working(today) else calendar.days.next_working(today)
    for _ in range(count):
        yield day
        day = calendar.days.next_working(day)


def _day(
    office_id: str, official_id: int, day: date, reception: Mapping[str, Any], *, published_at: datetime
) -> ReceptionDay:
    place = next(each for each in reception["places"] if each["code"] == reception["daily"]["place"])
    words = place_words(place)
    return ReceptionDay(
        office_id=office_id,
        official_id=official_id,
        day=day,
        kind="ordinary",
        mode="in_person",
        place_kk=words[0],
        place_ru=words[1],
        place_en=words[2],
        status="planned",
        published_at=published_at,
    )
