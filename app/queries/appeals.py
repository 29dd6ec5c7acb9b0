"""What the pages know of appeals: by which sources an office takes them in."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.domain import clock
from app.domain.texts import Text
from app.models import Office
from app.models.database import reading
from app.queries.choices import text_of
from app.records.group import group_of


@dataclass(frozen=True, slots=True)
class Source:
    """A source of appeals, as the office calls it (KST-SRC)."""

    code: str
    name: Text


def registrar_requirements(office_id: str) -> Sequence[tuple[str, Text]]:
    """What whoever gets the role of registrar must meet, by code (KST-RGR); empty where nothing is demanded."""
    with reading() as session:
        settings = session.get_one(Office, office_id).settings
    demanded = settings.get("appeal", {}).get("registrar_requirements", [])
    return [(each["code"], text_of(each["name"])) for each in demanded]


def sources_of(office_id: str, roles: Collection[str], person_id: int) -> Sequence[Source]:
    """The sources of the office by which a person with these roles may take in an appeal; none where there are none.

    One that belongs to a company of a group is for those who work there (SKE-2).
    """
    with reading() as session:
        group, now = group_of(session, office_id), clock.now()
        return [
            Source(each["code"], text_of(each["name"]))
            for each in group.office.settings.get("appeal", {}).get("sources", [])
            if ("roles" not in each or not set(roles).isdisjoint(each["roles"]))
            and ("subsidiary" not in each or group.works_in(person_id, each["subsidiary"], now))
        ]
