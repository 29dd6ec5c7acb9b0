"""Appointments: places in the slots of reception days."""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.models import Booking, ReceptionDay, Slot

OFF_THE_LIST: Final = ("moved", "withdrawn")
ENDED: Final = ("missed", *OFF_THE_LIST)


class SlotTakenError(AutomationError):
    """Somebody else was quicker."""

    status = 409
    message = Text(
        kk="Бұл уақытты жаңа ғана басқа адамға берді. Бос уақыттардың бірін таңдаңыз.",
        ru="Это время только что заняли. Выберите другое из свободных.",
        en="This time has just been taken. Choose another free one.",
    )


class SlotClosedError(AutomationError):
    """The slot is not on a day that is open for booking."""

    status = 422
    message = Text(
        kk="Қабылдау уақытын кестедегі бос уақыттардан таңдаңыз.",
        ru="Выберите время приёма из свободных в графике.",
        en="Choose the time from the free ones of the schedule.",
    )


def active_booking(session: Session, case_id: int) -> Booking | None:
    """The appointment that a case has now."""
    return session.scalars(select(Booking).where(Booking.case_id == case_id, Booking.status.not_in(ENDED))).first()


def latest_booking(session: Session, case_id: int) -> Booking | None:
    """The appointment that a case has now or, before it gets another, the one that it missed."""
    return session.scalars(
        select(Booking)
        .where(Booking.case_id == case_id, Booking.status.not_in(OFF_THE_LIST))
        .order_by(Booking.id.desc())
        .limit(1)
    ).first()


def book(
    session: Session, *, office_id: str, case_id: int, slot_id: int, now: datetime, priority_category: str | None = None
) -> Booking:
    """Give the case the slot; an earlier appointment of the case is marked as moved, a missed one stays as it is.

    Raises `SlotTakenError` when no seat is left (one INSERT decides) and `SlotClosedError` for a slot that is over or
    belongs to a cancelled day.
    """
    slot = session.scalars(
        select(Slot)
        .join(ReceptionDay, ReceptionDay.id == Slot.day_id)
        .where(Slot.id == slot_id, Slot.office_id == office_id, ReceptionDay.status == "planned", Slot.starts_at > now)
    ).first()
    if slot is None:
        raise SlotClosedError
    earlier = latest_booking(session, case_id)
    if earlier is not None and earlier.status not in ENDED:
        if earlier.slot_id == slot.id:
            return earlier
        earlier.status, earlier.ended_at = "moved", now
        session.flush()
    taken = set(session.scalars(select(Booking.seat).where(Booking.slot_id == slot.id, Booking.status.not_in(ENDED))))
    free = next((seat for seat in range(1, slot.seats + 1) if seat not in taken), None)
    if free is None:
        raise SlotTakenError
    booking = Booking(
        office_id=office_id,
        case_id=case_id,
        slot_id=slot.id,
        seat=free,
        status="booked",
        priority_category=priority_category or (earlier.priority_category if earlier else None),
        booked_at=now,
    )
    try:
        with session.begin_nested():
            session.add(booking)
    except IntegrityError:
        raise SlotTakenError from None
    return booking


def end_booking(session: Session, case_id: int, *, status: str, now: datetime) -> None:
    """The case gives its place back (`withdrawn`), or its reception is over (`received`, `missed`)."""
    booking = active_booking(session, case_id)
    if booking is not None:
        booking.status, booking.ended_at = status, now
