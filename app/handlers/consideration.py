"""Service tasks of the preliminary consideration: the day that a brief is for, the extended term."""

from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import func, select

from app.domain.texts import Text
from app.handlers.registry import Step, Variables, service_task
from app.models import ReceptionDay, ReceptionRequest, Slot
from app.records.open_days import approved
from app.records.terms import Terms, office_calendar

BRIEF: Final = "reception.brief"
REPLY: Final = "reception.reply"
EXTENSION: Final = "reception.extension"


@service_task(
    "schedule.propose_day",
    kind="record",
    label=Text("Графиктің болжамды күнін табу", "Найти предполагаемый день графика", "Find the candidate day"),
    sample={"candidate_at": "2026-11-27T10:00:00+05:00"},
)
def propose_day(step: Step) -> Variables:
    """Find the reception that the brief is prepared for; its five working days count back from there (KRG-28).

    That is the day named in the clarification, else the nearest planned day for which the brief can still be in time;
    an office without such a day prepares it for the last day of the answer to the applicant (inferred).
    """
    request = step.session.get_one(ReceptionRequest, step.case_id)
    named = request.answers.get("proposed_day")
    begin = _begins(step, int(named)) if named else None
    begin = begin or _nearest(step)
    if begin is None:
        registered = (request.registered_at or step.now).astimezone(UTC).isoformat()
        return {"candidate_at": Terms(step.session, step.office_id).deadline(REPLY, registered)}
    return {"candidate_at": begin.astimezone(UTC).isoformat()}


def _begins(step: Step, day_id: int) -> datetime | None:
    return step.session.scalar(
        select(func.min(Slot.starts_at)).where(Slot.day_id == day_id, Slot.office_id == step.office_id)
    )


def _nearest(step: Step) -> datetime | None:
    terms = Terms(step.session, step.office_id)
    begins = step.session.scalars(
        select(func.min(Slot.starts_at).label("begins"))
        .join(ReceptionDay, ReceptionDay.id == Slot.day_id)
        .where(
            ReceptionDay.office_id == step.office_id,
            ReceptionDay.status == "planned",
            approved(),
            Slot.starts_at > step.now,
        )
        .group_by(ReceptionDay.id)
        .order_by("begins")
    )
    for begin in begins:
        if datetime.fromisoformat(terms.deadline(BRIEF, begin.astimezone(UTC).isoformat())) >= step.now:
            return begin
    return None


@service_task(
    "consideration.extend",
    kind="record",
    label=Text("Қарау мерзімін ұзарту", "Продлить срок рассмотрения", "Extend the term of consideration"),
    sample={"extended": "yes", "extended_until": "2026-12-16T18:30:00+05:00"},
)
def extend(step: Step) -> Variables:
    """Replace the term of the answer by the extended one: the day that the Department has concluded on, else the
    last day that the regulation allows (KRG-21, KRG-31, KRG-32).
    """
    request = step.session.get_one(ReceptionRequest, step.case_id)
    chosen = request.answers.get("extended_until")
    if chosen:
        closing = office_calendar(step.session, step.office_id).closing(date.fromisoformat(str(chosen)[:10]))
        return {"extended": "yes", "extended_until": closing.astimezone(UTC).isoformat()}
    registered = (request.registered_at or step.now).astimezone(UTC).isoformat()
    return {"extended": "yes", "extended_until": Terms(step.session, step.office_id).deadline(EXTENSION, registered)}
