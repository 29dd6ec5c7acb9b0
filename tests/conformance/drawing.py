"""What the suite draws beyond the notation of `tests.unit.engine.diagrams`."""

from dataclasses import replace
from xml.sax.saxutils import escape

from tests.unit.engine.diagrams import Node, sub

CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
CANCEL = "<bpmn:cancelEventDefinition/>"
PARALLEL = {"parallelMultiple": "true"}


def begin(event: str = "", *, interrupting: bool = True) -> Node:
    """The start event of an event sub-process."""
    return Node("startEvent", event, {} if interrupting else {"isInterrupting": "false"})


def event_sub(flows: str, **nodes: Node) -> Node:
    """An event sub-process."""
    return Node("subProcess", attributes={"triggeredByEvent": "true"}, flows=flows, nodes=nodes)


def transaction(flows: str, **nodes: Node) -> Node:
    return Node("transaction", flows=flows, nodes=nodes)


def ad_hoc(flows: str, *, until: str = "", ordering: str = "Parallel", cancel: bool = True, **nodes: Node) -> Node:
    condition = f"<bpmn:completionCondition>{escape(until)}</bpmn:completionCondition>" if until else ""
    attributes = {"ordering": ordering, "cancelRemainingInstances": str(cancel).lower()}
    return Node("adHocSubProcess", condition, attributes, flows, nodes)


def link(name: str) -> str:
    return f'<bpmn:linkEventDefinition name="{name}"/>'


def condition(expression: str) -> str:
    return (
        f"<bpmn:conditionalEventDefinition><bpmn:condition>{escape(expression)}</bpmn:condition>"
        "</bpmn:conditionalEventDefinition>"
    )


def compensate(activity: str = "") -> str:
    return (
        f'<bpmn:compensateEventDefinition activityRef="{activity}"/>'
        if activity
        else "<bpmn:compensateEventDefinition/>"
    )


def undone_by(source: str, target: str) -> Node:
    """The association from a compensation boundary event to its handler."""
    return Node("association", attributes={"sourceRef": source, "targetRef": target, "associationDirection": "One"})


def handler(task: Node) -> Node:
    """An activity that compensates another."""
    return replace(task, attributes={**task.attributes, "isForCompensation": "true"})


def undo(host: str) -> Node:
    """A compensation boundary event."""
    return Node("boundaryEvent", compensate(), {"attachedToRef": host})


def complex_gateway(activation: str = "") -> Node:
    inner = f"<bpmn:activationCondition>{escape(activation)}</bpmn:activationCondition>" if activation else ""
    return Node("complexGateway", inner)


def times(
    task: Node, count: str, *, one_by_one: bool = False, until: str = "", behavior: str = "", events: str = ""
) -> Node:
    """The task so many times."""
    attributes = f' isSequential="{str(one_by_one).lower()}"' + (f' behavior="{behavior}"' if behavior else "") + events
    inner = f"<bpmn:loopCardinality>{escape(count)}</bpmn:loopCardinality>"
    inner += f"<bpmn:completionCondition>{escape(until)}</bpmn:completionCondition>" if until else ""
    loop = f"<bpmn:multiInstanceLoopCharacteristics{attributes}>{inner}</bpmn:multiInstanceLoopCharacteristics>"
    return replace(task, inner=task.inner + loop)


def of_camunda(task: Node, attributes: str) -> Node:
    """The task for every item, as another program writes it: in attributes of its own."""
    drawn = f'<bpmn:multiInstanceLoopCharacteristics isSequential="true" xmlns:camunda="{CAMUNDA}" {attributes}/>'
    return replace(task, inner=task.inner + drawn)


def carrying(process_id: str, *carried: str) -> Node:
    """A call that says what it carries as another program does: `in source="a" target="b"`."""
    drawn = "".join(f'<camunda:{each} xmlns:camunda="{CAMUNDA}"/>' for each in carried)
    extensions = f"<bpmn:extensionElements>{drawn}</bpmn:extensionElements>"
    return Node("callActivity", extensions, {"calledElement": process_id})


def loop(task: Node, condition_: str = "", *, before: bool = False, most: str = "") -> Node:
    """The task as long as the condition holds."""
    attributes = (' testBefore="true"' if before else "") + (f' loopMaximum="{most}"' if most else "")
    inner = f"<bpmn:loopCondition>{escape(condition_)}</bpmn:loopCondition>" if condition_ else ""
    drawn = f"<bpmn:standardLoopCharacteristics{attributes}>{inner}</bpmn:standardLoopCharacteristics>"
    return replace(task, inner=task.inner + drawn)


def quantities(task: Node, *, start: int = 1, completion: int = 1) -> Node:
    """The task with tokens needed to start and made on completion."""
    given = {"startQuantity": str(start), "completionQuantity": str(completion)}
    return replace(task, attributes={**task.attributes, **given})


def send(name: str) -> Node:
    return Node("sendTask", attributes={"messageRef": f"message:{name}"})


def receive(name: str, *, instantiate: bool = False) -> Node:
    more = {"instantiate": "true"} if instantiate else {}
    return Node("receiveTask", attributes={"messageRef": f"message:{name}", **more})


def nested(depth: int) -> Node:
    """Sub-processes within each other; the innermost has the task `t`."""
    names = {f"s{depth}": Node("startEvent"), f"e{depth}": Node("endEvent")}
    inner = {f"l{depth - 1}": nested(depth - 1)} if depth else {}
    return sub(f"s{depth} -> {next(iter(inner), 't')} -> e{depth}", **names, **inner)


def two_processes(first: bytes, second: bytes) -> bytes:
    """The processes of two diagrams in one file."""
    process = second[second.index(b"<bpmn:process") : second.index(b"</bpmn:definitions>")]
    return first.replace(b"</bpmn:definitions>", process + b"</bpmn:definitions>")


def with_global(diagram: bytes, drawn: str) -> bytes:
    """The diagram with something beside its process."""
    return diagram.replace(b"</bpmn:definitions>", drawn.encode() + b"</bpmn:definitions>")


def with_message_flows(diagram: bytes, *flows: tuple[str, str], head: str = "") -> bytes:
    """The diagram with message flows between the elements of its pools; `head` is what stands beside them."""
    pools = "".join(
        f'<bpmn:participant id="pool_{process}" processRef="{process}"/>'
        for process in ("p", "q")
        if f'<bpmn:process id="{process}"' in diagram.decode()
    )
    drawn = "".join(
        f'<bpmn:messageFlow id="m{number}" sourceRef="{source}" targetRef="{target}"/>'
        for number, (source, target) in enumerate(flows)
    )
    other = '<bpmn:participant id="citizen" name="Citizen"/>'
    return with_global(diagram, f'{head}<bpmn:collaboration id="talk">{pools}{other}{drawn}</bpmn:collaboration>')


def with_lanes(diagram: bytes, *lanes: list[str]) -> bytes:
    """The diagram with its elements in lanes."""
    drawn = "".join(
        f'<bpmn:lane id="lane_{number}">'
        + "".join(f"<bpmn:flowNodeRef>{name}</bpmn:flowNodeRef>" for name in lane)
        + "</bpmn:lane>"
        for number, lane in enumerate(lanes)
    )
    head, _, rest = diagram.partition(b'isExecutable="true">')
    return head + b'isExecutable="true">' + f'<bpmn:laneSet id="lanes">{drawn}</bpmn:laneSet>'.encode() + rest


def with_definition(diagram: bytes, name: str, event: str) -> bytes:
    """The diagram with an event definition of its own, for others to refer to."""
    return with_global(diagram, event.replace("EventDefinition ", f'EventDefinition id="{name}" ', 1))


def declares(inputs: list[str], outputs: list[str]) -> Node:
    """What a process or an activity gets and returns."""
    drawn = "".join(f'<bpmn:dataInput id="{name}" name="{name}"/>' for name in inputs)
    drawn += "".join(f'<bpmn:dataOutput id="{name}" name="{name}"/>' for name in outputs)
    drawn += "<bpmn:inputSet>" + "".join(f"<bpmn:dataInputRefs>{name}</bpmn:dataInputRefs>" for name in inputs)
    drawn += "</bpmn:inputSet><bpmn:outputSet>"
    drawn += "".join(f"<bpmn:dataOutputRefs>{name}</bpmn:dataOutputRefs>" for name in outputs)
    return Node("ioSpecification", drawn + "</bpmn:outputSet>")


def reading(task: Node, source: str, name: str) -> Node:
    """The task with a data input taken from `source`."""
    carried = f"<bpmn:sourceRef>{source}</bpmn:sourceRef><bpmn:targetRef>{name}</bpmn:targetRef>"
    return _with_data(task, declares([name], []), f"<bpmn:dataInputAssociation>{carried}</bpmn:dataInputAssociation>")


def writing(task: Node, name: str, target: str) -> Node:
    """The task with a data output put into `target`."""
    carried = f"<bpmn:sourceRef>{name}</bpmn:sourceRef><bpmn:targetRef>{target}</bpmn:targetRef>"
    return _with_data(task, declares([], [name]), f"<bpmn:dataOutputAssociation>{carried}</bpmn:dataOutputAssociation>")


def sending(event: Node, source: str) -> Node:
    """The throwing event with a data input taken from `source`."""
    carried = f"<bpmn:sourceRef>{source}</bpmn:sourceRef><bpmn:targetRef>given</bpmn:targetRef>"
    drawn = f'<bpmn:dataInput id="given"/><bpmn:dataInputAssociation>{carried}</bpmn:dataInputAssociation>'
    return replace(event, inner=drawn + event.inner)


def getting(event: Node, target: str) -> Node:
    """The catching event with a data output put into `target`."""
    carried = f"<bpmn:sourceRef>got</bpmn:sourceRef><bpmn:targetRef>{target}</bpmn:targetRef>"
    drawn = f'<bpmn:dataOutput id="got"/><bpmn:dataOutputAssociation>{carried}</bpmn:dataOutputAssociation>'
    return replace(event, inner=drawn + event.inner)


def _with_data(task: Node, declared: Node, association: str) -> Node:
    specification = f"<bpmn:ioSpecification>{declared.inner}</bpmn:ioSpecification>"
    return replace(task, inner=specification + association + task.inner)
