"""A service task that registers written appeals handed in at a reception."""

from collections.abc import Mapping
from typing import Any, Final

from app.domain.texts import Text
from app.handlers.registry import Step, Variables, service_task
from app.models import Office, ReceptionRequest
from app.records.numbers import enter

MARK: Final[Mapping[str, str]] = {"kk": "жеке қабылдаудан", "ru": "с личного приема", "en": "from personal reception"}


@service_task(
    "appeals.register",
    kind="record",
    label=Text("Қабылдаудан түскен өтініштерді тіркеу", "Зарегистрировать обращения с приёма", "Register the appeals"),
    sample={"appeal_numbers": []},
)
def register(step: Step) -> Variables:
    """Enter each appeal handed in at the reception in R-EDMS with the mark «с личного приема» / «жеке қабылдаудан».

    The entry names the assignment that the appeal is attached to, and whether a treaty gives other rules for a
    foreigner; number and mark stay with the appeal in the case (KRG-12, KRG-36).
    """
    request = step.session.get_one(ReceptionRequest, step.case_id)
    mark = dict(step.session.get_one(Office, step.office_id).settings.get("reception", {}).get("control_mark") or MARK)
    treaty = str(request.answers.get("treaty_note") or "")
    appeals: list[dict[str, Any]] = []
    for appeal in request.answers.get("appeals") or []:
        entry = enter(
            step.session,
            office_id=step.office_id,
            register="R-EDMS",
            now=step.now,
            case_id=step.case_id,
            facts={"kind": "appeal", "mark": mark, "assignment": appeal.get("assignment"), "treaty": bool(treaty)},
            by=step.by,
        )
        appeals.append({**appeal, "number": entry.label, "mark": mark, "treaty_note": treaty})
    request.answers = {**request.answers, "appeals": appeals}
    return {"appeal_numbers": [each["number"] for each in appeals]}
