"""A planned day changed in place: how and where it is held, its hours and seats; whoever is booked keeps her place."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.models import Applicant, Booking, Case, Office, ReceptionDay, ReceptionRequest, Slot, SlotHold
from app.records.holds import FREED
from app.records.reception_days import (
    MODES,
    NO_MODE,
    NO_PLACE,
    NO_SLOT,
    NOT_AWAY,
    DayRefusedError,
    Plan,
    hour_problems,
    moments_of,
    place_words,
    stays_in,
    write_slots,
)
from app.records.reception_mode import ONLY_VIDEO, STANDING, VIDEO, mode_refused, restriction_on
from app.records.terms import office_calendar

NOT_AGREED: Final = Text(
    "Бейнеконференцбайланысқа келісімі жазылмаған: {who} (KRG-14). Алдымен келісімін жазыңыз немесе ауыстырыңыз.",
    "Не записано согласие на видеоконференцсвязь: {who} (KRG-14). Сначала запишите согласие или перенесите.",
    "No recorded consent to videoconference: {who} (KRG-14). Record the consent or move them first.",
)


class SeatsTakenError(AutomationError):
    """Somebody would lose her place: `sitting` says who and when."""

    status: ClassVar[int] = 409
    message = Text(
        kk="Бұл өзгеріс жазылған адамдардың орнын алып қояды: {who}. Алдымен оларды басқа уақытқа ауыстырыңыз.",
        ru="Так записанные потеряют своё место: {who}. Сначала перенесите их на другое время.",
        en="People booked would lose their place: {who}. Move them to another time first.",
    )

    def __init__(self, sitting: "Sequence[Sitting]", who: str) -> None:
        super().__init__(who=who)
        self.sitting = tuple(sitting)


@dataclass(frozen=True, slots=True)
class Sitting:
    """Who has a seat of a slot; `held` only while it is kept for her, otherwise she is booked."""

    case_id: int
    name: str
    slot_id: int
    seat: int
    starts_at: datetime
    held: bool


def plan_of(session: Session, day: ReceptionDay) -> Plan:
    """The day as it stands, as somebody would have planned it; an empty `place` when it is none of the office's."""
    calendar = office_calendar(session, day.office_id)
    slots = session.scalars(select(Slot).where(Slot.day_id == day.id, Slot.seats > 0).order_by(Slot.starts_at)).all()
    ends = slots[-1].starts_at + timedelta(minutes=slots[-1].minutes) if slots else None
    return Plan(
        official_id=day.official_id,
        day=day.day,
        kind=day.kind,
        mode=day.mode,
        place=next((code for code, words in _places(session, day) if words[1] == day.place_ru), ""),
        starts=calendar.local(slots[0].starts_at).time() if slots else None,
        ends=calendar.local(ends).time() if ends else None,
        minutes=slots[0].minutes if slots else None,
        seats=max((each.seats for each in slots), default=None),
        basis=day.basis,
    )


def reshape(session: Session, day: ReceptionDay, wanted: Plan) -> dict[str, tuple[Any, Any]]:
    """Give the day the mode, place, hours, length of slots and seats of `wanted`; returns what changed: (was, is).

    Whose day it is and when stays. Raises `DayRefusedError` with a sentence per field and `SeatsTakenError`.
    """
    calendar = office_calendar(session, day.office_id)
    before = plan_of(session, day)
    plan = replace(wanted, official_id=day.official_id, day=day.day, kind=day.kind, basis=day.basis)
    errors = {**dict(hour_problems(calendar, plan)), **dict(_problems(session, day, before, plan))}
    if errors or plan.starts is None or plan.ends is None or plan.minutes is None or plan.seats is None:
        raise DayRefusedError(errors)
    moments = tuple(moments_of(calendar, day.day, plan.starts, plan.ends, plan.minutes))
    if not moments:
        raise DayRefusedError({"ends": NO_SLOT})
    sitting = _sitting(session, day)
    _refuse_loss(session, day, sitting, moments, plan.seats)
    seen = _look(day, before)
    if (plan.starts, plan.ends, plan.minutes, plan.seats) != (before.starts, before.ends, before.minutes, before.seats):
        write_slots(session, day, moments, minutes=plan.minutes, seats=plan.seats)
        _close_ranks(session, sitting, plan.seats)
    _put_mode_and_place(session, day, plan)
    session.flush()
    now = _look(day, plan_of(session, day))
    return {name: (seen[name], now[name]) for name in seen if seen[name] != now[name]}


def standing_cases(session: Session, day: ReceptionDay) -> list[int]:
    """The cases with an appointment that is still to be held on the day."""
    return list(
        session.scalars(
            select(Booking.case_id)
            .join(Slot, Slot.id == Booking.slot_id)
            .where(Slot.day_id == day.id, Booking.status.in_(STANDING))
            .order_by(Booking.case_id)
        )
    )


def follow_day(session: Session, case_id: int, day: ReceptionDay, changed: Container[str]) -> None:
    """What was decided or chosen for the case itself gives way to the day's new mode and place."""
    request = session.get(ReceptionRequest, case_id)
    if request is None:
        return
    answers = dict(request.answers)
    if "mode" in changed:
        answers["mode"] = day.mode
    if "place" in changed and "place" in answers:
        answers["place"] = plan_of(session, day).place
    request.answers = answers


def _places(session: Session, day: ReceptionDay) -> list[tuple[str, tuple[str, str, str]]]:
    places = session.get_one(Office, day.office_id).settings.get("reception", {}).get("places", [])
    return [(each["code"], place_words(each)) for each in places]


def _problems(session: Session, day: ReceptionDay, before: Plan, plan: Plan) -> Iterator[tuple[str, Text]]:
    """What is wrong with mode and place; a place that the office does not list any more may stay."""
    restriction, office = restriction_on(session, day.office_id, day.day), session.get_one(Office, day.office_id)
    if plan.place != before.place and plan.place not in dict(_places(session, day)):
        yield "place", NO_PLACE
    elif (plan.place, plan.mode) != (before.place, before.mode) and stays_in(office, plan):
        yield "place", NOT_AWAY
    if plan.mode not in MODES:
        yield "mode", NO_MODE
    elif restriction is not None and (plan.mode, plan.place) != (before.mode, before.place):
        days = {"first": f"{restriction.first_day:%d.%m.%Y}", "last": f"{restriction.last_day:%d.%m.%Y}"}
        yield ("mode" if plan.mode != before.mode else "place"), ONLY_VIDEO.with_values(**days)
    elif plan.mode == VIDEO and before.mode != VIDEO:
        cases = [
            case_id
            for case_id in standing_cases(session, day)
            if mode_refused(session, day.office_id, case_id, day, VIDEO) is not None
        ]
        if cases:
            yield "mode", NOT_AGREED.with_values(who=", ".join(_names(session, cases).values()))


def _sitting(session: Session, day: ReceptionDay) -> list[Sitting]:
    """Who has a place on the day, booked or kept for her (an offer, a form that is being filled), by time and seat."""
    now = clock.now()
    booked = session.execute(
        select(Booking.case_id, Slot.id, Booking.seat, Slot.starts_at)
        .join(Slot, Slot.id == Booking.slot_id)
        .where(Slot.day_id == day.id, Booking.status.not_in(FREED))
    ).all()
    taken = {(row.id, row.seat) for row in booked}
    kept = session.execute(
        select(SlotHold.case_id, Slot.id, SlotHold.seat, Slot.starts_at)
        .join(Slot, Slot.id == SlotHold.slot_id)
        .where(Slot.day_id == day.id, SlotHold.held_until > now)
    ).all()
    rows = [(row, False) for row in booked] + [(row, True) for row in kept if (row.id, row.seat) not in taken]
    names = _names(session, [row.case_id for row, _ in rows])
    found = [Sitting(row.case_id, names[row.case_id], row.id, row.seat, row.starts_at, held=held) for row, held in rows]
    return sorted(found, key=lambda each: (each.starts_at, each.seat))


def _names(session: Session, cases: Sequence[int]) -> dict[int, str]:
    rows = session.execute(
        select(Case.id, Case.number, Applicant.full_name)
        .outerjoin(Applicant, Applicant.id == Case.applicant_id)
        .where(Case.id.in_(cases))
        .order_by(Case.id)
    )
    return {row.id: row.full_name or row.number or str(row.id) for row in rows}


def _refuse_loss(
    session: Session, day: ReceptionDay, sitting: Sequence[Sitting], moments: Sequence[datetime], seats: int
) -> None:
    rooms = dict.fromkeys(moments, seats)
    beside = [each.starts_at for each in sitting]
    lost = [each for each in sitting if beside.count(each.starts_at) > rooms.get(each.starts_at, 0)]
    if lost:
        calendar = office_calendar(session, day.office_id)
        raise SeatsTakenError(lost, ", ".join(f"{calendar.local(each.starts_at):%H:%M} {each.name}" for each in lost))


def _close_ranks(session: Session, sitting: Sequence[Sitting], seats: int) -> None:
    """Whoever has a seat beyond the last one takes the first free one of her slot."""
    slots = {each.slot_id for each in sitting if each.seat > seats}
    session.execute(delete(SlotHold).where(SlotHold.slot_id.in_(slots), SlotHold.held_until <= clock.now()))
    for slot_id in slots:
        here = [each for each in sitting if each.slot_id == slot_id]
        free = sorted(set(range(1, seats + 1)) - {each.seat for each in here})
        for each, seat in zip((one for one in here if one.seat > seats), free, strict=False):
            _reseat(session, each, seat)
    session.flush()


def _reseat(session: Session, who: Sitting, seat: int) -> None:
    row: Booking | SlotHold | None
    if who.held:
        row = session.scalars(
            select(SlotHold).where(SlotHold.slot_id == who.slot_id, SlotHold.case_id == who.case_id)
        ).first()
    else:
        row = session.scalars(
            select(Booking).where(
                Booking.slot_id == who.slot_id, Booking.case_id == who.case_id, Booking.status.not_in(FREED)
            )
        ).first()
    if row is not None:
        row.seat = seat


def _put_mode_and_place(session: Session, day: ReceptionDay, plan: Plan) -> None:
    day.mode = plan.mode
    words = dict(_places(session, day)).get(plan.place)
    if words is not None:
        day.place_kk, day.place_ru, day.place_en = words


def _look(day: ReceptionDay, plan: Plan) -> Mapping[str, Any]:
    """What the history says of a day: mode, place in three languages, hours, minutes and seats of a moment."""
    hours = f"{plan.starts:%H:%M}–{plan.ends:%H:%M}" if plan.starts and plan.ends else ""
    place = {"kk": day.place.kk, "ru": day.place.ru, "en": day.place.en}
    return {"mode": day.mode, "place": place, "hours": hours, "minutes": plan.minutes, "seats": plan.seats}
