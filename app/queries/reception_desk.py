"""The coordinator's whole desk: every open request of the office, the late and endangered ones first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.hours import OfficeCalendar
from app.domain.names import sort_key
from app.models.database import reading
from app.queries.reception import BoardRow, DayTab, board_row, day_tabs
from app.queries.reception_rows import CaseRows, case_rows, parts_of
from app.queries.reception_steps import Eye, steps_at, tone_of
from app.queries.reception_terms import DayTerms
from app.records.terms import office_calendar

PAGE: Final = 50
LATE: Final = ("late", "urgent")
WITHOUT_DAY: Final = 0
_RANK: Final = {"bad": 0, "warn": 1, "": 2}

_OPEN: Final = text(
    """
    SELECT case_file.id AS case_id, case_file.number, case_file.subject, case_file.status, case_file.opened_at,
           applicant.full_name, applicant.phone, booking.id AS booking_id, booking.status AS booking_status,
           slot.starts_at, slot.day_id, reception_day.day, reception_day.official_id, official.full_name AS official,
           instance.status = 'running' AS running, instance.version_id
    FROM case_file
    LEFT JOIN applicant ON applicant.id = case_file.applicant_id
    LEFT JOIN booking ON booking.case_id = case_file.id AND booking.status NOT IN ('missed', 'moved', 'withdrawn')
    LEFT JOIN slot ON slot.id = booking.slot_id
    LEFT JOIN reception_day ON reception_day.id = slot.day_id
    LEFT JOIN person AS official ON official.id = reception_day.official_id
    LEFT JOIN LATERAL (
        SELECT process_instance.status, process_instance.version_id
        FROM process_instance JOIN process_version ON process_version.id = process_instance.version_id
        WHERE process_instance.case_id = case_file.id
        ORDER BY process_version.process_key = case_file.kind DESC, process_instance.id DESC LIMIT 1
    ) AS instance ON true
    WHERE case_file.office_id = :office AND case_file.kind = 'personal_reception' AND case_file.status = 'running'
    """
)
_BEGINNINGS: Final = text(
    """
    SELECT slot.day_id, min(slot.starts_at) AS begins_at FROM slot
    WHERE slot.day_id = ANY(:days) AND slot.seats > 0 GROUP BY slot.day_id
    """
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the desk is asked for: `day_id` 0 are the requests without a day, `late` is "", late or urgent.

    `page` counts from 1.
    """

    official_id: int | None = None
    day_id: int | None = None
    step: int | None = None
    late: str = ""
    find: str = ""
    page: int = 1

    @property
    def narrowed(self) -> bool:
        """Whether anything but the page was chosen."""
        return self != Wanted(page=self.page)


@dataclass(frozen=True, slots=True)
class DayChoice:
    """A day of the filter."""

    id: int
    day: date
    official: str


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A line of the desk: the case with the day of its appointment."""

    row: BoardRow
    day_id: int | None
    day: date | None
    official: str


@dataclass(frozen=True, slots=True)
class Desk:
    """One page of the desk; the counts are of everything that was found, `open` of everything there is."""

    rows: Sequence[DeskRow]
    found: int
    late: int
    risk: int
    booked: int
    open: int
    pages: int
    officials: Sequence[tuple[int, str]]
    days: Sequence[DayChoice]
    tabs: Sequence[DayTab]


@dataclass(slots=True)
class _Open:
    """An open request as far as its place on the desk asks."""

    case: CaseRows
    day_id: int | None
    day: date | None
    official_id: int | None
    official: str
    tone: str = ""
    steps: frozenset[int] = frozenset()


def desk(office_id: str, wanted: Wanted) -> Desk:
    """The open requests that answer `wanted`, in a fixed number of statements however many there are."""
    now = clock.now()
    with reading() as session:
        calendar = office_calendar(session, office_id)
        everything = _open(session, office_id)
        eyes = _eyes(session, office_id, calendar, now, everything)
        for each in everything:
            each.tone, each.steps = tone_of(each.case, _eye(eyes, each.day_id)), steps_at(each.case)
        seen = sorted(everything, key=_order)
        found = [each for each in seen if _answers(each, wanted)]
        pages = max(1, -(-len(found) // PAGE))
        start = PAGE * (min(max(wanted.page, 1), pages) - 1)
        rows = _told(session, office_id, found[start : start + PAGE], eyes)
        tabs = day_tabs(session, office_id, calendar)
    return Desk(
        rows=rows,
        found=len(found),
        late=sum(each.tone == "bad" for each in found),
        risk=sum(each.tone == "warn" for each in found),
        booked=sum(each.day_id is not None for each in found),
        open=len(everything),
        pages=pages,
        officials=sorted({(each.official_id, each.official) for each in everything if each.official_id}, key=_by_name),
        days=_days(everything),
        tabs=tabs,
    )


def _by_name(official: tuple[int, str]) -> str:
    return sort_key(official[1])


def _days(everything: Iterable[_Open]) -> list[DayChoice]:
    found = {
        each.day_id: DayChoice(each.day_id, each.day, each.official) for each in everything if each.day_id and each.day
    }
    return sorted(found.values(), key=lambda each: (each.day, each.id))


def _open(session: Session, office_id: str) -> list[_Open]:
    rows = session.execute(_OPEN, {"office": office_id}).all()
    parts = parts_of(session, office_id, [row.case_id for row in rows], whole=False)
    return [
        _Open(
            case=CaseRows(
                case_id=row.case_id,
                number=row.number,
                subject=row.subject or "",
                substance="",
                status=row.status,
                opened_at=row.opened_at,
                registered_at=None,
                applicant=row.full_name or "",
                phone=row.phone,
                represented=None,
                language="",
                booking_id=row.booking_id,
                booking_status=row.booking_status or "",
                booked_at=None,
                priority_category=None,
                slot_id=None,
                starts_at=row.starts_at,
                coming_at=row.starts_at,
                running=bool(row.running),
                version_id=row.version_id,
                tasks=parts.tasks.get(row.case_id, ()),
                timers=parts.timers.get(row.case_id, ()),
                calls=parts.calls.get(row.case_id, ()),
                incidents=parts.incidents.get(row.case_id, 0),
            ),
            day_id=row.day_id,
            day=row.day,
            official_id=row.official_id,
            official=row.official or "",
        )
        for row in rows
    ]


def _eyes(
    session: Session, office_id: str, calendar: OfficeCalendar, now: datetime, everything: Iterable[_Open]
) -> Mapping[int | None, Eye]:
    """With what each day's cases are looked at; requests without a day have no term of the materials."""
    days = sorted({each.day_id for each in everything if each.day_id})
    terms = DayTerms(session, office_id, calendar)
    eyes: dict[int | None, Eye] = {None: Eye(now, calendar)}
    for row in session.execute(_BEGINNINGS, {"days": days}):
        eyes[row.day_id] = Eye(now, calendar, terms.materials(row.begins_at))
    return eyes


def _eye(eyes: Mapping[int | None, Eye], day_id: int | None) -> Eye:
    return eyes.get(day_id) or eyes[None]


def _order(one: _Open) -> tuple[int, datetime, int]:
    """Late first, then endangered; within each by the appointment, requests without one by their age."""
    return _RANK[one.tone], one.case.starts_at or one.case.opened_at, one.case.case_id


def _answers(one: _Open, wanted: Wanted) -> bool:
    return (
        (wanted.official_id is None or one.official_id == wanted.official_id)
        and (wanted.day_id is None or (one.day_id or WITHOUT_DAY) == wanted.day_id)
        and (wanted.step is None or wanted.step in one.steps)
        and (wanted.late not in LATE or one.tone == "bad" or (wanted.late == "urgent" and one.tone == "warn"))
        and _named(one.case, wanted.find)
    )


def _named(case: CaseRows, find: str) -> bool:
    """Whether name, number, matter or telephone hold every word."""
    if not find.strip():
        return True
    place = f"{case.applicant} {case.number or ''} {case.subject} {case.phone or ''}".casefold()
    return all(word in place for word in find.casefold().split())


def _told(session: Session, office_id: str, page: Sequence[_Open], eyes: Mapping[int | None, Eye]) -> list[DeskRow]:
    whole: Mapping[int, Any] = {
        case.case_id: case for case in case_rows(session, office_id, [each.case.case_id for each in page])
    }
    return [
        DeskRow(board_row(whole[each.case.case_id], _eye(eyes, each.day_id)), each.day_id, each.day, each.official)
        for each in page
        if each.case.case_id in whole
    ]
