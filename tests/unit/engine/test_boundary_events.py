"""Boundary events: on whatever they sit, they fire as often as they may and leave the rest in order."""

import pytest

from app.engine.errors import DiagramError
from app.engine.parser import read_definition
from tests.unit.engine.diagrams import (
    Node,
    border,
    call,
    catch,
    condition,
    diagram,
    end,
    error,
    escalation,
    for_each,
    message,
    repeat,
    script,
    service,
    signal,
    sub,
    throw,
    timer,
    user,
)
from tests.unit.engine.walking import Walk

INNER = "start_in -> a -> end_in"
CALLED = diagram("start_q -> a -> end_q", process_id="q")
HOSTS = {
    "user task": user(),
    "manual task": Node("manualTask"),
    "receive task": Node("receiveTask", attributes={"messageRef": "message:answer"}),
    "service task": service("letters.send"),
    "sub-process": sub(INNER),
    "transaction": Node("transaction", flows=INNER),
    "call activity": call("q"),
    "several instances": for_each(user(), "items", "item"),
    "several sub-processes": for_each(sub(INNER), "items", "item"),
    "one by one": for_each(user(), "items", "item", one_by_one=True),
    "repeated": repeat(user(), "again"),
}


def bordered(host: Node, event: str, *, interrupting: bool) -> bytes:
    flows = "start -> host -> after -> end; event -> b -> end_b"
    process = diagram(flows, host=host, event=border("host", event, interrupting=interrupting))
    return process.replace(
        b'<bpmn:process id="p"', b'<bpmn:message id="message:answer" name="answer"/><bpmn:process id="p"'
    )


def begin(walk: Walk, process: bytes) -> list[str]:
    walk.start(process, CALLED, items=["x", "y"], again=False, n=0)
    return [*walk.waiting, *walk.messages]


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS.keys())
@pytest.mark.parametrize("kind", ["message", "signal", "timer", "condition"])
def test_one_that_interrupts_takes_its_host_away(walk: Walk, host: Node, kind: str) -> None:
    event = {"message": message("m"), "signal": signal("s"), "timer": timer("PT1H"), "condition": condition("n > 1")}
    begin(walk, bordered(host, event[kind], interrupting=True))

    occur(walk, kind)

    assert walk.waiting == ["b"]
    assert walk.messages == []
    assert walk.signals == []
    assert walk.timers == {}
    assert "host" not in walk.passed


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS.keys())
@pytest.mark.parametrize("kind", ["message", "signal", "timer", "condition"])
def test_one_that_does_not_interrupt_fires_any_number_of_times(walk: Walk, host: Node, kind: str) -> None:
    cycle = timer("R/PT1H", "timeCycle")
    event = {"message": message("m"), "signal": signal("s"), "timer": cycle, "condition": condition("n > 1")}
    before = begin(walk, bordered(host, event[kind], interrupting=False))

    for _ in range(3):
        occur(walk, kind)

    assert walk.waiting.count("b") == 3
    assert sorted(each for each in [*walk.waiting, *walk.messages] if each != "b") == sorted(before)


def occur(walk: Walk, kind: str) -> None:
    match kind:
        case "message":
            walk.deliver("m")
        case "signal":
            walk.signal("s")
        case "timer":
            walk.pass_time(hours=1)
        case _:
            walk.correct(n=2)
            walk.correct(n=0)


def test_a_condition_fires_again_only_after_it_has_been_false(walk: Walk) -> None:
    begin(walk, bordered(user(), condition("n > 1"), interrupting=False))

    for value in (2, 3, 4, 1, 2):
        walk.correct(n=value)

    assert walk.waiting == ["b", "b", "host"]


def test_a_condition_about_a_variable_that_is_not_there_yet_is_false(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> fork -> a -> c -> end; fork -> d -> end; ready -> b -> end",
            fork=Node("parallelGateway"),
            ready=border("a", condition("done == 1")),
        )
    )
    before = walk.waiting

    walk.complete("d", done=1)

    assert before == ["a", "d"]
    assert walk.waiting == ["b"]


def test_a_condition_that_holds_on_arrival_fires_at_once(walk: Walk) -> None:
    begin(walk, bordered(user(), condition("n == 0"), interrupting=True))

    assert walk.waiting == ["b"]


def test_a_catching_condition_waits_until_it_holds(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> fork -> wait -> a -> end; fork -> d -> end",
            fork=Node("parallelGateway"),
            wait=catch(condition("done")),
        )
    )

    walk.complete("d", done=True)

    assert walk.waiting == ["a"]


def test_an_escalation_of_a_stage_fires_every_time(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> stage -> after -> end; raised -> b -> end_b",
            stage=sub(
                "start_in -> a -> one -> two -> three",
                one=throw(escalation("late")),
                two=throw(escalation("late")),
                three=end(escalation("late")),
            ),
            raised=border("stage", escalation("late"), interrupting=False),
        )
    )

    walk.complete("a")

    assert walk.waiting == ["after", "b", "b", "b"]


def test_an_escalation_out_of_a_called_process(walk: Walk) -> None:
    called = diagram("start -> a -> raised -> c -> end", process_id="q", raised=throw(escalation("late")))
    walk.start(
        diagram(
            "start -> calling -> end; late -> b -> end_b", calling=call("q"), late=border("calling", escalation("late"))
        ),
        called,
    )

    walk.complete("a")

    assert walk.waiting == ["b"]
    assert "c" not in walk.passed


def test_an_escalation_nobody_listens_for_goes_on_silently(walk: Walk) -> None:
    walk.start(
        diagram("start -> raised -> a -> ended", raised=throw(escalation("late")), ended=end(escalation("late")))
    )

    walk.complete("a")

    assert walk.run.ended
    assert walk.told == []


def test_an_error_out_of_a_called_process_takes_the_nearest_way(walk: Walk) -> None:
    called = diagram("start -> a -> broken", process_id="q", broken=end(error("broken")))
    walk.start(
        diagram(
            "start -> stage -> end; far -> c -> end",
            stage=sub(
                "start_in -> calling -> end_in; other -> d -> end_in; any -> b -> end_in",
                calling=call("q"),
                other=border("calling", error("other")),
                any=border("calling", error()),
            ),
            far=border("stage", error("broken")),
        ),
        called,
    )

    walk.complete("a")

    assert walk.waiting == ["b"]


def test_what_an_error_brings_goes_to_whoever_catches_it(walk: Walk) -> None:
    process = diagram(
        "start -> stage -> end; caught -> b -> end",
        stage=sub("start_in -> a -> broken", broken=end(error("broken"))),
        caught=border("stage", error("broken")),
    )
    inner = (
        "<bpmn:extensionElements><spiffworkflow:payloadExpression>{'why': reason}</spiffworkflow:payloadExpression>"
        "<spiffworkflow:variableName>fault</spiffworkflow:variableName></bpmn:extensionElements>"
    )
    declared = b'<bpmn:error id="error:broken" name="broken" errorCode="broken"'
    walk.start(process.replace(declared + b"/>", declared + f">{inner}</bpmn:error>".encode()))

    walk.complete("a", reason="no paper")

    assert walk.data == {"reason": "no paper", "fault": {"why": "no paper"}}


def test_what_a_message_brings_beside_is_kept_to_the_end(walk: Walk) -> None:
    walk.start(
        diagram("start -> a -> end; changed -> b -> end_b", changed=border("a", message("m"), interrupting=False))
    )
    walk.deliver("m", when="today")
    walk.complete("b", seen=True)

    walk.complete("a", done=True)

    assert walk.run.ended
    assert walk.data == {"when": "today", "seen": True, "done": True}


def test_what_happens_beside_is_merged_whoever_ends_last(walk: Walk) -> None:
    walk.start(
        diagram("start -> a -> c -> end; changed -> b -> end_b", changed=border("a", message("m"), interrupting=False))
    )
    walk.deliver("m", when="today")
    walk.complete("a", done=True)
    walk.complete("c", n=1)

    walk.complete("b", seen=True)

    assert walk.run.ended
    assert walk.data == {"when": "today", "seen": True, "done": True, "n": 1}


def test_an_interrupting_escalation_stops_a_parallel_branch_too(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> stage -> end; late -> b -> end",
            stage=sub(
                "start_in -> fork -> raised -> x -> end_in; fork -> pause -> y -> end_in",
                fork=Node("parallelGateway"),
                pause=Node("intermediateThrowEvent"),
                raised=throw(escalation("late")),
                x=script("x = 1"),
                y=script("y = 1"),
            ),
            late=border("stage", escalation("late")),
        )
    )

    assert walk.waiting == ["b"]
    assert not {"x", "y", "end_in", "stage"} & set(walk.passed)


@pytest.mark.parametrize(
    ("node", "element"),
    [
        (border("a", ""), "event"),
        (border("a", error("e"), interrupting=False), "event"),
        (border("nowhere", timer("PT1H")), "event"),
        (border("start", timer("PT1H")), "event"),
        (border("a", "<bpmn:cancelEventDefinition/>"), "event"),
        (border("a", "<bpmn:terminateEventDefinition/>"), "event"),
        (border("a", '<bpmn:linkEventDefinition name="x"/>'), "event"),
        (border("a", "<bpmn:conditionalEventDefinition/>"), "event"),
        (border("a", "<bpmn:eventDefinitionRef>gone</bpmn:eventDefinitionRef>"), "event"),
    ],
)
def test_what_cannot_sit_there_is_refused_by_its_element(node: Node, element: str) -> None:
    with pytest.raises(DiagramError) as caught:
        read_definition({"p.bpmn": diagram("start -> a -> end; event -> end", event=node)}, "p")

    assert caught.value.element == element


def test_what_a_stage_does_after_its_event_counts_although_the_branch_of_the_event_ends_last(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> fork -> stage -> end; fork -> z -> end; noted -> b -> d -> e -> end_b",
            fork=Node("parallelGateway"),
            stage=sub("start_in -> a -> c -> end_in"),
            noted=border("stage", message("m"), interrupting=False),
        ),
        x=0,
    )
    walk.complete("a", x=1)
    walk.deliver("m")
    walk.complete("c", x=2)
    walk.complete("z")

    for task in ("b", "d", "e"):
        walk.complete(task, **{task: True})

    assert walk.run.ended
    assert walk.data == {"x": 2, "b": True, "d": True, "e": True}
