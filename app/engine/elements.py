"""The flow nodes of a diagram, as plain facts."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final

from lxml import etree

from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.engine.xml import BPMN, SPIFF, read_xml

SUB_PROCESSES: Final = frozenset({"subProcess", "transaction", "adHocSubProcess"})
FLOW_NODES: Final = SUB_PROCESSES | {
    *("task", "userTask", "manualTask", "serviceTask", "scriptTask", "sendTask", "receiveTask", "businessRuleTask"),
    *("callActivity", "startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"),
    *("exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway", "complexGateway"),
}
_NUMBER: Final = r"[A-Z]?\d+(?:\.\d+)*"
_CLAUSE: Final = (
    rf"(?<![\w-])(?:KTEK-\d\.[A-E](?![\w-])|(?:KTEK|SKE|KST|KRG|ECC)-(?:[A-Z]+-)?{_NUMBER}"
    r"|KST-(?:CAT-[CST]|QUAL-X|DAY-CAL|[A-Z]{2,})(?![\w-])|(?:SKE|ECC)-A(?![\w-]))"
)
_CITED: Final = re.compile(rf"({_CLAUSE})(?:\s*(?:…|\.\.\.|–|—)\s*({_CLAUSE}|{_NUMBER}))?")
_NUMBERED: Final = re.compile(r"(.*?)(\d+)$")


class ProcessNotFoundError(AutomationError):
    """The diagram has no process with this id."""

    status = 422
    message: ClassVar[Text] = Text(
        kk="Схемада «{process_id}» процесі жоқ.",
        ru="В схеме нет процесса «{process_id}».",
        en="The diagram has no process “{process_id}”.",
    )


@dataclass(frozen=True, slots=True)
class Element:
    """A task, event, gateway or sub-process as drawn.

    `kind` is the BPMN tag ("userTask", "boundaryEvent", …). `lane` is the id of the innermost lane, found through the
    enclosing sub-process or the host of a boundary event where the element itself is in none. `role` is its own
    property or that of its lane. `step` (1–13) is its own or that of its sub-process. `parent` is the id of the
    enclosing sub-process, `attached_to` of a boundary event's host. `clauses` are those its documentation cites.
    """

    id: str
    kind: str
    name: Text
    documentation: str
    lane: str | None
    role: str | None
    step: int | None
    properties: Mapping[str, str]
    clauses: tuple[str, ...]
    parent: str | None
    attached_to: str | None


@dataclass(slots=True)
class _Scope:
    """What the children of a process or sub-process inherit."""

    parent: str | None = None
    lane: str | None = None
    step: int | None = None
    lanes: dict[str, str] = field(default_factory=dict)
    roles: dict[str, str | None] = field(default_factory=dict)


def read_elements(xml: bytes, process_id: str | None = None) -> Mapping[str, Element]:
    """The flow nodes of the process `process_id`, or of every process of the file, by id and in document order.

    Of two elements with one id the first stays (lint reports the second). Raises `DiagramXmlError`,
    `ProcessNotFoundError`.
    """
    return elements_of(read_xml(xml), process_id)


def elements_of(tree: "etree._ElementTree", process_id: str | None = None) -> Mapping[str, Element]:
    """As `read_elements`, of a tree that has been read already."""
    elements: dict[str, Element] = {}
    found = False
    for process in tree.getroot().findall(BPMN + "process"):
        if process_id in (None, process.get("id")):
            found = True
            _collect(process, _Scope(), elements)
    if process_id is not None and not found:
        raise ProcessNotFoundError(process_id=process_id)
    return elements


def properties_of(node: "etree._Element") -> dict[str, str]:
    """The `spiffworkflow:property` values of `node` itself, by name; the last of a name wins."""
    return {
        found.get("name", ""): found.get("value", "")
        for extensions in node.iterchildren(BPMN + "extensionElements")
        for properties in extensions.iterchildren(SPIFF + "properties")
        for found in properties.iterchildren(SPIFF + "property")
    }


def name_of(node: "etree._Element") -> Text:
    """The name of `node`: ru as drawn, kk and en from its properties, line breaks as spaces."""
    properties = properties_of(node)
    names = (properties.get("name_kk", ""), node.get("name", ""), properties.get("name_en", ""))
    return Text(*(" ".join(name.split()) for name in names))


def cited_clauses(documentation: str) -> tuple[str, ...]:
    """The requirement clauses that a text cites, once each and in order.

    "KST-PRIO-1…KST-PRIO-3" and "KST-S01…S03" are ranges; their numbers keep their leading zeros. So is
    "KTEK-1.A…KTEK-1.D".
    """
    clauses: dict[str, None] = {}
    for first, last in _CITED.findall(documentation):
        clauses.update(dict.fromkeys(_range(first, last)))
    return tuple(clauses)


def _range(first: str, last: str) -> list[str]:
    if not last:
        return [first]
    full = last if re.match(_CLAUSE, last) else first.rpartition("-")[0] + "-" + last
    if first[:-1] == full[:-1] and first[-1].isupper() and first[-1] <= full[-1]:
        return [f"{first[:-1]}{chr(letter)}" for letter in range(ord(first[-1]), ord(full[-1]) + 1)]
    start, end = _NUMBERED.match(first), _NUMBERED.match(full)
    if not start or not end or start[1] != end[1] or not 0 <= int(end[2]) - int(start[2]) < 100:
        return [first, full]
    width = len(start[2]) if start[2].startswith("0") else 0
    return [f"{start[1]}{number:0{width}d}" for number in range(int(start[2]), int(end[2]) + 1)]


def _collect(container: "etree._Element", scope: _Scope, elements: dict[str, Element]) -> None:
    for lanes in container.findall(BPMN + "laneSet"):
        _read_lanes(lanes, None, scope)
    for node in _flow_nodes(container):
        element = _element(node, scope)
        elements.setdefault(element.id, element)
        if element.kind in SUB_PROCESSES:
            inner = _Scope(element.id, element.lane, element.step, dict(scope.lanes), dict(scope.roles))
            _collect(node, inner, elements)


def _flow_nodes(container: "etree._Element") -> Iterator["etree._Element"]:
    return (node for node in container if node.tag.startswith(BPMN) and node.tag[len(BPMN) :] in FLOW_NODES)


def _read_lanes(lanes: "etree._Element", outer_role: str | None, scope: _Scope) -> None:
    for lane in lanes.findall(BPMN + "lane"):
        lane_id = lane.get("id", "")
        role = properties_of(lane).get("role") or outer_role
        scope.roles[lane_id] = role
        scope.lanes.update(
            {(reference.text or "").strip(): lane_id for reference in lane.findall(BPMN + "flowNodeRef")}
        )
        # after its own references: a node listed in both belongs to the inner lane
        for inner in lane.findall(BPMN + "childLaneSet"):
            _read_lanes(inner, role, scope)


def _element(node: "etree._Element", scope: _Scope) -> Element:
    properties = properties_of(node)
    documentation = "\n".join((found.text or "").strip() for found in node.findall(BPMN + "documentation"))
    attached_to = node.get("attachedToRef")
    node_id = node.get("id", "")
    lane = scope.lanes.get(node_id) or scope.lanes.get(attached_to or "") or scope.lane
    step = properties.get("step", "")
    return Element(
        id=node_id,
        kind=etree.QName(node).localname,
        name=name_of(node),
        documentation=documentation,
        lane=lane,
        role=properties.get("role") or scope.roles.get(lane or ""),
        step=int(step) if step.isascii() and step.isdigit() else scope.step,
        properties=properties,
        clauses=cited_clauses(documentation),
        parent=scope.parent,
        attached_to=attached_to,
    )
