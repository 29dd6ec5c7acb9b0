"""Activities done several times: numbers, lists, conditions, what instances throw; loops."""

from xml.sax.saxutils import escape

import pytest

from app.engine.errors import DiagramError
from app.engine.instances import CardinalityError
from app.engine.parser import read_definition
from tests.unit.engine.diagrams import (
    Node,
    border,
    call,
    diagram,
    escalation,
    message,
    script,
    signal,
    sub,
    timer,
    user,
)
from tests.unit.engine.walking import Walk

NOTHING = script("pass")
COUNTED = script("n = n + 1")


def times(
    task: Node, number: str, *, one_by_one: bool = False, until: str = "", inside: str = "", **attributes: str
) -> Node:
    """The task so many times."""
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    parts = f"<bpmn:loopCardinality>{escape(number)}</bpmn:loopCardinality>{inside}"
    parts += f"<bpmn:completionCondition>{escape(until)}</bpmn:completionCondition>" if until else ""
    loop = f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(one_by_one).lower()}"{written}>{parts}'
    return Node(
        task.tag,
        task.inner + loop + "</bpmn:multiInstanceLoopCharacteristics>",
        task.attributes,
        task.flows,
        task.nodes,
    )


def looped(task: Node, condition: str = "", **attributes: str) -> Node:
    """The task in a standard loop."""
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    inside = f"<bpmn:loopCondition>{escape(condition)}</bpmn:loopCondition>" if condition else ""
    loop = f"<bpmn:standardLoopCharacteristics{written}>{inside}</bpmn:standardLoopCharacteristics>"
    return Node(task.tag, task.inner + loop, task.attributes, task.flows, task.nodes)


def with_definitions(process: bytes, *definitions: str) -> bytes:
    """The diagram with event definitions at its top; what they refer to is declared too."""
    names = "".join(
        f'<bpmn:{kind} id="{kind}:{name}" name="{name}" {kind}Code="{name}"/>'
        if kind in ("error", "escalation")
        else f'<bpmn:{kind} id="{kind}:{name}" name="{name}"/>'
        for kind, name in (definition.split(":") for definition in definitions)
        if f'id="{kind}:{name}"'.encode() not in process
    )
    written = "".join(
        f'<bpmn:{kind}EventDefinition id="{kind}_of_{name}" {kind}Ref="{kind}:{name}"/>'
        for kind, name in (definition.split(":") for definition in definitions)
    )
    return process.replace(b"<bpmn:process", (names + written).encode() + b"<bpmn:process", 1)


@pytest.mark.parametrize("one_by_one", [True, False])
@pytest.mark.parametrize("number", ["3", "n", "n * 1.0", "len(items)"])
def test_a_task_is_done_as_often_as_the_number_says(walk: Walk, number: str, one_by_one: bool) -> None:
    walk.start(diagram("start -> a -> end", a=times(NOTHING, number, one_by_one=one_by_one)), n=3, items=[1, 2, 3])

    assert walk.passed == ["start", "a", "a", "a", "end"]


@pytest.mark.parametrize("one_by_one", [True, False])
@pytest.mark.parametrize("task", [user(), sub("start_in -> b -> end_in"), call("q")], ids=["task", "sub", "call"])
def test_no_times_at_all_is_passed_at_once(walk: Walk, task: Node, one_by_one: bool) -> None:
    called = diagram("start -> c -> end", process_id="q")

    walk.start(diagram("start -> a -> end", a=times(task, "0", one_by_one=one_by_one)), called)

    assert walk.run.ended
    assert walk.passed == ["start", "end"]


@pytest.mark.parametrize("one_by_one", [True, False])
@pytest.mark.parametrize("value", [-1, 1.5, "three", True, None, 10**9])
def test_a_number_that_is_none_is_named(walk: Walk, value: object, one_by_one: bool) -> None:
    with pytest.raises(CardinalityError) as caught:
        walk.start(diagram("start -> a -> end", a=times(user(), "n", one_by_one=one_by_one)), n=value)

    assert caught.value.element == "a"


@pytest.mark.parametrize(
    "task",
    [
        times(user(), "-1"),
        times(user(), "2.5"),
        times(user(), "2", behavior="Some"),
        times(user(), "2", behavior="One", oneBehaviorEventRef="gone"),
        times(user(), "2", behavior="Complex", inside="<bpmn:complexBehaviorDefinition/>"),
        times(user(), "2", inside="<bpmn:loopDataInputRef>items</bpmn:loopDataInputRef>"),
        looped(user()),
        looped(user(), loopMaximum="-1"),
        looped(user(), loopMaximum="0"),
        looped(user(), loopMaximum="often"),
    ],
)
def test_a_repetition_that_means_nothing_is_refused_at_its_task(task: Node) -> None:
    with pytest.raises(DiagramError) as caught:
        read_definition({"p.bpmn": diagram("start -> a -> end", a=task)}, "p")

    assert caught.value.element == "a"
    assert caught.value.text.kk != caught.value.text.ru


def test_every_instance_knows_its_number(walk: Walk) -> None:
    task = script("seen = loopCounter")
    inside = '<bpmn:loopDataOutputRef>all</bpmn:loopDataOutputRef><bpmn:outputDataItem id="seen"/>'

    walk.start(diagram("start -> a -> end", a=times(task, "3", inside=inside)))

    assert walk.data == {"all": [0, 1, 2]}


@pytest.mark.parametrize("one_by_one", [True, False])
@pytest.mark.parametrize(
    "condition",
    [
        "nrOfCompletedInstances == 2",
        "nrOfCompletedInstances / nrOfInstances > 0.6",
        "numberOfCompletedInstances >= 2",
        "loopCounter == 1",
    ],
)
def test_enough_instances_end_the_activity(walk: Walk, condition: str, one_by_one: bool) -> None:
    walk.start(diagram("start -> a -> b -> end", a=times(user(), "3", one_by_one=one_by_one, until=condition)))

    walk.complete("a")
    walk.complete("a")

    assert walk.waiting == ["b"]


def test_active_instances_are_counted(walk: Walk) -> None:
    walk.start(diagram("start -> a -> b -> end", a=times(user(), "4", until="nrOfActiveInstances < 2")))

    walk.complete("a")
    walk.complete("a")
    assert walk.waiting == ["a", "a"]
    walk.complete("a")

    assert walk.waiting == ["b"]


def test_sub_processes_that_are_no_longer_needed_are_taken_away(walk: Walk) -> None:
    stage = sub("start_in -> b -> c -> end_in", c=NOTHING)
    walk.start(diagram("start -> a -> d -> end", a=times(stage, "3", until="nrOfCompletedInstances == 1")))

    walk.complete("b")

    assert walk.waiting == ["d"]


def test_the_first_instance_may_end_the_others_by_its_event(walk: Walk) -> None:
    task = times(user(), "3", behavior="One", oneBehaviorEventRef="signal_of_first")
    process = diagram("start -> a -> end; first -> b -> end", a=task, first=border("a", signal("first")))
    walk.start(with_definitions(process, "signal:first"))

    walk.complete("a", number=2)

    assert walk.waiting == ["b"]
    assert walk.passed == ["start", "a", "first"]


def test_an_event_of_the_first_instance_need_not_interrupt(walk: Walk) -> None:
    task = times(user(), "3", behavior="One", oneBehaviorEventRef="escalation_of_first")
    event = border("a", escalation("first"), interrupting=False)
    walk.start(
        with_definitions(diagram("start -> a -> end; first -> b -> end", a=task, first=event), "escalation:first")
    )

    walk.complete("a")
    walk.complete("a")
    assert walk.waiting == ["a", "b"]
    walk.complete("a")
    walk.complete("b")

    assert walk.run.ended
    assert walk.passed.count("first") == 1


@pytest.mark.parametrize("one_by_one", [True, False])
def test_every_instance_may_throw_an_event(walk: Walk, one_by_one: bool) -> None:
    task = times(user(), "3", one_by_one=one_by_one, behavior="None", noneBehaviorEventRef="signal_of_done")
    event = border("a", signal("done"), interrupting=False)
    walk.start(with_definitions(diagram("start -> a -> end; done -> b -> end", a=task, done=event), "signal:done"))

    for _ in range(3):
        walk.complete("a")

    assert walk.waiting == ["b", "b", "b"]
    assert not walk.run.ended


@pytest.mark.parametrize("one_by_one", [True, False])
def test_an_event_may_depend_on_how_many_are_done(walk: Walk, one_by_one: bool) -> None:
    inside = (
        "<bpmn:complexBehaviorDefinition><bpmn:condition>nrOfCompletedInstances == 2</bpmn:condition><bpmn:event>"
        f"{message('two')}</bpmn:event></bpmn:complexBehaviorDefinition>"
    )
    task = times(user(), "3", one_by_one=one_by_one, behavior="Complex", inside=inside)
    process = diagram("start -> a -> end; two -> b -> end", a=task, two=border("a", message("two")))
    walk.start(process)

    walk.complete("a")
    assert walk.passed == ["start", "a"]
    walk.complete("a")

    assert walk.waiting == ["b"]


def test_all_instances_throw_nothing_whatever_is_referred_to(walk: Walk) -> None:
    task = times(user(), "2", behavior="All", noneBehaviorEventRef="signal_of_done")
    process = diagram("start -> a -> c -> end; done -> b -> end", a=task, done=border("a", signal("done")))
    walk.start(with_definitions(process, "signal:done"))

    walk.complete("a")
    walk.complete("a")

    assert walk.waiting == ["c"]


def test_an_interrupting_event_of_the_last_instance_takes_its_way(walk: Walk) -> None:
    task = times(NOTHING, "1", behavior="None", noneBehaviorEventRef="signal_of_done")
    process = diagram("start -> a -> c -> end; done -> b -> end", a=task, done=border("a", signal("done")))

    walk.start(with_definitions(process, "signal:done"))

    assert walk.waiting == ["b"]


def test_instances_throw_out_of_the_process_when_nobody_listens(walk: Walk) -> None:
    task = times(NOTHING, "2", behavior="None", noneBehaviorEventRef="message_of_done")

    walk.start(with_definitions(diagram("start -> a -> end", a=task), "message:done"))

    assert walk.thrown == [("done", {}), ("done", {})]
    assert walk.run.ended


def test_instances_are_interrupted_together(walk: Walk) -> None:
    stage = sub("start_in -> b -> end_in")
    process = diagram("start -> a -> end; late -> c -> end", a=times(stage, "3"), late=border("a", timer("PT5M")))
    walk.start(process)
    walk.complete("b")

    walk.pass_time(minutes=6)

    assert walk.waiting == ["c"]
    assert list(walk.timers) == []


@pytest.mark.parametrize("one_by_one", [True, False])
def test_messages_may_be_waited_for_several_times(walk: Walk, one_by_one: bool) -> None:
    task = times(Node("receiveTask", attributes={"messageRef": "message:m"}), "2", one_by_one=one_by_one)
    process = diagram("start -> a -> b -> end; late -> b", a=task, late=border("a", message("m2")))
    walk.start(process.replace(b"<bpmn:process", b'<bpmn:message id="message:m" name="m"/><bpmn:process'))

    walk.deliver("m", x=1)
    assert walk.waiting == []
    walk.deliver("m", y=2)

    assert walk.waiting == ["b"]
    assert walk.data == {"x": 1, "y": 2}


def test_messages_may_be_sent_several_times(walk: Walk) -> None:
    task = times(Node("sendTask", attributes={"messageRef": "message:m"}), "3")
    process = diagram("start -> a -> end", a=task)

    walk.start(process.replace(b"<bpmn:process", b'<bpmn:message id="message:m" name="m"/><bpmn:process'))

    assert [name for name, _ in walk.thrown] == ["m", "m", "m"]


def test_called_processes_run_for_each_item(walk: Walk) -> None:
    called = diagram("start -> b -> end", process_id="q")
    each = times(call("q"), "2", one_by_one=True)
    walk.start(diagram("start -> a -> end", a=each), called)

    walk.complete("b", x=1)
    walk.complete("b", y=2)

    assert walk.run.ended
    assert walk.data == {"x": 1, "y": 2}


def test_a_loop_ends_at_its_maximum(walk: Walk) -> None:
    walk.start(diagram("start -> a -> end", a=looped(COUNTED, loopMaximum="4")), n=0)

    assert walk.data == {"n": 4}
    assert walk.passed == ["start", *["a"] * 4, "end"]


def test_a_loop_ends_at_its_maximum_or_its_condition(walk: Walk) -> None:
    walk.start(diagram("start -> a -> end", a=looped(COUNTED, "n < 2", loopMaximum="4")), n=0)

    assert walk.data == {"n": 2}


@pytest.mark.parametrize(("before", "times_done"), [("true", 0), ("false", 1)])
def test_a_loop_looks_at_its_condition_before_or_after(walk: Walk, before: str, times_done: int) -> None:
    walk.start(diagram("start -> a -> end", a=looped(COUNTED, "n > 5", testBefore=before)), n=0)

    assert walk.data == {"n": times_done}
    assert walk.passed == ["start", *["a"] * times_done, "end"]


def test_a_loop_counts_its_turns(walk: Walk) -> None:
    walk.start(diagram("start -> a -> end", a=looped(COUNTED, "loopCounter < 3")), n=0)

    assert walk.data == {"n": 3}


def test_a_sub_process_may_be_a_loop(walk: Walk) -> None:
    stage = sub("start_in -> b -> end_in", b=COUNTED)

    walk.start(diagram("start -> a -> end", a=looped(stage, loopMaximum="3")), n=0)

    assert walk.data == {"n": 3}
    assert walk.passed.count("a") == 3
