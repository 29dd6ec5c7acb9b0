"""Flows without a gateway: conditions, forks and merges at activities and events, loops, quantities of tokens."""

import pytest

from app.engine.errors import NoFlowTakenError
from tests.unit.engine.diagrams import (
    Node,
    border,
    both,
    catch,
    diagram,
    for_each,
    message,
    script,
    sub,
    throw,
    timer,
    user,
    xor,
)
from tests.unit.engine.walking import Walk

NOTHING = script("pass")


def counted(task: Node, **quantities: int) -> Node:
    written = {f"{name}Quantity": str(number) for name, number in quantities.items()}
    return Node(task.tag, task.inner, {**task.attributes, **written}, task.flows, task.nodes)


def test_several_flows_out_of_a_task_are_a_fork(walk: Walk) -> None:
    walk.start(diagram("start -> a; a -> b -> end_b; a -> c -> end_c"))

    walk.complete("a")

    assert walk.waiting == ["b", "c"]


def test_a_fork_is_taken_in_the_order_of_its_flows(walk: Walk) -> None:
    walk.start(
        diagram("start -> a; a -> z -> end; a -> y -> end; a -> x -> end", a=NOTHING, x=NOTHING, y=NOTHING, z=NOTHING)
    )

    assert walk.passed[:5] == ["start", "a", "z", "y", "x"]


def test_several_flows_out_of_an_event_are_a_fork(walk: Walk) -> None:
    walk.start(
        diagram("start -> a -> end; start -> wait; wait -> b -> end; wait -> c -> end", wait=catch(message("m")))
    )

    walk.deliver("m")

    assert walk.waiting == ["a", "b", "c"]


def test_several_flows_into_a_task_make_it_run_once_for_each(walk: Walk) -> None:
    walk.start(diagram("start -> a -> c; start -> b -> c; c -> end", a=NOTHING, b=NOTHING))

    assert walk.waiting == ["c", "c"]
    walk.complete("c", one=1)
    walk.complete("c", two=2)

    assert walk.run.ended
    assert walk.data == {"one": 1, "two": 2}


def test_a_condition_on_a_flow_out_of_a_task_is_looked_at(walk: Walk) -> None:
    process = diagram("start -> a; a -[x > 1]-> b -> end_b; a -> c -> end_c")

    walk.start(process)
    walk.complete("a", x=1)

    assert walk.waiting == ["c"]


def test_of_the_flows_of_a_task_all_whose_condition_holds_are_taken(walk: Walk) -> None:
    walk.start(diagram("start -> a; a -[x > 1]-> b -> end; a -[x > 2]-> c -> end; a -*-> d -> end"))

    walk.complete("a", x=3)

    assert walk.waiting == ["b", "c"]


def test_the_default_flow_of_a_task_is_taken_when_no_condition_holds(walk: Walk) -> None:
    walk.start(diagram("start -> a; a -[x > 1]-> b -> end; a -*-> d -> end; a -> e -> end"))

    walk.complete("a", x=0)

    assert walk.waiting == ["d", "e"]


def test_a_task_without_a_way_out_is_named(walk: Walk) -> None:
    walk.start(diagram("start -> a; a -[x > 1]-> b -> end; a -[x > 2]-> c -> end"))

    with pytest.raises(NoFlowTakenError) as caught:
        walk.complete("a", x=0)

    assert caught.value.element == "a"


def test_an_event_may_have_conditions_too(walk: Walk) -> None:
    walk.start(diagram("start -> wait; wait -[x == 1]-> b -> end; wait -*-> c -> end", wait=catch(message("m"))))

    walk.deliver("m", x=1)

    assert walk.waiting == ["b"]


def test_a_boundary_event_and_its_host_may_have_conditions(walk: Walk) -> None:
    process = diagram(
        "start -> a; a -[ok]-> b -> end; a -*-> c -> end; late -[ok]-> d -> end; late -*-> e -> end",
        late=border("a", timer("PT5M")),
    )
    walk.start(process, ok=True)

    walk.pass_time(minutes=6)

    assert walk.waiting == ["d"]
    assert walk.passed == ["start", "late"]


def test_the_choice_is_no_element_of_the_way(walk: Walk) -> None:
    walk.start(diagram("start -> a; a -[True]-> b -> end; a -[True]-> c -> end", a=NOTHING, b=NOTHING, c=NOTHING))

    assert walk.passed == ["start", "a", "b", "c", "end", "end"]


def test_a_loop_needs_no_gateway(walk: Walk) -> None:
    walk.start(diagram("start -> write -> read; read -[poor]-> write; read -*-> end"))

    for number in range(3):
        walk.complete("write", round=number)
        walk.complete("read", poor=number < 2)

    assert walk.run.ended
    assert walk.passed == ["start", *["write", "read"] * 3, "end"]


def test_a_loop_may_come_back_by_a_message(walk: Walk) -> None:
    walk.start(diagram("start -> order -> wait -> order", wait=catch(message("again"))))

    walk.complete("order")
    walk.deliver("again")
    walk.complete("order")
    walk.deliver("again")

    assert walk.waiting == ["order"]


def test_a_sub_process_and_a_task_for_each_may_fork(walk: Walk) -> None:
    process = diagram(
        "start -> stage; stage -> each -> end; stage -[x]-> b -> end; each -[x]-> c -> end",
        stage=sub("start_in -> d -> end_in"),
        each=for_each(user(), "items", "item"),
    )
    walk.start(process, items=[1], x=True)

    walk.complete("d")
    walk.complete("each")

    assert walk.waiting == ["b", "c"]


def test_the_end_of_a_way_needs_no_end_event(walk: Walk) -> None:
    walk.start(diagram("start -> fork -> a; fork -> b -> end", fork=both()))

    walk.complete("a", x=1)
    walk.complete("b")

    assert walk.run.ended
    assert walk.data == {"x": 1}


def test_two_flows_between_the_same_elements_carry_two_tokens(walk: Walk) -> None:
    walk.start(diagram("start -> fork; fork -> join; fork -> join; join -> a -> end", fork=both(), join=both()))

    walk.complete("a")

    assert walk.run.ended
    assert walk.passed == ["start", "fork", "join", "a", "end"]


def test_two_conditions_may_lead_to_the_same_element(walk: Walk) -> None:
    process = diagram("start -> gate; gate -[x == 1]-> a; gate -[x == 2]-> a; gate -*-> end; a -> end", gate=xor())

    walk.start(process, x=2)

    assert walk.waiting == ["a"]


def test_a_task_may_need_several_tokens_to_begin(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> a -> c; start -> b -> c; c -> end",
            a=user(),
            b=user(),
            c=counted(user(), start=2),
        )
    )

    walk.complete("a", one=1)
    assert walk.waiting == ["b"]
    walk.complete("b", two=2)

    assert walk.waiting == ["c"]
    assert walk.run.user_tasks()[0].data == {"one": 1, "two": 2}
    walk.complete("c")
    assert walk.run.ended


def test_a_task_may_bring_several_tokens(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> send -> forward -> receive -> last -> end",
            send=counted(NOTHING, completion=3),
            forward=NOTHING,
            receive=counted(NOTHING, start=3),
            last=NOTHING,
        )
    )

    assert walk.passed == ["start", "send", *["forward"] * 3, "receive", "last", "end"]
    assert walk.run.ended


def test_tokens_too_few_to_begin_wait_for_more(walk: Walk) -> None:
    walk.start(diagram("start -> a -> pair -> end", a=counted(NOTHING, completion=3), pair=counted(user(), start=2)))

    walk.complete("pair")

    assert walk.waiting == []
    assert not walk.run.ended


def test_a_task_with_an_event_at_its_border_may_need_several_tokens(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> a -> pair -> end; late -> b -> end",
            a=counted(NOTHING, completion=2),
            pair=counted(user(), start=2, completion=2),
            late=border("pair", timer("PT5M")),
        )
    )

    assert walk.timers.keys() == {"late"}
    walk.complete("pair")

    assert walk.run.ended
    assert walk.passed.count("end") == 2


def test_a_throw_event_may_fork(walk: Walk) -> None:
    walk.start(diagram("start -> milestone; milestone -> a -> end; milestone -> b -> end", milestone=throw("")))

    assert walk.waiting == ["a", "b"]
