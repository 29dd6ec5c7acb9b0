"""Keeps the lines of appeals, what their lists and terms read."""

from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.regions import Regions
from app.models import (
    Appeal,
    AppealCard,
    AppealLine,
    AppealTurn,
    Case,
    JournalRow,
    Office,
    RegisterEntry,
    Reply,
)
from app.records.appeal_terms import extended_term, reply_term

ACCEPTED_IN: Final = ("R-TALON", "R-JRN")
"""Registers whose number says only that the appeal was accepted."""
ANSWERING: Final = ("sent", "received", "accepted")
"""States of a reply that is there: sent by the office, or a body's that has come and was not returned."""


def write_lines(session: Session, case_ids: set[int]) -> None:
    """Make the lines of these appeals anew; a term that was counted stays until the appeal is registered anew."""
    rows = session.execute(
        select(Appeal, Case, AppealCard, JournalRow)
        .join(Case, Case.id == Appeal.case_id)
        .outerjoin(AppealCard, AppealCard.case_id == Appeal.case_id)
        .outerjoin(JournalRow, JournalRow.case_id == Appeal.case_id)
        .where(Appeal.case_id.in_(case_ids))
    )
    for appeal, case, card, journal in rows.all():
        line = session.get(AppealLine, appeal.case_id) or AppealLine(case_id=appeal.case_id)
        line.office_id, line.received_at, line.state = appeal.office_id, appeal.received_at, case.status
        line.source, line.nature = appeal.source, appeal.nature
        _from_card(line, card, journal)
        line.district = _region(session, appeal, card)
        _keep_term(session, line, _registered_at(session, case, card))
        _from_turns(session, line)
        _from_reply(session, line, case)
        session.add(line)
    session.flush()


def _from_card(line: AppealLine, card: AppealCard | None, journal: JournalRow | None) -> None:
    line.registrar_id = journal.registrar_id if journal else None
    line.category = card.category if card else None
    line.control = card.control if card else None
    line.executor_id = card.executor_id if card else None
    line.repeated = card is not None and card.repeat_of is not None


def _region(session: Session, appeal: Appeal, card: AppealCard | None) -> str | None:
    """The code of a region of the office, or in plain letters what the card says, or without one the appeal."""
    said = (card.district if card else None) or appeal.district
    return Regions.of(session.get_one(Office, appeal.office_id).settings).code_of(said) if said else None


def _registered_at(session: Session, case: Case, card: AppealCard | None) -> datetime | None:
    """When the case got the number that it keeps; slips and journals of the day only accept it."""
    if card is not None or case.number is None:
        return card.made_at if card else None
    return session.scalar(
        select(func.min(RegisterEntry.entered_at)).where(
            RegisterEntry.case_id == case.id,
            RegisterEntry.label == case.number,
            RegisterEntry.register.not_in(ACCEPTED_IN),
        )
    )


def _keep_term(session: Session, line: AppealLine, registered_at: datetime | None) -> None:
    if registered_at == line.registered_at and (line.due_at is not None or registered_at is None):
        return
    line.registered_at = registered_at
    term = reply_term(session, line.office_id, registered_at) if registered_at else None
    line.due_at, line.risk_at = (term.due_at, term.risk_at) if term else (None, None)
    line.term = term.stored if term else None


def _from_turns(session: Session, line: AppealLine) -> None:
    """An extension moves the term, a redirect names another executor."""
    turns = session.scalars(
        select(AppealTurn)
        .where(AppealTurn.case_id == line.case_id, AppealTurn.kind.in_(("extend", "redirect")))
        .where(AppealTurn.state.in_(("agreed", "done")))
        .order_by(AppealTurn.id)
    )
    for turn in turns:
        if turn.kind == "redirect":
            line.executor_id = turn.body_id or line.executor_id
        elif turn.due_on is not None:
            term = extended_term(session, line.office_id, turn.due_on)
            line.due_at, line.risk_at, line.term = term.due_at, term.risk_at, term.stored


def _from_reply(session: Session, line: AppealLine, case: Case) -> None:
    """A reply ends the wait; one under control ends the appeal when it was examined and its case closes."""
    reply = session.scalars(
        select(Reply).where(Reply.case_id == case.id, Reply.state.in_(ANSWERING)).order_by(Reply.id.desc()).limit(1)
    ).first()
    line.answered_at = (reply.sent_at or reply.received_at) if reply else None
    line.outcome = reply.outcome if reply else None
    line.ended_at = line.answered_at if reply and reply.state != "received" else case.closed_at
