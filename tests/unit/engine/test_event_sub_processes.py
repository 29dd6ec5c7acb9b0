"""Event sub-processes: they listen while their scope runs, beside it or instead of it."""

from datetime import timedelta

import pytest

from app.engine import events
from app.engine.errors import DiagramError, EndlessLoopError
from app.engine.parser import read_definition
from app.engine.run import Run
from tests.unit.engine.diagrams import (
    Node,
    border,
    both,
    call,
    catch,
    condition,
    diagram,
    end,
    error,
    escalation,
    event_sub,
    for_each,
    message,
    script,
    service,
    signal,
    start,
    sub,
    throw,
    timer,
    user,
)
from tests.unit.engine.walking import MONDAY, Walk


def on(event: str, *, interrupting: bool = True) -> Node:
    """An event sub-process in which a person does `help`."""
    return event_sub("start_e -> help -> end_e", start_e=start(event, interrupting=interrupting))


def test_one_that_interrupts_takes_the_place_of_its_scope(walk: Walk) -> None:
    walk.start(diagram("start -> fork -> a -> end; fork -> b -> end", fork=both(), late=on(message("stop"))))
    awaited = walk.messages

    walk.deliver("stop", why="moved")
    helping, listening = walk.waiting, walk.messages
    walk.complete("help")

    assert awaited == ["stop"]
    assert helping == ["help"]
    assert listening == []
    assert walk.run.ended
    assert walk.data == {"why": "moved"}
    assert walk.passed == ["start", "fork", "start_e", "help", "end_e", "late"]
    assert walk.run.end_event == "end_e"


def test_one_that_does_not_interrupt_goes_on_beside_its_scope(walk: Walk) -> None:
    walk.start(diagram("start -> a -> end", beside=on(message("note"), interrupting=False)))

    walk.deliver("note", n=1)
    both_open = walk.waiting
    walk.complete("a")
    still_open = walk.waiting, walk.run.ended
    walk.complete("help")

    assert both_open == ["a", "help"]
    assert still_open == (["help"], False)
    assert walk.run.ended
    assert walk.data == {"n": 1}


def test_one_that_does_not_interrupt_starts_any_number_of_times_several_at_once(walk: Walk) -> None:
    walk.start(diagram("start -> a -> end", beside=on(message("note"), interrupting=False)))

    for number in range(3):
        walk.deliver("note", n=number)
    open_at_once = [task.data["n"] for task in walk.run.user_tasks() if task.element == "help"]
    for _ in range(3):
        walk.complete("help")
    walk.deliver("note", n=9)
    walk.complete("help")
    walk.complete("a")

    assert open_at_once == [0, 1, 2]
    assert walk.passed.count("beside") == 4
    assert walk.run.ended
    assert walk.messages == []


def test_a_scope_that_has_ended_listens_no_more(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> stage -> after -> end",
            stage=sub("start_in -> a -> end_in", beside=on(message("note"), interrupting=False)),
        )
    )
    inside = walk.messages

    walk.complete("a")

    assert inside == ["note"]
    assert walk.messages == []
    assert walk.waiting == ["after"]


def test_one_inside_a_stage_ends_the_stage_and_not_the_process(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> fork -> stage -> after -> end; fork -> b -> end",
            fork=both(),
            stage=sub("start_in -> a -> end_in", instead=on(signal("closed"))),
        )
    )

    walk.signal("closed")
    helping = walk.waiting
    walk.complete("help")

    assert helping == ["b", "help"]
    assert walk.waiting == ["after", "b"]
    assert walk.passed[-4:] == ["help", "end_e", "instead", "stage"]


def test_one_inside_a_called_process(walk: Walk) -> None:
    called = diagram("start -> a -> end", process_id="q", instead=on(message("stop")))
    walk.start(diagram("start -> calling -> after -> end", calling=call("q")), called)

    walk.deliver("stop")
    walk.complete("help")

    assert walk.waiting == ["after"]
    assert walk.passed[-3:] == ["end_e", "instead", "calling"]


def test_one_inside_another(walk: Walk) -> None:
    outer = event_sub(
        "start_o -> c -> end_o",
        start_o=start(message("open"), interrupting=False),
        inner=event_sub("start_i -> d -> end_i", start_i=start(message("deeper"))),
    )
    walk.start(diagram("start -> a -> end", outer=outer))
    before = walk.messages

    walk.deliver("open")
    opened = walk.messages
    walk.deliver("deeper")

    assert before == ["open"]
    assert opened == ["deeper", "open"]
    assert walk.waiting == ["a", "d"]


def test_a_timer_starts_it(walk: Walk) -> None:
    walk.start(diagram("start -> a -> end", late=on(timer("PT2H"))))
    due = dict(walk.timers)

    walk.pass_time(hours=2)

    assert due == {"start_e": MONDAY + timedelta(hours=2)}
    assert walk.waiting == ["help"]


def test_a_cycle_starts_it_as_often_as_it_says(walk: Walk) -> None:
    walk.start(diagram("start -> a -> end", often=on(timer("R3/PT1H", "timeCycle"), interrupting=False)))

    walk.pass_time(hours=9)

    assert walk.waiting == ["a", "help", "help", "help"]
    assert walk.timers == {}


def test_an_error_inside_its_scope_starts_it(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> stage -> after -> end",
            stage=sub("start_in -> a -> broken", broken=end(error("broken")), instead=on(error("broken"))),
        )
    )

    walk.complete("a")

    assert walk.waiting == ["help"]
    assert walk.passed[-2:] == ["broken", "start_e"]


def test_a_failed_job_starts_it(walk: Walk) -> None:
    walk.start(diagram("start -> send -> end", send=service("letters.send"), instead=on(error())))

    walk.fail("send", "no_address")

    assert walk.waiting == ["help"]
    assert walk.run.calls() == []


def test_of_nested_handlers_the_nearest_takes_the_error(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> stage -> end; caught -> far -> end",
            stage=sub("start_in -> a -> broken", broken=end(error("broken")), instead=on(error("broken"))),
            caught=border("stage", error("broken")),
        )
    )

    walk.complete("a")

    assert walk.waiting == ["help"]


def test_an_error_inside_it_goes_outwards(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> stage -> end; caught -> far -> end",
            stage=sub(
                "start_in -> a -> broken",
                broken=end(error("broken")),
                instead=event_sub(
                    "start_e -> help -> worse", start_e=start(error("broken")), worse=end(error("broken"))
                ),
            ),
            caught=border("stage", error("broken")),
        )
    )

    walk.complete("a")
    walk.complete("help")

    assert walk.waiting == ["far"]


def test_an_escalation_starts_it_beside(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> a -> raise_it -> b -> end",
            raise_it=throw(escalation("late")),
            beside=on(escalation("late"), interrupting=False),
        )
    )

    walk.complete("a")

    assert walk.waiting == ["b", "help"]


def test_an_escalation_that_interrupts_stops_what_follows(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> a -> raise_it -> b -> end",
            raise_it=throw(escalation("late")),
            b=script("b = True"),
            instead=on(escalation("late")),
        )
    )

    walk.complete("a")

    assert walk.waiting == ["help"]
    assert "b" not in walk.passed


def test_an_escalation_it_throws_itself_does_not_start_it_again(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> a -> raise_it -> b -> end",
            raise_it=throw(escalation("late")),
            beside=event_sub(
                "start_e -> again -> help -> end_e",
                start_e=start(escalation("late"), interrupting=False),
                again=throw(escalation("late")),
            ),
        )
    )

    walk.complete("a")

    assert walk.waiting == ["b", "help"]
    assert walk.passed.count("start_e") == 1


def test_a_condition_starts_it_in_the_step_that_makes_it_true(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> a -> count -> b -> end",
            count=script("n = n + 1"),
            b=script("b = True"),
            instead=on(condition("n > 2")),
        ),
        n=2,
    )

    walk.complete("a")

    assert walk.waiting == ["help"]
    assert "b" not in walk.passed


def test_a_signal_thrown_in_its_own_scope_starts_it(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> stage -> after -> end",
            stage=sub(
                "start_in -> tell -> a -> end_in",
                tell=throw(signal("closed")),
                beside=event_sub(
                    "start_e -> note -> end_e",
                    start_e=start(signal("closed"), interrupting=False),
                    note=script("noted = True"),
                ),
            ),
        )
    )

    assert walk.waiting == ["a"]
    assert walk.passed == ["start", "start_in", "tell", "start_e", "note", "end_e", "beside"]
    assert walk.data == {"noted": True}


def test_the_last_event_of_a_scope_may_still_start_it(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> stage -> after -> end",
            stage=sub(
                "start_in -> a -> told", told=end(signal("closed")), beside=on(signal("closed"), interrupting=False)
            ),
        )
    )

    walk.complete("a")
    helping = walk.waiting
    walk.complete("help")

    assert helping == ["help"]
    assert walk.waiting == ["after"]


def test_a_scope_about_to_end_waits_for_what_a_neighbour_starts_in_it(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> wait -> fork -> stage -> after -> end; fork -> pause -> tell -> end",
            wait=user(),
            fork=both(),
            pause=Node("intermediateThrowEvent"),
            tell=throw(signal("closed")),
            stage=sub("start_in -> end_in", beside=on(signal("closed"), interrupting=False)),
        )
    )

    walk.complete("wait")

    assert walk.waiting in (["help"], ["after"])
    assert ("stage" in walk.passed) == (walk.waiting == ["after"])


def test_what_is_done_beside_is_merged_with_what_the_scope_does_meanwhile(walk: Walk) -> None:
    walk.start(diagram("start -> a -> b -> end", beside=on(message("note"), interrupting=False)), record={"k": 1})
    walk.complete("a", x=1, record={"k": 2})
    walk.deliver("note", noted="yes")

    walk.complete("b", x=2, record={"k": 3})
    walk.complete("help", y=5)

    assert walk.run.ended
    assert walk.data == {"x": 2, "record": {"k": 3}, "y": 5, "noted": "yes"}


def test_one_that_interrupts_sees_what_its_scope_has_done(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> fork -> a -> end_a; fork -> b -> c -> end_b",
            fork=both(),
            instead=on(message("stop")),
        ),
        n=0,
    )
    walk.complete("a", a=1)
    walk.complete("b", b=2, n=1)

    walk.deliver("stop")
    walk.complete("help", n=0)

    assert walk.run.ended
    assert walk.data == {"a": 1, "b": 2, "n": 0}


def test_one_that_interrupts_takes_the_others_and_their_work_with_it(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> a -> end",
            instead=on(message("stop")),
            beside=event_sub("start_b -> b -> end_b", start_b=start(message("note"), interrupting=False)),
        )
    )
    walk.deliver("note")

    walk.deliver("stop")

    assert walk.waiting == ["help"]
    assert walk.messages == []


def test_every_item_of_a_list_has_its_own(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> each -> after -> end",
            each=for_each(sub("start_in -> a -> end_in", instead=on(message("stop"))), "items", "item"),
        ),
        items=["x", "y"],
    )
    listening = walk.messages

    walk.deliver("stop")

    assert listening == ["stop", "stop"]
    assert walk.waiting == ["a", "help"]


def test_an_interrupted_stage_for_each_item_leaves_nothing_behind(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> each -> end; stopped -> b -> end_b",
            each=for_each(sub("start_in -> wait -> end_in", wait=catch(timer("PT1H"))), "items", "item"),
            stopped=border("each", message("stop")),
        ),
        items=["x", "y"],
    )
    before = walk.run

    walk.deliver("stop")

    assert walk.timers == {}
    assert before.timers() == []
    assert walk.waiting == ["b"]


def test_starting_often_leaves_nothing_behind(walk: Walk) -> None:
    walk.start(diagram("start -> a -> end", beside=on(message("note"), interrupting=False)))
    sizes = []

    for number in range(40):
        walk.deliver("note", n=number)
        walk.complete("help", n=number + 1)
        sizes.append(len(walk.state))

    assert walk.data == {"n": 40}
    assert max(sizes[10:]) <= sizes[10] + 40


def test_one_that_starts_itself_over_and_over_is_stopped_and_named(walk: Walk) -> None:
    itself = event_sub(
        "start_e -> tell -> help -> end_e",
        start_e=start(signal("closed"), interrupting=False),
        tell=throw(signal("closed")),
    )
    walk.start(diagram("start -> a -> end", itself=itself))

    with pytest.raises(EndlessLoopError) as caught:
        walk.signal("closed")

    assert caught.value.element == "start_e"


def test_events_that_start_each_other_in_ever_new_scopes_are_stopped(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "MOST_BESIDE_IN_ALL", 5)
    each = sub("start_in -> a -> end_in", beside=on(signal("closed"), interrupting=False))
    walk.start(diagram("start -> each -> end", each=for_each(each, "items", "item")), items=[1, 2, 3])
    walk.signal("closed")
    fewer = walk.waiting.count("help")

    walk.start(diagram("start -> each -> end", each=for_each(each, "items", "item")), items=[1, 2, 3, 4, 5, 6])
    with pytest.raises(EndlessLoopError):
        walk.signal("closed")

    assert fewer == 3


def test_a_condition_of_a_stage_sees_what_happens_in_it(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> stage -> end; enough -> b -> end",
            stage=sub("start_in -> count -> a -> end_in", count=script("n = n + 1"), a=script("a = True")),
            enough=border("stage", condition("n == 3")),
        ),
        n=2,
    )

    assert walk.waiting == ["b"]
    assert "a" not in walk.passed


def test_terminating_it_ends_it_alone(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> a -> end",
            beside=event_sub(
                "start_e -> stop",
                start_e=start(message("note"), interrupting=False),
                stop=end("<bpmn:terminateEventDefinition/>"),
            ),
        )
    )

    walk.deliver("note")

    assert walk.waiting == ["a"]
    assert not walk.run.ended


def test_terminating_its_scope_ends_it_too(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> a -> stop",
            stop=end("<bpmn:terminateEventDefinition/>"),
            beside=on(message("note"), interrupting=False),
        )
    )
    walk.deliver("note")

    walk.complete("a")

    assert walk.run.ended
    assert walk.waiting == []


def test_a_definition_stays_as_it_is_whatever_its_instances_do(walk: Walk) -> None:
    process = diagram("start -> a -> end", instead=on(message("stop")))
    definition = read_definition({"p.bpmn": process}, "p")
    first = Run.start(definition, walk.world, {})
    first.settle()
    first.deliver("stop", {})
    first.settle()

    second = Run.start(definition, walk.world, {})
    second.settle()

    assert [task.element for task in first.user_tasks()] == ["help"]
    assert [task.element for task in second.user_tasks()] == ["a"]


@pytest.mark.parametrize(
    ("process", "element"),
    [
        (diagram("start -> a -> end", late=event_sub("start_e -> end_e")), "late"),
        (
            diagram(
                "start -> a -> end", late=event_sub("start_e -> end_e; start_f -> end_e", start_e=start(signal("s")))
            ),
            "late",
        ),
        (diagram("start -> a -> late -> end", late=on(signal("s"))), "late"),
        (diagram("start -> a -> end", late=for_each(on(signal("s")), "items", "item")), "late"),
        (diagram("start -> a -> end; out -> end", late=on(signal("s")), out=border("late", timer("PT1H"))), "out"),
        (diagram("start -> a -> end", late=on(error("e"), interrupting=False)), "start_e"),
        (diagram("start -> stage -> end", stage=sub("start_in -> end_in", start_in=start(signal("s")))), "start_in"),
    ],
)
def test_what_no_event_sub_process_may_be_is_refused_by_its_element(process: bytes, element: str) -> None:
    with pytest.raises(DiagramError) as caught:
        read_definition({"p.bpmn": process}, "p")

    assert caught.value.element == element
