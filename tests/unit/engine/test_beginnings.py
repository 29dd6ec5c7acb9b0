"""Scopes without a start event, and ad-hoc sub-processes: what is begun, in which order, when they are complete."""

from xml.sax.saxutils import escape

import pytest

from app.engine.errors import AdHocUnfinishedError
from tests.unit.engine.diagrams import Node, border, diagram, for_each, message, repeat, script, sub, timer, user
from tests.unit.engine.walking import Walk

NOTHING = script("pass")


def free(flows: str, *, until: str = "", ordering: str = "", keep: bool = False, **nodes: Node) -> Node:
    """An ad-hoc sub-process."""
    attributes = {"ordering": ordering} if ordering else {}
    if keep:
        attributes["cancelRemainingInstances"] = "false"
    inner = f"<bpmn:completionCondition>{escape(until)}</bpmn:completionCondition>" if until else ""
    return Node("adHocSubProcess", inner, attributes, flows, nodes)


def test_a_process_may_begin_and_end_without_events(walk: Walk) -> None:
    walk.start(diagram("a -> b; c"))

    assert walk.waiting == ["a", "c"]
    walk.complete("a", x=1)
    walk.complete("c", y=2)
    walk.complete("b")

    assert walk.run.ended
    assert walk.data == {"x": 1, "y": 2}
    assert walk.passed == ["a", "c", "b"]


def test_a_sub_process_may_begin_and_end_without_events(walk: Walk) -> None:
    walk.start(diagram("start -> stage -> end", stage=sub("a; b")))

    walk.complete("b", b=1)
    walk.complete("a", a=1)

    assert walk.run.ended
    assert walk.data == {"a": 1, "b": 1}


def test_all_activities_of_an_ad_hoc_sub_process_are_there_at_once(walk: Walk) -> None:
    walk.start(diagram("start -> stage -> d -> end", stage=free("a -> b; c")))

    assert walk.waiting == ["a", "c"]
    walk.complete("a", x=1)
    assert walk.waiting == ["b", "c"]
    walk.complete("c", y=2)
    walk.complete("b", z=3)

    assert walk.waiting == ["d"]
    assert walk.run.user_tasks()[0].data == {"x": 1, "y": 2, "z": 3}
    assert walk.passed[-1] == "stage"


def test_one_by_one_they_come_in_the_order_drawn(walk: Walk) -> None:
    nodes = {"a": user(), "b": user(), "d": NOTHING}

    walk.start(diagram("start -> stage -> end", stage=free("a; b -> c; d", ordering="Sequential", **nodes)))

    assert walk.waiting == ["a"]
    walk.complete("a", x=1)
    assert walk.waiting == ["b"]
    walk.complete("b")
    walk.complete("c", y=2)

    assert walk.run.ended
    assert walk.data == {"x": 1, "y": 2}
    assert walk.passed == ["start", "a", "b", "c", "d", "stage", "end"]


@pytest.mark.parametrize("ordering", ["Parallel", "Sequential"])
def test_scripts_run_by_themselves(walk: Walk, ordering: str) -> None:
    walk.start(diagram("start -> stage -> end", stage=free("a; b", ordering=ordering, a=NOTHING, b=NOTHING)))

    assert walk.passed == ["start", "a", "b", "stage", "end"]


def test_a_condition_that_holds_takes_away_what_is_left(walk: Walk) -> None:
    walk.start(diagram("start -> stage -> d -> end", stage=free("a -> b; c", until="enough")), enough=False)

    walk.complete("c", y=2)
    assert walk.waiting == ["a"]
    walk.complete("a", enough=True)

    assert walk.waiting == ["d"]
    assert walk.run.user_tasks()[0].data == {"enough": True, "y": 2}


def test_a_condition_that_holds_may_leave_the_rest_to_be_finished(walk: Walk) -> None:
    walk.start(diagram("start -> stage -> d -> end", stage=free("a -> b; c", until="enough", keep=True)), enough=False)

    walk.complete("a", enough=True)
    assert walk.waiting == ["c"]
    walk.complete("c", y=2)

    assert walk.waiting == ["d"]
    assert walk.run.user_tasks()[0].data == {"enough": True, "y": 2}


def test_what_people_do_is_offered_again_until_the_condition_holds(walk: Walk) -> None:
    walk.start(diagram("start -> stage -> d -> end", stage=free("a; b", until="n > 1", b=script("n = 1"))), n=0)

    walk.complete("a", first=True)
    assert walk.waiting == ["a"]
    walk.complete("a", n=2)

    assert walk.waiting == ["d"]
    assert walk.run.user_tasks()[0].data == {"n": 2, "first": True}


def test_a_condition_ends_a_sequence_too(walk: Walk) -> None:
    stage = free("a; b; c", ordering="Sequential", until="enough")
    walk.start(diagram("start -> stage -> d -> end", stage=stage), enough=False)

    walk.complete("a")
    walk.complete("b", enough=True)

    assert walk.waiting == ["d"]


def test_a_condition_that_nothing_can_make_true_is_an_error(walk: Walk) -> None:
    with pytest.raises(AdHocUnfinishedError) as caught:
        walk.start(diagram("start -> stage -> end", stage=free("a; b", until="False", a=NOTHING, b=NOTHING)))

    assert caught.value.element == "stage"


def test_instances_and_sub_processes_stand_in_an_ad_hoc_sub_process(walk: Walk) -> None:
    stage = free("a; b", a=for_each(user(), "items", "item"), b=sub("start_in -> c -> end_in"))
    walk.start(diagram("start -> stage -> end", stage=stage), items=[1, 2])

    assert walk.waiting == ["a", "a", "c"]
    walk.complete("a")
    walk.complete("c")
    walk.complete("a")

    assert walk.run.ended


def test_an_ad_hoc_sub_process_is_interrupted(walk: Walk) -> None:
    walk.start(
        diagram("start -> stage -> end; late -> x -> end", stage=free("a; b"), late=border("stage", timer("PT5M")))
    )
    walk.complete("a")

    walk.pass_time(minutes=6)

    assert walk.waiting == ["x"]


def test_an_ad_hoc_sub_process_is_repeated(walk: Walk) -> None:
    walk.start(diagram("start -> stage -> end", stage=repeat(free("a; b"), "more")))

    for more in (True, False):
        walk.complete("a")
        walk.complete("b", more=more)

    assert walk.run.ended
    assert walk.passed.count("stage") == 2


def test_a_boundary_event_stands_inside_an_ad_hoc_sub_process(walk: Walk) -> None:
    stage = free("a; b; stop -> c", stop=border("a", message("stop")))
    walk.start(diagram("start -> stage -> end", stage=stage))

    walk.deliver("stop")
    walk.complete("b")
    walk.complete("c")

    assert walk.run.ended
