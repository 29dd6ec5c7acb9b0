"""What is free in the schedule, and the sentence that tells somebody who came too late."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, ScalarSelect, bindparam, select
from sqlalchemy.orm import Session, aliased

from app.domain.texts import Text
from app.models import Office, Person, ReceptionDay, Slot
from app.records.holds import At, SlotTakenError, seats_gone
from app.records.open_days import approved

HORIZON: Final = timedelta(days=120)
TOLD: Final = 3
_NEXT: Final = Text(" Жақын бос уақыттар: {times}.", " Ближайшие свободные: {times}.", " The next free ones: {times}.")
_NONE: Final = Text(
    " Бұл басшының қабылдауында бос уақыт қалмады.",
    " Свободного времени у этого руководителя не осталось.",
    " This official has no free time left.",
)


@dataclass(frozen=True, slots=True)
class FreeSlot:
    """A moment at which somebody can still be received."""

    slot_id: int
    day_id: int
    starts_at: datetime
    minutes: int
    official_id: int
    official: str


def free_slots(
    session: Session,
    office_id: str,
    *,
    now: datetime,
    case_id: int | None = None,
    official_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 100,
) -> list[FreeSlot]:
    """Free moments by time, between `since` (from now) and `until` (`HORIZON` ahead), of one official or of all.

    What is kept for the case counts as free.
    """
    query = (
        select(Slot, ReceptionDay.official_id, Person.full_name)
        .join(ReceptionDay, ReceptionDay.id == Slot.day_id)
        .join(Person, Person.id == ReceptionDay.official_id)
        .where(
            Slot.office_id == office_id,
            Slot.starts_at >= (since or now),
            Slot.starts_at < (until or now + HORIZON),
            *_free(now, case_id=case_id),
        )
        .order_by(Slot.starts_at, Slot.id)
        .limit(limit)
    )
    if official_id is not None:
        query = query.where(ReceptionDay.official_id == official_id)
    return [
        FreeSlot(slot.id, slot.day_id, slot.starts_at, slot.minutes, official, name)
        for slot, official, name in session.execute(query)
    ]


def refusal(session: Session, office_id: str, slot_id: int, *, now: datetime) -> SlotTakenError:
    """The honest answer to somebody who came too late: the place is gone, and what the same official has free next."""
    values = {"office": office_id, "slot": slot_id, "now": now, "until": now + HORIZON}
    found = session.execute(_NEXT_FREE, values).all()
    if not found:
        return SlotTakenError(_NONE)
    times = "; ".join(f"{starts_at.astimezone(ZoneInfo(zone)):%d.%m.%Y, %H:%M}" for starts_at, zone in found)
    return SlotTakenError(_NEXT.with_values(times=times))


def _free(now: At, *, case_id: int | None = None) -> tuple[ColumnElement[bool], ...]:
    """That a `Slot` of its `ReceptionDay` can still be booked, as SQL."""
    left = seats_gone(now, case_id=case_id) < Slot.seats
    return ReceptionDay.status == "planned", approved(), Slot.starts_at > now, left


def _official_of(slot: ColumnElement[int]) -> ScalarSelect[int]:
    day, chosen = aliased(ReceptionDay), aliased(Slot)
    return select(day.official_id).join(chosen, chosen.day_id == day.id).where(chosen.id == slot).scalar_subquery()


# Built once: when a good day opens, many come too late at once.
_NEXT_FREE: Final = (
    select(Slot.starts_at, Office.zone)
    .join(ReceptionDay, ReceptionDay.id == Slot.day_id)
    .join(Office, Office.id == Slot.office_id)
    .where(
        Slot.office_id == bindparam("office"),
        Slot.starts_at < bindparam("until"),
        ReceptionDay.official_id == _official_of(bindparam("slot")),
        *_free(bindparam("now")),
    )
    .order_by(Slot.starts_at, Slot.id)
    .limit(TOLD)
)
