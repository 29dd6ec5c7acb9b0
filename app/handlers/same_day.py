"""Service tasks of the reception on the day of the request (KRG-3, KRG-8)."""

from datetime import UTC

from app.domain.texts import Text
from app.handlers.registry import Step, Variables, service_task
from app.models import ReceptionRequest
from app.records.numbers import enter


@service_task(
    "same_day.note_visit",
    kind="record",
    label=Text("Келгенін белгілеу", "Отметить приход заявителя", "Note the visit"),
    sample={"came_at": "2026-11-16T10:00:00+00:00"},
)
def note_visit(step: Step) -> Variables:
    """Note when the applicant came; the day of the reception is this day (T-KRG-03)."""
    return {"came_at": step.now.astimezone(UTC).isoformat()}


@service_task(
    "same_day.record_consultation",
    kind="record",
    label=Text("Кеңесті журналға жазу", "Записать консультацию в журнал", "Record the consultation"),
    sample={"consultation": "1/2026"},
)
def record_consultation(step: Step) -> Variables:
    """Enter the reception of the case in R-RECEPTION, without a place in any schedule; KRG-3, KRG-8, KRG-38."""
    request = step.session.get_one(ReceptionRequest, step.case_id)
    entry = enter(
        step.session,
        office_id=step.office_id,
        register="R-RECEPTION",
        now=step.now,
        case_id=step.case_id,
        facts={
            "same_day": True,
            "official": request.answers.get("same_day_official"),
            "held_at": request.answers.get("same_day_held_at"),
        },
        by=step.by,
    )
    return {"consultation": entry.label}
