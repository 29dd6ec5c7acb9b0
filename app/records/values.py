"""What the records already hold, as a form's first values (`record:` paths of form fields)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import (
    Assignment,
    BodyPosition,
    Case,
    CentralRequest,
    ReceptionDay,
    ReceptionRequest,
    StateBody,
)
from app.models.database import brought
from app.records.appeals import KIND, values_of_appeal
from app.records.case_rows import CaseRows
from app.records.consultations import values_of_consultation
from app.records.grievances import values_of_grievance
from app.records.incoming_documents import values_of_incoming
from app.records.plan_events import values_of_event
from app.records.reception_mode import VIDEO, restriction_on
from app.records.replies import values_of_reply
from app.records.reply_reviews import values_of_review

_APPLICANT: Final = ("kind", "full_name", "iin", "phone", "email", "address", "language", "represented_person")
_REQUEST: Final = ("channel", "substance", "nature", "official_requested")


def answers_of(
    session: Session, rows: CaseRows, item: Mapping[str, Any] | None, *, asked: Collection[str] | None = None
) -> dict[str, Any]:
    """Record path → what is known, in the shape the form would have sent it; unknown paths are left out.

    With `asked`, the names that a form uses, nothing is read that it does not ask for.
    """
    case, applicant, request = rows.case, rows.applicant, rows.request
    heads = None if asked is None else {each.partition(".")[0] for each in asked}

    def asks(*names: str) -> bool:
        return heads is None or not heads.isdisjoint(names)

    zone = ZoneInfo(rows.office.zone)
    known: dict[str, Any] = {"applicant.language": case.language}
    if applicant is not None:
        known |= {f"applicant.{key}": getattr(applicant, key) for key in _APPLICANT}
    if request is not None:
        known |= {f"request.{key}": getattr(request, key) for key in _REQUEST}
        known |= {f"request.{key}": value for key, value in request.answers.items()}
        known["request.received_at"] = _local(request.received_at, zone)
        known["booking.place"] = request.answers.get("place")
        known |= _proposed(request)
        known["mode"] = _mode(session, rows) if asks("mode") else None
    if rows.booking is not None:
        known["booking.slot"] = str(rows.booking.slot_id)
        known["priority_category"] = rows.booking.priority_category
    if case.kind == KIND:
        known |= (
            values_of_appeal(session, rows) | values_of_incoming(session, rows) | values_of_grievance(session, rows)
        )
        known |= values_of_reply(session, rows) if asks("reply", "statutory_check") else {}
        known |= values_of_review(session, case.id) if asks("review") else {}
    known |= values_of_event(rows.event) | values_of_consultation(rows.consultation)
    known["protocol.assignments"] = _assignments(session, case) if asks("protocol") else None
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


def _mode(session: Session, rows: CaseRows) -> str | None:
    """How the reception is held: as restrictions of its day demand, else as decided."""
    proposed = rows.answers.get("reception_day_id") or rows.answers.get("proposed_day")
    restriction = rows.restriction
    if rows.day is None and proposed:
        day = session.get(ReceptionDay, int(proposed))
        restriction = restriction_on(session, day.office_id, day.day) if day else None
    return VIDEO if restriction is not None else rows.answers.get("mode")


def _local(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M") if moment else None


def _assignments(session: Session, case: Case) -> list[dict[str, Any]]:
    rows = session.scalars(select(Assignment).where(Assignment.case_id == case.id).order_by(Assignment.number)).all()
    bodies = {
        row.id: row for row in brought(session, StateBody, (each.body_id for each in rows if each.protocol is not None))
    }
    return [
        {
            "text": row.text,
            "executor": _executor(bodies, row),
            "due": row.due_on.isoformat(),
            "executed_on": row.executed_on.isoformat() if row.executed_on else None,
            "quality": row.quality,
            "remarks": row.remarks,
        }
        for row in rows
    ]


def _executor(bodies: Mapping[int, StateBody], row: Assignment) -> str:
    """The body's id while the assignment is drafted (a choice), its name once it stands in a protocol."""
    return str(row.body_id) if row.protocol is None else bodies[row.body_id].name_ru


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
