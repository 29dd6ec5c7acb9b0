"""Service tasks of the registration cards of appeals: known citizen, number, executor."""

from datetime import UTC

from app.domain.texts import Text
from app.handlers.registry import Step, Variables, service_task
from app.models import Appeal, AppealCard, Applicant, Case, Office, StateBody
from app.records.answers import RecordsRefusedError
from app.records.cards import BaseKeptError, base_for, make_card

BASE_KEPT = Text(
    kk="Карточканың негізгі бөлімінде: «{says}». Онда тек мекенжай мен телефон өзгертіледі.",
    ru="В базовом разделе карточки: «{says}». В нём можно изменить только адрес и телефон.",
    en="The base section of the card says “{says}”. Only address and phone may be changed there.",
)


@service_task(
    "appeals.check_repeat",
    kind="record",
    label=Text("Қайталануын тексеріп, карточка нөмірін беру", "Проверить повторность", "Check for a repeat"),
    sample={"repeat": "no", "card_number": "К-00001/2025", "registered_at": "2025-06-03T05:00:00+00:00"},
)
def check_repeat(step: Step) -> Variables:
    """Find the citizen's base section and earlier cards, and give the card its number, R-CARDS (KST-REG-2 … KST-REG-6).

    A known citizen keeps her base section: another name is refused, a new address or phone is written and the former
    one kept (BR-10, AC-03). Another question gets a new number (BR-11); on the same question `repeat` is "yes".
    """
    case = step.session.get_one(Case, step.case_id)
    applicant = step.session.get_one(Applicant, case.applicant_id)
    try:
        base = base_for(step.session, applicant, now=step.now, by=step.by)
    except BaseKeptError as kept:
        raise RecordsRefusedError({f"applicant.{kept.field}": BASE_KEPT.with_values(says=kept.says)}) from kept
    card = make_card(step.session, step.session.get_one(Appeal, step.case_id), base, now=step.now, by=step.by)
    return {
        "repeat": "yes" if card.repeat_of else "no",
        "card_number": card.number,
        "registered_at": card.made_at.astimezone(UTC).isoformat(),
    }


@service_task(
    "appeals.route",
    kind="record",
    label=Text("Орындаушы органға жолдау", "Направить органу-исполнителю", "Route to the executor"),
    sample={"executors": [], "control": "no"},
)
def route(step: Step) -> Variables:
    """Record to which state body the appeal goes and when, and put it under control where its card says so.

    `executors` holds the body, for the letter; the Department writes itself none (KST-TASK-1.2, KST-TASK-1.3).
    """
    card = step.session.get_one(AppealCard, step.case_id)
    body = step.session.get_one(StateBody, card.executor_id)
    card.routed_at = step.now
    card.controlled_at = step.now if card.control else None
    own = step.session.get_one(Office, step.office_id).settings.get("appeal", {}).get("own_body")
    return {"executors": [] if body.code == own else [body.id], "control": "yes" if card.control else "no"}
