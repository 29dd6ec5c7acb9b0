"""The schedule of receptions: its days with hours and places, its months, how often officials receive (KRG-6)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.domain.texts import Text
from app.models import Booking, Office, Person, ReceptionDay, RestrictionPeriod, SchedulePeriod, Slot
from app.records.bookings import OFF_THE_LIST
from app.records.officials import officials_on
from app.records.open_days import approved
from app.records.reception_mode import VIDEO
from app.records.restrictions import restrictions_between, said

DRAFT: Final = "draft"


@dataclass(frozen=True, slots=True)
class ScheduledDay:
    """A day of the schedule: who receives when, where and how; `changed_at`, `basis` as in `ReceptionDay`.

    `why_video` says which restrictions force videoconference; not `bookable` while the schedule waits for approval.
    """

    id: int
    day: date
    official_id: int
    official: str
    position: Text
    kind: str
    kind_name: Text
    mode: str
    place: Text
    hours: Sequence[tuple[datetime, datetime]]
    seats: int
    booked: int
    status: str
    published_at: datetime | None
    changed_at: datetime | None
    basis: Mapping[str, Any]
    why_video: Text | None
    bookable: bool


@dataclass(frozen=True, slots=True)
class Short:
    """An official who receives too seldom in a month, the clause that says how often, and the `kind` that counts."""

    official_id: int
    official: str
    clause: str
    per_month: int
    kind: Text | None = None


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def last_of(month: date) -> date:
    """The last day of a month."""
    return month_after(month) - timedelta(days=1)


def month_after(month: date) -> date:
    """The first day of the month that follows."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def period_of(session: Session, office_id: str, month: date) -> SchedulePeriod:
    """The schedule of the month, begun as a draft if there was none; locked."""
    session.execute(
        insert(SchedulePeriod)
        .values(office_id=office_id, month=month_of(month), status=DRAFT)
        .on_conflict_do_nothing(index_elements=["office_id", "month"])
    )
    return session.scalars(
        select(SchedulePeriod)
        .where(SchedulePeriod.office_id == office_id, SchedulePeriod.month == month_of(month))
        .with_for_update()
    ).one()


def days_between(
    session: Session, office: Office, first: date, last: date, *, ids: Sequence[int] = ()
) -> list[ScheduledDay]:
    """The days from `first` to `last` in their order, cancelled ones too; with `ids` only these."""
    wanted = (
        select(ReceptionDay, Person, approved())
        .join(Person, Person.id == ReceptionDay.official_id)
        .where(ReceptionDay.office_id == office.id, ReceptionDay.day >= first, ReceptionDay.day <= last)
        .order_by(ReceptionDay.day, Person.sort_key.collate("C"), ReceptionDay.id)
    )
    if ids:
        wanted = wanted.where(ReceptionDay.id.in_(ids))
    rows = session.execute(wanted).all()
    slots = _slots(session, [row[0].id for row in rows])
    booked = _booked(session, [row[0].id for row in rows])
    restrictions = restrictions_between(session, office.id, first, last)
    return [
        _day(office, day, person, slots.get(day.id, []), booked.get(day.id, 0), restrictions, bookable=bookable)
        for day, person, bookable in rows
    ]


def _slots(session: Session, days: Sequence[int]) -> dict[int, list[Slot]]:
    found: dict[int, list[Slot]] = {}
    for slot in session.scalars(select(Slot).where(Slot.day_id.in_(days), Slot.seats > 0).order_by(Slot.starts_at)):
        found.setdefault(slot.day_id, []).append(slot)
    return found


def _booked(session: Session, days: Sequence[int]) -> dict[int, int]:
    rows = session.execute(
        select(Slot.day_id, func.count(func.distinct(Booking.case_id)))
        .join(Booking, Booking.slot_id == Slot.id)
        .where(Slot.day_id.in_(days), Booking.status.not_in(OFF_THE_LIST))
        .group_by(Slot.day_id)
    )
    return {int(day): int(n) for day, n in rows}


def _day(
    office: Office,
    day: ReceptionDay,
    person: Person,
    slots: Sequence[Slot],
    booked: int,
    restrictions: Sequence[RestrictionPeriod],
    *,
    bookable: bool,
) -> ScheduledDay:
    hit = next((each for each in restrictions if each.first_day <= day.day <= each.last_day), None)
    return ScheduledDay(
        id=day.id,
        day=day.day,
        official_id=person.id,
        official=person.full_name,
        position=person.titled,
        kind=day.kind,
        kind_name=kind_name(office, day.kind),
        mode=day.mode,
        place=day.place,
        hours=stretches(slots),
        seats=sum(slot.seats for slot in slots),
        booked=booked,
        status=day.status,
        published_at=day.published_at,
        changed_at=day.changed_at,
        basis=day.basis,
        why_video=said(hit) if hit is not None and day.mode == VIDEO else None,
        bookable=bookable,
    )


def stretches(slots: Iterable[Slot]) -> list[tuple[datetime, datetime]]:
    """Slots in their order as unbroken stretches of time."""
    found: list[tuple[datetime, datetime]] = []
    for slot in slots:
        ends = slot.starts_at + timedelta(minutes=slot.minutes)
        if found and found[-1][1] == slot.starts_at:
            found[-1] = (found[-1][0], ends)
        else:
            found.append((slot.starts_at, ends))
    return found


def kind_name(office: Office, kind: str) -> Text:
    """A kind of reception in the office's words."""
    types: list[dict[str, Any]] = office.settings.get("reception", {}).get("types", [])
    name = next((each["name"] for each in types if each["code"] == kind), {"kk": kind, "ru": kind})
    return Text(name["kk"], name["ru"], name.get("en") or name["ru"])


def short_officials(session: Session, office: Office, month: date) -> list[Short]:
    """Who receives less often in the month than `reception.frequency` demands (KRG-6, T-KRG-06A), by name.

    The setting holds `per_month`, `roles`, `clause` and perhaps the `kind` of the receptions that count.
    """
    rule = office.settings.get("reception", {}).get("frequency")
    if not isinstance(rule, Mapping):
        return []
    least, kind = int(rule.get("per_month", 1)), rule.get("kind")
    wanted = select(ReceptionDay.official_id, func.count()).where(
        ReceptionDay.office_id == office.id,
        ReceptionDay.status != "cancelled",
        ReceptionDay.day >= month_of(month),
        ReceptionDay.day <= last_of(month),
    )
    if kind:
        wanted = wanted.where(ReceptionDay.kind == kind)
    held = {int(who): int(n) for who, n in session.execute(wanted.group_by(ReceptionDay.official_id))}
    people = officials_on(session, office, last_of(month), roles=tuple(rule.get("roles", ())))
    return [
        Short(each.id, each.full_name, str(rule.get("clause", "")), least, kind_name(office, kind) if kind else None)
        for each in people
        if held.get(each.id, 0) < least
    ]
