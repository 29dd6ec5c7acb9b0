"""Places in the schedule while a form is filled: kept for the one who chose first, before the engine is asked."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from app.domain import clock
from app.forms import Form
from app.records.bookings import slots_by_agreement
from app.records.free_slots import refusal
from app.records.holds import Claim, SlotTakenError, claim_seat

CHOSEN: Final = "booking.slot"
BY_AGREEMENT: Final = "slots_by_agreement"
"""What conditions of a form call the times that need the applicant's agreement (KST-TASK-2.3)."""


def claim_place(session: Session, office_id: str, case_id: int, slot_id: int, *, by: int | None) -> datetime:
    """Keep a time for a case while a form is filled, by one INSERT; returns until when.

    Whoever comes too late is refused here, before the process is touched: `SlotTakenError` with the next free times,
    `SlotClosedError`.
    """
    now = clock.now()
    try:
        return claim_seat(session, Claim(office_id, case_id, slot_id, now, by=by)).until
    except SlotTakenError:
        raise refusal(session, office_id, slot_id, now=now) from None


def agreements(session: Session, office_id: str, form: Form) -> dict[str, list[str]]:
    """The times that need an agreement, for a form that asks for it only then; of other forms nothing."""
    asked = BY_AGREEMENT in form.condition_names
    return {BY_AGREEMENT: slots_by_agreement(session, office_id, clock.now())} if asked else {}


def chosen_slot(
    form: Form, submitted: Mapping[str, Sequence[str]] | None, answers: Mapping[str, Any] | None = None
) -> int | None:
    """The slot that somebody chose in a form, as sent by a browser or by a program; None for no choice."""
    key = slot_field(form)
    if key is None:
        return None
    given: object = answers.get(key) if answers is not None else _first((submitted or {}).get(key))
    return int(given) if isinstance(given, str | int) and str(given).isdecimal() and len(str(given)) < 19 else None


def slot_field(form: Form) -> str | None:
    """The input of a form in which a time is chosen."""
    return next((key for key, path in form.record_paths.items() if path == CHOSEN), None)


def _first(values: Sequence[str] | None) -> str:
    return values[0] if values else ""
