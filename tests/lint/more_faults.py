"""Faults in diagrams of their own: each with the beginning of its rule and the element where it is to be found."""

from tests.lint.diagrams import diagram, flow, process

KINDS = {
    "b": "startEvent",
    "e": "endEvent",
    "t": "userTask",
    "k": "task",
    "s": "scriptTask",
    "c": "callActivity",
    "x": "exclusiveGateway",
    "a": "parallelGateway",
    "o": "inclusiveGateway",
    "v": "eventBasedGateway",
    "y": "complexGateway",
}
C, T, MI = "intermediateCatchEvent", "intermediateThrowEvent", "multiInstanceLoopCharacteristics"
MSG = '<bpmn:message id="M1" name="m one"/>'
SIG = '<bpmn:signal id="S1" name="s one"/>'
ERR = '<bpmn:error id="E1" name="e one" errorCode="E-1"/>'
ESC = '<bpmn:escalation id="X1" name="x" escalationCode="X-1"/>'
INNER = "bb>tt tt>ee"
UNDOES = (
    '<bpmn:userTask id="undo" isForCompensation="true"/>'
    '<bpmn:association id="undoes" sourceRef="l" targetRef="undo" associationDirection="One"/>'
)
FAULTS: dict[str, tuple[str, set[str], bytes]] = {}


def fault(name: str, rule: str, element: str, content: bytes, *also: str) -> None:
    """Note a fault; `also` are other elements that may be blamed for it."""
    FAULTS[name] = rule, {element, *also}, content


def el(kind: str, identity: str = "", /, *inner: str, **attributes: str) -> str:
    """An element."""
    written = {"id": identity, **attributes} if identity else attributes
    text = "".join(f' {key}="{value}"' for key, value in written.items())
    return f"<bpmn:{kind}{text}>{''.join(inner)}</bpmn:{kind}>"


def net(text: str, /, *extra: str, **own: str) -> str:
    """The nodes and flows of "b>x1 x1>t?k_eq_1 x1>e*": by a condition, by default; kinds by the first letter.

    `own` are the nodes that are written out, by id.
    """
    nodes: dict[str, str] = {}
    flows: list[str] = []
    defaults: dict[str, str] = {}
    for pair in text.split():
        source, _, rest = pair.partition(">")
        target, _, condition = rest.partition("?")
        if target.endswith("*"):
            target = target[:-1]
            defaults[source] = f"{source}__{target}"
        nodes |= {source: "", target: ""}
        flows.append(flow(source, target, condition.replace("_eq_", " == ")))
    for identity in nodes:
        kind = KINDS.get(identity[0], "task")
        inner = "<bpmn:script>count = 1</bpmn:script>" if kind == "scriptTask" else ""
        attributes = {"default": defaults[identity]} if identity in defaults else {}
        attributes |= {"calledElement": "other"} if kind == "callActivity" else {}
        nodes[identity] = own.get(identity) or el(kind, identity, inner, name="N", **attributes)
    return "".join((*nodes.values(), *extra, *flows))


def doc(text: str, /, *extra: str, roots: str = "", **own: str) -> bytes:
    """A file with one process."""
    return diagram(roots, process(net(text, *extra, **own)))


def sub(identity: str, text: str, /, *extra: str, attributes: dict[str, str] | None = None, **own: str) -> str:
    """A sub-process."""
    return el("subProcess", identity, net(text, *extra, **own), **(attributes or {}))


def timer(inner: str) -> str:
    """The definition of a timer."""
    return f'<bpmn:timerEventDefinition id="td">{inner}</bpmn:timerEventDefinition>'


DUR = timer("<bpmn:timeDuration>PT5M</bpmn:timeDuration>")


def border(identity: str, host: str, inner: str = DUR, **attributes: str) -> str:
    """A boundary event."""
    return el("boundaryEvent", identity, inner, attachedToRef=host, **attributes)


def _defined(kind: str, reference: str) -> str:
    return f'<bpmn:{kind}EventDefinition id="d_{kind}_{reference}" {kind}Ref="{reference}"/>'


def mdef(reference: str) -> str:
    """The definition of a message event; the others of signals, errors and escalations."""
    return _defined("message", reference)


def sdef(reference: str) -> str:
    return _defined("signal", reference)


def edef(reference: str) -> str:
    return _defined("error", reference)


def esdef(reference: str) -> str:
    return _defined("escalation", reference)


def mi(inner: str, **attributes: str) -> bytes:
    """A task done several times."""
    return doc("b>t t>e", t=el("userTask", "t", el(MI, "", inner, **attributes)))


def ext(*inner: str) -> str:
    """Extension elements."""
    return f"<bpmn:extensionElements>{''.join(inner)}</bpmn:extensionElements>"


def prop(name: str, value: str) -> str:
    """A property."""
    return (
        f'<spiffworkflow:properties><spiffworkflow:property name="{name}" value="{value}"/></spiffworkflow:properties>'
    )


# structure
fault("event gateway without id", "structure.missing_id", "p", doc("b>t t>e", el("eventBasedGateway")))
fault("subprocess without id", "structure.missing_id", "p", doc("b>t t>e", el("subProcess")))
fault("gateway without id", "structure.missing_id", "p", doc("b>t t>e", el("exclusiveGateway")))
fault("nested task without id", "structure.missing_id", "u1", doc("b>u1 u1>e", u1=sub("u1", INNER, el("task"))))
fault(
    "flow without source attr",
    "structure.dangling_source",
    "f1",
    doc("b>t t>e", '<bpmn:sequenceFlow id="f1" targetRef="t"/>'),
)
fault(
    "flow without target attr",
    "structure.dangling_target",
    "f1",
    doc("b>t t>e", '<bpmn:sequenceFlow id="f1" sourceRef="t"/>'),
)
fault("flow without either", "structure.dangling_source", "f1", doc("b>t t>e", '<bpmn:sequenceFlow id="f1"/>'))
fault(
    "flow to a data object",
    "structure.dangling_target",
    "f1",
    doc("b>t t>e", '<bpmn:dataObject id="dd"/><bpmn:sequenceFlow id="f1" sourceRef="t" targetRef="dd"/>'),
)
fault(
    "flow to an annotation",
    "structure.dangling_target",
    "f1",
    doc(
        "b>t t>e",
        (
            '<bpmn:textAnnotation id="ta"><bpmn:text>x</bpmn:text></bpmn:textAnnotation>'
            '<bpmn:sequenceFlow id="f1" sourceRef="t" targetRef="ta"/>'
        ),
    ),
)
fault(
    "flow to another flow",
    "structure.dangling_target",
    "f1",
    doc("b>t t>e", '<bpmn:sequenceFlow id="f1" sourceRef="t" targetRef="b__t"/>'),
)
fault(
    "flow to the process itself",
    "structure.dangling_target",
    "f1",
    doc("b>t t>e", '<bpmn:sequenceFlow id="f1" sourceRef="t" targetRef="p"/>'),
)
fault("two tasks, one id", "structure.duplicate_id", "t", doc("b>t t>e", el("userTask", "t")))
fault(
    "task and subprocess content one id",
    "structure.duplicate_id",
    "t",
    doc("b>t t>u1 u1>e", u1=sub("u1", "bb>t2 t2>ee", el("userTask", "t"))),
)
fault("process and task one id", "structure.duplicate_id", "p", diagram(process(net("b>p p>e", p=el("userTask", "p")))))
fault(
    "message and task one id", "structure.duplicate_id", "t", doc("b>t t>e", roots='<bpmn:message id="t" name="tt"/>')
)
fault(
    "two processes one id", "structure.duplicate_id", "p", diagram(process(net("b>t t>e")), process(net("b2>t2 t2>e2")))
)
fault(
    "two flows one id",
    "structure.duplicate_id",
    "f1",
    doc(
        "b>t t>e",
        (
            '<bpmn:sequenceFlow id="f1" sourceRef="t" targetRef="x1"/>'
            '<bpmn:sequenceFlow id="f1" sourceRef="x1" targetRef="e"/>'
        ),
        el("exclusiveGateway", "x1"),
    ),
)
fault(
    "two lanes one id",
    "structure.duplicate_id",
    "L",
    doc("b>t t>e", '<bpmn:laneSet id="ls"><bpmn:lane id="L"/><bpmn:lane id="L"/></bpmn:laneSet>'),
)
fault(
    "pools one id",
    "structure.duplicate_id",
    "P1",
    diagram(
        (
            '<bpmn:collaboration id="c"><bpmn:participant id="P1" processRef="p"/><bpmn:participant id="P1"/>'
            "</bpmn:collaboration>"
        ),
        process(net("b>t t>e")),
    ),
)
fault(
    "flow out of a subprocess",
    "structure.flow_crosses_border",
    "tt__e",
    doc("b>u1 u1>e", flow("tt", "e"), u1=sub("u1", INNER)),
)
fault(
    "flow between two subprocesses",
    "structure.flow_crosses_border",
    "tt__t9",
    doc("b>u1 u1>u2 u2>e", flow("tt", "t9"), u1=sub("u1", INNER), u2=sub("u2", "b9>t9 t9>e9")),
)
fault(
    "flow declared inside but between outer nodes",
    "engine.refused",
    "ff",
    doc("b>t t>u1 u1>e", u1=sub("u1", INNER, '<bpmn:sequenceFlow id="ff" sourceRef="t" targetRef="e"/>')),
)
fault(
    "flow across pools",
    "structure.flow_crosses_pool",
    "ff",
    diagram(
        (
            '<bpmn:collaboration id="c"><bpmn:participant id="P1" processRef="p"/>'
            '<bpmn:participant id="P2" processRef="q"/></bpmn:collaboration>'
        ),
        process(net("b>t t>e", '<bpmn:sequenceFlow id="ff" sourceRef="t" targetRef="t2"/>')),
        process(net("b2>t2 t2>e2"), process_id="q"),
    ),
)
fault(
    "flow into a boundary's subprocess content",
    "structure.flow_crosses_border",
    "l__tt",
    doc("b>u1 u1>e", border("l", "u1"), flow("l", "tt"), u1=sub("u1", INNER)),
)
fault("boundary on a start event", "events.boundary_on_other", "l", doc("b>t t>e l>e", l=border("l", "b")))
fault("boundary on an end event", "events.boundary_on_other", "l", doc("b>t t>e l>e2", l=border("l", "e")))
fault(
    "boundary on a boundary",
    "events.boundary_on_other",
    "l2",
    doc("b>t t>e l>e2 l2>e3", l=border("l", "t"), l2=border("l2", "l")),
)
fault("boundary on a parallel gateway", "events.boundary_on_other", "l", doc("b>a1 a1>e l>e2", l=border("l", "a1")))
fault("boundary on itself", "structure.unreachable", "l", doc("b>t t>e l>e2", l=border("l", "l")))
fault(
    "boundary without attachedToRef",
    "events.boundary_without_host",
    "l",
    doc("b>t t>e l>e2", l=el("boundaryEvent", "l", DUR)),
)
fault(
    "boundary on an element in the subprocess",
    "events.boundary_without_host",
    "l",
    doc("b>u1 u1>e l>e2", l=border("l", "tt"), u1=sub("u1", INNER)),
)
fault(
    "boundary on an event subprocess",
    "events.boundary_on_other",
    "l",
    doc(
        "b>t t>e l>e2",
        sub(
            "es",
            "bs>es1",
            bs=el("startEvent", "bs", sdef("S1")),
            es1=el("endEvent", "es1"),
            attributes={"triggeredByEvent": "true"},
        ),
        l=border("l", "es"),
        roots=SIG,
    ),
)
fault(
    "boundary on data object",
    "events.boundary_without_host",
    "l",
    doc("b>t t>e l>e2", '<bpmn:dataObject id="dob"/>', l=border("l", "dob")),
)
fault("gateway without outgoing", "structure.dead_end", "x1", doc("b>x0 x0>x1?k_eq_1 x0>e*"))
fault("gateway without incoming", "structure.unreachable", "x1", doc("b>t t>e x1>e"))
fault("parallel join never entered", "structure.unreachable", "a1", doc("b>t t>e a1>t1 a1>t2 t1>e t2>e"))
fault("task to itself only", "structure.unreachable", "t2", doc("b>t t>e t2>t2"))
fault("island of two in a cycle", "structure.unreachable", "t2", doc("b>t t>e t2>t3 t3>t2"), "t3")
fault("isolated start end", "structure.unreachable", "t", doc("b>e t>e2"))
fault(
    "throw event dead end",
    "structure.dead_end",
    "n1",
    doc("b>a1 a1>n1 a1>e", n1=el("intermediateThrowEvent", "n1", sdef("S1")), roots=SIG),
)
fault(
    "catch event dead end",
    "structure.dead_end",
    "i1",
    doc("b>a1 a1>i1 a1>e", i1=el("intermediateCatchEvent", "i1", sdef("S1")), roots=SIG),
)
fault("subprocess dead end", "structure.dead_end", "u1", doc("b>a1 a1>u1 a1>e", u1=sub("u1", INNER)))
fault("call activity dead end", "structure.dead_end", "c1", doc("b>a1 a1>c1 a1>e"))
fault("process without start", "structure.no_start", "p", doc("t>t2 t2>e"))
fault("process without end", "structure.no_end", "p", doc("b>t t>t2"))
fault("empty process", "structure.empty", "p", diagram(process("")))
fault("empty subprocess", "structure.empty", "u1", doc("b>u1 u1>e", u1=el("subProcess", "u1")))
fault(
    "start in the middle", "structure.start_with_incoming", "b2", doc("b>t t>b2 b2>e", b2=el("startEvent", "b2", DUR))
)
fault("end in the middle", "structure.end_with_outgoing", "e1", doc("b>t t>e1 e1>t2 t2>e"))
fault(
    "data association to nothing",
    "structure.dangling_reference",
    "t",
    doc(
        "b>t t>e",
        t=el(
            "userTask",
            "t",
            '<bpmn:dataOutputAssociation id="da"><bpmn:targetRef>nope</bpmn:targetRef></bpmn:dataOutputAssociation>',
        ),
    ),
)
fault(
    "participant of no process",
    "structure.dangling_reference",
    "P1",
    diagram(
        '<bpmn:collaboration id="c"><bpmn:participant id="P1" processRef="gone"/></bpmn:collaboration>',
        process(net("b>t t>e")),
    ),
)
fault(
    "message flow to nothing",
    "structure.dangling_reference",
    "mf",
    diagram(
        (
            '<bpmn:collaboration id="c"><bpmn:participant id="P1" processRef="p"/><bpmn:participant id="P2"/>'
            '<bpmn:messageFlow id="mf" sourceRef="P2" targetRef="gone"/></bpmn:collaboration>'
        ),
        process(net("b>t t>e")),
    ),
)
fault(
    "message flow without ends",
    "file.schema",
    "mf",
    diagram(
        (
            '<bpmn:collaboration id="c"><bpmn:participant id="P1" processRef="p"/><bpmn:messageFlow id="mf"/>'
            "</bpmn:collaboration>"
        ),
        process(net("b>t t>e")),
    ),
)
fault(
    "message flow inside a pool",
    "structure.message_flow_within_pool",
    "mf",
    diagram(
        (
            '<bpmn:collaboration id="c"><bpmn:participant id="P1" processRef="p"/>'
            '<bpmn:messageFlow id="mf" sourceRef="t" targetRef="t2"/></bpmn:collaboration>'
        ),
        process(net("b>t t>t2 t2>e")),
    ),
)
fault("association without target", "file.schema", "as", doc("b>t t>e", '<bpmn:association id="as" sourceRef="t"/>'))
fault(
    "nested lane names nothing",
    "structure.lane_dangling",
    "L2",
    doc(
        "b>t t>e",
        (
            '<bpmn:laneSet id="ls"><bpmn:lane id="L"><bpmn:childLaneSet id="cl"><bpmn:lane id="L2">'
            "<bpmn:flowNodeRef>gone</bpmn:flowNodeRef></bpmn:lane></bpmn:childLaneSet></bpmn:lane></bpmn:laneSet>"
        ),
    ),
)
fault(
    "node in two lanes",
    "structure.several_lanes",
    "t",
    doc(
        "b>t t>e",
        (
            '<bpmn:laneSet id="ls"><bpmn:lane id="L"><bpmn:flowNodeRef>t</bpmn:flowNodeRef></bpmn:lane>'
            '<bpmn:lane id="L2"><bpmn:flowNodeRef>t</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>'
        ),
    ),
)
fault(
    "default flow of a parallel gateway",
    "file.schema",
    "a1",
    doc("b>a1 a1>t1 a1>t2 t1>a2 t2>a2 a2>e", a1=el("parallelGateway", "a1", default="a1__t1")),
)
fault(
    "default flow comes in instead of out",
    "structure.default_dangling",
    "x1",
    doc("b>x1 x1>t1?k_eq_1 x1>t2?k_eq_2 t1>e t2>e", x1=el("exclusiveGateway", "x1", default="b__x1")),
)
fault(
    "default names a node",
    "structure.default_dangling",
    "x1",
    doc("b>x1 x1>t1?k_eq_1 x1>t2?k_eq_2 t1>e t2>e", x1=el("exclusiveGateway", "x1", default="t1")),
)
fault(
    "two branches without conditions",
    "structure.condition_missing",
    "x1__t1",
    doc("b>x1 x1>t1 x1>t2 t1>e t2>e"),
    "x1__t2",
)
fault(
    "inclusive branch without condition",
    "structure.condition_missing",
    "o1__t1",
    doc("b>o1 o1>t1 o1>t2?k_eq_1 t1>o2 t2>o2 o2>e"),
)
fault(
    "condition after event gateway",
    "structure.condition_not_allowed",
    "v1__i1",
    doc(
        "b>v1 v1>i1?k_eq_1 v1>i2 i1>e i2>e",
        i1=el("intermediateCatchEvent", "i1", DUR),
        i2=el("intermediateCatchEvent", "i2", sdef("S1")),
        roots=SIG,
    ),
)
fault("condition out of a start", "structure.condition_not_allowed", "b__t", doc("b>t?k_eq_1 t>e"))
fault(
    "condition out of a catch",
    "structure.condition_not_allowed",
    "i1__e",
    doc("b>i1 i1>e?k_eq_1", i1=el("intermediateCatchEvent", "i1", DUR)),
)
fault("lonely conditional flow out of a task", "structure.condition_alone", "t__e", doc("b>t t>e?k_eq_1"))
fault(
    "empty condition in exclusive branch",
    "structure.condition_missing",
    "x1__t1",
    diagram(
        process(
            net(
                "b>x1 x1>t2* t1>e t2>e",
                (
                    '<bpmn:sequenceFlow id="x1__t1" sourceRef="x1" targetRef="t1"><bpmn:conditionExpression/>'
                    "</bpmn:sequenceFlow>"
                ),
            )
        )
    ),
)
fault("unknown tag in process", "structure.unknown_element", "q1", doc("b>t t>e", '<bpmn:usertask id="q1"/>'))
fault("flow node in definitions", "file.schema", "odd", diagram('<bpmn:userTask id="odd"/>', process(net("b>t t>e"))))
fault(
    "reserved suffix",
    "structure.reserved_id",
    "t.EndJoin",
    doc("b>t.EndJoin t.EndJoin>e", **{"t.EndJoin": el("userTask", "t.EndJoin")}),
)


# event sub-process
def esp(start: str) -> str:
    return el(
        "subProcess",
        "es",
        start,
        el("userTask", "est"),
        el("endEvent", "ese"),
        flow("ess", "est"),
        flow("est", "ese"),
        triggeredByEvent="true",
    )


fault(
    "event subprocess no start",
    "structure.no_start",
    "es",
    doc(
        "b>t t>e",
        el(
            "subProcess",
            "es",
            el("userTask", "est"),
            el("endEvent", "ese"),
            flow("est", "ese"),
            triggeredByEvent="true",
        ),
    ),
)
fault(
    "event subprocess two starts",
    "events.event_sub_process_start",
    "es",
    doc(
        "b>t t>e",
        el(
            "subProcess",
            "es",
            el("startEvent", "s1", sdef("S1")),
            el("startEvent", "s2", mdef("M1")),
            el("endEvent", "ese"),
            flow("s1", "ese"),
            flow("s2", "ese"),
            triggeredByEvent="true",
        ),
        roots=SIG + MSG,
    ),
)
fault(
    "event subprocess plain start",
    "events.event_sub_process_start",
    "ess",
    doc("b>t t>e", esp(el("startEvent", "ess"))),
)
fault(
    "event subprocess entered by flow",
    "events.event_sub_process_flow",
    "es",
    doc("b>t t>es es>e", es=esp(el("startEvent", "ess", sdef("S1"))), roots=SIG),
)
fault(
    "event subprocess dangling error",
    "events.dangling_reference",
    "ess",
    doc("b>t t>e", esp(el("startEvent", "ess", edef("nope")))),
)
fault(
    "event subprocess error not interrupting",
    "events.must_interrupt",
    "ess",
    doc("b>t t>e", esp(el("startEvent", "ess", edef("E1"), isInterrupting="false")), roots=ERR),
)
fault(
    "event subprocess empty timer", "events.timer_empty", "ess", doc("b>t t>e", esp(el("startEvent", "ess", timer(""))))
)
fault(
    "event subprocess empty", "structure.empty", "es", doc("b>t t>e", el("subProcess", "es", triggeredByEvent="true"))
)
fault(
    "event subprocess cancel start",
    "events.trigger_not_allowed",
    "ess",
    doc("b>t t>e", esp(el("startEvent", "ess", "<bpmn:cancelEventDefinition/>"))),
)
fault(
    "event subprocess link start",
    "events.trigger_not_allowed",
    "ess",
    doc("b>t t>e", esp(el("startEvent", "ess", '<bpmn:linkEventDefinition name="l"/>'))),
)
fault(
    "event subprocess terminate start",
    "events.trigger_not_allowed",
    "ess",
    doc("b>t t>e", esp(el("startEvent", "ess", "<bpmn:terminateEventDefinition/>"))),
)

# tokens
fault("xor into and", "net.deadlock", "a1", doc("b>x1 x1>t1?k_eq_1 x1>t2* t1>a1 t2>a1 a1>e"))
fault("xor 3 into and 3", "net.deadlock", "a1", doc("b>x1 x1>t1?k_eq_1 x1>t2?k_eq_2 x1>t3* t1>a1 t2>a1 t3>a1 a1>e"))
fault("and into xor", "net.runs_twice", "x1", doc("b>a1 a1>t1 a1>t2 t1>x1 t2>x1 x1>t3 t3>e"))
fault("or into and", "net.deadlock", "a1", doc("b>o1 o1>t1?k_eq_1 o1>t2* t1>a1 t2>a1 a1>e"))
fault("or into xor", "net.runs_twice", "x1", doc("b>o1 o1>t1?k_eq_1 o1>t2?k_eq_2 t1>x1 t2>x1 x1>t3 t3>e"))
fault(
    "event gateway into and",
    "net.deadlock",
    "a1",
    doc(
        "b>v1 v1>i1 v1>i2 i1>a1 i2>a1 a1>e",
        i1=el("intermediateCatchEvent", "i1", DUR),
        i2=el("intermediateCatchEvent", "i2", sdef("S1")),
        roots=SIG,
    ),
)
fault("conditional flows of a task into and", "net.deadlock", "a1", doc("b>t t>t1?k_eq_1 t>t2?k_eq_2 t1>a1 t2>a1 a1>e"))
fault("fork, one branch escapes", "net.deadlock", "a2", doc("b>a1 a1>t1 a1>x1 x1>e2?k_eq_1 x1>t2* t1>a2 t2>a2 a2>e"))
fault("join in a rework loop", "net.deadlock", "a1", doc("b>a1 a1>t x9>a1?k_eq_1 t>x9 x9>e*"))
fault(
    "two starts into and",
    "net.deadlock",
    "a1",
    doc("b>t1 b2>t2 t1>a1 t2>a1 a1>e", b2=el("startEvent", "b2", mdef("M1")), roots=MSG),
)
fault("boundary and main into and", "net.deadlock", "a1", doc("b>t t>a1 l>a1 a1>e", l=border("l", "t")))
fault(
    "noninterrupting boundary and main into and",
    "net.deadlock",
    "a1",
    doc("b>t t>a1 l>a1 a1>e", l=border("l", "t", cancelActivity="false")),
)
fault(
    "noninterrupting boundary into main merge",
    "net.runs_twice",
    "x1",
    doc("b>t t>x1 l>x1 x1>t3 t3>e", l=border("l", "t", cancelActivity="false")),
)
fault("two tasks implicit merge after fork", "net.runs_twice", "t3", doc("b>a1 a1>t1 a1>t2 t1>t3 t2>t3 t3>e"))
fault("implicit fork meets xor", "net.runs_twice", "x1", doc("b>t t>t1 t>t2 t1>x1 t2>x1 x1>t3 t3>e"))
fault(
    "deadlock in subprocess",
    "net.deadlock",
    "aa",
    doc(
        "b>u1 u1>e",
        u1=sub(
            "u1",
            "bb>xx xx>t1?k_eq_1 xx>t2* t1>aa t2>aa aa>ee",
            aa=el("parallelGateway", "aa"),
            xx=el("exclusiveGateway", "xx", default="xx__t2"),
        ),
    ),
)
fault(
    "deadlock in event subprocess",
    "net.deadlock",
    "aa",
    doc(
        "b>t t>e",
        el(
            "subProcess",
            "es",
            el("startEvent", "ess", sdef("S1")),
            net("x1>t1?k_eq_1 x1>t2* t1>aa t2>aa aa>ese", aa=el("parallelGateway", "aa")),
            flow("ess", "x1"),
            triggeredByEvent="true",
        ),
        roots=SIG,
    ),
)
fault(
    "cross joins",
    "net.deadlock",
    "a3",
    doc("b>a0 a0>x1 a0>x2 x1>a3?k_eq_1 x1>a4* x2>a3?k_eq_1 x2>a4* a3>e1 a4>e2"),
    "a4",
)
fault("loop without exit", "net.no_way_out", "t1", doc("b>x1 x1>t1?k_eq_1 x1>e* t1>t2 t2>t1"))
fault(
    "loop with xor but no exit", "net.no_way_out", "t1", doc("b>x0 x0>t1?k_eq_1 x0>e* t1>x1 x1>t1?k_eq_1 x1>t2* t2>t1")
)
fault("automatic loop of gateways", "net.endless_loop", "x1", doc("b>x1 x1>x2 x2>x1?k_eq_1 x2>e*"))
fault("automatic loop of scripts no exit", "net.endless_loop", "s1", doc("b>s1 s1>s2 s2>s1"), "p")
fault(
    "automatic loop of scripts with end elsewhere", "net.no_way_out", "s1", doc("b>x1 x1>s1?k_eq_1 x1>e* s1>s2 s2>s1")
)
fault(
    "automatic loop via throw",
    "net.endless_loop",
    "x1",
    doc("b>x1 x1>n1 n1>x2 x2>x1?k_eq_1 x2>e*", n1=el("intermediateThrowEvent", "n1", sdef("S1")), roots=SIG),
)
fault(
    "automatic loop via subprocess",
    "net.endless_loop",
    "x1",
    doc("b>x1 x1>u1 u1>x2 x2>x1?k_eq_1 x2>e*", u1=sub("u1", "bb>ee")),
)
fault(
    "automatic loop via link",
    "net.endless_loop",
    "x1",
    doc(
        "b>x1 x1>x2?k_eq_1 x1>e* x2>n1 i1>x1",
        x2=el("exclusiveGateway", "x2"),
        n1=el("intermediateThrowEvent", "n1", '<bpmn:linkEventDefinition id="ld" name="L"/>'),
        i1=el("intermediateCatchEvent", "i1", '<bpmn:linkEventDefinition id="ld2" name="L"/>'),
    ),
)
fault(
    "standard loop script forever",
    "activities.loop_without_end",
    "s1",
    doc(
        "b>s1 s1>e",
        s1=el("scriptTask", "s1", "<bpmn:script>a = 1</bpmn:script>", "<bpmn:standardLoopCharacteristics/>"),
    ),
)
fault(
    "standard loop condition true",
    "activities.loop_without_end",
    "s1",
    doc(
        "b>s1 s1>e",
        s1=el(
            "scriptTask",
            "s1",
            "<bpmn:script>a = 1</bpmn:script>",
            "<bpmn:standardLoopCharacteristics><bpmn:loopCondition>True</bpmn:loopCondition></bpmn:standardLoopCharacteristics>",
        ),
    ),
)
fault(
    "process calls itself at once",
    "net.endless_recursion",
    "c1",
    doc("b>c1 c1>e", c1=el("callActivity", "c1", calledElement="p")),
)
fault(
    "two processes call each other at once",
    "net.endless_recursion",
    "c1",
    diagram(
        process(net("b>c1 c1>e", c1=el("callActivity", "c1", calledElement="q"))),
        process(net("b2>c2 c2>e2", c2=el("callActivity", "c2", calledElement="p")), process_id="q"),
    ),
    "c2",
)
fault(
    "signal throws itself awake",
    "net.endless_recursion",
    "n1",
    doc("b>n1 n1>e", b=el("startEvent", "b", sdef("S1")), n1=el("intermediateThrowEvent", "n1", sdef("S1")), roots=SIG),
    "b",
)
fault(
    "end message starts the same process",
    "net.endless_recursion",
    "e",
    doc("b>s1 s1>e", b=el("startEvent", "b", mdef("M1")), e=el("endEvent", "e", mdef("M1")), roots=MSG),
    "b",
)
fault(
    "automatic loop through a call",
    "net.endless_loop",
    "x1",
    diagram(
        process(net("b>x1 x1>c1 c1>x2 x2>x1?k_eq_1 x2>e*", c1=el("callActivity", "c1", calledElement="q"))),
        process(net("b2>x3 x3>e2", x3=el("intermediateThrowEvent", "x3", sdef("S1"))), process_id="q"),
        SIG,
    ),
)
fault(
    "recursion by choice where nothing changes",
    "net.endless_recursion",
    "c1",
    doc("b>x1 x1>c1?k_eq_1 x1>e* c1>e2", c1=el("callActivity", "c1", calledElement="p")),
)
fault(
    "recursion in a subprocess",
    "net.endless_recursion",
    "c1",
    doc("b>u1 u1>e", u1=sub("u1", "bb>c1 c1>ee", c1=el("callActivity", "c1", calledElement="p"))),
)
fault(
    "event subprocess wakes itself by signal",
    "net.endless_recursion",
    "n1",
    doc(
        "b>t t>e",
        sub(
            "es",
            "ess>n1 n1>ese",
            attributes={"triggeredByEvent": "true"},
            ess=el("startEvent", "ess", sdef("S1"), isInterrupting="false"),
            n1=el("intermediateThrowEvent", "n1", sdef("S1")),
            ese=el("endEvent", "ese"),
        ),
        roots=SIG,
    ),
)


# data and expressions
def cond(text: str) -> bytes:
    return doc("b>x1 x1>t1 x1>t2* t1>e t2>e").replace(flow("x1", "t1").encode(), flow("x1", "t1", text).encode())


for name, text in {
    "unclosed bracket": "(a == 1",
    "single equals": "a = 1",
    "two words": "amount big",
    "attribute dunder": "a.__class__ == 1",
    "method of class": "().__class__.__bases__ == 1",
    "import": "__import__('os') == 1",
    "lambda": "(lambda: 1)() == 1",
    "juel": "${a == 1}",
    "feel equals": "=a = 1",
    "java and": "a == 1 &amp;&amp; b == 2",
    "java string eq": 'a.equals("x")',
    "power bomb": "10 ** 10 ** 10 == 1",
    "list bomb": "[0] * 10 ** 10 == 1",
    "unknown function": "frobnicate(a) == 1",
    "open": "open('/etc/passwd') == 1",
    "eval": "eval('1') == 1",
    "walrus": "(a := 5) == 5",
    "generator": "any(x for x in y)",
    "bytes": "b'a' == a",
    "emoji": "a == 1 \U0001f600",
    "statement in condition": "if a: b",
    "comment only": "# nothing",
    "semicolon": "a == 1; b",
    "juel ternary": "#{a ? b : c}",
    "js triple": "a === 1",
    "sql and": "a = 1 AND b = 2",
    "only quotes": "'",
    "nested parens": "(" * 300 + "a" + ")" * 300,
    "ellipsis": "...",
    "await": "await a",
    "star": "*a",
    "f-string spec": "f'{a:>1000000000}' == ''",
}.items():
    fault("condition: " + name, "expressions.", "x1__t1", cond(text))


def script(text: str) -> bytes:
    return doc("b>s1 s1>e", s1=el("scriptTask", "s1", f"<bpmn:script>{text}</bpmn:script>"))


for name, text in {
    "import": "import os",
    "from import": "from os import system",
    "def": "def f():\n  return 1",
    "while": "while True:\n  a = 1",
    "class": "class A:\n  pass",
    "try": "try:\n  a = 1\nexcept:\n  b = 2",
    "with": "with a as b:\n  c = 1",
    "exec": "exec('a = 1')",
    "delete": "del a",
    "global": "global a",
    "raise": "raise ValueError",
    "assert": "assert a",
    "bad indent": "a = 1\n   b = 2",
    "js var": "var a = 1;",
    "js exec": "execution.setVariable('a', 1)",
    "augmented wrong": "a =+",
    "unknown function": "a = sendmail('x')",
    "print": "print('x')",
    "globals": "a = globals()",
    "dunder name": "__builtins__ = 1",
    "groovy string": 'a = "${b}"',
    "return": "return 5",
    "yield": "yield 5",
    "unclosed string": "a = 'x",
}.items():
    fault("script: " + name, "expressions.", "s1", script(text))
for name, text in {
    "power bomb": "a = 10 ** 10 ** 10",
    "nested list bomb": "a = [[0] * 9999] * 9999",
    "loop bomb": "a = 0\nfor i in range(10 ** 9):\n  a = a + 1",
    "comprehension bomb": "a = [i for i in range(10000) for j in range(10000)]",
    "zero division": "a = 1 / 0",
    "text and number": "a = 'x' + 1",
    "takes len": "len = 5",
    "string bomb": "a = 'x' * 10 ** 9",
    "set in own": "a = b = [1]\na[5] = 2",
}.items():
    fault("script: " + name, "expressions.", "s1", script(text))
fault("mi collection juel", "expressions.foreign", "t", mi("<bpmn:loopDataInputRef>${people}</bpmn:loopDataInputRef>"))
fault(
    "mi collection two words", "expressions.wrong", "t", mi("<bpmn:loopDataInputRef>my people</bpmn:loopDataInputRef>")
)
fault("script: takes a function's name", "variables.reserved", "s1", script("deadline = 5"))
fault(
    "script: slip of the pen",
    "variables.unknown",
    "s2",
    doc(
        "b>s1 s1>s2 s2>e",
        s1=el("scriptTask", "s1", "<bpmn:script>amount = 1</bpmn:script>"),
        s2=el("scriptTask", "s2", "<bpmn:script>x = amuont + 1</bpmn:script>"),
    ),
)
fault("unknown variable in condition", "variables.unknown", "x1__t1", doc("b>s1 s1>x1 x1>t1?countt_eq_1 x1>e* t1>e"))
fault(
    "unknown variable in timer",
    "variables.unknown",
    "i1",
    doc(
        "b>s1 s1>i1 i1>e", i1=el("intermediateCatchEvent", "i1", timer("<bpmn:timeDuration>countx</bpmn:timeDuration>"))
    ),
)
fault(
    "variable in collection never set",
    "variables.not_set_before",
    "t",
    doc(
        "b>s1 s1>t t>e",
        t=el(
            "userTask",
            "t",
            (
                "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>peple</bpmn:loopDataInputRef>"
                '<bpmn:inputDataItem id="x"/></bpmn:multiInstanceLoopCharacteristics>'
            ),
        ),
    ),
)


# events
def mid(kind: str, inner: str, roots: str = "") -> bytes:
    return doc("b>q1 q1>e", q1=el(kind, "q1", inner), roots=roots)


fault("catch message undefined", "events.dangling_reference", "q1", mid(C, mdef("nope")))
fault("throw message undefined", "events.dangling_reference", "q1", mid(T, mdef("nope")))
fault("catch signal undefined", "events.dangling_reference", "q1", mid(C, sdef("nope")))
fault("throw signal undefined", "events.dangling_reference", "q1", mid(T, sdef("nope")))
fault("throw escalation undefined", "events.dangling_reference", "q1", mid(T, esdef("nope")))
fault("message ref points at a signal", "events.dangling_reference", "q1", mid(C, mdef("S1"), SIG))
fault("signal ref points at a task", "events.dangling_reference", "q1", mid(C, sdef("b")))
fault("error end undefined", "events.dangling_reference", "e", doc("b>t t>e", e=el("endEvent", "e", edef("nope"))))
fault(
    "error end without code",
    "events.without_code",
    "E2",
    doc("b>t t>e", e=el("endEvent", "e", edef("E2")), roots='<bpmn:error id="E2" name="x"/>'),
)
fault("catch empty", "events.no_trigger", "q1", mid(C, ""))
fault("catch error", "events.trigger_not_allowed", "q1", mid(C, edef("E1"), ERR))
fault("catch escalation", "events.trigger_not_allowed", "q1", mid(C, esdef("X1"), ESC))
fault("catch terminate", "events.trigger_not_allowed", "q1", mid(C, "<bpmn:terminateEventDefinition/>"))
fault("catch compensate", "events.trigger_not_allowed", "q1", mid(C, "<bpmn:compensateEventDefinition/>"))
fault("throw timer", "events.trigger_not_allowed", "q1", mid(T, DUR))
fault(
    "throw conditional",
    "events.trigger_not_allowed",
    "q1",
    mid(T, "<bpmn:conditionalEventDefinition><bpmn:condition>a</bpmn:condition></bpmn:conditionalEventDefinition>"),
)
fault("throw error", "events.trigger_not_allowed", "q1", mid(T, edef("E1"), ERR))
fault("throw cancel", "events.trigger_not_allowed", "q1", mid(T, "<bpmn:cancelEventDefinition/>"))
fault("end timer", "events.trigger_not_allowed", "e", doc("b>t t>e", e=el("endEvent", "e", DUR)))
fault(
    "end conditional",
    "events.trigger_not_allowed",
    "e",
    doc(
        "b>t t>e",
        e=el(
            "endEvent",
            "e",
            "<bpmn:conditionalEventDefinition><bpmn:condition>a</bpmn:condition></bpmn:conditionalEventDefinition>",
        ),
    ),
)
fault(
    "end link",
    "events.trigger_not_allowed",
    "e",
    doc("b>t t>e", e=el("endEvent", "e", '<bpmn:linkEventDefinition name="L"/>')),
)
fault(
    "end cancel outside",
    "events.cancel_outside_transaction",
    "e",
    doc("b>t t>e", e=el("endEvent", "e", "<bpmn:cancelEventDefinition/>")),
)
fault(
    "boundary cancel on plain sub",
    "events.cancel_outside_transaction",
    "l",
    doc("b>u1 u1>e l>e2", l=border("l", "u1", "<bpmn:cancelEventDefinition/>"), u1=sub("u1", INNER)),
)
fault(
    "boundary terminate",
    "events.trigger_not_allowed",
    "l",
    doc("b>t t>e l>e2", l=border("l", "t", "<bpmn:terminateEventDefinition/>")),
)
fault(
    "boundary link",
    "events.trigger_not_allowed",
    "l",
    doc("b>t t>e l>e2", l=border("l", "t", '<bpmn:linkEventDefinition name="L"/>')),
)
fault(
    "boundary dangling error",
    "events.dangling_reference",
    "l",
    doc("b>u1 u1>e l>e2", l=border("l", "u1", edef("nope")), u1=sub("u1", INNER)),
)
fault("boundary without definition", "events.no_trigger", "l", doc("b>t t>e l>e2", l=border("l", "t", "")))
fault(
    "start escalation",
    "events.trigger_not_allowed",
    "b",
    doc("b>t t>e", b=el("startEvent", "b", esdef("X1")), roots=ESC),
)
fault(
    "start compensate",
    "events.trigger_not_allowed",
    "b",
    doc("b>t t>e", b=el("startEvent", "b", "<bpmn:compensateEventDefinition/>")),
)
fault(
    "start message undefined", "events.dangling_reference", "b", doc("b>t t>e", b=el("startEvent", "b", mdef("nope")))
)
fault("start timer empty", "events.timer_empty", "b", doc("b>t t>e", b=el("startEvent", "b", timer(""))))
fault(
    "receive task message undefined",
    "events.dangling_reference",
    "r1",
    doc("b>r1 r1>e", r1=el("receiveTask", "r1", messageRef="nope")),
)
fault(
    "send task message undefined",
    "events.dangling_reference",
    "w1",
    doc("b>w1 w1>e", w1=el("sendTask", "w1", messageRef="nope")),
)
fault("receive task without message", "activities.no_message", "r1", doc("b>r1 r1>e", r1=el("receiveTask", "r1")))
for name, inner in {
    "two things": "<bpmn:timeDuration>PT5M</bpmn:timeDuration><bpmn:timeDate>2027-01-01</bpmn:timeDate>",
    "three": "<bpmn:timeDuration>PT5M</bpmn:timeDuration><bpmn:timeCycle>R3/PT5M</bpmn:timeCycle>",
    "empty duration": "<bpmn:timeDuration/>",
    "P": "<bpmn:timeDuration>P</bpmn:timeDuration>",
    "PT": "<bpmn:timeDuration>PT</bpmn:timeDuration>",
    "5 minutes": "<bpmn:timeDuration>5 minutes</bpmn:timeDuration>",
    "bad date": "<bpmn:timeDate>2027-02-30</bpmn:timeDate>",
    "bad hour": "<bpmn:timeDate>2027-02-03T25:00:00</bpmn:timeDate>",
    "kz date": "<bpmn:timeDate>01.02.2027</bpmn:timeDate>",
    "negative": "<bpmn:timeDuration>-PT5M</bpmn:timeDuration>",
    "cron": "<bpmn:timeCycle>0 0 9 * * ?</bpmn:timeCycle>",
    "R0": "<bpmn:timeCycle>R0/PT5M</bpmn:timeCycle>",
    "R3": "<bpmn:timeCycle>R3</bpmn:timeCycle>",
    "RPT0": "<bpmn:timeCycle>R/PT0S</bpmn:timeCycle>",
    "mixed up": "<bpmn:timeDuration>PT5D</bpmn:timeDuration>",
    "lower": "<bpmn:timeDuration>5m</bpmn:timeDuration>",
    "zero pad": "<bpmn:timeDuration>P1Y2D3M</bpmn:timeDuration>",
    "juel": "<bpmn:timeDuration>${dur}</bpmn:timeDuration>",
    "feel": "<bpmn:timeDuration>= duration(x)</bpmn:timeDuration>",
    "number": "<bpmn:timeDuration>300</bpmn:timeDuration>",
    "huge": "<bpmn:timeDuration>P99999999999Y</bpmn:timeDuration>",
}.items():
    fault("timer: " + name, "e", "q1", mid(C, timer(inner)))
fault("conditional empty", "events.condition_empty", "q1", mid(C, "<bpmn:conditionalEventDefinition/>"))
fault(
    "conditional syntax",
    "expressions.wrong",
    "q1",
    mid(C, "<bpmn:conditionalEventDefinition><bpmn:condition>a ==</bpmn:condition></bpmn:conditionalEventDefinition>"),
)
fault(
    "link dup",
    "events.link_ambiguous",
    "i3",
    doc(
        "b>n1 i2>e i3>e2",
        n1=el(T, "n1", '<bpmn:linkEventDefinition name="L"/>'),
        i2=el(C, "i2", '<bpmn:linkEventDefinition name="L"/>'),
        i3=el(C, "i3", '<bpmn:linkEventDefinition name="L"/>'),
    ),
    "i2",
)
fault(
    "link into subprocess",
    "events.link_without_target",
    "n1",
    doc(
        "b>a1 a1>n1 a1>u1 u1>e",
        n1=el(T, "n1", '<bpmn:linkEventDefinition name="L"/>'),
        u1=sub("u1", "bb>tt tt>ee i2>ee", i2=el(C, "i2", '<bpmn:linkEventDefinition name="L"/>')),
    ),
    "i2",
)
fault(
    "link throw with flow",
    "events.link_with_flow",
    "n1",
    doc(
        "b>n1 n1>e i2>e",
        n1=el(T, "n1", '<bpmn:linkEventDefinition name="L"/>'),
        i2=el(C, "i2", '<bpmn:linkEventDefinition name="L"/>'),
    ),
)
fault(
    "link catch with incoming",
    "events.link_with_flow",
    "i2",
    doc(
        "b>a1 a1>n1 a1>i2 i2>e",
        n1=el(T, "n1", '<bpmn:linkEventDefinition name="L"/>'),
        i2=el(C, "i2", '<bpmn:linkEventDefinition name="L"/>'),
    ),
)
fault(
    "event gateway to a user task", "events.gateway_target", "v1", doc("b>v1 v1>t v1>i1 t>e i1>e", i1=el(C, "i1", DUR))
)
fault(
    "event gateway to a throw",
    "events.gateway_target",
    "v1",
    doc("b>v1 v1>n1 v1>i1 n1>e i1>e", i1=el(C, "i1", DUR), n1=el(T, "n1", sdef("S1")), roots=SIG),
)
fault(
    "event gateway target shared",
    "events.gateway_target_incoming",
    "i1",
    doc("b>a1 a1>v1 a1>t t>i1 v1>i1 v1>i2 i1>e i2>e2", i1=el(C, "i1", DUR), i2=el(C, "i2", sdef("S1")), roots=SIG),
)
fault(
    "compensation boundary to nothing",
    "events.compensation_handler",
    "l",
    doc("b>t t>e", border("l", "t", "<bpmn:compensateEventDefinition/>")),
)
fault(
    "compensation throw of nothing", "events.compensation_of_nothing", "q1", mid(T, "<bpmn:compensateEventDefinition/>")
)
fault(
    "compensation of what a called process has done",
    "events.compensation_not_in_called",
    "c1",
    diagram(
        process(
            net(
                "b>c1 c1>n1 n1>e",
                c1=el("callActivity", "c1", calledElement="q"),
                n1=el(T, "n1", "<bpmn:compensateEventDefinition/>"),
            )
        ),
        process(net("b2>t2 t2>e2", border("l", "t2", "<bpmn:compensateEventDefinition/>"), UNDOES), process_id="q"),
    ),
)
fault(
    "compensation throw of an unknown activity",
    "events.dangling_reference",
    "q1",
    mid(T, '<bpmn:compensateEventDefinition activityRef="gone"/>'),
)
fault(
    "compensation activity alone",
    "events.compensation_unbound",
    "t2",
    doc("b>t t>e", el("userTask", "t2", isForCompensation="true")),
)

# multi-instance
fault("mi bare", "activities.multi_instance_without_count", "t", mi(""))
fault(
    "mi cardinality text",
    "variables.not_set_before",
    "t",
    mi("<bpmn:loopCardinality>many</bpmn:loopCardinality>"),
)
fault("mi cardinality float", "activities.not_a_number", "t", mi("<bpmn:loopCardinality>2.5</bpmn:loopCardinality>"))
fault("mi cardinality syntax", "expressions.wrong", "t", mi("<bpmn:loopCardinality>3 +</bpmn:loopCardinality>"))
fault("mi cardinality string", "activities.not_a_number", "t", mi("<bpmn:loopCardinality>'3'</bpmn:loopCardinality>"))
fault(
    "mi cardinality bomb", "activities.number_too_large", "t", mi("<bpmn:loopCardinality>10**12</bpmn:loopCardinality>")
)
fault("mi million", "activities.number_too_large", "t", mi("<bpmn:loopCardinality>1000000000</bpmn:loopCardinality>"))
fault(
    "mi completion syntax",
    "expressions.wrong",
    "t",
    mi("<bpmn:loopCardinality>3</bpmn:loopCardinality><bpmn:completionCondition>done ==</bpmn:completionCondition>"),
)
fault(
    "mi and loop",
    "activities.loop_without_end",
    "t",
    doc(
        "b>t t>e",
        t=el(
            "userTask",
            "t",
            "<bpmn:standardLoopCharacteristics/>",
            el(MI, "", "<bpmn:loopCardinality>2</bpmn:loopCardinality>"),
        ),
    ),
)
fault(
    "mi on gateway",
    "structure.unknown_element",
    "x1",
    doc(
        "b>x1 x1>t1?k_eq_1 x1>t2* t1>e t2>e",
        x1=el("exclusiveGateway", "x1", el(MI, "", "<bpmn:loopCardinality>2</bpmn:loopCardinality>"), default="x1__t2"),
    ),
)
fault(
    "mi behavior unknown",
    "engine.refused",
    "t",
    mi("<bpmn:loopCardinality>2</bpmn:loopCardinality>", behavior="Sometimes"),
)
fault(
    "mi behaviour event missing",
    "engine.refused",
    "t",
    mi("<bpmn:loopCardinality>2</bpmn:loopCardinality>", behavior="One", oneBehaviorEventRef="nope"),
)
fault(
    "loop max text",
    "activities.not_a_number",
    "t",
    doc("b>t t>e", t=el("userTask", "t", '<bpmn:standardLoopCharacteristics loopMaximum="few"/>')),
)
fault(
    "loop condition syntax",
    "expressions.wrong",
    "t",
    doc(
        "b>t t>e",
        t=el(
            "userTask",
            "t",
            el("standardLoopCharacteristics", "", "<bpmn:loopCondition>a &lt;</bpmn:loopCondition>"),
        ),
    ),
)
fault(
    "completion quantity text",
    "activities.not_a_number",
    "t",
    doc("b>t t>e", t=el("userTask", "t", completionQuantity="x")),
)
fault(
    "called itself empty",
    "activities.call_without_process",
    "c1",
    doc("b>c1 c1>e", c1=el("callActivity", "c1", calledElement="")),
)
fault(
    "ad hoc completion syntax",
    "expressions.wrong",
    "u1",
    doc(
        "b>u1 u1>e",
        u1=el(
            "adHocSubProcess", "u1", el("userTask", "i1"), "<bpmn:completionCondition>x ==</bpmn:completionCondition>"
        ),
    ),
)
fault("complex without condition", "engine.refused", "y1", doc("b>a1 a1>t1 a1>t2 t1>y1 t2>y1 y1>e"))
fault(
    "script format javascript",
    "activities.script_language",
    "s1",
    doc("b>s1 s1>e", s1=el("scriptTask", "s1", "<bpmn:script>a</bpmn:script>", scriptFormat="javascript")),
)
fault("no script", "activities.no_script", "s1", doc("b>s1 s1>e", s1=el("scriptTask", "s1")))
fault("property misspelt", "extensions.misspelt", "t", doc("b>t t>e", t=el("userTask", "t", ext(prop("formkey", "x")))))
fault("due syntax", "expressions.wrong", "t", doc("b>t t>e", t=el("userTask", "t", ext(prop("due", "deadline(")))))
fault(
    "prescript syntax",
    "expressions.wrong",
    "t",
    doc("b>t t>e", t=el("userTask", "t", ext("<spiffworkflow:preScript>a = (</spiffworkflow:preScript>"))),
)
fault(
    "service parameter syntax",
    "expressions.wrong",
    "z1",
    doc(
        "b>z1 z1>e",
        z1=el(
            "serviceTask",
            "z1",
            ext(
                '<spiffworkflow:serviceTaskOperator id="x.y"><spiffworkflow:parameters>'
                '<spiffworkflow:parameter id="p" value="a b"/></spiffworkflow:parameters>'
                "</spiffworkflow:serviceTaskOperator>"
            ),
        ),
    ),
)
fault(
    "condition in xpath",
    "engine.refused",
    "x1__t1",
    doc("b>x1 x1>t1 x1>t2* t1>e t2>e").replace(
        flow("x1", "t1").encode(),
        b'<bpmn:sequenceFlow id="x1__t1" sourceRef="x1" targetRef="t1"><bpmn:conditionExpression language="http://www.w3.org/1999/XPath">a/b</bpmn:conditionExpression></bpmn:sequenceFlow>',
    ),
)
