"""Passing by what waits, and going back to an earlier step."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from app.domain import clock
from app.domain.clock import StandingClock
from app.engine.operating import CannotRewindError, CannotSkipStepError
from tests.unit.engine.diagrams import (
    border,
    both,
    catch,
    diagram,
    first_of,
    for_each,
    message,
    script,
    service,
    sub,
    timer,
    user,
    xor,
)
from tests.unit.engine.walking import MONDAY, Walk


@pytest.fixture
def walk() -> Iterator[Walk]:
    standing = StandingClock(MONDAY)
    with clock.using(standing):
        yield Walk(standing)


def skip(walk: Walk, element: str, **answers: object) -> None:
    task = next(each for each in walk.run.alive() if each.element == element)
    walk.run.skip(task.task_id, element, answers)
    walk._acted(walk.run)


def rewind(walk: Walk, element: str) -> None:
    walk.run.rewind(element)
    walk._acted(walk.run)


def returns(walk: Walk) -> dict[str, tuple[str, ...]]:
    return {each.element: each.cancelled for each in walk.run.returns(walk.passed)}


def alive(walk: Walk) -> list[tuple[str, str, bool]]:
    return [(each.element, each.kind, each.beside) for each in walk.run.alive()]


def test_a_user_task_is_skipped_with_the_answer_its_gateway_needs(walk: Walk) -> None:
    walk.start(diagram('start -> a -> ask -[good == "yes"]-> b -> end; ask -*-> c -> end_c', ask=xor()))
    (task,) = walk.run.alive()
    needed = walk.run.needed_after(task.task_id)

    skip(walk, "a", good="yes")

    assert needed == ["good"]
    assert walk.waiting == ["b"]
    assert walk.passed == ["start", "a", "ask"]


def test_everything_that_waits_is_passed_by(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> wait -> ring -> receive -> call -> b -> end",
            wait=catch(message("go", variable="came")),
            ring=catch(timer('"P3D"')),
            receive=catch(message("more")),
            call=service("letters.send", result="sent"),
        )
    )
    kinds = []
    for element in ("wait", "ring", "receive", "call"):
        kinds += alive(walk)
        skip(walk, element, note=element)

    assert kinds == [
        ("wait", "message", False),
        ("ring", "timer", False),
        ("receive", "message", False),
        ("call", "call", False),
    ]
    assert walk.waiting == ["b"]
    assert walk.data == {"note": "receive", "sent": {"note": "call"}}
    assert walk.timers == {}


def test_of_events_behind_a_gateway_one_is_taken_as_come(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> either -> came -> a -> end; either -> late -> b -> end_b",
            either=first_of(),
            came=catch(message("go")),
            late=catch(timer('"P3D"')),
        )
    )

    skip(walk, "late")

    assert walk.waiting == ["b"]
    assert (walk.messages, walk.timers) == ([], {})


def test_an_event_at_the_border_that_is_skipped_will_not_happen(walk: Walk) -> None:
    walk.start(diagram("start -> a -> end; late -> b -> end_b", late=border("a", timer('"P3D"'))))

    skip(walk, "late")
    walk.pass_time(days=4)

    assert walk.waiting == ["a"]
    walk.complete("a")
    assert walk.run.ended


def test_one_instance_of_several_is_skipped(walk: Walk) -> None:
    each = for_each(user(), "people", "person", output="opinions", result="opinion")
    walk.start(diagram("start -> each -> b -> end", each=each), people=["A", "B"])

    skip(walk, "each", opinion="нет")
    walk.complete("each", opinion="да")

    assert walk.waiting == ["b"]
    assert walk.data["opinions"] == ["нет", "да"]


def test_who_waits_for_other_branches_cannot_be_skipped(walk: Walk) -> None:
    walk.start(diagram("start -> fork -> a -> join -> c -> end; fork -> b -> join", fork=both(), join=both()))
    walk.complete("a")

    with pytest.raises(CannotSkipStepError) as caught:
        skip(walk, "join")

    assert caught.value.element == "join"


def test_going_back_cancels_what_came_after_and_keeps_the_data_as_they_are_now(walk: Walk) -> None:
    walk.start(diagram("start -> a -> b -> c -> end"))
    walk.complete("a", x=1)
    walk.complete("b", y=2)
    possible = returns(walk)

    rewind(walk, "a")

    assert possible == {"a": ("c",), "b": ("c",)}
    assert walk.waiting == ["a"]
    assert walk.data == {"x": 1, "y": 2}
    walk.complete("a", x=3)
    walk.complete("b")
    walk.complete("c")
    assert walk.run.ended
    assert walk.data == {"x": 3, "y": 2}


def test_going_back_to_a_task_runs_its_timers_anew_and_ends_those_of_later_ones(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> a -> b -> end; late_a -> told -> end_a; late_b -> told_b -> end_b",
            late_a=border("a", timer('"P3D"'), interrupting=False),
            late_b=border("b", timer('"P5D"')),
        )
    )
    walk.complete("a")
    walk.pass_time(days=1)

    rewind(walk, "a")

    assert walk.timers == {"late_a": MONDAY + timedelta(days=4)}


def test_going_back_before_a_fork_cancels_all_branches_and_the_join_works_again(walk: Walk) -> None:
    walk.start(diagram("start -> a -> fork -> b -> join -> d -> end; fork -> c -> join", fork=both(), join=both()))
    walk.complete("a")
    walk.complete("b", b=1)

    rewind(walk, "a")
    walk.complete("a")
    walk.complete("c", c=1)
    before = walk.waiting
    walk.complete("b", b=2)

    assert before == ["b"]
    assert walk.waiting == ["d"]
    assert walk.data == {"b": 2, "c": 1}


def test_one_branch_alone_cannot_be_set_back_while_another_runs(walk: Walk) -> None:
    walk.start(diagram("start -> fork -> a -> b -> join -> d -> end; fork -> c -> join", fork=both(), join=both()))
    walk.complete("a")

    assert returns(walk) == {}
    with pytest.raises(CannotRewindError):
        rewind(walk, "a")


def test_going_back_ends_the_sub_process_that_was_entered_since(walk: Walk) -> None:
    stage = sub("start_in -> b -> c -> end_in")
    walk.start(diagram("start -> a -> stage -> d -> end; late -> e -> end_e", stage=stage,
                       late=border("stage", timer('"P3D"'))))  # fmt: skip
    walk.complete("a")
    walk.complete("b", x=1)
    possible = returns(walk)

    rewind(walk, "a")

    assert possible == {"a": ("late", "c"), "b": ("c",)}
    assert (walk.waiting, walk.timers) == (["a"], {})
    assert walk.data == {"x": 1}
    for element in ("a", "b", "c", "d"):
        walk.complete(element)
    assert walk.run.ended


def test_within_a_sub_process_the_border_of_it_stays(walk: Walk) -> None:
    stage = sub("start_in -> b -> c -> end_in")
    walk.start(diagram("start -> stage -> d -> end; late -> e -> end_e", stage=stage,
                       late=border("stage", timer('"P3D"'))))  # fmt: skip
    walk.complete("b")

    rewind(walk, "b")

    assert (walk.waiting, walk.timers) == (["b"], {"late": MONDAY + timedelta(days=3)})


def test_nothing_leads_back_into_a_part_that_is_over(walk: Walk) -> None:
    walk.start(diagram("start -> a -> stage -> d -> e -> end", stage=sub("start_in -> b -> end_in")))
    walk.complete("a")
    walk.complete("b")
    walk.complete("d")

    assert set(returns(walk)) == {"a", "d"}


def test_a_repeated_activity_is_set_back_as_a_whole(walk: Walk) -> None:
    each = for_each(user(), "people", "person", output="opinions", result="opinion")
    walk.start(diagram("start -> each -> b -> end", each=each), people=["A", "B"])
    walk.complete("each", opinion="да")
    walk.complete("each", opinion="нет")

    rewind(walk, "each")

    assert walk.waiting == ["each", "each"]


def test_what_ended_branches_had_changed_does_not_come_back_after_new_answers(walk: Walk) -> None:
    walk.start(diagram("start -> a -> fork -> b -> end_b; fork -> note -> end_c", fork=both(), note=script("x = 1")))
    walk.complete("a")

    rewind(walk, "a")
    walk.complete("a", x=5)
    walk.complete("b")

    assert walk.data["x"] == 1


def test_back_and_forth_a_hundred_times_costs_nothing(walk: Walk) -> None:
    walk.start(diagram("start -> a -> b -> end"))
    walk.complete("a")
    first = len(walk.state)

    for _ in range(100):
        rewind(walk, "a")
        walk.complete("a")

    assert len(walk.state) < first * 1.1


def test_what_service_tasks_on_the_way_lack_is_asked_for_and_not_what_they_bring(walk: Walk) -> None:
    walk.start(
        diagram(
            'start -> a -> open -> ask -[kind == "x"]-> each -> end; ask -*-> b -> end_b',
            open=service("records.open", result="kind", bodies="bodies", known="known"),
            ask=xor(),
            each=for_each(user(), "people", "person"),
        ),
        known=1,
    )

    (task,) = walk.run.alive()

    assert walk.run.needed_after(task.task_id) == ["bodies", "people"]
