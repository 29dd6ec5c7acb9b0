"""Whether the tokens of a scope can always come to an end, decided by going through what may happen."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import Final

from app.domain.problems import Problem
from app.engine.lint.model import Diagram, Node, Scope, read_diagram
from app.engine.lint.net import Net, Place, Transition, net_of, reduce
from app.engine.lint.rules import net as rules
from app.engine.lint.structure import Check, successors
from app.engine.xml import read_xml

MOST_STATES: Final = 5_000
MOST_STATES_OF_ONE_ORDER: Final = 20_000
MOST_STATES_OF_A_FILE: Final = 40_000
Marking = tuple[int, ...]
"""The places that hold a token, by number and in order; one that holds two stands twice."""


@dataclass(slots=True)
class Findings:
    """What was found: joins that wait for ever and the flows they miss; merges where tokens meet; `decided` if all.

    `states` is how many markings were gone through for it.
    """

    stuck: dict[str, set[str]] = field(default_factory=dict)
    doubled: dict[str, Transition] = field(default_factory=dict)
    decided: bool = True
    states: int = 0


class Behaviour:
    """All markings of a net, one step after another."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.places: list[Place] = [place for each in net.transitions for place in each.outgoing]
        self._number = {id(place): number for number, place in enumerate(self.places)}
        self._incoming = {id(each): self._numbers(each.incoming) for each in net.transitions}
        self._outputs = {id(each): self._choices(each) for each in net.transitions}

    def _numbers(self, places: list[Place]) -> Marking:
        return tuple(self._number[id(place)] for place in places)

    def _choices(self, transition: Transition) -> list[Marking]:
        """The sets of places that a firing may fill."""
        outgoing = self._numbers(transition.outgoing)
        if not outgoing:
            return [()]
        if transition.split == "and":
            return [outgoing]
        if transition.split == "xor":
            return [(place,) for place in outgoing]
        alone = [(number,) for number in outgoing if self.places[number].default]
        asked = [number for number in outgoing if not self.places[number].default]
        return alone + [chosen for size in range(1, len(asked) + 1) for chosen in combinations(asked, size)]

    @cached_property
    def is_monotone(self) -> bool:
        """Whether a token more never keeps anything from happening: then one order of steps stands for all."""
        return not any(
            each.terminates or (each.join == "or" and len(each.incoming) > 1) for each in self.net.transitions
        )

    def begin(self) -> list[Marking]:
        """The first markings."""
        return [tuple(sorted(chosen)) for start in self.net.starts for chosen in self._outputs[id(start)]]

    def steps(self, marking: Marking, *, one_order: bool) -> Iterator[tuple[Transition, Marking]]:
        """What may happen next: the transition and the marking after it."""
        seen: set[int] = set()
        for number in marking:
            transition = self.places[number].target
            if id(transition) in seen:
                continue
            seen.add(id(transition))
            found = list(self._firings(transition, marking))
            yield from found
            if found and one_order:
                return

    def _firings(self, transition: Transition, marking: Marking) -> Iterator[tuple[Transition, Marking]]:
        for taken in self._taken(transition, marking):
            left = [] if transition.terminates else list(marking)
            for number in () if transition.terminates else taken:
                left.remove(number)
            for filled in self._outputs[id(transition)]:
                new = (number for number in filled if not (self.places[number].aside and number in left))
                yield transition, tuple(sorted((*left, *new)))

    def _taken(self, transition: Transition, marking: Marking) -> list[Marking]:
        """The sets of tokens that the transition may take."""
        incoming = self._incoming[id(transition)]
        here = tuple(number for number in incoming if number in marking)
        if transition.join == "xor" or len(incoming) == 1 or not transition.outgoing:
            return [(number,) for number in here]
        if transition.join == "and":
            return [here] if len(here) == len(incoming) else []
        return [here] if here and not self._others_may_come(transition, here, marking) else []

    def _others_may_come(self, transition: Transition, here: Marking, marking: Marking) -> bool:
        """Whether an inclusive join still waits (BPMN 2.0, 13.4.3)."""
        before = self._before[id(transition)]
        for number in set(marking) - set(here):
            awaited = any(number in before[empty] for empty in before if empty not in here)
            if awaited and not any(number in before[marked] for marked in here):
                return True
        return False

    @cached_property
    def _before(self) -> dict[int, dict[int, set[int]]]:
        """For each inclusive join and each place before it: from where a token may come without passing the join."""
        return {
            id(each): {self._number[id(place)]: self._upstream(place, each) for place in each.incoming}
            for each in self.net.transitions
            if each.join == "or"
        }

    def _upstream(self, place: Place, join: Transition) -> set[int]:
        found: set[int] = set()
        waiting = [place]
        while waiting:
            source = waiting.pop().source
            if source is join:
                continue
            for earlier in source.incoming:
                if self._number[id(earlier)] not in found:
                    found.add(self._number[id(earlier)])
                    waiting.append(earlier)
        return found

    def explore(self, *, limit: int, one_order: bool) -> Findings:
        """Go through the markings, at most `limit`."""
        findings = Findings()
        seen = set(self.begin())
        waiting = list(seen)
        while waiting:
            marking = waiting.pop()
            moved = False
            for transition, after in self.steps(marking, one_order=one_order):
                moved = True
                if _is_doubled(after):
                    _blame(findings, transition)
                elif after not in seen:
                    seen.add(after)
                    waiting.append(after)
            if marking and not moved:
                self._stuck(findings, marking)
            if len(seen) > limit:
                findings.decided = False
                break
        findings.states = len(seen)
        return findings

    def _stuck(self, findings: Findings, marking: Marking) -> None:
        for transition in {id(self.places[number].target): self.places[number].target for number in marking}.values():
            missing = {place.flow for place in transition.incoming if self._number[id(place)] not in marking}
            findings.stuck.setdefault(transition.element, set()).update(missing)


def _blame(findings: Findings, transition: Transition) -> None:
    """Tokens that meet are the fault of the merge that let them through one after another."""
    if transition.join == "xor" and len(transition.incoming) > 1:
        findings.doubled[transition.element] = transition


def _is_doubled(marking: Marking) -> bool:
    return len(set(marking)) < len(marking)


def examine(net: Net, *, budget: int = MOST_STATES_OF_A_FILE) -> Findings:
    """What can go wrong in a reduced net, as far as `budget` markings tell; a net too large is told as undecided."""
    routed = [each for each in net.transitions if (len(each.incoming) > 1 and each.join != "xor") or _forks(each)]
    if not routed:
        return Findings()
    behaviour = Behaviour(net)
    findings = behaviour.explore(limit=min(MOST_STATES, budget), one_order=False)
    if not findings.decided and behaviour.is_monotone:
        left = min(MOST_STATES_OF_ONE_ORDER, budget - findings.states)
        again = behaviour.explore(limit=left, one_order=True)
        again.doubled |= findings.doubled
        again.states += findings.states
        return again
    return findings


def _forks(transition: Transition) -> bool:
    return len(transition.outgoing) > 1 and transition.split != "xor"


def reachable_alone(xml: bytes, process_id: str, element: str) -> bool:
    """Whether there can be a moment when the only token of the element's process or sub-process is about to enter it.

    Only then is it sound to set an instance back to it. False as well where that could not be decided. Raises
    `DiagramXmlError`.
    """
    diagram = read_diagram("", read_xml(xml))
    node = diagram.nodes.get(element)
    if node is None or node.scope.process != process_id:
        return False
    net = net_of(node.scope)
    entrance = net.entrances.get(element) if net is not None else None
    if net is None or entrance is None or entrance not in net.transitions:
        return False
    reduce(net, keep=[entrance])
    behaviour = Behaviour(net)
    wanted = {(number,) for number, place in enumerate(behaviour.places) if place.target is entrance}
    seen = set(behaviour.begin())
    waiting = list(seen)
    while waiting and len(seen) <= MOST_STATES_OF_ONE_ORDER:
        marking = waiting.pop()
        if marking in wanted:
            return True
        for _, after in behaviour.steps(marking, one_order=False):
            if after not in seen and not _is_doubled(after):
                seen.add(after)
                waiting.append(after)
    return False


def _tokens(diagram: Diagram) -> Iterator[Problem]:
    left = MOST_STATES_OF_A_FILE
    for scope in diagram.scopes:
        net = net_of(scope)
        if net is None:
            continue
        reduce(net)
        findings = examine(net, budget=left)
        left = max(0, left - findings.states)
        for element, missing in findings.stuck.items():
            told = ", ".join(f"«{flow}»" for flow in sorted(missing - {""})) or "…"
            yield rules.DEADLOCK.at(diagram.file, element, missing=told)
        for element in _first_of(scope, findings.doubled):
            yield rules.RUNS_TWICE.at(diagram.file, element)
        if not findings.decided:
            yield rules.UNDECIDED.at(diagram.file, scope.id)


def _first_of(scope: Scope, doubled: dict[str, Transition]) -> list[str]:
    """Of the merges where tokens meet those that no other such merge leads to."""
    after = {element: _reached_from([scope.nodes[element]]) for element in doubled if element in scope.nodes}
    return [
        element
        for element in after
        if not any(element in reached and other not in after[element] for other, reached in after.items())
    ]


def _reached_from(nodes: list[Node]) -> set[str]:
    found: set[str] = set()
    waiting = [after for node in nodes for after in successors(node)]
    while waiting:
        node = waiting.pop()
        if node.id not in found:
            found.add(node.id)
            waiting += successors(node)
    return found


CHECKS: Final[tuple[Check, ...]] = (_tokens,)
