"""Service tasks of an official's daily reception by booking."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select

from app.domain.texts import Text
from app.handlers.records import enter_in_journal
from app.handlers.registry import Step, Variables, service_task
from app.models import Case, ReceptionRequest, RegisterEntry
from app.records.daily_reception import offer_days
from app.records.filed import applicant_of_filed, said

REGISTER: Final = "R-RECEPTION"


@service_task(
    "director.offer_times",
    kind="record",
    label=Text("Қабылдау уақытын ашу", "Открыть время приёма", "Open times of reception"),
    sample={"wanted": {}},
)
def offer_times(step: Step, *, wanted: Mapping[str, Any]) -> Variables:
    """Record who asks for a reception and why, and see that the days ahead have their times (KTEK-2.3, T-KTEK-02).

    `wanted` holds `question` and the fields of an applicant; it is empty afterwards: no name stays in the process.
    """
    case = step.session.get_one(Case, step.case_id)
    request = step.session.get(ReceptionRequest, case.id)
    if request is None:
        request = ReceptionRequest(
            case_id=case.id,
            office_id=step.office_id,
            channel=said(wanted, "channel", 50),
            received_at=step.now,
            substance=said(wanted, "question"),
            answers={},
        )
        step.session.add(request)
    applicant_of_filed(step.session, case, wanted)
    case.subject = case.subject or request.substance[:300]
    offer_days(step.session, step.office_id, now=step.now)
    return {"wanted": {}}


@service_task(
    "director.enter_booking",
    kind="record",
    label=Text("Жазылуды журналға енгізу", "Внести запись в журнал", "Enter the booking"),
    sample={"reception_at": "2025-06-05T05:00:00+00:00", "reception_day_id": "1", "official_id": "1"},
)
def enter_booking(step: Step) -> Variables:
    """Enter the booking in R-RECEPTION; its number becomes that of the case (KTEK-2.3)."""
    booked: Variables = enter_in_journal(step)
    entry = step.session.scalars(
        select(RegisterEntry).where(RegisterEntry.case_id == step.case_id, RegisterEntry.register == REGISTER)
    ).one()
    step.session.get_one(Case, step.case_id).number = entry.label
    step.session.get_one(ReceptionRequest, step.case_id).registered_at = step.now
    return booked
