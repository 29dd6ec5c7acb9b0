"""The drawing of a diagram: its BPMN DI, with what belongs to the shapes."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Literal

from lxml import etree

from app.domain.diagram import Box, Drawing, Flow, Lane, Node, Point, Repetition, enclosing
from app.domain.texts import Text
from app.engine.elements import FLOW_NODES, SUB_PROCESSES, name_of
from app.engine.xml import BPMN, BPMNDI, DC, DI, read_xml

_EVENT: Final = "EventDefinition"
_FLOWS: Final[Mapping[str, Literal["sequence", "message", "association"]]] = {
    "sequenceFlow": "sequence",
    "messageFlow": "message",
    "association": "association",
    "dataInputAssociation": "association",
    "dataOutputAssociation": "association",
}
_NODES: Final = FLOW_NODES | {"textAnnotation", "dataObjectReference", "dataStoreReference"}
_MARGIN: Final = 20.0
_NEAR: Final = 25.0


def read_drawing(xml: bytes) -> Drawing:
    """The drawing of the first diagram plane in the file.

    Shapes without a place are left out; a flow whose waypoints do not touch what it joins is drawn anew.
    Raises `DiagramXmlError`.
    """
    return drawing_of(read_xml(xml))


def drawing_of(tree: "etree._ElementTree") -> Drawing:
    """As `read_drawing`, of a tree that has been read already."""
    root = tree.getroot()
    plane = root.find(f"{BPMNDI}BPMNDiagram/{BPMNDI}BPMNPlane")
    semantics = {found: node for node in root.iter(f"{BPMN}*") if (found := node.get("id"))}
    placed = [] if plane is None else [(shape, semantics.get(shape.get("bpmnElement", ""))) for shape in plane]
    lanes = tuple(_lanes(placed))
    nodes = tuple(_nodes(placed))
    boxes = {node.id: node.box for node in nodes} | {lane.id: lane.box for lane in lanes}
    flows = tuple(_flows(placed, boxes))
    labels = [label for label in (*(node.label for node in nodes), *(flow.label for flow in flows)) if label]
    points = [point for flow in flows for point in flow.points]
    box = enclosing([*boxes.values(), *labels], points).grown(_MARGIN)
    return Drawing(box=box, lanes=lanes, nodes=nodes, flows=flows)


Placed = Iterable[tuple[Any, Any]]


def _lanes(placed: Placed) -> Iterator[Lane]:
    found = [
        Lane(node.get("id"), name_of(node), box, shape.get("isHorizontal") != "false")
        for shape, node in placed
        if _tag(node) in ("lane", "participant") and (box := _box(shape.find(DC + "Bounds")))
    ]
    return iter(sorted(found, key=lambda lane: -lane.box.width * lane.box.height))


def _nodes(placed: Placed) -> Iterator[Node]:
    found = [
        _node(shape, node, box)
        for shape, node in placed
        if _tag(node) in _NODES and (box := _box(shape.find(DC + "Bounds")))
    ]
    frames = sorted((node for node in found if node.expanded), key=lambda node: -node.box.width * node.box.height)
    return iter([*frames, *(node for node in found if not node.expanded)])


def _node(shape: Any, node: Any, box: Box) -> Node:
    kind = _tag(node)
    definitions = [_tag(child).removesuffix(_EVENT) for child in node if _tag(child).endswith(_EVENT)]
    return Node(
        id=node.get("id"),
        kind=kind,
        name=_annotation(node) if kind == "textAnnotation" else name_of(node),
        box=box,
        label=_label(shape),
        event=definitions[0] if len(definitions) == 1 else "multiple" if definitions else "",
        interrupting=node.get("cancelActivity") != "false" and node.get("isInterrupting") != "false",
        repetition=_repetition(node),
        expanded=kind in SUB_PROCESSES and _expanded(shape, box),
    )


def _expanded(shape: Any, box: Box) -> bool:
    """As the shape says; where it says nothing, a sub-process larger than a task shows its content."""
    written = shape.get("isExpanded")
    return written == "true" or (written is None and box.width > 150)


def _annotation(node: Any) -> Text:
    text = node.find(BPMN + "text")
    written = " ".join(("" if text is None else text.text or "").split())
    translated = name_of(node)
    return Text(translated.kk, written, translated.en)


def _repetition(node: Any) -> Repetition:
    several = node.find(BPMN + "multiInstanceLoopCharacteristics")
    if several is not None:
        return "sequential" if several.get("isSequential") == "true" else "parallel"
    return "loop" if node.find(BPMN + "standardLoopCharacteristics") is not None else ""


def _flows(placed: Placed, boxes: Mapping[str, Box]) -> Iterator[Flow]:
    placed = list(placed)
    defaults = {node.get("default") for _, node in placed if node is not None and node.get("default")}
    for shape, node in placed:
        kind = _FLOWS.get(_tag(node))
        if kind is None:
            continue
        source, target = _ends(node)
        points = tuple(_point(place) for place in shape.findall(DI + "waypoint"))
        points = _joined(points, boxes.get(source), boxes.get(target))
        if len(points) > 1:
            flow_id = node.get("id")
            yield Flow(flow_id, kind, name_of(node), points, source, target, _label(shape), flow_id in defaults)


def _ends(node: Any) -> tuple[str, str]:
    """The ids that a flow joins; a data association names its data only, its task stands around it."""
    source, target = node.get("sourceRef"), node.get("targetRef")
    if source is None and target is None:
        owner = node.getparent().get("id", "")
        inner = [(child.text or "").strip() for child in node if _tag(child) in ("sourceRef", "targetRef")]
        data = inner[0] if inner else ""
        return (data, owner) if _tag(node) == "dataInputAssociation" else (owner, data)
    return source or "", target or ""


def _joined(points: tuple[Point, ...], source: Box | None, target: Box | None) -> tuple[Point, ...]:
    """The waypoints, or a path of right angles from side to side where they lead elsewhere."""
    if source is None or target is None:
        return points
    if len(points) > 1 and source.distance(points[0]) <= _NEAR and target.distance(points[-1]) <= _NEAR:
        return points
    if source.right <= target.x:
        start, end = (source.right, source.middle[1]), (target.x, target.middle[1])
        turn = (start[0] + end[0]) / 2
        return (start, end) if start[1] == end[1] else (start, (turn, start[1]), (turn, end[1]), end)
    start, end = (source.middle[0], source.bottom), (target.middle[0], target.bottom)
    below = max(start[1], end[1]) + 30
    return start, (start[0], below), (end[0], below), end


def _label(shape: Any) -> Box | None:
    return _box(shape.find(f"{BPMNDI}BPMNLabel/{DC}Bounds"))


def _box(bounds: Any) -> Box | None:
    if bounds is None:
        return None
    x, y, width, height = (_number(bounds.get(name)) for name in ("x", "y", "width", "height"))
    return Box(x, y, width, height) if width > 0 and height > 0 else None


def _point(place: Any) -> Point:
    return _number(place.get("x")), _number(place.get("y"))


def _number(written: str | None) -> float:
    try:
        value = float(written or 0)
    except ValueError:
        return 0.0
    return value if abs(value) < 1e6 else 0.0


def _tag(node: Any) -> str:
    return "" if node is None else etree.QName(node).localname
