"""Long and deep diagrams, many passes, and where an endless one is stopped."""

from time import process_time

import pytest

from app.engine.errors import CallsTooDeepError, EndlessLoopError
from app.engine.parser import read_definition
from app.engine.run import Run
from tests.unit.engine.diagrams import (
    Node,
    border,
    both,
    call,
    diagram,
    for_each,
    repeat,
    script,
    sub,
    timer,
    user,
    xor,
)
from tests.unit.engine.walking import SmallWorld, Walk

NOTHING = script("pass")


def line(length: int) -> tuple[str, list[str]]:
    names = [f"n{number}" for number in range(length)]
    return " -> ".join(names), names


def nested(depth: int, innermost: Node) -> Node:
    for level in range(depth):
        innermost = sub(f"start_{level} -> in_{level} -> end_{level}", **{f"in_{level}": innermost})
    return innermost


def test_a_line_of_two_thousand_automatic_elements_is_read_and_run(walk: Walk) -> None:
    flows, names = line(2000)

    walk.start(diagram(f"start -> {flows} -> a -> end", **dict.fromkeys(names, NOTHING)))

    assert walk.passed == ["start", *names]
    assert walk.waiting == ["a"]


def test_a_line_of_two_thousand_elements_may_come_before_a_person(walk: Walk) -> None:
    flows, names = line(2000)
    walk.start(diagram(f"start -> a -> {flows} -> end", **dict.fromkeys(names, NOTHING)))

    walk.complete("a")

    assert walk.run.ended


def test_fifty_sub_processes_lie_within_each_other(walk: Walk) -> None:
    walk.start(diagram("start -> all -> end", all=nested(50, user())))

    walk.complete("in_0", x=1)

    assert walk.run.ended
    assert walk.data == {"x": 1}
    assert walk.passed[-2:] == ["all", "end"]


def test_fifty_sub_processes_are_interrupted_together(walk: Walk) -> None:
    walk.start(
        diagram("start -> all -> end; late -> b -> end", all=nested(50, user()), late=border("all", timer("PT5M")))
    )

    walk.pass_time(minutes=6)

    assert walk.waiting == ["b"]
    assert len(walk.state) < 1000


def test_a_person_may_go_round_a_loop_any_number_of_times(walk: Walk) -> None:
    walk.start(diagram("start -> work -> good; good -[more]-> work; good -*-> end", good=xor()))

    for _ in range(600):
        walk.complete("work", more=True)

    assert walk.waiting == ["work"]


def test_a_thousand_instances_are_no_endless_loop(walk: Walk) -> None:
    each = for_each(script("item = item + 1"), "items", "item", output="items", result="item")

    walk.start(diagram("start -> each -> end", each=each), items=list(range(1000)))

    assert walk.run.ended
    assert walk.data["items"] == list(range(1, 1001))


def test_a_repeated_task_that_never_ends_is_stopped_and_named(walk: Walk) -> None:
    with pytest.raises(EndlessLoopError) as caught:
        walk.start(diagram("start -> again -> end", again=repeat(NOTHING, "True")))

    assert caught.value.element == "again"


def test_a_loop_through_a_sub_process_that_never_ends_is_stopped(walk: Walk) -> None:
    with pytest.raises(EndlessLoopError):
        walk.start(diagram("start -> m -> stage -> m", m=xor(), stage=sub("start_in -> b -> end_in", b=NOTHING)))


def test_a_process_that_calls_itself_without_end_is_stopped_and_named() -> None:
    definition = read_definition({"p.bpmn": diagram("start -> again -> end", again=call("p"))}, "p")
    run = Run.start(definition, SmallWorld(), {})

    with pytest.raises(CallsTooDeepError) as caught:
        run.settle()

    assert caught.value.element == "again"


def test_a_process_may_call_itself_as_long_as_it_ends(walk: Walk) -> None:
    process = diagram(
        "start -> less -> gate; gate -[n > 0]-> again -> end; gate -*-> end",
        less=script("n = n - 1"),
        gate=xor(),
        again=call("p"),
    )

    walk.start(process, n=20)

    assert walk.run.ended
    assert walk.data == {"n": 0}


def test_what_an_interruption_takes_away_does_not_hear_messages_any_more(walk: Walk) -> None:
    inner = sub("start_in -> b -> end_in")
    process = diagram(
        "start -> each -> end; late -> c -> end",
        each=for_each(inner, "items", "item"),
        late=border("each", timer("PT5M")),
    )
    walk.start(process, items=[1, 2])

    walk.clock.moment = walk.clock.moment.replace(hour=7)
    walk.run.settle()

    assert [task.element for task in walk.run.user_tasks()] == ["c"]


def test_an_abstract_task_passes_at_once_and_a_manual_one_waits(walk: Walk) -> None:
    walk.start(diagram("start -> a -> b -> end", a=Node("task"), b=Node("manualTask")))

    assert walk.passed == ["start", "a"]
    assert walk.waiting == ["b"]


def test_a_script_task_without_a_script_passes_at_once(walk: Walk) -> None:
    walk.start(diagram("start -> a -> end", a=Node("scriptTask")))

    assert walk.passed == ["start", "a", "end"]


def test_tokens_that_multiply_in_a_loop_are_stopped_soon(walk: Walk) -> None:
    process = diagram(
        "start -> m -> f -> a -> m; f -> b -> m; f -> c -> j; f -> d -> j; j -> end",
        m=xor(),
        f=both(),
        j=both(),
        **dict.fromkeys("abcd", NOTHING),
    )
    began = process_time()

    with pytest.raises(EndlessLoopError):
        walk.start(process)

    assert process_time() - began < 10
