"""Nobody gets a matter that she decided before: 100,000 random assignments, and what is told of each block."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest

from app.domain.conflicts import Blocked, Earlier, Somebody, Way, barred, blocks, present

TO_EACH = 10
PEOPLE = 9
NAMES = {person: f"Тұлға {person}" for person in range(PEOPLE)}
FIRST = date(2025, 1, 6)


@dataclass
class Office:
    """A model of its own: who is away, who decided what; it asks the domain before every hand-over."""

    away: Mapping[int, set[int]]
    earlier: list[Earlier]
    log: list[Blocked] = field(default_factory=list)

    def may_have(self, person: int, way: Way) -> bool:
        found = blocks(Somebody(person, NAMES[person]), self.earlier, way, self.away, NAMES)
        self.log += found
        return not found

    def may_act(self, person: int, holder: int) -> bool:
        """Whether somebody who stands in for the holder, or the holder herself, may do the task."""
        found = barred(Somebody(person, NAMES[person]), self.earlier, "performer" if person == holder else "substitute")
        self.log += [found] if found else []
        return found is None

    def decided(self, person: int) -> bool:
        return any(each.who.id == person or each.who.name == NAMES[person] for each in self.earlier)


def offices(chance: random.Random, count: int) -> Iterator[Office]:
    """Random offices: up to four people away, chains and circles of substitutes, up to four earlier decisions."""
    for _ in range(count):
        absent = chance.sample(range(PEOPLE), chance.randrange(5))
        away = {each: set(chance.sample(range(PEOPLE), chance.randrange(1, 3))) - {each} for each in absent}
        earlier = [
            Earlier(
                Somebody(person if chance.random() < 0.8 else None, NAMES[person]),
                FIRST + timedelta(days=chance.randrange(400)),
                f"ЖТ-{chance.randrange(1000)}",
            )
            for person in chance.choices(range(PEOPLE), k=chance.randrange(5))
        ]
        yield Office({person: others for person, others in away.items() if others}, earlier)


def performers(office: Office, chance: random.Random) -> Iterator[int]:
    """One assignment given to somebody, perhaps delegated twice; whoever may do it in the end does it."""
    wanted = chance.randrange(PEOPLE)
    if not office.may_have(wanted, chance.choice(("executor", "co_executor"))):
        return
    holder = wanted
    for _ in range(chance.randrange(3)):
        delegate = chance.randrange(PEOPLE)
        if office.may_have(delegate, "delegate"):
            holder = delegate
    for person in present(holder, office.away):
        if office.may_act(person, holder):
            yield person


@pytest.mark.parametrize("count", [1_000, pytest.param(10_000, marks=pytest.mark.soak)])
def test_krg_37_of_ten_random_assignments_in_each_office_none_reaches_who_decided_before(count: int) -> None:
    """KRG-37, BR-07, AC-12: executors, co-executors, substitutes and delegates; every block is told with its reason"""
    chance = random.Random(37)
    violations, done, blocked, silent = 0, 0, 0, 0
    ways: set[str] = set()

    for office in offices(chance, count):
        for person in (each for _ in range(TO_EACH) for each in performers(office, chance)):
            done += 1
            violations += office.decided(person)
        blocked += len(office.log)
        ways |= {each.way for each in office.log}
        silent += sum(not told(each) for each in set(office.log))

    assert (violations, silent) == (0, 0)
    assert done > count * TO_EACH / 2
    assert blocked > count * TO_EACH / 4
    assert ways == {"executor", "co_executor", "substitute", "delegate"}


def told(block: Blocked) -> bool:
    """Whether the reason names the person, the day and the ground of her decision in all three languages."""
    facts = (block.who.name, f"{block.earlier.on:%d.%m.%Y}", block.earlier.ground, "KRG-37")
    return all(fact in words for fact in facts for words in (block.reason.kk, block.reason.ru, block.reason.en))


def test_a_block_is_never_without_cause() -> None:
    """KRG-37: whoever decided nothing and reaches nobody who did is given the matter"""
    chance = random.Random(7)

    for office in offices(chance, 2_000):
        for person in range(PEOPLE):
            found = blocks(Somebody(person, NAMES[person]), office.earlier, "executor", office.away, NAMES)
            reached = present(person, office.away)
            innocent = [each for each in reached if not office.decided(each)]
            assert bool(found) == (office.decided(person) or not innocent)


def test_a_name_is_the_same_whatever_its_order_letters_and_spaces() -> None:
    """KRG-37: a previous executor cannot be entered by name either"""
    decided = [Earlier(Somebody(None, "Семёнов Пётр Ильич"), date(2025, 3, 12), "ЖТ-1")]

    assert barred(Somebody(None, " ПЕТР ильич  семенов"), decided, "executor") is not None
    assert barred(Somebody(None, "Семенов Павел Ильич"), decided, "executor") is None
    assert barred(Somebody(None, ""), [Earlier(Somebody(None, ""), date(2025, 3, 12), "ЖТ-1")], "executor") is None


def test_the_latest_decision_is_told() -> None:
    """KRG-37"""
    who = Somebody(1, "Тұлға")
    earlier = [Earlier(who, date(2024, 3, 1), "ЖТ-1"), Earlier(who, date(2025, 3, 12), "ЖТ-2")]

    found = barred(who, earlier, "executor")

    assert found is not None
    assert found.reason.ru == (
        "Тұлға (ответственный исполнитель) уже разрешал(а) этот вопрос: 12.03.2025, ЖТ-2. "
        "Поручать его снова не допускается (KRG-37)."
    )


def test_the_work_of_the_absent_reaches_whoever_is_there() -> None:
    """KRG-37: chains are followed, circles end"""
    assert present(1, {}) == [1]
    assert present(1, {1: [2], 2: [3]}) == [3]
    assert present(1, {1: [2], 2: [1]}) == [1]
