"""A diagram as lint sees it: scopes, nodes and flows, however broken the file is."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree

from app.engine.elements import FLOW_NODES, SUB_PROCESSES
from app.engine.xml import BPMN, SPIFF

XmlNode = Any
ACTIVITIES: Final = frozenset(kind for kind in FLOW_NODES if not kind.endswith(("Event", "Gateway")))
GATEWAYS: Final = frozenset(kind for kind in FLOW_NODES if kind.endswith("Gateway"))
CONDITIONAL: Final = frozenset({"exclusiveGateway", "inclusiveGateway"})
AUTOMATIC: Final = frozenset({"serviceTask", "scriptTask", "businessRuleTask", "sendTask"})
"""Tasks that nobody is waited for."""
IDENTIFIED: Final = FLOW_NODES | {
    *("process", "sequenceFlow", "lane", "participant", "messageFlow", "message", "signal", "error", "escalation"),
    *("dataObject", "dataObjectReference", "dataStoreReference", "dataStore", "association", "textAnnotation"),
    *("collaboration", "group", "category", "correlationProperty", "correlationKey"),
}
"""What is referred to by its id, or what a person sees."""


@dataclass(slots=True, eq=False)
class Flow:
    """A sequence flow; `source` and `target` are the ids as written, which may lead nowhere."""

    id: str
    source: str
    target: str
    xml: XmlNode
    scope: "Scope"
    condition: str | None

    @property
    def shown(self) -> str:
        """The id by which the flow is spoken of: its source's where it has none."""
        return self.id or self.source


@dataclass(slots=True, eq=False)
class Node:
    """A flow node with the flows of its own scope, the boundary events on it, its content, and the process it calls."""

    id: str
    kind: str
    xml: XmlNode
    scope: "Scope"
    definitions: tuple[XmlNode, ...] = ()
    incoming: list[Flow] = field(default_factory=list)
    outgoing: list[Flow] = field(default_factory=list)
    boundaries: list["Node"] = field(default_factory=list)
    host: "Node | None" = None
    content: "Scope | None" = None
    calls: "Scope | None" = None

    @property
    def triggers(self) -> tuple[str, ...]:
        """What the event is about: "timer", "message", …; empty for a none event or another kind of node."""
        return tuple(local(each).removesuffix("EventDefinition") for each in self.definitions)

    @property
    def interrupting(self) -> bool:
        """Whether a boundary event or the start of an event sub-process ends what it interrupts."""
        attribute = "cancelActivity" if self.kind == "boundaryEvent" else "isInterrupting"
        return is_true(self.xml.get(attribute), default=True)

    @property
    def default(self) -> str:
        """The id of the default flow, "" without one."""
        return self.xml.get("default") or ""

    @property
    def called_process(self) -> str:
        """The id of the process that a call activity calls; "" without one."""
        return str(self.xml.get("calledElement") or "").strip() if self.kind == "callActivity" else ""

    @property
    def called_decision(self) -> str:
        """The id of the decision that a business rule task asks; "" without one."""
        if self.kind != "businessRuleTask":
            return ""
        return (self.xml.findtext(f"{BPMN}extensionElements/{SPIFF}calledDecisionId") or "").strip()

    @property
    def is_event_sub_process(self) -> bool:
        """Whether the node is a sub-process that an event starts."""
        return self.kind in SUB_PROCESSES and is_true(self.xml.get("triggeredByEvent"))

    @property
    def is_compensation(self) -> bool:
        """Whether the activity only makes good what another has done."""
        return is_true(self.xml.get("isForCompensation"))


@dataclass(slots=True, eq=False)
class Scope:
    """A process or the inside of a sub-process; `owner` is the sub-process, None for a process."""

    id: str
    xml: XmlNode
    process: str
    owner: Node | None
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)

    @property
    def is_ad_hoc(self) -> bool:
        """Whether its activities have no order."""
        return local(self.xml) == "adHocSubProcess"

    @property
    def is_event_sub_process(self) -> bool:
        """Whether an event starts it."""
        return self.owner is not None and self.owner.is_event_sub_process

    def of_kind(self, *kinds: str) -> list[Node]:
        """The nodes of these kinds in document order."""
        return [node for node in self.nodes.values() if node.kind in kinds]


@dataclass(slots=True, eq=False)
class Diagram:
    """One file, read.

    `nodes` are the flow nodes of all scopes by id (of a duplicate id the first), `by_id` every BPMN element with an id.
    """

    file: str
    root: XmlNode
    scopes: list[Scope] = field(default_factory=list)
    nodes: dict[str, Node] = field(default_factory=dict)
    by_id: dict[str, list[XmlNode]] = field(default_factory=dict)

    @property
    def processes(self) -> list[Scope]:
        """The scopes that are processes."""
        return [scope for scope in self.scopes if scope.owner is None]

    @property
    def calls(self) -> set[str]:
        """The ids of the processes that are called."""
        return {each.called_process for each in self.nodes.values() if each.called_process}

    @property
    def decisions(self) -> set[str]:
        """The ids of the decisions that are asked."""
        return {each.called_decision for each in self.nodes.values() if each.called_decision}

    def named(self, reference: str, kind: str) -> XmlNode:
        """The element of the kind with this id, None if there is none."""
        return next((found for found in self.by_id.get(reference, ()) if local(found) == kind), None)


def read_diagram(file: str, tree: "etree._ElementTree") -> Diagram:
    """The diagram of a file; nothing in it is too broken."""
    diagram = Diagram(file, tree.getroot())
    for element in diagram.root.iter(BPMN + "*"):
        identity = element.get("id")
        if identity:
            diagram.by_id.setdefault(identity, []).append(element)
    for process in diagram.root.findall(BPMN + "process"):
        _read_scope(diagram, Scope(process.get("id") or "", process, process.get("id") or "", None))
    for scope in diagram.scopes:
        _connect(diagram, scope)
    return diagram


def _read_scope(diagram: Diagram, scope: Scope) -> None:
    diagram.scopes.append(scope)
    for child in scope.xml:
        kind = local(child) if is_bpmn(child) else ""
        if kind == "sequenceFlow":
            condition = text_of(child.find(BPMN + "conditionExpression"))
            source, target = child.get("sourceRef") or "", child.get("targetRef") or ""
            scope.flows.append(Flow(child.get("id") or "", source, target, child, scope, condition))
        elif kind in FLOW_NODES and child.get("id"):
            _read_node(diagram, scope, child, kind)


def _read_node(diagram: Diagram, scope: Scope, xml: XmlNode, kind: str) -> None:
    definitions = (each for each in xml if is_bpmn(each) and local(each).endswith("EventDefinition"))
    node = Node(xml.get("id") or "", kind, xml, scope, tuple(definitions))
    scope.nodes.setdefault(node.id, node)
    diagram.nodes.setdefault(node.id, node)
    if kind in SUB_PROCESSES:
        node.content = Scope(node.id, xml, scope.process, node)
        _read_scope(diagram, node.content)


def _connect(diagram: Diagram, scope: Scope) -> None:
    for flow in scope.flows:
        source, target = diagram.nodes.get(flow.source), diagram.nodes.get(flow.target)
        if source is not None and target is not None and source.scope is target.scope:
            source.outgoing.append(flow)
            target.incoming.append(flow)
    for node in scope.of_kind("boundaryEvent"):
        node.host = scope.nodes.get(node.xml.get("attachedToRef") or "")
        if node.host is not None:
            node.host.boundaries.append(node)


def local(element: XmlNode) -> str:
    """The name of an element without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def is_bpmn(element: XmlNode) -> bool:
    """Whether the element belongs to the standard's namespace."""
    return isinstance(element.tag, str) and element.tag.startswith(BPMN)


def is_true(value: str | None, *, default: bool = False) -> bool:
    """The truth of an attribute of XML."""
    return default if value is None else value.strip() in ("true", "1")


def text_of(element: XmlNode) -> str | None:
    """The text of an element without the spaces around it; None without an element or a text."""
    text = "" if element is None else (element.text or "").strip()
    return text or None


def place_of(element: XmlNode) -> str:
    """The id of the nearest element around that a person can see: itself, its event, its process."""
    while element is not None:
        kind = local(element) if is_bpmn(element) else ""
        if element.get("id") and kind in IDENTIFIED:
            return str(element.get("id"))
        element = element.getparent()
    return ""


def nodes_of(diagram: Diagram) -> Iterator[Node]:
    """All flow nodes, those of duplicate ids too once per scope."""
    return (node for scope in diagram.scopes for node in scope.nodes.values())


def beside(diagram: Diagram, node: Node) -> set[str]:
    """The ids of a node, of what touches it, and of the scopes around it: where a fault of the node may be seen."""
    found = {node.id, *(each.id for each in node.boundaries)}
    for flow in (each for scope in diagram.scopes for each in scope.flows):
        if node.id in (flow.source, flow.target):
            found |= {flow.shown, flow.source, flow.target}
    for association in diagram.root.iter(BPMN + "association"):
        ends = {association.get("sourceRef") or "", association.get("targetRef") or ""}
        found |= ends if node.id in ends else set()
    if node.host is not None:
        found.add(node.host.id)
    if node.content is not None:
        found |= set(node.content.nodes)
    scope: Scope | None = node.scope
    while scope is not None and scope.owner is not None:
        found.add(scope.id)
        scope = scope.owner.scope
    return found
