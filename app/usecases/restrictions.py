"""Restrictions declared and lifted by the coordinator: the process of the office does the rest (KST-VKS, KRG-15)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.engine.run import Run
from app.models import RestrictionPeriod
from app.records.restrictions import BAD_DAYS, NO_DAY, RestrictionRefusedError, problems_of
from app.records.terms import office_calendar
from app.usecases.access import Actor
from app.usecases.advance import carry_on, lock
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

    The timer of the process moves to this moment; it restores the days and tells everybody. Raises
    `RestrictionRefusedError` (field `last_day`), `RestrictionOverError`.
    """
    by.demand("restriction.declare")
    with transaction() as session:
        known = session.get(RestrictionPeriod, restriction_id)
        if known is None or known.office_id != by.office_id:
            raise NotFoundError
        instance = lock(session, known.instance_id)
        row = session.get_one(RestrictionPeriod, restriction_id, with_for_update=True, populate_existing=True)
        now = clock.now()
        today = office_calendar(session, by.office_id).local(now).date()
        if row.last_day < today or row.lifted_at is not None or instance.status != "running":
            raise RestrictionOverError
        if last_day is None:
            raise RestrictionRefusedError({"last_day": NO_DAY})
        if last_day >= row.last_day:
            raise RestrictionRefusedError({"last_day": NOT_EARLIER.with_values(last=f"{row.last_day:%d.%m.%Y}")})
        if (today - last_day).days > 1:
            raise RestrictionRefusedError({"last_day": BAD_DAYS if last_day < row.first_day else NOT_PAST})
        facts = {"restriction": row.id, "from": row.last_day.isoformat(), "to": last_day.isoformat()}
        row.last_day, row.lifted_at, row.lifted_by = last_day, now, by.id
        session.flush()

        def act(run: Run) -> None:
            run.correct({"restriction_ends_at": now.isoformat()})

        carry_on(session, instance, act, event=Event("restriction_lifted", None, facts), by=by.id, corrected=True)


NOT_PAST: Final = Text(
    "Ең ерте күн — кеше: өткен қабылдаулар өзгермейді.",
    "Самое раннее — вчера: прошедшие приёмы не меняются.",
    "Yesterday at the earliest: past receptions do not change.",
)


def _demand_process(session: Session, by: Actor) -> None:
    if PROCESS not in starts_with(session, by.office_id, "message", DECLARED):
        raise NoSuchProcessError(process=PROCESS)
