"""Links for state bodies: made for one task, renewed, revoked; their secrets are kept hashed."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.models import BodyLink, BodyLinkSecret, BodyPosition, CentralRequest, Office, StateBody

MARK: Final = "••••••••"
"""Stands in the journal where the letter that leaves carries the link."""
SECRET_BYTES: Final = 16
DAYS: Final = 14
"""Calendar days after the due moment in which a late answer is still taken, unless the office says otherwise."""


def hash_of(secret: str) -> str:
    """What is kept of a secret: its SHA-256."""
    return hashlib.sha256(secret.encode()).hexdigest()


def issue(
    session: Session,
    *,
    office_id: str,
    case_id: int,
    body_id: int,
    item: Mapping[str, Any],
    due_at: datetime | None,
    now: datetime,
    by: int | None = None,
) -> BodyLink:
    """The body's link to the task about `item`: the one there is, or a new one.

    Links of the same body to earlier rounds of the case are revoked. It works until `due_at` (now when the task has no
    term) and `reception.body_link_days` calendar days more.
    """
    for earlier in active(session, case_id, body_id):
        if earlier.item == dict(item) and earlier.expires_at > now:
            return earlier
        if _kind(earlier.item) == _kind(item):
            revoke(earlier, now=now, reason="superseded", by=by)
    link = BodyLink(
        office_id=office_id,
        case_id=case_id,
        body_id=body_id,
        item=dict(item),
        created_at=now,
        created_by=by,
        expires_at=max(due_at or now, now) + timedelta(days=_days(session, office_id)),
    )
    session.add(link)
    session.flush()
    return link


def _kind(item: Mapping[str, Any]) -> str:
    return next(iter(sorted(key for key in item if key != "body_id")), "")


def _days(session: Session, office_id: str) -> int:
    settings = session.get_one(Office, office_id).settings.get("reception", {})
    return int(settings.get("body_link_days", DAYS))


def item_of(row: BodyPosition | CentralRequest) -> dict[str, Any]:
    """What names a task among those that wait: the position or the request that it is about."""
    if isinstance(row, BodyPosition):
        return {"position_id": row.id}
    return {"central_request_id": row.id}


def active(session: Session, case_id: int, body_id: int) -> Sequence[BodyLink]:
    """The links of a body in a case that nobody has revoked."""
    return session.scalars(
        select(BodyLink)
        .where(BodyLink.case_id == case_id, BodyLink.body_id == body_id, BodyLink.revoked_at.is_(None))
        .order_by(BodyLink.id)
    ).all()


def revoke(link: BodyLink, *, now: datetime, reason: str, by: int | None = None) -> None:
    """End a link; all its secrets end with it."""
    link.revoked_at, link.revoked_by, link.reason = now, by, reason


def arm(session: Session, link_id: int) -> str | None:
    """A new secret of a link that still works, 128 bits in hexadecimal; None when the link has ended."""
    link = session.get(BodyLink, link_id)
    if link is None or link.revoked_at is not None or link.expires_at <= clock.now():
        return None
    return _secret(session, link, confirmed=False)


def confirmed_secret(session: Session, link: BodyLink) -> str:
    """The secret of a browser in which the code sent to the body was typed."""
    return _secret(session, link, confirmed=True)


def _secret(session: Session, link: BodyLink, *, confirmed: bool) -> str:
    secret = secrets.token_hex(SECRET_BYTES)
    made = BodyLinkSecret(secret_hash=hash_of(secret), link_id=link.id, made_at=clock.wall(), confirmed=confirmed)
    session.add(made)
    session.flush()
    return secret


def opened(session: Session, link: BodyLink, secret: str) -> bool:
    """Whether this secret shows the link's page: a code was typed in its browser, or the body has no e-mail address."""
    known = session.get(BodyLinkSecret, hash_of(secret))
    if known is None or known.link_id != link.id:
        return False
    return known.confirmed or not session.get_one(StateBody, link.body_id).email


def found_by(session: Session, secret: str) -> BodyLink | None:
    """The link that a secret opens, ended or not."""
    known = session.get(BodyLinkSecret, hash_of(secret))
    return session.get(BodyLink, known.link_id) if known else None
