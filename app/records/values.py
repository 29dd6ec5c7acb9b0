"""What the records already hold, as a form's first values (`record:` paths of form fields)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import (
    Applicant,
    Assignment,
    BodyPosition,
    Case,
    CentralRequest,
    Office,
    ReceptionDay,
    ReceptionRequest,
    Slot,
    StateBody,
)
from app.records.appeals import KIND, values_of_appeal
from app.records.bookings import latest_booking
from app.records.consultations import values_of_consultation
from app.records.grievances import values_of_grievance
from app.records.incoming_documents import values_of_incoming
from app.records.plan_events import values_of_event
from app.records.reception_mode import VIDEO, restriction_on
from app.records.replies import values_of_reply
from app.records.reply_reviews import values_of_review

_APPLICANT: Final = ("kind", "full_name", "iin", "phone", "email", "address", "language", "represented_person")
_REQUEST: Final = ("channel", "substance", "nature", "official_requested")


def answers_of(session: Session, case_id: int, item: Mapping[str, Any] | None) -> dict[str, Any]:
    """Record path → what is known, in the shape the form would have sent it; unknown paths are left out."""
    case = session.get_one(Case, case_id)
    zone = ZoneInfo(session.get_one(Office, case.office_id).zone)
    known: dict[str, Any] = {"applicant.language": case.language}
    applicant = session.get(Applicant, case.applicant_id) if case.applicant_id else None
    if applicant is not None:
        known |= {f"applicant.{key}": getattr(applicant, key) for key in _APPLICANT}
    request = session.get(ReceptionRequest, case_id)
    if request is not None:
        known |= {f"request.{key}": getattr(request, key) for key in _REQUEST}
        known |= {f"request.{key}": value for key, value in request.answers.items()}
        known["request.received_at"] = _local(request.received_at, zone)
        known["booking.place"] = request.answers.get("place")
        known |= _proposed(request)
        known["mode"] = _mode(session, request)
    booking = latest_booking(session, case_id)
    if booking is not None:
        known["booking.slot"] = str(booking.slot_id)
        known["priority_category"] = booking.priority_category
    if case.kind == KIND:
        known |= values_of_appeal(session, case) | values_of_reply(session, case_id)
        known |= values_of_incoming(session, case)
        known |= values_of_grievance(session, case)
        known |= values_of_review(session, case_id)
    known |= values_of_event(session, case) | values_of_consultation(session, case)
    known["protocol.assignments"] = _assignments(session, case)
    if item and "position_id" in item:
        known |= _position(session, item["position_id"], zone)
    if item and "central_request_id" in item:
        known |= _central(session, item["central_request_id"], zone)
    return {path: value for path, value in known.items() if value is not None}


def _proposed(request: ReceptionRequest) -> dict[str, Any]:
    """First values that follow from earlier steps: bodies by competence, what is missing, the proposed day."""
    answers = request.answers
    short = [
        {"name": row["name"]} for row in answers.get("documents") or () if (row.get("supplied") or 0) < row["quantity"]
    ]
    return {
        "bodies": answers.get("competent_bodies"),
        "request.missing": answers.get("missing") or short or None,
        "reception_day_id": answers.get("reception_day_id") or answers.get("proposed_day"),
    }


def _mode(session: Session, request: ReceptionRequest) -> str | None:
    """How the reception is held: as restrictions of its day demand, else as decided."""
    booking = latest_booking(session, request.case_id)
    proposed = request.answers.get("reception_day_id") or request.answers.get("proposed_day")
    day_id = session.get_one(Slot, booking.slot_id).day_id if booking else proposed
    day = session.get(ReceptionDay, int(day_id)) if day_id else None
    if day is not None and restriction_on(session, day.office_id, day.day) is not None:
        return VIDEO
    return request.answers.get("mode")


def _local(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M") if moment else None


def _assignments(session: Session, case: Case) -> list[dict[str, Any]]:
    rows = session.scalars(select(Assignment).where(Assignment.case_id == case.id).order_by(Assignment.number)).all()
    return [
        {
            "text": row.text,
            "executor": _executor(session, row),
            "due": row.due_on.isoformat(),
            "executed_on": row.executed_on.isoformat() if row.executed_on else None,
            "quality": row.quality,
            "remarks": row.remarks,
        }
        for row in rows
    ]


def _executor(session: Session, row: Assignment) -> str:
    """The body's id while the assignment is drafted (a choice), its name once it stands in a protocol."""
    if row.protocol is None:
        return str(row.body_id)
    return session.get_one(StateBody, row.body_id).name_ru


def _central(session: Session, request_id: int, zone: ZoneInfo) -> dict[str, Any]:
    row = session.get_one(CentralRequest, request_id)
    return {
        "central_answer": row.answer,
        "central.representative": row.representative,
        "central.contact": row.contact,
        "central.refusal_reason": row.refusal_reason,
        "central.answered_at": _local(row.answered_at, zone),
        "central.arranged": row.arranged,
    }


def _position(session: Session, position_id: int, zone: ZoneInfo) -> dict[str, Any]:
    position = session.get_one(BodyPosition, position_id)
    return {
        "position.text": position.text,
        "position.official": position.official,
        "position.attends": position.attends,
        "position.attendee": position.attendee,
        "position.refusal_reason": position.refusal_reason,
        "position_refused": position.refused_at is not None or None,
        "position.submitted_at": _local(position.submitted_at, zone),
    }
