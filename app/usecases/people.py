"""People of an office: created, given roles, let go; never deleted, because the history names them."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar, Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.names import sort_key
from app.domain.texts import LANGUAGES, Text
from app.models import ApiToken, Office, PasswordReset, Person, RoleGrant, Unit, UserTask
from app.queries.people import session_key
from app.records.letters import Desk, Recipient, write
from app.records.terms import office_calendar
from app.usecases.access import Actor
from app.usecases.history import Event, record
from app.usecases.published import NotFoundError
from app.usecases.sign_in import sign_out_everywhere
from app.usecases.transaction import transaction, wake_workers

INVITATION: Final = timedelta(days=7)
ADMIN: Final = "office_admin"
REGISTRAR: Final = "registrar"
_LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,49}", re.ASCII)
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class PersonInvalidError(AutomationError):
    """Some fields of a person are not right; `errors` by field."""

    status: ClassVar[int] = 422
    message = Text(
        kk="Жазбада түзететін жерлер бар.", ru="В записи есть что исправить.", en="There is something to correct."
    )

    def __init__(self, errors: Mapping[str, Text]) -> None:
        super().__init__()
        self.errors = dict(errors)


class LastAdminError(AutomationError):
    """Somebody must be able to administer the office."""

    status = 409
    message = Text(
        kk="Бұл — кеңсенің соңғы әкімшісі. Алдымен бұл рөлді басқа адамға мерзімсіз беріңіз.",
        ru="Это последний администратор организации. Сначала дайте эту роль бессрочно другому человеку.",
        en="This is the last administrator of the office. Give the role to somebody else without an end first.",
    )


class OwnAccountError(AutomationError):
    """An administrator does not take away her own access."""

    status = 409
    message = Text(
        kk="Өзіңіздің жазбаңызды өшіре немесе өз әкімші рөліңізді тоқтата алмайсыз. Мұны басқа әкімші жасайды.",
        ru="Отключить себя или завершить собственную роль администратора нельзя. Это делает другой администратор.",
        en="You cannot deactivate yourself or end your own administrator role. Another administrator does that.",
    )


class NoEmailError(AutomationError):
    """An invitation needs an address."""

    status = 422
    message = Text(
        kk="Шақыру жіберу үшін осы адамның электрондық поштасын жазыңыз.",
        ru="Чтобы отправить приглашение, укажите электронную почту этого человека.",
        en="Give this person's e-mail address to send an invitation.",
    )


class NoOfficeError(AutomationError):
    """There is no office of this name in the database."""

    status = 404
    message = Text(
        kk="«{office}» деген кеңсе жоқ. Орнатылғандары: {known}. Жаңасы: qabyldau deploy processes/КЕҢСЕ.",
        ru="Организации «{office}» нет. Развёрнуты: {known}. Новая: qabyldau deploy processes/ОРГАНИЗАЦИЯ.",
        en="There is no office “{office}”. Deployed are: {known}. A new one: qabyldau deploy processes/OFFICE.",
    )


class GrantInvalidError(AutomationError):
    """A role needs a known role and days in order."""

    status = 422
    message = Text(
        kk="Рөлді таңдап, күндерін көрсетіңіз: соңғы күн бірінші күннен ерте болмайды.",
        ru="Выберите роль и укажите дни: последний не раньше первого.",
        en="Choose the role and its days: the last is not before the first.",
    )


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
        _check(session, data, None)
        person = Person(office_id=by.office_id, **_columns(data), preferences={}, active=True)
        session.add(person)
        session.flush()
        _note(session, "person_created", person, by)
        return person.id


def change_person(person_id: int, data: PersonData, *, by: Actor) -> None:
    """Correct what is written about a person. Raises `PersonInvalidError`, `NotFoundError`."""
    by.demand("people.edit")
    with transaction() as session:
        person = _person(session, person_id, by)
        _check(session, data, person.id)
        for name, value in _columns(data).items():
            setattr(person, name, value)
        _note(session, "person_changed", person, by)


def grant_role(
    person_id: int,
    role: str,
    *,
    unit_id: int | None,
    first_day: date | None,
    last_day: date | None,
    confirmed: Sequence[str] = (),
    by: Actor,
) -> None:
    """Give a role of the office from one day to another, both included. Raises `GrantInvalidError`, `NotFoundError`.

    `confirmed` are the requirements that a registrar was said to meet; they stay in the history (KST-RGR, AC-06).
    """
    by.demand("people.edit")
    with transaction() as session:
        person = _person(session, person_id, by)
        known = {each["code"] for each in session.get_one(Office, by.office_id).settings.get("roles", [])}
        if role not in known or first_day is None or (last_day is not None and last_day < first_day):
            raise GrantInvalidError
        if unit_id is not None and getattr(session.get(Unit, unit_id), "office_id", None) != by.office_id:
            raise NotFoundError
        session.add(
            RoleGrant(
                office_id=by.office_id,
                person_id=person.id,
                role=role,
                unit_id=unit_id,
                valid_from=first_day,
                valid_to=last_day,
            )
        )
        facts: dict[str, Any] = {
            "role": role,
            "from": first_day.isoformat(),
            "to": last_day.isoformat() if last_day else None,
        }
        met = {"confirmed": sorted(confirmed)} if role == REGISTRAR else {}
        _note(session, "role_granted", person, by, facts | met)


def end_role(grant_id: int, *, last_day: date | None = None, by: Actor) -> None:
    """End a role: yesterday was its last day, or `last_day` is. Raises `OwnAccountError`, `LastAdminError`."""
    by.demand("people.edit")
    with transaction() as session:
        grant = session.get(RoleGrant, grant_id, with_for_update=True)
        if grant is None or grant.office_id != by.office_id:
            raise NotFoundError
        if grant.role == ADMIN:
            if grant.person_id == by.id:
                raise OwnAccountError
            _keep_an_admin(session, by, without_grant=grant.id)
        end = last_day or _today(session, by) - timedelta(days=1)
        if grant.valid_from > end:
            session.delete(grant)
        else:
            grant.valid_to = end
        person = session.get_one(Person, grant.person_id)
        _note(session, "role_ended", person, by, {"role": grant.role, "to": end.isoformat()})


def deactivate(person_id: int, *, by: Actor) -> int:
    """Close the account: sessions and tokens end, claimed tasks return to the queue; returns how many tasks.

    Raises `OwnAccountError`, `LastAdminError`, `NotFoundError`.
    """
    by.demand("people.edit")
    with transaction() as session:
        person = _person(session, person_id, by)
        if person.id == by.id:
            raise OwnAccountError
        _keep_an_admin(session, by, without_person=person.id)
        person.active = False
        sign_out_everywhere(session, person.id)
        session.execute(
            update(ApiToken)
            .where(ApiToken.person_id == person.id, ApiToken.revoked_at.is_(None))
            .values(revoked_at=clock.wall())
        )
        session.execute(
            update(PasswordReset)
            .where(PasswordReset.person_id == person.id, PasswordReset.used_at.is_(None))
            .values(used_at=clock.wall())
        )
        tasks = session.execute(
            update(UserTask)
            .where(UserTask.assignee_id == person.id, UserTask.status == "open")
            .values(assignee_id=None)
            .returning(UserTask.id, UserTask.case_id, UserTask.instance_id, UserTask.element)
        ).all()
        for task in tasks:
            event = Event("task_released", task.element, {"task": task.id, "reason": "person_deactivated"})
            record(
                session,
                [event],
                at=clock.now(),
                office_id=by.office_id,
                case_id=task.case_id,
                instance_id=task.instance_id,
                by=by.id,
            )
        _note(session, "person_deactivated", person, by, {"tasks": len(tasks)})
        return len(tasks)


def activate(person_id: int, *, by: Actor) -> None:
    """Open a closed account again; roles are as they were, sessions and tokens are not."""
    by.demand("people.edit")
    with transaction() as session:
        person = _person(session, person_id, by)
        person.active = True
        _note(session, "person_activated", person, by)


def reset_second_factor(person_id: int, *, by: Actor) -> None:
    """Forget the person's authenticator: she sets up a new one at the next sign-in, her sessions end."""
    by.demand("people.edit")
    with transaction() as session:
        person = _person(session, person_id, by)
        _forget_second_factor(session, person)
        _note(session, "second_factor_reset", person, by)


def invite(person_id: int, *, link: str, letters: Mapping[str, str], by: Actor) -> None:
    """Send a link, good once within seven days, by which the person sets her password.

    `link` holds `{token}`; `letters` are the office's templates. Raises `NoEmailError`, `NotFoundError`.
    """
    by.demand("people.edit")
    with transaction() as session:
        person = _person(session, person_id, by)
        if not person.email or not person.active:
            raise NoEmailError
        token = _password_token(session, person)
        language = person.language if person.language in {"kk", "ru"} else "ru"
        office = session.get_one(Office, by.office_id)
        now = clock.now()
        facts = {
            "person": {"full_name": person.full_name, "login": person.login},
            "link": link.format(token=token),
            "office": {"name": getattr(office, f"name_{language}")},
        }
        desk = Desk(session, by.office_id, None, None, None, letters, now)
        write(desk, "access_invitation", Recipient(person.full_name, person.email, None, language), {language: facts})
        wake_workers(session, now)
        _note(session, "person_invited", person, by)


def appoint_admin(office_id: str, data: PersonData) -> str:
    """Let somebody administer the office, as whoever runs the server decides: a new person, or one who is locked out.

    Returns the secret of a link, good once within seven days, by which she sets her password. Of somebody known by her
    login only the access changes: the account opens, the second factor is forgotten. Raises `PersonInvalidError`,
    `NoOfficeError`.
    """
    with transaction() as session:
        if session.get(Office, office_id) is None:
            known = session.scalars(select(Office.id).order_by(Office.id)).all()
            raise NoOfficeError(office=office_id, known=", ".join(known) or "—")
        today = clock.now().astimezone(office_calendar(session, office_id).zone).date()
        login = data.login.strip().casefold()
        person = session.scalar(select(Person).where(Person.login == login, Person.office_id == office_id))
        if person is None:
            _check(session, data, None)
            person = Person(office_id=office_id, **_columns(data), preferences={})
            session.add(person)
            session.flush()
        person.active, person.failed_sign_ins, person.locked_until = True, 0, None
        _forget_second_factor(session, person)
        granted = select(RoleGrant.id).where(
            RoleGrant.person_id == person.id, RoleGrant.role == ADMIN, RoleGrant.valid_to.is_(None)
        )
        if session.scalar(granted) is None:
            session.add(RoleGrant(office_id=office_id, person_id=person.id, role=ADMIN, valid_from=today))
        event = Event("admin_appointed", None, {"person": person.id})
        record(session, [event], at=clock.now(), office_id=office_id)
        return _password_token(session, person)


def _password_token(session: Session, person: Person) -> str:
    """The secret of a link, good once within seven days, by which the person sets her password."""
    token = secrets.token_urlsafe(32)
    wall = clock.wall()
    session.add(
        PasswordReset(token_hash=session_key(token), person_id=person.id, created_at=wall, expires_at=wall + INVITATION)
    )
    return token


def _forget_second_factor(session: Session, person: Person) -> None:
    person.totp_secret, person.totp_confirmed, person.totp_last_step = None, False, 0
    sign_out_everywhere(session, person.id)


def _person(session: Session, person_id: int, by: Actor) -> Person:
    person = session.get(Person, person_id, with_for_update=True)
    if person is None or person.office_id != by.office_id:
        raise NotFoundError
    return person


def _check(session: Session, data: PersonData, person_id: int | None) -> None:
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
    if data.email.strip() and not _EMAIL.fullmatch(data.email.strip()):
        errors["email"] = EMAIL_WRONG
    if errors:
        raise PersonInvalidError(errors)


def _columns(data: PersonData) -> dict[str, str | None]:
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


def _keep_an_admin(
    session: Session, by: Actor, *, without_grant: int | None = None, without_person: int | None = None
) -> None:
    """Raise `LastAdminError` unless an active administrator without an end stays besides the one who goes."""
    today = _today(session, by)
    session.get_one(Office, by.office_id, with_for_update=True)  # two administrators removing each other wait here
    left = session.scalar(
        select(func.count())
        .select_from(RoleGrant)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.office_id == by.office_id,
            RoleGrant.role == ADMIN,
            RoleGrant.valid_from <= today,
            RoleGrant.valid_to.is_(None),
            Person.active,
            RoleGrant.id != (without_grant or 0),
            RoleGrant.person_id != (without_person or 0),
        )
    )
    if not left:
        raise LastAdminError


def _today(session: Session, by: Actor) -> date:
    return clock.now().astimezone(office_calendar(session, by.office_id).zone).date()


def _note(session: Session, kind: str, person: Person, by: Actor, facts: Mapping[str, object] | None = None) -> None:
    event = Event(kind, None, {"person": person.id, **(facts or {})})
    record(session, [event], at=clock.now(), office_id=by.office_id, by=by.id)
