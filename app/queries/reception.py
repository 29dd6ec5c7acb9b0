"""The coordinator's board: the reception days, one day's cases against the 13 steps, the requests without a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.hours import OfficeCalendar
from app.domain.texts import Text
from app.models import Office, Person, ReceptionDay, Slot
from app.models.database import reading
from app.queries.reception_rows import CaseRows, case_rows
from app.queries.reception_steps import Eye, StepCell, Why, steps_of, why_of
from app.queries.reception_terms import DayTerm, DayTerms
from app.records.schedule import kind_name, stretches
from app.records.terms import office_calendar

PAST_DAYS: Final = 2
COMING_DAYS: Final = 12
MOST_ROWS: Final = 200
CAME: Final = ("confirmed", "arrived", "received")
_LATER: Final = timedelta(days=1)

_DAYS: Final = text(
    """
    SELECT reception_day.id, reception_day.day, reception_day.status, person.full_name,
           coalesce(places.seats, 0) AS seats, coalesce(held.booked, 0) AS booked,
           coalesce(held.received, 0) AS received, coalesce(held.late, 0) AS late
    FROM reception_day
    JOIN person ON person.id = reception_day.official_id
    LEFT JOIN LATERAL (SELECT sum(seats) AS seats FROM slot WHERE slot.day_id = reception_day.id) AS places ON true
    LEFT JOIN LATERAL (
        SELECT count(DISTINCT booking.case_id) AS booked,
               count(*) FILTER (WHERE booking.status = 'received') AS received,
               count(*) FILTER (WHERE EXISTS (
                   SELECT 1 FROM user_task WHERE user_task.case_id = booking.case_id AND user_task.status = 'open'
                     AND user_task.due_at < :now
               ) AND booking.status <> 'missed') AS late
        FROM booking JOIN slot ON slot.id = booking.slot_id
        WHERE slot.day_id = reception_day.id AND booking.status NOT IN ('moved', 'withdrawn')
    ) AS held ON true
    WHERE reception_day.office_id = :office AND (reception_day.id = :chosen OR reception_day.id IN (
        (SELECT id FROM reception_day WHERE office_id = :office AND status <> 'cancelled' AND day < :today
         ORDER BY day DESC, id LIMIT :past)
        UNION ALL
        (SELECT id FROM reception_day WHERE office_id = :office AND status <> 'cancelled' AND day >= :today
         ORDER BY day, id LIMIT :coming)
    ))
    ORDER BY reception_day.day, reception_day.id
    """
)
_BOOKED: Final = text(
    """
    SELECT DISTINCT booking.case_id FROM booking JOIN slot ON slot.id = booking.slot_id
    WHERE slot.day_id = :day AND booking.office_id = :office AND booking.status NOT IN ('moved', 'withdrawn')
    """
)
_WITHOUT_DAY: Final = text(
    """
    SELECT case_file.id, count(*) OVER () AS total FROM case_file
    WHERE case_file.office_id = :office AND case_file.kind = 'personal_reception' AND case_file.status = 'running'
      AND NOT EXISTS (
          SELECT 1 FROM booking
          WHERE booking.case_id = case_file.id AND booking.status NOT IN ('missed', 'moved', 'withdrawn')
      )
    ORDER BY case_file.opened_at, case_file.id LIMIT :most
    """
)


@dataclass(frozen=True, slots=True)
class DayTab:
    """A reception day in the switcher with its counts; `preliminary`: nobody has checked the calendar of its year."""

    id: int
    day: date
    official: str
    status: str
    seats: int
    booked: int
    received: int
    late: int
    past: bool
    preliminary: bool


@dataclass(frozen=True, slots=True)
class DayHead:
    """The day itself: who receives, where, when (`hours` are the stretches of its slots), how far ahead.

    `working_days` until the day, 0 today, None when it is over.
    """

    id: int
    day: date
    official: str
    position: Text
    kind: str
    kind_name: Text
    mode: str
    place: Text
    status: str
    hours: Sequence[tuple[datetime, datetime]]
    seats: int
    working_days: int | None
    begins_at: datetime
    preliminary: bool


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One case of the board."""

    case_id: int
    number: str | None
    applicant: str
    subject: str
    phone: str | None
    language: str
    starts_at: datetime | None
    booking_status: str
    cells: Sequence[StepCell]
    why: Why

    @property
    def task_id(self) -> int | None:
        """The task that the sentence speaks of."""
        return self.why.task.id if self.why.task else None


@dataclass(frozen=True, slots=True)
class Tiles:
    """The numbers above the board; `positions_in` of `positions` cases have everything from the bodies."""

    booked: int
    seats: int
    confirmed: int
    unanswered: int
    positions_in: int
    positions: int
    late: int
    late_steps: Sequence[int]
    risk: int


@dataclass(frozen=True, slots=True)
class TermLine:
    """A moment of this day's preparation; `state` is done, now (its day is today) or empty."""

    steps: Sequence[int]
    names: Sequence[Text]
    due: datetime
    state: str
    clauses: Sequence[str]
    explanations: Sequence[Text]


@dataclass(frozen=True, slots=True)
class Board:
    """One day, or the requests without a day (`head` None); `total` counts also the rows that are not shown."""

    head: DayHead | None
    rows: Sequence[BoardRow]
    tiles: Tiles
    urgent: Sequence[BoardRow]
    calls: Sequence[BoardRow]
    terms: Sequence[TermLine]
    total: int
    days: Sequence[DayTab]


def day_tabs(session: Session, office_id: str, calendar: OfficeCalendar, *, chosen: int | None = None) -> list[DayTab]:
    """The days of the switcher: the last two, those to come, and the chosen one."""
    now = clock.now()
    today = calendar.local(now).date()
    values = {"office": office_id, "now": now, "today": today, "chosen": chosen}
    return [
        DayTab(
            id=row.id,
            day=row.day,
            official=row.full_name,
            status=row.status,
            seats=int(row.seats),
            booked=row.booked,
            received=row.received,
            late=row.late,
            past=row.day < today,
            preliminary=calendar.days.is_preliminary(row.day.year),
        )
        for row in session.execute(_DAYS, {**values, "past": PAST_DAYS, "coming": COMING_DAYS})
    ]


def board(office_id: str, day_id: int) -> Board | None:
    """The board of a day; None when the office has no such day."""
    with reading() as session:
        found = _day(session, office_id, day_id)
        if found is None:
            return None
        calendar = office_calendar(session, office_id)
        head = _head(session, *found, calendar)
        terms = DayTerms(session, office_id, calendar).of(head.begins_at)
        eye = Eye(clock.now(), calendar, next((each.term for each in terms if each.step == 8), None))
        cases = case_rows(session, office_id, booked_cases(session, office_id, day_id), day_id=day_id)
        rows = [board_row(case, eye) for case in cases]
        lines = _term_lines(terms, eye)
        days = day_tabs(session, office_id, calendar, chosen=day_id)
    return Board(
        head=head,
        rows=rows,
        tiles=_tiles(cases, rows, head.seats),
        urgent=_urgent(rows),
        calls=[row for row in rows if row.why.task and row.why.task.element in ("confirm_attendance", "rebook")],
        terms=lines,
        total=len(rows),
        days=days,
    )


def under_consideration(office_id: str) -> Board:
    """The running requests that have no appointment (steps 1–4, or a missed one), oldest first, at most 200."""
    with reading() as session:
        found = session.execute(_WITHOUT_DAY, {"office": office_id, "most": MOST_ROWS}).all()
        calendar = office_calendar(session, office_id)
        eye, days = Eye(clock.now(), calendar), day_tabs(session, office_id, calendar)
        cases = case_rows(session, office_id, [row.id for row in found])
        rows = [board_row(case, eye) for case in sorted(cases, key=lambda each: (each.opened_at, each.case_id))]
    return Board(None, rows, _tiles(cases, rows, 0), _urgent(rows), [], [], found[0].total if found else 0, days)


def day_head(session: Session, office_id: str, day_id: int, calendar: OfficeCalendar | None = None) -> DayHead | None:
    """A day of the office with its hours."""
    found = _day(session, office_id, day_id)
    return _head(session, *found, calendar or office_calendar(session, office_id)) if found else None


def _day(session: Session, office_id: str, day_id: int) -> tuple[ReceptionDay, Person, Office] | None:
    """The day, who receives and the office; another office's day is not found."""
    row = session.execute(
        select(ReceptionDay, Person, Office)
        .join(Person, Person.id == ReceptionDay.official_id)
        .join(Office, Office.id == ReceptionDay.office_id)
        .where(ReceptionDay.id == day_id, ReceptionDay.office_id == office_id)
    ).first()
    return (row[0], row[1], row[2]) if row else None


def _head(session: Session, day: ReceptionDay, official: Person, office: Office, calendar: OfficeCalendar) -> DayHead:
    slots = session.scalars(select(Slot).where(Slot.day_id == day.id, Slot.seats > 0).order_by(Slot.starts_at)).all()
    hours = stretches(slots)
    return DayHead(
        id=day.id,
        day=day.day,
        official=official.full_name,
        position=official.titled,
        kind=day.kind,
        kind_name=kind_name(office, day.kind),
        mode=day.mode,
        place=day.place,
        status=day.status,
        hours=hours,
        seats=sum(slot.seats for slot in slots),
        working_days=_working_days(calendar, day.day),
        begins_at=hours[0][0] if hours else calendar.opening(day.day),
        preliminary=calendar.days.is_preliminary(day.day.year),
    )


def booked_cases(session: Session, office_id: str, day_id: int) -> list[int]:
    """The cases whose appointment stands on the day."""
    return list(session.scalars(_BOOKED, {"office": office_id, "day": day_id}))


def _working_days(calendar: OfficeCalendar, day: date) -> int | None:
    today = calendar.local(clock.now()).date()
    return None if day < today else calendar.days.count(today + _LATER, day)


def _term_lines(terms: Sequence[DayTerm], eye: Eye) -> list[TermLine]:
    """The terms in order of time, those of one moment on one line."""
    found: list[TermLine] = []
    for due in sorted({each.term.due for each in terms}):
        mine = [each for each in terms if each.term.due == due]
        state = "now" if eye.same_day(due, eye.now) else "done" if due < eye.now else ""
        found.append(
            TermLine(
                steps=[each.step for each in mine],
                names=[each.name for each in mine],
                due=due,
                state=state,
                clauses=[each.clause for each in mine],
                explanations=[each.term.explanation for each in mine],
            )
        )
    return found


def board_row(case: CaseRows, eye: Eye) -> BoardRow:
    """The line of a case."""
    return BoardRow(
        case_id=case.case_id,
        number=case.number,
        applicant=case.applicant,
        subject=case.subject,
        phone=case.phone,
        language=case.language,
        starts_at=case.starts_at,
        booking_status=case.booking_status,
        cells=steps_of(case, eye),
        why=why_of(case, eye),
    )


def _tiles(cases: Sequence[CaseRows], rows: Sequence[BoardRow], seats: int) -> Tiles:
    asked = [case for case in cases if case.positions]
    late = [row for row in rows if row.why.tone == "bad"]
    return Tiles(
        booked=len(rows),
        seats=seats,
        confirmed=sum(row.booking_status in CAME for row in rows),
        unanswered=sum(row.booking_status == "booked" for row in rows),
        positions_in=sum(all(each.submitted_at for each in case.positions) for case in asked),
        positions=len(asked),
        late=len(late),
        late_steps=sorted({cell.number for row in late for cell in row.cells if cell.state == "late"}),
        risk=sum(row.why.tone == "warn" for row in rows),
    )


def _urgent(rows: Sequence[BoardRow]) -> list[BoardRow]:
    return sorted((row for row in rows if row.why.tone), key=lambda row: row.why.tone != "bad")
