"""Gateways: which of their flows are taken, what they wait for, loops, cancelled branches."""

import pytest

from app.engine.errors import NoFlowTakenError
from tests.unit.engine.diagrams import (
    Node,
    border,
    both,
    diagram,
    enough,
    repeat,
    script,
    some,
    sub,
    timer,
    user,
    xor,
)
from tests.unit.engine.walking import Walk

NOTHING = script("pass")
THREE = "start -> fork -> a -> join; fork -> b -> join; fork -> c -> join; join -> d -> end"


def test_of_several_conditions_that_hold_the_first_as_written_decides(walk: Walk) -> None:
    walk.start(diagram("start -> g; g -[True]-> z -> end; g -[True]-> a -> end", g=xor()))

    assert walk.waiting == ["z"]


def test_a_default_flow_written_first_is_still_the_last_resort(walk: Walk) -> None:
    walk.start(diagram("start -> g; g -*-> z -> end; g -[True]-> a -> end", g=xor()))

    assert walk.waiting == ["a"]


def test_an_exclusive_merge_lets_every_token_pass(walk: Walk) -> None:
    walk.start(diagram("start -> f -> m; f -> m2 -> m; m -> a -> end", f=both(), m=xor(), m2=xor()))

    assert walk.waiting == ["a", "a"]


def test_a_parallel_gateway_joins_and_forks_at_once(walk: Walk) -> None:
    walk.start(diagram("start -> f -> a -> g; f -> b -> g; g -> c -> end; g -> d -> end", f=both(), g=both()))

    walk.complete("a")
    assert walk.waiting == ["b"]
    walk.complete("b")

    assert walk.waiting == ["c", "d"]
    assert walk.passed.count("g") == 1


def test_a_parallel_gateway_looks_at_no_conditions(walk: Walk) -> None:
    walk.start(diagram("start -> f; f -[False]-> a -> end; f -[True]-> b -> end", f=both()))

    assert walk.waiting == ["a", "b"]


def test_a_second_token_on_one_flow_of_a_join_waits_for_the_second_of_the_other(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> f -> a -> m -> j; f -> b -> m; f -> c -> j; f -> d -> end; j -> e -> end",
            f=both(),
            j=both(),
            m=xor(),
        )
    )

    walk.complete("a")
    walk.complete("b")
    assert walk.waiting == ["c", "d"]
    walk.complete("c")

    assert walk.waiting == ["d", "e"]


def test_a_parallel_join_stands_in_a_loop(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> m -> f -> a -> j; f -> b -> j; j -> g -[n < 3]-> count -> m; g -*-> end",
            m=xor(),
            f=both(),
            j=both(),
            g=xor(),
            a=NOTHING,
            b=NOTHING,
            count=script("n = n + 1"),
        ),
        n=0,
    )

    assert walk.run.ended
    assert walk.passed.count("j") == 4


def test_an_inclusive_gateway_without_a_way_out_is_named(walk: Walk) -> None:
    with pytest.raises(NoFlowTakenError) as caught:
        walk.start(diagram("start -> g; g -[False]-> a -> end; g -[False]-> b -> end", g=some()))

    assert caught.value.element == "g"


def test_an_inclusive_join_waits_for_a_loop_that_may_still_come(walk: Walk) -> None:
    walk.start(
        diagram(
            """start -> f; f -[True]-> a -> j; f -[True]-> m -> b -> g; g -[again]-> m; g -*-> j
            j -> c -> end""",
            f=some(),
            j=some(),
            m=xor(),
            g=xor(),
        )
    )

    walk.complete("a")
    walk.complete("b", again=True)
    assert walk.waiting == ["b"]
    walk.complete("b", again=False)

    assert walk.waiting == ["c"]


def test_inclusive_gateways_may_lie_within_each_other(walk: Walk) -> None:
    walk.start(
        diagram(
            """start -> f; f -[True]-> i; f -[False]-> x -> j; f -[True]-> y -> j
            i -[True]-> a -> k; i -[False]-> b -> k; i -[True]-> c -> k; k -> j; j -> d -> end""",
            f=some(),
            i=some(),
            k=some(),
            j=some(),
        )
    )

    walk.complete("a", a=1)
    walk.complete("y", y=2)
    assert walk.waiting == ["c"]
    walk.complete("c", c=3)

    assert walk.waiting == ["d"]
    assert walk.data == {"a": 1, "c": 3, "y": 2}


def test_an_inclusive_join_goes_on_when_a_branch_is_taken_away(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> f; f -[True]-> a -> j; f -[True]-> b -> j; j -> c -> end; late -> x -> end_x",
            f=some(),
            j=some(),
            late=border("b", timer("PT5M")),
        )
    )
    walk.complete("a")
    assert walk.waiting == ["b"]

    walk.pass_time(minutes=6)

    assert walk.waiting == ["c", "x"]


def test_an_inclusive_join_waits_for_what_may_leave_by_a_boundary_event(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> f; f -[True]-> a -> j; f -[True]-> b -> x -> end_x; late -> j; j -> c -> end",
            f=some(),
            j=some(),
            late=border("b", timer("PT5M")),
        )
    )

    walk.complete("a")
    assert walk.waiting == ["b"]
    walk.pass_time(minutes=6)

    assert walk.waiting == ["c"]
    assert walk.passed.count("j") == 1


def test_an_inclusive_join_behind_exclusive_branches_passes_the_one(walk: Walk) -> None:
    walk.start(diagram("start -> g; g -[x]-> a -> j; g -*-> b -> j; j -> c -> end", g=xor(), j=some()), x=True)

    walk.complete("a")

    assert walk.waiting == ["c"]


@pytest.mark.parametrize("condition", ["activationCount >= 2", "2"])
def test_two_of_three_are_enough_for_a_complex_gateway_and_the_third_is_swallowed(walk: Walk, condition: str) -> None:
    walk.start(diagram(THREE, fork=both(), join=enough(condition)))

    walk.complete("a", a=1)
    assert walk.waiting == ["b", "c"]
    walk.complete("c", c=3)
    assert walk.waiting == ["b", "d"]
    walk.complete("b", b=2)
    assert walk.waiting == ["d"]
    walk.complete("d")

    assert walk.run.ended
    assert walk.passed.count("join") == 1
    assert {"a": 1, "c": 3}.items() <= walk.data.items()


def test_a_complex_gateway_knows_its_flows_by_their_ids(walk: Walk) -> None:
    condition = "p_a_join_2 > 0 and p_c_join_6 > 0"
    walk.start(diagram(THREE, fork=both(), join=enough(condition)))

    walk.complete("a")
    walk.complete("b")
    assert walk.waiting == ["c"]
    walk.complete("c")

    assert walk.waiting == ["d"]


def test_a_complex_gateway_begins_anew_in_a_loop(walk: Walk) -> None:
    walk.start(
        diagram(
            """start -> m -> fork -> a -> join; fork -> b -> join; fork -> c -> join
            join -> d -> again; again -[more]-> m; again -*-> end""",
            m=xor(),
            again=xor(),
            fork=both(),
            join=enough("activationCount >= 2"),
        )
    )
    for more in (True, False):
        walk.complete("a")
        walk.complete("b")
        walk.complete("c")
        assert walk.waiting == ["d"]
        walk.complete("d", more=more)

    assert walk.run.ended
    assert walk.passed.count("join") == 2


def test_a_complex_gateway_may_send_a_token_when_the_rest_has_come(walk: Walk) -> None:
    process = diagram(
        """start -> fork -> a -> join; fork -> b -> join
        join -[waitingForStart]-> first -> end; join -[not waitingForStart]-> late -> end""",
        fork=both(),
        join=enough("1"),
    )
    walk.start(process)

    walk.complete("a")
    assert walk.waiting == ["b", "first"]
    walk.complete("b")

    assert walk.waiting == ["first", "late"]


def test_a_complex_gateway_does_not_wait_for_a_branch_that_has_left(walk: Walk) -> None:
    walk.start(
        diagram(
            """start -> fork -> a -> join; fork -> b -> gate; gate -[stay]-> join; gate -*-> end_b
            join -> d -> end""",
            fork=both(),
            gate=xor(),
            join=enough("1"),
        )
    )

    walk.complete("a")
    walk.complete("b", stay=False)
    walk.complete("d")

    assert walk.run.ended


def test_a_complex_gateway_takes_all_flows_whose_condition_holds(walk: Walk) -> None:
    process = diagram(
        "start -> g; g -[x > 0]-> a -> j; g -[x > 1]-> b -> j; g -*-> c -> j; j -> d -> end", g=enough(), j=enough("1")
    )

    walk.start(process, x=2)

    assert walk.waiting == ["a", "b"]


def test_a_complex_gateway_without_a_way_out_is_named(walk: Walk) -> None:
    with pytest.raises(NoFlowTakenError) as caught:
        walk.start(diagram("start -> g; g -[False]-> a -> end; g -[False]-> b -> end", g=enough()))

    assert caught.value.element == "g"


def test_gateways_stand_inside_repeated_sub_processes(walk: Walk) -> None:
    inner: dict[str, Node] = {"f": both(), "j": enough("1"), "a": user(), "b": user()}
    stage = sub("start_in -> f -> a -> j; f -> b -> j; j -> end_in", **inner)
    walk.start(diagram("start -> stage -> end", stage=repeat(stage, "more")))

    walk.complete("a", more=True)
    walk.complete("b")
    walk.complete("b", more=False)
    walk.complete("a")

    assert walk.run.ended
