"""Links of applicants to their appointments: given in letters, revoked by the office.

The journal of letters keeps a mark in the link's place; the secret is put in when the letter leaves the house. It comes
from the installation's key, so nobody who reads the database can follow a link of somebody else.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models import Case, Office, VisitLink

MOVES_ALLOWED: Final = 2
SECRET_LETTERS: Final = 32
"""Hexadecimal letters of a secret: 128 bits."""
VISIT_MARK: Final = "⟦visit "
_MARK: Final = re.compile(r"⟦visit (\d{1,18})⟧")


@dataclass(frozen=True, slots=True)
class LinkMaker:
    """Makes the addresses: `base` is the site's, `key` the installation's secret."""

    base: str
    key: str = field(repr=False)

    def secret(self, link: VisitLink) -> str:
        """The secret of a link, always the same: 128 bits."""
        told = f"visit {link.id} {link.case_id} {link.made_at.timestamp():.6f}"
        return hmac.new(self.key.encode(), told.encode(), hashlib.sha256).hexdigest()[:SECRET_LETTERS]

    def address(self, link: VisitLink) -> str:
        """Where the applicant goes."""
        return f"{self.base.rstrip('/')}/visit/{self.secret(link)}"


def link_of_case(session: Session, case_id: int, now: datetime) -> VisitLink:
    """The link of a case that holds, made if there is none."""
    found = holding_link(session, case_id)
    if found is not None:
        return found
    case = session.get_one(Case, case_id)
    link = VisitLink(office_id=case.office_id, case_id=case_id, made_at=now, moves=_moves(session, case_id))
    session.add(link)
    session.flush()
    return link


def links_given(session: Session, office_id: str) -> bool:
    """Whether the office gives applicants links (`applicant_links` of its settings)."""
    return bool(session.get_one(Office, office_id).settings.get("reception", {}).get("applicant_links", False))


def moves_allowed(office: Office) -> int:
    """How often an applicant may move her appointment by her link (`applicant_moves` of the office's settings)."""
    return int(office.settings.get("reception", {}).get("applicant_moves", MOVES_ALLOWED))


def moves_left(office: Office, link: VisitLink | None) -> int:
    """How often she may still move it."""
    return max(0, moves_allowed(office) - (link.moves if link else 0))


def holding_link(session: Session, case_id: int) -> VisitLink | None:
    """The link of a case that nobody has revoked."""
    return session.scalars(
        select(VisitLink).where(VisitLink.case_id == case_id, VisitLink.revoked_at.is_(None)).order_by(VisitLink.id)
    ).first()


def link_by_secret(session: Session, secret: str) -> VisitLink | None:
    """The link that holds and has this secret."""
    return session.scalars(
        select(VisitLink).where(VisitLink.token_hash == hash_of(secret), VisitLink.revoked_at.is_(None))
    ).first()


def revoke_links(session: Session, case_id: int, *, now: datetime, by: int | None) -> None:
    """No link of the case holds any more."""
    session.execute(
        update(VisitLink)
        .where(VisitLink.case_id == case_id, VisitLink.revoked_at.is_(None))
        .values(revoked_at=now, revoked_by=by)
    )


def mark_of(link: VisitLink) -> str:
    """What stands in the journal in the link's place."""
    return f"⟦visit {link.id}⟧"


def with_links(session: Session, text: str, case_id: int | None, maker: LinkMaker | None) -> str:
    """The words of a letter with the addresses of its case in the place of the marks; the hashes are kept.

    A mark of another case, or of a link that does not hold, stays what it is: a mark.
    """
    if maker is None or VISIT_MARK not in text:
        return text

    def address(found: re.Match[str]) -> str:
        link = session.get(VisitLink, int(found[1]))
        if link is None or link.case_id != case_id or link.revoked_at is not None:
            return found[0]
        link.token_hash = hash_of(maker.secret(link))
        return maker.address(link)

    return _MARK.sub(address, text)


def hash_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _moves(session: Session, case_id: int) -> int:
    """A new link does not begin anew: what was moved by an earlier one counts."""
    counts = session.scalars(select(VisitLink.moves).where(VisitLink.case_id == case_id)).all()
    return max(counts, default=0)
