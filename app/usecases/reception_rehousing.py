"""Cancelling a day with people on it: everybody gets a free place of another day and is told at once (KST-S07.2)."""

from collections.abc import Sequence
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.models import Booking, ReceptionDay, Slot
from app.records.bookings import book
from app.records.holds import SlotTakenError
from app.usecases.access import Actor
from app.usecases.history import Event, record
from app.usecases.published import NotFoundError
from app.usecases.reception_days import NoReasonError, bookings_of, held_day
from app.usecases.reception_moves import MOVABLE, Change, NotMovableError, hold_instance, tell
from app.usecases.schedule_approval import announce_change
from app.usecases.transaction import transaction


class NoRoomError(AutomationError):
    """The other day has too few free places."""

    status: ClassVar[int] = 409
    message = Text(
        kk="Ол күні бос орын жетпейді: {n} адамға орын табылмады. Басқа күнді таңдаңыз немесе жаңа күн ашыңыз.",
        ru="На том дне не хватает мест: {n}. Выберите другой день или откройте новый.",
        en="That day has too few free places: {n} people are left. Choose another day or plan a new one.",
    )


class NoTargetError(AutomationError):
    """Somebody is booked, and no other day was chosen."""

    status: ClassVar[int] = 422
    message = Text(
        kk="Жазылғандарды қай күнге ауыстыратыныңызды таңдаңыз.",
        ru="Выберите, на какой день перенести записанных.",
        en="Choose the day to which those booked are moved.",
    )


def cancel_and_rehouse(day_id: int, target_id: int | None, *, reason: str, by: Actor) -> int:
    """Cancel a day; everybody booked on it gets the free places of another day, in their order. Returns how many.

    One commit: each applicant is told once, positions and calls are counted anew from the new day. Raises
    `NoReasonError`, `NoTargetError`, `NoRoomError`, `NotMovableError`, `DayClosedError`, `NotFoundError`.
    """
    by.demand("day.plan")
    if not reason.strip():
        raise NoReasonError
    with transaction() as session:
        wanted = bookings_of(session, day_id)
        if wanted:
            by.demand("booking.move")
        instances = {each.case_id: hold_instance(session, each.case_id, by) for each in wanted}
        day = held_day(session, day_id, by)
        bookings = in_their_order(session, day.id)
        if {each.case_id for each in bookings} - instances.keys():
            raise NotMovableError  # somebody was booked between the two looks: the coordinator looks again
        if any(each.status not in MOVABLE for each in bookings):
            raise NotMovableError
        target = _target(session, target_id, day, by) if bookings else None
        moves = _moves(session, bookings, target, by) if target is not None else []
        day.status = "cancelled"
        facts = {"day": day.id, "date": day.day.isoformat(), "moved": len(moves), "to": target_id if moves else None}
        event = Event("day_cancelled", None, facts, {"reason": reason.strip()})
        record(session, [event], at=clock.now(), office_id=by.office_id, by=by.id)
        for old, new, slot in moves:
            before, there = session.get_one(Slot, old.slot_id).starts_at, session.get_one(ReceptionDay, slot.day_id)
            tell(session, instances[old.case_id], Change(new, slot, there, before, reason.strip()), by=by.id)
        announce_change(session, day)
        return len(moves)


def in_their_order(session: Session, day_id: int) -> list[Booking]:
    """The appointments on the list of a day by their time and seat."""
    rows = bookings_of(session, day_id)
    begins = {slot.id: slot.starts_at for slot in session.scalars(select(Slot).where(Slot.day_id == day_id))}
    return sorted(rows, key=lambda each: (begins[each.slot_id], each.seat))


def _target(session: Session, target_id: int | None, day: ReceptionDay, by: Actor) -> ReceptionDay:
    if target_id is None or target_id == day.id:
        raise NoTargetError
    target = held_day(session, target_id, by)
    if target.office_id != day.office_id:
        raise NotFoundError
    return target


def _moves(
    session: Session, bookings: Sequence[Booking], target: ReceptionDay, by: Actor
) -> list[tuple[Booking, Booking, Slot]]:
    """Each appointment with the place that it gets; raises `NoRoomError` when they do not all fit."""
    slots = list(
        session.scalars(
            select(Slot)
            .where(Slot.day_id == target.id, Slot.seats > 0, Slot.starts_at > clock.now())
            .order_by(Slot.starts_at, Slot.id)
        )
    )
    found: list[tuple[Booking, Booking, Slot]] = []
    for each in bookings:
        placed = None
        while slots and placed is None:
            try:
                placed = book(
                    session, office_id=by.office_id, case_id=each.case_id, slot_id=slots[0].id, now=clock.now()
                )
            except SlotTakenError:
                slots.pop(0)
        if placed is None:
            raise NoRoomError(n=len(bookings) - len(found))
        found.append((each, placed, slots[0]))
    return found
