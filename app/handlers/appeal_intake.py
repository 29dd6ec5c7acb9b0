"""Service tasks of the intake of appeals: how they come, slips, the journal, the split, signatures."""

from datetime import UTC

from sqlalchemy import select

from app.domain.texts import Text
from app.handlers.registry import Step, Variables, service_task
from app.models import Appeal, Case, JournalRow, KazpostDelivery, KazpostEnvelope
from app.records import appeals
from app.records.numbers import enter


@service_task(
    "appeals.take_in",
    kind="record",
    label=Text("Өтінішті қабылдап алу", "Принять обращение в работу", "Take an appeal in"),
    sample={"received_at": "2025-06-03T05:00:00+00:00", "source": "egov"},
)
def take_in(step: Step, *, source: str, external_number: object = "", envelope_id: object = None) -> Variables:
    """Record the appeal by its source: hand, kazpost, egov, president_reception; it counts as accepted at this moment.

    An electronic one keeps its number there in `external_number`; one of Kazpost names its envelope and came with its
    delivery (KST-SRC-1 … KST-SRC-4, KST-HAND-2).
    """
    number, came = str(external_number or ""), step.now
    if envelope_id is not None:
        envelope = step.session.get_one(KazpostEnvelope, int(str(envelope_id)))
        delivery = step.own(KazpostDelivery, envelope.delivery_id)
        envelope.appeal_id, number, came = step.case_id, envelope.barcode, delivery.came_at
    row = appeals.take_in(
        step.session,
        office_id=step.office_id,
        case_id=step.case_id or 0,
        source=source,
        external_number=number,
        now=came,
    )
    appeals.accept(step.session, row, now=step.now, by=step.by)
    return {"received_at": row.received_at.astimezone(UTC).isoformat(), "source": row.source}


@service_task(
    "appeals.issue_talon",
    kind="record",
    label=Text("Талон нөмірін беру", "Выдать номер талона", "Issue the number of the slip"),
    sample={"talon": "Т-0001/2025"},
)
def issue_talon(step: Step) -> Variables:
    """Give whoever hands in an appeal a slip with a unique number, R-TALON (KST-HAND-3, BR-37)."""
    row = step.session.get_one(Appeal, step.case_id)
    if row.talon is None:
        entry = enter(
            step.session,
            office_id=step.office_id,
            register="R-TALON",
            now=step.now,
            case_id=step.case_id,
            facts={"source": row.source, "sheets": row.sheets},
            by=step.by,
        )
        row.talon = entry.label
        step.session.get_one(Case, step.case_id).number = entry.label
    return {"talon": row.talon}


@service_task(
    "appeals.enter_in_journal",
    kind="record",
    label=Text("Күн журналына енгізу", "Внести в журнал дня", "Enter in the journal of the day"),
    sample={"journal_number": "Ж-00001/2025"},
)
def enter_in_journal(step: Step) -> Variables:
    """Enter the appeal in the journal of this day with the next through number, R-JRN: no gaps, no doubles.

    Each day has its own journal, the numbers go on from day to day (KST-JRN-1, KST-JRN-2, BR-12).
    """
    row = appeals.enter_in_journal(step.session, step.session.get_one(Appeal, step.case_id), now=step.now, by=step.by)
    case = step.session.get_one(Case, step.case_id)
    case.number = case.number or row.label
    return {"journal_number": row.label}


@service_task(
    "appeals.distribute",
    kind="record",
    label=Text("Тіркеушілер арасында тең бөлу", "Распределить поровну", "Distribute evenly among registrars"),
    sample={"registrar_id": 1},
)
def distribute(step: Step) -> Variables:
    """Give the appeal to the registrar present today who has the fewest of this day; of equals to who waits longest.

    Those present the whole day end with counts that differ by at most one. The reason stays in the journal and is shown
    to the registrar; `registrar_id` is empty when nobody is there (KST-JRN-3, BR-13).
    """
    row = _journal(step)
    chosen = appeals.distribute(step.session, row, now=step.now)
    step.tell("appeal_distributed", {"journal": row.id, "to": chosen, **row.distribution}, "")
    return {"registrar_id": chosen}


@service_task(
    "appeals.record_signature",
    kind="record",
    label=Text("Қолтаңбаны жазу", "Записать роспись", "Record the signature"),
    sample={"signed_at": "2025-06-03T05:00:00+00:00", "registrar_id": 1},
)
def record_signature(step: Step) -> Variables:
    """Write into the journal who took the appeal under signature and when (KST-JRN-4, BR-31).

    An appeal that was given to nobody is from now on hers who signs: `registrar_id`.
    """
    row = _journal(step)
    appeals.sign(step.session, row, now=step.now, by=step.by)
    return {"signed_at": step.now.astimezone(UTC).isoformat(), "registrar_id": row.registrar_id}


def _journal(step: Step) -> JournalRow:
    return step.session.scalars(select(JournalRow).where(JournalRow.case_id == step.case_id)).one()
