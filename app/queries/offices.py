"""Offices and what they have published."""

from collections.abc import Mapping

from sqlalchemy import select

from app.models import ProcessVersion
from app.models.database import reading
from app.records.bundles import unpack


def letters_of_office(office_id: str | None) -> Mapping[str, str]:
    """The letter templates of the office's newest version.

    An office that has published nothing yet writes to its staff in the words of the newest version of all.
    """
    hers = ProcessVersion.office_id == office_id
    with reading() as session:
        blob = session.scalar(select(ProcessVersion.bundle).order_by(hers.desc(), ProcessVersion.id.desc()).limit(1))
        letters: Mapping[str, str] = unpack(blob)["letters"] if blob else {}
        return letters
