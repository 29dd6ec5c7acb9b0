"""Loops that nobody leaves."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from app.domain.problems import Problem
from app.engine.elements import SUB_PROCESSES
from app.engine.lint.model import Diagram, Node, Scope
from app.engine.lint.rules import net as rules
from app.engine.lint.structure import Check, entries, successors
from app.engine.xml import BPMN

_PASSING: Final = frozenset(
    {
        *("exclusiveGateway", "inclusiveGateway", "parallelGateway", "intermediateThrowEvent", "startEvent"),
        *("endEvent", "sendTask"),
    }
)
_DEEPEST_CALL: Final = 3
_WRITING: Final = frozenset({"scriptTask", "businessRuleTask"})


def _ways_out(diagram: Diagram) -> Iterator[Problem]:
    for scope in diagram.scopes:
        if scope.is_ad_hoc or not scope.of_kind("endEvent"):
            continue
        ending = [node for node in scope.nodes.values() if not successors(node)]
        leading = _leading_to(scope, ending)
        reached = _reached(entries(scope))
        lost = [node for node in scope.nodes.values() if id(node) in reached and id(node) not in leading]
        for component in components(lost):
            inside = {id(node) for node in component}
            if all(id(after) in inside for node in component for after in successors(node)):
                yield rules.NO_WAY_OUT.at(diagram.file, component[0].id)


def _leading_to(scope: Scope, ending: list[Node]) -> set[int]:
    before: dict[int, list[Node]] = {}
    for node in scope.nodes.values():
        for after in successors(node):
            before.setdefault(id(after), []).append(node)
    return _closure(ending, lambda node: before.get(id(node), []))


def _reached(nodes: list[Node]) -> set[int]:
    return _closure(nodes, successors)


def _closure(nodes: Iterable[Node], following: Callable[[Node], list[Node]]) -> set[int]:
    found: set[int] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if id(node) not in found:
            found.add(id(node))
            waiting += following(node)
    return found


def _endless(diagram: Diagram) -> Iterator[Problem]:
    for scope in diagram.scopes:
        if scope.is_ad_hoc:
            continue
        automatic = [node for node in scope.nodes.values() if never_waits(node)]
        unchanging = [node for node in automatic if not writes(node)]
        told: set[str] = set()
        for component in (*components(unchanging), *_without_exit(components(automatic))):
            if is_cycle(component) and not told & {node.id for node in component}:
                told |= {node.id for node in component}
                path = " → ".join(node.id for node in component[:8])
                yield rules.ENDLESS.at(diagram.file, component[0].id, path=path)


def _without_exit(found: Iterable[list[Node]]) -> Iterator[list[Node]]:
    for component in found:
        inside = {id(node) for node in component}
        if all(id(after) in inside for node in component for after in successors(node)):
            yield component


def never_waits(node: Node, *, depth: int = 0) -> bool:
    """Whether a token goes through the node without waiting for a person, a moment or an event."""
    if node.boundaries:
        return False
    if node.calls is not None:
        return depth < _DEEPEST_CALL and all(never_waits(each, depth=depth + 1) for each in node.calls.nodes.values())
    if node.kind in SUB_PROCESSES and node.content is not None and not node.content.is_ad_hoc:
        return all(never_waits(inner, depth=depth) for inner in node.content.nodes.values())
    links = node.kind == "intermediateCatchEvent" and node.triggers == ("link",)
    return links or node.kind in _PASSING or node.kind in _WRITING


def writes(node: Node, *, depth: int = 0) -> bool:
    """Whether the node may change the data of the process."""
    inside = node.content or node.calls
    if inside is not None and depth < _DEEPEST_CALL:
        return any(writes(inner, depth=depth + 1) for inner in inside.nodes.values())
    scripts = node.xml.iterfind(".//{*}preScript"), node.xml.iterfind(".//{*}postScript")
    maps = node.xml.find(BPMN + "dataInputAssociation") is not None
    return maps or node.kind in _WRITING or any(True for found in scripts for _ in found)


def is_cycle(component: list[Node]) -> bool:
    """Whether one can go round in the component."""
    return len(component) > 1 or any(after is component[0] for after in successors(component[0]))


def components(nodes: list[Node]) -> list[list[Node]]:
    """The strongly connected components of these nodes, each in the order of the diagram (Tarjan)."""
    order = {id(node): number for number, node in enumerate(nodes)}
    following = [[order[id(after)] for after in successors(node) if id(after) in order] for node in nodes]
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    found: list[list[Node]] = []
    for root in range(len(nodes)):
        work = [(root, 0)] if root not in index else []
        while work:
            at, step = work.pop()
            if step == 0:
                index[at] = low[at] = len(index)
                stack.append(at)
                on_stack.add(at)
            for number in range(step, len(following[at])):
                after = following[at][number]
                if after not in index:
                    work += [(at, number + 1), (after, 0)]
                    break
                if after in on_stack:
                    low[at] = min(low[at], low[after])
            else:
                found += _closed(at, index, low, stack, on_stack, nodes)
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[at])
    return found


def _closed(
    at: int, index: dict[int, int], low: dict[int, int], stack: list[int], on_stack: set[int], nodes: list[Node]
) -> list[list[Node]]:
    if low[at] != index[at]:
        return []
    members: list[int] = []
    while not members or members[-1] != at:
        members.append(stack.pop())
        on_stack.discard(members[-1])
    return [[nodes[number] for number in sorted(members)]]


CHECKS: Final[tuple[Check, ...]] = (_ways_out, _endless)
