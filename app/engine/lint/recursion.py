"""Processes that begin themselves again and again, by calls, signals or messages, before anybody is waited for."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from app.domain.problems import Problem
from app.engine.lint.loops import never_waits, writes
from app.engine.lint.model import CONDITIONAL, Diagram, Node, XmlNode, local
from app.engine.lint.rules import net as rules
from app.engine.lint.structure import successors

_JOINING: Final = ("parallelGateway", "inclusiveGateway")
Key = tuple[str, str]
"""What begins a process or an event sub-process: ("call", its id), or a message or signal by its name."""


def recursions(diagrams: Iterable[Diagram]) -> Iterator[Problem]:
    """The calls and throws that lead back to their own process, whatever is decided on the way.

    Of calls also those that depend on a decision which nothing on the way can change: the called process sees the same
    data.
    """
    read = list(diagrams)
    told: set[tuple[str, str]] = set()
    for goes_on, kinds in ((_surely, ("call", "message", "signal")), (_unchanged, ("call",))):
        for file, node in _returning(read, goes_on, kinds):
            if (file, node.id) not in told:
                told.add((file, node.id))
                yield rules.ENDLESS_RECURSION.at(file, node.id, process=node.scope.process)


def _returning(
    diagrams: Iterable[Diagram], goes_on: Callable[[Node], bool], kinds: tuple[str, ...]
) -> Iterator[tuple[str, Node]]:
    begun: list[tuple[str, Key, Node, Key]] = []
    after: dict[Key, set[Key]] = {}
    for diagram in diagrams:
        for start, key in _starts(diagram):
            for node in _at_once(start, goes_on):
                for thrown in _begins(diagram, node):
                    if key[0] in kinds and thrown[0] in kinds:
                        begun.append((diagram.file, key, node, thrown))
                        after.setdefault(key, set()).add(thrown)
    leading = {thrown: _closure(thrown, after) for _, _, _, thrown in begun}
    yield from ((file, node) for file, key, node, thrown in begun if key in leading[thrown])


def _closure(key: Key, after: dict[Key, set[Key]]) -> set[Key]:
    found = {key}
    waiting = [key]
    while waiting:
        new = after.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def _starts(diagram: Diagram) -> Iterator[tuple[Node, Key]]:
    """The start events, each with what begins it; an event sub-process that interrupts begins only once."""
    for scope in diagram.scopes:
        for start in scope.of_kind("startEvent"):
            if scope.owner is None and not start.triggers:
                yield start, ("call", scope.id)
            elif scope.owner is None or (scope.is_event_sub_process and not start.interrupting):
                yield from ((start, key) for key in _named(diagram, start.definitions))


def _begins(diagram: Diagram, node: Node) -> list[Key]:
    if node.called_process:
        return [("call", node.called_process)]
    return _named(diagram, node.definitions) if node.kind in ("intermediateThrowEvent", "endEvent") else []


def _named(diagram: Diagram, definitions: Iterable[XmlNode]) -> list[Key]:
    found: list[Key] = []
    for definition in definitions:
        kind = local(definition).removesuffix("EventDefinition")
        named = diagram.named((definition.get(f"{kind}Ref") or "").strip(), kind)
        if kind in ("message", "signal") and named is not None and named.get("name"):
            found.append((kind, named.get("name")))
    return found


def _at_once(start: Node, goes_on: Callable[[Node], bool]) -> Iterator[Node]:
    """The nodes that a token reaches from the start as long as `goes_on`."""
    found: set[int] = set()
    waiting = [start]
    while waiting:
        node = waiting.pop()
        if id(node) in found:
            continue
        found.add(id(node))
        yield node
        if node.content is not None and not _repeats(node):
            waiting += node.content.of_kind("startEvent")
        if never_waits(node) and goes_on(node) and not (node.kind in _JOINING and len(node.incoming) > 1):
            waiting += successors(node)


def _repeats(node: Node) -> bool:
    """Whether the activity may be done any number of times, or none."""
    return any(local(child).endswith("LoopCharacteristics") for child in node.xml)


def _surely(node: Node) -> bool:
    chooses = node.kind in CONDITIONAL and len(node.outgoing) > 1
    return not chooses and all(flow.condition is None for flow in node.outgoing)


def _unchanged(node: Node) -> bool:
    return not writes(node)
