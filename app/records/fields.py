"""What people answer in forms, written into the records of the case (`record:` paths of form fields)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from app.domain.names import sort_key
from app.models import Applicant, Case
from app.records.answers import Answers
from app.records.appeal_turns import save_turn
from app.records.appeals import save_appeal
from app.records.appointments import save_booking, save_call
from app.records.assignments import save_assignment
from app.records.consideration import save_consideration
from app.records.consultations import save_consultation
from app.records.grievances import save_grievance
from app.records.incoming_documents import save_incoming
from app.records.kazpost import save_delivery
from app.records.plan_events import save_plan_event
from app.records.positions import save_central, save_position
from app.records.protocol import save_protocol
from app.records.replies import save_reply
from app.records.reply_reviews import save_review
from app.records.requests import save_request

_APPLICANT: Final = ("kind", "full_name", "iin", "phone", "email", "address", "language", "represented_person")


def save_answers(
    session: Session,
    *,
    office_id: str,
    case_id: int | None,
    records: Mapping[str, Any],
    variables: Mapping[str, Any],
    item: Mapping[str, Any] | None,
    by: int | None,
    now: datetime,
    link_id: int | None = None,
) -> None:
    """Write the answers of one form; raises `RecordsRefusedError`, and then nothing that was written lasts.

    A person (`by`) gave them, or a state body by its link (`link_id`).
    """
    if case_id is None:
        return
    case = session.get_one(Case, case_id)
    answers = Answers(session, office_id, case, records, variables, item or {}, by, now, link_id)
    for save in _SAVERS:
        save(answers)
    session.flush()


def _save_applicant(answers: Answers) -> None:
    given = {key: value or None for key, value in answers.of("applicant").items() if key in _APPLICANT}
    if not given:
        return
    case = answers.case
    applicant = answers.session.get(Applicant, case.applicant_id) if case.applicant_id else None
    if applicant is None:
        applicant = Applicant(
            office_id=answers.office_id, kind="person", full_name="", sort_key="", language=case.language
        )
        answers.session.add(applicant)
    for key, value in given.items():
        setattr(applicant, key, value)
    applicant.sort_key = sort_key(applicant.full_name)
    case.language = applicant.language
    answers.session.flush()
    case.applicant_id = applicant.id


def _save_result(answers: Answers) -> None:
    """The files with which a task of the Department was carried out."""
    answers.attach(answers.records.get("department.files"), "result")


_SAVERS: Final[tuple[Callable[[Answers], None], ...]] = (
    _save_applicant,
    save_request,
    save_consideration,
    save_booking,
    save_call,
    save_position,
    save_central,
    save_protocol,
    save_assignment,
    save_appeal,
    save_delivery,
    save_reply,
    save_turn,
    save_review,
    save_grievance,
    save_plan_event,
    save_consultation,
    _save_result,
    save_incoming,
)
