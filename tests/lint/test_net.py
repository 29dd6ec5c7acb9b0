"""Whether tokens can come to an end: sound diagrams stay silent, unsound ones are told where they stick."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.lint.model import read_diagram
from app.engine.lint.net import net_of, reduce
from app.engine.lint.soundness import Behaviour, examine, reachable_alone
from app.engine.xml import read_xml
from tests.lint.diagrams import diagram, errors, flow, process, warnings

KINDS = {
    "x": "exclusiveGateway",
    "a": "parallelGateway",
    "o": "inclusiveGateway",
    "t": "userTask",
    "s": "scriptTask",
    "e": "endEvent",
    "b": "startEvent",
    "v": "eventBasedGateway",
    "n": "intermediateThrowEvent",
}


def drawn(text: str, *, extra: str = "") -> bytes:
    """A process from "b>t1 t1>x1 …": the first letter of an id is its kind; branches of choices get conditions."""
    pairs = [pair.split(">") for pair in text.split()]
    ids = dict.fromkeys(identity for pair in pairs for identity in pair)
    leaving = {identity: [target for source, target in pairs if source == identity] for identity in ids}
    nodes, flows = [], []
    for identity in ids:
        kind = KINDS[identity[0]]
        script = "<bpmn:script>count = 1</bpmn:script>" if kind == "scriptTask" else ""
        chooses = identity[0] in "xo" and len(leaving[identity]) > 1
        default = f' default="{identity}__{leaving[identity][-1]}"' if chooses else ""
        nodes.append(f'<bpmn:{kind} id="{identity}" name="?"{default}>{script}</bpmn:{kind}>')
        flows += [
            flow(identity, target, f"kind == {number}" if chooses and target != leaving[identity][-1] else "")
            for number, target in enumerate(leaving[identity])
        ]
    return diagram(process("".join(nodes) + extra + "".join(flows)))


SOUND = {
    "a sequence": "b>t1 t1>t2 t2>e",
    "a choice": "b>x1 x1>t1 x1>t2 t1>x2 t2>x2 x2>e",
    "a choice with two ends": "b>x1 x1>t1 x1>t2 t1>e1 t2>e2",
    "a fork": "b>a1 a1>t1 a1>t2 t1>a2 t2>a2 a2>e",
    "a fork whose branches end": "b>a1 a1>t1 a1>t2 t1>e1 t2>e2",
    "a fork into one end": "b>a1 a1>t1 a1>t2 t1>e t2>e",
    "a fork in a fork": "b>a1 a1>a2 a1>t1 a2>t2 a2>t3 t2>a3 t3>a3 a3>a4 t1>a4 a4>e",
    "branches that cross": "b>a1 a1>t1 a1>t2 t1>a2 t2>a3 a2>a3 a2>t3 a3>t4 t3>a4 t4>a4 a4>e",
    "rework": "b>x1 x1>t1 t1>x2 x2>x1 x2>e",
    "a fork in rework": "b>x1 x1>a1 a1>t1 a1>t2 t1>a2 t2>a2 a2>x2 x2>x1 x2>e",
    "an inclusive choice of one or the default": "b>o1 o1>t1 o1>t2 t1>x2 t2>x2 x2>t3 t3>e",
    "an inclusive choice": "b>o1 o1>t1 o1>t2 o1>t3 t1>o2 t2>o2 t3>o2 o2>e",
    "an inclusive join after a choice": "b>x1 x1>t1 x1>t2 t1>o2 t2>o2 o2>e",
    "an inclusive join after a fork": "b>a1 a1>t1 a1>t2 t1>o2 t2>o2 o2>e",
    "choices that cross": "b>x1 x1>t1 x1>t2 t1>x3 t1>x4 t2>x3 t2>x4 x3>e1 x4>e2".replace(
        "t1>x3 t1>x4", "t1>x5 x5>x3 x5>x4"
    ).replace("t2>x3 t2>x4", "t2>x6 x6>x3 x6>x4"),
}
DEADLOCKS = {
    "a choice into a join": ("b>x1 x1>t1 x1>t2 t1>a2 t2>a2 a2>e", {"a2"}),
    "a join that waits for its own loop": ("b>a1 a1>t1 t1>x1 x1>a1 x1>e", {"a1"}),
    "a join from which two branches lead to one end": (
        "b>x1 x1>t1 x1>t2 t1>a2 t2>a2 a2>t3 a2>t4 t3>e t4>e",
        {"a2"},
    ),
    "a branch that leaves a fork": ("b>a1 a1>t1 a1>x1 x1>t2 x1>e2 t1>a2 t2>a2 a2>e", {"a2"}),
    "an inclusive choice into a join": ("b>o1 o1>t1 o1>t2 t1>a2 t2>a2 a2>e", {"a2"}),
    "joins that wait for each other": (
        "b>a0 a0>a1 a0>a2 a1>t1 a2>t2 t1>a3 t2>a4 a3>a2 a4>a1 a3>e1 a4>e2",
        {"a1", "a2"},
    ),
    "an event gateway into a join": ("b>x1 x1>t1 x1>t2 t1>t3 t2>t4 t3>a2 t4>a2 a2>e", {"a2"}),
}
TWICE = {
    "a fork into a choice's join": ("b>a1 a1>t1 a1>t2 t1>x2 t2>x2 x2>t3 t3>e", {"x2"}),
    "a fork into a task": ("b>a1 a1>t1 a1>t2 t1>t3 t2>t3 t3>e", {"t3"}),
    "an inclusive choice into a choice's join": ("b>o1 o1>t1 o1>t2 o1>t9 t1>x2 t2>x2 t9>e2 x2>t3 t3>e", {"x2"}),
    "only the first of several": ("b>a1 a1>t1 a1>t2 t1>x2 t2>x2 x2>x3 x3>t3 t3>x4 x4>x3 x4>e", {"x2"}),
}


@pytest.mark.parametrize("name", SOUND)
def test_what_is_sound_is_not_accused(name: str) -> None:
    content = drawn(SOUND[name])

    assert {rule for rule, _ in errors(content) | warnings(content) if rule.startswith("net.")} == set()


@pytest.mark.parametrize("name", DEADLOCKS)
def test_a_join_that_may_wait_for_ever_is_an_error(name: str) -> None:
    text, joins = DEADLOCKS[name]

    assert {element for rule, element in errors(drawn(text)) if rule == "net.deadlock"} == joins


@pytest.mark.parametrize("name", TWICE)
def test_parallel_paths_that_meet_unjoined_are_a_warning(name: str) -> None:
    text, merges = TWICE[name]

    assert {element for rule, element in warnings(drawn(text)) if rule == "net.runs_twice"} == merges


@pytest.mark.parametrize(
    ("text", "element"),
    [
        ("b>x1 x1>n1 n1>x2 x2>x1 x2>e", "x1"),
        ("b>s1 s1>x1 x1>x2 x2>x1 x2>e", "x1"),
        ("b>s1 s1>s2 s2>s1", "s1"),
    ],
)
def test_a_loop_in_which_nothing_changes_is_an_error(text: str, element: str) -> None:
    assert ("net.endless_loop", element) in errors(drawn(text))


@pytest.mark.parametrize("text", ["b>x1 x1>s1 s1>x2 x2>x1 x2>e", "b>x1 x1>t1 t1>x2 x2>x1 x2>e"])
def test_a_loop_that_waits_or_changes_something_is_none(text: str) -> None:
    assert errors(drawn(text)) == set()


def test_a_loop_without_a_way_out_is_an_error() -> None:
    assert errors(drawn("b>x1 x1>t1 x1>e t1>t2 t2>t1")) == {("net.no_way_out", "t1")}


def test_a_boundary_event_is_a_way_of_its_own() -> None:
    border = (
        '<bpmn:boundaryEvent id="late" attachedToRef="t1"{}><bpmn:timerEventDefinition id="late_d">'
        "<bpmn:timeDuration>P5D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
        + flow("late", "a2")
    )
    stopping = drawn("b>a1 a1>t1 a1>t2 t1>x9 x9>e2 t2>a2 a2>e", extra=border.format(""))
    beside = drawn("b>t1 t1>a2 a2>e", extra=border.format(' cancelActivity="false"'))

    assert ("net.deadlock", "a2") in errors(stopping)
    assert ("net.deadlock", "a2") in errors(beside)


def test_a_reminder_in_a_loop_is_not_accused() -> None:
    border = (
        '<bpmn:boundaryEvent id="late" attachedToRef="t1" cancelActivity="false">'
        '<bpmn:timerEventDefinition id="late_d">'
        "<bpmn:timeDuration>P5D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
        '<bpmn:userTask id="told"/><bpmn:endEvent id="e2"/>' + flow("late", "told") + flow("told", "e2")
    )
    content = drawn("b>x1 x1>t1 t1>x2 x2>x1 x2>e", extra=border)

    assert errors(content) | warnings(content) == set()


def test_a_big_net_is_decided_by_one_order_of_its_steps() -> None:
    """Nine groups of crossing branches beside each other: some ten million markings."""
    group = "a0>a1_ a1_>t1_ a1_>t2_ t1_>a2_ t2_>a3_ a2_>a3_ a2_>t3_ a3_>t4_ t3_>a4_ t4_>a4_ a4_>a99"
    groups = " ".join(group.replace("_", f"{number}x") for number in range(9))
    sound, stuck = f"b>a0 a99>e {groups}", f"b>a0 a99>e {groups} a0>x1 x1>t1 x1>t2 t1>a99 t2>a99"

    assert (errors(drawn(sound)), warnings(drawn(sound))) == (set(), set())
    assert errors(drawn(stuck)) == {("net.deadlock", "a99")}


CHOICES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 6)), min_size=3, max_size=12, unique=True)


@settings(max_examples=200, deadline=None)
@given(kinds=st.text("xaot", min_size=6, max_size=6), pairs=CHOICES)
def test_reducing_a_net_changes_nothing_of_what_is_found(kinds: str, pairs: list[tuple[int, int]]) -> None:
    """Any graph at all: what sticks, sticks in the net as drawn and in the reduced one."""
    ids = [f"{kind}{number}" for number, kind in enumerate(kinds)] + ["e9"]
    text = " ".join(["b>" + ids[0], *(f"{ids[source]}>{ids[target]}" for source, target in pairs)])
    scope = read_diagram("", read_xml(drawn(text))).scopes[0]
    plain, reduced = net_of(scope), net_of(scope)
    assert plain is not None
    assert reduced is not None

    reduce(reduced)

    as_drawn = Behaviour(plain).explore(limit=3_000, one_order=False)
    found = examine(reduced)
    if as_drawn.decided and found.decided and not as_drawn.doubled:
        assert as_drawn.stuck.keys() == found.stuck.keys()
        assert not found.doubled


def test_alone_is_where_nothing_else_runs() -> None:
    content = drawn("b>t1 t1>a1 a1>t2 a1>t3 t2>a2 t3>a2 a2>t4 t4>e t4>t5 t5>e2")
    alone = {name for name in ("t1", "t2", "t3", "t4", "t5") if reachable_alone(content, "p", name)}

    assert alone == {"t1", "t4", "t5"}


def test_alone_is_never_said_of_what_is_not_there() -> None:
    content = drawn("b>t1 t1>e")

    assert not reachable_alone(content, "p", "t9")
    assert not reachable_alone(content, "q", "t1")


def test_a_sub_process_is_judged_by_itself() -> None:
    inner = re.search(r"<bpmn:process[^>]*>(.*)</bpmn:process>", drawn("b>x1 x1>t1 x1>t2 t1>a2 t2>a2 a2>e").decode())
    assert inner is not None
    content = diagram(
        process(
            '<bpmn:startEvent id="outer"/><bpmn:endEvent id="over"/>'
            f'<bpmn:subProcess id="within">{inner[1]}</bpmn:subProcess>'
            + flow("outer", "within")
            + flow("within", "over")
        )
    )

    assert errors(content) == {("net.deadlock", "a2")}


ESCALATION = '<bpmn:escalation id="up" name="up" escalationCode="up"/>'


@pytest.mark.parametrize(
    ("end", "border", "found"),
    [
        ('<bpmn:escalationEventDefinition id="d1" escalationRef="up"/>', "", set()),
        ('<bpmn:escalationEventDefinition id="d1" escalationRef="up"/>', ' cancelActivity="false"', {"a2"}),
        ('<bpmn:errorEventDefinition id="d1"/>', "", set()),
        ('<bpmn:terminateEventDefinition id="d1"/>', "", set()),
        ("", "", {"a2"}),
    ],
)
def test_an_end_that_stops_everything_leaves_nobody_waiting(end: str, border: str, found: set[str]) -> None:
    inner = re.search(
        r"<bpmn:process[^>]*>(.*)</bpmn:process>", drawn("b>a1 a1>t1 a1>x1 x1>e1 x1>a2 t1>a2 a2>e2").decode()
    )
    assert inner is not None
    plain = '<bpmn:endEvent id="e1" name="?"></bpmn:endEvent>'
    stopping = inner[1].replace(plain, f'<bpmn:endEvent id="e1">{end}</bpmn:endEvent>')
    around = (
        '<bpmn:startEvent id="outer"/><bpmn:endEvent id="over"/><bpmn:endEvent id="called"/>'
        f'<bpmn:subProcess id="within">{stopping}</bpmn:subProcess>'
        f'<bpmn:boundaryEvent id="border" attachedToRef="within"{border}>'
        '<bpmn:escalationEventDefinition id="d2" escalationRef="up"/></bpmn:boundaryEvent>'
        + flow("outer", "within")
        + flow("within", "over")
        + flow("border", "called")
    )

    stuck = {element for rule, element in errors(diagram(ESCALATION, process(around))) if rule == "net.deadlock"}

    assert stuck == found


def called_by(text: str, called: str) -> bytes:
    """A process in which c1 calls the process `called`."""
    call = f'<bpmn:callActivity id="c1" calledElement="{called}"/>'
    return (
        drawn(text.replace("c1", "t9"))
        .replace(b'<bpmn:userTask id="t9" name="?"></bpmn:userTask>', call.encode())
        .replace(b"t9", b"c1")
    )


@pytest.mark.parametrize(
    "text", ["b>c1 c1>e", "b>x1 x1>c1 x1>e1 c1>e", "b>s1 s1>c1 c1>e", "b>a1 a1>c1 a1>t1 c1>e1 t1>e"]
)
def test_a_process_that_calls_itself_before_anybody_is_asked_is_an_error(text: str) -> None:
    assert ("net.endless_recursion", "c1") in errors(called_by(text, "p"))


@pytest.mark.parametrize("text", ["b>t1 t1>c1 c1>e", "b>s1 s1>x1 x1>c1 x1>e1 c1>e"])
def test_a_process_that_calls_itself_after_a_person_or_a_count_is_none(text: str) -> None:
    assert errors(called_by(text, "p")) == set()


def test_a_call_of_another_process_is_no_recursion() -> None:
    assert errors(called_by("b>c1 c1>e", "q")) == set()
