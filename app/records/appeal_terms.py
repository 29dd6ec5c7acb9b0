"""Until when an appeal must be answered, and from when that is at risk."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from app.domain.deadlines import compute
from app.domain.rules import parse_rule
from app.records.terms import Terms, known_rule, office_calendar

RULES: Final = ("appeal.reply", "grievance.reply")
"""The rule of the statutory term, or the office's own; an office has one of them, or has not filled it in yet."""
EXTENDED_RULE: Final = "appeal.extended"
RISK_RULE: Final = "appeal.reply_risk"
RISK: Final = "5 working days before appeal.reply_due"
"""From when a reply is at risk where the office has no rule of its own."""


@dataclass(frozen=True, slots=True)
class ReplyTerm:
    """When the reply is due, from when it is at risk, and the stored explanation (`terms.stored_term`)."""

    due_at: datetime
    risk_at: datetime
    stored: dict[str, Any]


def reply_term(session: Session, office_id: str, registered_at: datetime) -> ReplyTerm | None:
    """The term of the reply to an appeal registered then; None while the office has no rule for it (SKE-3.2)."""
    rule = next((key for key in RULES if known_rule(session, office_id, key, registered_at)), None)
    if rule is None:
        return None
    term, stored = Terms(session, office_id).term(rule, registered_at.isoformat())
    return ReplyTerm(term.due, risk_of(session, office_id, term.due), stored)


def extended_term(session: Session, office_id: str, until: date) -> ReplyTerm:
    """The term of a reply that was extended to a day. Raises `UnknownRuleError`."""
    term, stored = Terms(session, office_id).term(EXTENDED_RULE, f"{until}T00:00:00")
    return ReplyTerm(term.due, risk_of(session, office_id, term.due), stored)


def risk_of(session: Session, office_id: str, due_at: datetime) -> datetime:
    """From when a reply due at `due_at` is at risk: the opening of office hours of that day."""
    if known_rule(session, office_id, RISK_RULE, due_at):
        return Terms(session, office_id).term(RISK_RULE, due_at.isoformat())[0].opens
    return compute(parse_rule(RISK), due_at, office_calendar(session, office_id)).opens
