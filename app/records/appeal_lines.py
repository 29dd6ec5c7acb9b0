"""Keeps the lines of appeals: whatever changes in a transaction, its lines follow before the commit."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sqlalchemy import ARRAY, ColumnElement, cast, event, func, select
from sqlalchemy import Text as SqlText
from sqlalchemy.dialects.postgresql import REGCONFIG
from sqlalchemy.orm import Session, UOWTransaction

from app.domain.appeal_words import line_keys, plain
from app.models import (
    Appeal,
    AppealCard,
    AppealLine,
    AppealTurn,
    AppealWords,
    Applicant,
    Case,
    JournalRow,
    RegisterEntry,
    Reply,
)
from app.records.appeal_terms import reply_term, risk_of
from app.records.appeals import KIND
from app.records.terms import office_calendar

READ: Final = 20_000
"""Letters of an appeal that a search looks into."""
ACCEPTED_IN: Final = ("R-TALON", "R-JRN")
"""Registers whose number says only that the appeal was accepted."""
_CASES: Final = "changed_appeals"
_APPLICANTS: Final = "changed_applicants"


def _note_changes(session: Session, flush: UOWTransaction) -> None:
    """Remember whose lines this transaction must write."""
    del flush
    cases, applicants = session.info.setdefault(_CASES, set()), session.info.setdefault(_APPLICANTS, set())
    for row in [*session.new, *session.dirty]:
        if isinstance(row, Appeal | AppealCard | AppealTurn | JournalRow | Reply):
            cases.add(row.case_id)
        elif isinstance(row, Case) and row.kind == KIND:
            cases.add(row.id)
        elif isinstance(row, Applicant) and row not in session.new:
            applicants.add(row.id)


event.listen(Session, "after_flush", _note_changes)


def follow(session: Session) -> None:
    """Write the lines of the appeals that this transaction has changed; without such changes it asks nothing."""
    session.flush()
    cases, applicants = session.info.pop(_CASES, set()), session.info.pop(_APPLICANTS, set())
    if applicants:
        cases |= set(session.scalars(select(Case.id).where(Case.applicant_id.in_(applicants), Case.kind == KIND)))
    if cases:
        write_lines(session, cases)


def count_anew(session: Session, case_id: int) -> None:
    """Let the term of an appeal that is not answered be counted by the calendar as it is now, before the commit."""
    line = session.get(AppealLine, case_id)
    if line is not None and line.ended_at is None:
        line.registered_at = None
        session.info.setdefault(_CASES, set()).add(case_id)


def write_lines(session: Session, case_ids: set[int]) -> None:
    """Make the lines of these appeals anew; a term that was counted stays until the appeal is registered anew."""
    rows = session.execute(
        select(Appeal, Case, Applicant, AppealCard, JournalRow)
        .join(Case, Case.id == Appeal.case_id)
        .outerjoin(Applicant, Applicant.id == Case.applicant_id)
        .outerjoin(AppealCard, AppealCard.case_id == Appeal.case_id)
        .outerjoin(JournalRow, JournalRow.case_id == Appeal.case_id)
        .where(Appeal.case_id.in_(case_ids))
    )
    for appeal, case, applicant, card, journal in rows.all():
        line = session.get(AppealLine, appeal.case_id) or AppealLine(case_id=appeal.case_id)
        line.office_id, line.received_at, line.state = appeal.office_id, appeal.received_at, case.status
        line.source, line.nature = appeal.source, appeal.nature
        _from_card(line, card, journal)
        _keep_term(session, line, _registered_at(session, case, card))
        _from_turns(session, line)
        _from_reply(session, line, case)
        found = session.get(AppealWords, appeal.case_id) or AppealWords(case_id=appeal.case_id)
        found.words = _words(_told(appeal, case, card), _keys(appeal, case, applicant, card, journal))
        session.add_all((line, found))
    session.flush()


def _from_card(line: AppealLine, card: AppealCard | None, journal: JournalRow | None) -> None:
    line.registrar_id = journal.registrar_id if journal else None
    line.district = plain(card.district).strip() if card and card.district else None
    line.category = card.category if card else None
    line.control = card.control if card else None
    line.executor_id = card.executor_id if card else None
    line.repeated = card is not None and card.repeat_of is not None


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
    """An extension moves the term to the close of business of its day, a redirect names another executor."""
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
            line.due_at = office_calendar(session, line.office_id).closing(turn.due_on)
            line.risk_at = risk_of(session, line.office_id, line.due_at)


def _from_reply(session: Session, line: AppealLine, case: Case) -> None:
    reply = session.scalars(
        select(Reply)
        .where(Reply.case_id == case.id, Reply.state.in_(("sent", "accepted")))
        .order_by(Reply.id.desc())
        .limit(1)
    ).first()
    line.answered_at = (reply.sent_at or reply.received_at) if reply else None
    line.outcome = reply.outcome if reply else None
    line.ended_at = line.answered_at or case.closed_at


def _keys(
    appeal: Appeal, case: Case, applicant: Applicant | None, card: AppealCard | None, journal: JournalRow | None
) -> list[str]:
    labels = (case.number, card.number if card else None, journal.label if journal else None)
    return line_keys(
        (*labels, appeal.talon, appeal.external_number),
        applicant.full_name if applicant else "",
        applicant.keys if applicant else (),
    )


def _told(appeal: Appeal, case: Case, card: AppealCard | None) -> str:
    """What was said; names are keys, as not everybody may search for them."""

    def parts() -> Iterator[str | None]:
        yield from (case.subject, appeal.substance, appeal.cause, appeal.explanations)
        if card:
            yield from (card.annotation, card.occupation)

    return "\n".join(filter(None, parts()))[:READ]


def _words(told: str, keys: list[str]) -> ColumnElement[str]:
    stems = func.to_tsvector(cast("russian", REGCONFIG), told)
    beginnings = func.to_tsvector(cast("simple", REGCONFIG), plain(told))
    return func.strip(stems.op("||")(beginnings)).op("||")(func.array_to_tsvector(cast(keys, ARRAY(SqlText()))))
