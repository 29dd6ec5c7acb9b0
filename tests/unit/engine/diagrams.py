"""Small diagrams for stories about the engine, written as flows and nodes."""

import re
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="small_diagram" targetNamespace="t">'
)
ARROW = re.compile(r"\s*(->|-\*->|-\[(?P<condition>.*?)\]->)\s*")


@dataclass(frozen=True)
class Node:
    """An element: its tag, attributes, and what stands inside it."""

    tag: str
    inner: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    flows: str = ""
    nodes: dict[str, "Node"] = field(default_factory=dict)


def user(inner: str = "") -> Node:
    return Node("userTask", inner)


def script(text: str) -> Node:
    return Node("scriptTask", f"<bpmn:script>{escape(text)}</bpmn:script>")


def service(operation: str, result: str | None = None, **parameters: str) -> Node:
    given = "".join(
        f"<spiffworkflow:parameter id={quoteattr(name)} value={quoteattr(value)}/>"
        for name, value in parameters.items()
    )
    variable = f" resultVariable={quoteattr(result)}" if result else ""
    operator = (
        f"<spiffworkflow:serviceTaskOperator id={quoteattr(operation)}{variable}>"
        f"<spiffworkflow:parameters>{given}</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator>"
    )
    return Node("serviceTask", f"<bpmn:extensionElements>{operator}</bpmn:extensionElements>")


def xor() -> Node:
    return Node("exclusiveGateway")


def both() -> Node:
    return Node("parallelGateway")


def some() -> Node:
    return Node("inclusiveGateway")


def enough(condition: str = "") -> Node:
    """A complex gateway with its activation condition."""
    inside = f"<bpmn:activationCondition>{escape(condition)}</bpmn:activationCondition>" if condition else ""
    return Node("complexGateway", inside)


def first_of() -> Node:
    return Node("eventBasedGateway")


def sub(flows: str, **nodes: Node) -> Node:
    return Node("subProcess", flows=flows, nodes=nodes)


def event_sub(flows: str, **nodes: Node) -> Node:
    """An event sub-process."""
    return Node("subProcess", attributes={"triggeredByEvent": "true"}, flows=flows, nodes=nodes)


def call(process_id: str) -> Node:
    return Node("callActivity", attributes={"calledElement": process_id})


def for_each(
    task: Node, items: str, item: str, *, output: str = "", result: str = "", one_by_one: bool = False, until: str = ""
) -> Node:
    """The task once for every item of the list."""
    parts = [f"<bpmn:loopDataInputRef>{items}</bpmn:loopDataInputRef>"]
    parts += [f"<bpmn:loopDataOutputRef>{output}</bpmn:loopDataOutputRef>"] if output else []
    parts += [f'<bpmn:inputDataItem id="{item}"/>']
    parts += [f'<bpmn:outputDataItem id="{result}"/>'] if result else []
    parts += [f"<bpmn:completionCondition>{escape(until)}</bpmn:completionCondition>"] if until else []
    sequential = str(one_by_one).lower()
    loop = f'<bpmn:multiInstanceLoopCharacteristics isSequential="{sequential}">{"".join(parts)}'
    return Node(
        task.tag,
        task.inner + loop + "</bpmn:multiInstanceLoopCharacteristics>",
        task.attributes,
        task.flows,
        task.nodes,
    )


def repeat(task: Node, condition: str) -> Node:
    """The task again while the condition holds."""
    loop = f"<bpmn:loopCondition>{escape(condition)}</bpmn:loopCondition>"
    loop = f"<bpmn:standardLoopCharacteristics>{loop}</bpmn:standardLoopCharacteristics>"
    return Node(task.tag, task.inner + loop, task.attributes, task.flows, task.nodes)


def timer(text: str, kind: str = "timeDate") -> str:
    return f"<bpmn:timerEventDefinition><bpmn:{kind}>{escape(text)}</bpmn:{kind}></bpmn:timerEventDefinition>"


def message(name: str, *, payload: str = "", variable: str = "") -> str:
    extras = f"<spiffworkflow:messagePayload>{escape(payload)}</spiffworkflow:messagePayload>" if payload else ""
    extras += f"<spiffworkflow:messageVariable>{variable}</spiffworkflow:messageVariable>" if variable else ""
    inside = f"<bpmn:extensionElements>{extras}</bpmn:extensionElements>" if extras else ""
    return f'<bpmn:messageEventDefinition messageRef="message:{name}">{inside}</bpmn:messageEventDefinition>'


def signal(name: str) -> str:
    return f'<bpmn:signalEventDefinition signalRef="signal:{name}"/>'


def condition(expression: str) -> str:
    inside = f"<bpmn:condition>{escape(expression)}</bpmn:condition>"
    return f"<bpmn:conditionalEventDefinition>{inside}</bpmn:conditionalEventDefinition>"


def error(code: str = "") -> str:
    return f'<bpmn:errorEventDefinition errorRef="error:{code}"/>' if code else "<bpmn:errorEventDefinition/>"


def escalation(code: str) -> str:
    return f'<bpmn:escalationEventDefinition escalationRef="escalation:{code}"/>'


TERMINATE = "<bpmn:terminateEventDefinition/>"


def start(event: str = "", *, interrupting: bool = True) -> Node:
    return Node("startEvent", event, {} if interrupting else {"isInterrupting": "false"})


def end(event: str = "") -> Node:
    return Node("endEvent", event)


def catch(event: str) -> Node:
    return Node("intermediateCatchEvent", event)


def throw(event: str) -> Node:
    return Node("intermediateThrowEvent", event)


def border(host: str, event: str, *, interrupting: bool = True) -> Node:
    """A boundary event of the host."""
    return Node("boundaryEvent", event, {"attachedToRef": host, "cancelActivity": str(interrupting).lower()})


def diagram(flows: str, *, process_id: str = "p", **nodes: Node) -> bytes:
    """A diagram with one process.

    `flows`: chains separated by `;` or line breaks, `a -> b -[condition]-> c`, `-*->` for the default flow. Ids that
    begin with "start" or "end" and are not among `nodes` are none events.
    """
    body = _content(flows, nodes, process_id)
    found = {
        kind: sorted(set(re.findall(rf'{kind}Ref="{kind}:([^"]+)"', body)))
        for kind in ("message", "signal", "error", "escalation")
    }
    declared = "".join(
        f'<bpmn:{kind} id="{kind}:{name}" name="{name}"'
        + (f' {kind}Code="{name}"' if kind in ("error", "escalation") else "")
        + "/>"
        for kind, names in found.items()
        for name in names
    )
    process = f'<bpmn:process id="{process_id}" name="Процесс" isExecutable="true">{body}</bpmn:process>'
    return f"{HEAD}{declared}{process}</bpmn:definitions>".encode()


def _content(flows: str, nodes: dict[str, Node], scope: str) -> str:
    drawn: list[str] = []
    names: dict[str, None] = dict.fromkeys(nodes)
    defaults: dict[str, str] = {}
    for chain in filter(None, (part.strip() for part in re.split(r"[;\n]", flows))):
        position = ARROW.search(chain)
        source = chain[: position.start()] if position else chain
        names[source] = None
        while position:
            following = ARROW.search(chain, position.end())
            target = chain[position.end() : following.start() if following else len(chain)]
            names[target] = None
            flow_id = f"{scope}_{source}_{target}_{len(drawn)}"
            condition = position["condition"]
            inside = f"<bpmn:conditionExpression>{escape(condition)}</bpmn:conditionExpression>" if condition else ""
            drawn.append(
                f'<bpmn:sequenceFlow id="{flow_id}" sourceRef="{source}" targetRef="{target}">{inside}'
                "</bpmn:sequenceFlow>"
            )
            if position[1] == "-*->":
                defaults[source] = flow_id
            source, position = target, following
    return "".join(_element(name, nodes.get(name), defaults.get(name)) for name in names) + "".join(drawn)


def _element(name: str, node: Node | None, default: str | None) -> str:
    if node is None:
        node = start() if name.startswith("start") else end() if name.startswith("end") else user()
    attributes = {"id": name, **node.attributes, **({"default": default} if default else {})}
    written = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    inside = node.inner + (_content(node.flows, node.nodes, name) if node.flows else "")
    return f"<bpmn:{node.tag}{written}>{inside}</bpmn:{node.tag}>"
