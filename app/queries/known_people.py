"""Earlier cases of whoever may be the person that is being typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from app.domain.same_person import Described, Resemblance
from app.models import Applicant, Case
from app.models.database import reading
from app.records.alike import Alike, alike

PEOPLE: Final = 20
SHOWN: Final = 6
LETTERS: Final = 3
DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class KnownCase:
    """An earlier case with what is known of its applicant, and why she may be the same."""

    case_id: int
    number: str
    kind: str
    subject: str
    status: str
    opened_at: datetime
    person: Described
    why: Resemblance


def worth_asking(typed: Described) -> bool:
    """Whether enough is typed to look: three letters of a name, six digits of a telephone, an IIN or an address."""
    digits = sum(letter.isdigit() for letter in typed.phone or "")
    return len(typed.full_name.strip()) >= LETTERS or digits >= DIGITS or bool(typed.iin)


def known_cases(office_id: str, typed: Described, *, beside: int | None = None) -> Sequence[KnownCase]:
    """Numbered cases of people like the typed one, likeliest first, then newest; `beside` is the case being written."""
    if not worth_asking(typed):
        return ()
    with reading() as session:
        people = {
            each.row.id: each for each in alike(session, typed, office_id=office_id, among=Applicant, limit=PEOPLE)
        }
        rows = session.scalars(
            select(Case)
            .where(
                Case.office_id == office_id,
                Case.applicant_id.in_(people),
                Case.number.is_not(None),
                *([Case.id != beside] if beside else []),
            )
            .order_by(Case.opened_at.desc(), Case.id.desc())
            .limit(PEOPLE)
        )
        found = [_known(case, people[case.applicant_id or 0]) for case in rows]
    return sorted(found, key=lambda each: -each.why.score)[:SHOWN]


def _known(case: Case, found: Alike[Applicant]) -> KnownCase:
    return KnownCase(
        case_id=case.id,
        number=case.number or "",
        kind=case.kind,
        subject=case.subject,
        status=case.status,
        opened_at=case.opened_at,
        person=found.row.described,
        why=found.resemblance,
    )
