"""What follows a change before its commit: lines of appeals, words of cases, the language of tasks that wait."""

from typing import Final

from sqlalchemy import event, inspect, select, update
from sqlalchemy.orm import Session, UOWTransaction

from app.models import Appeal, AppealCard, AppealLine, AppealTurn, Applicant, Case, JournalRow, Reply, UserTask
from app.records.appeal_lines import write_lines
from app.records.appeals import KIND
from app.records.case_words import write_words

_FOUND_BY: Final = ("number", "subject", "applicant_id")
_APPEALS: Final = "changed_appeals"
_CASES: Final = "changed_cases"
_APPLICANTS: Final = "changed_applicants"
_SPOKEN: Final = "changed_languages"


def _note_changes(session: Session, flush: UOWTransaction) -> None:
    """Remember what this transaction must write."""
    del flush
    appeals, cases, applicants, spoken = (
        session.info.setdefault(name, set()) for name in (_APPEALS, _CASES, _APPLICANTS, _SPOKEN)
    )
    for row in [*session.new, *session.dirty]:
        if isinstance(row, Appeal | AppealCard | AppealTurn | JournalRow | Reply):
            appeals.add(row.case_id)
        elif isinstance(row, Case):
            if row.kind == KIND:
                appeals.add(row.id)
            elif _changed(row, *_FOUND_BY):
                cases.add(row.id)
            if row not in session.new and _changed(row, "language"):
                spoken.add(row.id)
        elif isinstance(row, Applicant) and row not in session.new:
            applicants.add(row.id)


def _changed(row: Case, *names: str) -> bool:
    return any(inspect(row).attrs[name].history.has_changes() for name in names)


event.listen(Session, "after_flush", _note_changes)


def follow(session: Session) -> None:
    """Write what the changes of this transaction ask for; without such changes it asks nothing."""
    session.flush()
    appeals, cases, applicants, spoken = (
        session.info.pop(name, set()) for name in (_APPEALS, _CASES, _APPLICANTS, _SPOKEN)
    )
    if applicants:
        for case_id, kind in session.execute(select(Case.id, Case.kind).where(Case.applicant_id.in_(applicants))):
            (appeals if kind == KIND else cases).add(case_id)
    if appeals:
        write_lines(session, appeals)
    if appeals | cases:
        write_words(session, appeals | cases)
    if spoken:
        language = select(Case.language).where(Case.id == UserTask.case_id).scalar_subquery()
        waiting = update(UserTask).where(UserTask.case_id.in_(spoken), UserTask.status == "open")
        session.execute(waiting.values(language=language), execution_options={"synchronize_session": False})


def count_anew(session: Session, case_id: int) -> None:
    """Let the term of an appeal that is not answered be counted by the calendar as it is now, before the commit."""
    line = session.get(AppealLine, case_id)
    if line is not None and line.ended_at is None:
        line.registered_at = None
        session.info.setdefault(_APPEALS, set()).add(case_id)
