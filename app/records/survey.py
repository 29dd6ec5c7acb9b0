"""Monitoring of the applicants' satisfaction: who is in it, and in which round (KRG-38)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import SurveyCandidate

BY_PHONE: Final = ("consulted", "declined")
GROUPS: Final = (*BY_PHONE, "received")
MOST_CALLS: Final = 3


def note(session: Session, office_id: str, case_id: int, group: str, now: datetime) -> SurveyCandidate:
    """The applicant of a case becomes a candidate, once a group; a repeated message changes nothing.

    Those received are monitored only; raises `ValueError` for a group that the regulation does not know.
    """
    if group not in GROUPS:
        raise ValueError(group)
    known = session.scalars(
        select(SurveyCandidate).where(SurveyCandidate.case_id == case_id, SurveyCandidate.group == group)
    ).first()
    if known is not None:
        return known
    row = SurveyCandidate(
        office_id=office_id,
        case_id=case_id,
        group=group,
        noted_at=now,
        status="waiting" if group in BY_PHONE else "monitored",
        attempts=0,
        remarks="",
    )
    session.add(row)
    session.flush()
    return row


def take_in(session: Session, office_id: str, day: date) -> Sequence[SurveyCandidate]:
    """Put everybody who is in no round yet into the round of `day`; returns all of that round, oldest first."""
    rows = session.scalars(
        select(SurveyCandidate)
        .where(
            SurveyCandidate.office_id == office_id,
            SurveyCandidate.round.is_(None) | (SurveyCandidate.round == day.isoformat()),
        )
        .order_by(SurveyCandidate.id)
    ).all()
    for row in rows:
        row.round = day.isoformat()
    session.flush()
    return rows


def record_call(
    row: SurveyCandidate, *, reached: bool, level: int | None, remarks: str, by: int | None, now: datetime
) -> bool:
    """Note a call; returns whether the candidate is called no more: reached, or tried as often as the office does."""
    row.attempts += 1
    row.called_at, row.called_by = now, by
    if reached:
        row.status, row.level, row.remarks = "interviewed", level, remarks
    elif row.attempts >= MOST_CALLS:
        row.status = "not_reached"
    return row.status != "waiting"
