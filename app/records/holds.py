"""Places kept for a while: who writes the row of a seat first has it (one INSERT decides), until it runs out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, bindparam, delete, exists, func, select, text
from sqlalchemy.orm import Session, aliased

from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.models import Booking, Office, Slot, SlotHold
from app.records.open_days import APPROVED

At = datetime | ColumnElement[datetime]
"""A moment, or its place in a statement that is built once."""
HELD_FOR: Final = timedelta(minutes=10)
BOOKING: Final = "booking"
FREED: Final = ("missed", "moved", "withdrawn")
_TRIES: Final = 5
_HOLD_MINUTES: Final = select(Office.settings["reception"]["hold_minutes"].as_float()).where(
    Office.id == bindparam("office")
)
_PLACE: Final = f"""
    day AS MATERIALIZED (
        SELECT reception_day.id, reception_day.status, {APPROVED} AS approved
        FROM reception_day WHERE reception_day.id = (SELECT day_id FROM slot WHERE slot.id = :slot) %s
    ), place AS (
        SELECT slot.id, slot.seats, day.approved
        FROM slot JOIN day ON day.id = slot.day_id
        WHERE slot.id = :slot AND slot.office_id = :office AND day.status = 'planned' AND slot.starts_at > :now %s
    ), free AS (
        SELECT place.id AS slot_id, one.number AS seat
        FROM place CROSS JOIN LATERAL generate_series(1, place.seats) AS one(number)
        WHERE place.approved AND NOT EXISTS (
            SELECT FROM booking WHERE booking.slot_id = place.id AND booking.seat = one.number
            AND booking.status NOT IN ('missed', 'moved', 'withdrawn') AND booking.case_id <> :case
        ) AND NOT EXISTS (
            SELECT FROM slot_hold AS other WHERE other.slot_id = place.id AND other.seat = one.number
            AND other.held_until > :now AND other.case_id <> :case
        )
    )"""  # noqa: S608 - a constant of ours
_FOUND: Final = """
    SELECT (SELECT count(*) FROM place) AS open, (SELECT bool_and(approved) FROM place) AS approved,
           (SELECT count(*) FROM free) AS free"""
_LOOK: Final = text(f"WITH {_PLACE % ('', '')} {_FOUND}")
"""What there is to win: whoever comes too late learns it here, and locks and writes nothing."""
_CLAIM: Final = text(
    f"""
    WITH {_PLACE % ("FOR KEY SHARE", "FOR SHARE OF slot")}, won AS (
        INSERT INTO slot_hold (office_id, slot_id, seat, case_id, purpose, made_at, made_by, held_until)
        SELECT :office, slot_id, seat, :case, :purpose, :now, :by, :until FROM free ORDER BY seat LIMIT 1
        ON CONFLICT (slot_id, seat) DO UPDATE SET
            case_id = excluded.case_id, purpose = excluded.purpose, made_at = excluded.made_at,
            made_by = excluded.made_by, held_until = excluded.held_until
        WHERE slot_hold.held_until <= excluded.made_at OR slot_hold.case_id = excluded.case_id
        RETURNING id, seat
    )
    {_FOUND}, (SELECT id FROM won) AS hold, (SELECT seat FROM won) AS seat
    """  # noqa: S608 - a constant of ours
)
"""The day is locked before its slot: who waits for a change of the day then reads the slot as that change left it
(`FOR KEY SHARE` would be content with the slot as it was)."""


class SlotTakenError(AutomationError):
    """Somebody else was quicker; `next_free` says what is free instead."""

    status = 409
    message = Text(
        kk="Бұл уақытты жаңа ғана басқа адамға берді. Бос уақыттардың бірін таңдаңыз.{next_kk}",
        ru="Это время только что заняли. Выберите другое из свободных.{next_ru}",
        en="This time has just been taken. Choose another free one.{next_en}",
    )

    def __init__(self, next_free: Text | None = None) -> None:
        said = next_free or Text("", "", "")
        super().__init__(next_kk=said.kk, next_ru=said.ru, next_en=said.en)


class SlotClosedError(AutomationError):
    """The slot is not on a day that is open for booking."""

    status = 422
    message = Text(
        kk="Қабылдау уақытын кестедегі бос уақыттардан таңдаңыз.",
        ru="Выберите время приёма из свободных в графике.",
        en="Choose the time from the free ones of the schedule.",
    )


class NotApprovedError(SlotClosedError):
    """The day belongs to a schedule that is not approved yet (KST-SCH-1, KRG-6)."""

    message = Text(
        kk="Бұл айдың қабылдау кестесі әлі бекітілген жоқ: бұл күнге кесте бекітілгеннен кейін жазуға болады.",
        ru="График этого месяца ещё не утверждён: записать на этот день можно будет после утверждения.",
        en="The schedule of this month is not approved yet: this day can be booked once it is.",
    )


@dataclass(frozen=True, slots=True)
class Claim:
    """Who wants which slot: the seat is kept `until` then (business time; None: as long as the office keeps one).

    `by` is the person of the office.
    """

    office_id: str
    case_id: int
    slot_id: int
    now: datetime
    until: datetime | None = None
    purpose: str = BOOKING
    by: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """The seat that was won, and until when it is kept."""

    seat: int
    until: datetime


def claim_seat(session: Session, claim: Claim) -> Kept:
    """Keep a seat of the slot for the case and let go what was kept for it before.

    One INSERT decides among those who saw a free seat. Raises `SlotTakenError` when every seat is booked or kept for
    somebody else, `SlotClosedError` for a slot that is over or belongs to a cancelled day, `NotApprovedError` while its
    schedule waits for approval.
    """
    values = {
        "office": claim.office_id,
        "case": claim.case_id,
        "slot": claim.slot_id,
        "now": claim.now,
        "purpose": claim.purpose,
        "by": claim.by,
    }
    if _refuse_closed(session.execute(_LOOK, values).one()).free == 0:
        raise SlotTakenError
    until = claim.until or _hold_until(session, claim.office_id, claim.now)
    for _ in range(_TRIES):
        row = _refuse_closed(session.execute(_CLAIM, values | {"until": until}).one())
        if row.hold is not None and not _booked_meanwhile(session, claim, row.seat):
            _let_others_go(session, claim.case_id, row.hold)
            return Kept(int(row.seat), until)
        if row.hold is not None:
            session.execute(delete(SlotHold).where(SlotHold.id == row.hold))
        elif row.free <= 1:
            break  # there was one seat or none: nothing is left to try
    raise SlotTakenError


def _refuse_closed(row: Row[Any]) -> Row[Any]:
    if not row.open:
        raise SlotClosedError
    if not row.approved:
        raise NotApprovedError
    return row


def let_go(session: Session, case_id: int) -> None:
    """Let go whatever is kept for a case."""
    session.execute(delete(SlotHold).where(SlotHold.case_id == case_id))


def kept_slot(session: Session, case_id: int, now: datetime) -> SlotHold | None:
    """What is kept for a case now."""
    return session.scalars(
        select(SlotHold).where(SlotHold.case_id == case_id, SlotHold.held_until > now).order_by(SlotHold.id.desc())
    ).first()


def sweep_holds(session: Session, now: datetime) -> int:
    """Delete the holds that have run out; returns how many."""
    return len(session.scalars(delete(SlotHold).where(SlotHold.held_until <= now).returning(SlotHold.id)).all())


def seats_gone(now: At, *, case_id: int | None = None) -> ColumnElement[int]:
    """How many seats of a `Slot` row are booked, or kept for others than the case, as SQL."""
    booked = select(func.count()).where(Booking.slot_id == Slot.id, Booking.status.not_in(FREED))
    taken = aliased(Booking)
    kept = select(func.count()).where(
        SlotHold.slot_id == Slot.id,
        SlotHold.held_until > now,
        ~exists().where(taken.slot_id == SlotHold.slot_id, taken.seat == SlotHold.seat, taken.status.not_in(FREED)),
    )
    if case_id is not None:
        kept = kept.where(SlotHold.case_id != case_id)
    return booked.correlate(Slot).scalar_subquery() + kept.correlate(Slot).scalar_subquery()


def _hold_until(session: Session, office_id: str, now: datetime) -> datetime:
    """Until when a seat that is kept now stays kept: `hold_minutes` of the office's settings."""
    minutes = session.execute(_HOLD_MINUTES, {"office": office_id}).scalar_one()
    return now + (timedelta(minutes=minutes) if minutes is not None else HELD_FOR)


def _booked_meanwhile(session: Session, claim: Claim, seat: int) -> bool:
    """Whether the seat was booked while we waited for the row of a hold that then was let go."""
    return (
        session.scalar(
            select(Booking.id).where(
                Booking.slot_id == claim.slot_id,
                Booking.seat == seat,
                Booking.status.not_in(FREED),
                Booking.case_id != claim.case_id,
            )
        )
        is not None
    )


def _let_others_go(session: Session, case_id: int, kept: int) -> None:
    session.execute(delete(SlotHold).where(SlotHold.case_id == case_id, SlotHold.id != kept))
