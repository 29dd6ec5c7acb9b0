"""Link events: a throw leads to the catch of the same name on its level, as if a flow were drawn between them."""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from app.domain.texts import Text
from app.engine.event_faults import Fault, definition_nodes, kind_of
from app.engine.xml import BPMN

NO_NAME: Final = Text(kk="сілтеменің аты жоқ.", ru="у ссылки нет имени.", en="the link has no name.")
NO_CATCH: Final = Text(
    kk="осы деңгейде «{name}» сілтемесін қабылдайтын оқиға жоқ.",
    ru="на этом уровне нет события, которое принимает ссылку «{name}».",
    en="no event of this level catches the link “{name}”.",
)
TWO_CATCHES: Final = Text(
    kk="«{name}» сілтемесін бірнеше оқиға қабылдайды; біреуін ғана қалдырыңыз.",
    ru="ссылку «{name}» принимают несколько событий; оставьте одно.",
    en="several events catch the link “{name}”; keep one of them.",
)
NO_THROW: Final = Text(
    kk="осы деңгейде «{name}» сілтемесін жіберетін оқиға жоқ.",
    ru="на этом уровне нет события, которое отправляет ссылку «{name}».",
    en="no event of this level throws the link “{name}”.",
)
FLOW_AT_LINK: Final = Text(
    kk="жіберетін сілтемеден бағыт шықпайды, қабылдайтынға бағыт кірмейді.",
    ru="из отправляющей ссылки не выходит поток, а в принимающую не входит.",
    en="no flow leaves a throwing link and none enters a catching one.",
)
_CONTAINERS: Final = frozenset(BPMN + name for name in ("process", "subProcess", "transaction", "adHocSubProcess"))


def link_faults(root: "etree._Element") -> Iterator[Fault]:
    """What is wrong with the links of a file."""
    for container in root.iter(*_CONTAINERS):
        throws, catches = _links(container, "intermediateThrowEvent"), _links(container, "intermediateCatchEvent")
        flows = container.findall(BPMN + "sequenceFlow")
        for event, name in (*throws, *catches):
            if not name:
                yield Fault(event.get("id", ""), "link.no_name", NO_NAME)
            end = "sourceRef" if event.tag == BPMN + "intermediateThrowEvent" else "targetRef"
            if any(flow.get(end) == event.get("id") for flow in flows):
                yield Fault(event.get("id", ""), "link.flow", FLOW_AT_LINK)
        caught, thrown = [name for _, name in catches], {name for _, name in throws}
        for event, name in throws:
            if name and name not in caught:
                yield Fault(event.get("id", ""), "link.no_catch", NO_CATCH.with_values(name=name))
        for event, name in catches:
            if name and name not in thrown:
                yield Fault(event.get("id", ""), "link.no_throw", NO_THROW.with_values(name=name))
            if name and caught.count(name) > 1:
                yield Fault(event.get("id", ""), "link.two_catches", TWO_CATCHES.with_values(name=name))


def draw_links(root: "etree._Element") -> None:
    """Put a flow between the events of every link of a file without `link_faults`."""
    for container in root.iter(*_CONTAINERS):
        catches = {name: event for event, name in _links(container, "intermediateCatchEvent")}
        for event, name in _links(container, "intermediateThrowEvent"):
            source, target = event.get("id", ""), catches[name].get("id", "")
            flow = {"id": f"{source}.Link", "sourceRef": source, "targetRef": target}
            etree.SubElement(container, BPMN + "sequenceFlow", flow)


def _links(container: "etree._Element", tag: str) -> list[tuple["etree._Element", str]]:
    """The link events among the children of `container`, each with the name of its link."""
    return [
        (event, (node.get("name") or event.get("name") or "").strip())
        for event in container.findall(BPMN + tag)
        for node in definition_nodes(event)
        if kind_of(node) == "link"
    ]
