"""Deadline rules and office hours get a new value from a day on; what was counted stays counted."""

from dataclasses import dataclass
from datetime import date, timedelta
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
