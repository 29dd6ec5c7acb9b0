"""Service tasks of Kazpost's deliveries."""

from app.domain.texts import Text
from app.handlers.registry import Step, Variables, service_task
from app.models import Case, KazpostDelivery
from app.records import kazpost


@service_task(
    "kazpost.open_delivery",
    kind="record",
    label=Text("Жеткізілімді ашу", "Открыть доставку", "Open a delivery"),
    sample={"delivery_number": "КП-0001/2025"},
)
def open_delivery(step: Step) -> Variables:
    """Give a delivery its number, R-KAZPOST; the list and its envelopes stand under it (KST-KAZPOST)."""
    case = step.session.get_one(Case, step.case_id)
    row = kazpost.open_delivery(step.session, case, now=step.now, by=step.by)
    return {"delivery_number": row.number}


@service_task(
    "kazpost.reconcile",
    kind="record",
    label=Text("Тізіммен салыстыру", "Сверить со списком", "Reconcile with the list"),
    sample={"envelopes_found": 1, "discrepancies": 0},
)
def reconcile(step: Step) -> Variables:
    """Say how many envelopes there are and how many barcodes are missing or not on the list (KST-KAZPOST-1)."""
    rows = kazpost.envelopes(step.session, step.case_id or 0)
    return {
        "envelopes_found": sum(row.found for row in rows),
        "discrepancies": sum(row.listed != row.found for row in rows),
    }


@service_task(
    "kazpost.return_wrong",
    kind="record",
    label=Text("Қате конверттерді қайтару", "Вернуть ошибочные конверты", "Return wrong envelopes"),
    sample={"returned": 1},
)
def return_wrong(step: Step) -> Variables:
    """Mark the envelopes with a wrong addressee as returned to the courier; they get no number (KST-KAZPOST-3)."""
    wrong = [row for row in kazpost.envelopes(step.session, step.case_id or 0) if row.wrong_addressee]
    for row in wrong:
        row.returned_at = step.now
    return {"returned": len(wrong)}


@service_task(
    "kazpost.record_signature",
    kind="record",
    label=Text("Тізімге қол қойылғанын жазу", "Записать роспись в списке", "Record the signed list"),
    sample={"accepted_envelopes": [{"envelope_id": 1}]},
)
def record_signature(step: Step) -> Variables:
    """Write who signed the list and that the courier got it back (KST-KAZPOST-4).

    `accepted_envelopes` are those that go on as appeals: found, and not returned.
    """
    delivery = step.session.get_one(KazpostDelivery, step.case_id)
    delivery.signed_at, delivery.signed_by, delivery.returned_at = step.now, step.by, step.now
    rows = kazpost.envelopes(step.session, step.case_id or 0)
    accepted = [{"envelope_id": row.id} for row in rows if row.found and not row.wrong_addressee]
    return {"accepted_envelopes": accepted}
