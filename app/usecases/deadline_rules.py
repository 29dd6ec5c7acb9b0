"""Deadline rules and office hours get a new value from a day on; what was counted stays counted."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import ClassVar, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.hours import OfficeHours
from app.domain.rules import parse_rule
from app.domain.terms import Term
from app.domain.texts import Text
from app.models import DeadlineRule, OfficeHoursRow
from app.queries.deadlines import example_of
from app.records.terms import office_calendar
from app.usecases.access import Actor
from app.usecases.history import Event, record
from app.usecases.published import NotFoundError
from app.usecases.transaction import transaction

ROLLS: Final = ("none", "next", "previous")
UNITS: Final = ("working days", "calendar days", "working hours", "working minutes", "weeks", "months")
DIRECTIONS: Final = ("after", "before")
FIRST_DAY: Final = date(2020, 1, 1)
"""The day from which rules hold that have no earlier value."""
_LATIN: Final = dict(
    zip(
        map(ord, "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"),
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "e",
            "zh",
            "z",
            "i",
            "y",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "kh",
            "ts",
            "ch",
            "sh",
            "shch",
            "",
            "y",
            "",
            "e",
            "yu",
            "ya",
        ],
        strict=True,
    )
)


class BasisMissingError(AutomationError):
    """A rule names its legal basis in both languages."""

    status = 422
    message = Text(
        kk="Негіздемені қазақша және орысша жазыңыз: ол әр мерзімнің жанында тұрады.",
        ru="Напишите основание по-казахски и по-русски: оно стоит рядом с каждым сроком.",
        en="Give the basis in Kazakh and in Russian: it stands beside every deadline.",
    )


class FirstDayError(AutomationError):
    """A new value holds from tomorrow on at the earliest: what has begun keeps the value it began with."""

    status: ClassVar[int] = 422
    message = Text(
        kk="Жаңа мән {day} күнінен ерте басталмайды: басталған мерзімдер ескі ережемен қалады.",
        ru="Новое значение начинается не раньше {day}: начатые сроки остаются по прежнему правилу.",
        en="A new value begins on {day} at the earliest: deadlines that have begun keep their rule.",
    )


class RuleIncompleteError(AutomationError):
    """A new rule needs a number, a unit, and its name in both languages."""

    status = 422
    message = Text(
        kk="Мерзім ережесіне сан, бірлік және қазақша, орысша атау керек.",
        ru="Правилу срока нужны число, единица и название по-казахски и по-русски.",
        en="A deadline rule needs a number, a unit, and a name in Kazakh and in Russian.",
    )


@dataclass(frozen=True, slots=True)
class NewRule:
    """A rule that the office does not have yet, as a process owner writes it while drawing.

    `unit` is one of the notation ("working days", …), `direction` "after" or "before".
    """

    number: str
    unit: str
    direction: str
    roll: str
    clause: str
    name: Text
    basis: Text


@dataclass(frozen=True, slots=True)
class NewValue:
    """A rule's new value as an administrator writes it."""

    expression: str
    roll: str
    valid_from: date | None
    clause: str
    basis: Text


def check_value(key: str, value: NewValue, *, by: Actor) -> Term:
    """The example of a new value, nothing saved. Raises `RuleError`, `BasisMissingError`, `FirstDayError`."""
    by.demand("calendar.edit")
    with transaction() as session:
        _newest(session, key, by)
        return _checked(session, value, by)


def add_value(key: str, value: NewValue, *, by: Actor) -> int:
    """Append the value; returns its row. Raises as `check_value`, and `NotFoundError` for an unknown rule."""
    by.demand("calendar.edit")
    with transaction() as session:
        newest = _newest(session, key, by)
        _checked(session, value, by)
        row = DeadlineRule(
            office_id=by.office_id,
            key=key,
            expression=value.expression.strip(),
            roll=value.roll if value.roll in ROLLS else "none",
            clause=value.clause.strip(),
            name_kk=newest.name_kk,
            name_ru=newest.name_ru,
            name_en=newest.name_en,
            basis_kk=value.basis.kk.strip(),
            basis_ru=value.basis.ru.strip(),
            basis_en=value.basis.in_("en").strip(),
            valid_from=value.valid_from,
            entered_at=clock.now(),
            entered_by=by.id,
        )
        session.add(row)
        session.flush()
        facts = {"rule": key, "row": row.id, "expression": row.expression, "from": row.valid_from.isoformat()}
        record(session, [Event("rule_added", None, facts)], at=clock.now(), office_id=by.office_id, by=by.id)
        return row.id


def new_rule(rule: NewRule, *, by: Actor) -> str:
    """Make a rule; returns its key, made of its Russian name.

    It holds from the beginning, as nothing can have been counted by it before. Raises `RuleIncompleteError`,
    `BasisMissingError`, `RuleError`, `ForbiddenError`.
    """
    by.demand("process.deploy")
    if not (rule.number.isdecimal() and rule.unit in UNITS and rule.direction in DIRECTIONS):
        raise RuleIncompleteError
    if not (rule.name.kk and rule.name.ru):
        raise RuleIncompleteError
    if not (rule.basis.kk and rule.basis.ru):
        raise BasisMissingError
    expression = f"{rule.number} {rule.unit} {rule.direction}"
    parse_rule(expression)
    with transaction() as session:
        key = _free_key(session, rule.name.ru, by)
        session.add(
            DeadlineRule(
                office_id=by.office_id,
                key=key,
                expression=expression,
                roll=rule.roll if rule.roll in ROLLS else "none",
                clause=rule.clause.strip(),
                name_kk=rule.name.kk,
                name_ru=rule.name.ru,
                name_en=rule.name.in_("en"),
                basis_kk=rule.basis.kk,
                basis_ru=rule.basis.ru,
                basis_en=rule.basis.in_("en"),
                valid_from=FIRST_DAY,
                entered_at=clock.now(),
                entered_by=by.id,
            )
        )
        facts = {"rule": key, "expression": expression, "from": FIRST_DAY.isoformat()}
        record(session, [Event("rule_added", None, facts)], at=clock.now(), office_id=by.office_id, by=by.id)
        return key


def add_hours(hours: str, lunch: str, valid_from: date | None, *, by: Actor) -> None:
    """Office hours from a day on, written `09:00-18:30`; lunch may be empty.

    Raises `OfficeHoursError`, `FirstDayError`.
    """
    by.demand("calendar.edit")
    parsed = OfficeHours.parse(hours, lunch.strip() or None)
    with transaction() as session:
        first = _first_day(session, valid_from, by)
        session.add(
            OfficeHoursRow(
                office_id=by.office_id,
                valid_from=first,
                opens=parsed.opens,
                closes=parsed.closes,
                lunch_from=parsed.lunch_from,
                lunch_to=parsed.lunch_to,
                entered_at=clock.now(),
            )
        )
        event = Event("hours_added", None, {"hours": str(parsed), "from": first.isoformat()})
        record(session, [event], at=clock.now(), office_id=by.office_id, by=by.id)


def _checked(session: Session, value: NewValue, by: Actor) -> Term:
    parse_rule(value.expression)
    if not (value.basis.kk.strip() and value.basis.ru.strip()):
        raise BasisMissingError
    _first_day(session, value.valid_from, by)
    roll = value.roll if value.roll in ROLLS else "none"
    return example_of(value.expression, roll, office_calendar(session, by.office_id), now=clock.now())


def _first_day(session: Session, wanted: date | None, by: Actor) -> date:
    zone = office_calendar(session, by.office_id).zone
    earliest = clock.now().astimezone(zone).date() + timedelta(days=1)
    if wanted is None or wanted < earliest:
        raise FirstDayError(day=f"{earliest:%d.%m.%Y}")
    return wanted


def _newest(session: Session, key: str, by: Actor) -> DeadlineRule:
    row = session.scalars(
        select(DeadlineRule)
        .where(DeadlineRule.office_id == by.office_id, DeadlineRule.key == key)
        .order_by(DeadlineRule.valid_from.desc(), DeadlineRule.entered_at.desc())
        .limit(1)
    ).first()
    if row is None:
        raise NotFoundError
    return row


def _free_key(session: Session, name: str, by: Actor) -> str:
    """«Проверка документов» → "own.proverka_dokumentov", with a number where that is taken."""
    words = re.sub(r"[^a-z0-9]+", "_", name.lower().translate(_LATIN)).strip("_")[:50] or "rule"
    taken = set(session.scalars(select(DeadlineRule.key).where(DeadlineRule.office_id == by.office_id)))
    return next(key for n in count(1) if (key := f"own.{words}{'' if n == 1 else f'_{n}'}") not in taken)
