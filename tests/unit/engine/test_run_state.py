"""The state: the same after a round trip as before, small, and flat however long a case lives."""

from typing import Any

import orjson
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from SpiffWorkflow.bpmn.serializer.default.workflow import (
    BpmnSubWorkflowConverter,
    BpmnWorkflowConverter,
    TaskConverter,
)
from SpiffWorkflow.bpmn.serializer.helpers import DefaultRegistry

from app.domain.clock import StandingClock, using
from app.engine import codec
from app.engine.compaction import compact
from app.engine.errors import NotJsonError, StateFormatError, StateMismatchError
from app.engine.parser import read_definition
from app.engine.run import Run
from app.engine.tokens import ProcessScope, SubProcessScope, Token
from tests.unit.engine.diagrams import (
    border,
    both,
    catch,
    diagram,
    for_each,
    message,
    script,
    service,
    sub,
    timer,
    user,
    xor,
)
from tests.unit.engine.walking import MONDAY, SmallWorld, Walk


class StateOnly(BpmnWorkflowConverter):
    """The library's own converter without the diagram."""

    def to_dict(self, workflow: Any) -> dict[str, Any]:
        found = super(BpmnWorkflowConverter, self).to_dict(workflow)
        return {**found, "subprocesses": self.mapping_to_dict(workflow.subprocesses)}


def as_the_library_writes_it(run: Run) -> Any:
    registry = DefaultRegistry()
    TaskConverter(Token, registry)
    StateOnly(ProcessScope, registry)
    BpmnSubWorkflowConverter(SubProcessScope, registry)
    written = orjson.loads(orjson.dumps(registry.convert(run._top)))
    for scope in [written, *written["subprocesses"].values()]:
        for task in scope["tasks"].values():
            task["delta"].get("deletions", []).sort()
    return written


RICH = diagram(
    """start -> register -> stage -> decide -> good; good -[again]-> stage; good -*-> archive -> end
    overdue -> escalate -> end_overdue; changed -> notify -> end_notified; withdrawn -> close -> end_withdrawn""",
    register=service("records.register", "registered"),
    good=xor(),
    stage=sub(
        "start_in -> fork -> a -> join -> inner -> end_in; fork -> letter -> b -> join; fork -> wait -> c -> join",
        fork=both(),
        join=both(),
        letter=service("letters.write"),
        wait=catch(timer("PT30M")),
        inner=sub(
            "start_inner -> each -> end_inner", each=for_each(user(), "items", "item", output="items", result="item")
        ),
    ),
    overdue=border("stage", timer("R3/PT1H", "timeCycle"), interrupting=False),
    changed=border("stage", message("schedule.changed"), interrupting=False),
    withdrawn=border("stage", message("request.withdrawn")),
    escalate=script("escalated = True"),
    notify=service("letters.notify"),
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8) | st.just("typename"), inner, max_size=3)
    ),
    max_leaves=6,
)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["complete", "complete", "complete", "answer", "time", "changed", "correct", "withdrawn"]),
        st.integers(0, 5),
        st.dictionaries(st.sampled_from(["a", "b", "shared", "again", "typename", "data"]), VALUES, max_size=3),
    ),
    max_size=25,
)


def act(run: Run, clock: StandingClock, kind: str, number: int, values: dict[str, Any]) -> None:
    """Do what can be done of this kind; nothing where nothing can."""
    tasks, calls, timers = run.user_tasks(), run.calls(), run.timers()
    messages = {subscription.message for subscription in run.subscriptions()}
    if kind == "complete" and tasks:
        again = {"again": bool(values.get("again"))}
        run.complete(tasks[number % len(tasks)].task_id, {**values, **again})
    if kind == "answer" and calls:
        run.answer(calls[number % len(calls)].task_id, values)
    if kind == "time" and timers:
        first = min(timers, key=lambda timer: timer.due)
        clock.moment = max(clock.moment, first.due)
        run.fire(first.task_id)
    if kind == "changed" and "schedule.changed" in messages:
        run.deliver("schedule.changed", values)
    if kind == "withdrawn" and number == 0 and "request.withdrawn" in messages:
        run.deliver("request.withdrawn", values)
    if kind == "correct":
        run.correct(values)
    run.settle()


def seen(run: Run) -> Any:
    """Everything a run shows."""
    return (
        sorted(
            (str(task.task_id), task.element, orjson.dumps(task.data, option=orjson.OPT_SORT_KEYS))
            for task in run.user_tasks()
        ),
        sorted((str(timer.task_id), timer.element, timer.due) for timer in run.timers()),
        sorted((str(call.task_id), call.element, call.operation, dict(call.parameters)) for call in run.calls()),
        sorted((str(one.task_id), one.element, one.message) for one in run.subscriptions()),
        run.ended,
        run.end_event,
        orjson.dumps(run.data, option=orjson.OPT_SORT_KEYS),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts=ACTS)
def test_a_restored_run_is_the_saved_one_to_the_library_and_to_everybody(
    acts: list[tuple[str, int, dict[str, Any]]],
) -> None:
    world, clock = SmallWorld(), StandingClock(MONDAY)
    world.results["records.register"] = {"number": "77-1"}
    definition = read_definition({"p.bpmn": RICH}, "p")
    with using(clock):
        run = Run.start(definition, world, {"items": [{"n": 1}, {"n": 2}], "again": False})
        run.settle()
        for kind, number, values in acts:
            act(run, clock, kind, number, {key: value for key, value in values.items() if key != "again"})

            uncompacted = Run(definition, world)
            codec.load(codec.dump(run._top), uncompacted._top)
            assert as_the_library_writes_it(uncompacted) == as_the_library_writes_it(run)

            before = seen(run)
            restored = Run.restore(definition, world, run.snapshot())
            assert as_the_library_writes_it(restored) == as_the_library_writes_it(run)
            assert seen(restored) == before
            run = restored


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts=ACTS)
def test_saving_and_forgetting_between_acts_changes_nothing(acts: list[tuple[str, int, dict[str, Any]]]) -> None:
    definition = read_definition({"p.bpmn": RICH}, "p")

    assert _played(definition, acts, saved=True) == _played(definition, acts, saved=False)


def _played(definition: Any, acts: list[tuple[str, int, dict[str, Any]]], *, saved: bool) -> Any:
    world, clock = SmallWorld(), StandingClock(MONDAY)
    passed: list[str] = []
    with using(clock):
        run = Run.start(definition, world, {"items": [1, 2]})
        run.settle()
        for kind, number, values in acts:
            act(run, clock, kind, number, values)
            if saved:
                passed += run.passed()
                run = Run.restore(definition, world, run.snapshot())
        passed += run.passed()
        return passed, sorted(task.element for task in run.user_tasks()), run.data, run.end_event


def tokens(run: Run) -> int:
    return sum(len(scope.tasks) for scope in run._top.scopes())


def depth(run: Run) -> int:
    return max(token.depth for scope in run._top.scopes() for token in scope.tasks.values())


USER_LOOP = diagram("start -> merge -> work -> good; good -[more]-> merge; good -*-> end", merge=xor(), good=xor())
PARALLEL_LOOP = diagram(
    "start -> merge -> fork -> work -> join -> good; fork -> note -> join; good -[more]-> merge; good -*-> end",
    merge=xor(),
    good=xor(),
    fork=both(),
    join=both(),
    note=script("noted = True"),
)
LOOP_INSIDE = diagram(
    "start -> stage -> end; hint -> tell -> end_told",
    stage=sub("start_in -> merge -> work -> good; good -[more]-> merge; good -*-> end_in", merge=xor(), good=xor()),
    hint=border("stage", timer("P900D"), interrupting=False),
)
LOOP_BESIDE = diagram(
    "start -> fork -> patient -> join -> end; fork -> merge -> work -> good; good -[more]-> merge; good -*-> join",
    merge=xor(),
    good=xor(),
    fork=both(),
    join=both(),
)
LOOP_OF_STAGES = diagram(
    "start -> stage -> good; good -[more]-> stage; good -*-> end; late -> note -> end_late",
    stage=sub("start_in -> work -> end_in"),
    good=xor(),
    late=border("stage", timer("P1D"), interrupting=False),
    note=script("n = 1"),
)


@pytest.mark.parametrize(
    "process",
    [USER_LOOP, PARALLEL_LOOP, LOOP_INSIDE, LOOP_BESIDE, LOOP_OF_STAGES],
    ids=["user task", "parallel", "inside a sub-process", "beside a waiting branch", "of sub-processes"],
)
def test_three_hundred_turns_of_a_loop_stay_flat(walk: Walk, process: bytes) -> None:
    walk.start(process)
    walk.complete("work", turn=1, more=True)
    first = tokens(walk.run), depth(walk.run), len(walk.state)

    for turn in range(2, 301):
        walk.complete("work", turn=turn, more=True)
        assert tokens(walk.run) == first[0]
        assert depth(walk.run) == first[1]
        assert len(walk.state) < first[2] + 40
    walk.complete("work", more=False)
    for element in walk.waiting:
        walk.complete(element)

    assert walk.run.ended
    assert walk.data["turn"] == 300
    assert walk.passed.count("work") == 301


def test_three_hundred_messages_leave_nothing_behind(walk: Walk) -> None:
    walk.world.results["letters.notify"] = {}
    walk.start(
        diagram(
            "start -> stage -> end; changed -> notify -> end_notified",
            stage=sub("start_in -> a -> end_in"),
            changed=border("stage", message("schedule.changed"), interrupting=False),
            notify=service("letters.notify"),
        )
    )
    walk.deliver("schedule.changed", n=0)
    first = tokens(walk.run), depth(walk.run)

    for number in range(300):
        walk.deliver("schedule.changed", n=number)

    assert (tokens(walk.run), depth(walk.run)) == first
    assert walk.passed.count("notify") == 301


def test_a_long_automatic_stretch_stays_far_from_the_depth_limit(walk: Walk) -> None:
    stretch = " -> ".join(["start", *(f"s{number}" for number in range(450)), "a", "end"])
    walk.start(diagram(stretch, **{f"s{number}": script(f"n = {number}") for number in range(450)}))

    assert walk.waiting == ["a"]
    assert walk.data == {"n": 449}
    assert depth(walk.run) < 5


def test_forgetting_twice_changes_nothing(walk: Walk) -> None:
    walk.start(RICH, items=[1, 2])
    once = codec.dump(walk.run._top)

    compact(walk.run._top)

    assert codec.dump(walk.run._top) == once


def test_the_state_begins_with_its_format_and_holds_no_diagram(walk: Walk) -> None:
    walk.start(RICH, items=[1, 2])

    assert walk.state[0] == 1
    written = zstandard.ZstdDecompressor().decompress(walk.state[1:])
    assert set(orjson.loads(written)) == {"end", "scopes"}
    assert len(written) < 4000


@pytest.mark.parametrize("state", [b"", b"\x00", b"\x02abc"])
def test_a_state_of_another_format_is_refused(walk: Walk, state: bytes) -> None:
    walk.start(RICH, items=[])

    with pytest.raises(StateFormatError):
        Run.restore(walk.definition, walk.world, state)


def test_a_state_of_another_diagram_is_refused(walk: Walk) -> None:
    walk.start(USER_LOOP)
    other = read_definition({"p.bpmn": diagram("start -> another -> end")}, "p")

    with pytest.raises(StateMismatchError) as caught:
        Run.restore(other, walk.world, walk.state)

    assert "merge" in caught.value.text.ru


def test_data_that_cannot_be_saved_are_named(walk: Walk) -> None:
    walk.start(USER_LOOP)
    token = next(token for token in walk.run._top.tasks.values() if token.element == "work")
    token.data = {"when": MONDAY}

    with pytest.raises(NotJsonError) as caught:
        walk.run.snapshot()

    assert caught.value.element == "work"
    assert "when" in caught.value.text.en


def test_running_changes_nothing_in_the_definition(walk: Walk) -> None:
    walk.world.results["records.register"] = {}
    walk.start(RICH, items=[1, 2])
    before = _shape(walk.definition)

    walk.deliver("schedule.changed")
    walk.complete("a")
    walk.pass_time(hours=4)
    walk.deliver("request.withdrawn")

    assert _shape(walk.definition) == before


def _shape(definition: Any) -> Any:
    return [
        (spec.name, name, task._inputs[:], task._outputs[:], len(task.completed_event.hard_subscribers or []))
        for spec in [definition.spec, *definition.subprocess_specs.values()]
        for name, task in spec.task_specs.items()
    ]
