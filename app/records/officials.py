"""Who receives people in an office (KRG-2): the holders of its receiving roles."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.models import Office, Person, RoleGrant
from app.records.receiving import receiving_roles


def officials_on(session: Session, office: Office, day: date, *, roles: Sequence[str] = ()) -> list[Person]:
    """Active people who hold a receiving role (or one of `roles`) in the office on that day, by name."""
    wanted = _holders(office, day, roles or receiving_roles(office)).order_by(Person.sort_key.collate("C"), Person.id)
    return list(session.scalars(wanted))


def receives(session: Session, office: Office, person_id: int, day: date) -> bool:
    """Whether the person may be planned as a receiving official of that day."""
    wanted = _holders(office, day, receiving_roles(office)).where(Person.id == person_id)
    return session.scalars(wanted.limit(1)).first() is not None


def _holders(office: Office, day: date, roles: Sequence[str]) -> Select[Any]:
    held = select(RoleGrant.person_id).where(
        RoleGrant.office_id == office.id,
        RoleGrant.role.in_(roles),
        RoleGrant.valid_from <= day,
        (RoleGrant.valid_to.is_(None)) | (RoleGrant.valid_to >= day),
    )
    return select(Person).where(Person.id.in_(held), Person.active)
