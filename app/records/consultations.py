"""Consultations: asked, answered, help with a housing allowance, a complaint that is passed on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from app.models import Case, Consultation, Office
from app.records.answers import Answers
from app.records.filed import applicant_of_filed, said
from app.records.numbers import enter

KIND: Final = "consultation"
REGISTER: Final = "R-KTEK-CONSULT"
HOTLINE: Final = "hotline"
_TYPED: Final = ("question", "answer", "allowance_help", "complaint")


def open_consultation(
    session: Session, case: Case, asked: Mapping[str, Any], *, now: datetime, by: int | None
) -> Consultation:
    """The consultation of the case: `channel`, `question` and who asks, as far as known; number of R-KTEK-CONSULT."""
    channels = session.get_one(Office, case.office_id).settings.get("consultation", {}).get("channels", [])
    channel = next((each["code"] for each in channels if each["code"] == said(asked, "channel")), channels[0]["code"])
    entry = enter(
        session,
        office_id=case.office_id,
        register=REGISTER,
        now=now,
        case_id=case.id,
        facts={"channel": channel},
        by=by,
    )
    row = Consultation(
        case_id=case.id,
        office_id=case.office_id,
        channel=channel,
        requested_at=now,
        question=said(asked, "question"),
        answer="",
        allowance_help="",
        complaint="",
    )
    session.add(row)
    applicant_of_filed(session, case, asked)
    case.number, case.subject = entry.label, row.question[:300]
    session.flush()
    return row


def save_consultation(answers: Answers) -> None:
    """What the forms of a consultation write: `consultation.*`, whether an allowance is wanted, a complaint lodged."""
    if answers.case.kind != KIND:
        return
    row = answers.session.get_one(Consultation, answers.case.id)
    given = answers.of("consultation")
    for name in _TYPED:
        if name in given:
            setattr(row, name, given[name] or "")
    if "allowance" in answers.variables:
        row.allowance = answers.variables["allowance"] == "yes"
        row.answered_at, row.answered_by = answers.now, answers.by
    if given.get("question"):
        answers.case.subject = row.question[:300]


def values_of_consultation(row: Consultation | None) -> dict[str, Any]:
    """Record path → what is known of a consultation, as its forms would have sent it."""
    return {f"consultation.{name}": getattr(row, name) for name in _TYPED} if row is not None else {}


def consultation_facts(row: Consultation | None) -> dict[str, Any]:
    """What forms show of a consultation; nothing without one."""
    if row is None:
        return {}
    return {"consultation": {name: getattr(row, name) for name in ("channel", *_TYPED)}}
