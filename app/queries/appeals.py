"""What the pages know of appeals: by which sources an office takes them in."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.domain.texts import Text
from app.models import Office
from app.models.database import reading
from app.queries.choices import text_of


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


def sources_of(office_id: str, roles: Collection[str]) -> Sequence[Source]:
    """The sources of the office by which somebody with these roles may take in an appeal; none where there are none."""
    with reading() as session:
        settings = session.get_one(Office, office_id).settings
    return [
        Source(each["code"], text_of(each["name"]))
        for each in settings.get("appeal", {}).get("sources", [])
        if "roles" not in each or not set(roles).isdisjoint(each["roles"])
    ]
