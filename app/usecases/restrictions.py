"""Restrictions declared and lifted by the coordinator: the process of the office does the rest (KST-VKS, KRG-15)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import ClassVar, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.engine.run import Run
from app.models import Person, ReceptionDay, RestrictionPeriod
from app.records.day_shape import standing_cases
from app.records.reception_mode import settle_days
from app.records.restrictions import (
    BAD_DAYS,
    NO_DAY,
    RestrictionRefusedError,
    end_of,
    problems_of,
    restrictions_between,
)
from app.records.second_thoughts import WAIT, TooLateError, may_take_back
from app.records.terms import office_calendar
from app.usecases.access import Actor
from app.usecases.advance import Locked, carry_on, lock
from app.usecases.history import Event, record
from app.usecases.outbox import post
from app.usecases.published import NotFoundError, starts_with
from app.usecases.transaction import transaction

DECLARED: Final = "restriction.declared"
PROCESS: Final = "videoconference_mode"


class NoSuchProcessError(AutomationError):
    """The office has not published the process that would do this."""

    status: ClassVar[int] = 409
    message = Text(
        kk="Мекемеде «{process}» процесі жарияланбаған.",
        ru="В организации не опубликован процесс «{process}».",
        en="The office has not published the process “{process}”.",
    )


class RestrictionOverError(AutomationError):
    """The restrictions have ended or are lifted."""

    status: ClassVar[int] = 409
    message = Text(
        kk="Бұл шектеу кезеңі аяқталып қойған.",
        ru="Этот период ограничений уже закончился.",
        en="These restrictions have ended already.",
    )


NOT_EARLIER: Final = Text(
    "Бұрынғы соңғы күннен ерте күнді жазыңыз ({last}).",
    "Напишите день раньше прежнего последнего ({last}).",
    "Write a day before the last one of now ({last}).",
)


@dataclass(frozen=True, slots=True)
class Restriction:
    """What is declared: first and last day, cause (pandemic, safety), the decision it stands on."""

    first_day: date | None
    last_day: date | None
    cause: str
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Lifting:
    """What lifting a period would do: `days` that are held as planned again, with official and booked applicants."""

    id: int
    first_day: date
    until_now: date
    last_day: date
    days: tuple[tuple[date, str, int], ...]


def declare(restriction: Restriction, *, by: Actor) -> None:
    """Send `restriction.declared`; the process switches the receptions and tells everybody (VC-01 … VC-04).

    Raises `RestrictionRefusedError` with a sentence per field, `NoSuchProcessError`.
    """
    by.demand("restriction.declare")
    with transaction() as session:
        now = clock.now()
        first, last = restriction.first_day, restriction.last_day
        errors = dict(problems_of(session, by.office_id, first, last, restriction.cause, now=now))
        if errors or first is None or last is None:
            raise RestrictionRefusedError(errors)
        _demand_process(session, by)
        notice = {
            "first_day": first.isoformat(),
            "last_day": last.isoformat(),
            "cause": restriction.cause,
            "basis": restriction.basis.strip(),
        }
        record(session, [Event("restriction_declared", None, notice)], at=now, office_id=by.office_id, by=by.id)
        post(session, by.office_id, DECLARED, case_id=None, process=PROCESS, payload=notice, now=now)


def lift(restriction_id: int, last_day: date | None, *, by: Actor) -> None:
    """The restrictions end earlier, on `last_day` (yesterday at the earliest): the days after it are ordinary again.

    The timer of the process moves to the end of a minute, in which this may be taken back; then it restores the days
    and tells everybody. Raises `RestrictionRefusedError` (field `last_day`), `RestrictionOverError`.
    """
    by.demand("restriction.declare")
    with transaction() as session:
        row, instance, last_day = _to_be_lifted(session, restriction_id, last_day, by)
        now = clock.now()
        facts = {"restriction": row.id, "from": row.last_day.isoformat(), "to": last_day.isoformat()}
        row.lifted_from, row.last_day, row.lifted_at, row.lifted_by = row.last_day, last_day, now, by.id
        session.flush()
        _end_at(session, instance, now + WAIT, Event("restriction_lifted", None, facts), by)


def would_lift(restriction_id: int, last_day: date | None, *, by: Actor) -> Lifting:
    """What `lift` would do; raises what it raises."""
    by.demand("restriction.declare")
    with transaction() as session:
        row, _, last_day = _to_be_lifted(session, restriction_id, last_day, by)
        days = session.scalars(
            select(ReceptionDay)
            .where(
                ReceptionDay.office_id == by.office_id,
                ReceptionDay.status == "planned",
                ReceptionDay.ordinary.is_not(None),
                ReceptionDay.day > last_day,
                ReceptionDay.day <= row.last_day,
            )
            .order_by(ReceptionDay.day, ReceptionDay.id)
        ).all()
        told = [
            (day.day, session.get_one(Person, day.official_id).full_name, len(standing_cases(session, day)))
            for day in days
        ]
        return Lifting(row.id, row.first_day, row.last_day, last_day, tuple(told))


def take_lifting_back(restriction_id: int, *, by: Actor) -> None:
    """Within the minute: the restrictions hold as long as before. Raises `TooLateError`."""
    by.demand("restriction.declare")
    with transaction() as session:
        row, instance = _held(session, restriction_id, by)
        now = clock.now()
        if not may_take_back(row.lifted_at, now) or row.lifted_from is None or instance.status != "running":
            raise TooLateError
        again = restrictions_between(session, by.office_id, row.first_day, row.lifted_from)
        if any(each.id != row.id for each in again):
            raise TooLateError  # these days were restricted anew meanwhile
        row.last_day, row.lifted_from, row.lifted_at, row.lifted_by = row.lifted_from, None, None, None
        session.flush()
        settle_days(session, by.office_id, row.first_day, row.last_day)  # those planned within the minute
        facts = {"restriction": row.id, "to": row.last_day.isoformat()}
        _end_at(session, instance, end_of(session, row), Event("restriction_kept", None, facts), by)


def _held(session: Session, restriction_id: int, by: Actor) -> tuple[RestrictionPeriod, Locked]:
    known = session.get(RestrictionPeriod, restriction_id)
    if known is None or known.office_id != by.office_id:
        raise NotFoundError
    instance = lock(session, known.instance_id)
    return session.get_one(RestrictionPeriod, restriction_id, with_for_update=True, populate_existing=True), instance


def _to_be_lifted(
    session: Session, restriction_id: int, last_day: date | None, by: Actor
) -> tuple[RestrictionPeriod, Locked, date]:
    row, instance = _held(session, restriction_id, by)
    today = office_calendar(session, by.office_id).local(clock.now()).date()
    if row.last_day < today or row.lifted_at is not None or instance.status != "running":
        raise RestrictionOverError
    if last_day is None:
        raise RestrictionRefusedError({"last_day": NO_DAY})
    if last_day >= row.last_day:
        raise RestrictionRefusedError({"last_day": NOT_EARLIER.with_values(last=f"{row.last_day:%d.%m.%Y}")})
    if (today - last_day).days > 1:
        raise RestrictionRefusedError({"last_day": BAD_DAYS if last_day < row.first_day else NOT_PAST})
    return row, instance, last_day


def _end_at(session: Session, instance: Locked, moment: datetime, event: Event, by: Actor) -> None:
    """Move the timer that ends the period."""

    def act(run: Run) -> None:
        run.correct({"restriction_ends_at": moment.astimezone(UTC).isoformat()})

    carry_on(session, instance, act, event=event, by=by.id, corrected=True)


NOT_PAST: Final = Text(
    "Ең ерте күн — кеше: өткен қабылдаулар өзгермейді.",
    "Самое раннее — вчера: прошедшие приёмы не меняются.",
    "Yesterday at the earliest: past receptions do not change.",
)


def _demand_process(session: Session, by: Actor) -> None:
    if PROCESS not in starts_with(session, by.office_id, "message", DECLARED):
        raise NoSuchProcessError(process=PROCESS)
