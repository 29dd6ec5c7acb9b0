"""End events: what they throw, and how far what they end reaches."""

import pytest

from app.engine.errors import DiagramError, ErrorCodeNotHandledError
from app.engine.parser import read_definition
from app.engine.run import Run
from tests.unit.engine.diagrams import (
    TERMINATE,
    Node,
    border,
    both,
    call,
    diagram,
    end,
    error,
    event_sub,
    for_each,
    message,
    script,
    signal,
    start,
    sub,
    throw,
    timer,
)
from tests.unit.engine.walking import Walk

CANCEL = "<bpmn:cancelEventDefinition/>"


def transaction(flows: str, **nodes: Node) -> Node:
    return Node("transaction", flows=flows, nodes=nodes)


def test_a_cancelled_transaction_goes_on_at_its_border(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> stage -> after -> end; cancelled -> b -> end_b",
            stage=transaction("start_in -> fork -> a -> stop; fork -> c -> d -> end_in", fork=both(), stop=end(CANCEL)),
            cancelled=border("stage", CANCEL),
        )
    )

    walk.complete("a", why="no room")

    assert walk.waiting == ["b"]
    assert walk.passed[-2:] == ["stop", "cancelled"]
    assert walk.data == {"why": "no room"}


def test_a_transaction_that_is_not_cancelled_goes_on(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> stage -> after -> end; cancelled -> b -> end_b",
            stage=transaction(
                "start_in -> a -> way; way -[x]-> stop; way -*-> end_in", way=Node("exclusiveGateway"), stop=end(CANCEL)
            ),
            cancelled=border("stage", CANCEL),
        )
    )

    walk.complete("a", x=False)

    assert walk.waiting == ["after"]


def test_terminating_a_called_process_ends_that_alone(walk: Walk) -> None:
    called = diagram("start -> fork -> a -> stop; fork -> b -> end", process_id="q", fork=both(), stop=end(TERMINATE))
    walk.start(
        diagram("start -> fork -> calling -> after -> end; fork -> c -> end", fork=both(), calling=call("q")), called
    )

    walk.complete("a", done=True)

    assert walk.waiting == ["after", "c"]


def test_terminating_one_of_several_instances_ends_that_alone(walk: Walk) -> None:
    each = sub("start_in -> fork -> a -> stop; fork -> b -> end_in", fork=both(), stop=end(TERMINATE))
    walk.start(diagram("start -> each -> after -> end", each=for_each(each, "items", "item")), items=[1, 2])

    walk.complete("a")

    assert walk.waiting == ["a", "b"]


def test_terminating_takes_back_what_its_branches_have_waited_for(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> fork -> a -> stop; fork -> b -> end; late -> c -> end",
            fork=both(),
            stop=end(TERMINATE),
            late=border("b", timer("PT1H")),
            beside=event_sub("start_e -> d -> end_e", start_e=start(message("note"), interrupting=False)),
        )
    )

    walk.complete("a", x=1)

    assert walk.run.ended
    assert walk.run.end_event == "stop"
    assert walk.timers == {}
    assert walk.messages == []
    assert walk.data == {"x": 1}


def test_terminating_loses_no_answer_of_another_branch(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> stage -> after -> end",
            stage=sub("start_in -> fork -> a -> stop; fork -> b -> c -> end_in", fork=both(), stop=end(TERMINATE)),
        )
    )
    walk.complete("b", b=1)

    walk.complete("a", a=1)

    assert walk.waiting == ["after"]
    assert walk.data == {"a": 1, "b": 1}


def test_an_error_nobody_handles_is_a_fault_and_has_been_reached(walk: Walk) -> None:
    process = diagram("start -> tell -> broken", tell=script("n = 1"), broken=end(error("broken")))
    run = Run.start(read_definition({"p.bpmn": process}, "p"), walk.world, {})

    with pytest.raises(ErrorCodeNotHandledError) as caught:
        run.settle()

    assert caught.value.element == "broken"
    assert run.passed() == ["start", "tell", "broken"]


def test_an_end_tells_what_it_throws_before_the_process_ends(walk: Walk) -> None:
    walk.start(diagram("start -> told", told=end(message("done", payload="{'n': n}"))), n=3)

    assert walk.run.ended
    assert [(each.message, each.payload, each.element) for each in walk.told] == [("done", {"n": 3}, "told")]


def test_a_signal_end_ends_only_its_branch(walk: Walk) -> None:
    walk.start(diagram("start -> fork -> told; fork -> a -> end", fork=both(), told=end(signal("closed"))))

    assert walk.waiting == ["a"]
    assert [each.message for each in walk.told] == ["closed"]


@pytest.mark.parametrize(
    ("process", "element"),
    [
        (diagram("start -> stop", stop=end(CANCEL)), "stop"),
        (diagram("start -> stage -> end", stage=sub("start_in -> stop", stop=end(CANCEL))), "stop"),
        (diagram("start -> stage -> end", stage=transaction("start_in -> stop", stop=end(CANCEL))), "stop"),
        (diagram("start -> stop", stop=end(TERMINATE + message("m"))), "stop"),
        (diagram("start -> stop", stop=end(timer("PT1H"))), "stop"),
        (diagram("start -> stop -> end", stop=throw(error("e"))), "stop"),
        (diagram("start -> stop -> end", stop=throw(timer("PT1H"))), "stop"),
    ],
)
def test_what_an_event_cannot_throw_is_refused_by_its_element(process: bytes, element: str) -> None:
    with pytest.raises(DiagramError) as caught:
        read_definition({"p.bpmn": process}, "p")

    assert caught.value.element == element
