"""API tokens: made once, shown once, kept as SHA-256."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.calendar import COUNTRY_ZONE
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.models import ApiToken, Person
from app.models.database import REFERRED_TO, ask
from app.queries.people import HELD, roles_on
from app.records.zones import today_of
from app.usecases.access import Actor
from app.usecases.history import Event, record
from app.usecases.published import NotFoundError
from app.usecases.transaction import transaction

PREFIX: Final = "qab_"
LONGEST_LIFE: Final = timedelta(days=366)
MOST_TOKENS: Final = 20

_by_hash = text(
    f"""
    SELECT person.id, person.office_id, person.full_name, person.language, {HELD} AS held
    FROM api_token
    JOIN person ON person.id = api_token.person_id AND person.active AND person.office_id IS NOT NULL
    WHERE api_token.token_hash = :hash AND api_token.revoked_at IS NULL
      AND (api_token.expires_at IS NULL OR api_token.expires_at > :wall)
    """  # noqa: S608 - our own words
)


class NamelessTokenError(AutomationError):
    """A token needs a name by which its owner recognises it."""

    status = 422
    message = Text(
        kk="Токенге атау беріңіз: оны қай бағдарлама пайдаланатыны көрінсін.",
        ru="Дайте токену название, чтобы было видно, какая программа им пользуется.",
        en="Give the token a name that tells which program uses it.",
    )


class TokenLifeError(AutomationError):
    """The last day of a token is in the past or too far away."""

    status = 422
    message = Text(
        kk="Токеннің соңғы күні бүгіннен {days} күннен аспайтын кейінгі күн болуы керек.",
        ru="Последний день токена — не раньше сегодняшнего и не позже чем через {days} дней.",
        en="The last day of a token is today or later, within {days} days.",
    )


class TooManyTokensError(AutomationError):
    """A person keeps too many tokens."""

    status = 409
    message = Text(
        kk="Бір адамда ең көбі {most} токен болады. Пайдаланылмайтынын қайтарып алыңыз.",
        ru="У одного человека не больше {most} токенов. Отзовите ненужные.",
        en="A person has at most {most} tokens. Revoke those that are not used.",
    )


@dataclass(frozen=True, slots=True)
class NewToken:
    """A fresh token; `secret` is never shown again."""

    id: int
    secret: str


def create_token(name: str, *, last_day: date | None, by: Actor, person_id: int | None = None) -> NewToken:
    """A token for oneself, or with `people.edit` for a colleague; it works until the end of `last_day` (Astana time).

    Without `last_day` it lives as long as allowed. Raises `NamelessTokenError`, `TokenLifeError`,
    `TooManyTokensError`, `NotFoundError`, `ForbiddenError`.
    """
    if not name.strip():
        raise NamelessTokenError
    secret = PREFIX + secrets.token_urlsafe(32)
    with transaction() as session:
        owner = _owner(session, person_id, by)
        alive = session.scalar(
            select(func.count()).where(ApiToken.person_id == owner.id, ApiToken.revoked_at.is_(None))
        )
        if (alive or 0) >= MOST_TOKENS:
            raise TooManyTokensError(most=MOST_TOKENS)
        wall = clock.wall()
        token = ApiToken(
            person_id=owner.id,
            name=name.strip()[:100],
            token_hash=_key(secret),
            created_at=wall,
            expires_at=_end(last_day, wall),
        )
        session.add(token)
        session.flush()  # the history names token.id
        event = Event("token_created", None, {"token": token.id, "person": owner.id, "name": token.name})
        record(session, [event], at=clock.now(), office_id=by.office_id, by=by.id)
        return NewToken(token.id, secret)


def revoke_token(token_id: int, *, by: Actor) -> None:
    """The token stops working at once; one's own, or with `people.edit` a colleague's. Raises `NotFoundError`."""
    with transaction() as session:
        token = session.get(ApiToken, token_id, with_for_update=True)
        if token is None:
            raise NotFoundError
        owner = _owner(session, token.person_id, by)
        if token.revoked_at is None:
            token.revoked_at = clock.wall()
            event = Event("token_revoked", None, {"token": token.id, "person": owner.id})
            record(session, [event], at=clock.now(), office_id=by.office_id, by=by.id)


def actor_of_token(token: str) -> Actor | None:
    """Who acts with this bearer token, with the roles that hold today; None for a token that does not work.

    The second factor counts as given: the token was created in a session that had passed it.
    """
    if not token.startswith(PREFIX):
        return None
    row = ask(_by_hash, {"hash": _key(token), "wall": clock.wall()})
    if row is None:
        return None
    return Actor(
        id=row["id"],
        office_id=row["office_id"],
        full_name=row["full_name"],
        language=row["language"],
        roles=roles_on(today_of(row["office_id"]), row["held"]),
        second_factor=True,
    )


def _owner(session: Session, person_id: int | None, by: Actor) -> Person:
    if person_id is not None and person_id != by.id:
        by.demand("people.edit")
    person = session.get(Person, person_id or by.id, with_for_update=REFERRED_TO)
    if person is None or person.office_id != by.office_id or not person.active:
        raise NotFoundError
    return person


def _end(last_day: date | None, wall: datetime) -> datetime:
    if last_day is None:
        return wall + LONGEST_LIFE
    end = datetime.combine(last_day + timedelta(days=1), datetime.min.time(), COUNTRY_ZONE)
    if not wall < end <= wall + LONGEST_LIFE + timedelta(days=1):
        raise TokenLifeError(days=LONGEST_LIFE.days)
    return end


def _key(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
