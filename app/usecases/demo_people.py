"""The people of a demo office, and the password that all of them have."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.names import sort_key
from app.models import Person, RoleGrant, Unit, role_held
from app.models.database import reading
from app.usecases.access import Actor
from app.usecases.passwords import hashed
from app.usecases.transaction import transaction


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """A demo person and the password of this installation."""

    login: str
    password: str
    full_name: str
    roles: tuple[str, ...]


def password_of(secret_file: Path) -> str:
    """The password of this installation's demo; a random one is kept in `secret_file` the first time."""
    if not secret_file.exists():
        secret_file.parent.mkdir(parents=True, exist_ok=True)
        secret_file.touch(mode=0o600)
        secret_file.write_text("-".join(secrets.token_hex(2) for _ in range(4)))
    return secret_file.read_text().strip()


def has_people(session: Session, office_id: str) -> bool:
    """Whether somebody works in the office already."""
    return session.scalar(select(Person.id).where(Person.office_id == office_id).limit(1)) is not None


def hire(office_id: str, people: list[Mapping[str, Any]], password: str, today: date) -> None:
    """Let the people of a script work in the office, in their roles (and `unit`) since a year before `today`."""
    stored = hashed(password, login="")  # one password for all of them: it takes its time only once
    with transaction() as session:
        units = {row.code: row.id for row in session.scalars(select(Unit).where(Unit.office_id == office_id))}
        for each in people:
            person = Person(
                office_id=office_id,
                login=each["login"],
                full_name=each["full_name"],
                sort_key=sort_key(each["full_name"]),
                position=each["position"]["ru"],
                position_kk=each["position"]["kk"],
                position_en=each["position"]["en"],
                email=f"{each['login']}@{office_id}.example",
                language=each["language"],
                preferences={},
                password_hash=stored,
            )
            session.add(person)
            session.flush()
            for role in each["roles"]:
                session.add(
                    RoleGrant(
                        office_id=office_id,
                        person_id=person.id,
                        role=role,
                        unit_id=units[each["unit"]] if "unit" in each else None,
                        valid_from=today - timedelta(days=365),
                    )
                )


def holder(office_id: str, role: str) -> Actor:
    """The first person of the office who holds a role."""
    with reading() as session:
        person = session.scalars(
            select(Person)
            .join(role_held, role_held.c.person_id == Person.id)
            .where(role_held.c.role == role, role_held.c.office_id == office_id)
            .order_by(Person.id)
            .limit(1)
        ).one()
        return Actor(person.id, office_id, person.full_name, person.language, frozenset({role}))
