"""Changes of the schedule: an appointment or a whole day moves, everybody concerned is told at once (KST-S07.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Final, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.engine.run import Run
from app.handlers.registry import Step, handler
from app.models import Booking, Case, ProcessInstance, ReceptionDay, Slot
from app.records.bookings import SlotClosedError, active_booking, book
from app.records.day_changes import shift_day
from app.records.numbers import enter
from app.usecases.access import Actor
from app.usecases.advance import InstanceEndedError, Locked, carry_on, lock
from app.usecases.history import Event, record
from app.usecases.published import NotFoundError
from app.usecases.reception_days import (
    NoReasonError,
    bookings_of,
    held_day,
)
from app.usecases.schedule_approval import announce_change
from app.usecases.transaction import transaction

SCHEDULE_CHANGED: Final = "schedule.changed"
MOVABLE: Final = ("booked", "confirmed")


class NotMovableError(AutomationError):
    """The case has no appointment that could be moved."""

    status: ClassVar[int] = 409
    message = Text(
        kk="Бұл істе ауыстыруға болатын қабылдау жоқ: адам әлі жазылмаған, келіп қойған немесе қабылданған.",
        ru="В этом деле нет приёма, который можно перенести: человек ещё не записан, уже пришёл или принят.",
        en="This case has no appointment to move: the person is not booked yet, has come or has been received.",
    )


class SameSlotError(AutomationError):
    """The appointment stands there already."""

    status: ClassVar[int] = 422
    message = Text(
        kk="Қабылдау онсыз да осы уақытқа тағайындалған. Басқа уақытты таңдаңыз.",
        ru="Приём и так назначен на это время. Выберите другое.",
        en="The appointment is at this time already. Choose another one.",
    )


class Mover(Protocol):
    """Who changes an appointment: a person of the office, or with `id` None the applicant herself."""

    @property
    def id(self) -> int | None: ...
    @property
    def office_id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Change:
    """What an appointment's change means to its case."""

    booking: Booking
    slot: Slot
    day: ReceptionDay
    before: datetime
    reason: str

    @property
    def variables(self) -> dict[str, object]:
        """What the running process has to know."""
        return {
            "reception_at": self.slot.starts_at.astimezone(UTC).isoformat(),
            "reception_day_id": str(self.day.id),
            "official_id": str(self.day.official_id),
        }

    @property
    def event(self) -> Event:
        """What the history of the case says."""
        facts: Mapping[str, Any] = {
            "booking": self.booking.id,
            "from": self.before.astimezone(UTC).isoformat(),
            "to": self.slot.starts_at.astimezone(UTC).isoformat(),
        }
        if self.before == self.slot.starts_at:
            return Event("booking_changed", None, facts, {"reason": self.reason})
        return Event("booking_moved", None, facts, {"reason": self.reason})


def move_booking(case_id: int, slot_id: int, *, reason: str, by: Actor) -> None:
    """Give the case another slot; its timers and due moments follow and the applicant is told, all in one commit.

    Raises `NoReasonError`, `NotMovableError`, `SameSlotError`, `SlotTakenError`, `SlotClosedError`,
    `InstanceEndedError`.
    """
    by.demand("booking.move")
    reason = _given(reason)
    with transaction() as session:
        move_in(session, case_id, slot_id, reason=reason, by=by)


def move_in(session: Session, case_id: int, slot_id: int, *, reason: str, by: Mover) -> None:
    """The same within the caller's transaction, for whoever may: the coordinator, or the applicant by her link."""
    instance = hold_instance(session, case_id, by)
    earlier = active_booking(session, case_id)
    if earlier is None or earlier.status not in MOVABLE:
        raise NotMovableError
    if earlier.slot_id == slot_id:
        raise SameSlotError
    before = session.get_one(Slot, earlier.slot_id).starts_at
    booking = book(session, office_id=by.office_id, case_id=case_id, slot_id=slot_id, now=clock.now())
    slot = session.get_one(Slot, booking.slot_id)
    day = session.get_one(ReceptionDay, slot.day_id)
    tell(session, instance, Change(booking, slot, day, before, reason), by=by.id)


def move_day(day_id: int, new_date: date | None, *, reason: str, by: Actor) -> int:
    """Move a whole day with its slots and everybody booked to another date; returns how many were told.

    The hours of the slots stay. Raises `NoReasonError`, `DayRefusedError` (field `day`), `DayClosedError`.
    """
    by.demand("booking.move")
    reason = _given(reason)
    with transaction() as session:
        day = session.get(ReceptionDay, day_id)
        if day is None or day.office_id != by.office_id:
            raise NotFoundError
        cases = [booking.case_id for booking in bookings_of(session, day_id)]
        instances = {case_id: hold_instance(session, case_id, by) for case_id in cases}
        day = held_day(session, day_id, by)
        bookings = bookings_of(session, day_id)
        if {each.case_id for each in bookings} - instances.keys():
            raise SlotClosedError  # somebody was booked between the two looks: the coordinator looks again
        if any(each.status not in MOVABLE for each in bookings):
            raise NotMovableError
        before = shift_day(session, day, new_date)
        event = Event("day_moved", None, {"day": day.id, "to": day.day.isoformat()}, {"reason": reason})
        record(session, [event], at=clock.now(), office_id=by.office_id, by=by.id)
        for booking in bookings:
            booking.status = "booked"
            slot = session.get_one(Slot, booking.slot_id)
            change = Change(booking, slot, day, before[slot.id], reason)
            tell(session, instances[booking.case_id], change, by=by.id)
        announce_change(session, day)
        return len(bookings)


def _given(reason: str) -> str:
    if not reason.strip():
        raise NoReasonError
    return reason.strip()


def hold_instance(session: Session, case_id: int, by: Mover) -> Locked:
    """The running instance of the case, locked before anything else so that a worker and we do not wait in a ring."""
    case = session.scalar(select(Case.id).where(Case.id == case_id, Case.office_id == by.office_id))
    if case is None:
        raise NotFoundError
    instance_id = session.scalar(
        select(ProcessInstance.id)
        .where(ProcessInstance.case_id == case_id, ProcessInstance.status == "running")
        .order_by(ProcessInstance.id)
        .limit(1)
    )
    if instance_id is None:
        raise InstanceEndedError
    return lock(session, instance_id)


def tell(session: Session, instance: Locked, change: Change, *, by: int | None) -> None:
    """Enter the new date in the journal, let the process know it, and the applicant and the bodies through the process.

    A process that is past the preparation does not listen any more; then the same letters are written here.
    """
    session.flush()
    now = clock.now()
    facts = {"booking": change.booking.id, "reception_at": change.variables["reception_at"]}
    enter(
        session,
        office_id=instance.office_id,
        register="R-RECEPTION",
        now=now,
        case_id=instance.case_id,
        facts=facts,
        by=by,
    )
    listening: list[bool] = []

    def act(run: Run) -> None:
        run.correct(change.variables)
        listening.append(any(each.message == SCHEDULE_CHANGED for each in run.subscriptions()))
        if listening[0]:
            run.deliver(SCHEDULE_CHANGED, {})

    carry_on(session, instance, act, event=change.event, by=by, corrected=True)
    if not listening[0]:
        _write_letters(session, instance, now, by)


def _write_letters(session: Session, instance: Locked, now: datetime, by: int | None) -> None:
    step = Step(
        session=session,
        office_id=instance.office_id,
        case_id=instance.case_id,
        instance_id=instance.id,
        element="schedule_changed",
        now=now,
        by=by,
        letters=instance.version.letters,
        documents=instance.version.documents,
    )
    handler("letters.notify_applicant").call(step, template="schedule_changed")
    handler("letters.notify_bodies").call(step, template="invitation_moved")
