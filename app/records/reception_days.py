"""Planning a reception day: what is checked, and its row with its slots, in the caller's transaction."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar, Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.domain import clock, wording
from app.domain.errors import AutomationError
from app.domain.hours import OfficeCalendar
from app.domain.texts import Text
from app.models import Office, ReceptionDay, Slot
from app.records.blackouts import closed_by
from app.records.officials import receives
from app.records.reception_mode import settle_mode
from app.records.terms import office_calendar

MODES: Final = ("in_person", "videoconference")
FURTHEST: Final = timedelta(days=400)
LONGEST_SLOT: Final = 240
MOST_SEATS: Final = 50


class DayRefusedError(AutomationError):
    """The day cannot be planned so: a sentence for each field of the form."""

    status: ClassVar[int] = 422
    message = Text(
        kk="Қабылдау күні жоспарланған жоқ: түзететін жерлер бар.",
        ru="День приёма не запланирован: есть что исправить.",
        en="The reception day was not planned: there is something to correct.",
    )

    def __init__(self, errors: Mapping[str, Text]) -> None:
        super().__init__()
        self.errors = dict(errors)


NO_OFFICIAL: Final = Text(
    "Қабылдай алатын басшыны таңдаңыз.",
    "Выберите руководителя, который ведёт приём.",
    "Choose an official who receives people.",
)
NO_KIND: Final = Text("Қабылдау түрін таңдаңыз.", "Выберите вид приёма.", "Choose the kind of the reception.")
NO_MODE: Final = Text(
    "Қабылдау қалай өтетінін таңдаңыз.", "Выберите, как проходит приём.", "Choose how the reception is held."
)
NO_PLACE: Final = Text("Қабылдау орнын таңдаңыз.", "Выберите место приёма.", "Choose the place of the reception.")
NOT_AWAY: Final = Text(
    "Көшпелі қабылдау мекемеден тыс жерде өтеді: ауданнан немесе қаладан орын таңдаңыз.",
    "Выездной приём проходит вне здания аппарата: выберите место в районе или городе.",
    "A field reception is held outside the office: choose a place in a district or city.",
)
IN_PAST: Final = Text(
    "Өткен күнге қабылдау жоспарланбайды.",
    "Приём нельзя назначить на прошедший день.",
    "A reception cannot be planned for a past day.",
)
TOO_FAR: Final = Text(
    "Күн тым алыс: бір жылдан әріге жоспарланбайды.",
    "День слишком далеко: планируют не дальше чем на год.",
    "The day is too far ahead: days are planned up to a year ahead.",
)
DAY_OFF: Final = Text(
    "{day_kk} — демалыс күні ({why_kk}). Жұмыс күнін таңдаңыз.",
    "{day_ru} — нерабочий день ({why_ru}). Выберите рабочий.",
    "{day_en} is a day off ({why_en}). Choose a working day.",
)
TAKEN: Final = Text(
    "Бұл басшының сол күнге қабылдауы бар.",
    "У этого руководителя на этот день приём уже есть.",
    "This official already has a reception on that day.",
)
BAD_HOURS: Final = Text(
    "Аяқталу уақыты басталуынан кейін болуы керек.",
    "Конец приёма должен быть позже начала.",
    "The end must be later than the start.",
)
OUTSIDE_HOURS: Final = Text(
    "Қабылдау жұмыс уақытында өтеді: {hours}.",
    "Приём проходит в рабочее время: {hours}.",
    "Receptions are held in office hours: {hours}.",
)
NO_SLOT: Final = Text(
    "Осы уақытқа бірде-бір қабылдау сыймайды. Түскі үзіліс есепке алынбайды.",
    "В это время не помещается ни одного приёма. Обед не считается.",
    "No appointment fits into this time. Lunch does not count.",
)
BAD_MINUTES: Final = Text(
    "5-тен 240 минутқа дейін жазыңыз.", "Напишите от 5 до 240 минут.", "Write from 5 to 240 minutes."
)
BAD_SEATS: Final = Text("1-ден 50-ге дейін жазыңыз.", "Напишите от 1 до 50.", "Write from 1 to 50.")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked for: whose day, how, where (a place code of the office), from when to when in slots of minutes.

    `basis` tells what a day outside the schedule stands on, e.g. the akim's assignment (KRG-9).
    """

    official_id: int | None
    day: date | None
    kind: str
    mode: str
    place: str
    starts: time | None
    ends: time | None
    minutes: int | None
    seats: int | None
    basis: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A plan that has everything."""

    official_id: int
    day: date
    kind: str
    mode: str
    place: Mapping[str, Any]
    slots: tuple[datetime, ...]
    minutes: int
    seats: int
    basis: Mapping[str, Any]


def put_day(session: Session, office_id: str, plan: Plan) -> ReceptionDay:
    """A new reception day with its slots. Raises `DayRefusedError` with a sentence per field.

    A cancelled day of the same official on the same date is planned again. Slots leave out the lunch break. Within
    restrictions the day is held by videoconference, whatever was planned.
    """
    office = session.get_one(Office, office_id)
    ready = _checked(session, office, plan)
    row = _day_row(session, office.id, ready)
    write_slots(session, row, ready.slots, minutes=ready.minutes, seats=ready.seats)
    settle_mode(session, row)
    return row


def day_problem(calendar: OfficeCalendar, day: date | None) -> Text | None:
    """Why nobody is received on that day; None when it may be planned."""
    today = calendar.local(clock.now()).date()
    if day is None or day < today:
        return IN_PAST
    if day > today + FURTHEST:
        return TOO_FAR
    if calendar.days.is_working(day):
        return None
    named, why = wording.long_day(day), calendar.days.why(day) or Text("", "", "")
    return DAY_OFF.with_values(
        **{f"day_{language}": named.in_(language) for language in ("kk", "ru", "en")},
        **{f"why_{language}": why.in_(language) for language in ("kk", "ru", "en")},
    )


def _checked(session: Session, office: Office, plan: Plan) -> _Ready:
    calendar = office_calendar(session, office.id)
    errors = dict(_problems(session, office, calendar, plan))
    if errors or plan.official_id is None or plan.day is None or plan.minutes is None or plan.seats is None:
        raise DayRefusedError(errors)
    if plan.starts is None or plan.ends is None:
        raise DayRefusedError({"ends": BAD_HOURS})
    slots = tuple(moments_of(calendar, plan.day, plan.starts, plan.ends, plan.minutes))
    if not slots:
        raise DayRefusedError({"ends": NO_SLOT})
    place = next(each for each in _settings(office, "places") if each["code"] == plan.place)
    return _Ready(plan.official_id, plan.day, plan.kind, plan.mode, place, slots, plan.minutes, plan.seats, plan.basis)


def _problems(session: Session, office: Office, calendar: OfficeCalendar, plan: Plan) -> Iterator[tuple[str, Text]]:
    today = calendar.local(clock.now()).date()
    if plan.official_id is None or not receives(session, office, plan.official_id, max(plan.day or today, today)):
        yield "official_id", NO_OFFICIAL
    problem = day_problem(calendar, plan.day)
    if problem is not None:
        yield "day", problem
    elif plan.official_id is not None and plan.day is not None:
        closed = closed_by(session, office.id, plan.official_id, plan.day)
        if _taken(session, office.id, plan.official_id, plan.day) or closed is not None:
            yield "day", closed or TAKEN
    if plan.kind not in {each["code"] for each in _settings(office, "types")}:
        yield "kind", NO_KIND
    if plan.mode not in MODES:
        yield "mode", NO_MODE
    if plan.place not in {each["code"] for each in _settings(office, "places")}:
        yield "place", NO_PLACE
    elif stays_in(office, plan):
        yield "place", NOT_AWAY
    yield from hour_problems(calendar, plan)


def stays_in(office: Office, plan: Plan) -> bool:
    """Whether a field reception, where people are received in person, would be held in the office (KST-TASK-2.4)."""
    away = any(each["code"] == plan.place and each.get("away") for each in _settings(office, "places"))
    field = any(each["code"] == plan.kind and each.get("place") for each in _settings(office, "types"))
    return field and plan.mode == MODES[0] and not away


def hour_problems(calendar: OfficeCalendar, plan: Plan) -> Iterator[tuple[str, Text]]:
    """What is wrong with a plan's hours, length of a slot and seats, by field."""
    if plan.minutes is None or not 5 <= plan.minutes <= LONGEST_SLOT:
        yield "minutes", BAD_MINUTES
    if plan.seats is None or not 1 <= plan.seats <= MOST_SEATS:
        yield "seats", BAD_SEATS
    if plan.starts is None or plan.ends is None or plan.starts >= plan.ends:
        yield "ends", BAD_HOURS
        return
    hours = calendar.hours_on(plan.day or calendar.local(clock.now()).date())
    if plan.starts < hours.opens or plan.ends > hours.closes:
        yield "starts", OUTSIDE_HOURS.with_values(hours=f"{hours.opens:%H:%M}–{hours.closes:%H:%M}")


def _settings(office: Office, key: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = office.settings.get("reception", {}).get(key, [])
    return found


def place_words(place: Mapping[str, Any]) -> tuple[str, str, str]:
    """A place of office.toml in Kazakh, Russian and English; a language left out is Russian's."""
    named = place.get("name", place)
    return named.get("kk") or named["ru"], named["ru"], named.get("en") or named["ru"]


def _taken(session: Session, office_id: str, official_id: int, day: date) -> bool:
    row = _existing(session, office_id, official_id, day)
    return row is not None and row.status != "cancelled"


def _existing(session: Session, office_id: str, official_id: int, day: date) -> ReceptionDay | None:
    return session.scalars(
        select(ReceptionDay).where(
            ReceptionDay.office_id == office_id, ReceptionDay.official_id == official_id, ReceptionDay.day == day
        )
    ).first()


def moments_of(calendar: OfficeCalendar, day: date, starts: time, ends: time, minutes: int) -> Iterator[datetime]:
    """The moments that fit between `starts` and `ends`, none of them into lunch."""
    length = timedelta(minutes=minutes)
    for span_start, span_end in calendar.hours_on(day).spans:
        moment = datetime.combine(day, max(starts, span_start), calendar.zone)
        last = datetime.combine(day, min(ends, span_end), calendar.zone)
        while moment + length <= last:
            yield moment
            moment += length


def _day_row(session: Session, office_id: str, ready: _Ready) -> ReceptionDay:
    row = _existing(session, office_id, ready.official_id, ready.day)
    if row is None:
        row = ReceptionDay(office_id=office_id, official_id=ready.official_id, day=ready.day)
    row.kind, row.mode, row.status = ready.kind, ready.mode, "planned"
    row.basis, row.ordinary = dict(ready.basis), None
    row.published_at = row.changed_at = None
    row.place_kk, row.place_ru, row.place_en = place_words(ready.place)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise DayRefusedError({"day": TAKEN}) from None
    return row


def write_slots(session: Session, row: ReceptionDay, moments: Sequence[datetime], *, minutes: int, seats: int) -> None:
    """The day's slots at these moments; those left from an earlier plan stay as rows without a seat."""
    earlier = {slot.starts_at: slot for slot in session.scalars(select(Slot).where(Slot.day_id == row.id))}
    for starts_at in moments:
        slot = earlier.pop(starts_at, None) or Slot(office_id=row.office_id, day_id=row.id, starts_at=starts_at)
        slot.minutes, slot.seats = minutes, seats
        session.add(slot)
    for slot in earlier.values():
        slot.seats = 0
