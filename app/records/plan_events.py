"""Events of the plan of work with stakeholders: their cells from the plan, what is held, what repeats."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.errors import AutomationError
from app.domain.spans import add_months
from app.domain.stakeholder_plan import CELLS, Measure, Plan, read_plan
from app.domain.texts import Text
from app.models import Case, Office, PlanEvent
from app.records.answers import Answers
from app.records.filed import said
from app.records.numbers import enter

KIND: Final = "plan_event"
REGISTER: Final = "R-KTEK-PLAN"
MONTHS: Final[Mapping[str, int]] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
_TYPED: Final = ("words", *CELLS, "organiser", "houses", "repeats", "held_place", "reference", "result")


class NoMeasureError(AutomationError):
    """The plan has no such measure, or another process is its event."""

    status = 422
    message = Text(
        kk="Жоспарда «{measure}» шарасының іс-шарасы жоқ.",
        ru="В плане нет мероприятия по мере «{measure}».",
        en="The plan has no event of the measure “{measure}”.",
    )


def plan_of(session: Session, office_id: str) -> Plan | None:
    """The plan of an office; None where it has none."""
    return read_plan(session.get_one(Office, office_id).settings)


def measure_of(session: Session, office_id: str, code: str) -> Measure:
    """A measure that is carried out by events; raises `NoMeasureError`."""
    plan = plan_of(session, office_id)
    found = plan.measure(code) if plan is not None else None
    if found is None or found.process:
        raise NoMeasureError(measure=code)
    return found


def open_event(session: Session, case: Case, wanted: Mapping[str, Any], *, now: datetime, by: int | None) -> PlanEvent:
    """The event of the case with the cells of its measure (KTEK-0.3) and a number of R-KTEK-PLAN.

    `wanted` names the `measure`, perhaps `planned_on`, `repeats`, `houses`. Raises `NoMeasureError`.
    """
    measure = measure_of(session, case.office_id, said(wanted, "measure"))
    entry = enter(
        session,
        office_id=case.office_id,
        register=REGISTER,
        now=now,
        case_id=case.id,
        facts={"measure": measure.code},
        by=by,
    )
    planned = said(wanted, "planned_on")
    repeats = said(wanted, "repeats")
    row = PlanEvent(
        case_id=case.id,
        office_id=case.office_id,
        measure=measure.code,
        words=measure.words.in_(case.language),
        **{name: words.in_(case.language) for name, words in measure.cells.items()},
        organiser="",
        houses=said(wanted, "houses"),
        planned_on=date.fromisoformat(planned[:10]) if planned else None,
        repeats=repeats if repeats in MONTHS else "none",
    )
    session.add(row)
    case.number, case.subject = entry.label, f"{measure.code}. {row.words}"[:300]
    session.flush()
    return row


def repeated_in(session: Session, office_id: str, month: date) -> Sequence[dict[str, str]]:
    """What repeats by the end of a month: of each measure the latest event, counted on from the day it was planned for.

    As `wanted` of `open_event`. An event that is not done yet does not repeat.
    """
    rows = session.scalars(
        select(PlanEvent)
        .where(PlanEvent.office_id == office_id, PlanEvent.planned_on.is_not(None))
        .order_by(PlanEvent.planned_on, PlanEvent.case_id)
    )
    latest = {row.measure: row for row in rows}
    after = add_months(month.replace(day=1), 1)
    return [
        {"measure": row.measure, "planned_on": f"{planned}", "repeats": row.repeats}
        for row in latest.values()
        if row.done_at is not None and row.repeats in MONTHS and (planned := next_day(row, month)) < after
    ]


def next_day(row: PlanEvent, month: date) -> date:
    """The day on which an event comes round; the first of the month where that day has passed."""
    return max(add_months(row.planned_on or month, MONTHS[row.repeats]), month.replace(day=1))


def save_plan_event(answers: Answers) -> None:
    """What the forms of an event write: `event.*`, the day `planned_at`, the day on which it was held."""
    if answers.case.kind != KIND:
        return
    row = answers.session.get_one(PlanEvent, answers.case.id)
    given = answers.of("event")
    answers.attach(given.get("files"), "evidence")
    for name in _TYPED:
        if name in given:
            setattr(row, name, given[name] or "")
    places = [*(given.get("places") or []), given.get("other_place") or ""]
    if any(places):
        row.place = "; ".join(filter(None, places))
    if answers.variables.get("planned_at"):
        row.planned_on = date.fromisoformat(str(answers.variables["planned_at"])[:10])
    if given.get("held_on"):
        row.held_on = date.fromisoformat(str(given["held_on"])[:10])


def values_of_event(row: PlanEvent | None) -> dict[str, Any]:
    """Record path → what is known of an event, as its forms would have sent it."""
    if row is None:
        return {}
    known: dict[str, Any] = {f"event.{name}": getattr(row, name) for name in _TYPED}
    known["event.held_place"] = row.held_place or row.place
    known["planned_at"] = row.planned_on.isoformat() if row.planned_on else None
    held = row.held_on or row.planned_on
    known["event.held_on"] = held.isoformat() if held else None
    return known


def event_facts(row: PlanEvent | None) -> dict[str, Any]:
    """What forms show of an event; nothing without one."""
    if row is None:
        return {}
    days = {name: getattr(row, name) for name in ("planned_on", "held_on")}
    words = {name: getattr(row, name) for name in ("measure", *_TYPED)}
    return {"event": words | {name: f"{day:%d.%m.%Y}" if day else "" for name, day in days.items()}}
