"""People of an office: created and changed; never deleted, because the history names them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.contacts import email_address
from app.domain.errors import AutomationError
from app.domain.names import sort_key
from app.domain.texts import LANGUAGES, Text
from app.models import Person
from app.models.database import REFERRED_TO
from app.usecases.access import Actor
from app.usecases.history import Event, record
from app.usecases.published import NotFoundError
from app.usecases.transaction import transaction

_LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,49}", re.ASCII)


class PersonInvalidError(AutomationError):
    """Some fields of a person are not right; `errors` by field."""

    status: ClassVar[int] = 422
    message = Text(
        kk="Жазбада түзететін жерлер бар.", ru="В записи есть что исправить.", en="There is something to correct."
    )

    def __init__(self, errors: Mapping[str, Text]) -> None:
        super().__init__()
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class PersonData:
    """What an administrator writes about a person."""

    login: str
    full_name: str
    position: str = ""
    email: str = ""
    phone: str = ""
    language: str = "ru"
    position_kk: str = ""
    position_en: str = ""


LOGIN_FORM: Final = Text(
    "Логин: 2–50 таңба, кіші латын әріптері, цифрлар, нүкте, сызықша",
    "Логин: 2–50 знаков, строчные латинские буквы, цифры, точка, дефис",
    "A login has 2–50 characters: small Latin letters, digits, dot, hyphen",
)
LOGIN_TAKEN: Final = Text("Бұл логин бос емес", "Этот логин уже занят", "This login is taken")
NAME_MISSING: Final = Text("Толық аты-жөнін жазыңыз", "Напишите имя полностью", "Write the full name")
EMAIL_WRONG: Final = Text(
    "Пошта мекенжайын толық жазыңыз: name@example.kz",
    "Напишите адрес почты полностью: name@example.kz",
    "Write the whole address: name@example.kz",
)


def create_person(data: PersonData, *, by: Actor) -> int:
    """A new person of the actor's office, without a password and without roles; returns the id.

    Raises `PersonInvalidError`.
    """
    by.demand("people.edit")
    with transaction() as session:
        check(session, data, None)
        person = Person(office_id=by.office_id, **columns_of(data), preferences={}, active=True)
        session.add(person)
        session.flush()
        note(session, "person_created", person, by)
        return person.id


def change_person(person_id: int, data: PersonData, *, by: Actor) -> None:
    """Correct what is written about a person. Raises `PersonInvalidError`, `NotFoundError`."""
    by.demand("people.edit")
    with transaction() as session:
        person = person_of(session, person_id, by)
        check(session, data, person.id)
        for name, value in columns_of(data).items():
            setattr(person, name, value)
        note(session, "person_changed", person, by)


def person_of(session: Session, person_id: int, by: Actor) -> Person:
    """A person of her office, held until the commit. Raises `NotFoundError`."""
    person = session.get(Person, person_id, with_for_update=REFERRED_TO)
    if person is None or person.office_id != by.office_id:
        raise NotFoundError
    return person


def check(session: Session, data: PersonData, person_id: int | None) -> None:
    """Raise `PersonInvalidError` with a sentence at each field that is not right."""
    errors = {}
    login = data.login.strip().casefold()
    if not _LOGIN.fullmatch(login):
        errors["login"] = LOGIN_FORM
    else:
        taken = session.scalar(select(Person.id).where(Person.login == login))
        if taken is not None and taken != person_id:
            errors["login"] = LOGIN_TAKEN
    if not data.full_name.strip():
        errors["full_name"] = NAME_MISSING
    if data.email.strip() and not email_address(data.email.strip()):
        errors["email"] = EMAIL_WRONG
    if errors:
        raise PersonInvalidError(errors)


def columns_of(data: PersonData) -> dict[str, str | None]:
    """What was written, as the row keeps it."""
    name = " ".join(data.full_name.split())
    return {
        "login": data.login.strip().casefold(),
        "full_name": name,
        "sort_key": sort_key(name),
        "position": data.position.strip(),
        "position_kk": data.position_kk.strip(),
        "position_en": data.position_en.strip(),
        "email": data.email.strip() or None,
        "phone": data.phone.strip() or None,
        "language": data.language if data.language in LANGUAGES else "ru",
    }


def note(session: Session, kind: str, person: Person, by: Actor, facts: Mapping[str, object] | None = None) -> None:
    """Enter in the history what `by` did with a person."""
    event = Event(kind, None, {"person": person.id, **(facts or {})})
    record(session, [event], at=clock.now(), office_id=by.office_id, by=by.id)
