"""Codes by which whoever opens a body's link shows that she reads the body's mail."""

import hmac
import secrets
from datetime import timedelta
from typing import Final, Literal

from sqlalchemy.orm import Session

from app.domain import clock
from app.models import BodyLinkCode
from app.records.body_links import hash_of

CODE_MARK: Final = "⟦code⟧"
"""Stands in the journal where the letter that leaves carries the code."""
LIFE: Final = timedelta(minutes=15)
MOST_WRONG: Final = 5
Guess = Literal["right", "wrong", "over"]


def make_code(session: Session, link_id: int) -> str:
    """A new code of six digits; an earlier one of the link stops working."""
    code = f"{secrets.randbelow(1_000_000):06d}"
    made = BodyLinkCode(link_id=link_id, code_hash=_hash(link_id, code), sent_at=clock.wall(), wrong=0)
    session.merge(made)
    session.flush()
    return code


def guess(session: Session, link_id: int, code: str) -> Guess:
    """Whether this is the code: a right one works once; "over" is one too old, used, or guessed at too often."""
    row = session.get(BodyLinkCode, link_id, with_for_update=True)
    if row is None or row.wrong >= MOST_WRONG or row.sent_at + LIFE <= clock.wall():
        return "over"
    if hmac.compare_digest(row.code_hash, _hash(link_id, code)):
        session.delete(row)
        return "right"
    row.wrong += 1
    return "wrong" if row.wrong < MOST_WRONG else "over"


def _hash(link_id: int, code: str) -> str:
    return hash_of(f"{link_id}:{code}")
