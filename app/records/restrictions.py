"""Periods of restrictions: declared, checked, lifted."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import ClassVar, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.texts import LANGUAGES, Text
from app.models import RestrictionPeriod
from app.records.answers import RecordsRefusedError
from app.records.terms import office_calendar

CAUSES: Final = {
    "pandemic": Text("пандемияға байланысты шектеулер", "ограничения из-за пандемии", "pandemic restrictions"),
    "safety": Text("қауіпсіздікке байланысты шектеулер", "ограничения по безопасности", "safety restrictions"),
}
LONGEST: Final = timedelta(days=400)


class RestrictionRefusedError(RecordsRefusedError):
    """The period cannot be declared so: a sentence for each field."""

    status: ClassVar[int] = 422
    message = Text(
        kk="Шектеу кезеңі енгізілген жоқ: түзететін жерлер бар.",
        ru="Период ограничений не введён: есть что исправить.",
        en="The restrictions were not declared: there is something to correct.",
    )


NO_CAUSE: Final = Text("Себебін таңдаңыз.", "Выберите причину.", "Choose the cause.")
NO_DAY: Final = Text("Күнді жазыңыз: 25.06.2025.", "Напишите день: 25.06.2025.", "Write the day: 25.06.2025.")
IN_PAST: Final = Text(
    "Кезең өткен күннен басталмайды.", "Период не может начаться в прошлом.", "The period cannot begin in the past."
)
BAD_DAYS: Final = Text(
    "Соңғы күні бірінші күнінен ерте болмауы керек.",
    "Последний день не может быть раньше первого.",
    "The last day cannot be before the first.",
)
TOO_LONG: Final = Text(
    "Кезең 400 күннен аспауы керек.", "Период не длиннее 400 дней.", "A period is 400 days long at most."
)
OVERLAPS: Final = Text(
    "Бұл күндері шектеу енгізіліп қойған: {first} – {last}.",
    "В эти дни ограничения уже действуют: {first} – {last}.",
    "Restrictions apply on these days already: {first} – {last}.",
)


def problems_of(
    session: Session, office_id: str, first: date | None, last: date | None, cause: str, *, now: datetime
) -> Iterator[tuple[str, Text]]:
    """What keeps a period from being declared, by field: first_day, last_day, cause."""
    if cause not in CAUSES:
        yield "cause", NO_CAUSE
    if first is None:
        yield "first_day", NO_DAY
    elif first < office_calendar(session, office_id).local(now).date():
        yield "first_day", IN_PAST
    if last is None:
        yield "last_day", NO_DAY
    elif first is not None and last < first:
        yield "last_day", BAD_DAYS
    elif first is not None and last - first > LONGEST:
        yield "last_day", TOO_LONG
    elif first is not None:
        other = overlapping(session, office_id, first, last)
        if other is not None:
            days = {"first": f"{other.first_day:%d.%m.%Y}", "last": f"{other.last_day:%d.%m.%Y}"}
            yield "first_day", OVERLAPS.with_values(**days)


def restrictions_between(session: Session, office_id: str, first: date, last: date) -> list[RestrictionPeriod]:
    """The periods that touch the days from `first` to `last`, both included, the earliest first."""
    return list(
        session.scalars(
            select(RestrictionPeriod)
            .where(
                RestrictionPeriod.office_id == office_id,
                RestrictionPeriod.first_day <= last,
                RestrictionPeriod.last_day >= first,
            )
            .order_by(RestrictionPeriod.first_day, RestrictionPeriod.id)
        )
    )


def said(row: RestrictionPeriod) -> Text:
    """The cause of a period and its days, in words."""
    days = f"{row.first_day:%d.%m.%Y} – {row.last_day:%d.%m.%Y}"
    return Text(*(f"{CAUSES[row.cause].in_(language)}: {days}" for language in LANGUAGES))


def overlapping(session: Session, office_id: str, first: date, last: date) -> RestrictionPeriod | None:
    """A period that shares a day with this one."""
    return next(iter(restrictions_between(session, office_id, first, last)), None)


def end_of(session: Session, row: RestrictionPeriod) -> datetime:
    """The first moment after a period, midnight by the office's clock."""
    zone = office_calendar(session, row.office_id).zone
    return datetime.combine(row.last_day + timedelta(days=1), time.min, zone)
