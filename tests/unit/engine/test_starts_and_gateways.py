"""What starts an instance, and gateways behind which the first event decides."""

from datetime import timedelta

import pytest

from app.engine.errors import DiagramError
from app.engine.parser import read_definition
from app.engine.run import Run, Variables
from tests.unit.engine.diagrams import (
    Node,
    border,
    call,
    catch,
    condition,
    diagram,
    first_of,
    message,
    signal,
    start,
    sub,
    timer,
    user,
)
from tests.unit.engine.walking import MONDAY, Walk

STARTS = {"instantiate": "true"}


def receive(name: str, **attributes: str) -> Node:
    return Node("receiveTask", attributes={"messageRef": f"message:{name}", **attributes})


def starting_gateway(**attributes: str) -> Node:
    return Node("eventBasedGateway", attributes={**STARTS, **attributes})


def test_a_receive_task_may_start_the_process(walk: Walk) -> None:
    walk.start(diagram("come -> a -> end", come=receive("order", **STARTS)), start_element="come", number=7)

    assert walk.definition.start_messages == {"order": "come"}
    assert walk.waiting == ["a"]
    assert walk.passed == ["come"]
    assert walk.data == {"number": 7}


def test_a_receive_task_that_starts_nothing_waits(walk: Walk) -> None:
    walk.start(diagram("start -> come -> a -> end", come=receive("order")))

    assert walk.definition.start_messages == {}
    assert walk.messages == ["order"]


def test_behind_a_gateway_that_starts_the_process_the_event_that_came_is_passed(walk: Walk) -> None:
    process = diagram(
        "gate -> one -> a -> end; gate -> two -> b -> end; gate -> three -> c -> end",
        gate=starting_gateway(),
        one=catch(message("first")),
        two=catch(signal("second")),
        three=receive("third"),
    )

    walk.start(process, start_element="two", said="yes")

    assert walk.definition.start_messages == {"first": "one", "third": "three"}
    assert walk.definition.start_signals == {"second": "two"}
    assert walk.waiting == ["b"]
    assert walk.passed == ["gate", "two"]
    assert walk.messages == []
    assert walk.data == {"said": "yes"}


def test_which_event_has_started_the_process_must_be_said(walk: Walk) -> None:
    process = diagram(
        "gate -> one -> end; gate -> two -> end",
        gate=starting_gateway(),
        one=catch(message("first")),
        two=catch(message("second")),
    )

    with pytest.raises(DiagramError) as caught:
        walk.start(process)

    assert caught.value.element == "p"


def test_one_start_event_may_stand_for_several_events(walk: Walk) -> None:
    process = diagram(
        "start_a -> a -> end; start_b -> b -> end",
        start_a=start(message("one") + signal("two") + timer("R/PT1H", "timeCycle")),
        start_b=start(message("three")),
    )

    walk.start(process, start_element="start_a")

    assert walk.definition.start_messages == {"one": "start_a", "three": "start_b"}
    assert walk.definition.start_signals == {"two": "start_a"}
    assert [(each.element, each.text) for each in walk.definition.start_timers] == [("start_a", "R/PT1H")]
    assert walk.waiting == ["a"]


def test_what_starts_the_process_brings_variables_or_one_of_its_own(walk: Walk) -> None:
    process = diagram(
        "start_a -> a -> end; start_b -> b -> end",
        start_a=start(message("one", variable="order")),
        start_b=start(message("two")),
    )
    definition = read_definition({"p.bpmn": process}, "p")
    brought: Variables = {"number": 7, "office": "theirs"}

    runs = [
        Run.start(definition, walk.world, {"office": "ours"}, start_element=element, brought=brought)
        for element in ("start_a", "start_b")
    ]

    assert runs[0].data == {"order": {"number": 7, "office": "theirs"}, "office": "ours"}
    assert runs[1].data == {"number": 7, "office": "ours"}


@pytest.mark.parametrize(
    ("process", "element"),
    [
        (diagram("start -> come -> end", come=receive("m", **STARTS)), "come"),
        (
            diagram(
                "start -> stage -> end", stage=sub("start_in -> end_in; come -> end_in", come=receive("m", **STARTS))
            ),
            "come",
        ),
        (diagram("come -> end; late -> end", come=receive("m", **STARTS), late=border("come", timer("PT1H"))), "come"),
        (
            diagram(
                "gate -> one -> end; gate -> two -> end",
                gate=starting_gateway(),
                one=catch(message("m")),
                two=catch(timer("PT1H")),
            ),
            "gate",
        ),
        (
            diagram(
                "gate -> one -> end; gate -> two -> end",
                gate=starting_gateway(eventGatewayType="Parallel"),
                one=catch(message("m")),
                two=catch(message("n")),
            ),
            "gate",
        ),
        (diagram("start -> end", start=start(condition("x"))), "start"),
        (
            diagram("start -> end", start=start(message("m") + signal("s"))).replace(
                b"<bpmn:startEvent", b'<bpmn:startEvent parallelMultiple="true"'
            ),
            "start",
        ),
        (
            diagram("start_a -> end; start_b -> end", start_a=start(message("m")), start_b=start(message("m"))),
            "start_b",
        ),
    ],
)
def test_what_cannot_start_a_process_is_refused_by_its_element(process: bytes, element: str) -> None:
    with pytest.raises(DiagramError) as caught:
        read_definition({"p.bpmn": process}, "p")

    assert caught.value.element == element


def test_where_a_called_process_begins_must_be_clear() -> None:
    starts = {"start_a": start(message("m")), "start_b": start(signal("s"))}
    called = diagram("start_a -> end; start_b -> end", process_id="q", **starts)

    with pytest.raises(DiagramError) as caught:
        read_definition({"p.bpmn": diagram("start -> a -> end", a=call("q")), "q.bpmn": called}, "p")

    assert caught.value.element == "a"


BEHIND = {
    "told": catch(message("answer")),
    "heard": catch(signal("closed")),
    "ready": catch(condition("n > 1")),
    "got": receive("parcel"),
    "soon": catch(timer("PT1H")),
    "later": catch(timer("PT2H")),
    "either": catch(message("this") + signal("that")),
}


@pytest.mark.parametrize("element", BEHIND)
def test_of_all_kinds_of_events_behind_a_gateway_the_first_decides(walk: Walk, element: str) -> None:
    flows = "; ".join(f"gate -> {name} -> after_{name} -> end" for name in BEHIND)
    walk.start(diagram(f"start -> gate; {flows}", gate=first_of(), **BEHIND), n=0)
    timers, messages, signals = walk.timers, walk.messages, walk.signals

    match element:
        case "told":
            walk.deliver("answer", said="yes")
        case "heard":
            walk.signal("closed")
        case "ready":
            walk.correct(n=2)
        case "got":
            walk.deliver("parcel")
        case "soon":
            walk.pass_time(hours=1)
        case "later":
            walk.clock.moment += timedelta(hours=3)
            walk.correct(n=0)
        case _:
            walk.signal("that")

    assert timers == {"soon": MONDAY + timedelta(hours=1), "later": MONDAY + timedelta(hours=2)}
    assert messages == ["answer", "parcel", "this"]
    assert signals == [("either", "that"), ("heard", "closed")]
    assert walk.waiting == [f"after_{'soon' if element == 'later' else element}"]
    assert (walk.timers, walk.messages, walk.signals) == ({}, [], [])


def test_a_catch_may_wait_for_one_of_several_events(walk: Walk) -> None:
    walk.start(diagram("start -> wait -> a -> end", wait=catch(message("this") + signal("that") + timer("PT1H"))))
    awaited = walk.messages, walk.signals, list(walk.timers)

    walk.signal("that", by="archive")

    assert awaited == (["this"], [("wait", "that")], ["wait"])
    assert walk.waiting == ["a"]
    assert walk.data == {"by": "archive"}


def test_of_several_timers_of_one_event_the_earliest_is_told(walk: Walk) -> None:
    walk.start(diagram("start -> wait -> a -> end", wait=catch(timer("PT2H") + timer("PT1H") + timer("PT3H"))))
    told = [(each.element, each.due) for each in walk.run.timers()]

    walk.pass_time(hours=1)

    assert told == [("wait", MONDAY + timedelta(hours=1))]
    assert walk.waiting == ["a"]


def all_of(node: Node) -> Node:
    return Node(node.tag, node.inner, {**node.attributes, "parallelMultiple": "true"})


def test_a_catch_may_wait_for_all_of_several_events(walk: Walk) -> None:
    walk.start(
        diagram("start -> wait -> a -> end", wait=all_of(catch(message("this") + signal("that") + timer("PT1H"))))
    )

    walk.signal("that", x=1)
    after_one = walk.messages, walk.signals, list(walk.timers), walk.waiting
    walk.pass_time(hours=2)
    after_two = walk.messages, walk.timers
    walk.deliver("this", y=2)

    assert after_one == (["this"], [], ["wait"], [])
    assert after_two == (["this"], {})
    assert walk.waiting == ["a"]
    assert walk.data == {"x": 1, "y": 2}


def test_a_border_may_listen_for_several_events_any_number_of_times(walk: Walk) -> None:
    several = border("a", message("this") + signal("that") + timer("PT1H"), interrupting=False)
    walk.start(diagram("start -> a -> end; event -> b -> end_b", a=user(), event=several))

    walk.deliver("this")
    walk.signal("that")
    walk.pass_time(hours=3)
    walk.deliver("this")

    assert walk.waiting == ["a", "b", "b", "b", "b"]
    assert walk.timers == {}
    assert walk.messages == ["this"]


def test_definitions_may_stand_apart_from_their_events(walk: Walk) -> None:
    reference = "<bpmn:eventDefinitionRef>apart</bpmn:eventDefinitionRef>"
    process = diagram("start -> wait -> a -> end; heard -> b -> end", wait=user(), heard=border("wait", reference))
    apart = (
        b'<bpmn:signal id="s" name="closed"/><bpmn:signalEventDefinition id="apart" signalRef="s"/><bpmn:process id="p"'
    )
    walk.start(process.replace(b'<bpmn:process id="p"', apart))

    walk.signal("closed")

    assert walk.waiting == ["b"]


@pytest.mark.parametrize("tag", ["intermediateThrowEvent", "endEvent"])
def test_an_event_may_throw_several(walk: Walk, tag: str) -> None:
    flows = "start -> told -> a -> end" if tag == "intermediateThrowEvent" else "start -> a -> told"

    walk.start(diagram(flows, told=Node(tag, message("m", payload="{'n': 1}") + signal("s"))))
    if tag == "endEvent":
        walk.complete("a")

    assert [(each.message, each.kind) for each in walk.told] == [("m", "message"), ("s", "signal")]
