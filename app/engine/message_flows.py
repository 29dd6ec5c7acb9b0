"""The messages of events and tasks that name none but are joined by message flows."""

from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

from app.engine.xml import BPMN

_TASKS: Final = frozenset({BPMN + "sendTask", BPMN + "receiveTask"})
_DEFINITION: Final = BPMN + "messageEventDefinition"
_REFERENCE: Final = "messageRef"


def name_messages(root: "etree._Element") -> None:
    """Give what message flows join one message; in memory only.

    Events and tasks that name no message have that of the other
    end of their message flow, or the flow's; where nothing is named, the first flow itself is the message.
    """
    for flows in _joined(root):
        _name(root, flows)


def messages_of_ends(root: "etree._Element", flow: "etree._Element") -> tuple[str | None, str | None]:
    """The ids of the messages that the ends of a message flow name; "" where one names none, None where it has none."""
    speakers = _speakers(root)
    ends = (speakers.get(flow.get(end) or "") for end in ("sourceRef", "targetRef"))
    source, target = (None if speaker is None else _named(speaker) for speaker in ends)
    return source, target


def _speakers(root: "etree._Element") -> dict[str, Any]:
    """What holds the reference to the message, by the id of the task or event; of several messages none can be told."""
    found: dict[str, Any] = {}
    for element in root.iter(*_TASKS, _DEFINITION):
        owner: Any = element if element.tag in _TASKS else element.getparent()
        if element is owner or len(owner.findall(_DEFINITION)) == 1:
            found[owner.get("id", "")] = element
    return found


def _joined(root: "etree._Element") -> Iterator[list[tuple["etree._Element", list[Any]]]]:
    """The message flows with the speakers at their ends, those that meet at an end together."""
    speakers = _speakers(root)
    groups: list[list[tuple[etree._Element, list[Any]]]] = []
    for flow in root.iter(BPMN + "messageFlow"):
        ends = [speakers[end] for end in (flow.get("sourceRef"), flow.get("targetRef")) if end in speakers]
        met = [group for group in groups if any(one in ends for _, known in group for one in known)]
        groups = [group for group in groups if group not in met]
        groups.append([*(each for group in met for each in group), (flow, ends)])
    yield from groups


def _name(root: "etree._Element", flows: list[tuple["etree._Element", list[Any]]]) -> None:
    speakers = [speaker for _, ends in flows for speaker in ends]
    named = {_named(each) for each in [*speakers, *(flow for flow, _ in flows)]} - {""}
    nameless = [each for each in speakers if not _named(each)]
    first = flows[0][0]
    if len(named) > 1 or not nameless or not first.get("id"):
        return
    if not named:
        if all(len(ends) < 2 and _has_name(ends) for _, ends in flows):
            return  # nobody here is to find it: an event may go by its own name
        etree.SubElement(root, BPMN + "message", id=f"{first.get('id')}-message", name=first.get("id", ""))
        named = {f"{first.get('id')}-message"}
    for speaker in nameless:
        speaker.set(_REFERENCE, next(iter(named)))


def _named(element: "etree._Element") -> str:
    return (element.get(_REFERENCE) or "").strip()


def _has_name(ends: list[Any]) -> bool:
    return all(each.tag == _DEFINITION and (each.getparent().get("name") or "").strip() for each in ends)
