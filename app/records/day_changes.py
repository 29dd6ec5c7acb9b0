"""A planned reception day goes to another date or to another official, with everybody who is booked on it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.domain.texts import Text
from app.models import Booking, Office, Person, ReceptionDay, Slot, Substitution
from app.records.blackouts import closed_by
from app.records.officials import receives
from app.records.reception_days import NO_OFFICIAL, TAKEN, DayRefusedError, day_problem, moments_of
from app.records.reception_mode import STANDING, settle_mode
from app.records.schedule import month_of, period_of, stretches
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
RECEIVES_HIMSELF: Final = Text(
    "{who} бұл уақытта өзі қабылдайды ({hours}). Бұл тізімді өзінікінен кейін қабылдайтынын белгілеңіз немесе басқа "
    "басшыны таңдаңыз.",
    "{who} в это время принимает сам ({hours}). Отметьте, что этот список он примет после своего, или выберите "
    "другого.",
    "{who} receives people of his own at this time ({hours}). Tick that he takes this list after his own, or choose "
    "another official.",
)
NO_TIME_LEFT: Final = Text(
    "{who} өз тізімінен кейін {n} адамды жұмыс уақытында қабылдап үлгермейді. Басқа басшыны немесе күнді таңдаңыз.",
    "{who} не успеет до конца рабочего дня принять после своего списка ещё {n}. Выберите другого или другую дату.",
    "{who} has no time left in office hours to receive {n} more after his own list. Choose another official or date.",
)


@dataclass(frozen=True, slots=True)
class Handed:
    """On which day a list that was handed over stands now, and when each of its moved slots was before, by its id."""

    day: ReceptionDay
    before: dict[int, datetime] = field(default_factory=dict)


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


def hand_day_over(session: Session, day: ReceptionDay, official_id: int | None, *, after_own: bool = False) -> Handed:
    """Let another official receive on the day; raises `DayRefusedError` (field `official_id`) as `shift_day` does.

    One who receives on that day himself takes this list beside his own, as an official has one list a date: at its
    hours when they do not meet his, else right after his own list, if the coordinator says so with `after_own`. Nobody
    can be received at one moment by an official who is receiving somebody else, and on the unified day all of them
    receive at the same hours (KST-DAY-1). The day that was handed over is then cancelled, it has no list any more. A
    day held in another mode is not joined: those booked agreed to theirs (KRG-14).
    """
    office = session.get_one(Office, day.office_id)
    if official_id is None or not receives(session, office, official_id, day.day):
        raise DayRefusedError({"official_id": NO_OFFICIAL})
    if official_id == day.official_id:
        raise DayRefusedError({"official_id": SAME_OFFICIAL})
    why_not = _not_there(session, day.office_id, official_id, day.day)
    if why_not is not None:
        raise DayRefusedError({"official_id": why_not})
    own = _day_of(session, day.office_id, official_id, day.day)
    if own is not None and own.status == "planned" and own.mode == day.mode:
        return _join(session, day, own, after_own=after_own)
    _make_way(session, day, official_id, day.day, "official_id")
    day.official_id = official_id
    session.flush()
    return Handed(day)


def _join(session: Session, day: ReceptionDay, own: ReceptionDay, *, after_own: bool) -> Handed:
    """Put the slots of `day` onto the official's `own` day; a list that follows his loses its free places."""
    listed = _slots_of(session, day.id)
    his = _slots_of(session, own.id)
    moments = {slot: slot.starts_at for slot in listed}
    if _meet(listed, his):
        if not after_own:
            raise DayRefusedError({"official_id": _receives_himself(session, own, his)})
        wanted = {booking.slot_id for booking in standing_on(session, day.id)}
        moments = _after(session, own, his, [slot for slot in listed if slot.id in wanted])
    before = {slot.id: slot.starts_at for slot, moment in moments.items() if slot.starts_at != moment}
    for slot, moment in moments.items():
        slot.day_id, slot.starts_at = own.id, moment
    day.status = "cancelled"
    session.flush()
    return Handed(own, before)


def _after(session: Session, own: ReceptionDay, his: Sequence[Slot], listed: Sequence[Slot]) -> dict[Slot, datetime]:
    """When each of the slots begins if they follow the last of his, within office hours and without the lunch break."""
    calendar = office_calendar(session, own.office_id)
    closes = calendar.hours_on(own.day).closes
    free = calendar.local(max(_end(slot) for slot in his))
    found: dict[Slot, datetime] = {}
    for slot in listed:
        moment = next(moments_of(calendar, own.day, free.time(), closes, slot.minutes), None)
        if moment is None:
            who = session.get_one(Person, own.official_id).full_name
            raise DayRefusedError({"official_id": NO_TIME_LEFT.with_values(who=who, n=len(listed))})
        found[slot] = moment
        free = moment + timedelta(minutes=slot.minutes)
    return found


def _slots_of(session: Session, day_id: int) -> Sequence[Slot]:
    return session.scalars(select(Slot).where(Slot.day_id == day_id).order_by(Slot.starts_at).with_for_update()).all()


def _end(slot: Slot) -> datetime:
    return slot.starts_at + timedelta(minutes=slot.minutes)


def _meet(some: Iterable[Slot], others: Sequence[Slot]) -> bool:
    """Whether two lists want the official at one moment."""
    return any(one.starts_at < _end(other) and other.starts_at < _end(one) for one in some for other in others)


def _receives_himself(session: Session, own: ReceptionDay, his: Sequence[Slot]) -> Text:
    local = office_calendar(session, own.office_id).local
    hours = ", ".join(f"{local(a):%H:%M}–{local(b):%H:%M}" for a, b in stretches(slot for slot in his if slot.seats))
    return RECEIVES_HIMSELF.with_values(who=session.get_one(Person, own.official_id).full_name, hours=hours)


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
    other = _day_of(session, day.office_id, official_id, on)
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


def _day_of(session: Session, office_id: str, official_id: int, on: date) -> ReceptionDay | None:
    return session.scalars(
        select(ReceptionDay)
        .where(ReceptionDay.office_id == office_id, ReceptionDay.official_id == official_id, ReceptionDay.day == on)
        .with_for_update()
    ).first()
