"""Data objects, properties, inputs and outputs of activities, what called processes get and return, global tasks."""

from xml.sax.saxutils import escape

import pytest

from app.engine.errors import DiagramError
from app.engine.parser import read_definition
from tests.unit.engine.diagrams import Node, call, diagram, message, script, start, sub, user
from tests.unit.engine.walking import Walk

NOTHING = script("pass")


def declaring(task: Node, *inputs: str, outputs: tuple[str, ...] = ()) -> Node:
    """The task with its data inputs and outputs."""
    written = "".join(f'<bpmn:dataInput id="{name}"/>' for name in inputs)
    written += "".join(f'<bpmn:dataOutput id="{name}"/>' for name in outputs)
    sets = "<bpmn:inputSet>" + "".join(f"<bpmn:dataInputRefs>{name}</bpmn:dataInputRefs>" for name in inputs)
    sets += "</bpmn:inputSet><bpmn:outputSet>"
    sets += "".join(f"<bpmn:dataOutputRefs>{name}</bpmn:dataOutputRefs>" for name in outputs) + "</bpmn:outputSet>"
    inner = f"<bpmn:ioSpecification>{written}{sets}</bpmn:ioSpecification>"
    return Node(task.tag, inner + task.inner, task.attributes, task.flows, task.nodes)


def carrying(task: Node, direction: str, source: str = "", target: str = "", inside: str = "") -> Node:
    """The task with a data association."""
    parts = (f"<bpmn:sourceRef>{source}</bpmn:sourceRef>" if source else "") + (
        f"<bpmn:targetRef>{target}</bpmn:targetRef>" if target else ""
    )
    name = f"data{direction}Association"
    return Node(
        task.tag, task.inner + f"<bpmn:{name}>{parts}{inside}</bpmn:{name}>", task.attributes, task.flows, task.nodes
    )


def assigning(value: str, to: str) -> str:
    return f"<bpmn:assignment><bpmn:from>{escape(value)}</bpmn:from><bpmn:to>{to}</bpmn:to></bpmn:assignment>"


def item(kind: str, name: str = "", **attributes: str) -> Node:
    return Node(kind, attributes={**({"name": name} if name else {}), **attributes})


def test_a_value_goes_through_a_data_object(walk: Walk) -> None:
    write = carrying(declaring(script("out = 7"), outputs=("out",)), "Output", "out", "ref")
    read = carrying(declaring(script("seen = given + 1"), "given"), "Input", "ref", "given")

    walk.start(
        diagram(
            "start -> write -> read -> end",
            write=write,
            read=read,
            order=item("dataObject"),
            ref=item("dataObjectReference", dataObjectRef="order"),
        )
    )

    assert walk.data == {"order": 7, "seen": 8}


def test_a_data_object_drawn_by_a_program_is_called_by_its_name(walk: Walk) -> None:
    write = carrying(script("заявка = 1"), "Output", "", "DataObjectReference_0x")
    use = script("дважды = заявка * 2")

    walk.start(
        diagram(
            "start -> write -> use -> end",
            write=write,
            use=use,
            DataObject_0y=item("dataObject"),
            DataObjectReference_0x=item("dataObjectReference", "заявка", dataObjectRef="DataObject_0y"),
        )
    )

    assert walk.data == {"заявка": 1, "дважды": 2}


def test_inputs_are_of_the_activity_alone(walk: Walk) -> None:
    task = carrying(declaring(user(), "x"), "Input", "total", "x")
    walk.start(diagram("start -> a -> b -> end", a=task, total=item("property")), total=5, x="outside")

    assert walk.run.user_tasks()[0].data["x"] == 5
    walk.complete("a", y=1)

    assert walk.run.user_tasks()[0].data == {"total": 5, "x": "outside", "y": 1}


def test_an_association_may_transform(walk: Walk) -> None:
    inside = "<bpmn:transformation>len(items)</bpmn:transformation>"
    task = carrying(declaring(script("result = n * 10"), "n"), "Input", "items", "n", inside)

    walk.start(diagram("start -> a -> end", a=task, items=item("dataObject")), items=[1, 2, 3])

    assert walk.data == {"items": [1, 2, 3], "result": 30}


def test_an_association_may_assign(walk: Walk) -> None:
    task = carrying(declaring(script("out = n"), "n", outputs=("out",)), "Input", "", "n", assigning("3 + 4", "n"))
    task = carrying(task, "Output", "out", "", assigning("out * 2", "total"))

    walk.start(diagram("start -> a -> end", a=task))

    assert walk.data == {"total": 14}


def test_a_sub_process_may_have_inputs(walk: Walk) -> None:
    stage = carrying(declaring(sub("start_in -> b -> end_in", b=script("y = x")), "x"), "Input", "total", "x")

    walk.start(diagram("start -> stage -> end", stage=stage, total=item("dataObject")), total=2)

    assert walk.data == {"total": 2, "y": 2}


def test_a_call_gives_and_takes_what_it_declares(walk: Walk) -> None:
    called = diagram("start -> b -> end", process_id="q", b=script("z = x + 1\nsecret = 1"))
    use = declaring(call("q"), "x", outputs=("z",))
    use = carrying(carrying(use, "Input", "total", "x"), "Output", "z", "result")

    walk.start(
        diagram("start -> use -> end", use=use, total=item("dataObject"), result=item("dataObject")),
        called,
        total=4,
        other=1,
    )

    assert walk.data == {"total": 4, "other": 1, "result": 5}


def test_a_call_and_the_called_process_may_name_things_differently(walk: Walk) -> None:
    called = diagram("start -> b -> end", process_id="q", b=script("answer = number + 1"))
    head, _, rest = called.partition(b'isExecutable="true">')
    declared = declaring(Node("task"), "number", outputs=("answer",)).inner.encode()
    use = declaring(call("q"), "x", outputs=("z",))
    use = carrying(use, "Output", "z", "result")

    walk.start(
        diagram("start -> use -> end", use=use, result=item("dataObject")),
        head + b'isExecutable="true">' + declared + rest,
        x=4,
    )

    assert walk.data == {"x": 4, "result": 5}


def test_scripts_before_and_after_a_call_map_too(walk: Walk) -> None:
    scripts = (
        "<bpmn:extensionElements><spiffworkflow:preScript>x = total</spiffworkflow:preScript>"
        "<spiffworkflow:postScript>result = z</spiffworkflow:postScript></bpmn:extensionElements>"
    )
    called = diagram("start -> b -> end", process_id="q", b=script("z = x + 1"))

    walk.start(
        diagram("start -> use -> end", use=Node("callActivity", scripts, {"calledElement": "q"})), called, total=1
    )

    assert walk.data == {"total": 1, "x": 1, "z": 2, "result": 2}


@pytest.mark.parametrize(
    ("kind", "inner", "waits"),
    [
        ("globalUserTask", "", True),
        ("globalManualTask", "", True),
        ("globalTask", "", False),
        ("globalScriptTask", "<bpmn:script>x = 1</bpmn:script>", False),
    ],
)
def test_a_global_task_is_called_like_a_process(walk: Walk, kind: str, inner: str, waits: bool) -> None:
    process = diagram("start -> use -> end", use=call("check")).replace(
        b"<bpmn:process", f'<bpmn:{kind} id="check" name="Check">{inner}</bpmn:{kind}><bpmn:process'.encode()
    )
    walk.start(process)

    if waits:
        assert walk.waiting == ["check"]
        walk.complete("check")

    assert walk.run.ended
    assert walk.passed == ["start", "check", "use", "end"]


def test_instances_may_be_over_a_data_object(walk: Walk) -> None:
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>ref</bpmn:loopDataInputRef>"
        '<bpmn:inputDataItem id="one"/></bpmn:multiInstanceLoopCharacteristics>'
    )

    walk.start(
        diagram(
            "start -> a -> end",
            a=Node("scriptTask", f"{loop}<bpmn:script>pass</bpmn:script>"),
            list=item("dataObject"),
            ref=item("dataObjectReference", dataObjectRef="list"),
        ),
        list=[1, 2],
    )

    assert walk.passed == ["start", "a", "a", "end"]


@pytest.mark.parametrize(
    ("process", "element"),
    [
        (
            diagram("start -> a -> end", a=carrying(user(), "Output", "", "store"), store=item("dataStoreReference")),
            "a",
        ),
        (diagram("start -> a -> end", a=carrying(user(), "Input", "gone", "")), "a"),
        (diagram("start -> a -> end", a=carrying(user(), "Input", "", "", assigning("1", ""))), "a"),
        (diagram("start -> a -> end", a=Node("callActivity")), "a"),
    ],
)
def test_data_that_cannot_be_carried_are_refused(process: bytes, element: str) -> None:
    with pytest.raises(DiagramError) as caught:
        read_definition({"p.bpmn": process}, "p")

    assert caught.value.element == element
    assert caught.value.text.kk != caught.value.text.ru


def test_a_called_process_must_say_where_it_begins() -> None:
    called = diagram("one -> b -> end; other -> b", process_id="q", one=start(message("m")), other=start(message("n")))

    with pytest.raises(DiagramError) as caught:
        read_definition({"p.bpmn": diagram("start -> use -> end", use=call("q")), "q.bpmn": called}, "p")

    assert caught.value.element == "use"


def test_a_data_store_that_nothing_uses_is_only_drawn(walk: Walk) -> None:
    process = diagram("start -> a -> end", a=NOTHING, store=item("dataStoreReference", dataStoreRef="s"))

    walk.start(process.replace(b"<bpmn:process", b'<bpmn:dataStore id="s" name="Archive"/><bpmn:process'))

    assert walk.run.ended
