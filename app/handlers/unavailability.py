"""Service tasks of an official who cannot receive: the notice is recorded, the day goes to another date or official."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final

from app.domain.texts import Text
from app.handlers.registry import Step, Variables, service_task
from app.models import Booking, ReceptionDay
from app.records.answers import RecordsRefusedError
from app.records.day_changes import hand_day_over, publications_of, shift_day, standing_on, told_of
from app.records.reception_days import DayRefusedError
from app.records.terms import Terms, office_calendar
from app.records.unavailability import AFTER_DAY, IN_FUTURE, begins_at, day_of_notice

STILL_BOOKED: Final = Text(
    "Бұл күнге {n} адам жазылған: оларға басқа күн немесе басқа басшы керек.",
    "На этот день записано: {n}. Им нужна другая дата или другое лицо.",
    "Booked on this day: {n}. They need another date or another official.",
)
NO_DECISION: Final = Text("Шешім қабылдаңыз.", "Примите решение.", "Decide.")
_REASONS: Final = {
    "incapacity": Text("уақытша еңбекке жарамсыздық", "временная нетрудоспособность", "temporary incapacity"),
    "trip": Text("қызметтік іссапар", "служебная командировка", "business trip"),
    "other": Text("қабылдау мүмкін болмады", "приём невозможен", "the reception cannot be held"),
}


@service_task(
    "unavailability.record_notice",
    kind="record",
    label=Text("Хабарламаны тіркеу", "Записать оповещение", "Record the notice"),
    sample={
        "official_id": 1,
        "reception_on": "2025-06-27",
        "reception_at": "2025-06-27T10:00:00+05:00",
        "notified_on": "2025-06-25",
        "notified_at": "2025-06-25T10:00:00+05:00",
        "in_time_until": "2025-06-25",
        "new_date": "",
        "new_official_id": "",
        "after_own": False,
        "decision": "",
        "changes": [],
        "publications": [],
    },
)
def record_notice(step: Step, *, day_id: int, notified_at: str = "", rule: str = "") -> Variables:
    """Whose reception day it is, when it begins, and when the notice came (now, unless `notified_at` names a moment).

    With the deadline rule `rule` also the last day on which a notice is in time, `in_time_until`; days are ISO dates on
    the office's calendar (KRG-17). Nothing is left of what was decided on an earlier notice.
    """
    session = step.session
    day = day_of_notice(session, step.office_id, int(day_id), step.now)
    calendar = office_calendar(session, step.office_id)
    told = datetime.fromisoformat(notified_at) if notified_at else step.now
    told = told if told.tzinfo else told.replace(tzinfo=calendar.zone)
    if told > step.now:
        raise RecordsRefusedError({"notified_at": IN_FUTURE})
    if calendar.local(told).date() > day.day:
        raise RecordsRefusedError({"notified_at": AFTER_DAY})
    begins = begins_at(session, day)
    found: Variables = {
        "official_id": day.official_id,
        "reception_on": day.day.isoformat(),
        "reception_at": begins.astimezone(UTC).isoformat(),
        "notified_on": calendar.local(told).date().isoformat(),
        "notified_at": told.astimezone(UTC).isoformat(),
        "in_time_until": "",
        "new_date": "",
        "new_official_id": "",
        "after_own": False,
        "decision": "",
        "changes": [],
        "publications": [],
    }
    if rule:
        due = datetime.fromisoformat(Terms(session, step.office_id).deadline(rule, begins.isoformat()))
        found["in_time_until"] = calendar.local(due).date().isoformat()
    return found


@service_task(
    "unavailability.change_schedule",
    kind="record",
    label=Text("Кестені өзгерту", "Изменить график", "Change the schedule"),
    sample={"changes": [], "publications": [], "held_day_id": 1},
)
def change_schedule(
    step: Step,
    *,
    day_id: int,
    decision: str,
    cause: str = "other",
    new_date: str | None = None,
    new_official_id: int | str | None = None,
    after_own: bool | None = None,
) -> Variables:
    """Carry out the coordinator's decision: `other_date`, `other_official`, or `withdraw` a day without appointments.

    An official who receives people of his own at these hours takes them `after_own` list, if that is ticked.
    Gives `changes`, what each booked case is told, `publications`, what the published schedule is told, and the day
    on which they are received now, `held_day_id` (OU-04, KST-S07.2). A refusal stands at the field of the form.
    """
    session = step.session
    day = session.get_one(ReceptionDay, int(day_id), with_for_update=True)
    bookings = standing_on(session, day.id)
    before: dict[int, datetime] = {}
    published = publications_of(session, [day], step.now)
    held = day
    try:
        match decision:
            case "other_date":
                before = shift_day(session, day, date.fromisoformat(new_date[:10]) if new_date else None)
                for booking in bookings:
                    booking.status = "booked"
            case "other_official":
                handed = hand_day_over(
                    session, day, int(new_official_id) if new_official_id else None, after_own=after_own is True
                )
                held, before = handed.day, handed.before
                for booking in bookings:
                    booking.status = "booked" if booking.slot_id in before else booking.status
            case "withdraw":
                _withdraw(day, bookings)
            case _:
                raise RecordsRefusedError({"decision": NO_DECISION})
    except DayRefusedError as refused:
        fields = {"day": "new_date", "official_id": "new_official_id"}
        raise RecordsRefusedError({fields.get(name, name): said for name, said in refused.errors.items()}) from refused
    reason = _REASONS.get(cause, _REASONS["other"]).ru
    again = {each["schedule_id"]: each for each in (*published, *publications_of(session, [day, held], step.now))}
    return {
        "changes": told_of(session, held, bookings, before, reason),
        "publications": list(again.values()),
        "held_day_id": held.id,
    }


def _withdraw(day: ReceptionDay, bookings: Sequence[Booking]) -> None:
    if bookings:
        raise RecordsRefusedError({"decision": STILL_BOOKED.with_values(n=len(bookings))})
    day.status = "cancelled"
