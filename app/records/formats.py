"""In which formats an appeal came: on paper, electronically, or both (KST-TYPE)."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Appeal, AppealCard, CaseLink

BOTH_FORMATS: Final = "paper_and_electronic"


def came_twice(session: Session, row: Appeal) -> bool:
    """Whether the same appeal came in the other format, too: somebody has linked the two (KST-TYPE-2)."""
    ends = ((CaseLink.case_id, CaseLink.other_id), (CaseLink.other_id, CaseLink.case_id))
    twins = (
        select(Appeal.case_id)
        .join(CaseLink, other == Appeal.case_id)
        .where(one == row.case_id, CaseLink.kind == "duplicate", CaseLink.unlinked_at.is_(None))
        .where(Appeal.medium != row.medium)
        for one, other in ends
    )
    return any(session.scalars(each.limit(1)).first() is not None for each in twins)


def mark_both_formats(session: Session, case_id: int) -> None:
    """Let the card of an appeal that came in both formats say so; one that has no mark yet proposes it."""
    row, card = session.get(Appeal, case_id), session.get(AppealCard, case_id)
    if row is not None and card is not None and card.type_mark and came_twice(session, row):
        card.type_mark = BOTH_FORMATS
