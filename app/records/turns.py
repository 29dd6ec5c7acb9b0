"""Which free moments of a reception day keep the order in which people asked (KRG-30)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from app.models import Booking, Case, ReceptionRequest, Slot
from app.records.bookings import ENDED, OFF_THE_LIST
from app.records.holds import seats_gone


@dataclass(frozen=True, slots=True)
class Moment:
    """A free moment, and the numbers of the cases that it would put out of order.

    `overtaken` asked earlier and would come later; `ahead` asked later and come earlier.
    """

    slot_id: int
    starts_at: datetime
    overtaken: tuple[str, ...]
    ahead: tuple[str, ...]

    @property
    def out_of_order(self) -> int:
        return len(self.overtaken) + len(self.ahead)


@dataclass(frozen=True, slots=True)
class _Placed:
    """Somebody who has a time on the day."""

    number: str
    asked_at: datetime
    starts_at: datetime


def in_turn(moments: Sequence[Moment]) -> list[Moment]:
    """The moments that put nobody out of order; where others stand so already, the first that adds the least to it."""
    least = min((each.out_of_order for each in moments), default=0)
    kept = [each for each in moments if each.out_of_order == least]
    return kept[:1] if least else kept


def free_moments(session: Session, request: ReceptionRequest, day_id: int, *, now: datetime) -> list[Moment]:
    """The free moments of a day by time, as they stand to the others of that day.

    Those received out of turn (KRG-13) hinder nobody. Who was decided on earlier and has no time yet needs a place
    before.
    """
    asked = request.registered_at or now
    booked = _booked(session, request, day_id)
    waiting = _waiting(session, request, day_id, asked)
    moments, before = [], 0
    for slot, left in _free(session, request.case_id, day_id, now):
        overtaken = [row.number for row in booked if row.asked_at < asked and row.starts_at > slot.starts_at]
        ahead = [row.number for row in booked if row.asked_at > asked and row.starts_at < slot.starts_at]
        moments.append(Moment(slot.id, slot.starts_at, (*overtaken, *waiting[before:]), tuple(ahead)))
        before += left
    return moments


def _free(session: Session, case_id: int, day_id: int, now: datetime) -> list[tuple[Slot, int]]:
    """The free moments by time, each with its free seats."""
    left = Slot.seats - seats_gone(now, case_id=case_id)
    query = select(Slot, left).where(Slot.day_id == day_id, Slot.starts_at > now, left > 0)
    return [(slot, seats) for slot, seats in session.execute(query.order_by(Slot.starts_at))]


def _booked(session: Session, request: ReceptionRequest, day_id: int) -> list[_Placed]:
    query = (
        select(Case.number, ReceptionRequest.registered_at, Slot.starts_at)
        .join(ReceptionRequest, ReceptionRequest.case_id == Case.id)
        .join(Booking, Booking.case_id == Case.id)
        .join(Slot, Slot.id == Booking.slot_id)
        .where(
            Slot.day_id == day_id,
            Case.id != request.case_id,
            Booking.status.not_in(ENDED),
            ReceptionRequest.answers["priority_category"].astext.is_(None),
        )
    )
    rows = session.execute(query.order_by(Slot.starts_at))
    return [_Placed(number or "", asked, starts) for number, asked, starts in rows if asked is not None]


def _waiting(session: Session, request: ReceptionRequest, day_id: int, asked: datetime) -> Sequence[str]:
    """Numbers of those who asked earlier and have no time on the day yet, by the moment they asked."""
    placed = exists().where(Booking.case_id == Case.id, Booking.status.not_in(OFF_THE_LIST))
    query = (
        select(func.coalesce(Case.number, ""))
        .join(ReceptionRequest, ReceptionRequest.case_id == Case.id)
        .where(
            ReceptionRequest.office_id == request.office_id,
            ReceptionRequest.registered_at < asked,
            Case.status == "running",
            ReceptionRequest.answers["priority_category"].astext.is_(None),
            ReceptionRequest.answers["reception_day_id"].astext == str(day_id),
            ~placed,
        )
    )
    return session.scalars(query.order_by(ReceptionRequest.registered_at)).all()
