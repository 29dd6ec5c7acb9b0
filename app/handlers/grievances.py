"""Service tasks of complaints and appeals to KTEK."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from app.domain.texts import Text
from app.handlers.registry import Step, Variables, service_task
from app.models import Case
from app.records import grievances


@service_task(
    "grievances.take_in",
    kind="record",
    label=Text("Шағымды қабылдап алу", "Принять жалобу в работу", "Take a complaint in"),
    sample={"filed": {}},
)
def take_in(step: Step, *, filed: Mapping[str, Any]) -> Variables:
    """Record what came: by which source, from whom, the text (KTEK-3, KTEK-3.A).

    `filed` is empty afterwards, so that no name stays in the process.
    """
    grievances.take_in(step.session, step.session.get_one(Case, step.case_id), filed, now=step.now)
    return {"filed": {}}


@service_task(
    "grievances.register",
    kind="record",
    label=Text("Кіріс нөмірімен тіркеу", "Зарегистрировать с входящим номером", "Register with an incoming number"),
    sample={"registered_at": "2025-06-10T05:00:00+00:00", "incoming_number": "Вх-0001/2025"},
)
def register(step: Step) -> Variables:
    """Register the complaint with its incoming number, R-KTEK-1C; its term counts from now (KTEK-3.2.1, KTEK-3.2.2)."""
    case = step.session.get_one(Case, step.case_id)
    row = grievances.register(step.session, case, now=step.now, by=step.by)
    registered_at = (row.registered_at or step.now).astimezone(UTC).isoformat()
    return {"registered_at": registered_at, "incoming_number": row.incoming_number}


@service_task(
    "grievances.enter_state",
    kind="record",
    label=Text("Құжаттың күйін белгілеу", "Отметить состояние документа", "Enter the state of the document"),
)
def enter_state(step: Step, *, state: str, document: str = "") -> Variables:
    """The register shows from now on that the complaint is in `state` (KTEK-3.1.1): consideration, agreement, approval,
    execution, acquaintance, storage or withdrawn. `document` is a number that it got there.
    """
    if state not in grievances.STATES:
        raise LookupError(f"no state {state}")
    grievances.enter_state(step.session, step.case_id or 0, state, now=step.now, by=step.by, document=document)
    return {}


@service_task(
    "grievances.choose_channel",
    kind="record",
    label=Text("Жауап арнасын таңдау", "Выбрать канал ответа", "Choose the channel of the reply"),
    sample={"by_post": "no"},
)
def choose_channel(step: Step) -> Variables:
    """Whether the reply goes by Kazpost: to whoever lives or stays beyond the home city (KTEK-3.2.4, BR-40)."""
    beyond = grievances.beyond_home(step.session, step.session.get_one(Case, step.case_id))
    return {"by_post": "yes" if beyond else "no"}
