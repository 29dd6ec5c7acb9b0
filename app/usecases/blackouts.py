"""Closed periods: days on which an official or the whole office does not receive."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from sqlalchemy import select

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.models import Blackout, Office, ReceptionDay
from app.records.blackouts import covers
from app.records.officials import receives
from app.usecases.access import Actor
from app.usecases.history import Event, record
from app.usecases.published import NotFoundError
from app.usecases.schedule_approval import announce_closing
from app.usecases.transaction import transaction

NO_FIRST: Final = Text(
    "Бірінші күнін жазыңыз, мысалы 01.07.2025.",
    "Напишите первый день, например 01.07.2025.",
    "Write the first day, for example 01.07.2025.",
)
BAD_LAST: Final = Text(
    "Соңғы күні біріншісінен ерте болмауы керек.",
    "Последний день не может быть раньше первого.",
    "The last day cannot be before the first.",
)
NOT_RECEIVING: Final = Text(
    "Бұл адам қабылдау жүргізбейді.", "Этот человек не ведёт приём.", "This person does not receive people."
)
NO_REASON: Final = Text("Себебін жазыңыз.", "Напишите причину.", "Write the reason.")


class BlackoutRefusedError(AutomationError):
    """The period cannot be closed so: a sentence for each field of the form."""

    status: ClassVar[int] = 422
    message = Text(
        kk="Кезең жабылған жоқ: түзететін жерлер бар.",
        ru="Период не закрыт: есть что исправить.",
        en="The period was not closed: there is something to correct.",
    )

    def __init__(self, errors: Mapping[str, Text]) -> None:
        super().__init__()
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class Period:
    """What is asked for: whose period (None: the whole office's), its days, both included, and why."""

    official_id: int | None
    first: date | None
    last: date | None
    reason: str


def close_period(period: Period, *, by: Actor) -> int:
    """Close a period; returns how many days planned in it are in conflict now and must be moved or cancelled.

    Raises `BlackoutRefusedError`.
    """
    by.demand("day.plan")
    with transaction() as session:
        office = session.get_one(Office, by.office_id)
        errors: dict[str, Text] = {}
        if period.first is None:
            errors["first"] = NO_FIRST
        if period.last is not None and period.first is not None and period.last < period.first:
            errors["last"] = BAD_LAST
        if not period.reason.strip():
            errors["why"] = NO_REASON
        if period.official_id and period.first and not receives(session, office, period.official_id, period.first):
            errors["who"] = NOT_RECEIVING
        if errors or period.first is None:
            raise BlackoutRefusedError(errors)
        row = Blackout(
            office_id=office.id,
            official_id=period.official_id or None,
            first_day=period.first,
            last_day=period.last or period.first,
            reason=period.reason.strip(),
            entered_at=clock.now(),
            entered_by=by.id,
        )
        session.add(row)
        session.flush()
        days = session.scalars(
            select(ReceptionDay).where(
                ReceptionDay.office_id == office.id,
                ReceptionDay.status == "planned",
                ReceptionDay.day.between(row.first_day, row.last_day),
            )
        )
        facts = {"blackout": row.id, "from": row.first_day.isoformat(), "to": row.last_day.isoformat()}
        event = Event("period_closed", None, {**facts, "official": row.official_id}, {"reason": row.reason})
        record(session, [event], at=clock.now(), office_id=office.id, by=by.id)
        if row.official_id is None:
            announce_closing(session, office.id, row.first_day, row.last_day)
        return sum(covers(row, day.official_id, day.day) for day in days)


def open_period(blackout_id: int, *, by: Actor) -> None:
    """Days of a closed period may be planned again."""
    by.demand("day.plan")
    with transaction() as session:
        row = session.scalars(
            select(Blackout).where(Blackout.id == blackout_id, Blackout.office_id == by.office_id).with_for_update()
        ).first()
        if row is None:
            raise NotFoundError
        if row.lifted_at is not None:
            return
        row.lifted_at, row.lifted_by = clock.now(), by.id
        if row.official_id is None:
            announce_closing(session, by.office_id, row.first_day, row.last_day)
        record(
            session,
            [Event("period_opened", None, {"blackout": row.id})],
            at=clock.now(),
            office_id=by.office_id,
            by=by.id,
        )
