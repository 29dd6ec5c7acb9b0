"""A planned reception day goes to another date or to another official, with everybody who is booked on it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.domain.texts import Text
from app.models import Booking, Office, Person, ReceptionDay, Slot, Substitution
from app.records.blackouts import closed_by
from app.records.officials import receives
from app.records.reception_days import NO_OFFICIAL, TAKEN, DayRefusedError, day_problem
from app.records.reception_mode import STANDING, settle_mode
from app.records.schedule import month_of, period_of
from app.records.terms import office_calendar

SAME_DATE: Final = Text(
    "Қабылдау онсыз да осы күнге тағайындалған. Басқа күнді таңдаңыз.",
    "Приём и так назначен на этот день. Выберите другой.",
    "The reception is on this day already. Choose another one.",
)
SAME_OFFICIAL: Final = Text(
    "Бұл күні онсыз да осы басшы қабылдайды. Басқасын таңдаңыз.",
    "В этот день и так принимает этот руководитель. Выберите другого.",
    "This official receives on that day already. Choose another one.",
)
IS_AWAY: Final = Text(
    "{who} {first} – {last} күндері орнында болмайды.",
    "{who} отсутствует {first} – {last}.",
    "{who} is away {first} – {last}.",
)


def shift_day(session: Session, day: ReceptionDay, new_date: date | None) -> dict[int, datetime]:
    """Put the day and its slots onto another date, the hours stay; returns when each slot was before.

    Raises `DayRefusedError` (field `day`): a day off, a closed period, the official's absence or other reception.
    """
    calendar = office_calendar(session, day.office_id)
    problem = day_problem(calendar, new_date)
    if new_date is None or problem is not None:
        raise DayRefusedError({"day": problem or TAKEN})
    if new_date == day.day:
        raise DayRefusedError({"day": SAME_DATE})
    why_not = closed_by(session, day.office_id, day.official_id, new_date) or away_on(
        session, day.official_id, new_date
    )
    if why_not is not None:
        raise DayRefusedError({"day": why_not})
    _make_way(session, day, day.official_id, new_date, "day")
    day.day = new_date
    slots = session.scalars(select(Slot).where(Slot.day_id == day.id)).all()
    before = {slot.id: slot.starts_at for slot in slots}
    for slot in slots:
        slot.starts_at = datetime.combine(new_date, calendar.local(slot.starts_at).time(), calendar.zone)
    session.flush()
    settle_mode(session, day)
    return before


def hand_day_over(session: Session, day: ReceptionDay, official_id: int | None) -> None:
    """Let another official receive on the day; raises `DayRefusedError` (field `official_id`) as `shift_day` does."""
    office = session.get_one(Office, day.office_id)
    if official_id is None or not receives(session, office, official_id, day.day):
        raise DayRefusedError({"official_id": NO_OFFICIAL})
    if official_id == day.official_id:
        raise DayRefusedError({"official_id": SAME_OFFICIAL})
    why_not = _not_there(session, day.office_id, official_id, day.day)
    if why_not is not None:
        raise DayRefusedError({"official_id": why_not})
    _make_way(session, day, official_id, day.day, "official_id")
    day.official_id = official_id
    session.flush()


def _not_there(session: Session, office_id: str, official_id: int, day: date) -> Text | None:
    return closed_by(session, office_id, official_id, day) or away_on(session, official_id, day)


def away_on(session: Session, person_id: int, day: date) -> Text | None:
    """The absence of a person on a day, in words; None when she is there."""
    row = session.scalars(
        select(Substitution)
        .where(
            Substitution.person_id == person_id,
            Substitution.first_day <= day,
            Substitution.last_day >= day,
            Substitution.ended_at.is_(None),
        )
        .limit(1)
    ).first()
    if row is None:
        return None
    who = session.get_one(Person, person_id).full_name
    return IS_AWAY.with_values(who=who, first=f"{row.first_day:%d.%m.%Y}", last=f"{row.last_day:%d.%m.%Y}")


def standing_on(session: Session, day_id: int) -> Sequence[Booking]:
    """The appointments that are still to be held on a day, locked, in the order of their cases."""
    return session.scalars(
        select(Booking)
        .join(Slot, Slot.id == Booking.slot_id)
        .where(Slot.day_id == day_id, Booking.status.in_(STANDING))
        .order_by(Booking.case_id)
        .with_for_update(of=Booking)
    ).all()


def told_of(
    session: Session, day: ReceptionDay, bookings: Sequence[Booking], before: dict[int, datetime], reason: str
) -> list[dict[str, object]]:
    """What `schedule.changed` brings each of these cases: the moments before and now, how it is held, why."""
    found: list[dict[str, object]] = []
    for booking in bookings:
        slot = session.get_one(Slot, booking.slot_id)
        found.append(
            {
                "case_id": booking.case_id,
                "before": before.get(slot.id, slot.starts_at).astimezone(UTC).isoformat(),
                "after": slot.starts_at.astimezone(UTC).isoformat(),
                "mode": day.mode,
                "reason": reason,
            }
        )
    return found


def publications_of(session: Session, days: Sequence[ReceptionDay], now: datetime) -> list[dict[str, object]]:
    """What `published_day.changed` brings the schedule: once a month of the published ones among these days."""
    found: dict[date, dict[str, object]] = {}
    for day in days:
        note_change(day, now)
        if day.published_at is not None and month_of(day.day) not in found:
            row = period_of(session, day.office_id, month_of(day.day))
            found[month_of(day.day)] = {
                "schedule_id": row.id,
                "day_id": day.id,
                "cases": [],
                "opened_at": now.isoformat(),
            }
    return list(found.values())


def note_change(day: ReceptionDay, now: datetime) -> None:
    """A day that the public knows is marked as changed since."""
    if day.published_at is not None:
        day.changed_at = now


def _make_way(session: Session, day: ReceptionDay, official_id: int, on: date, field: str) -> None:
    """An official has one day a date; a cancelled one that nobody was ever booked on gives way."""
    other = session.scalars(
        select(ReceptionDay).where(
            ReceptionDay.office_id == day.office_id,
            ReceptionDay.official_id == official_id,
            ReceptionDay.day == on,
        )
    ).first()
    if other is None:
        return
    used = session.scalar(
        select(Booking.id).join(Slot, Slot.id == Booking.slot_id).where(Slot.day_id == other.id).limit(1)
    )
    if other.status != "cancelled" or used is not None:
        raise DayRefusedError({field: TAKEN})
    session.execute(delete(Slot).where(Slot.day_id == other.id))
    session.delete(other)
    session.flush()
