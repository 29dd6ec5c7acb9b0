"""Talons of the portal: their secrets and addresses, and the marks that stand for them in the journal of letters."""

import re
from typing import Final
from urllib.parse import quote

from sqlalchemy.orm import Session

from app.domain.talons import grouped, hash_of, secret_of
from app.models import PortalFiling
from app.records.visit_links import LinkMaker

TALON_MARK: Final = "⟦talon "
PAGE_MARK: Final = "⟦portal "
_MARK: Final = re.compile(r"⟦(talon|portal) (\d{1,18})⟧")


def talon_secret(filing: PortalFiling, maker: LinkMaker) -> str:
    """The secret of a filed talon, always the same until a new one is asked for: 100 bits."""
    return secret_of(maker.key, f"talon {filing.id} {filing.number} {filing.talon_round}")


def page_of(filing: PortalFiling, maker: LinkMaker) -> str:
    """Where the filing is followed: the address holds its number and nothing else."""
    return f"{maker.base.rstrip('/')}/portal/{filing.office_id}/follow/{quote(filing.number or '')}"


def talon_mark(filing: PortalFiling) -> str:
    """What stands in the journal where the letter that leaves carries a new secret."""
    return f"{TALON_MARK}{filing.id}⟧"


def page_mark(filing: PortalFiling) -> str:
    """What stands in the journal where the letter that leaves carries the address."""
    return f"{PAGE_MARK}{filing.id}⟧"


def with_talons(session: Session, text: str, case_id: int | None, maker: LinkMaker | None) -> str:
    """The words of a letter with secrets and addresses of its case in the place of the marks.

    A secret that leaves so replaces the one before it. A mark of another case stays a mark.
    """
    if maker is None or not (TALON_MARK in text or PAGE_MARK in text):
        return text

    def words(found: re.Match[str]) -> str:
        filing = session.get(PortalFiling, int(found[2]))
        if filing is None or filing.case_id is None or filing.case_id != case_id:
            return found[0]
        if found[1] == "portal":
            return page_of(filing, maker)
        secret = talon_secret(filing, maker)
        filing.talon_hash = hash_of(secret)
        return grouped(secret)

    return _MARK.sub(words, text)
