"""The verdict of lint on small diagrams against a game of tokens played to its end, without the linter's net."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

import pytest

from tests.lint.diagrams import errors, warnings
from tests.lint.test_net import drawn

MOST_MARKINGS = 1_500
Tokens = frozenset[int]
"""The flows that hold a token; two tokens on one flow end the game as «doubled»."""


@dataclass
class Game:
    """A drawing as a game: flows by number, each from one node to another."""

    flows: list[tuple[str, str]]
    stuck: set[str] = field(default_factory=set)
    doubled: bool = False
    cannot_end: bool = False
    decided: bool = True

    def coming(self, node: str) -> list[int]:
        return [number for number, (_, target) in enumerate(self.flows) if target == node]

    def going(self, node: str) -> list[int]:
        return [number for number, (source, _) in enumerate(self.flows) if source == node]

    def play(self) -> None:
        """Play all games that begin at b."""
        first: Tokens = frozenset(self.going("b"))
        after: dict[Tokens, set[Tokens]] = {first: set()}
        waiting = [first]
        while waiting and self.decided:
            tokens = waiting.pop()
            moved = False
            for following in self.moves(tokens):
                moved = True
                if following is None:
                    self.doubled = True
                    continue
                after[tokens].add(following)
                if following not in after:
                    after[following] = set()
                    waiting.append(following)
            if tokens and not moved:
                self.stuck |= {self.flows[number][1] for number in tokens}
            self.decided = len(after) <= MOST_MARKINGS
        self.cannot_end = self.decided and not self.doubled and len(self._ending(after)) < len(after)

    @staticmethod
    def _ending(after: dict[Tokens, set[Tokens]]) -> set[Tokens]:
        ending: set[Tokens] = {tokens for tokens in after if not tokens}
        while more := {tokens for tokens, follow in after.items() if tokens not in ending and follow & ending}:
            ending |= more
        return ending

    def moves(self, tokens: Tokens) -> Iterator[Tokens | None]:
        """The tokens after each move; None where two meet on one flow."""
        for node in {self.flows[number][1] for number in tokens}:
            for taken in self.takes(node, tokens):
                for put in self.puts(node):
                    left = Counter(tokens) - Counter(taken) + Counter(put)
                    yield None if max(left.values(), default=0) > 1 else frozenset(left)

    def takes(self, node: str, tokens: Tokens) -> list[Tokens]:
        coming = frozenset(self.coming(node))
        here = coming & tokens
        if node[0] == "a":
            return [coming] if here == coming else []
        if node[0] == "o" and len(coming) > 1:
            return [here] if not self.more_may_come(node, here, tokens) else []
        return [frozenset({number}) for number in here]

    def more_may_come(self, join: str, here: Tokens, tokens: Tokens) -> bool:
        """BPMN 2.0, 13.4.3: a token that can reach an empty flow of the join and no flow that holds one."""
        empty = frozenset(self.coming(join)) - here
        return any(
            self.reaches(number, empty, join) and not self.reaches(number, here, join) for number in tokens - here
        )

    def reaches(self, number: int, wanted: Tokens, join: str) -> bool:
        seen = {number}
        waiting = [number]
        while waiting:
            at = waiting.pop()
            if at in wanted:
                return True
            target = self.flows[at][1]
            new = [] if target == join else [each for each in self.going(target) if each not in seen]
            seen.update(new)
            waiting += new
        return False

    def puts(self, node: str) -> list[tuple[int, ...]]:
        going = self.going(node)
        if node[0] == "x" and going:
            return [(number,) for number in going]
        if node[0] == "o" and len(going) > 1:
            *asked, default = going
            some = [chosen for size in range(1, len(asked) + 1) for chosen in combinations(asked, size)]
            return [*some, (default,)]
        return [tuple(going)]


def random_drawing(dice: random.Random) -> str:
    """Three to six gateways; all can be reached, and from all a way leads to the end; loops besides.

    A task stands on each flow between gateways, so that no loop runs without anybody.
    """
    count = dice.randint(3, 6)
    nodes = [f"{dice.choice('xxaao')}{number}" for number in range(count)]
    edges = {(nodes[dice.randrange(number)], nodes[number]) for number in range(1, count)}
    for number, node in enumerate(nodes[:-1]):
        if not any(source == node for source, _ in edges):
            edges.add((node, dice.choice([*nodes[number + 1 :], "e"])))
    edges |= {(dice.choice(nodes), dice.choice([*nodes, "e"])) for _ in range(dice.randint(0, 3))}
    edges |= {(nodes[-1], "e")}
    pairs = ["b>" + nodes[0]]
    for number, (source, target) in enumerate(sorted(edges)):
        pairs += [f"{source}>t{number}", f"t{number}>{target}"]
    return " ".join(pairs)


def judged(text: str) -> tuple[Game, set[str], set[str], set[str]]:
    """The game played, the joins lint says may wait for ever, its other words of loops, and where tokens meet."""
    game = Game([(source, target) for source, _, target in (pair.partition(">") for pair in text.split())])
    game.play()
    content = drawn(text)
    found, mild = errors(content), warnings(content)
    game.decided = game.decided and "net.not_decided" not in {rule for rule, _ in mild}
    return (
        game,
        {element for rule, element in found if rule == "net.deadlock"},
        {element for rule, element in found if rule == "net.no_way_out"},
        {element for rule, element in mild if rule == "net.runs_twice"},
    )


@pytest.mark.parametrize("seed", range(4))
def test_lint_says_what_the_game_of_tokens_shows(seed: int) -> None:
    dice = random.Random(seed)
    kinds: Counter[str] = Counter()
    for _ in range(120):
        text = random_drawing(dice)

        game, stuck, lost, twice = judged(text)

        if not game.decided:
            continue
        kinds["stuck" if game.stuck else "doubled" if game.doubled else "sound"] += 1
        assert bool(stuck) == bool(game.stuck), text
        assert stuck <= game.stuck, text
        assert not twice or game.doubled, text
        if not game.doubled:
            assert bool(stuck or lost) == game.cannot_end, text
    assert kinds.total() >= 100
    assert min(kinds["sound"], kinds["stuck"], kinds["doubled"]) >= 5, kinds
