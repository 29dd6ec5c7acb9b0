"""Signals: whoever listens hears them, inside and outside."""

from tests.unit.engine.diagrams import (
    Node,
    border,
    both,
    call,
    catch,
    diagram,
    end,
    first_of,
    script,
    signal,
    start,
    sub,
    throw,
    timer,
)
from tests.unit.engine.walking import Walk


def declared(process: bytes, name: str, inner: str) -> bytes:
    """The diagram with something inside the declaration of its signal."""
    old = f'<bpmn:signal id="signal:{name}" name="{name}"/>'
    new = old.replace("/>", f"><bpmn:extensionElements>{inner}</bpmn:extensionElements></bpmn:signal>")
    return process.replace(old.encode(), new.encode())


def test_a_signal_leaves_the_instance_whoever_hears_it_inside(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> fork -> a -> tell -> ended; fork -> wait -> b -> end_b",
            fork=both(),
            tell=throw(signal("closed")),
            wait=catch(signal("closed")),
            ended=end(signal("archived")),
        )
    )

    walk.complete("a")

    assert walk.waiting == ["b"]
    assert [(each.message, each.kind, each.element) for each in walk.told] == [
        ("closed", "signal", "tell"),
        ("archived", "signal", "ended"),
    ]


def test_a_signal_may_bring_something(walk: Walk) -> None:
    process = diagram(
        "start -> fork -> a -> tell -> end_a; fork -> wait -> b -> end_b",
        fork=both(),
        tell=throw(signal("closed")),
        wait=catch(signal("closed")),
    )
    payload = "<spiffworkflow:payloadExpression>{'number': n + 1}</spiffworkflow:payloadExpression>"
    walk.start(declared(process, "closed", payload), n=1)

    walk.complete("a")

    assert walk.data == {"n": 1, "number": 2}
    assert walk.told[0].payload == {"number": 2}


def test_what_a_signal_brings_may_have_a_name(walk: Walk) -> None:
    process = diagram("start -> wait -> a -> end", wait=catch(signal("closed")))
    walk.start(declared(process, "closed", "<spiffworkflow:variableName>news</spiffworkflow:variableName>"))

    walk.signal("closed", by="archive")

    assert walk.data == {"news": {"by": "archive"}}


def test_a_signal_from_outside_reaches_every_scope(walk: Walk) -> None:
    called = diagram("start -> deep -> end", process_id="q", deep=catch(signal("closed")))
    walk.start(
        diagram(
            "start -> fork -> one -> a -> end; fork -> stage -> b -> end; fork -> calling -> c -> end",
            fork=both(),
            one=catch(signal("closed")),
            stage=sub("start_in -> two -> end_in", two=Node("intermediateCatchEvent", signal("closed"))),
            calling=call("q"),
        ),
        called,
    )
    listening = walk.signals

    walk.signal("closed")

    assert listening == [("deep", "closed"), ("one", "closed"), ("two", "closed")]
    assert walk.waiting == ["a", "b", "c"]
    assert walk.messages == []
    assert walk.told == []


def test_a_signal_nobody_listens_for_passes_by(walk: Walk) -> None:
    walk.start(diagram("start -> a -> end"))

    walk.signal("closed")

    assert walk.waiting == ["a"]


def test_a_signal_of_another_name_is_not_heard(walk: Walk) -> None:
    walk.start(diagram("start -> wait -> a -> end", wait=catch(signal("closed"))))

    walk.signal("opened")

    assert walk.waiting == []
    assert walk.signals == [("wait", "closed")]


def test_a_signal_interrupts(walk: Walk) -> None:
    walk.start(diagram("start -> a -> end; closed -> b -> end_b", closed=border("a", signal("closed"))))

    walk.signal("closed")

    assert walk.waiting == ["b"]
    assert walk.signals == []


def test_a_signal_that_does_not_interrupt_is_heard_any_number_of_times(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> a -> end; closed -> b -> end_b",
            closed=border("a", signal("closed"), interrupting=False),
        )
    )

    for _ in range(3):
        walk.signal("closed")

    assert walk.waiting == ["a", "b", "b", "b"]
    assert walk.signals == [("closed", "closed")]


def test_a_signal_start_event_begins_and_is_told_to_whoever_asks(walk: Walk) -> None:
    walk.start(
        diagram("start_a -> a -> end; start_b -> b -> end", start_b=start(signal("closed"))), start_element="start_b"
    )

    assert walk.definition.start_signals == {"closed": "start_b"}
    assert walk.waiting == ["b"]


def test_a_throw_does_not_catch_itself(walk: Walk) -> None:
    walk.start(diagram("start -> tell -> wait -> end", tell=throw(signal("closed")), wait=catch(signal("closed"))))

    assert walk.passed == ["start", "tell"]
    assert walk.signals == [("wait", "closed")]


def test_a_signal_behind_an_event_gateway_decides(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> gate -> heard -> a -> end; gate -> late -> b -> end",
            gate=first_of(),
            heard=catch(signal("closed")),
            late=catch(timer("PT1H")),
        )
    )
    listening = walk.signals

    walk.signal("closed", by="archive")

    assert listening == [("heard", "closed")]
    assert walk.waiting == ["a"]
    assert walk.data == {"by": "archive"}


def test_a_stage_interrupted_from_its_inside_goes_no_further(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> stage -> end; closed -> b -> end_b",
            stage=sub(
                "start_in -> fork -> tell -> after -> end_in; fork -> beside -> end_in",
                fork=both(),
                tell=throw(signal("closed")),
                after=script("after = True"),
                beside=script("beside = True"),
            ),
            closed=border("stage", signal("closed")),
        )
    )

    assert walk.waiting == ["b"]
    assert "after" not in walk.passed
    assert walk.passed.index("closed") == walk.passed.index("tell") + 1
    assert "stage" not in walk.passed


def test_a_stage_that_ends_with_the_signal_that_interrupts_it_is_interrupted(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> stage -> a -> end; closed -> b -> end_b",
            stage=sub("start_in -> told", told=end(signal("closed"))),
            closed=border("stage", signal("closed")),
        )
    )

    assert walk.waiting == ["b"]
    assert walk.passed == ["start", "start_in", "told", "closed"]


def test_a_signal_heard_at_two_borders_takes_the_outer_way(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> stage -> end; outer -> b -> end_b",
            stage=sub("start_in -> a -> end_in; inner -> c -> end_c", inner=border("a", signal("closed"))),
            outer=border("stage", signal("closed")),
        )
    )

    walk.signal("closed")

    assert walk.waiting == ["b"]
    assert "inner" not in walk.passed


def test_of_two_events_that_interrupt_at_once_only_one_takes_its_way(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> a -> end; one -> b -> end_b; two -> c -> end_c",
            one=border("a", signal("closed")),
            two=border("a", signal("closed")),
        )
    )

    walk.signal("closed")

    assert walk.waiting == ["b"]
