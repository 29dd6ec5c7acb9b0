"""The production calendar changes: transfers, single days, revocations, approval of a year."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Final, Literal, cast

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.calendar import Decision, WorkingCalendar, differing_days, flip, transfer
from app.domain.errors import AutomationError
from app.domain.hours import OfficeCalendar
from app.domain.texts import Text
from app.models import CalendarDecision, CalendarYear, Job
from app.models.database import reading
from app.queries.open_terms import MovedTerm, moved_terms
from app.records.terms import decision as decision_of
from app.records.terms import office_calendar
from app.usecases.access import Actor
from app.usecases.history import Event, record
from app.usecases.published import NotFoundError
from app.usecases.transaction import transaction, wake_workers

Layer = Literal["official", "local"]
Moving = Literal["keep", "later", "all"]
"""What happens to open deadlines: they stay; those that only become later move; all of them move."""

NO_REASON: Final = Text("", "", "")
_LOCK: Final = 7_204_301  # one number for all writers of the calendar: versions follow one another


class ReasonMissingError(AutomationError):
    """A single day needs a reason in both languages."""

    status = 422
    message = Text(
        kk="Себебін қазақша және орысша жазыңыз: ол әр мерзімнің түсіндірмесінде көрінеді.",
        ru="Напишите причину по-казахски и по-русски: она видна в объяснении каждого срока.",
        en="Write the reason in Kazakh and in Russian: every deadline's explanation shows it.",
    )


class RevocationReasonError(AutomationError):
    """Taking a decision back needs a reason."""

    status = 422
    message = Text(
        kk="Шешімді неге қайтаратыныңызды жазыңыз.",
        ru="Напишите, почему отзываете решение.",
        en="Write why the decision is revoked.",
    )


class DocumentMissingError(AutomationError):
    """An official decision names its document."""

    status = 422
    message = Text(
        kk="Ресми шешім үшін құжаттың атауы мен күнін көрсетіңіз.",
        ru="Для официального решения укажите документ и его дату.",
        en="An official decision names its document and the date.",
    )


class BalanceDiffersError(AutomationError):
    """The twelve numbers are not those of the calendar; `months` lists (month, ours, official)."""

    status: ClassVar[int] = 422
    message = Text(
        kk="Баланс күнтізбеге {n} ай бойынша сәйкес келмейді. Сандарды тексеріңіз немесе алдымен ауыстырылған күнді "
        "енгізіңіз.",
        ru="Баланс расходится с календарём, месяцев: {n}. Проверьте числа или сначала внесите недостающий перенос.",
        en="The balance differs from the calendar in {n} months. Check the numbers or enter the missing transfer.",
    )

    def __init__(self, months: Sequence[tuple[int, int, int]]) -> None:
        super().__init__(n=len(months))
        self.months = tuple(months)


class BalanceIncompleteError(AutomationError):
    """A balance has twelve numbers of days."""

    status = 422
    message = Text(
        kk="Он екі айдың әрқайсысына жұмыс күндерінің санын жазыңыз (0–31).",
        ru="Впишите число рабочих дней для каждого из двенадцати месяцев (0–31).",
        en="Give the number of working days for each of the twelve months (0–31).",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an administrator wants: with `moved_to` the day off `day` goes there, without it `day` becomes `working`."""

    day: date
    moved_to: date | None = None
    working: bool = False
    reason: Text = NO_REASON
    layer: Layer = "official"
    document: str = ""
    document_date: date | None = None


@dataclass(frozen=True, slots=True)
class MonthChange:
    """Working days of a month before and after."""

    year: int
    month: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do; nothing has changed yet."""

    days: tuple[date, ...]
    months: tuple[MonthChange, ...]
    moved: tuple[MovedTerm, ...]

    @property
    def earlier(self) -> int:
        """How many deadlines would become shorter."""
        return sum(each.earlier for each in self.moved)


def preview(change: Change, *, by: Actor) -> Preview:
    """Months before and after, and the open deadlines that would move.

    Raises `CalendarDecisionError` (the days cannot be so), `ReasonMissingError`, `DocumentMissingError`.
    """
    by.demand("calendar.edit")
    with reading() as session:
        office = office_calendar(session, by.office_id)
        decisions = decisions_for(change, office.days, by)
        return preview_of(session, by.office_id, office, with_decisions(office, [*office.days.decisions, *decisions]))


def decide(change: Change, *, moving: Moving, by: Actor) -> int:
    """Write the decision as a new version of the calendar; returns the id of its first row.

    Open deadlines move only as `moving` consents, instance by instance, in a job of this commit. Raises as `preview`.
    """
    by.demand("calendar.edit")
    with transaction() as session:
        version = next_version(session)
        office = office_calendar(session, by.office_id)
        decisions = decisions_for(change, office.days, by)
        after = with_decisions(office, [*office.days.decisions, *decisions])
        seen = preview_of(session, by.office_id, office, after)
        rows = [row_of(each, version, by) for each in decisions]
        session.add_all(rows)
        session.flush()
        facts = {
            "version": version,
            "decisions": [row.id for row in rows],
            "days": {row.day.isoformat(): "working" if row.working else "off" for row in rows},
            "document": change.document,
            "terms": moving,
        }
        record(session, [Event("calendar_decided", None, facts)], at=clock.now(), office_id=by.office_id, by=by.id)
        plan_recount(session, by.office_id, seen.moved, moving, version=version, by=by.id)
        return rows[0].id


def preview_revocation(decision_id: int, *, by: Actor) -> Preview:
    """What taking a decision back would do. Raises `NotFoundError`."""
    by.demand("calendar.edit")
    with reading() as session:
        rows = _standing(session, decision_id, by.office_id)
        office = office_calendar(session, by.office_id)
        return preview_of(session, by.office_id, office, _without(session, office, by.office_id, rows))


def revoke(decision_id: int, *, reason: str, moving: Moving, by: Actor) -> None:
    """Take a decision back, a transfer as a whole; the row stays. Raises `RevocationReasonError`, `NotFoundError`."""
    by.demand("calendar.edit")
    if not reason.strip():
        raise RevocationReasonError
    with transaction() as session:
        version = next_version(session)
        rows = _standing(session, decision_id, by.office_id)
        office = office_calendar(session, by.office_id)
        seen = preview_of(session, by.office_id, office, _without(session, office, by.office_id, rows))
        for row in rows:
            row.revoked_at, row.revoked_by = clock.now(), by.id
        session.flush()
        facts = {"decisions": [row.id for row in rows], "reason": reason.strip(), "terms": moving}
        record(session, [Event("calendar_revoked", None, facts)], at=clock.now(), office_id=by.office_id, by=by.id)
        plan_recount(session, by.office_id, seen.moved, moving, version=version, by=by.id)


def approve_year(year: int, balance: Sequence[int | None], *, by: Actor) -> None:
    """The year agrees with the official balance, twelve numbers of working days, January first.

    Raises `BalanceIncompleteError`, `BalanceDiffersError`, `CalendarHorizonError`.
    """
    by.demand("calendar.edit")
    if len(balance) != 12 or any(number is None or not 0 <= number <= 31 for number in balance):
        raise BalanceIncompleteError
    official = [int(number or 0) for number in balance]
    with transaction() as session:
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        ours = office_calendar(session, by.office_id).days.working_days_in_months(year)
        differing = [
            (month, mine, theirs)
            for month, (mine, theirs) in enumerate(zip(ours, official, strict=True), 1)
            if mine != theirs
        ]
        if differing:
            raise BalanceDiffersError(differing)
        now = clock.now()
        values = {"balance": official, "approved_at": now, "approved_by": by.id}
        session.execute(
            insert(CalendarYear)
            .values(office_id=by.office_id, year=year, **values)
            .on_conflict_do_update(index_elements=["office_id", "year"], set_=values)
        )
        event = Event("calendar_approved", None, {"year": year, "balance": official})
        record(session, [event], at=now, office_id=by.office_id, by=by.id)


def plan_recount(
    session: Session, office_id: str, moved: Sequence[MovedTerm], moving: Moving, *, version: int, by: int
) -> None:
    """Queue the recount of the office's running instances; with "later" those stay where a deadline gets shorter."""
    if moving == "keep":
        return
    now = clock.now()
    skipped = sorted({each.instance_id for each in moved if each.earlier}) if moving == "later" else []
    session.add(
        Job(
            office_id=office_id,
            kind="system",
            name="recount_terms",
            payload={"skip": skipped, "version": version, "by": by},
            due_at=now,
        )
    )
    wake_workers(session, now)


def decisions_for(change: Change, days: WorkingCalendar, by: Actor) -> list[Decision]:
    """The decisions that a change makes on a calendar. Raises as `preview`."""
    if change.layer == "official" and not (change.document.strip() and change.document_date):
        raise DocumentMissingError
    now = clock.now()
    if change.moved_to is not None:
        return list(
            transfer(
                days,
                day_off=change.day,
                moved_to=change.moved_to,
                entered_at=now,
                document=change.document.strip(),
                document_date=change.document_date,
                layer=change.layer,
                entered_by=by.full_name,
            )
        )
    if not (change.reason.kk.strip() and change.reason.ru.strip()):
        raise ReasonMissingError
    return [
        flip(
            days,
            day=change.day,
            working=change.working,
            reason=change.reason,
            entered_at=now,
            document=change.document.strip(),
            document_date=change.document_date,
            layer=change.layer,
            entered_by=by.full_name,
        )
    ]


def preview_of(session: Session, office_id: str, before: OfficeCalendar, after: OfficeCalendar) -> Preview:
    """What turning one calendar into another would do."""
    years = sorted({each.day.year for each in {*before.days.decisions} ^ {*after.days.decisions}})
    days = differing_days(before.days, after.days, years)
    return Preview(days, tuple(_months(before.days, after.days, years)), tuple(moved_terms(session, office_id, after)))


def _months(before: WorkingCalendar, after: WorkingCalendar, years: Iterable[int]) -> list[MonthChange]:
    return [
        MonthChange(year, month, old, new)
        for year in years
        for month, (old, new) in enumerate(
            zip(before.working_days_in_months(year), after.working_days_in_months(year), strict=True), 1
        )
        if old != new
    ]


def with_decisions(office: OfficeCalendar, decisions: Sequence[Decision]) -> OfficeCalendar:
    """The office's calendar with these decisions and no others."""
    return replace(office, days=replace(office.days, decisions=tuple(decisions)))


def _without(
    session: Session, office: OfficeCalendar, office_id: str, gone: Sequence[CalendarDecision]
) -> OfficeCalendar:
    ids = [row.id for row in gone]
    kept = session.scalars(
        select(CalendarDecision)
        .where(
            (CalendarDecision.office_id == office_id) | CalendarDecision.office_id.is_(None),
            CalendarDecision.revoked_at.is_(None),
            CalendarDecision.id.not_in(ids),
        )
        .order_by(CalendarDecision.id)
    )
    return with_decisions(office, [decision_of(row) for row in kept])


def _standing(session: Session, decision_id: int, office_id: str) -> list[CalendarDecision]:
    """The decision's row, and of a transfer both."""
    row = session.get(CalendarDecision, decision_id)
    if row is None or row.office_id != office_id or row.revoked_at is not None:
        raise NotFoundError
    if row.pair_day is None:
        return [row]
    other = session.scalars(
        select(CalendarDecision).where(
            CalendarDecision.office_id == office_id,
            CalendarDecision.version == row.version,
            CalendarDecision.day == row.pair_day,
            CalendarDecision.pair_day == row.day,
        )
    )
    return [row, *other]


def next_version(session: Session) -> int:
    """The version of the calendar that this transaction makes; other writers wait for its end."""
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    return (session.scalar(select(func.max(CalendarDecision.version))) or 0) + 1


def row_of(made: Decision, version: int, by: Actor) -> CalendarDecision:
    """A decision as it is kept."""
    reason = made.reason
    return CalendarDecision(
        office_id=by.office_id,
        day=made.day,
        working=made.working,
        layer=made.layer,
        pair_day=made.pair_day,
        reason_kk=reason.kk,
        reason_ru=reason.ru,
        reason_en=reason.in_("en"),
        document=made.document,
        document_date=made.document_date,
        version=version,
        entered_at=made.entered_at,
        entered_by=by.id,
    )


def as_moving(value: str) -> Moving:
    """The consent as a form sends it; anything unknown keeps the deadlines."""
    return cast(Moving, value) if value in {"later", "all"} else "keep"
