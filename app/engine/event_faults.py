"""Which events a diagram may have where: facts about its XML, told before anything is made of it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from lxml import etree

from app.domain.texts import Text
from app.engine.xml import BPMN

DEFINITION: Final = "EventDefinition"
_TRIGGERS: Final = frozenset({"message", "signal", "timer", "conditional"})
ALLOWED: Final = {
    "intermediateCatchEvent": _TRIGGERS | {"link"},
    "boundaryEvent": _TRIGGERS | {"error", "escalation", "cancel", "compensate"},
    "intermediateThrowEvent": frozenset({"message", "signal", "escalation", "link", "compensate"}),
    "endEvent": frozenset({"message", "signal", "escalation", "error", "cancel", "terminate", "compensate"}),
}
"""The kinds of definitions that an event may have; those of start events depend on what they start."""
STARTS_PROCESS: Final = frozenset({"message", "signal", "timer"})
STARTS_EVENT_SUB_PROCESS: Final = _TRIGGERS | {"error", "escalation", "compensate"}
_INSTANTIATING: Final = frozenset({"receiveTask", "eventBasedGateway"})
ONLY_ALONE: Final = frozenset({"link", "terminate", "cancel", "compensate"})
ALWAYS_INTERRUPTING: Final = frozenset({"error", "cancel"})

NO_KIND: Final = Text(
    kk="мұндай оқиға бұл жерде қолданылмайды ({kind}).",
    ru="такое событие здесь не поддерживается ({kind}).",
    en="such an event is not supported here ({kind}).",
)
NO_DEFINITION: Final = Text(
    kk="eventDefinitionRef жоқ анықтамаға сілтейді.",
    ru="eventDefinitionRef ссылается на определение, которого нет.",
    en="eventDefinitionRef refers to a definition that does not exist.",
)
NEEDS_KIND: Final = Text(
    kk="оқиғаның түрі берілмеген: хабарлама, таймер немесе басқасын таңдаңыз.",
    ru="у события не указан вид: выберите сообщение, таймер или другой.",
    en="the event has no kind: choose a message, a timer or another.",
)
NO_CONDITION: Final = Text(
    kk="шартты оқиғаның шарты жазылмаған.", ru="у условного события нет условия.", en="the event has no condition."
)
ALONE: Final = Text(
    kk="бұл анықтама ({kind}) оқиғада жалғыз тұруы керек.",
    ru="это определение ({kind}) должно быть у события единственным.",
    en="this definition ({kind}) must be the only one of its event.",
)
MUST_INTERRUPT: Final = Text(
    kk="қате мен бас тарту оқиғасы әрекетті міндетті түрде үзеді; үзбейтін белгісін алып тастаңыз.",
    ru="событие ошибки или отмены всегда прерывает; уберите признак «не прерывает».",
    en="an error or cancel event always interrupts; remove the non-interrupting mark.",
)
NO_HOST: Final = Text(
    kk="шекаралық оқиға осы деңгейдегі ешбір әрекетке бекітілмеген.",
    ru="граничное событие не прикреплено ни к одному действию этого уровня.",
    en="the boundary event is attached to no activity of its level.",
)
HOST_IS_EVENT_SUB_PROCESS: Final = Text(
    kk="оқиғалық ішкі процеске шекаралық оқиға бекітуге болмайды.",
    ru="к событийному подпроцессу нельзя прикрепить граничное событие.",
    en="no boundary event may be attached to an event sub-process.",
)
ONLY_TRANSACTION: Final = Text(
    kk="бас тарту оқиғасы тек транзакцияда болады: соңғысы оның ішінде, шекаралығы оның шетінде.",
    ru="событие отмены бывает только у транзакции: конечное внутри неё, граничное на её границе.",
    en="a cancel event belongs to a transaction: the end event inside it, the boundary event at its border.",
)
NO_CANCEL_BORDER: Final = Text(
    kk="транзакцияның шетінде бас тартуды қабылдайтын шекаралық оқиға жоқ.",
    ru="на границе транзакции нет события, которое принимает отмену.",
    en="the transaction has no boundary event that takes the cancelling.",
)
PARALLEL_START: Final = Text(
    kk="процесс бірнеше оқиғаның бәрін күтіп басталмайды; бөлек бастапқы оқиғалар қойыңыз.",
    ru="процесс не может начинаться, дождавшись всех событий; поставьте отдельные стартовые события.",
    en="a process cannot start by waiting for all of several events; draw separate start events.",
)
SAME_START: Final = Text(
    kk="бір хабарлама немесе сигнал екі бастапқы оқиғада тұр.",
    ru="одно сообщение или сигнал стоит у двух стартовых событий.",
    en="two start events wait for the same message or signal.",
)
PLAIN_START: Final = Text(
    kk="ішкі процестің бастапқы оқиғасы қарапайым болуы керек; оқиғадан басталса, оқиғалық ішкі процесс сызыңыз.",
    ru="стартовое событие подпроцесса должно быть простым; если его начинает событие, нужен событийный подпроцесс.",
    en="the start event of a sub-process must be a plain one; draw an event sub-process if an event starts it.",
)
ONE_TRIGGER: Final = Text(
    kk="оқиғалық ішкі процесте түрі көрсетілген дәл бір бастапқы оқиға болуы керек.",
    ru="в событийном подпроцессе должно быть ровно одно стартовое событие с указанным видом.",
    en="an event sub-process must have exactly one start event, and that of some kind.",
)
NO_FLOWS: Final = Text(
    kk="оқиғалық ішкі процеске бағыт кірмейді және шықпайды.",
    ru="в событийный подпроцесс не входят и из него не выходят потоки.",
    en="no flow enters or leaves an event sub-process.",
)
NO_LOOP: Final = Text(
    kk="оқиғалық ішкі процесс қайталанбайды және көп данлы болмайды.",
    ru="событийный подпроцесс не может повторяться или быть многоэкземплярным.",
    en="an event sub-process cannot be repeated or have several instances.",
)


NO_START_HERE: Final = Text(
    kk="мұндай элемент процесті тек оның ең жоғарғы деңгейінде бастай алады, оған бағыт кірмейді, ол қайталанбайды.",
    ru="такой элемент может начинать процесс только на его верхнем уровне, без входящих потоков и повторов.",
    en="such an element can start a process only at its top level, without incoming flows, loops and boundary events.",
)
START_GATEWAY: Final = Text(
    kk="процесті бастайтын оқиғалық шлюзден кейін тек хабарлама мен сигнал тұрады, біріншісі шешеді.",
    ru="после событийного шлюза, начинающего процесс, могут стоять только сообщения и сигналы, решает первое.",
    en="only messages and signals may follow an event-based gateway that starts a process, and the first decides.",
)

NOTHING_TO_WAIT_FOR: Final = Text(
    kk="оқиғалық шлюзден ешқандай бағыт шықпайды: ол күтетін оқиғаларды салыңыз.",
    ru="из шлюза по событиям не выходит ни один поток: нарисуйте события, которых он ждёт.",
    en="no flow leaves the event-based gateway: draw the events it waits for.",
)
ONLY_STARTS_PARALLEL: Final = Text(
    kk="барлық оқиғаны (Parallel) тек процесті бастайтын оқиғалық шлюз күте алады; параллель шлюз қойыңыз.",
    ru="все события (Parallel) может ждать только шлюз, который начинает процесс; поставьте параллельный шлюз.",
    en="only an event-based gateway that starts a process may be Parallel; draw a parallel gateway.",
)


class Fault(NamedTuple):
    """Something about an event that cannot be carried out: the id of the element, a stable rule id, the reason."""

    element: str
    rule: str
    reason: Text


def kind_of(definition: "etree._Element") -> str:
    """What an event definition is about: "message", "timer"…; a compensation is "compensate"."""
    return etree.QName(definition).localname.removesuffix(DEFINITION)


def definition_nodes(event: "etree._Element") -> list["etree._Element"]:
    """The definitions of an event in the order they stand in, those it refers to among them; unknown ones left out."""
    return [node for node in _definitions(event) if node is not None]


def event_faults(root: "etree._Element") -> Iterator[Fault]:
    """What cannot be carried out about the events of a file, in the order they are drawn in."""
    for node in root.iter(BPMN + "*"):
        kind = etree.QName(node).localname
        if kind in ALLOWED:
            yield from _allowed(node, ALLOWED[kind])
        if kind in _FAULTS_OF:
            yield from _FAULTS_OF[kind](node)
        if instantiates(node):
            yield from _instantiating(node)
        elif is_event_sub_process(node):
            yield from _event_sub_process(node)


def is_event_sub_process(node: "etree._Element") -> bool:
    """Whether an element is an event sub-process."""
    return node.get("triggeredByEvent", "").strip() in ("true", "1")


def interrupts(start: "etree._Element") -> bool:
    """Whether the start event of an event sub-process interrupts what is around."""
    return start.get("isInterrupting", "true").strip() not in ("false", "0")


def instantiates(node: "etree._Element") -> bool:
    """Whether a receive task or event-based gateway starts instances."""
    return etree.QName(node).localname in _INSTANTIATING and node.get("instantiate", "").strip() in ("true", "1")


def instantiating_nodes(process: "etree._Element") -> list["etree._Element"]:
    """The receive tasks and event-based gateways of a process that start its instances."""
    return [node for node in process.iterchildren(BPMN + "*") if instantiates(node)]


def _definitions(event: "etree._Element") -> Iterator["etree._Element | None"]:
    for child in event:
        name = etree.QName(child).localname
        if child.tag.startswith(BPMN) and name.endswith(DEFINITION):
            yield child
        elif child.tag == BPMN + "eventDefinitionRef":
            reference = (child.text or "").strip()
            names = (reference, reference.rpartition(":")[2])
            yield next(
                (
                    node
                    for node in event.getroottree().getroot()
                    if node.get("id") in names and etree.QName(node).localname.endswith(DEFINITION)
                ),
                None,
            )


def _allowed(event: "etree._Element", allowed: frozenset[str]) -> Iterator[Fault]:
    element = event.get("id", "")
    nodes = list(_definitions(event))
    if None in nodes:
        yield Fault(element, "event.unknown_definition", NO_DEFINITION)
    kinds = [kind_of(node) for node in nodes if node is not None]
    for kind in kinds:
        if kind not in allowed:
            yield Fault(element, "event.not_supported", NO_KIND.with_values(kind=kind))
        elif kind in ONLY_ALONE and len(kinds) > 1:
            yield Fault(element, "event.only_alone", ALONE.with_values(kind=kind))
    for node in nodes:
        if (
            node is not None
            and kind_of(node) == "conditional"
            and not (node.findtext(BPMN + "condition") or "").strip()
        ):
            yield Fault(element, "event.no_condition", NO_CONDITION)


def _start(event: "etree._Element") -> Iterator[Fault]:
    container = event.getparent()
    nodes = definition_nodes(event)
    if container is None:
        return
    if is_event_sub_process(container):
        yield from _allowed(event, STARTS_EVENT_SUB_PROCESS)
        if not interrupts(event) and any(kind_of(node) in ALWAYS_INTERRUPTING for node in nodes):
            yield Fault(event.get("id", ""), "event.must_interrupt", MUST_INTERRUPT)
    elif container.tag == BPMN + "process":
        yield from _allowed(event, STARTS_PROCESS)
        if event.get("parallelMultiple") == "true" and len(nodes) > 1:
            yield Fault(event.get("id", ""), "event.parallel_start", PARALLEL_START)
    elif nodes:
        yield Fault(event.get("id", ""), "event.plain_start", PLAIN_START)


def _starts(process: "etree._Element") -> Iterator[Fault]:
    seen: set[tuple[str, str]] = set()
    for event in process.findall(BPMN + "startEvent"):
        for node in definition_nodes(event):
            name = (kind_of(node), node.get("messageRef") or node.get("signalRef") or "")
            if name[1] and name in seen:
                yield Fault(event.get("id", ""), "event.same_start", SAME_START)
            seen.add(name)


def _boundary(event: "etree._Element") -> Iterator[Fault]:
    element, kinds = event.get("id", ""), [kind_of(node) for node in definition_nodes(event)]
    if not kinds:
        yield Fault(element, "event.no_kind", NEEDS_KIND)
    interrupting = event.get("cancelActivity", "true").strip() not in ("false", "0")
    if not interrupting and ALWAYS_INTERRUPTING & set(kinds):
        yield Fault(element, "event.must_interrupt", MUST_INTERRUPT)
    host = _host(event)
    if host is None:
        yield Fault(element, "event.no_host", NO_HOST)
    elif is_event_sub_process(host):
        yield Fault(element, "event.on_event_sub_process", HOST_IS_EVENT_SUB_PROCESS)
    elif "cancel" in kinds and host.tag != BPMN + "transaction":
        yield Fault(element, "event.only_transaction", ONLY_TRANSACTION)


def _host(event: "etree._Element") -> "etree._Element | None":
    container = event.getparent()
    attached = event.get("attachedToRef")
    if container is None or not attached:
        return None
    found = next((node for node in container if node.get("id") == attached), None)
    if found is None:
        return None
    name = etree.QName(found).localname
    activity = name.lower().endswith("task") or name in {"callActivity", "subProcess", "transaction", "adHocSubProcess"}
    return found if activity else None


def _end(event: "etree._Element") -> Iterator[Fault]:
    if not any(kind_of(node) == "cancel" for node in definition_nodes(event)):
        return
    container = event.getparent()
    if container is None or container.tag != BPMN + "transaction":
        yield Fault(event.get("id", ""), "event.only_transaction", ONLY_TRANSACTION)
        return
    outer = container.getparent()
    borders = [] if outer is None else outer.findall(BPMN + "boundaryEvent")
    own = [each for each in borders if each.get("attachedToRef") == container.get("id")]
    if not any(kind_of(node) == "cancel" for each in own for node in definition_nodes(each)):
        yield Fault(event.get("id", ""), "event.no_cancel_border", NO_CANCEL_BORDER)


def _catch(event: "etree._Element") -> Iterator[Fault]:
    if not definition_nodes(event):
        yield Fault(event.get("id", ""), "event.no_kind", NEEDS_KIND)


def _event_gateway(gateway: "etree._Element") -> Iterator[Fault]:
    if not _flows(gateway, "sourceRef"):
        yield Fault(gateway.get("id", ""), "event.gateway_without_events", NOTHING_TO_WAIT_FOR)
    if gateway.get("eventGatewayType") == "Parallel" and not instantiates(gateway):
        yield Fault(gateway.get("id", ""), "event.parallel_gateway", ONLY_STARTS_PARALLEL)


def _event_sub_process(node: "etree._Element") -> Iterator[Fault]:
    element = node.get("id", "")
    starts = node.findall(BPMN + "startEvent")
    if len(starts) != 1 or not definition_nodes(starts[0]):
        yield Fault(element, "event.one_trigger", ONE_TRIGGER)
    if _flows(node, "sourceRef") or _flows(node, "targetRef"):
        yield Fault(element, "event.flows_at_event_sub_process", NO_FLOWS)
    if _repeats(node):
        yield Fault(element, "event.looped_event_sub_process", NO_LOOP)


def _instantiating(node: "etree._Element") -> Iterator[Fault]:
    element, container = node.get("id", ""), node.getparent()
    bordered = container is not None and any(
        event.get("attachedToRef") == element for event in container.findall(BPMN + "boundaryEvent")
    )
    if (
        container is None
        or container.tag != BPMN + "process"
        or bordered
        or _repeats(node)
        or _flows(node, "targetRef")
    ):
        yield Fault(element, "event.no_start_here", NO_START_HERE)
    elif node.tag == BPMN + "eventBasedGateway":
        behind = [flow.get("targetRef") for flow in _flows(node, "sourceRef")]
        events = [event for event in container if event.get("id") in behind]
        kinds = {kind_of(each) for event in events for each in definition_nodes(event)}
        if node.get("eventGatewayType") == "Parallel" or kinds - {"message", "signal"}:
            yield Fault(element, "event.start_gateway", START_GATEWAY)


def _flows(node: "etree._Element", end: str) -> list["etree._Element"]:
    container = node.getparent()
    flows = [] if container is None else container.findall(BPMN + "sequenceFlow")
    return [flow for flow in flows if flow.get(end) == node.get("id")]


def _repeats(node: "etree._Element") -> bool:
    loops = ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")
    return any(node.find(BPMN + loop) is not None for loop in loops)


_FAULTS_OF: Final[Mapping[str, Callable[["etree._Element"], Iterator[Fault]]]] = {
    "process": _starts,
    "startEvent": _start,
    "intermediateCatchEvent": _catch,
    "boundaryEvent": _boundary,
    "endEvent": _end,
    "eventBasedGateway": _event_gateway,
}
