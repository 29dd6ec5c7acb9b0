"""The directory of state bodies as pages list it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.domain.texts import Text
from app.models import StateBody
from app.models.database import reading


@dataclass(frozen=True, slots=True)
class BodyCard:
    """A body of the directory, with the words of its card as typed."""

    id: int
    code: str
    kind: str
    name: Text
    name_kk: str
    name_ru: str
    name_en: str
    head: str
    email: str
    phone: str
    contact: str
    language: str
    by_agreement: bool
    active: bool


def bodies_of(office_id: str, *, find: str = "", with_inactive: bool = False) -> Sequence[BodyCard]:
    """The bodies of an office by kind and name; `find` looks in names, heads and codes."""
    wanted = select(StateBody).where(StateBody.office_id == office_id)
    if not with_inactive:
        wanted = wanted.where(StateBody.active)
    with reading() as session:
        found = [_card(row) for row in session.scalars(wanted.order_by(StateBody.kind, StateBody.name_ru))]
    sought = find.strip().casefold()
    return [
        each
        for each in found
        if sought in f"{each.code} {each.name_kk} {each.name_ru} {each.name_en} {each.head}".casefold()
    ]


def body_card(office_id: str, body_id: int) -> BodyCard | None:
    """One body of an office."""
    with reading() as session:
        row = session.get(StateBody, body_id)
        return _card(row) if row is not None and row.office_id == office_id else None


def _card(row: StateBody) -> BodyCard:
    return BodyCard(
        id=row.id,
        code=row.code,
        kind=row.kind,
        name=Text(row.name_kk, row.name_ru, row.name_en),
        name_kk=row.name_kk,
        name_ru=row.name_ru,
        name_en=row.name_en,
        head=row.head,
        email=row.email or "",
        phone=row.phone or "",
        contact=row.contact,
        language=row.language,
        by_agreement=row.by_agreement,
        active=row.active,
    )
