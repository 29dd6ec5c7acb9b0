"""Reception days: plan one with its slots, cancel one with a reason."""

from typing import ClassVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.models import Booking, ReceptionDay, Slot
from app.records.bookings import OFF_THE_LIST
from app.records.reception_days import TAKEN, DayRefusedError, Plan, day_problem, put_day
from app.records.terms import office_calendar
from app.usecases.access import Actor
from app.usecases.history import Event, record
from app.usecases.published import NotFoundError
from app.usecases.schedule_approval import announce_change
from app.usecases.transaction import transaction

__all__ = [
    "TAKEN",
    "DayClosedError",
    "DayHasBookingsError",
    "DayRefusedError",
    "NoReasonError",
    "Plan",
    "bookings_of",
    "cancel_day",
    "day_problem",
    "held_day",
    "plan_day",
]


class DayHasBookingsError(AutomationError):
    """People are booked on the day."""

    status: ClassVar[int] = 409
    message = Text(
        kk="Бұл күнге {n} адам жазылған. Алдымен оларды басқа күнге ауыстырыңыз, сонда әрқайсысына бірден хабарланады.",
        ru="На этот день записано: {n}. Сначала перенесите всех на другой день, тогда каждому сразу сообщат об этом.",
        en="Booked on this day: {n}. Move everybody to another day first; each of them is told at once.",
    )


class DayClosedError(AutomationError):
    """The day is cancelled or over."""

    status: ClassVar[int] = 409
    message = Text(
        kk="Бұл қабылдау күні өтіп кеткен немесе одан бас тартылған.",
        ru="Этот день приёма уже прошёл или отменён.",
        en="This reception day is over or cancelled.",
    )


class NoReasonError(AutomationError):
    """A change of the schedule needs a reason."""

    status: ClassVar[int] = 422
    message = Text(
        kk="Кестені неге өзгертетініңізді жазыңыз: себебі істің тарихында қалады.",
        ru="Напишите, почему меняете график: причина останется в истории дела.",
        en="Write why you change the schedule: the reason stays in the history of the case.",
    )


def plan_day(plan: Plan, *, by: Actor) -> int:
    """A new reception day with its slots; returns its id. Raises `DayRefusedError` with a sentence per field.

    A cancelled day of the same official on the same date is planned again. Slots leave out the lunch break.
    """
    by.demand("day.plan")
    with transaction() as session:
        row = put_day(session, by.office_id, plan)
        slots = session.scalar(select(func.count()).where(Slot.day_id == row.id, Slot.seats > 0))
        facts = {"day": row.id, "date": row.day.isoformat(), "official": row.official_id, "slots": slots}
        record(session, [Event("day_planned", None, facts)], at=clock.now(), office_id=by.office_id, by=by.id)
        return row.id


def cancel_day(day_id: int, *, reason: str, by: Actor) -> None:
    """Take a day out of the schedule. Raises `NoReasonError`, `DayHasBookingsError`, `DayClosedError`."""
    by.demand("day.plan")
    if not reason.strip():
        raise NoReasonError
    with transaction() as session:
        row = held_day(session, day_id, by)
        booked = len(bookings_of(session, row.id))
        if booked:
            raise DayHasBookingsError(n=booked)
        row.status = "cancelled"
        announce_change(session, row)
        event = Event("day_cancelled", None, {"day": row.id, "date": row.day.isoformat()}, {"reason": reason.strip()})
        record(session, [event], at=clock.now(), office_id=by.office_id, by=by.id)


def held_day(session: Session, day_id: int, by: Actor) -> ReceptionDay:
    """The planned day, locked; raises `NotFoundError`, `DayClosedError`."""
    row = session.scalars(
        select(ReceptionDay).where(ReceptionDay.id == day_id, ReceptionDay.office_id == by.office_id).with_for_update()
    ).first()
    if row is None:
        raise NotFoundError
    today = office_calendar(session, by.office_id).local(clock.now()).date()
    if row.status != "planned" or row.day < today:
        raise DayClosedError
    return row


def bookings_of(session: Session, day_id: int) -> list[Booking]:
    """The appointments on the list of a day."""
    return list(
        session.scalars(
            select(Booking)
            .join(Slot, Slot.id == Booking.slot_id)
            .where(Slot.day_id == day_id, Booking.status.not_in(OFF_THE_LIST))
            .order_by(Booking.case_id)
        )
    )
