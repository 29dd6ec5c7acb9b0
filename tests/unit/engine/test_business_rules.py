"""Business rule tasks ask the decisions of their bundle and tell how these came about."""

import pytest

from app.domain.clock import StandingClock, using
from app.engine.decisions.errors import InputTypeError, RulesConflictError
from app.engine.errors import DiagramError
from app.engine.parser import parse, read_definition
from app.engine.run import Run
from tests.dmn import decision, definitions, input_data, literal, table
from tests.unit.engine.diagrams import Node, diagram, for_each
from tests.unit.engine.walking import Walk


def asking(decision_id: str, *, into: str = "", by_property: str = "") -> Node:
    """A business rule task; its result goes into a variable, or its outputs do."""
    variable = f"<spiffworkflow:resultVariable>{into}</spiffworkflow:resultVariable>" if into else ""
    if by_property:
        variable = (
            '<spiffworkflow:properties><spiffworkflow:property name="resultVariable" '
            f'value="{by_property}"/></spiffworkflow:properties>'
        )
    return Node(
        "businessRuleTask",
        f"<bpmn:extensionElements><spiffworkflow:calledDecisionId>{decision_id}</spiffworkflow:calledDecisionId>"
        f"{variable}</bpmn:extensionElements>",
    )


RULES = table('< 18 | "child" | 1 # ҚР\n>= 18 | "adult" | 2', inputs=["age: number"], outputs=["kind", "n"])
"""A table with two outputs."""
ROUNDS = definitions(decision("kind", "Вид", RULES), decision("next", "next", literal("n + 1")))


def walked(walk: Walk, task: Node, files: dict[str, bytes], **data: object) -> Run:
    process = diagram("start -> rule -> a -> end", rule=task)
    walk.definition = read_definition({"p.bpmn": process, **files}, "p")
    run = Run.start(walk.definition, walk.world, data)
    run.settle()
    return run


def test_the_outputs_of_a_table_become_variables(walk: Walk) -> None:
    run = walked(walk, asking("kind"), {"r.dmn": ROUNDS}, age=7)

    assert run.user_tasks()[0].data == {"age": 7, "kind": "child", "n": 1}


@pytest.mark.parametrize("task", [asking("kind", into="found"), asking("kind", by_property="found")])
def test_the_result_goes_into_the_variable_that_the_task_names(walk: Walk, task: Node) -> None:
    run = walked(walk, task, {"r.dmn": ROUNDS}, age=30)

    assert run.user_tasks()[0].data == {"age": 30, "found": {"kind": "adult", "n": 2}}


def test_a_literal_decision_becomes_the_variable_of_its_name(walk: Walk) -> None:
    run = walked(walk, asking("next"), {"r.dmn": ROUNDS}, n=1)

    assert run.user_tasks()[0].data == {"n": 1, "next": 2}


def test_the_run_tells_what_was_decided_and_why(walk: Walk) -> None:
    run = walked(walk, asking("kind"), {"r.dmn": ROUNDS}, age=7)

    told = run.decided()[0]
    assert (told.element, told.decision, told.value) == ("rule", "kind", {"kind": "child", "n": 1})
    assert told.steps == (
        {
            "decision": "kind",
            "name": "Вид",
            "inputs": {"age": 7},
            "rules": [{"number": 1, "note": "ҚР"}],
            "value": {"kind": "child", "n": 1},
        },
    )
    assert told.warnings == ()


def test_a_decision_may_come_from_another_file_than_the_one_it_requires(walk: Walk) -> None:
    common = definitions(input_data("age", "age", "number"), namespace="urn:common")
    own = definitions(
        '<import name="" namespace="urn:common" importType="dmn"/>',
        decision("old", "old", literal("age > 60"), inputs=["urn:common#age"]),
    )

    run = walked(walk, asking("old"), {"own.dmn": own, "common.dmn": common}, age=61)

    assert run.user_tasks()[0].data["old"] is True


@pytest.mark.parametrize(("data", "error"), [({"age": "seven"}, InputTypeError), ({"age": 18}, RulesConflictError)])
def test_a_decision_that_cannot_be_made_names_the_task(walk: Walk, data: dict[str, object], error: type) -> None:
    rules = definitions(decision("kind", "kind", table("<= 18 | 1\n>= 18 | 2", inputs=["age: number"])))

    with pytest.raises(error) as failed:
        walked(walk, asking("kind"), {"r.dmn": rules}, **data)

    assert failed.value.element == "rule"


def test_a_decision_that_no_file_has_is_refused_at_its_task(walk: Walk) -> None:
    with pytest.raises(DiagramError, match="no such decision") as refused:
        walked(walk, asking("nobody"), {"r.dmn": ROUNDS})

    assert refused.value.element == "rule"


def test_a_fault_in_a_table_is_refused_at_its_cell(walk: Walk) -> None:
    rules = definitions(decision("kind", "kind", table("<< 18 | 1", inputs=["age"])))

    with pytest.raises(DiagramError) as refused:
        walked(walk, asking("kind"), {"r.dmn": rules})

    assert refused.value.element == "r1_c1"


def test_decisions_are_read_once_with_the_definition(walk: Walk) -> None:
    files = {"p.bpmn": diagram("start -> rule -> a -> end", rule=asking("kind")), "r.dmn": ROUNDS}

    first = parse(files, "p", "business-rules")

    assert parse(files, "p", "business-rules") is first


def test_a_restored_run_decides_with_the_decisions_of_its_definition(walk: Walk) -> None:
    process = diagram("start -> a -> rule -> b -> end", rule=asking("kind"))
    walk.definition = read_definition({"p.bpmn": process, "r.dmn": ROUNDS}, "p")
    before = Run.start(walk.definition, walk.world, {"age": 7})
    before.settle()

    run = Run.restore(walk.definition, walk.world, before.snapshot())
    run.complete(run.user_tasks()[0].task_id, {"age": 20})
    run.settle()

    assert run.data["kind"] == "adult"
    assert [each.element for each in run.decided()] == ["rule"]


def test_today_in_a_decision_is_the_day_of_the_clock(walk: Walk) -> None:
    rules = definitions(
        decision("d", "d", table('< @"2026-01-01" | "old"\n>= @"2026-01-01" | "new"', inputs=["today()"]))
    )

    with using(StandingClock(walk.clock.now().replace(year=2025))):
        run = walked(walk, asking("d"), {"r.dmn": rules})

    assert run.user_tasks()[0].data == {"d": "old"}


def test_a_decision_is_made_for_every_item_of_a_list(walk: Walk) -> None:
    task = for_each(asking("kind", into="found"), "people", "age", output="kinds", result="found")
    process = diagram("start -> rule -> a -> end", rule=task)
    walk.definition = read_definition({"p.bpmn": process, "r.dmn": ROUNDS}, "p")

    run = Run.start(walk.definition, walk.world, {"people": [7, 30]})
    run.settle()

    assert [found["kind"] for found in run.user_tasks()[0].data["kinds"]] == ["child", "adult"]
    assert [told.value["n"] for told in run.decided()] == [1, 2]
