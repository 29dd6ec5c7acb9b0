"""Choices of the forms of a group of companies: its companies, its people by role, proposals to analyse."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.texts import Text
from app.forms import Choice
from app.models import Appeal, IncomingDocument, Person, Unit
from app.records.group import group_of
from app.records.incoming_documents import open_proposals


def companies(session: Session, office_id: str) -> list[Choice]:
    """The company and its subsidiaries."""
    return [Choice(each["code"], Text(**each["name"])) for each in group_of(session, office_id).companies]


def holders(session: Session, office_id: str, case_id: int | None, roles: Sequence[str]) -> list[Choice]:
    """Who holds one of the roles today, those of the company of the case first, each with her unit."""
    group, now = group_of(session, office_id), clock.now()
    row = session.get(IncomingDocument, case_id) if case_id is not None else None
    names = {each.code: each for each in group.units.values()}
    found: dict[int, tuple[bool, Person, str | None]] = {}
    for person, unit in group.holders(roles, now):
        hers = row is None or unit is None or group.company_of(unit) == row.company
        found.setdefault(person.id, (not hers, person, unit))
    return [_person(person, names.get(unit or "")) for _, person, unit in sorted(found.values(), key=_order)]


def _order(each: tuple[bool, Person, str | None]) -> tuple[bool, str]:
    return each[0], each[1].sort_key


def _person(person: Person, unit: Unit | None) -> Choice:
    words = [getattr(unit, f"name_{language}") if unit else "" for language in ("kk", "ru", "en")]
    return Choice(str(person.id), Text(*(", ".join(filter(None, (person.full_name, each))) for each in words)))


def proposals(session: Session, office_id: str) -> Sequence[Choice]:
    """Proposals of the monitoring base that nobody has analysed yet."""
    found = []
    for entry in open_proposals(session, office_id):
        words = f"№ {entry.label}: {session.get_one(Appeal, entry.case_id).substance[:120]}"
        found.append(Choice(str(entry.id), Text(words, words, words)))
    return found
