"""What the stories of Karaganda's smaller processes begin with: a request of an applicant, as recorded at the desk."""

from datetime import datetime
from typing import Any

from app.domain.names import sort_key
from app.models import Applicant, Case, ReceptionRequest
from app.usecases.transaction import transaction
from tests.reception import Walk


def a_request(walk: Walk, *, channel: str = "oral", status: str = "running", **answers: Any) -> int:
    """A registered request of this moment; the walk goes on with its case."""
    with transaction() as session:
        applicant = Applicant(
            office_id="karaganda",
            kind="person",
            full_name="Серікбаева Айнұр Болатқызы",
            sort_key=sort_key("Серікбаева Айнұр Болатқызы"),
            phone="+77015550101",
            email="ainur@example.test",
            address="Қарағанды қ.",
            language="kk",
        )
        session.add(applicant)
        session.flush()
        case = Case(
            office_id="karaganda",
            kind="personal_reception",
            language="kk",
            status=status,
            number=f"ЖҚ-{applicant.id:04d}/2025",
            applicant_id=applicant.id,
            opened_at=walk.now,
            closed_at=None if status == "running" else walk.now,
        )
        session.add(case)
        session.flush()
        session.add(_request(case.id, channel, walk.now, answers))
        walk.case_id = case.id
    return walk.case_id


def _request(case_id: int, channel: str, moment: datetime, answers: dict[str, Any]) -> ReceptionRequest:
    return ReceptionRequest(
        case_id=case_id,
        office_id="karaganda",
        channel=channel,
        substance="Жұмыс орнынан айырылдым, көмек сұраймын.",
        nature="Жұмыспен қамту",
        received_at=moment,
        registered_at=moment,
        answers=answers,
    )
