"""Who undoes what, as drawn: compensation events at borders, their handlers, event sub-processes, what is thrown."""

from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

from app.domain.texts import Text
from app.engine.errors import DiagramError
from app.engine.event_faults import definition_nodes, is_event_sub_process, kind_of
from app.engine.xml import BPMN

NO_HANDLER: Final = Text(
    kk="өтеу оқиғасы өтейтін әрекетпен (isForCompensation) байланыспен қосылмаған.",
    ru="событие компенсации не связано ассоциацией с действием, которое компенсирует (isForCompensation).",
    en="no association leads from the compensation event to an activity that undoes (isForCompensation).",
)
FLOW_AT_HANDLER: Final = Text(
    kk="өтейтін әрекетке бағыт кірмейді және шықпайды, оның шекаралық оқиғасы болмайды.",
    ru="у действия, которое компенсирует, нет потоков и граничных событий.",
    en="an activity that undoes has no flows and no boundary events.",
)
ONE_HANDLER: Final = Text(
    kk="әрекеттің бір ғана өтеу оқиғасы болады.",
    ru="у действия может быть только одно событие компенсации.",
    en="an activity can have only one compensation event.",
)
ONLY_INSIDE: Final = Text(
    kk="өтейтін оқиғалық ішкі процесс ішкі процесте біреу ғана болады, процестің өзінде болмайды.",
    ru="подпроцесс компенсации бывает только в подпроцессе и только один.",
    en="a compensation event sub-process stands in a sub-process only, and is the only one there.",
)
NO_ACTIVITY: Final = Text(
    kk="activityRef осы деңгейде жоқ әрекетке сілтейді.",
    ru="activityRef ссылается на действие, которого нет на этом уровне.",
    en="activityRef refers to an activity that is not on this level.",
)


def is_for_compensation(node: "etree._Element") -> bool:
    """Whether an activity undoes another."""
    return node.get("isForCompensation", "").strip() in ("true", "1")


def handlers_of(container: "etree._Element") -> Iterator[tuple[str, str, "etree._Element"]]:
    """Of every compensation event at a border: the id of its activity, its own, the activity that undoes.

    Raises `DiagramError`.
    """
    nodes = {node.get("id"): node for node in container.iterchildren(BPMN + "*")}
    hosts: set[str] = set()
    for event in container.iterchildren(BPMN + "boundaryEvent"):
        if "compensate" not in map(kind_of, definition_nodes(event)):
            continue
        handler = next((nodes[other] for other in _associated(event) if other in nodes), None)
        if handler is None or not is_for_compensation(handler):
            raise DiagramError(element=event.get("id", ""), reason=NO_HANDLER)
        if _is_wired(container, handler):
            raise DiagramError(element=handler.get("id", ""), reason=FLOW_AT_HANDLER)
        host = event.get("attachedToRef", "")
        if host in hosts:
            raise DiagramError(element=event.get("id", ""), reason=ONE_HANDLER)
        hosts.add(host)
        yield host, event.get("id", ""), handler


def undoing_sub_process(container: "etree._Element") -> "etree._Element | None":
    """The event sub-process that undoes a completed sub-process. Raises `DiagramError`."""
    found = [
        node
        for node in container.iterchildren(BPMN + "subProcess")
        if is_event_sub_process(node)
        for start in node.iterchildren(BPMN + "startEvent")
        if "compensate" in map(kind_of, definition_nodes(start))
    ]
    if found and (container.tag == BPMN + "process" or len(found) > 1):
        raise DiagramError(element=found[-1].get("id", ""), reason=ONLY_INSIDE)
    return found[0] if found else None


def thrown(event: "etree._Element") -> Any:
    """The definition by which an event undoes something, or cancels a transaction; None if it does not."""
    undoing = [node for node in definition_nodes(event) if kind_of(node) in ("compensate", "cancel")]
    return undoing[0] if undoing else None


def activity_to_undo(event: "etree._Element", definition: "etree._Element") -> str | None:
    """The id of the only activity that is to be undone. Raises `DiagramError` if it is nowhere in sight."""
    reference = definition.get("activityRef", "").strip()
    if not reference:
        return None
    local = reference.rpartition(":")[2]
    container = event.getparent()
    while container is not None:
        for node in container.iterchildren(BPMN + "*"):
            if node.get("id") in (reference, local):
                return str(node.get("id"))
        container = container.getparent() if is_event_sub_process(container) else None
    raise DiagramError(element=event.get("id", ""), reason=NO_ACTIVITY)


def _associated(event: "etree._Element") -> Iterator[str]:
    own = event.get("id")
    for association in event.getroottree().getroot().iter(BPMN + "association"):
        ends = [association.get("sourceRef", ""), association.get("targetRef", "")]
        if own in ends:
            yield ends[1 - ends.index(own)]


def _is_wired(container: "etree._Element", handler: "etree._Element") -> bool:
    own = handler.get("id")
    flows = container.iterchildren(BPMN + "sequenceFlow")
    events = container.iterchildren(BPMN + "boundaryEvent")
    return any(own in (flow.get("sourceRef"), flow.get("targetRef")) for flow in flows) or any(
        event.get("attachedToRef") == own for event in events
    )
