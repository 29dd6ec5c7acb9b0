"""The front of an office's portal: what may be filed, where help is; for everybody."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.domain.texts import Text
from app.models import Office
from app.models.database import reading
from app.records.portal import PortalKind, kinds_of, portal_of


@dataclass(frozen=True, slots=True)
class Front:
    """An office's portal: its name, where help is, what may be filed."""

    office_id: str
    name: Text
    footer: Text
    phone: str
    address: Text
    kinds: Sequence[PortalKind]


def portals() -> Sequence[tuple[str, Text]]:
    """The offices that have a portal."""
    with reading() as session:
        rows = session.scalars(select(Office).order_by(Office.id)).all()
        return [(row.id, _name(row)) for row in rows if portal_of(row)]


def front(office_id: str) -> Front | None:
    """The front of an office's portal; None where there is none."""
    with reading() as session:
        office = session.get(Office, office_id)
        if office is None or not portal_of(office):
            return None
        contacts, footer = office.settings.get("contacts", {}), office.settings.get("footer", {})
        return Front(
            office.id,
            _name(office),
            Text(footer.get("kk", ""), footer.get("ru", ""), footer.get("en", "")),
            str(contacts.get("reception", {}).get("value", "")),
            _address(contacts.get("address", {})),
            kinds_of(office),
        )


def _name(office: Office) -> Text:
    return Text(office.name_kk, office.name_ru, office.name_en)


def _address(row: dict[str, str]) -> Text:
    return Text(row.get("kk", ""), row.get("ru", ""), row.get("en", ""))
