"""What happened on a reception day, typed in during it or from paper after it: who came when, what was answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any, ClassVar, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.models import Booking, ReceptionDay, Slot, UserTask
from app.models.database import reading
from app.records.bookings import latest_booking
from app.records.terms import office_calendar
from app.usecases import tasks
from app.usecases.access import Actor
from app.usecases.history import Event, record
from app.usecases.published import NotFoundError
from app.usecases.tasks import InvalidAnswersError
from app.usecases.transaction import transaction

BAD_HOUR: Final = Text("Уақытты 10:05 түрінде жазыңыз.", "Напишите время так: 10:05.", "Write the time as 10:05.")
NOT_YET: Final = Text("Бұл уақыт әлі келген жоқ.", "Это время ещё не наступило.", "That time has not come yet.")
OUT_OF_ORDER: Final = Text(
    "Уақыттар рет-ретімен болуы керек: келді, кірді, шықты.",
    "Времена должны идти по порядку: пришёл, вошёл, вышел.",
    "The times must follow each other: came, went in, left.",
)


class NothingToRecordError(AutomationError):
    """The visitor's day has not come, or everything is recorded already."""

    status: ClassVar[int] = 409
    message = Text(
        kk="Бұл адам бойынша жазатын ештеңе жоқ: күні келген жоқ немесе бәрі жазылған.",
        ru="По этому человеку записывать нечего: день не наступил или всё уже записано.",
        en="There is nothing to record of this person: the day has not come or everything is recorded.",
    )


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the day. `came` is yes or no; hours are those of the office's clock as written ("10:05").

    `answers` are those of the forms of check-in and reception by field.
    """

    came: str
    came_at: str = ""
    began_at: str = ""
    finished_at: str = ""
    check_in: Mapping[str, Any] = field(default_factory=dict)
    reception: Mapping[str, Any] = field(default_factory=dict)


def record_result(case_id: int, result: Result, *, by: Actor) -> None:
    """Check the visitor in and record the answer, as far as each still waits, with the times at which it happened.

    The coordinator writes down what the receiving official has said (KST-S10); the history names her. Without an
    answer only the arrival is recorded. Raises `InvalidAnswersError` with a sentence for each wrong field,
    `NothingToRecordError`, and what completing a task raises.
    """
    by.demand("result.record")
    with reading() as session:
        booking, moments = _moments(session, case_id, result, by)
        waiting = _waiting(session, case_id)
    if not waiting:
        raise NothingToRecordError
    if "check_in" in waiting:
        tasks.complete_user_task(waiting["check_in"], answers={"came": result.came, **result.check_in}, by=by)
        _keep(case_id, booking, moments, "check_in", by)
    if result.came == "no" or not str(result.reception.get("answer") or "").strip():
        return
    with reading() as session:
        conduct = _waiting(session, case_id).get("conduct_reception")
    if conduct is not None:
        tasks.complete_user_task(conduct, answers=result.reception, by=_for_official(conduct, by))
        _keep(case_id, booking, moments, "conduct_reception", by)


def _waiting(session: Session, case_id: int) -> dict[str, int]:
    rows = session.execute(
        select(UserTask.element, UserTask.id).where(
            UserTask.case_id == case_id,
            UserTask.status == "open",
            UserTask.element.in_(("check_in", "conduct_reception")),
        )
    )
    return {row.element: row.id for row in rows}


def _for_official(task_id: int, by: Actor) -> Actor:
    """The coordinator with the role of the task: she writes what the official has said."""
    with reading() as session:
        role = session.scalar(select(UserTask.role).where(UserTask.id == task_id))
    return Actor(by.id, by.office_id, by.full_name, by.language, by.roles | ({role} if role else set()))


def _moments(session: Session, case_id: int, result: Result, by: Actor) -> tuple[int, dict[str, datetime]]:
    """The booking and the written hours as moments of its day; raises `InvalidAnswersError`, `NotFoundError`."""
    booking = latest_booking(session, case_id)
    if booking is None or booking.office_id != by.office_id:
        raise NotFoundError
    day = session.scalars(
        select(ReceptionDay.day).join(Slot, Slot.day_id == ReceptionDay.id).where(Slot.id == booking.slot_id)
    ).one()
    calendar = office_calendar(session, by.office_id)
    errors: dict[str, Text] = {}
    found: dict[str, datetime] = {}
    for name in ("came_at", "began_at", "finished_at"):
        written = getattr(result, name).strip()
        if not written:
            continue
        hour = _hour(written)
        if hour is None:
            errors[name] = BAD_HOUR
            continue
        found[name] = datetime.combine(day, hour, calendar.zone)
        if found[name] > clock.now():
            errors[name] = NOT_YET
    if not errors and list(found.values()) != sorted(found.values()):
        errors[next(reversed(found))] = OUT_OF_ORDER
    if errors:
        raise InvalidAnswersError(errors)
    return booking.id, found


def _hour(written: str) -> time | None:
    try:
        return time.fromisoformat(written.replace(".", ":").zfill(5))
    except ValueError:
        return None


def _keep(case_id: int, booking_id: int, moments: Mapping[str, datetime], element: str, by: Actor) -> None:
    """The actual times beside the appointment, and in the history that they were written in."""
    with transaction() as session:
        booking = session.get_one(Booking, booking_id)
        for name, moment in moments.items():
            setattr(booking, name, moment)
        facts = {"booking": booking_id, **{name: moment.isoformat() for name, moment in moments.items()}}
        event = Event("result_written", element, facts)
        record(session, [event], at=clock.now(), office_id=by.office_id, case_id=case_id, by=by.id)
