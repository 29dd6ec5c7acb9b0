"""From the elements of one process to connected task specs: one after another, their flows in the order as written."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins import IntermediateCatchEventMixin, ReceiveTaskMixin

from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.engine.compensation import HandlerEnd
from app.engine.complex_gateway import ComplexGateway
from app.engine.data_flow import inputs_of, outputs_of
from app.engine.elements import FLOW_NODES
from app.engine.errors import DiagramError
from app.engine.event_faults import definition_nodes, is_event_sub_process, kind_of
from app.engine.expression_text import expression_of
from app.engine.flows import ConditionalFlows, Doubled, Quantity, SeveralTokens
from app.engine.undoing import is_for_compensation
from app.engine.xml import BPMN

ENDLESS: Final = frozenset({"endEvent"})
ROUTING: Final = frozenset(
    {"exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway", "complexGateway"}
)
ACTIVITIES: Final = frozenset(
    {
        *("task", "userTask", "manualTask", "serviceTask", "scriptTask", "sendTask", "receiveTask", "businessRuleTask"),
        *("callActivity", "subProcess", "transaction", "adHocSubProcess"),
    }
)

NO_TARGET: Final = Text(
    kk="бағыт жоқ элементке апарады.",
    ru="поток ведёт к элементу, которого нет.",
    en="a flow leads to an element that does not exist.",
)
NO_SOURCE: Final = Text(
    kk="бағыт жоқ элементтен шығады.",
    ru="поток выходит из элемента, которого нет.",
    en="a flow leaves an element that does not exist.",
)
NO_CONDITION: Final = Text(
    kk="шлюзден шығатын бағыттың шарты жоқ.",
    ru="у потока, выходящего из шлюза, нет условия.",
    en="a flow that leaves the gateway has no condition.",
)
NO_DEFAULT: Final = Text(
    kk="әдепкі бағыт осы элементтен шықпайды.",
    ru="поток по умолчанию не выходит из этого элемента.",
    en="the default flow does not leave this element.",
)
NOT_AN_EVENT: Final = Text(
    kk="оқиғалық шлюзден кейін тек аралық оқиға немесе хабарлама қабылдау тапсырмасы тұра алады.",
    ru="за событийным шлюзом может стоять только промежуточное событие или задача получения сообщения.",
    en="only an intermediate catch event or a receive task may follow an event-based gateway.",
)
FLOW_AFTER_END: Final = Text(
    kk="соңғы оқиғадан бағыт шықпайды.",
    ru="из конечного события поток не выходит.",
    en="no flow leaves an end event.",
)
NO_HOST: Final = Text(
    kk="шекаралық оқиға ешқандай тапсырмаға бекітілмеген.",
    ru="граничное событие не прикреплено ни к какой задаче.",
    en="the boundary event is attached to no activity.",
)
NO_ID_OF_ITS_OWN: Final = Text(
    kk="элементтің өзіне ғана тән идентификаторы жоқ.",
    ru="у элемента нет собственного идентификатора.",
    en="the element has no id of its own.",
)
NO_ACTIVATION: Final = Text(
    kk="кешенді шлюздің іске қосу шарты (activationCondition) жоқ.",
    ru="у комплексного шлюза нет условия активации (activationCondition).",
    en="the complex gateway has no activation condition (activationCondition).",
)
WRONG_QUANTITY: Final = Text(
    kk="startQuantity және completionQuantity бірден кем емес бүтін сан болуы керек.",
    ru="startQuantity и completionQuantity должны быть целыми числами не меньше единицы.",
    en="startQuantity and completionQuantity must be whole numbers of at least one.",
)


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow: its id, where it leads (the task spec that receives its tokens), its condition if any."""

    id: str
    target: Any
    condition: str | None
    is_default: bool


class Wired:
    """What all parsers of elements have in common: an element is read first and connected when all have been read.

    `entry` is the task spec where tokens arrive, `exit` the one they leave from.
    """

    process_parser: Any
    node: Any
    spec: Any
    task: Any
    entry: Any
    exit: Any

    def parse_node(self) -> Any:
        """Read the element with its loop and its boundary events; returns where its tokens arrive."""
        self.task = self.create_task()  # type: ignore[attr-defined]  # of the library's parser
        self.task.extensions = self.parse_extensions()  # type: ignore[attr-defined]  # of the library's parser
        self.repeat()
        self.entry = self.exit = self.task
        events = self.process_parser.get_boundary_events(self.node.get("id"))
        if events:
            self.entry = self._with_border(events)
        if self.kind in ACTIVITIES:
            self._count_tokens()
        return self.entry

    @property
    def bpmn_attributes(self) -> dict[str, Any]:
        """What every task spec is told of its element."""
        return {
            "description": self.get_description(),  # type: ignore[attr-defined]  # of the library's parser
            "lane": self.lane,  # type: ignore[attr-defined]  # of the library's parser
            "bpmn_name": self.node.get("name"),
            "documentation": self.node.findtext(BPMN + "documentation"),
            "data_input_associations": inputs_of(self.node),
            "data_output_associations": outputs_of(self.node),
        }

    @property
    def kind(self) -> str:
        """The tag of the element."""
        return str(etree.QName(self.node).localname)

    @property
    def undoes(self) -> bool:
        """Whether the element is a compensation handler."""
        return self.kind in ACTIVITIES and is_for_compensation(self.node) and not is_event_sub_process(self.node)

    def repeat(self) -> None:
        """Put a loop around the task, if it has one; a gateway has none."""

    def connect(self) -> None:
        """Connect the element with those its flows lead to; without flows its tokens end here (BPMN 2.0, 13.3.2)."""
        nodes = self.process_parser.get_outgoing_sequence_flows(self.node.get("id"))
        if self.kind in ENDLESS:
            if nodes:
                raise DiagramError(element=self.node.get("id"), reason=FLOW_AFTER_END)
            return
        flows = self._one_token_a_flow([self._flow(node) for node in nodes])
        self._check_default(flows)
        if flows:
            self.leave(flows)
        elif self.undoes:
            self.exit.connect(HandlerEnd(self.spec, f"{self.node.get('id')}.Undone", element=self.node.get("id")))
        else:
            self.exit.connect(self.spec.way_out)

    def leave(self, flows: list[Flow]) -> None:
        """Connect the outgoing flows of an activity or event: all that have no condition and those whose holds."""
        if all(flow.condition is None and not flow.is_default for flow in flows) or (
            len(flows) == 1 and flows[0].is_default
        ):
            for flow in flows:
                self.exit.connect(flow.target)
            return
        choice = ConditionalFlows(self.spec, f"{self.node.get('id')}.Flows", element=self.node.get("id"))
        self.exit.connect(choice)
        for flow in flows:
            if flow.is_default:
                choice.otherwise(flow.target)
            else:
                choice.when(flow.condition, flow.target)

    def condition_of(self, flow: Any) -> str | None:
        """The text of a flow's condition; None if it has none. Raises `DiagramError`."""
        return expression_of(flow.find(BPMN + "conditionExpression"), flow.get("id") or self.node.get("id"))

    def _flow(self, node: Any) -> Flow:
        target = self.process_parser.get_node_by_id(node.get("targetRef"))
        if target is None:
            raise DiagramError(element=node.get("id") or self.node.get("id"), reason=NO_TARGET)
        is_default = bool(node.get("id")) and node.get("id") == self.node.get("default")
        condition = None if is_default else self.condition_of(node)
        return Flow(node.get("id") or "", self.process_parser.parse_node(target), condition, is_default)

    def _one_token_a_flow(self, flows: list[Flow]) -> list[Flow]:
        """Of several flows from here to one target all but the first go through a task spec of their own.

        So do those that lead to a complex gateway, which knows them by their ids.
        """
        seen: set[str] = set()
        apart: list[Flow] = []
        for flow in flows:
            target = flow.target
            if target.name in seen or isinstance(target, ComplexGateway):
                name = f"{self.node.get('id')}.Flow{len(apart) + 1}"
                middle = Doubled(self.spec, name, element=self.node.get("id"))
                middle.connect(target)
                if isinstance(target, ComplexGateway):
                    target.flow_ids[name] = flow.id
                target = middle
            apart.append(Flow(flow.id, target, flow.condition, flow.is_default))
            seen.add(flow.target.name)
        return apart

    def _check_default(self, flows: list[Flow]) -> None:
        if self.node.get("default") and not any(flow.is_default for flow in flows):
            raise DiagramError(element=self.node.get("id"), reason=NO_DEFAULT)

    def _with_border(self, events: list[Any]) -> Any:
        name, lane = self.node.get("id"), self.task.lane
        split = BoundaryEventSplit(self.spec, f"{name}.BoundaryEventSplit", lane=lane)
        join = BoundaryEventJoin(self.spec, f"{name}.BoundaryEventJoin", lane=lane, split_task=split.name, cancel=True)
        split.connect(self.task)
        self.task.connect(join)
        for event in events:
            listener = self.process_parser.parse_node(event)
            split.connect(listener)
            listener.connect(join)
        return split

    def _count_tokens(self) -> None:
        needed, brought = self._quantity("startQuantity"), self._quantity("completionQuantity")
        name = self.node.get("id")
        if needed > 1:
            gate = Quantity(self.spec, f"{name}.StartQuantity", element=name, tokens=needed)
            gate.connect(self.entry)
            self.entry = gate
        if brought > 1:
            several = SeveralTokens(self.spec, f"{name}.CompletionQuantity", element=name, tokens=brought)
            self.exit.connect(several)
            self.exit = several

    def _quantity(self, attribute: str) -> int:
        text = self.node.get(attribute, "1").strip()
        if not (text.isascii() and text.isdigit()) or int(text) < 1:
            raise DiagramError(element=self.node.get("id"), reason=WRONG_QUANTITY)
        return int(text)


class WiredFork(Wired):
    """A gateway that sends a token along every flow, whatever their conditions."""

    def leave(self, flows: list[Flow]) -> None:
        """Connect every flow."""
        for flow in flows:
            self.exit.connect(flow.target)


class WiredChoice(Wired):
    """A gateway whose flows have conditions: all but the default one, or an only one."""

    def leave(self, flows: list[Flow]) -> None:
        """Connect the flows with their conditions."""
        if len(flows) > 1:
            for flow in flows:
                if flow.condition is None and not flow.is_default:
                    raise DiagramError(element=flow.id or self.node.get("id"), reason=NO_CONDITION)
        for flow in flows:
            if flow.condition is None:
                self.exit.connect(flow.target)
            else:
                self.exit.connect_outgoing_if(flow.condition, flow.target)


class WiredComplex(Wired):
    """A complex gateway."""

    def create_task(self) -> Any:
        """The gateway with its activation condition, which it needs to wait for several flows."""
        condition = self.node.find(BPMN + "activationCondition")
        text = expression_of(condition, self.node.get("id"))
        if text is None and len(incoming(self.process_parser, self.node.get("id"))) > 1:
            raise DiagramError(element=self.node.get("id"), reason=NO_ACTIVATION)
        return self.spec_class(self.spec, self.node.get("id"), activation=text, **self.bpmn_attributes)  # type: ignore[attr-defined]

    def leave(self, flows: list[Flow]) -> None:
        """Connect the flows with their conditions."""
        for flow in flows:
            if flow.is_default:
                self.exit.otherwise(flow.target)
            else:
                self.exit.when(flow.condition, flow.target)


class WiredEventGateway(Wired):
    """An event-based gateway: it hands its token to the events behind it."""

    def leave(self, flows: list[Flow]) -> None:
        """Connect the events."""
        for flow in flows:
            if not isinstance(flow.target, IntermediateCatchEventMixin | ReceiveTaskMixin):
                raise DiagramError(element=self.node.get("id"), reason=NOT_AN_EVENT)
            self.exit.connect(flow.target)


def incoming(process_parser: Any, element: str) -> list[Any]:
    """The sequence flows that lead to an element."""
    flows = process_parser.outgoing_sequence_flows.values()
    return [flow for several in flows for flow in several if flow.get("targetRef") == element]


def index(process_parser: Any) -> None:
    """Sort the children of a process or sub-process: its nodes by id, its flows by source, its border by host.

    Raises `DiagramError` for what would be lost otherwise: two elements of one id, a flow from nowhere, an event at no
    border.
    """
    nodes = process_parser.nodes_by_id
    for node in process_parser.node.iterchildren(BPMN + "*"):
        kind = etree.QName(node).localname
        if kind in FLOW_NODES:
            if not node.get("id") or node.get("id") in nodes:
                raise DiagramError(element=node.get("id") or process_parser.bpmn_id, reason=NO_ID_OF_ITS_OWN)
            nodes[node.get("id")] = node
    for node in process_parser.node.iterchildren(BPMN + "sequenceFlow"):
        if node.get("sourceRef") not in nodes:
            raise DiagramError(element=node.get("id") or process_parser.bpmn_id, reason=NO_SOURCE)
        process_parser.outgoing_sequence_flows.setdefault(node.get("sourceRef"), []).append(node)
    for node in process_parser.node.iterchildren(BPMN + "boundaryEvent"):
        host = nodes.get(node.get("attachedToRef"))
        if host is None or etree.QName(host).localname not in ACTIVITIES:
            raise DiagramError(element=node.get("id"), reason=NO_HOST)
        if "compensate" in map(kind_of, definition_nodes(node)):
            continue
        process_parser.boundary_events_by_attached.setdefault(host.get("id"), []).append(node)


def wire(process_parser: Any, roots: list[Any]) -> None:
    """Read everything that can be reached from `roots` and connect it. Raises `DiagramError`, `ValidationException`."""
    order: list[Wired] = process_parser.read
    for node in roots:
        process_parser.parse_node(node)
    done = 0
    while done < len(order):
        for target in _targets(process_parser, order[done]):
            process_parser.parse_node(target)
        done += 1
    for parser in order:
        with naming(parser.node):
            parser.connect()


@contextmanager
def naming(node: Any) -> Iterator[None]:
    """Whatever goes wrong within is the fault of this element."""
    try:
        yield
    except (AutomationError, ValidationException):
        raise
    except Exception as error:  # noqa: BLE001 - the library fails in many ways on what it does not expect
        problem = ValidationException(repr(error), node=node)
    else:
        return
    raise problem


def _targets(process_parser: Any, parser: Wired) -> Iterator[Any]:
    for flow in process_parser.get_outgoing_sequence_flows(parser.node.get("id")):
        target = process_parser.get_node_by_id(flow.get("targetRef"))
        if target is not None:
            yield target
