"""Keeps what cases are found by: subject, numbers and applicant, and of an appeal what it says."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import ARRAY, ColumnElement, cast, func, select
from sqlalchemy import Text as SqlText
from sqlalchemy.dialects.postgresql import REGCONFIG
from sqlalchemy.orm import Session

from app.domain.case_words import line_keys, office_key, plain
from app.models import Appeal, AppealCard, Applicant, Case, CaseWords, JournalRow

READ: Final = 20_000
"""Letters of a case that a search looks into."""


def write_words(session: Session, case_ids: set[int]) -> None:
    """Make the words of these cases anew."""
    rows = session.execute(
        select(Case, Applicant, Appeal, AppealCard, JournalRow)
        .outerjoin(Applicant, Applicant.id == Case.applicant_id)
        .outerjoin(Appeal, Appeal.case_id == Case.id)
        .outerjoin(AppealCard, AppealCard.case_id == Case.id)
        .outerjoin(JournalRow, JournalRow.case_id == Case.id)
        .where(Case.id.in_(case_ids))
    )
    for case, applicant, appeal, card, journal in rows.all():
        found = session.get(CaseWords, case.id) or CaseWords(case_id=case.id)
        found.words = _words(_told(case, appeal, card), _keys(case, applicant, appeal, card, journal))
        session.add(found)
    session.flush()


def _keys(
    case: Case, applicant: Applicant | None, appeal: Appeal | None, card: AppealCard | None, journal: JournalRow | None
) -> list[str]:
    labels = (case.number, card.number if card else None, journal.label if journal else None)
    others = (appeal.talon, appeal.external_number) if appeal else ()
    name, keys = (applicant.full_name, applicant.keys) if applicant else ("", [])
    return [office_key(case.office_id), *line_keys((*labels, *others), name, keys)]


def _told(case: Case, appeal: Appeal | None, card: AppealCard | None) -> str:
    """What was said; names are keys, as not everybody may search for them."""

    def parts() -> Iterator[str | None]:
        yield case.subject
        if appeal:
            yield from (appeal.substance, appeal.cause, appeal.explanations)
        if card:
            yield from (card.annotation, card.occupation)

    return "\n".join(filter(None, parts()))[:READ]


def _words(told: str, keys: list[str]) -> ColumnElement[str]:
    stems = func.to_tsvector(cast("russian", REGCONFIG), told)
    beginnings = func.to_tsvector(cast("simple", REGCONFIG), plain(told))
    return func.strip(stems.op("||")(beginnings)).op("||")(func.array_to_tsvector(cast(keys, ARRAY(SqlText()))))
