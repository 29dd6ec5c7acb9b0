"""The appointment of a case, as forms write it: booked, kept or missed; calls that remind of it."""

from collections.abc import Mapping
from typing import Any

from app.models import ReceptionRequest, ReminderCall
from app.records.answers import Answers, RecordsRefusedError
from app.records.bookings import SlotClosedError, SlotTakenError, active_booking, book, end_booking, latest_booking


def save_booking(answers: Answers) -> None:
    """A time is taken (`booking.slot`); whether the applicant confirmed, came, was received."""
    slot = answers.of("booking").get("slot")
    category = answers.variables.get("priority_category")
    if slot:
        try:
            book(
                answers.session,
                office_id=answers.office_id,
                case_id=answers.case.id,
                slot_id=int(slot),
                now=answers.now,
                priority_category=_category(answers),
            )
        except (SlotTakenError, SlotClosedError) as refused:
            raise RecordsRefusedError({"booking.slot": refused.text}) from refused
    elif "came" in answers.variables:
        booking = active_booking(answers.session, answers.case.id)
        if booking is not None:
            booking.priority_category = category or booking.priority_category
            if answers.variables["came"] == "yes":
                booking.status = "arrived"
            else:
                end_booking(answers.session, answers.case.id, status="missed", now=answers.now)
    elif category:
        _remember(answers, {"priority_category": category})
    if answers.variables.get("attendance") == "confirmed":
        booking = active_booking(answers.session, answers.case.id)
        if booking is not None:
            booking.status = "confirmed"
    if answers.variables.get("exhaustive"):
        end_booking(answers.session, answers.case.id, status="received", now=answers.now)


def _category(answers: Answers) -> str | None:
    request = answers.session.get(ReceptionRequest, answers.case.id)
    found = (request.answers if request else {}).get("priority_category")
    return str(found) if found else None


def _remember(answers: Answers, more: Mapping[str, Any]) -> None:
    request = answers.session.get(ReceptionRequest, answers.case.id)
    if request is not None:
        request.answers = {**request.answers, **more}


def save_call(answers: Answers) -> None:
    """A call that reminded of the appointment (`call.*`)."""
    given = answers.of("call")
    if not given:
        return
    booking = latest_booking(answers.session, answers.case.id)
    outcome = answers.variables.get("attendance") or answers.variables.get("missed_outcome") or ""
    answers.session.add(
        ReminderCall(
            office_id=answers.office_id,
            case_id=answers.case.id,
            booking_id=booking.id if booking else None,
            called_at=answers.moment(given.get("called_at")) or answers.now,
            called_by=answers.by,
            outcome=str(outcome),
            remarks=given.get("remarks") or "",
        )
    )
