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


def named_messages(root: "etree._Element") -> dict[str, str]:
    """The id of the message that each task or event names that could be an end of a message flow; "" for none."""
    return {owner: _named(speaker) for owner, speaker in _speakers(root).items()}


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
    flows = list(root.iter(BPMN + "messageFlow"))
    ends = [[end for end in (flow.get("sourceRef"), flow.get("targetRef")) if end in speakers] for flow in flows]
    at: dict[str | None, list[int]] = {}
    for number, names in enumerate(ends):
        for name in names:
            at.setdefault(name, []).append(number)
    seen: set[int] = set()
    for first in range(len(flows)):
        met, waiting = [], [first]
        while waiting:
            number = waiting.pop()
            if number not in seen:
                seen.add(number)
                met.append(number)
                waiting += [each for name in ends[number] for each in at.pop(name, ())]
        if met:
            yield [(flows[number], [speakers[name or ""] for name in ends[number]]) for number in sorted(met)]


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
