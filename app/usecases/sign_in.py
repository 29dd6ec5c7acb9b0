"""Signing in and out, the second factor, a forgotten password."""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

import pyotp
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.models import Office, PasswordReset, Person, WebSession
from app.models.database import REFERRED_TO
from app.records.letters import Desk, Recipient, write
from app.usecases.access import Actor
from app.usecases.history import Event, record
from app.usecases.limits import count_attempt
from app.usecases.passwords import hashed, matches
from app.usecases.transaction import transaction

SESSION: Final = timedelta(hours=12)
RESET: Final = timedelta(hours=2)
MOST_FAILURES: Final = 5
LOCK: Final = timedelta(minutes=15)


class WrongPasswordError(AutomationError):
    """Login or password is not right; which of them is not said."""

    status = 422
    message = Text(
        kk="Логин немесе құпиясөз дұрыс емес",
        ru="Логин или пароль неверен",
        en="The login or the password is wrong",
    )


class LockedOutError(AutomationError):
    """Too many wrong passwords."""

    status = 429
    message = Text(
        kk="Құпиясөз 5 рет қате енгізілді. {minutes} минуттан кейін қайталаңыз немесе құпиясөзді жаңартыңыз.",
        ru="Пароль пять раз введён неверно. Повторите через {minutes} мин. или задайте новый пароль.",
        en="The password was wrong five times. Try again in {minutes} minutes or set a new password.",
    )


class WrongCodeError(AutomationError):
    """The one-time code is not right or was used already."""

    status = 422
    message = Text(
        kk="Код дұрыс емес немесе ескірген. Қосымшадағы жаңа кодты енгізіңіз.",
        ru="Код неверен или устарел. Введите новый код из приложения.",
        en="The code is wrong or has expired. Enter a new one from the app.",
    )


class StaleLinkError(AutomationError):
    """The link was used or is too old."""

    status = 410
    message = Text(
        kk="Сілтеме ескірген немесе пайдаланылған. Жаңасын сұраңыз.",
        ru="Ссылка устарела или уже использована. Запросите новую.",
        en="The link is too old or was used. Ask for a new one.",
    )


def sign_in(login: str, password: str, *, address: str, agent: str = "") -> str:
    """Open a session; returns the secret for the cookie (kept only as SHA-256).

    Raises `WrongPasswordError`, `LockedOutError`, `TooManyAttemptsError`.
    """
    count_attempt(f"sign-in:{address}", most=60, window=timedelta(minutes=10))
    wall = clock.wall()
    with transaction() as session:
        person = session.scalars(
            select(Person)
            .where(Person.login == login.strip().casefold(), Person.active)
            .with_for_update(key_share=True)
        ).first()
        if person is not None and person.locked_until is not None and person.locked_until > wall:
            raise LockedOutError(minutes=1 + int((person.locked_until - wall).total_seconds() // 60))
        if person is not None and matches(password, person.password_hash):
            person.failed_sign_ins, person.locked_until = 0, None
            return _open(session, person, agent)
        if person is None:
            matches(password, None)
            locked = False
        else:
            locked = _count_failure(session, person)
    if locked:
        raise LockedOutError(minutes=int(LOCK.total_seconds() // 60))
    raise WrongPasswordError


def _open(session: Session, person: Person, agent: str) -> str:
    secret = secrets.token_urlsafe(32)
    wall = clock.wall()
    session.add(
        WebSession(
            id=_key(secret),
            person_id=person.id,
            created_at=wall,
            expires_at=wall + SESSION,
            seen_at=wall,
            agent=agent[:200],
        )
    )
    record(session, [Event("signed_in")], at=clock.now(), office_id=person.office_id, by=person.id)
    return secret


def _count_failure(session: Session, person: Person) -> bool:
    person.failed_sign_ins += 1
    locked = person.failed_sign_ins >= MOST_FAILURES
    if locked:
        person.failed_sign_ins, person.locked_until = 0, clock.wall() + LOCK
    record(session, [Event("sign_in_failed")], at=clock.now(), office_id=person.office_id, by=person.id)
    return locked


def _key(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def sign_out(secret: str) -> None:
    """Close the session."""
    with transaction() as session:
        session.execute(delete(WebSession).where(WebSession.id == _key(secret)))


def sign_out_everywhere(session: Session, person_id: int, *, keep: str = "") -> None:
    """Close every session of a person (new password, deactivated) but the one whose secret is `keep`."""
    session.execute(delete(WebSession).where(WebSession.person_id == person_id, WebSession.id != _key(keep)))


def end_links(session: Session, person_id: int) -> None:
    """No link by which this person could set a password works any more."""
    unused = PasswordReset.person_id == person_id, PasswordReset.used_at.is_(None)
    session.execute(update(PasswordReset).where(*unused).values(used_at=clock.wall()))


def totp_setup(*, by: Actor) -> tuple[str, str]:
    """The secret and the otpauth address of her second factor, made at the first call and kept until confirmed."""
    with transaction() as session:
        person = session.get_one(Person, by.id, with_for_update=REFERRED_TO)
        if person.totp_secret is None:
            person.totp_secret = pyotp.random_base32()
        uri = pyotp.TOTP(person.totp_secret).provisioning_uri(name=person.login, issuer_name="Qabyldau")
        return person.totp_secret, uri


def second_factor(secret: str, code: str, *, by: Actor) -> None:
    """Confirm the session with a one-time code; the first one also confirms the app. Raises `WrongCodeError`."""
    count_attempt(f"code:{by.id}", most=10, window=timedelta(minutes=10))
    wall = clock.wall()
    with transaction() as session:
        person = session.get_one(Person, by.id, with_for_update=REFERRED_TO)
        step = int(wall.timestamp()) // 30
        totp = pyotp.TOTP(person.totp_secret or pyotp.random_base32())
        used = next((s for s in (step, step - 1) if pyotp.utils.strings_equal(totp.at(s * 30), code.strip())), None)
        if used is None or used <= person.totp_last_step:
            raise WrongCodeError
        person.totp_last_step, person.totp_confirmed = used, True
        session.execute(update(WebSession).where(WebSession.id == _key(secret)).values(second_factor=True))
        record(session, [Event("second_factor")], at=clock.now(), office_id=person.office_id, by=person.id)


def ask_for_reset(login: str, *, address: str, link: str, letters: Callable[[str | None], Mapping[str, str]]) -> None:
    """Send a link for a new password if there is such a person with an e-mail; says nothing either way.

    `link` holds `{token}`; `letters` finds an office's templates. Raises `TooManyAttemptsError`.
    """
    count_attempt(f"reset:{address}", most=10, window=timedelta(hours=1))
    token = secrets.token_urlsafe(32)
    wall = clock.wall()
    with transaction() as session:
        person = session.scalars(
            select(Person).where(Person.login == login.strip().casefold(), Person.active, Person.email.is_not(None))
        ).first()
        if person is None:
            return
        session.add(
            PasswordReset(token_hash=_key(token), person_id=person.id, created_at=wall, expires_at=wall + RESET)
        )
        language = person.language if person.language in ("kk", "ru") else "ru"
        office = session.get(Office, person.office_id) if person.office_id else None
        desk = Desk(session, person.office_id, None, None, None, letters(person.office_id), clock.now())
        facts = {
            "person": {"full_name": person.full_name},
            "link": link.format(token=token),
            "office": {"name": getattr(office, f"name_{language}", "")},
        }
        write(desk, "password_reset", Recipient(person.full_name, person.email, None, language), {language: facts})
        record(session, [Event("reset_asked")], at=clock.now(), office_id=person.office_id, by=person.id)


def reset_password(token: str, password: str) -> None:
    """Set a new password by a link; all her links and sessions end. Raises `StaleLinkError`, `WeakPasswordError`."""
    wall = clock.wall()
    with transaction() as session:
        reset = session.get(PasswordReset, _key(token), with_for_update=True)
        if reset is None or reset.used_at is not None or reset.expires_at < wall:
            raise StaleLinkError
        person = session.get_one(Person, reset.person_id)
        person.password_hash = hashed(password, login=person.login)
        person.failed_sign_ins, person.locked_until = 0, None
        end_links(session, person.id)
        sign_out_everywhere(session, person.id)
        record(session, [Event("password_changed")], at=clock.now(), office_id=person.office_id, by=person.id)


def change_password(old: str, new: str, *, keep: str = "", by: Actor) -> None:
    """A new password against the old one; her links and sessions end, but not the session with the secret `keep`.

    Raises `WrongPasswordError`, `WeakPasswordError`, `TooManyAttemptsError`.
    """
    count_attempt(f"change-password:{by.id}", most=10, window=timedelta(minutes=10))
    with transaction() as session:
        person = session.get_one(Person, by.id, with_for_update=REFERRED_TO)
        if not matches(old, person.password_hash):
            raise WrongPasswordError
        person.password_hash = hashed(new, login=person.login)
        end_links(session, person.id)
        sign_out_everywhere(session, person.id, keep=keep)
        record(session, [Event("password_changed")], at=clock.now(), office_id=person.office_id, by=person.id)
