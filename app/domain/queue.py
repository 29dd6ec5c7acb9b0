"""The queue of a reception day: who goes first, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.domain.texts import Text

TURN_CLAUSE: Final = "KST-PRIO"
BY_TURN: Final = Text("өтініш кезегі бойынша", "в порядке очередности", "in the order of requests")
_PROPER: Final = "Ұлы Отан"
_EFFECTS: Final[Mapping[str, Text]] = {
    "first": Text("бірінші кезекте: {category}", "в первую очередь: {category}", "first: {category}"),
    "out_of_turn": Text("кезектен тыс: {category}", "вне очереди: {category}", "out of turn: {category}"),
}


@dataclass(frozen=True, slots=True)
class Category:
    """A category with the right of first turn; `effect` is "first" or "out_of_turn", `clause` grants it."""

    code: str
    clause: str
    name: Text
    effect: str = "first"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody to be received: `key` is any number of hers, `asked_at` (aware) the moment that gave her the turn."""

    key: int
    asked_at: datetime
    category: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the queue, counted from 1, with its reason and the clause behind it."""

    number: int
    visitor: Visitor
    reason: Text
    clause: str
    priority: bool


def build_queue(visitors: Iterable[Visitor], categories: Mapping[str, Category]) -> tuple[Place, ...]:
    """The visitors in the order in which they are received (KST-PRIO, BR-04).

    Listed categories come before all others, within both groups the earlier request is first; equal moments follow
    `key`. A category that the office does not list gives no right.
    """
    ordered = sorted(visitors, key=lambda each: (each.category not in categories, each.asked_at, each.key))
    return tuple(_place(number, each, categories) for number, each in enumerate(ordered, 1))


def _place(number: int, visitor: Visitor, categories: Mapping[str, Category]) -> Place:
    category = categories.get(visitor.category or "")
    if category is None:
        return Place(number, visitor, BY_TURN, TURN_CLAUSE, priority=False)
    words = _EFFECTS[category.effect]
    reason = Text(
        words.kk.format(category=_lower(category.name.kk)),
        words.ru.format(category=_lower(category.name.ru)),
        words.en.format(category=_lower(category.name.en or category.name.ru)),
    )
    return Place(number, visitor, reason, category.clause, priority=True)


def _lower(name: str) -> str:
    """The name as it stands within a sentence; «Ұлы Отан соғысы» is a proper name and keeps its capital."""
    return name if name.startswith(_PROPER) else name[:1].lower() + name[1:]
