"""`schedule.changed` from another process: the case learns what has become of its appointment, and tells whom it must.

The processes of the office (an official is unavailable, a restriction is declared) change days and throw one message a
booked case. Here it reaches the reception of that case, whichever step it is at (KST-S07.2, BR-47).
"""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Message, ProcessInstance, ReceptionDay, Slot
from app.records.bookings import active_booking
from app.records.reception_mode import STANDING
from app.usecases.advance import lock
from app.usecases.receivers import Kept
from app.usecases.reception_moves import SCHEDULE_CHANGED, Change, tell

WITHOUT_REASON: Final = "—"


def concerns_a_case(message: Message) -> bool:
    """Whether the message tells a case that its appointment has changed."""
    return message.name == SCHEDULE_CHANGED and message.kind == "message" and message.case_id is not None


def take_change(session: Session, message: Message) -> int | Kept:
    """Let the reception of the case take its appointment as it stands now and tell whom it must, each once.

    Returns the instance, or why nobody took it: "suspended", or "nobody" when there is nothing left to tell because the
    reception is over or has no appointment any more. The message brings `reason` and `before`, the moment until now.
    """
    row = session.execute(
        select(ProcessInstance.id, ProcessInstance.status)
        .where(ProcessInstance.case_id == message.case_id, ProcessInstance.status.in_(("running", "suspended")))
        .order_by(ProcessInstance.id)
        .limit(1)
    ).first()
    if row is None or message.case_id is None:
        return Kept("nobody")
    instance = lock(session, row.id)
    if instance.status == "suspended":
        return Kept("suspended", {"instances": [instance.id]})
    booking = active_booking(session, message.case_id)
    if instance.status != "running" or booking is None or booking.status not in STANDING:
        return Kept("nobody")
    slot = session.get_one(Slot, booking.slot_id)
    before = message.payload.get("before")
    change = Change(
        booking,
        slot,
        session.get_one(ReceptionDay, slot.day_id),
        datetime.fromisoformat(str(before)) if before else slot.starts_at,
        str(message.payload.get("reason") or WITHOUT_REASON),
    )
    tell(session, instance, change, by=None)
    return instance.id
