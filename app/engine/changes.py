"""What differs between two diagrams, element by element."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from lxml import etree

from app.domain.texts import Text
from app.engine.elements import name_of, properties_of
from app.engine.xml import BPMN, BPMNDI, DC, DI, SPIFF, read_xml

ChangeKind = Literal["added", "removed", "changed"]
_NOT_TOLD: Final = frozenset({"incoming", "outgoing", "extensionElements", "laneSet", "flowNodeRef", "documentation"})
_PARTS: Final = frozenset(
    {"multiInstanceLoopCharacteristics", "standardLoopCharacteristics", "ioSpecification", "conditionExpression"}
)
_WORDS: Final = {
    "name": "name",
    "name_kk": "name_kk",
    "name_en": "name_en",
    "documentation": "documentation",
    "documentation_kk": "documentation",
    "documentation_en": "documentation",
    "role": "role",
    "step": "step",
    "formKey": "form",
    "outsideFormKey": "form",
    "due": "due",
    "conditionExpression": "condition",
    "sourceRef": "ends",
    "targetRef": "ends",
    "attachedToRef": "ends",
    "default": "default",
    "calledElement": "called",
    "cancelActivity": "interrupting",
    "isInterrupting": "interrupting",
    "multiInstanceLoopCharacteristics": "repetition",
    "standardLoopCharacteristics": "repetition",
    "serviceTaskOperator": "handler",
    "calledDecisionId": "decision",
    "script": "script",
    "preScript": "script",
    "postScript": "script",
    "lane": "lane",
    "place": "place",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One element that is new, gone or another: `kind` of BPMN tag `tag`, `what` of it changed.

    `what` holds words such as "name", "due", "condition", "place"; "other" is what none of them says.
    """

    kind: ChangeKind
    element: str
    tag: str
    name: Text
    what: tuple[str, ...] = ()


def changes_between(before: bytes, after: bytes) -> list[Change]:
    """The changes from one diagram to the other: new, then gone, then changed. Raises `DiagramXmlError`."""
    was, now = _facts(before), _facts(after)
    found = [Change("added", key, now[key].tag, now[key].name) for key in now if key not in was]
    found += [Change("removed", key, was[key].tag, was[key].name) for key in was if key not in now]
    for key in now:
        if key in was and (what := _differences(was[key].facts, now[key].facts)):
            found.append(Change("changed", key, now[key].tag, now[key].name, what))
    return found


@dataclass(frozen=True, slots=True)
class _Facts:
    tag: str
    name: Text
    facts: Mapping[str, str]


def _differences(was: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    names = [key for key in {**was, **now} if was.get(key) != now.get(key)]
    return tuple(dict.fromkeys(_WORDS.get(name, "other") for name in names))


def _facts(xml: bytes) -> dict[str, _Facts]:
    root = read_xml(xml).getroot()
    lanes = {
        (reference.text or "").strip(): lane.get("id", "")
        for lane in root.iter(BPMN + "lane")
        for reference in lane.findall(BPMN + "flowNodeRef")
    }
    places = {shape.get("bpmnElement", ""): _place(shape) for shape in root.iter(BPMNDI + "*")}
    found: dict[str, _Facts] = {}
    for node in _told(root):
        key = node.get("id", "")
        facts = dict(_of(node)) | {"lane": lanes.get(key, ""), "place": places.get(key, "")}
        found[key] = _Facts(etree.QName(node).localname, name_of(node), facts)
    return found


def _told(root: "etree._Element") -> Iterator["etree._Element"]:
    """What people see as an element: with an id of its own, and not a part of another."""
    for node in root:
        if not node.tag.startswith(BPMN):
            continue
        tag = node.tag[len(BPMN) :]
        if tag in ("laneSet", "childLaneSet", "collaboration"):
            yield from _told(node)
        elif node.get("id") and tag not in _NOT_TOLD | _PARTS and not tag.endswith("EventDefinition"):
            yield node
            if tag in ("process", "subProcess", "transaction", "adHocSubProcess", "lane"):
                yield from _told(node)


def _of(node: "etree._Element") -> Iterator[tuple[str, str]]:
    for name, value in node.attrib.items():
        if name != "id":
            yield str(name), str(value)
    yield from properties_of(node).items()
    for child in node:
        tag = etree.QName(child).localname
        if tag == "documentation":
            yield tag, (child.text or "").strip()
        elif tag == "extensionElements":
            for own in child:
                if own.tag != SPIFF + "properties":
                    yield etree.QName(own).localname, _canonical(own)
        elif tag in _PARTS or tag.endswith("EventDefinition") or (not child.get("id") and tag not in _NOT_TOLD):
            yield tag, _canonical(child)


def _canonical(node: "etree._Element") -> str:
    """The content without the spaces between elements."""
    inside = "".join(_canonical(child) for child in node)
    attributes = sorted(f"{name!s}={value!s}" for name, value in node.attrib.items())
    return f"<{node.tag} {attributes}>{inside or (node.text or '').strip()}"


def _place(shape: "etree._Element") -> str:
    bounds = shape.find(DC + "Bounds")
    points = [bounds] if bounds is not None else shape.findall(DI + "waypoint")
    return ";".join(
        " ".join(_number(point.get(name, "")) for name in ("x", "y", "width", "height")) for point in points
    )


def _number(written: str) -> str:
    try:
        return f"{float(written):g}"
    except ValueError:
        return written
