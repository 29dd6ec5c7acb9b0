"""Service tasks of the Department's tasks (DT-01 … DT-04)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, Final

from sqlalchemy import select

from app.domain.texts import Text
from app.handlers.letters import zone_of
from app.handlers.registry import Step, Variables, service_task
from app.models import Case, Document, RegisterEntry
from app.records.answers import RecordsRefusedError
from app.records.numbers import enter

REGISTER: Final = "R-DEPT"
_NOON: Final = time(12)
PASSED: Final = Text(
    "Бұл күн өтіп кеткен. Алдағы күнді таңдаңыз.",
    "Этот день уже прошёл. Выберите день впереди.",
    "This day has passed. Choose one ahead.",
)


@service_task(
    "department.take_in",
    kind="record",
    label=Text("Ұсынылған міндетті қабылдау", "Принять предложенную задачу", "Take a proposed task in"),
    sample={"task_type": "3.4", "task_text": ""},
)
def take_in(step: Step, *, proposal: Mapping[str, Any]) -> Variables:
    """The card of a task begins with the type and the text that were proposed (KST-DYN-3)."""
    del step
    return {"task_type": str(proposal.get("type", "")), "task_text": str(proposal.get("text", ""))}


@service_task(
    "department.open_task",
    kind="record",
    label=Text("Міндет карточкасын ашу", "Завести карточку задачи", "Open the card of a task"),
    sample={
        "responsible_id": 1,
        "task_due_at": "2025-06-19T07:00:00+00:00",
        "districts": [],
        "task_remarks": None,
        "parties": None,
        "held_on": None,
    },
)
def open_task(step: Step, *, task_type: str, task_text: str, responsible: str, task_due: str) -> Variables:
    """Number the task, R-DEPT, with its type and text; who carries it out and by when (DT-01).

    What only some types ask for is empty until it is answered.
    """
    due = datetime.combine(date.fromisoformat(task_due[:10]), _NOON, zone_of(step))
    if due.date() < step.now.astimezone(zone_of(step)).date():
        raise RecordsRefusedError({"task_due": PASSED})
    case = step.session.get_one(Case, step.case_id)
    entry = enter(
        step.session,
        office_id=step.office_id,
        register=REGISTER,
        now=step.now,
        case_id=case.id,
        facts={"type": task_type, "text": task_text, "responsible": int(responsible)},
        by=step.by,
    )
    case.number, case.subject = entry.label, f"{task_type}. {task_text}"[:300]
    return {
        "responsible_id": int(responsible),
        "task_due_at": due.astimezone(UTC).isoformat(),
        "districts": [],
        "parties": None,
        "held_on": None,
        "task_remarks": None,
    }


@service_task(
    "department.record_task",
    kind="record",
    label=Text("Міндетті есепке жазу", "Записать задачу в учёт", "Record a task in the register"),
)
def record_task(
    step: Step,
    *,
    result: str,
    held_on: str | None = None,
    parties: str | None = None,
    districts: Sequence[Mapping[str, str]] | None = None,
) -> Variables:
    """Add the result to the task in R-DEPT and close its case (DT-04); results by district, too (KST-TASK-1.9)."""
    case = step.session.get_one(Case, step.case_id)
    documents = step.session.scalars(select(Document.id).where(Document.case_id == case.id).order_by(Document.id))
    told = {
        "result": result,
        "held_on": held_on,
        "parties": parties,
        "districts": list(districts or ()),
        "documents": list(documents),
    }
    entry = step.session.scalars(
        select(RegisterEntry).where(RegisterEntry.case_id == case.id, RegisterEntry.register == REGISTER)
    ).one()
    entry.facts = {**entry.facts, **{name: value for name, value in told.items() if value}}
    case.status, case.closed_at = "done", step.now
    return {}
