"""Appointments: places in the slots of reception days."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.domain.texts import Text
from app.models import Booking, Office, ReceptionDay, ReceptionRequest, Slot
from app.records.holds import Claim, SlotClosedError, SlotTakenError, claim_seat, let_go
from app.records.reception_mode import NO_CONSENT, VIDEO, mode_refused

OFF_THE_LIST: Final = ("moved", "withdrawn")
ENDED: Final = ("missed", *OFF_THE_LIST)
_KEPT: Final = timedelta(seconds=1)
"""A seat is kept on the way to its booking too, in the same transaction; any time that has not passed would do."""


class ConsentMissingError(SlotClosedError):
    """The day is held by videoconference and the applicant has not agreed to it (KRG-14)."""

    message = NO_CONSENT


class AgreementMissingError(SlotClosedError):
    """The day is of a kind for which the applicant must have agreed, and that is not recorded (KST-TASK-2.3)."""

    message = Text(
        kk="Бұл күнгі қабылдауға өтініш берушінің келісімі керек: {kind_kk}. Алдымен келісімді белгілеңіз.",
        ru="На приём этого дня нужно согласие заявителя: {kind_ru}. Сначала отметьте согласие.",
        en="A reception on this day needs the applicant's agreement: {kind_en}. Record it first.",
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

    A seat that was kept for the case is used. Raises `SlotTakenError` when no seat is left (one INSERT decides),
    `SlotClosedError` for a slot that is over or belongs to a cancelled day, `ConsentMissingError` for videoconference
    without restrictions and without consent, and `AgreementMissingError` for a kind that the applicant must agree to.
    """
    seat = claim_seat(session, Claim(office_id, case_id, slot_id, now, until=now + _KEPT)).seat
    day = session.get_one(ReceptionDay, session.get_one(Slot, slot_id).day_id)
    if day.mode == VIDEO and mode_refused(session, office_id, case_id, day, VIDEO) is not None:
        raise ConsentMissingError
    _demand_agreement(session, office_id, case_id, day)
    earlier = latest_booking(session, case_id)
    if earlier is not None and earlier.status not in ENDED:
        if earlier.slot_id == slot_id:
            let_go(session, case_id)
            return earlier
        earlier.status, earlier.ended_at = "moved", now
        session.flush()
    booking = Booking(
        office_id=office_id,
        case_id=case_id,
        slot_id=slot_id,
        seat=seat,
        status="booked",
        priority_category=priority_category or (earlier.priority_category if earlier else None),
        booked_at=now,
    )
    try:
        with session.begin_nested():
            session.add(booking)
    except IntegrityError:
        raise SlotTakenError from None
    let_go(session, case_id)
    return booking


def slots_by_agreement(session: Session, office_id: str, now: datetime) -> list[str]:
    """The times ahead for which the applicant's agreement must be recorded (KST-TASK-2.3), as forms name them."""
    kinds = [each["code"] for each in _types(session, office_id) if each.get("agreement")]
    times = (
        select(Slot.id)
        .join(ReceptionDay, ReceptionDay.id == Slot.day_id)
        .where(ReceptionDay.office_id == office_id, ReceptionDay.kind.in_(kinds), ReceptionDay.status == "planned")
        .where(Slot.starts_at > now)
        .order_by(Slot.id)
    )
    return [str(each) for each in session.scalars(times)] if kinds else []


def _types(session: Session, office_id: str) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = (
        session.get_one(Office, office_id).settings.get("reception", {}).get("types", [])
    )
    return found


def _demand_agreement(session: Session, office_id: str, case_id: int, day: ReceptionDay) -> None:
    """Kinds of `reception.types` with `agreement`; consent to videoconference is a matter of the mode (KRG-15)."""
    if day.kind == VIDEO:
        return
    kind = next(
        (each for each in _types(session, office_id) if each["code"] == day.kind and each.get("agreement")), None
    )
    if kind is None:
        return
    request = session.get(ReceptionRequest, case_id)
    if request is None or request.answers.get("kind_agreed") is not True:
        name = kind["name"]
        raise AgreementMissingError(kind_kk=name["kk"], kind_ru=name["ru"], kind_en=name.get("en") or name["ru"])


def end_booking(session: Session, case_id: int, *, status: str, now: datetime) -> None:
    """The case gives its place back (`withdrawn`), or its reception is over (`received`, `missed`)."""
    booking = active_booking(session, case_id)
    if booking is not None:
        booking.status, booking.ended_at = status, now


__all__ = [
    "ENDED",
    "OFF_THE_LIST",
    "SlotClosedError",
    "SlotTakenError",
    "active_booking",
    "book",
    "end_booking",
    "latest_booking",
]
