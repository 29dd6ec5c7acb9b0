"""A service task that opens a consultation."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from app.domain.texts import Text
from app.handlers.registry import Step, Variables, service_task
from app.models import Case
from app.records import consultations


@service_task(
    "consultations.open",
    kind="record",
    label=Text("Консультацияны ашу", "Завести консультацию", "Open a consultation"),
    sample={"channel": "visit", "requested_at": "2025-06-09T05:00:00+00:00", "language": "ru", "asked": {}},
)
def open_consultation(step: Step, *, asked: Mapping[str, Any]) -> Variables:
    """Number the consultation and put what was asked and by whom into its record (KTEK-2.4, KTEK-2.5).

    `asked` holds channel, question and the fields of an applicant; it is empty afterwards, so that no name stays in the
    process.
    """
    case = step.session.get_one(Case, step.case_id)
    row = consultations.open_consultation(step.session, case, asked, now=step.now, by=step.by)
    requested_at = row.requested_at.astimezone(UTC).isoformat()
    return {"channel": row.channel, "requested_at": requested_at, "language": case.language, "asked": {}}
