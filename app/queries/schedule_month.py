"""The schedule of a month as the coordinator sees it: by official, with its approval and what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.calendar import WorkingCalendar
from app.domain.texts import Text
from app.models import Blackout, Office, Person, SchedulePeriod
from app.models.database import reading
from app.records.blackouts import blackouts_between, closed, covers
from app.records.officials import officials_on
from app.records.schedule import ScheduledDay, Short, days_between, last_of, month_after, month_of, short_officials
from app.records.terms import office_calendar

STATES: Final = ("draft", "submitted", "approved", "published")


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed period; without an official it is the whole office's."""

    id: int
    official: str
    first: date
    last: date
    reason: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A day of an official; `conflict`: why nobody should receive then; `is_new`: the public has not seen it."""

    day: ScheduledDay
    conflict: Text | None
    is_new: bool


@dataclass(frozen=True, slots=True)
class OfficialMonth:
    """One official's days of the month; `short` when they are too few."""

    official_id: int
    full_name: str
    position: Text
    days: Sequence[Planned]
    short: Short | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A date of the month: whether people work then, why not, and who receives."""

    day: date
    working: bool
    why: Text | None
    planned: Sequence[Planned]
    is_today: bool


@dataclass(frozen=True, slots=True)
class ScheduleMonth:
    """The month's page; `before` and `after` are the months beside it, `weeks` rows of seven, None outside."""

    month: date
    before: date
    after: date
    state: str
    edition: int
    approved_at: datetime | None
    approved_by: str | None
    published_at: datetime | None
    posted_on: date | None
    posted_by: str | None
    officials: Sequence[OfficialMonth]
    weeks: Sequence[Sequence[Cell | None]]
    closed: Sequence[Closed]
    conflicts: Sequence[Planned]
    unpublished: int


def schedule_month(office_id: str, month: date | None = None) -> ScheduleMonth:
    """The schedule of a month; without one, of the month that the office's clock shows."""
    with reading() as session:
        office = session.get_one(Office, office_id)
        calendar = office_calendar(session, office_id)
        today = calendar.local(clock.now()).date()
        first = month_of(month or today)
        last = last_of(first)
        blackouts = blackouts_between(session, office_id, first, last)
        days = [_planned(each, blackouts) for each in days_between(session, office, first, last)]
        shorts = {each.official_id: each for each in short_officials(session, office, first)}
        period = session.scalars(
            select(SchedulePeriod).where(SchedulePeriod.office_id == office_id, SchedulePeriod.month == first)
        ).first()
        people = officials_on(session, office, max(first, min(today, last)))
        known = {each.id for each in people}
        gone = session.scalars(select(Person).where(Person.id.in_({each.day.official_id for each in days} - known)))
        people += sorted(gone, key=lambda each: each.sort_key)
        return ScheduleMonth(
            month=first,
            before=month_of(first - timedelta(days=1)),
            after=month_after(first),
            state=period.status if period else "draft",
            edition=period.edition if period else 0,
            approved_at=period.approved_at if period else None,
            approved_by=_name(session, period.approved_by if period else None),
            published_at=period.published_at if period else None,
            posted_on=period.posted_on if period else None,
            posted_by=_name(session, period.posted_by if period else None),
            officials=[
                OfficialMonth(
                    each.id,
                    each.full_name,
                    each.titled,
                    [planned for planned in days if planned.day.official_id == each.id],
                    shorts.get(each.id),
                )
                for each in people
            ],
            weeks=[
                [_cell(calendar.days, day, days, today) if day.month == first.month else None for day in week]
                for week in _weeks(first, last)
            ],
            closed=[_closed(session, each) for each in blackouts],
            conflicts=[each for each in days if each.conflict is not None and each.day.day >= today],
            unpublished=sum(each.is_new for each in days),
        )


def _planned(day: ScheduledDay, blackouts: Sequence[Blackout]) -> Planned:
    stands = day.status == "planned"
    hit = next((each for each in blackouts if stands and covers(each, day.official_id, day.day)), None)
    return Planned(day, closed(hit, day.day) if hit else None, stands and day.published_at is None)


def _cell(calendar: WorkingCalendar, day: date, days: Sequence[Planned], today: date) -> Cell:
    working, why = calendar.is_working(day), calendar.why(day)
    standing = [each for each in days if each.day.day == day and each.day.status != "cancelled"]
    return Cell(day, working, why, standing, day == today)


def _weeks(first: date, last: date) -> list[list[date]]:
    start = first - timedelta(days=first.weekday())
    rows = ((last - start).days // 7) + 1
    return [[start + timedelta(days=7 * row + n) for n in range(7)] for row in range(rows)]


def _closed(session: Session, row: Blackout) -> Closed:
    return Closed(row.id, _name(session, row.official_id) or "", row.first_day, row.last_day, row.reason)


def _name(session: Session, person_id: int | None) -> str | None:
    return session.scalar(select(Person.full_name).where(Person.id == person_id)) if person_id else None
