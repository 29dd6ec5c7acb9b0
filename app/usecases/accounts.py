"""Accounts of people: opened by an invitation, closed, opened again; the first administrator of an office."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.models import ApiToken, Office, PasswordReset, Person, RoleGrant, UserTask
from app.queries.people import session_key
from app.records.letters import Desk, Recipient, write
from app.records.terms import office_calendar
from app.usecases.access import Actor
from app.usecases.history import Event, record
from app.usecases.people import PersonData, check, columns_of, note, person_of
from app.usecases.roles import ADMIN, OwnAccountError, keep_an_admin
from app.usecases.sign_in import end_links, sign_out_everywhere
from app.usecases.transaction import transaction, wake_workers

INVITATION: Final = timedelta(days=7)


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


def deactivate(person_id: int, *, by: Actor) -> int:
    """Close the account: sessions and tokens end, claimed tasks return to the queue; returns how many tasks.

    Raises `OwnAccountError`, `LastAdminError`, `NotFoundError`.
    """
    by.demand("people.edit")
    with transaction() as session:
        person = person_of(session, person_id, by)
        if person.id == by.id:
            raise OwnAccountError
        keep_an_admin(session, by, without_person=person.id)
        person.active = False
        sign_out_everywhere(session, person.id)
        session.execute(
            update(ApiToken)
            .where(ApiToken.person_id == person.id, ApiToken.revoked_at.is_(None))
            .values(revoked_at=clock.wall())
        )
        end_links(session, person.id)
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
        note(session, "person_deactivated", person, by, {"tasks": len(tasks)})
        return len(tasks)


def activate(person_id: int, *, by: Actor) -> None:
    """Open a closed account again; roles are as they were, sessions and tokens are not."""
    by.demand("people.edit")
    with transaction() as session:
        person = person_of(session, person_id, by)
        person.active = True
        note(session, "person_activated", person, by)


def reset_second_factor(person_id: int, *, by: Actor) -> None:
    """Forget the person's authenticator: she sets up a new one at the next sign-in, her sessions end."""
    by.demand("people.edit")
    with transaction() as session:
        person = person_of(session, person_id, by)
        _forget_second_factor(session, person)
        note(session, "second_factor_reset", person, by)


def invite(person_id: int, *, link: str, letters: Mapping[str, str], by: Actor) -> None:
    """Send a link, good once within seven days, by which the person sets her password.

    `link` holds `{token}`; `letters` are the office's templates. Raises `NoEmailError`, `NotFoundError`.
    """
    by.demand("people.edit")
    with transaction() as session:
        person = person_of(session, person_id, by)
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
        note(session, "person_invited", person, by)


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
            check(session, data, None)
            person = Person(office_id=office_id, **columns_of(data), preferences={})
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
