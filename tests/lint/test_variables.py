"""Variables that are read where nothing has set them."""

import pytest

from app.engine.lint import OfficeNames, lint
from tests.lint.diagrams import diagram, errors, flow, process, warnings

PARTS = {
    "b": '<bpmn:startEvent id="b"/>',
    "e": '<bpmn:endEvent id="e"/>',
    "e2": '<bpmn:endEvent id="e2"/>',
    "x": '<bpmn:exclusiveGateway id="x" name="?" default="x__no"/>',
    "a1": '<bpmn:parallelGateway id="a1"/>',
    "a2": '<bpmn:parallelGateway id="a2"/>',
    "ask": '<bpmn:userTask id="ask"/>',
    "m": '<bpmn:exclusiveGateway id="m"/>',
}


def script(identity: str, source: str) -> str:
    return f'<bpmn:scriptTask id="{identity}"><bpmn:script>{source}</bpmn:script></bpmn:scriptTask>'


def drawn(pairs: str, **scripts: str) -> bytes:
    """A process of "b>s s>x …"; `scripts` are the script tasks."""
    edges = [pair.split(">") for pair in pairs.split()]
    ids = dict.fromkeys(identity for edge in edges for identity in edge)
    nodes = "".join(PARTS.get(identity) or script(identity, scripts[identity]) for identity in ids)
    return diagram(process(nodes + "".join(flow(*edge) for edge in edges)))


def told(content: bytes) -> set[tuple[str, str]]:
    return {each for each in errors(content) | warnings(content) if each[0].startswith("variables.")}


def test_a_slip_of_the_pen_is_an_error() -> None:
    content = drawn("b>set set>use use>e", set="total = 1", use="rest = totel - 1")

    assert told(content) == {("variables.unknown", "use")}


def test_what_only_the_initial_data_can_bring_is_a_warning() -> None:
    assert told(drawn("b>use use>e", use="rest = amount - 1")) == {("variables.not_set_before", "use")}


def test_what_a_caller_gives_stands_on_the_start() -> None:
    given = (
        '<bpmn:extensionElements><spiffworkflow:properties><spiffworkflow:property name="given" value="amount, due"/>'
    )
    start = f'<bpmn:startEvent id="b">{given}</spiffworkflow:properties></bpmn:extensionElements></bpmn:startEvent>'
    nodes = start + script("use", "rest = amount - 1") + PARTS["e"]

    assert told(diagram(process(nodes + flow("b", "use") + flow("use", "e")))) == set()


def test_what_a_person_may_have_answered_is_not_asked() -> None:
    assert told(drawn("b>ask ask>use use>e", use="rest = amount - 1")) == set()


def test_names_that_differ_in_their_number_are_two_names() -> None:
    content = drawn("b>set set>use use>e", set="total_1 = 1", use="rest = total_2 - 1")

    assert told(content) == {("variables.not_set_before", "use")}


def test_what_one_of_two_ways_sets_may_be_missing() -> None:
    branches = flow("x", "set", "1 == 1") + flow("x", "m", identity="x__no")
    nodes = (
        "".join(PARTS[name] for name in ("b", "x", "m", "e")) + script("set", "total = 1") + script("use", "a = total")
    )
    rest = flow("b", "x") + flow("set", "m") + flow("m", "use") + flow("use", "e")

    assert told(diagram(process(nodes + branches + rest))) == {("variables.perhaps_not_set", "use")}


def test_what_one_of_two_parallel_branches_sets_is_there_after_the_join() -> None:
    content = drawn(
        "b>a1 a1>one a1>two one>a2 two>a2 a2>use use>e", one="first = 1", two="second = 2", use="c = first + second"
    )

    assert told(content) == set()


def test_what_a_loop_sets_later_is_missing_in_its_first_round() -> None:
    nodes = (
        "".join(PARTS[name] for name in ("b", "m", "x", "e")) + script("use", "a = total") + script("set", "total = 1")
    )
    flows = flow("b", "m") + flow("m", "use") + flow("use", "set") + flow("set", "x")
    back = flow("x", "m", "a == 1") + flow("x", "e", identity="x__no")

    assert told(diagram(process(nodes + flows + back))) == {("variables.perhaps_not_set", "use")}


def test_a_sub_process_sees_what_was_set_and_hands_on_what_it_sets() -> None:
    inner = (
        '<bpmn:subProcess id="sub"><bpmn:startEvent id="b2"/>'
        + script("inside", "second = first + 1")
        + '<bpmn:endEvent id="e3"/>'
        + flow("b2", "inside")
        + flow("inside", "e3")
        + "</bpmn:subProcess>"
    )
    nodes = PARTS["b"] + script("set", "first = 1") + inner + script("use", "third = second + first") + PARTS["e"]
    flows = flow("b", "set") + flow("set", "sub") + flow("sub", "use") + flow("use", "e")

    assert told(diagram(process(nodes + flows))) == set()


@pytest.mark.parametrize(("fields", "found"), [(("amount",), set()), (("amont",), {"variables.unknown"})])
def test_the_fields_of_a_form_are_what_its_task_sets(fields: tuple[str, ...], found: set[str]) -> None:
    content = drawn("b>ask ask>use use>e", use="rest = amount - 1")

    problems = lint({"a.bpmn": content}, standalone=False, office=OfficeNames(forms={"ask": fields}))

    assert {each.rule for each in problems if each.rule.startswith("variables.")} == found


def test_what_a_comprehension_goes_by_is_no_variable() -> None:
    content = drawn("b>set set>use use>e", set="people = [1]", use="old = [person for person in people if person]")

    assert told(content) == set()


def test_what_runs_beside_or_ends_in_an_error_takes_nothing_from_what_a_sub_process_sets() -> None:
    inner = (
        '<bpmn:subProcess id="sub"><bpmn:startEvent id="b2"/><bpmn:manualTask id="wait"/>'
        + script("inside", "second = 1")
        + '<bpmn:exclusiveGateway id="g" default="g__inside"/><bpmn:endEvent id="e3"/>'
        '<bpmn:endEvent id="failed"><bpmn:errorEventDefinition id="d" errorRef="er"/></bpmn:endEvent>'
        '<bpmn:boundaryEvent id="late" attachedToRef="wait" cancelActivity="false"><bpmn:timerEventDefinition id="td">'
        "<bpmn:timeDuration>P1D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
        '<bpmn:endEvent id="told"/>'
        + "".join((flow("b2", "wait"), flow("wait", "g"), flow("g", "inside"), flow("g", "failed", "1 == 1")))
        + flow("inside", "e3")
        + flow("late", "told")
        + "</bpmn:subProcess>"
    )
    nodes = PARTS["b"] + inner + script("use", "third = second") + PARTS["e"]
    flows = flow("b", "sub") + flow("sub", "use") + flow("use", "e")

    assert told(diagram('<bpmn:error id="er" name="er" errorCode="er"/>', process(nodes + flows))) == set()


def test_a_case_brings_its_number_where_there_is_an_office() -> None:
    content = drawn("b>use use>e", use="mine = case_id")

    assert told(content) == {("variables.not_set_before", "use")}
    assert not [
        each for each in lint({"a.bpmn": content}, standalone=False, office=OfficeNames()) if "variables" in each.rule
    ]
