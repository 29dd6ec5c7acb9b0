"""The workflow net of a scope: where tokens split and join, reduced to what can go wrong."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from app.engine.lint.model import Node, Scope, XmlNode
from app.engine.lint.structure import entries, link_targets, may_end

Routing = Literal["xor", "and", "or"]
_GATEWAYS: Final[dict[str, Routing]] = {
    "exclusiveGateway": "xor",
    "eventBasedGateway": "xor",
    "parallelGateway": "and",
    "inclusiveGateway": "or",
}
_CALLING: Final = ("escalation", "signal", "message")


@dataclass(slots=True, eq=False)
class Place:
    """Where a token may lie between two transitions; `flow` is the last flow of the diagram on the way.

    A place `aside` holds the chance of an event that does not interrupt: one at a time is enough to see what follows.
    The place of a `default` flow is filled alone: where nothing else of an inclusive choice is.
    """

    source: "Transition"
    target: "Transition"
    flow: str
    aside: bool = False
    default: bool = False


@dataclass(slots=True, eq=False)
class Transition:
    """What moves tokens: takes one of its places, all, or as many as will come, and fills one, all or some.

    `terminates` takes every other token away as well. Without places to fill it is where tokens end.
    """

    element: str
    join: Routing
    split: Routing
    terminates: bool = False
    incoming: list[Place] = field(default_factory=list)
    outgoing: list[Place] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Net:
    """The net of a scope; each of `starts`, fired once, begins it; `entrances` are how tokens enter its elements."""

    transitions: list[Transition] = field(default_factory=list)
    starts: list[Transition] = field(default_factory=list)
    entrances: dict[str, Transition] = field(default_factory=dict)

    def connect(
        self, source: Transition, target: Transition, flow: str, *, aside: bool = False, default: bool = False
    ) -> None:
        """A new place between two transitions."""
        place = Place(source, target, flow, aside, default)
        source.outgoing.append(place)
        target.incoming.append(place)


def net_of(scope: Scope) -> Net | None:
    """The net of a scope; None where its behaviour is not one of tokens and flows alone, or it cannot be told."""
    if scope.is_ad_hoc or any(_is_opaque(node) for node in scope.nodes.values()):
        return None
    starts = [node for node in entries(scope) if not node.is_event_sub_process and not node.is_compensation]
    if not starts or (len(starts) > 1 and any(node.kind != "startEvent" for node in starts)):
        return None
    net = Net()
    exits = {node.id: _add(net, node) for node in scope.nodes.values() if _takes_part(node)}
    for node in scope.nodes.values():
        if node.id in exits:
            _lead_on(net, node, exits)
    for node in starts:
        start = Transition("", "xor", "xor")
        net.connect(start, net.entrances[node.id], "")
        net.starts.append(start)
    net.transitions += net.starts
    only_reachable(net)
    return net


def _is_opaque(node: Node) -> bool:
    quantities = {str(node.xml.get(name, "1")).strip() for name in ("startQuantity", "completionQuantity")}
    return node.kind == "complexGateway" or quantities != {"1"} or len(_conditional(node)) > 6


def _takes_part(node: Node) -> bool:
    return not node.is_event_sub_process and not node.is_compensation and "compensate" not in _boundary_triggers(node)


def _boundary_triggers(node: Node) -> tuple[str, ...]:
    return node.triggers if node.kind == "boundaryEvent" else ()


def _conditional(node: Node) -> list[str]:
    """The flows of an inclusive choice."""
    if node.kind == "inclusiveGateway" and len(node.outgoing) > 1:
        return [flow.shown for flow in node.outgoing]
    if node.kind.endswith("Gateway"):
        return []
    return [flow.shown for flow in node.outgoing if flow.condition is not None]


def _add(net: Net, node: Node) -> Transition:
    """The transitions of a node; returns the one that its outgoing flows leave."""
    routing = _GATEWAYS.get(node.kind)
    split: Routing = routing or ("or" if _conditional(node) else "and")
    terminates = ends_scope(node) or _breaks_off(node)
    entrance = Transition(node.id, routing or "xor", split, terminates)
    net.transitions.append(entrance)
    net.entrances[node.id] = entrance
    listened = [each for each in node.boundaries if _takes_part(each)]
    if not listened:
        return entrance
    return _with_boundaries(net, node, entrance, listened)


def _with_boundaries(net: Net, node: Node, entrance: Transition, listened: list[Node]) -> Transition:
    """An activity ends in one of several ways; what does not interrupt may happen beside it, once."""
    exit_ = Transition(node.id, "xor", entrance.split)
    running = Transition(node.id, "xor", "xor")
    entrance.split = "and"
    net.transitions += [exit_, running]
    net.connect(entrance, running, "")
    net.connect(running, exit_, "")
    for boundary in listened:
        begin = running
        if not boundary.interrupting:
            begin = Transition(boundary.id, "xor", "xor")
            nothing = Transition(boundary.id, "xor", "and")
            net.transitions += [begin, nothing]
            net.connect(entrance, begin, "", aside=True)
            net.connect(begin, nothing, "")
        fired = Transition(boundary.id, "xor", "and")
        net.transitions.append(fired)
        net.connect(begin, fired, "")
        net.entrances[f"{boundary.id} fired"] = fired
    return exit_


def _breaks_off(node: Node) -> bool:
    """Whether the path stops where it must not: that is told by itself, and nobody is to be blamed for waiting."""
    return not node.outgoing and bool(node.scope.of_kind("endEvent")) and not may_end(node)


def ends_scope(node: Node) -> bool:
    """Whether the event takes all tokens of its scope away: it terminates, fails, cancels, or calls an interruption."""
    if node.kind not in ("endEvent", "intermediateThrowEvent"):
        return False
    if any(trigger in ("terminate", "error", "cancel") for trigger in node.triggers):
        return True
    thrown = [(trigger, _reference(each)) for trigger, each in zip(node.triggers, node.definitions, strict=True)]
    return any(_interrupts(catch, *each) for catch in _listeners(node.scope) for each in thrown)


def _listeners(scope: Scope) -> Iterator[Node]:
    """The events around that a throw within the scope may call: of event sub-processes and on the borders outside."""
    at: Scope | None = scope
    while at is not None:
        for node in at.nodes.values():
            if node.is_event_sub_process and node.content is not None:
                yield from node.content.of_kind("startEvent")
        if at.owner is not None:
            yield from at.owner.boundaries
        at = at.owner.scope if at.owner is not None else None


def _interrupts(catch: Node, trigger: str, reference: str) -> bool:
    caught = [_reference(each) for name, each in zip(catch.triggers, catch.definitions, strict=True) if name == trigger]
    return catch.interrupting and trigger in _CALLING and any(each in ("", reference) for each in caught)


def _reference(definition: XmlNode) -> str:
    names = ("escalationRef", "signalRef", "messageRef")
    return next((str(definition.get(name)).strip() for name in names if definition.get(name)), "")


def _lead_on(net: Net, node: Node, exits: dict[str, Transition]) -> None:
    source = exits[node.id]
    if source.terminates:
        return
    if node.kind == "boundaryEvent":
        fired = net.entrances.get(f"{node.id} fired")
        if fired is None:  # without a host it never fires
            return
        net.connect(fired, net.entrances[node.id], "")
    for flow in node.outgoing:
        if flow.target in net.entrances:
            net.connect(source, net.entrances[flow.target], flow.shown, default=flow.id == node.default != "")
    if node.kind == "intermediateThrowEvent" and "link" in node.triggers:
        for target in link_targets(node):
            net.connect(source, net.entrances[target.id], node.id)
    if source.split == "or" and any(flow.condition is None and flow.id != node.default for flow in node.outgoing):
        _separate_certain(net, node, source)


def _separate_certain(net: Net, node: Node, source: Transition) -> None:
    """Of an activity's flows those without a condition are always taken: they do not belong to the choice."""
    if node.kind.endswith("Gateway"):
        return
    choosing = {flow.shown for flow in node.outgoing if flow.condition is not None or flow.id == node.default}
    choice = Transition(node.id, "xor", "or")
    nothing = Transition(node.id, "xor", "and")
    net.transitions.append(choice)
    for place in [each for each in source.outgoing if each.flow in choosing]:
        source.outgoing.remove(place)
        place.source = choice
        choice.outgoing.append(place)
    source.split = "and"
    net.connect(source, choice, "")
    if not any(place.default for place in choice.outgoing):
        net.transitions.append(nothing)
        net.connect(choice, nothing, "")


def reduce(net: Net, *, keep: Iterable[Transition] = ()) -> None:
    """Take away all that cannot matter: sequences, choices and forks that meet again at once, simple loops.

    No step adds or hides a deadlock or a doubled token. The starts and `keep` stay.
    """
    kept = {id(each) for each in (*net.starts, *keep)}
    changed = True
    while changed:
        changed = False
        for transition in net.transitions:
            if id(transition) not in kept and not transition.incoming:
                continue
            skipped = id(transition) not in kept and _skip(transition)
            changed = skipped or _drop_loops(transition) or _drop_doubles(transition) or changed
        net.transitions = [each for each in net.transitions if each.incoming or id(each) in kept]


def _skip(transition: Transition) -> bool:
    """One place in, one out: the token just passes. A choice after a choice is one choice, a fork after a fork too."""
    if len(transition.incoming) != 1 or not transition.outgoing:
        return False
    place = transition.incoming[0]
    before = place.source
    passes = len(transition.outgoing) == 1
    apart = _merges(before) and transition.split != "xor"
    follows = len(before.outgoing) == 1 and not apart
    continues = transition.split == before.split != "or" and not apart
    if before is transition or not (passes or follows or continues):
        return False
    if follows and not passes:
        before.split = transition.split
    at = before.outgoing.index(place)
    before.outgoing[at : at + 1] = transition.outgoing
    for after in transition.outgoing:
        after.source = before
        after.flow = after.flow or place.flow
        after.aside = after.aside or place.aside
        after.default = place.default if before.split == "or" and passes and not follows else after.default
    transition.incoming, transition.outgoing = [], []
    return True


def _merges(transition: Transition) -> bool:
    """Whether several ways go on here as one; a fork is not drawn into it, lest it be blamed."""
    return transition.join == "xor" and len(transition.incoming) > 1


def _drop_loops(transition: Transition) -> bool:
    """A choice to come straight back changes nothing as long as there is another way."""
    loops = [place for place in transition.outgoing if place.target is transition]
    chooses = transition.join == "xor" and transition.split == "xor"
    if not chooses or not loops or len(loops) == len(transition.outgoing):
        return False
    for place in loops:
        _remove(place)
    return True


def _drop_doubles(transition: Transition) -> bool:
    """Ways that part here and meet again at once as they parted; branches of a fork that end at once."""
    seen: dict[int, Place] = {}
    dropped = False
    for place in list(transition.outgoing):
        target = place.target
        ends = not target.outgoing and not target.terminates
        key = 0 if ends and transition.split == "xor" else id(target)
        double = key in seen and (ends or not target.outgoing or target.join == transition.split)
        idle = ends and transition.split == "and" and len(transition.outgoing) > 1
        if target is transition or not (double or idle):
            seen[key] = place
            continue
        _remove(place)
        dropped = True
        if double:
            seen[key].default = False  # filled with others too, as the one that is gone was
    return dropped


def _remove(place: Place) -> None:
    place.source.outgoing.remove(place)
    place.target.incoming.remove(place)


def only_reachable(net: Net) -> None:
    """Leave out what no start leads to."""
    reached: dict[int, Transition] = {}
    waiting = list(net.starts)
    while waiting:
        transition = waiting.pop()
        if id(transition) not in reached:
            reached[id(transition)] = transition
            waiting += [place.target for place in transition.outgoing]
    for transition in net.transitions:
        if id(transition) not in reached:
            for place in list(transition.outgoing):
                _remove(place)
    net.transitions = [each for each in net.transitions if id(each) in reached]
