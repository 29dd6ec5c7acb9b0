"""People of an office who may be the one that is being typed, likeliest first."""

from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Final, Generic, TypeVar

from sqlalchemy import ARRAY, ColumnElement, Integer, Select, and_, cast, literal, or_, select
from sqlalchemy import Text as SqlText
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.domain.same_person import (
    Described,
    Resemblance,
    address_keys,
    contact_keys,
    exact_keys,
    house_keys,
    name_searches,
    resemblance,
)
from app.models import Applicant, CardBase

COMPARED: Final = 50
"""Rows that the database hands over; all of these are compared."""
SHOWN: Final = 10
SCORE_SHOWN: Final = 0.2
FINDING_SHOWN: Final = 0.3
"""A name, a telephone, a flat: one of these is shown even if the rest speaks against it."""

Keys = InstrumentedAttribute[list[str]]
People = TypeVar("People", Applicant, CardBase)


@dataclass(frozen=True, slots=True)
class Alike(Generic[People]):
    """A stored person with what agrees and what differs."""

    row: People
    resemblance: Resemblance


def alike(
    session: Session, wanted: Described, *, office_id: str, among: type[People], limit: int = SHOWN
) -> list[Alike[People]]:
    """Who of the office resembles `wanted`, also while its last word is still being typed.

    Kazakh, Russian and Latin spellings and a slip in each word are found; `Resemblance.why` says why in kk, ru and en.
    """
    rows = session.scalars(candidates(wanted, office_id=office_id, among=among))
    found = [Alike(row, resemblance(wanted, row.described)) for row in rows]
    worth = [each for each in found if _worth_showing(each.resemblance)]
    return sorted(worth, key=lambda each: (-each.resemblance.score, -each.row.id))[:limit]


def _worth_showing(found: Resemblance) -> bool:
    return found.score >= SCORE_SHOWN or any(each.weight >= FINDING_SHOWN for each in found.findings)


def candidates(wanted: Described, *, office_id: str, among: type[People]) -> Select[People]:
    """The rows that share a telephone, an IIN, an e-mail, a flat, or every word of the name but for a slip in each.

    Each way is an overlap of arrays that the GIN index answers; rows that share most come first, then the newest.
    """
    ways = _ways(among.keys, wanted)
    rank = reduce(add, (cast(_any_of(among.keys, keys), Integer) for keys in _weights(wanted)), literal(0))
    return (
        select(among)
        .where(among.office_id == office_id, or_(*ways) if ways else literal(value=False))
        .order_by(rank.desc(), among.id.desc())
        .limit(COMPARED)
    )


def _ways(stored: Keys, wanted: Described) -> list[ColumnElement[bool]]:
    asked = name_searches(wanted.full_name)
    ways = [_any_of(stored, keys) for keys in (contact_keys(wanted), address_keys(wanted)) if keys]
    if asked:
        ways.append(and_(*(_any_of(stored, keys) for keys in asked)))
        houses = house_keys(wanted)
        ways += [and_(_any_of(stored, houses), _any_of(stored, keys)) for keys in asked if houses]
    return ways


def _weights(wanted: Described) -> list[list[str]]:
    """What counts for the order: each contact, each word of the name, the flat."""
    singly = [[key] for key in (*contact_keys(wanted), *exact_keys(wanted.full_name))]
    return [keys for keys in (*singly, address_keys(wanted)) if keys]


def _any_of(stored: Keys, keys: list[str]) -> ColumnElement[bool]:
    return stored.op("&&", is_comparison=True)(cast(keys, ARRAY(SqlText())))
