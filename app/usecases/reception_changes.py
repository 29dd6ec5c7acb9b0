"""A reception day changed in place: mode, place, hours, seats; whom it concerns is told at once (KST-S07.2)."""

from typing import ClassVar

from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.models import ReceptionDay, Slot
from app.records.bookings import active_booking
from app.records.day_shape import SeatsTakenError, follow_day, reshape, standing_cases
from app.records.reception_days import DayRefusedError, Plan
from app.usecases.access import Actor
from app.usecases.advance import Locked
from app.usecases.history import Event, record
from app.usecases.published import NotFoundError
from app.usecases.reception_days import NoReasonError, held_day
from app.usecases.reception_moves import Change, NotMovableError, hold_instance, tell
from app.usecases.schedule_approval import announce_change
from app.usecases.transaction import transaction

__all__ = ["DayRefusedError", "NothingChangedError", "SeatsTakenError", "change_day"]

TOLD_OF = ("mode", "place")
"""What an applicant hears of; other hours and seats leave her appointment as it is."""


class NothingChangedError(AutomationError):
    """The day is so already."""

    status: ClassVar[int] = 422
    message = Text(
        kk="Ештеңе өзгерген жоқ: күн онсыз да осындай.",
        ru="Ничего не изменилось: день и так такой.",
        en="Nothing was changed: the day is so already.",
    )


def change_day(day_id: int, wanted: Plan, *, reason: str, by: Actor) -> int:
    """Give a planned day another mode, place, hours, length of slots or seats; returns how many applicants were told.

    Date and official stay. With another mode or place every applicant whose appointment is still to be held, and the
    bodies invited to it, are told in this commit; a public day goes into the next edition of the schedule. Raises
    `NoReasonError`, `DayRefusedError`, `SeatsTakenError` (somebody would lose her place), `NothingChangedError`,
    `DayClosedError`, `NotFoundError`.
    """
    by.demand("day.plan")
    if not reason.strip():
        raise NoReasonError
    with transaction() as session:
        known = session.get(ReceptionDay, day_id)
        if known is None or known.office_id != by.office_id:
            raise NotFoundError
        instances = {case_id: hold_instance(session, case_id, by) for case_id in standing_cases(session, known)}
        day = held_day(session, day_id, by)
        if set(standing_cases(session, day)) - instances.keys():
            raise NotMovableError  # somebody was booked between the two looks: the coordinator looks again
        changed = reshape(session, day, wanted)
        if not changed:
            raise NothingChangedError
        facts = {
            "day": day.id,
            "date": day.day.isoformat(),
            "was": {name: was for name, (was, _) in changed.items()},
            "is": {name: now for name, (_, now) in changed.items()},
        }
        event = Event("day_changed", None, facts, {"reason": reason.strip()})
        record(session, [event], at=clock.now(), office_id=by.office_id, by=by.id)
        told = set(changed) & set(TOLD_OF)
        if told:
            by.demand("booking.move" if instances else "day.plan")
            for case_id, instance in instances.items():
                follow_day(session, case_id, day, told)
                _tell(session, day, case_id, instance, reason.strip(), by)
        announce_change(session, day)
        return len(instances) if told else 0


def _tell(session: Session, day: ReceptionDay, case_id: int, instance: Locked, reason: str, by: Actor) -> None:
    booking = active_booking(session, case_id)
    if booking is not None:
        slot = session.get_one(Slot, booking.slot_id)
        tell(session, instance, Change(booking, slot, day, slot.starts_at, reason), by=by.id)
