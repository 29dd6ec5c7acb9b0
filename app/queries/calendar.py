"""The production calendar as a page: twelve months, decisions, the official balance."""

from calendar import Calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.domain import clock
from app.domain.calendar import FIRST_YEAR, LAST_YEAR, CalendarHorizonError, NamedDay, WorkingCalendar
from app.domain.texts import Text
from app.models import CalendarDecision, CalendarYear, Person
from app.models.database import reading
from app.queries.open_terms import terms_reaching
from app.records.terms import office_calendar

_STATES: Final = {"holiday": "hol", "observed": "obs", "moved_off": "moved", "moved_working": "work"}


@dataclass(frozen=True, slots=True)
class DayCell:
    """One square of a month: `state` is hol, obs, moved, work, off or "" for a plain working day."""

    day: date
    state: str
    why: Text | None
    estimated: bool


@dataclass(frozen=True, slots=True)
class Month:
    """A month in weeks from Monday; None is a square of another month. `official` is the balance's number."""

    number: int
    working: int
    official: int | None
    weeks: tuple[tuple[DayCell | None, ...], ...]


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision in the list: one row a pair, `day` the day made working, `pair_day` the day off for it."""

    id: int
    day: date
    working: bool
    pair_day: date | None
    layer: str
    reason: Text
    document: str
    document_date: date | None
    entered_at: datetime
    entered_by: str | None
    revoked_at: datetime | None
    revoked_by: str | None


@dataclass(frozen=True, slots=True)
class YearTab:
    """A year to go to."""

    year: int
    preliminary: bool


@dataclass(frozen=True, slots=True)
class YearPage:
    """A year of the office's calendar. `warned_year` is the nearest preliminary year that open terms reach."""

    year: int
    today: date
    tabs: tuple[YearTab, ...]
    months: tuple[Month, ...]
    preliminary: bool
    approved_at: datetime | None
    approved_by: str | None
    estimated: tuple[date, ...]
    decisions: tuple[DecisionRow, ...]
    warned_year: int | None
    warned_terms: int

    @property
    def total(self) -> int:
        """Working days of the year."""
        return sum(month.working for month in self.months)

    @property
    def differing(self) -> tuple[Month, ...]:
        """Months whose number is not the balance's any more."""
        return tuple(each for each in self.months if each.official is not None and each.official != each.working)


def year_page(office_id: str, year: int | None) -> YearPage:
    """The calendar of `year` (this year without one). Raises `CalendarHorizonError` outside 2006–2099."""
    with reading() as session:
        office = office_calendar(session, office_id)
        today = clock.now().astimezone(office.zone).date()
        year = year or today.year
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise CalendarHorizonError(year)
        days = office.days
        row = session.get(CalendarYear, (office_id, year))
        person = session.get(Person, row.approved_by) if row and row.approved_by else None
        warned = next((each for each in (today.year, today.year + 1) if days.is_preliminary(each)), None)
        return YearPage(
            year=year,
            today=today,
            tabs=tuple(YearTab(each, days.is_preliminary(each)) for each in _around(today.year, year)),
            months=_months(days, year, row.balance if row else None),
            preliminary=days.is_preliminary(year),
            approved_at=row.approved_at if row else None,
            approved_by=person.full_name if person else None,
            estimated=days.estimated_days(year),
            decisions=tuple(_decisions(session, office_id, year)),
            warned_year=warned,
            warned_terms=len(terms_reaching(office_id, warned)) if warned else 0,
        )


def one_decision(office_id: str, decision_id: int) -> DecisionRow | None:
    """A decision of the office that holds; None when there is none."""
    with reading() as session:
        row = session.get(CalendarDecision, decision_id)
        if row is None or row.office_id != office_id or row.revoked_at is not None:
            return None
        return _row(row, None, None)


def _around(today: int, shown: int) -> Sequence[int]:
    years = {shown, *range(today - 2, today + 2)}
    return sorted(each for each in years if FIRST_YEAR <= each <= LAST_YEAR)


def _months(days: WorkingCalendar, year: int, balance: Sequence[int] | None) -> tuple[Month, ...]:
    counts = days.working_days_in_months(year)
    return tuple(
        Month(
            number=number,
            working=counts[number - 1],
            official=balance[number - 1] if balance else None,
            weeks=tuple(
                tuple(_cell(days, each) if each.month == number else None for each in week)
                for week in Calendar().monthdatescalendar(year, number)
            ),
        )
        for number in range(1, 13)
    )


def _cell(days: WorkingCalendar, day: date) -> DayCell:
    named = days.named(day)
    if named is None:
        return DayCell(day, "" if days.is_working(day) else "off", None, estimated=False)
    return DayCell(day, _state(named), named.why, named.estimated)


def _state(named: NamedDay) -> str:
    if named.kind == "decided":
        return "work" if named.working else "moved"
    return _STATES[named.kind]


def _decisions(session: Session, office_id: str, year: int) -> list[DecisionRow]:
    """Those that concern the year, newest first; of a pair only the half that made a day working."""
    by, undone = aliased(Person), aliased(Person)
    found = session.execute(
        select(CalendarDecision, by.full_name, undone.full_name)
        .outerjoin(by, by.id == CalendarDecision.entered_by)
        .outerjoin(undone, undone.id == CalendarDecision.revoked_by)
        .where((CalendarDecision.office_id == office_id) | CalendarDecision.office_id.is_(None))
        .order_by(CalendarDecision.id.desc())
    ).all()
    rows = [_row(*each) for each in found if each[0].pair_day is None or each[0].working]
    return [each for each in rows if year in {each.day.year, (each.pair_day or each.day).year}]


def _row(row: CalendarDecision, by: str | None, undone: str | None) -> DecisionRow:
    return DecisionRow(
        id=row.id,
        day=row.day,
        working=row.working,
        pair_day=row.pair_day,
        layer=row.layer,
        reason=Text(row.reason_kk, row.reason_ru, row.reason_en),
        document=row.document,
        document_date=row.document_date,
        entered_at=row.entered_at,
        entered_by=by,
        revoked_at=row.revoked_at,
        revoked_by=undone,
    )
