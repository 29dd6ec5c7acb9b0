"""A report of a letter's delivery comes: kept with its evidence, and told to the case that asked for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy.orm import Session

from app.models import Letter
from app.records.receipts import keep_receipt, letter_of
from app.usecases.history import Event, record
from app.usecases.outbox import post

MESSAGE: Final = "delivery.report"
"""Goes to the case of a letter that asked for a report: `receipt_id`, `letter_id`, `template`, `report` (the kind:
delivered, read, delayed or failed), `reported_at` (ISO 8601, UTC)."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a mail server or a reader has said of our letter `message_id`; `kind` as in `records/receipts.KINDS`."""

    message_id: str
    kind: str
    recipient: str
    reported_at: datetime
    detail: str = ""


def take_report(
    session: Session,
    office_id: str,
    report: Report,
    *,
    now: datetime,
    file_id: int | None = None,
    by: int | None = None,
) -> Letter | None:
    """Keep a report and tell the case of its letter, once; returns the letter.

    None when no letter of this office left with that Message-ID to that address: nobody proves a delivery by guessing.
    A letter that could not be delivered is marked so.
    """
    letter = letter_of(session, report.message_id)
    if letter is None or letter.office_id != office_id or _plain(letter.address) != _plain(report.recipient):
        return None
    kept = keep_receipt(
        session,
        letter,
        kind=report.kind,
        recipient=_plain(report.recipient),
        reported_at=report.reported_at,
        now=now,
        message_id=report.message_id,
        detail=report.detail,
        file_id=file_id,
        by=by,
    )
    if kept is None:
        return letter
    if report.kind == "failed":
        letter.status = "failed"
    facts = {"letter": letter.id, "template": letter.template, "report": report.kind, "receipt": kept}
    event = Event("receipt_kept", None, facts)
    record(session, [event], at=now, office_id=office_id, case_id=letter.case_id, by=by)
    if letter.receipt_asked and letter.case_id is not None:
        post(session, office_id, MESSAGE, case_id=letter.case_id, payload=_told(letter, report, kept), now=now)
    return letter


def _told(letter: Letter, report: Report, receipt_id: int) -> Mapping[str, object]:
    return {
        "receipt_id": receipt_id,
        "letter_id": letter.id,
        "template": letter.template,
        "report": report.kind,
        "reported_at": report.reported_at.astimezone(UTC).isoformat(),
    }


def _plain(address: str) -> str:
    return address.strip().casefold()
