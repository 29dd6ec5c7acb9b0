"""Absences of staff: who is away from when to when, and who stands for her."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.models import Office, Person, RoleGrant, Substitution, Unit
from app.models.database import REFERRED_TO, brought, reading
from app.records.receiving import receiving_roles
from app.records.second_thoughts import TooLateError, may_take_back
from app.records.zones import today_of
from app.usecases.access import Actor, ForbiddenError
from app.usecases.history import Event, record
from app.usecases.published import NotFoundError
from app.usecases.transaction import transaction

REASONS: Final = ("vacation", "trip", "incapacity", "study", "other")
LONGEST: Final = timedelta(days=400)


class AbsenceRefusedError(AutomationError):
    """The absence cannot be entered so: a sentence for each field of the form."""

    status: ClassVar[int] = 422
    message = Text(
        kk="Болмайтын күндер жазылған жоқ: түзететін жерлер бар.",
        ru="Отсутствие не записано: есть что исправить.",
        en="The absence was not entered: there is something to correct.",
    )

    def __init__(self, errors: Mapping[str, Text]) -> None:
        super().__init__()
        self.errors = dict(errors)


class AbsenceOverError(AutomationError):
    """The absence has ended already."""

    status: ClassVar[int] = 409
    message = Text(
        kk="Бұл кезең аяқталып қойған.", ru="Этот период уже закончился.", en="This period has ended already."
    )


NO_PERSON: Final = Text(
    "Кім болмайтынын таңдаңыз.", "Выберите, кто отсутствует.", "Choose the person who will be away."
)
NO_SUBSTITUTE: Final = Text(
    "Кім алмастыратынын таңдаңыз.", "Выберите, кто замещает.", "Choose the person who stands for her."
)
HERSELF: Final = Text(
    "Адам өзін өзі алмастыра алмайды. Басқа әріптесті таңдаңыз.",
    "Человек не может замещать сам себя. Выберите другого сотрудника.",
    "Nobody stands for herself. Choose another colleague.",
)
NOT_RECEIVING: Final = Text(
    "{who} азаматтарды қабылдай алмайды: қабылдайтын адамды тек қабылдауға құқығы бар басшы алмастырады (AC-01).",
    "{who} не вправе вести приём: принимающее лицо замещает только тот, кто тоже ведёт приём (AC-01).",
    "{who} may not receive people: only another receiving official stands for one (AC-01).",
)
NO_ROLE: Final = Text(
    "{who} бұл мекемеде ешқандай рөлге ие емес. Басқа әріптесті таңдаңыз.",
    "У сотрудника {who} нет ни одной роли в организации. Выберите другого.",
    "{who} holds no role in the office. Choose another colleague.",
)
BAD_DAYS: Final = Text(
    "Соңғы күні бірінші күнінен ерте болмауы керек.",
    "Последний день не может быть раньше первого.",
    "The last day cannot be before the first.",
)
NO_DAY: Final = Text("Күнді жазыңыз: 25.06.2025.", "Напишите день: 25.06.2025.", "Write the day: 25.06.2025.")
IN_PAST: Final = Text(
    "Өткен күннен бастап жазуға болмайды: бүгіннен бастаңыз.",
    "Задним числом записать нельзя: начните с сегодняшнего дня.",
    "An absence does not begin in the past: begin today.",
)
TOO_LONG: Final = Text(
    "Кезең тым ұзақ: 400 күннен аспауы керек.",
    "Слишком долго: не больше 400 дней.",
    "The period is too long: 400 days at most.",
)
NO_REASON: Final = Text("Себебін таңдаңыз.", "Выберите причину.", "Choose the reason.")
OVERLAPS: Final = Text(
    "{who} үшін {first} – {last} күндері жазылып қойған. Алдымен сол кезеңді аяқтаңыз немесе басқа күндерді таңдаңыз.",
    "Для сотрудника {who} уже записано отсутствие {first} – {last}. Сначала завершите его или выберите другие дни.",
    "An absence of {who} is already entered for {first} – {last}. End it first or choose other days.",
)
AWAY: Final = Text(
    "{who} өзі {first} – {last} күндері болмайды. Басқа әріптесті таңдаңыз.",
    "{who} в это время отсутствует: {first} – {last}. Выберите другого сотрудника.",
    "{who} is away herself then: {first} – {last}. Choose another colleague.",
)
CIRCLE: Final = Text(
    "Тұйық шеңбер болады: {first} – {last} күндері {who} орнында болмайды, оның тапсырмалары осы адамның өзіне келеді."
    " Басқа әріптесті таңдаңыз.",
    "Получится замкнутый круг: {who} отсутствует {first} – {last}, и его задачи приходят этому же человеку. Выберите"
    " другого сотрудника.",
    "This would be a circle: {who} is away {first} – {last}, and the tasks go to this very person. Choose another"
    " colleague.",
)


@dataclass(frozen=True, slots=True)
class Absence:
    """What is asked for: who is away, who stands for her, first and last day, why (one of `REASONS`), a remark."""

    person_id: int | None
    substitute_id: int | None
    first_day: date | None
    last_day: date | None
    reason: str
    note: str = ""


def enter_absence(absence: Absence, *, by: Actor) -> int:
    """A period of absence and who stands for the absent; returns its id. Tasks go over by themselves at its beginning.

    She enters it herself, the head of her unit or the office administrator does. Raises `AbsenceRefusedError` with a
    sentence per field: past or overlapping days, a substitute who is away, a circle, an official whom nobody else but
    an official may stand for.
    """
    with transaction() as session:
        session.get_one(
            Office, by.office_id, with_for_update=REFERRED_TO
        )  # two entries that would make a circle wait here
        if absence.person_id is not None and not may_enter_for(session, absence.person_id, by):
            raise ForbiddenError
        errors = dict(_problems(session, absence, by))
        person_id, substitute_id = absence.person_id, absence.substitute_id
        if errors or person_id is None or substitute_id is None or not absence.first_day or not absence.last_day:
            raise AbsenceRefusedError(errors)
        row = Substitution(
            office_id=by.office_id,
            person_id=person_id,
            substitute_id=substitute_id,
            first_day=absence.first_day,
            last_day=absence.last_day,
            reason=absence.reason,
            note=absence.note.strip(),
            entered_by=by.id,
            entered_at=clock.now(),
        )
        session.add(row)
        session.flush()
        _note(session, "absence_entered", row, by, {"reason": row.reason, "note": row.note})
        return row.id


def end_absence(absence_id: int, *, by: Actor) -> None:
    """She is back, or does not go: from now on the tasks are hers again. Raises `AbsenceOverError`."""
    with transaction() as session:
        row = session.get(Substitution, absence_id, with_for_update=True)
        if row is None or row.office_id != by.office_id:
            raise NotFoundError
        if not may_enter_for(session, row.person_id, by):
            raise ForbiddenError
        if row.ended_at is not None or row.last_day < today_of(by.office_id):
            raise AbsenceOverError
        row.ended_at, row.ended_by = clock.now(), by.id
        _note(session, "absence_ended", row, by, {})


def take_end_back(absence_id: int, *, by: Actor) -> None:
    """Within a minute: she is away again. Raises `TooLateError`, also when other days were entered meanwhile."""
    with transaction() as session:
        session.get_one(Office, by.office_id, with_for_update=REFERRED_TO)  # entries wait here, as we do for them
        row = session.get(Substitution, absence_id, with_for_update=True)
        if row is None or row.office_id != by.office_id:
            raise NotFoundError
        if not may_enter_for(session, row.person_id, by):
            raise ForbiddenError
        if not may_take_back(row.ended_at, clock.now()):
            raise TooLateError
        away = _periods(session, row.person_id, row.first_day, row.last_day)
        if away or _periods(session, row.substitute_id, row.first_day, row.last_day):
            raise TooLateError
        row.ended_at = row.ended_by = None
        _note(session, "absence_resumed", row, by, {})


def may_enter_for(session: Session, person_id: int, by: Actor) -> bool:
    """Whether `by` may say that this person is away: herself, an administrator, a head of one of her units."""
    person = session.get(Person, person_id)
    if person is None or person.office_id != by.office_id:
        return False
    if person_id == by.id or by.may("absence.enter_any"):
        return True
    if not by.may("absence.enter_unit"):
        return False
    heads = _units(session, by.id, by)
    return None in heads or any(_above(session, unit, heads) for unit in _units(session, person_id, by))


def entered_by_whom(people: Iterable[int], *, by: Actor) -> frozenset[int]:
    """Those of these people whose absences `by` may enter and end."""
    with reading() as session:
        known = brought(session, Person, people)
        return frozenset(each.id for each in known if may_enter_for(session, each.id, by))


def _units(session: Session, person_id: int, by: Actor) -> set[int | None]:
    """The units in which a person has a role today; None: a role in the whole office."""
    today = today_of(by.office_id)
    return set(
        session.scalars(
            select(RoleGrant.unit_id).where(
                RoleGrant.person_id == person_id,
                RoleGrant.office_id == by.office_id,
                RoleGrant.valid_from <= today,
                RoleGrant.valid_to.is_(None) | (RoleGrant.valid_to >= today),
            )
        )
    )


def _above(session: Session, unit_id: int | None, heads: set[int | None]) -> bool:
    """Whether the unit or one above it is among those."""
    while unit_id is not None:
        if unit_id in heads:
            return True
        unit_id = session.get_one(Unit, unit_id).parent_id
    return False


def _problems(session: Session, absence: Absence, by: Actor) -> Iterator[tuple[str, Text]]:
    if absence.person_id is None:
        yield "person", NO_PERSON
    if absence.reason not in REASONS:
        yield "reason", NO_REASON
    days = dict(_day_problems(absence, today_of(by.office_id)))
    yield from days.items()
    substitute = session.get(Person, absence.substitute_id) if absence.substitute_id else None
    if substitute is None or substitute.office_id != by.office_id or not substitute.active:
        yield "substitute", NO_SUBSTITUTE
        return
    if substitute.id == absence.person_id:
        yield "substitute", HERSELF
        return
    roles = _roles(session, substitute.id, by)
    receiving = set(receiving_roles(session.get_one(Office, by.office_id)))
    if not roles:
        yield "substitute", NO_ROLE.with_values(who=substitute.full_name)
    elif absence.person_id and _roles(session, absence.person_id, by) & receiving and not roles & receiving:
        yield "substitute", NOT_RECEIVING.with_values(who=substitute.full_name)
    elif absence.person_id and not days and absence.first_day and absence.last_day:
        yield from _clashes(session, absence.person_id, substitute, absence.first_day, absence.last_day)


def _day_problems(absence: Absence, today: date) -> Iterator[tuple[str, Text]]:
    first, last = absence.first_day, absence.last_day
    if first is None:
        yield "first_day", NO_DAY
    elif first < today:
        yield "first_day", IN_PAST
    if last is None:
        yield "last_day", NO_DAY
    elif first is not None and last < first:
        yield "last_day", BAD_DAYS
    elif first is not None and last - first > LONGEST:
        yield "last_day", TOO_LONG


def _clashes(
    session: Session, person_id: int, substitute: Person, first: date, last: date
) -> Iterator[tuple[str, Text]]:
    """Another absence of hers in these days; an absence of the substitute, perhaps with her as the one who stands."""
    hers = _periods(session, person_id, first, last)
    if hers:
        who = session.get_one(Person, person_id).full_name
        yield "first_day", OVERLAPS.with_values(who=who, **_days(hers[0]))
    for each in _periods(session, substitute.id, first, last):
        circle = _leads_to(session, each.substitute_id, person_id, first, last)
        yield "substitute", (CIRCLE if circle else AWAY).with_values(who=substitute.full_name, **_days(each))
        return


def _leads_to(session: Session, start: int, goal: int, first: date, last: date) -> bool:
    """Whether the tasks of `start` might come to `goal` on one of the days, from substitute to substitute."""
    seen: set[int] = set()
    looking = [start]
    while looking:
        asked = looking.pop()
        if asked == goal:
            return True
        if asked not in seen:
            seen.add(asked)
            looking += [each.substitute_id for each in _periods(session, asked, first, last)]
    return False


def _periods(session: Session, person_id: int, first: date, last: date) -> list[Substitution]:
    """The absences of a person that touch these days, without those that have been ended."""
    return list(
        session.scalars(
            select(Substitution)
            .where(
                Substitution.person_id == person_id,
                Substitution.first_day <= last,
                Substitution.last_day >= first,
                Substitution.ended_at.is_(None),
            )
            .order_by(Substitution.first_day)
        )
    )


def _days(row: Substitution) -> dict[str, str]:
    return {"first": f"{row.first_day:%d.%m.%Y}", "last": f"{row.last_day:%d.%m.%Y}"}


def _roles(session: Session, person_id: int, by: Actor) -> set[str]:
    today = today_of(by.office_id)
    return set(
        session.scalars(
            select(RoleGrant.role).where(
                RoleGrant.person_id == person_id,
                RoleGrant.office_id == by.office_id,
                RoleGrant.valid_from <= today,
                RoleGrant.valid_to.is_(None) | (RoleGrant.valid_to >= today),
            )
        )
    )


def _note(session: Session, kind: str, row: Substitution, by: Actor, payload: Mapping[str, str]) -> None:
    """Why somebody is away is personal: it stands in the payload."""
    facts = {
        "absence": row.id,
        "person": row.person_id,
        "substitute": row.substitute_id,
        "first_day": row.first_day.isoformat(),
        "last_day": row.last_day.isoformat(),
    }
    now: datetime = clock.now()
    record(session, [Event(kind, None, facts, payload)], at=now, office_id=by.office_id, by=by.id)
