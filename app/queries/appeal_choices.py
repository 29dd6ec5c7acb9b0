"""By what the list of appeals can be narrowed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from app.domain.regions import Regions
from app.domain.texts import Text
from app.models import Office, Person, RoleGrant, StateBody
from app.models.database import reading
from app.queries.choices import text_of
from app.records.appeals import REGISTRAR

CATEGORIES: Final = ("strategic", "typical", "complaint")
"""Groups of KST-CAT."""


@dataclass(frozen=True, slots=True)
class AppealChoices:
    """What can be chosen: codes with the office's words for them, names of regions, people and state bodies by id."""

    sources: Sequence[tuple[str, Text]]
    natures: Sequence[tuple[str, Text]]
    regions: Sequence[Text]
    executors: Sequence[tuple[int, Text]]
    registrars: Sequence[tuple[int, str]]


def appeal_choices(office_id: str) -> AppealChoices:
    """What the appeals of an office can be narrowed by."""
    with reading() as session:
        office = session.get_one(Office, office_id)
        settings = office.settings.get("appeal", {})
        bodies = session.scalars(
            select(StateBody).where(StateBody.office_id == office_id).order_by(StateBody.name_ru, StateBody.id)
        )
        registrars = session.execute(
            select(Person.id, Person.full_name)
            .where(
                Person.office_id == office_id,
                Person.id.in_(
                    select(RoleGrant.person_id).where(RoleGrant.office_id == office_id, RoleGrant.role == REGISTRAR)
                ),
            )
            .order_by(Person.sort_key, Person.id)
        )
        return AppealChoices(
            sources=[(each["code"], text_of(each["name"])) for each in settings.get("sources", ())],
            natures=[(each["code"], text_of(each["name"])) for each in settings.get("question_natures", ())],
            regions=[row.name for row in Regions.of(office.settings).rows],
            executors=[(row.id, Text(row.name_kk, row.name_ru, row.name_en)) for row in bodies],
            registrars=[(row.id, row.full_name) for row in registrars],
        )
