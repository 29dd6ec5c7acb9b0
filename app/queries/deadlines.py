"""Deadline rules and office hours of an office: in words, dated, with an example."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.deadlines import compute
from app.domain.hours import OfficeCalendar, OfficeHours
from app.domain.rule_words import in_words
from app.domain.rules import Earliest, EventDay, Rule, Span, parse_rule
from app.domain.terms import Roll, Term
from app.domain.texts import Text
from app.models import DeadlineRule, Person
from app.models.database import reading
from app.records.terms import hours as hours_of
from app.records.terms import office_calendar

AHEAD = timedelta(days=30)
"""How far away the event of an example is when a term counts back from it."""


@dataclass(frozen=True, slots=True)
class RuleValue:
    """One dated value of a rule; `state` is now, later or over."""

    id: int
    expression: str
    words: Text
    roll: str
    valid_from: date
    clause: str
    basis: Text
    entered_at: datetime
    entered_by: str | None
    state: str


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule with the value that holds today (or the first to come), its values by date, and an example from now."""

    key: str
    name: Text
    value: RuleValue
    values: tuple[RuleValue, ...]
    example: Term


@dataclass(frozen=True, slots=True)
class HoursRow:
    """Office hours from a day on."""

    hours: OfficeHours
    state: str


def rules_of(office_id: str) -> list[RuleRow]:
    """The office's rules by key."""
    with reading() as session:
        return list(_rules(session, office_id))


def rule_of(office_id: str, key: str) -> RuleRow | None:
    """One rule; None when the office has none of that key."""
    return next((each for each in rules_of(office_id) if each.key == key), None)


def hours_in_force(office_id: str) -> list[HoursRow]:
    """The dated office hours, newest first."""
    with reading() as session:
        today = _today(office_calendar(session, office_id))
        last = {each.valid_from: each for each in hours_of(session, office_id)}
        known = sorted(last.values(), key=lambda each: each.valid_from)
        current = max((each.valid_from for each in known if each.valid_from <= today), default=None)
        return [HoursRow(each, _place(each.valid_from, current)) for each in reversed(known)]


def example_of(expression: str, roll: str, calendar: OfficeCalendar, *, now: datetime) -> Term:
    """What the rule would mean for an event at the next opening; for one counting back, an event a month ahead.

    Raises `RuleError`.
    """
    rule = parse_rule(expression)
    local = calendar.local(now)
    day = local.date() + AHEAD if _counts_back(rule) else local.date()
    if not calendar.days.is_working(day) or (day == local.date() and local.time() > calendar.hours_on(day).closes):
        day = calendar.days.next_working(day)
    anchor = datetime.combine(day, time(10), calendar.zone)
    return compute(rule, anchor, calendar, roll=cast(Roll, roll))


def example_for(office_id: str, expression: str, roll: str) -> Term:
    """`example_of` by the office's calendar and today's date."""
    with reading() as session:
        return example_of(expression, roll, office_calendar(session, office_id), now=clock.now())


def _rules(session: Session, office_id: str) -> Iterator[RuleRow]:
    calendar = office_calendar(session, office_id)
    rows = session.execute(
        select(DeadlineRule, Person.full_name)
        .outerjoin(Person, Person.id == DeadlineRule.entered_by)
        .where(DeadlineRule.office_id == office_id)
        .order_by(DeadlineRule.key, DeadlineRule.valid_from, DeadlineRule.entered_at)
    ).all()
    for key, group in groupby(rows, key=lambda row: row[0].key):
        last = {row.valid_from: (row, who) for row, who in group}
        today = _today(calendar)
        current = max((each for each in last if each <= today), default=None)
        values = tuple(_value(row, who, _place(row.valid_from, current)) for row, who in last.values())
        value = next((each for each in values if each.state == "now"), values[0])
        newest = last[value.valid_from][0]
        yield RuleRow(
            key=key,
            name=Text(newest.name_kk, newest.name_ru, newest.name_en),
            value=value,
            values=tuple(reversed(values)),
            example=example_of(value.expression, value.roll, calendar, now=clock.now()),
        )


def _value(row: DeadlineRule, who: str | None, state: str) -> RuleValue:
    return RuleValue(
        id=row.id,
        expression=row.expression,
        words=in_words(parse_rule(row.expression)),
        roll=row.roll,
        valid_from=row.valid_from,
        clause=row.clause,
        basis=Text(row.basis_kk, row.basis_ru, row.basis_en),
        entered_at=row.entered_at,
        entered_by=who,
        state=state,
    )


def _place(valid_from: date, current: date | None) -> str:
    if current is None or valid_from > current:
        return "later"
    return "now" if valid_from == current else "over"


def _counts_back(rule: Rule) -> bool:
    options = rule.options if isinstance(rule, Earliest) else (rule,)
    return any(
        isinstance(each, EventDay) or (isinstance(each, Span) and each.direction == "before") for each in options
    )


def _today(calendar: OfficeCalendar) -> date:
    return calendar.local(clock.now()).date()
