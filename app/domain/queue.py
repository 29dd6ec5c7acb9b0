"""The queue of a reception day: who goes first, and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from app.domain.texts import LANGUAGES, Text

TURN_CLAUSE: Final = "KST-PRIO"
BY_TURN: Final = Text("өтініш кезегі бойынша", "в порядке очередности", "in the order of requests")
_AMONG: Final = Text(
    "осындай құқығы барлардың ішінде {n}-ші: {asked} жүгінген",
    "{n}-й среди имеющих такое право: заявка от {asked}",
    "no. {n} among those with this right: asked on {asked}",
)
_IN_TURN: Final = Text(
    "осындай құқығы жоқтардың ішінде {n}-ші: {asked} жүгінген",
    "{n}-й среди остальных: заявка от {asked}",
    "no. {n} among all others: asked on {asked}",
)
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
    rank: int = 0
    """Her place within her group, counted from 1: those with a right, or all others."""

    def told(self, zone: tzinfo) -> Text:
        """The whole reason of the place: by what right, and whom she follows within her group."""
        asked = self.visitor.asked_at.astimezone(zone)
        among = (_AMONG if self.priority else _IN_TURN).with_values(n=self.rank, asked=f"{asked:%d.%m.%Y, %H:%M}")
        return Text(*(f"{self.reason.in_(tongue)}; {among.in_(tongue)}" for tongue in LANGUAGES))


def build_queue(
    visitors: Iterable[Visitor], categories: Mapping[str, Category], *, turn_clause: str = TURN_CLAUSE
) -> tuple[Place, ...]:
    """The visitors in the order in which they are received (KST-PRIO, KRG-13, BR-04).

    Listed categories come before all others, within both groups the earlier request is first; equal moments follow
    `key`. A category that the office does not list gives no right. `turn_clause` is the clause by which all others
    stand in turn.
    """
    ordered = sorted(visitors, key=lambda each: (each.category not in categories, each.asked_at, each.key))
    first = sum(each.category in categories for each in ordered)
    return tuple(
        _place(number, number if number <= first else number - first, each, categories, turn_clause)
        for number, each in enumerate(ordered, 1)
    )


def distribute(queue: Sequence[Place], moments: Iterable[datetime]) -> list[tuple[Place, datetime]]:
    """Who comes when: the places of the queue get the moments of the day in their order (KRG-30).

    Nobody further back comes earlier; those for whom no moment is left are not in the answer.
    """
    return list(zip(queue, sorted(moments), strict=False))


def _place(number: int, rank: int, visitor: Visitor, categories: Mapping[str, Category], turn_clause: str) -> Place:
    category = categories.get(visitor.category or "")
    if category is None:
        return Place(number, visitor, BY_TURN, turn_clause, priority=False, rank=rank)
    words = _EFFECTS[category.effect]
    reason = Text(
        words.kk.format(category=_lower(category.name.kk)),
        words.ru.format(category=_lower(category.name.ru)),
        words.en.format(category=_lower(category.name.en or category.name.ru)),
    )
    return Place(number, visitor, reason, category.clause, priority=True, rank=rank)


def _lower(name: str) -> str:
    """The name as it stands within a sentence; «Ұлы Отан соғысы» is a proper name and keeps its capital."""
    return name if name.startswith(_PROPER) else name[:1].lower() + name[1:]
