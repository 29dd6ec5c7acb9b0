"""Who may not be given a matter: whoever decided it before, however it would reach her (KRG-37, BR-07, AC-12)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.domain.texts import Text

Way = Literal["executor", "co_executor", "substitute", "delegate", "performer"]
Substitutes = Mapping[int, Collection[int]]
"""Who is absent on the day, and who stands in for her then; one who stands in may be absent too."""

_WAYS: Mapping[Way, Text] = {
    "executor": Text("жауапты орындаушы", "ответственный исполнитель", "responsible executor"),
    "co_executor": Text("бірлесіп орындаушы", "соисполнитель", "co-executor"),
    "substitute": Text("{absent} орнындағы адам", "замещающий {absent}", "substitute of {absent}"),
    "delegate": Text("тапсырма берілетін әріптес", "коллега, которому передают задачу", "colleague the task goes to"),
    "performer": Text("тапсырманы орындайтын адам", "тот, кто выполняет задачу", "whoever does the task"),
}
_WHY = Text(
    "{who} ({way}) бұл мәселені бұрын шешкен: {day}, {ground}. Оған қайта тапсыруға жол берілмейді (KRG-37).",
    "{who} ({way}) уже разрешал(а) этот вопрос: {day}, {ground}. Поручать его снова не допускается (KRG-37).",
    "{who} ({way}) decided this matter before: {day}, {ground}. It may not be given to the same person (KRG-37).",
)


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person of the office, or somebody known by name only (`id` None)."""

    id: int | None
    name: str

    def same(self, other: "Somebody") -> bool:
        """Whether both are one person: by id if both have one, else by name, whatever its letters and spaces."""
        if self.id is not None and other.id is not None:
            return self.id == other.id
        return bool(_words(self.name)) and _words(self.name) == _words(other.name)


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier decision on the matter: whose, when, and what says so."""

    who: Somebody
    on: date
    ground: str


@dataclass(frozen=True, slots=True)
class Blocked:
    """Somebody who may not have the matter: on which way it would have reached her, and the decision that bars it."""

    who: Somebody
    way: Way
    earlier: Earlier
    absent: str = ""

    @property
    def reason(self) -> Text:
        """Why, as it is told to people and kept in the history."""
        way = _WAYS[self.way].with_values(absent=self.absent)
        values = {"who": self.who.name, "day": f"{self.earlier.on:%d.%m.%Y}", "ground": self.earlier.ground}
        return Text(*(_WHY.in_(each).format(way=way.in_(each), **values) for each in ("kk", "ru", "en")))


def barred(who: Somebody, earlier: Iterable[Earlier], way: Way) -> Blocked | None:
    """The block if `who` herself decided the matter before, by her latest decision."""
    own = [each for each in earlier if each.who.same(who)]
    return Blocked(who, way, max(own, key=lambda each: each.on)) if own else None


def blocks(
    who: Somebody, earlier: Collection[Earlier], way: Way, substitutes: Substitutes, names: Mapping[int, str]
) -> list[Blocked]:
    """Why the matter may not be given to `who`; empty if it may.

    It may not if she decided it before. If she is absent that day it may not either when it would reach nobody but
    people who did: each of them is named. A substitute who may not have it does not keep it from the others.
    """
    own = barred(who, earlier, way)
    if own is not None:
        return [own]
    if who.id is None or not substitutes.get(who.id):
        return []
    found = []
    for person in present(who.id, substitutes):
        if person == who.id:
            return []
        block = barred(Somebody(person, names.get(person, "")), earlier, "substitute")
        if block is None:
            return []
        found.append(Blocked(block.who, block.way, block.earlier, absent=who.name))
    return found


def present(person: int, substitutes: Substitutes) -> list[int]:
    """Whom the work of a person reaches on the day: herself, or else those who stand in for her and are there.

    Nobody there (all stand in for each other): herself.
    """
    reached = list(_present(person, substitutes, set()))
    return list(dict.fromkeys(reached)) or [person]


def _present(person: int, substitutes: Substitutes, seen: set[int]) -> Iterator[int]:
    if person in seen:
        return
    seen.add(person)
    if not substitutes.get(person):
        yield person
        return
    for other in substitutes[person]:
        yield from _present(other, substitutes, seen)


def _words(name: str) -> list[str]:
    """A name whatever its letters, spaces and the order of its parts."""
    return sorted(name.casefold().replace("ё", "е").split())
