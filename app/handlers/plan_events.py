"""Service tasks of the plan of work with stakeholders."""

from collections.abc import Mapping
from typing import Any

from app.domain.texts import Text
from app.handlers.registry import Step, Variables, service_task
from app.models import Case, PlanEvent
from app.records import plan_events
from app.records.zones import zone_of_office


@service_task(
    "plan.open_event",
    kind="record",
    label=Text("Жоспар іс-шарасын ашу", "Завести мероприятие плана", "Open an event of the plan"),
    sample={"measure": "1.1", "carried_out_by": "ktek_sep"},
)
def open_event(step: Step, *, wanted: Mapping[str, Any]) -> Variables:
    """Number the event, R-KTEK-PLAN, and fill its cells from the plan (KTEK-0.3); `carried_out_by` is the role that
    carries it out. `wanted` names the measure and, for one that repeats, its day.
    """
    case = step.session.get_one(Case, step.case_id)
    row = plan_events.open_event(step.session, case, wanted, now=step.now, by=step.by)
    measure = plan_events.measure_of(step.session, step.office_id, row.measure)
    return {"measure": row.measure, "carried_out_by": measure.role}


@service_task(
    "plan.mark_done",
    kind="record",
    label=Text("Іс-шараны орындалды деп белгілеу", "Отметить мероприятие выполненным", "Mark the event as done"),
)
def mark_done(step: Step) -> Variables:
    """The event is done from now on: the plan report counts it so (KTEK-1, KTEK-2; RPT-KTEK-P)."""
    step.session.get_one(PlanEvent, step.case_id).done_at = step.now
    return {}


@service_task(
    "plan.list_repeated",
    kind="record",
    label=Text("Қайталанатын іс-шаралар", "Повторяющиеся мероприятия", "Events that repeat"),
    sample={"repeated_events": [{"measure": "1.1", "planned_on": "2025-07-12", "repeats": "month"}]},
)
def list_repeated(step: Step) -> Variables:
    """The events whose turn comes this month: of each measure the latest one that is done and repeats."""
    month = step.now.astimezone(zone_of_office(step.office_id)).date()
    return {"repeated_events": list(plan_events.repeated_in(step.session, step.office_id, month))}
