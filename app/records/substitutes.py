"""Who stands for whom at a moment: the periods of absence, followed from one absent person to the next."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.models import Substitution
from app.records.zones import zone_of_office

_COUNTING: Final = text(
    """
    SELECT substitution.person_id, substitution.substitute_id
    FROM person
    JOIN office ON office.id = person.office_id
    JOIN substitution ON substitution.office_id = office.id
     AND (:moment AT TIME ZONE office.zone)::date BETWEEN substitution.first_day AND substitution.last_day
     AND (substitution.ended_at IS NULL OR substitution.ended_at > :moment)
    WHERE person.id = :person
    ORDER BY substitution.id
    """
)


def who_stands_for(session: Session, person_id: int, moment: datetime) -> tuple[int, ...]:
    """Everybody who stands for a person at a moment, the nearest first; empty while she is there.

    If her substitute is away too, that one's substitute follows; the last one is who does the work.
    """
    pairs = _pairs(session, person_id, moment)
    chain: list[int] = []
    next_one = pairs.get(person_id)
    while next_one is not None and next_one not in chain and next_one != person_id:
        chain.append(next_one)
        next_one = pairs.get(next_one)
    return tuple(chain)


def for_whom_stands(session: Session, person_id: int, moment: datetime) -> frozenset[int]:
    """Everybody for whom a person stands at a moment, directly or because a substitute between them is away too."""
    pairs = _pairs(session, person_id, moment)
    found: set[int] = set()
    looking = [person_id]
    while looking:
        asked = looking.pop()
        fresh = {absent for absent, substitute in pairs.items() if substitute == asked} - found - {person_id}
        found |= fresh
        looking += sorted(fresh)
    return frozenset(found)


def works_for(session: Session, person_id: int, moment: datetime) -> frozenset[int]:
    """Those whose tasks a person does at a moment: of everybody for whom she stands, while she is there herself."""
    pairs = _pairs(session, person_id, moment)
    if person_id in pairs:
        return frozenset()
    return for_whom_stands(session, person_id, moment)


def near(session: Session, people: Iterable[int], moment: datetime) -> frozenset[int]:
    """The people given, all who stand for one of them and all for whom one of them stands at a moment.

    What one of them must not do (KRG-37) none of these may be given.
    """
    found: set[int] = set()
    for person_id in people:
        found |= {person_id, *who_stands_for(session, person_id, moment)}
        found |= for_whom_stands(session, person_id, moment)
    return frozenset(found)


def in_whose_hands(session: Session, office_id: str, moment: datetime) -> dict[int, int]:
    """By absent person of an office: who does her tasks at a moment, the last one of those who stand for her."""
    pairs = {row.person_id: row.substitute_id for row in absences_at(session, office_id, moment)}
    found = {}
    for absent, substitute in pairs.items():
        seen, hands = {absent}, substitute
        while hands in pairs and hands not in seen:
            seen.add(hands)
            hands = pairs[hands]
        if hands not in seen:
            found[absent] = hands
    return found


def absences_at(session: Session, office_id: str, moment: datetime) -> Sequence[Substitution]:
    """The absences of an office that count at a moment."""
    day = moment.astimezone(zone_of_office(office_id)).date()
    return session.scalars(
        select(Substitution)
        .where(
            Substitution.office_id == office_id,
            Substitution.first_day <= day,
            Substitution.last_day >= day,
            Substitution.ended_at.is_(None) | (Substitution.ended_at > moment),
        )
        .order_by(Substitution.id)
    ).all()


def _pairs(session: Session, person_id: int, moment: datetime) -> dict[int, int]:
    """Substitute by absent person, in the person's office; one statement."""
    return {
        row.person_id: row.substitute_id
        for row in session.execute(_COUNTING, {"person": person_id, "moment": moment.astimezone(UTC)})
    }
