"""What of the portal stands on the page of a case: the talon's number, the talk with the citizen, her judgement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.domain.texts import Text
from app.models import Office, Person, PortalFiling, PortalMessage
from app.models.database import reading
from app.records.portal import kind_of


@dataclass(frozen=True, slots=True)
class TalkRow:
    """What somebody has written; `who` is empty for the citizen."""

    text: str
    at: datetime
    who: str


@dataclass(frozen=True, slots=True)
class PortalCase:
    """A filing as the office sees it; its secret is nowhere."""

    number: str
    kind: Text
    filed_at: datetime | None
    talk: Sequence[TalkRow]
    withdrawn_at: datetime | None
    withdrawal_reason: str
    rating: int | None
    rating_words: str


def portal_of_case(case_id: int, office_id: str) -> PortalCase | None:
    """What was filed on the portal and became this case; None for any other."""
    with reading() as session:
        row = session.execute(
            select(PortalFiling, Office)
            .join(Office, Office.id == PortalFiling.office_id)
            .where(PortalFiling.case_id == case_id, PortalFiling.office_id == office_id)
        ).first()
        if row is None:
            return None
        filing: PortalFiling = row[0]
        kind = kind_of(row[1], filing.kind)
        talk = session.execute(
            select(PortalMessage, Person.full_name)
            .outerjoin(Person, Person.id == PortalMessage.written_by)
            .where(PortalMessage.filing_id == filing.id)
            .order_by(PortalMessage.id)
        )
        return PortalCase(
            filing.number or "",
            kind.name if kind else Text(filing.kind, filing.kind),
            filing.filed_at,
            [TalkRow(each.text, each.written_at, who or "") for each, who in talk],
            filing.withdrawn_at,
            filing.withdrawal_reason,
            filing.rating,
            filing.rating_words,
        )
