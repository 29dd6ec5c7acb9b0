"""Checks of events: where they may stand, what they refer to, what follows them."""

import re
from collections.abc import Iterator
from typing import Final

from app.domain.problems import Problem
from app.engine.elements import SUB_PROCESSES
from app.engine.lint.model import ACTIVITIES, AUTOMATIC, Diagram, Node, Scope, XmlNode, local, nodes_of
from app.engine.lint.rules import events as rules
from app.engine.lint.structure import Check, link_name, link_targets, names_broken
from app.engine.xml import BPMN

_ALLOWED: Final = {
    "start": {"message", "timer", "conditional", "signal"},
    "event sub-process": {"message", "timer", "conditional", "signal", "error", "escalation", "compensate"},
    "catch": {"message", "timer", "conditional", "signal", "link"},
    "throw": {"message", "signal", "escalation", "link", "compensate"},
    "boundary": {"message", "timer", "conditional", "signal", "error", "escalation", "compensate", "cancel"},
    "end": {"message", "signal", "error", "escalation", "compensate", "terminate", "cancel"},
}
_ALWAYS_INTERRUPTING: Final = ("error", "cancel")
_CATCHING_ASIDE: Final = ("boundary", "event sub-process")
_REPEATED: Final = re.compile(r"R(?!0*1/)\d*/", re.IGNORECASE)
_REFERRED: Final = {
    "message": ("messageRef", "message"),
    "signal": ("signalRef", "signal"),
    "error": ("errorRef", "error"),
    "escalation": ("escalationRef", "escalation"),
}


def place_in_diagram(node: Node) -> str:
    """Where an event stands, in the words of `_ALLOWED`."""
    match node.kind:
        case "startEvent":
            return "event sub-process" if node.scope.is_event_sub_process else "start"
        case "intermediateCatchEvent":
            return "catch"
        case "intermediateThrowEvent":
            return "throw"
        case "boundaryEvent":
            return "boundary"
    return "end"


def _events(diagram: Diagram) -> Iterator[Node]:
    return (node for node in nodes_of(diagram) if node.kind.endswith("Event"))


def _positions(diagram: Diagram) -> Iterator[Problem]:
    for node in _events(diagram):
        place = place_in_diagram(node)
        if place in ("catch", "boundary") and not node.triggers and not _has_referred_definition(node):
            yield rules.NO_DEFINITION.at(diagram.file, node.id)
        for trigger in node.triggers:
            if trigger not in _ALLOWED[place] and not (place == "start" and node.scope.owner is not None):
                yield rules.NOT_HERE.at(diagram.file, node.id, trigger=trigger, place=place)
            elif trigger in _ALWAYS_INTERRUPTING and place in _CATCHING_ASIDE and not node.interrupting:
                yield rules.MUST_INTERRUPT.at(diagram.file, node.id, trigger=trigger)


def _has_referred_definition(node: Node) -> bool:
    return node.xml.find(BPMN + "eventDefinitionRef") is not None


def _boundaries(diagram: Diagram) -> Iterator[Problem]:
    for node in nodes_of(diagram):
        if node.kind != "boundaryEvent":
            continue
        yield from _host_of(diagram, node)
        if node.incoming:
            yield rules.BOUNDARY_INCOMING.at(diagram.file, node.id)
        compensates = "compensate" in node.triggers
        stated = names_broken(diagram, node, "outgoing")
        if not compensates and not stated and not any(flow.source == node.id for flow in node.scope.flows):
            yield rules.BOUNDARY_OUTGOING.at(diagram.file, node.id)


def _host_of(diagram: Diagram, node: Node) -> Iterator[Problem]:
    if node.host is None:
        yield rules.BOUNDARY_HOST.at(diagram.file, node.id, id=node.xml.get("attachedToRef") or "")
    elif node.host.kind not in ACTIVITIES or node.host.is_event_sub_process:
        yield rules.BOUNDARY_ON_OTHER.at(diagram.file, node.id, id=node.host.id)
    elif "timer" in node.triggers and node.host.kind in AUTOMATIC:
        yield rules.TIMER_ON_AUTOMATIC.at(diagram.file, node.id, id=node.host.id)
    elif "conditional" in node.triggers and node.host.kind in AUTOMATIC - {"serviceTask"}:
        yield rules.CONDITION_ON_AUTOMATIC.at(diagram.file, node.id, id=node.host.id)


def _cancels(diagram: Diagram) -> Iterator[Problem]:
    for node in _events(diagram):
        if "cancel" not in node.triggers:
            continue
        around = local(node.scope.xml) if node.kind == "endEvent" else node.host.kind if node.host else "transaction"
        if node.kind in ("endEvent", "boundaryEvent") and around != "transaction":
            yield rules.CANCEL_OUTSIDE.at(diagram.file, node.id)


def _references(diagram: Diagram) -> Iterator[Problem]:
    for node in _events(diagram):
        for definition, trigger in zip(node.definitions, node.triggers, strict=True):
            if trigger in _REFERRED:
                yield from _reference(diagram, node, definition, *_REFERRED[trigger])
    for node in nodes_of(diagram):
        if node.kind in ("sendTask", "receiveTask") and node.xml.get("messageRef"):
            yield from _reference(diagram, node, node.xml, "messageRef", "message")


def _reference(diagram: Diagram, node: Node, holder: XmlNode, attribute: str, kind: str) -> Iterator[Problem]:
    reference = (holder.get(attribute) or "").strip()
    if not reference:
        yield from _unreferred(diagram, node, kind)
        return
    found = diagram.named(reference, kind)
    if found is None:
        yield rules.REFERENCE.at(diagram.file, node.id, id=reference, attribute=attribute)
    elif kind in ("message", "signal") and not (found.get("name") or "").strip():
        yield rules.NAMED_BY_ID.at(diagram.file, reference, what=kind, id=reference)
    elif kind in ("error", "escalation") and not (found.get(f"{kind}Code") or "").strip():
        yield rules.CODELESS.at(diagram.file, reference, id=reference)


def _unreferred(diagram: Diagram, node: Node, kind: str) -> Iterator[Problem]:
    """An event without a message or signal goes by its own name; one that catches errors catches all."""
    if kind not in ("message", "signal"):
        if place_in_diagram(node) in ("throw", "end"):
            yield rules.CODELESS.at(diagram.file, node.id, id=node.id)
        return
    name = (node.xml.get("name") or "").strip()
    rule = rules.NAMED_BY_EVENT if name else rules.UNNAMED
    yield rule.at(diagram.file, node.id, what=kind, name=name)


def _conditional(diagram: Diagram) -> Iterator[Problem]:
    for node in _events(diagram):
        for definition in node.definitions:
            if (
                local(definition) == "conditionalEventDefinition"
                and not (definition.findtext(BPMN + "condition") or "").strip()
            ):
                yield rules.CONDITION_EMPTY.at(diagram.file, node.id)


def _cycles(diagram: Diagram) -> Iterator[Problem]:
    for node in nodes_of(diagram):
        for definition in node.definitions if node.kind == "intermediateCatchEvent" else ():
            text = (definition.findtext(BPMN + "timeCycle") or "").strip()
            if _REPEATED.match(text):
                yield rules.CYCLE_IN_CATCH.at(diagram.file, node.id, text=text[:80])


def _events_of_instances(diagram: Diagram) -> Iterator[Problem]:
    """A boundary event that interrupts and hears what the instances of its own activity tell of their completion."""
    for node in nodes_of(diagram):
        if node.kind == "boundaryEvent" and node.interrupting and node.host is not None:
            told = _told_by_instances(diagram, node.host)
            heard = [key for each in node.definitions if (key := _what(each)) is not None]
            if any(each in told for each in heard):
                yield rules.BEHAVIOUR_INTERRUPTS.at(diagram.file, node.id, id=node.host.id)


def _told_by_instances(diagram: Diagram, host: Node) -> list[tuple[str, str]]:
    several = host.xml.find(BPMN + "multiInstanceLoopCharacteristics")
    behavior = "" if several is None else (several.get("behavior") or "All").lower()
    found: list[XmlNode] = []
    if several is not None and behavior in ("none", "one"):
        found = diagram.by_id.get((several.get(f"{behavior}BehaviorEventRef") or "").strip(), [])
    elif several is not None and behavior == "complex":
        found = [each for event in several.iter(BPMN + "event") for each in event]
    return [key for each in found if (key := _what(each)) is not None]


def _what(definition: XmlNode) -> tuple[str, str] | None:
    """What an event definition speaks of: its kind and the id of its message, signal or escalation."""
    trigger = local(definition).removesuffix("EventDefinition")
    if trigger not in _REFERRED:
        return None
    return trigger, (definition.get(_REFERRED[trigger][0]) or "").strip()


def _event_gateways(diagram: Diagram) -> Iterator[Problem]:
    for node in nodes_of(diagram):
        if node.kind != "eventBasedGateway":
            continue
        for flow in node.outgoing:
            target = node.scope.nodes[flow.target]
            if not _waits_for_event(target):
                yield rules.GATEWAY_TARGET.at(diagram.file, node.id, id=target.id)
            elif len(target.incoming) > 1:
                yield rules.GATEWAY_TARGET_INCOMING.at(diagram.file, target.id)


def _waits_for_event(node: Node) -> bool:
    return node.kind == "receiveTask" or (node.kind == "intermediateCatchEvent" and "link" not in node.triggers)


def _sub_process_starts(diagram: Diagram) -> Iterator[Problem]:
    for scope in diagram.scopes:
        starts = scope.of_kind("startEvent")
        if scope.owner is None or scope.is_ad_hoc or not scope.nodes:
            continue
        if scope.is_event_sub_process:
            if len(starts) != 1 or not (starts[0].triggers or _has_referred_definition(starts[0])):
                yield rules.EVENT_SUB_PROCESS_START.at(diagram.file, starts[0].id if len(starts) == 1 else scope.id)
            continue
        for start in starts:
            if start.triggers:
                yield rules.SUB_PROCESS_START.at(diagram.file, start.id)
        if len(starts) > 1:
            yield rules.SUB_PROCESS_STARTS.at(diagram.file, scope.id, count=len(starts))


def _event_sub_processes(diagram: Diagram) -> Iterator[Problem]:
    for node in nodes_of(diagram):
        if node.kind in SUB_PROCESSES and node.is_event_sub_process and (node.incoming or node.outgoing):
            yield rules.EVENT_SUB_PROCESS_FLOW.at(diagram.file, node.id)


def _links(diagram: Diagram) -> Iterator[Problem]:
    for scope in diagram.scopes:
        caught: dict[str, Node] = {}
        thrown: set[str] = set()
        for node in scope.of_kind("intermediateThrowEvent", "intermediateCatchEvent"):
            for definition in node.definitions:
                if local(definition) == "linkEventDefinition":
                    yield from _link(diagram, node, definition, caught, thrown)
        for name, node in caught.items():
            if name not in thrown:
                yield rules.LINK_WITHOUT_THROW.at(diagram.file, node.id, name=name)


def _link(
    diagram: Diagram, node: Node, definition: XmlNode, caught: dict[str, Node], thrown: set[str]
) -> Iterator[Problem]:
    name = link_name(node, definition)
    throws = node.kind == "intermediateThrowEvent"
    if (node.outgoing if throws else node.incoming) != []:
        yield rules.LINK_FLOW.at(diagram.file, node.id)
    if not name:
        yield rules.LINK_NAME.at(diagram.file, node.id)
    elif throws:
        thrown.add(name)
        if not link_targets(node):
            yield rules.LINK_WITHOUT_CATCH.at(diagram.file, node.id, name=name)
    elif name in caught:
        yield rules.LINK_TWICE.at(diagram.file, node.id, name=name)
    else:
        caught[name] = node


def _compensation(diagram: Diagram) -> Iterator[Problem]:
    handlers = handlers_of_compensation(diagram)
    for node in nodes_of(diagram):
        if node.kind == "boundaryEvent" and "compensate" in node.triggers and node.id not in handlers:
            yield rules.COMPENSATION_HANDLER.at(diagram.file, node.id)
        if node.is_compensation:
            if node.incoming or node.outgoing:
                yield rules.COMPENSATION_FLOW.at(diagram.file, node.id)
            if node.id not in handlers.values() and not node.is_event_sub_process:
                yield rules.COMPENSATION_ALONE.at(diagram.file, node.id)
        if node.kind in ("intermediateThrowEvent", "endEvent"):
            yield from _compensation_thrown(diagram, node)


def handlers_of_compensation(diagram: Diagram) -> dict[str, str]:
    """Compensation boundary event → the compensation activity that an association leads to."""
    found: dict[str, str] = {}
    for association in diagram.root.iter(BPMN + "association"):
        ends = association.get("sourceRef") or "", association.get("targetRef") or ""
        for event, activity in (ends, ends[::-1]):
            source, target = diagram.nodes.get(event), diagram.nodes.get(activity)
            if source is not None and target is not None and source.kind == "boundaryEvent" and target.is_compensation:
                found[event] = activity
    return found


def _compensation_thrown(diagram: Diagram, node: Node) -> Iterator[Problem]:
    for definition in node.definitions:
        if local(definition) != "compensateEventDefinition":
            continue
        reference = (definition.get("activityRef") or "").strip()
        if reference and reference not in diagram.nodes:
            yield rules.REFERENCE.at(diagram.file, node.id, id=reference, attribute="activityRef")
        elif not reference and not _something_to_compensate(node.scope):
            yield rules.COMPENSATION_NOTHING.at(diagram.file, node.id)
        for call in _calls_within(node.scope):
            handled = any("compensate" in each.triggers for each in call.boundaries)
            inside = call.calls is not None and _something_to_compensate(call.calls)
            if inside and not handled and reference in ("", call.id):
                yield rules.COMPENSATION_NOT_IN_CALLED.at(diagram.file, call.id)


def _calls_within(scope: Scope) -> list[Node]:
    return [node for inner in _with_inner(scope) for node in inner.nodes.values() if node.kind == "callActivity"]


def _something_to_compensate(scope: Scope) -> bool:
    """Whether an activity of the scope, or of one that encloses or is enclosed by it, can be compensated."""
    top = scope
    while top.is_event_sub_process and top.owner is not None:
        top = top.owner.scope
    return any(
        "compensate" in node.triggers and node.kind in ("boundaryEvent", "startEvent")
        for inner in _with_inner(top)
        for node in inner.nodes.values()
    )


def _with_inner(scope: Scope) -> Iterator[Scope]:
    yield scope
    for node in scope.nodes.values():
        if node.content is not None:
            yield from _with_inner(node.content)


CHECKS: Final[tuple[Check, ...]] = (
    _positions,
    _boundaries,
    _cancels,
    _references,
    _conditional,
    _cycles,
    _events_of_instances,
    _event_gateways,
    _sub_process_starts,
    _event_sub_processes,
    _links,
    _compensation,
)
