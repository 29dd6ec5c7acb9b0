"""Checks of ids, references, flows and borders."""

from collections.abc import Callable, Iterator
from typing import Final

from app.domain.problems import Problem
from app.engine.elements import FLOW_NODES
from app.engine.lint.model import (
    ACTIVITIES,
    CONDITIONAL,
    GATEWAYS,
    IDENTIFIED,
    Diagram,
    Flow,
    Node,
    Scope,
    XmlNode,
    is_bpmn,
    is_true,
    local,
    nodes_of,
    place_of,
)
from app.engine.lint.rules import structure as rules
from app.engine.message_flows import named_messages
from app.engine.parser import RESERVED_IDS
from app.engine.xml import BPMN

Check = Callable[[Diagram], Iterator[Problem]]
_RESERVED_ENDING: Final = (".EndJoin", ".BoundaryEventSplit", ".BoundaryEventJoin")
_IN_PROCESS: Final = FLOW_NODES | {
    *("documentation", "extensionElements", "auditing", "monitoring", "property", "laneSet", "sequenceFlow"),
    *("dataObject", "dataObjectReference", "dataStoreReference", "association", "textAnnotation", "group"),
    *("resourceRole", "performer", "humanPerformer", "potentialOwner", "correlationSubscription", "supports"),
    *("supportedInterfaceRef", "ioSpecification", "ioBinding", "incoming", "outgoing", "dataInputAssociation"),
    *("dataOutputAssociation", "standardLoopCharacteristics", "multiInstanceLoopCharacteristics"),
    *("completionCondition", "categoryValueRef", "globalTask", "choreographyTask", "callChoreography"),
    *("subChoreography", "subConversation", "artifact"),
}
_IN_NODE: Final = frozenset(
    {
        *("documentation", "extensionElements", "auditing", "monitoring", "categoryValueRef", "incoming", "outgoing"),
        *("ioSpecification", "property", "dataInputAssociation", "dataOutputAssociation", "resourceRole", "performer"),
        *("humanPerformer", "potentialOwner", "script", "rendering", "activationCondition", "completionCondition"),
        *("dataInput", "dataOutput", "inputSet", "outputSet", "eventDefinitionRef"),
    }
)
_DEFINITIONS: Final = frozenset(
    f"{kind}EventDefinition"
    for kind in (
        *("timer", "message", "signal", "error", "escalation", "conditional", "link", "compensate", "cancel"),
        "terminate",
    )
)


def _duplicate_ids(diagram: Diagram) -> Iterator[Problem]:
    for identity, bearers in diagram.by_id.items():
        found = [each for each in bearers if local(each) in IDENTIFIED]
        if len(found) > 1:
            kinds = ", ".join(local(each) for each in found[:4])
            yield rules.DUPLICATE_ID.at(diagram.file, identity, id=identity, kinds=kinds)


def _missing_ids(diagram: Diagram) -> Iterator[Problem]:
    for scope in diagram.scopes:
        if scope.owner is None and not scope.id:
            yield rules.MISSING_ID.at(diagram.file, "", kind="process")
        for child in scope.xml:
            if is_bpmn(child) and local(child) in FLOW_NODES and not child.get("id"):
                yield rules.MISSING_ID.at(diagram.file, scope.id, kind=local(child))


def _reserved_ids(diagram: Diagram) -> Iterator[Problem]:
    for identity, found in diagram.by_id.items():
        runs = any(local(each) in FLOW_NODES or local(each) == "process" for each in found)
        if identity in RESERVED_IDS and all(local(each) in ("startEvent", "endEvent") for each in found):
            continue
        if identity in RESERVED_IDS or (runs and (identity == "Root" or identity.endswith(_RESERVED_ENDING))):
            yield rules.RESERVED_ID.at(diagram.file, identity, id=identity)


def _executable(diagram: Diagram) -> Iterator[Problem]:
    marked = [scope for scope in diagram.processes if not is_true(scope.xml.get("isExecutable"), default=True)]
    if len(marked) == len(diagram.processes):
        yield from (rules.NOT_EXECUTABLE.at(diagram.file, scope.id) for scope in marked)


def _flow_ends(diagram: Diagram) -> Iterator[Problem]:
    for scope in diagram.scopes:
        for flow in scope.flows:
            yield from _ends_of(diagram, flow)


def _ends_of(diagram: Diagram, flow: Flow) -> Iterator[Problem]:
    source, target = diagram.nodes.get(flow.source), diagram.nodes.get(flow.target)
    if source is None:
        yield rules.DANGLING_SOURCE.at(diagram.file, flow.shown or flow.target, id=flow.source)
    if target is None:
        yield rules.DANGLING_TARGET.at(diagram.file, flow.shown, id=flow.target)
    if source is not None and target is not None and source.scope is not target.scope:
        same = source.scope.process == target.scope.process
        rule = rules.CROSSES_SUB_PROCESS if same else rules.CROSSES_POOL
        yield rule.at(diagram.file, flow.shown, source=source.id, target=target.id)


def _stated_flows(diagram: Diagram) -> Iterator[Problem]:
    """`incoming` and `outgoing` repeat what the flows say; where they say something else somebody was misled."""
    for node in nodes_of(diagram):
        for child in node.xml:
            tag = local(child) if is_bpmn(child) else ""
            if tag in ("incoming", "outgoing"):
                yield from _stated_flow(diagram, node, tag, (child.text or "").strip())


def _stated_flow(diagram: Diagram, node: Node, tag: str, reference: str) -> Iterator[Problem]:
    attribute, rule = (
        ("targetRef", rules.INCOMING_CONTRADICTS) if tag == "incoming" else ("sourceRef", rules.OUTGOING_CONTRADICTS)
    )
    bare = reference.rpartition(":")[2]
    found = diagram.named(reference, "sequenceFlow")
    if found is None:
        found = diagram.named(bare, "sequenceFlow")
    if found is None or found.get(attribute) != node.id:
        yield rule.at(diagram.file, node.id, id=reference)


def _starts_and_ends(diagram: Diagram) -> Iterator[Problem]:
    for scope in diagram.scopes:
        if not scope.nodes:
            # a pool beside others may be drawn closed
            if scope.owner is not None and not scope.is_ad_hoc and not scope.is_event_sub_process:
                yield rules.EMPTY_SUB_PROCESS.at(diagram.file, scope.id)
            elif scope.owner is not None or not diagram.nodes:
                yield rules.EMPTY_SCOPE.at(diagram.file, scope.id)
            continue
        starts, ends = scope.of_kind("startEvent"), scope.of_kind("endEvent")
        if ends and not starts and not any(_instantiates(node) for node in scope.nodes.values()):
            yield rules.NO_START.at(diagram.file, scope.id)
        if starts and not ends:
            yield rules.NO_END.at(diagram.file, scope.id)
        plain = [start for start in starts if not start.triggers]
        if scope.owner is None and len(plain) > 1:
            yield rules.SEVERAL_NONE_STARTS.at(diagram.file, plain[1].id, count=len(plain))


def _instantiates(node: Node) -> bool:
    return node.kind in ("receiveTask", "eventBasedGateway") and is_true(node.xml.get("instantiate"))


def _event_flows(diagram: Diagram) -> Iterator[Problem]:
    for node in nodes_of(diagram):
        if node.kind == "startEvent" and node.incoming:
            yield rules.START_INCOMING.at(diagram.file, node.id)
        if node.kind == "endEvent" and node.outgoing:
            yield rules.END_OUTGOING.at(diagram.file, node.id)


def _dead_ends(diagram: Diagram) -> Iterator[Problem]:
    for scope in diagram.scopes:
        if scope.is_ad_hoc or not scope.of_kind("endEvent"):
            continue
        leaving = {flow.source for flow in scope.flows}
        for node in scope.nodes.values():
            if node.id not in leaving and not may_end(node) and not names_broken(diagram, node, "outgoing"):
                yield rules.DEAD_END.at(diagram.file, node.id)


def may_end(node: Node) -> bool:
    """Whether a path may stop here without an end event; boundary events have a rule of their own."""
    if node.kind in ("endEvent", "boundaryEvent") or node.is_event_sub_process or node.is_compensation:
        return True
    return node.kind == "intermediateThrowEvent" and "link" in node.triggers


def _unreachable(diagram: Diagram) -> Iterator[Problem]:
    broken = {flow.target for scope in diagram.scopes for flow in scope.flows if _is_broken(diagram, flow)}
    for scope in diagram.scopes:
        roots = entries(scope)
        if scope.is_ad_hoc or not roots:
            continue
        lost = {id(node): node for node in scope.nodes.values()}
        _forget_reached(roots + _cut_off(diagram, scope, broken), lost)
        entered = {id(after) for node in lost.values() for after in successors(node) if after is not node}
        # one of each island: what nothing of it leads to, then one of each cycle
        for head in sorted(lost.values(), key=lambda node: id(node) in entered):
            if id(head) in lost:
                yield rules.UNREACHABLE.at(diagram.file, head.id)
                _forget_reached([head], lost)


def entries(scope: Scope) -> list[Node]:
    """Where tokens of a scope come from: starts, what instantiates, event sub-processes, compensation handlers."""
    found = [
        node
        for node in scope.nodes.values()
        if node.kind == "startEvent" or node.is_event_sub_process or node.is_compensation or _instantiates(node)
    ]
    if any(node.kind == "startEvent" or _instantiates(node) for node in found) or scope.of_kind("endEvent"):
        return found
    return [node for node in scope.nodes.values() if not node.incoming and node.kind != "boundaryEvent"]


def _cut_off(diagram: Diagram, scope: Scope, targets: set[str]) -> list[Node]:
    """The nodes that a broken flow was to lead to: the flow is to be mended, not they."""
    return [
        node
        for node in scope.nodes.values()
        if node.id in targets or _has_lost_its_source(node) or names_broken(diagram, node, "incoming")
    ]


def _has_lost_its_source(node: Node) -> bool:
    """A boundary event without a host and a link that nothing leads to have rules of their own."""
    return (node.kind == "boundaryEvent" and node.host is None) or (
        node.kind == "intermediateCatchEvent" and "link" in node.triggers
    )


def _is_broken(diagram: Diagram, flow: Flow) -> bool:
    source, target = diagram.nodes.get(flow.source), diagram.nodes.get(flow.target)
    return source is None or target is None or source.scope is not target.scope


def names_broken(diagram: Diagram, node: Node, tag: str) -> bool:
    """Whether `node` says that a broken flow comes in or goes out."""
    stated = {(each.text or "").strip() for each in node.xml.findall(BPMN + tag)}
    flows = (diagram.named(reference, "sequenceFlow") for reference in stated)
    ends = [(flow.get("sourceRef"), flow.get("targetRef")) for flow in flows if flow is not None]
    return any(source not in diagram.nodes or target not in diagram.nodes for source, target in ends)


def _forget_reached(roots: list[Node], lost: dict[int, Node]) -> None:
    waiting = list(roots)
    while waiting:
        node = waiting.pop()
        if lost.pop(id(node), None) is not None:
            waiting += successors(node)


def successors(node: Node) -> list[Node]:
    """What may come next to a node: by its flows, its boundary events, its link."""
    nodes = node.scope.nodes
    found = [nodes[flow.target] for flow in node.outgoing if flow.target in nodes]
    if node.kind == "intermediateThrowEvent" and "link" in node.triggers:
        found += link_targets(node)
    return found + node.boundaries


def link_targets(node: Node) -> list[Node]:
    """The catching link events of the scope with the name of this throwing one."""
    names = {link_name(node, each) for each in node.definitions if local(each) == "linkEventDefinition"}
    return [
        catch
        for catch in node.scope.of_kind("intermediateCatchEvent")
        if any(link_name(catch, each) in names for each in catch.definitions if local(each) == "linkEventDefinition")
    ]


def link_name(node: Node, definition: XmlNode) -> str:
    """The name of a link: its definition's, else its event's."""
    return str(definition.get("name") or node.xml.get("name") or "").strip()


def _conditions(diagram: Diagram) -> Iterator[Problem]:
    for node in nodes_of(diagram):
        yield from _default_of(diagram, node)
        for flow in node.outgoing:
            is_default = bool(flow.id) and flow.id == node.default
            if is_default and flow.condition is not None:
                yield rules.CONDITION_ON_DEFAULT.at(diagram.file, flow.shown)
            elif flow.condition is not None and _never_conditional(node):
                yield rules.CONDITION_NOT_ALLOWED.at(diagram.file, flow.shown, kind=node.kind)
            elif flow.condition is not None and node.kind in ACTIVITIES and len(node.outgoing) == 1:
                yield rules.CONDITION_ALONE.at(diagram.file, flow.shown, id=node.id)
            elif node.kind in CONDITIONAL and len(node.outgoing) > 1 and not is_default and flow.condition is None:
                yield rules.CONDITION_MISSING.at(diagram.file, flow.shown)


def _default_of(diagram: Diagram, node: Node) -> Iterator[Problem]:
    if node.default and node.default not in {flow.id for flow in node.outgoing}:
        yield rules.DEFAULT_FOREIGN.at(diagram.file, node.id, id=node.default)


def _never_conditional(node: Node) -> bool:
    return node.kind not in ACTIVITIES | CONDITIONAL | {"complexGateway"}


def _gateways(diagram: Diagram) -> Iterator[Problem]:
    for node in nodes_of(diagram):
        if node.kind not in GATEWAYS or node.kind == "eventBasedGateway":
            continue
        if len(node.incoming) == 1 and len(node.outgoing) == 1:
            yield rules.NEEDLESS_GATEWAY.at(diagram.file, node.id)


def _lanes(diagram: Diagram) -> Iterator[Problem]:
    for process in diagram.processes:
        of_node: dict[str, list[str]] = {}
        for lane in process.xml.iter(BPMN + "lane"):
            for reference in lane.findall(BPMN + "flowNodeRef"):
                name = (reference.text or "").strip()
                if name not in diagram.by_id:
                    yield rules.LANE_REFERENCE.at(diagram.file, lane.get("id") or process.id, id=name)
                if lane.find(BPMN + "childLaneSet") is None:
                    of_node.setdefault(name, []).append(lane.get("id") or "")
        for name, lanes in of_node.items():
            if len(lanes) > 1:
                yield rules.IN_SEVERAL_LANES.at(diagram.file, name, lanes=", ".join(lanes))


_REFERENCES: Final = (
    ("participant", "processRef", True),
    ("messageFlow", "sourceRef", False),
    ("messageFlow", "targetRef", False),
    ("messageFlow", "messageRef", True),
    ("association", "sourceRef", False),
    ("association", "targetRef", False),
    ("dataObjectReference", "dataObjectRef", False),
    ("dataStoreReference", "dataStoreRef", True),
)
"""Tag, attribute, and whether the reference is a qualified name, which may point into an imported file."""


def _references(diagram: Diagram) -> Iterator[Problem]:
    for tag, attribute, qualified in _REFERENCES:
        for element in diagram.root.iter(BPMN + tag):
            reference = (element.get(attribute) or "").strip()
            imported = qualified and ":" in reference
            if reference and reference not in diagram.by_id and not imported:
                yield rules.REFERENCE.at(diagram.file, place_of(element), attribute=attribute, id=reference)
    for tag in ("dataInputAssociation", "dataOutputAssociation"):
        for association in diagram.root.iter(BPMN + tag):
            yield from _data_association(diagram, association)


def _data_association(diagram: Diagram, association: XmlNode) -> Iterator[Problem]:
    for attribute in ("sourceRef", "targetRef"):
        for element in association.findall(BPMN + attribute):
            reference = (element.text or "").strip()
            if reference and reference not in diagram.by_id:
                yield rules.REFERENCE.at(diagram.file, place_of(association), attribute=attribute, id=reference)


def _message_flows(diagram: Diagram) -> Iterator[Problem]:
    pools = {each.get("id"): each.get("processRef") for each in diagram.root.iter(BPMN + "participant")}
    named = named_messages(diagram.root)
    for flow in diagram.root.iter(BPMN + "messageFlow"):
        ends = [_pool_of(diagram, pools, flow.get(name) or "") for name in ("sourceRef", "targetRef")]
        if ends[0] and ends[0] == ends[1]:
            yield rules.MESSAGE_FLOW_WITHIN.at(diagram.file, place_of(flow))
        sent, received = (named.get(flow.get(name) or "") for name in ("sourceRef", "targetRef"))
        if sent and received and sent != received:
            yield rules.MESSAGE_FLOW_DIFFERS.at(diagram.file, place_of(flow), sent=sent, received=received)
        if (sent is None) != (received is None):
            mute = flow.get("sourceRef") if sent is None else flow.get("targetRef")
            if mute in diagram.nodes:
                yield rules.MESSAGE_FLOW_MUTE.at(diagram.file, place_of(flow), id=mute)


def _pool_of(diagram: Diagram, pools: dict[str | None, str | None], reference: str) -> str | None:
    node = diagram.nodes.get(reference)
    return node.scope.process if node is not None else pools.get(reference)


def _unknown_elements(diagram: Diagram) -> Iterator[Problem]:
    for scope in diagram.scopes:
        for child in scope.xml:
            if not isinstance(child.tag, str):
                continue
            place = child.get("id") or scope.id
            if not is_bpmn(child):
                yield rules.FOREIGN_ELEMENT.at(diagram.file, place, kind=local(child))
            elif local(child) not in _IN_PROCESS:
                yield rules.UNKNOWN_ELEMENT.at(diagram.file, place, kind=local(child))
    for node in nodes_of(diagram):
        for child in node.xml:
            if node.content is None and is_bpmn(child) and not _belongs(node, local(child)):
                yield rules.UNKNOWN_ELEMENT.at(diagram.file, node.id, kind=local(child))


def _belongs(node: Node, kind: str) -> bool:
    """Whether the standard knows this kind of element within the node."""
    if kind.endswith("LoopCharacteristics"):
        return node.kind in ACTIVITIES
    return kind in _IN_NODE or (kind in _DEFINITIONS and node.kind.endswith("Event"))


CHECKS: Final[tuple[Check, ...]] = (
    _missing_ids,
    _duplicate_ids,
    _reserved_ids,
    _executable,
    _flow_ends,
    _stated_flows,
    _starts_and_ends,
    _event_flows,
    _dead_ends,
    _unreachable,
    _conditions,
    _gateways,
    _lanes,
    _references,
    _message_flows,
    _unknown_elements,
)
