"""Offices and what they have published."""

from collections.abc import Mapping

from sqlalchemy import select

from app.models import ProcessVersion
from app.models.database import reading
from app.records.bundles import unpack


def letters_of_any_office() -> Mapping[str, str]:
    """The letter templates of the newest version of all: those for staff are the same in every office."""
    with reading() as session:
        blob = session.scalar(select(ProcessVersion.bundle).order_by(ProcessVersion.id.desc()).limit(1))
        letters: Mapping[str, str] = unpack(blob)["letters"] if blob else {}
        return letters
