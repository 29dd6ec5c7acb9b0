"""To which other cases a case is linked, by whom and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from app.models.database import reading

_LINKS = text(
    """
    SELECT link.id, link.kind, link.reason, link.linked_at, person.full_name AS by_whom, link.case_id = :case AS mine,
           other.id AS other_id, other.number, other.subject, other.status, applicant.full_name
    FROM case_link AS link
    JOIN case_file AS other ON other.id = CASE WHEN link.case_id = :case THEN link.other_id ELSE link.case_id END
    JOIN person ON person.id = link.linked_by
    LEFT JOIN applicant ON applicant.id = other.applicant_id
    WHERE (link.case_id = :case OR link.other_id = :case) AND link.office_id = :office AND link.unlinked_at IS NULL
    UNION ALL
    SELECT NULL, 'repeat', '', card.made_at, NULL, card.case_id = :case, other.id, other.number, other.subject,
           other.status, applicant.full_name
    FROM appeal_card AS card
    JOIN case_file AS other ON other.id = CASE WHEN card.case_id = :case THEN card.repeat_of ELSE card.case_id END
    LEFT JOIN applicant ON applicant.id = other.applicant_id
    WHERE (card.case_id = :case OR card.repeat_of = :case) AND card.office_id = :office AND card.repeat_of IS NOT NULL
    ORDER BY linked_at DESC, other_id DESC
    """
)


@dataclass(frozen=True, slots=True)
class LinkedCase:
    """A case that belongs to the one asked about; `id` is None where the card itself says so (KST-REG-5).

    `earlier`: the one asked about refers to this one.
    """

    id: int | None
    kind: str
    reason: str
    linked_at: datetime
    by_whom: str | None
    earlier: bool
    case_id: int
    number: str
    subject: str
    status: str
    applicant: str


def linked_cases(office_id: str, case_id: int) -> Sequence[LinkedCase]:
    """The cases linked to a case, the latest link first."""
    with reading() as session:
        rows = session.execute(_LINKS, {"office": office_id, "case": case_id}).mappings().all()
    return [
        LinkedCase(
            id=row["id"],
            kind=row["kind"],
            reason=row["reason"],
            linked_at=row["linked_at"],
            by_whom=row["by_whom"],
            earlier=row["mine"],
            case_id=row["other_id"],
            number=row["number"] or "",
            subject=row["subject"],
            status=row["status"],
            applicant=row["full_name"] or "",
        )
        for row in rows
    ]
