"""The front of an office's portal: what may be filed, where help is; for everybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.domain.contacts import phones
from app.domain.texts import Text
from app.models import Office
from app.models.database import reading
from app.records.portal import PortalKind, kinds_of, portal_of


@dataclass(frozen=True, slots=True)
class Front:
    """An office's portal: its name, where help is, what may be filed; `receives`: it has a schedule of receptions.

    `is_company`: its answers are no acts of a state body.
    """

    office_id: str
    name: Text
    short_name: Text
    footer: Text
    phone: str
    address: Text
    receives: bool
    kinds: Sequence[PortalKind]
    is_company: bool


def portals() -> Sequence[Front]:
    """The fronts of the offices that have a portal."""
    with reading() as session:
        rows = session.scalars(select(Office).order_by(Office.id)).all()
        return [front_for(row) for row in rows if portal_of(row)]


def front(office_id: str) -> Front | None:
    """The front of an office's portal; None where there is none."""
    with reading() as session:
        office = session.get(Office, office_id)
        if office is None or not portal_of(office):
            return None
        return front_for(office)


def front_for(office: Office) -> Front:
    """The front of this office's portal."""
    contacts, footer = office.settings.get("contacts", {}), office.settings.get("footer", {})
    return Front(
        office.id,
        _name(office),
        _text(office.settings.get("short_name", {})) if office.settings.get("short_name") else _name(office),
        _text(footer),
        _phone(contacts),
        _text(contacts.get("address", {})),
        "reception" in office.settings,
        kinds_of(office),
        portal_of(office).get("appeal_against") == "company",
    )


def _name(office: Office) -> Text:
    return Text(office.name_kk, office.name_ru, office.name_en)


def _phone(contacts: Mapping[str, Any]) -> str:
    """The reception's number, else the first number that the office names."""
    values = [str(each.get("value", "")) for each in (contacts.get("reception", {}), *contacts.values())]
    return next((each for each in values if phones(each)), "")


def _text(row: dict[str, str]) -> Text:
    return Text(row.get("kk", ""), row.get("ru", ""), row.get("en", ""))
