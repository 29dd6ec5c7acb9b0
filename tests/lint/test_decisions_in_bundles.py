"""Decisions are linted with the diagrams that ask them."""

from app.engine.lint import lint
from tests.dmn import decision, definitions, literal, table
from tests.unit.engine.diagrams import Node, diagram

ASK = Node(
    "businessRuleTask",
    "<bpmn:extensionElements><spiffworkflow:calledDecisionId>d</spiffworkflow:calledDecisionId></bpmn:extensionElements>",
)
PROCESS = diagram("start -> rule -> end", rule=ASK)
GOOD = definitions(decision("d", "d", literal("1")))
IMPORTING = definitions(
    '<import name="c" namespace="urn:c"/>', decision("d", "d", literal("c.k"), decisions=["urn:c#k"])
)


def found(files, *, standalone=False):
    return [(each.file, each.element, each.rule, each.severity) for each in lint(files, standalone=standalone)]


def errors(files, *, standalone=False):
    return [each for each in found(files, standalone=standalone) if each[3] == "error"]


def test_a_diagram_and_its_decision_are_one_bundle():
    assert errors({"p.bpmn": PROCESS, "d.dmn": GOOD}) == []


def test_all_faults_of_the_decisions_are_told_once_at_their_cells():
    rules = definitions(decision("d", "d", table("[1.. | 1\n2 | f()", inputs=["x"])))

    assert errors({"p.bpmn": PROCESS, "d.dmn": rules}) == [
        ("d.dmn", "r1_c1", "decision.expression", "error"),
        ("d.dmn", "r2_c2", "decision.expression", "error"),
    ]


def test_a_decision_file_that_imports_another_is_only_warned_of_alone():
    common = definitions(decision("k", "k", literal("1")), namespace="urn:c")

    assert errors({"d.dmn": IMPORTING}, standalone=True) == []
    assert ("d.dmn", "d", "decision.elsewhere", "warning") in found({"d.dmn": IMPORTING}, standalone=True)
    assert errors({"d.dmn": IMPORTING}) == [("d.dmn", "d", "decision.elsewhere", "error")]
    assert errors({"p.bpmn": PROCESS, "d.dmn": IMPORTING, "c.dmn": common}) == []


def test_decisions_of_a_thousand_files_are_looked_at_in_one_go():
    files = {f"{n}.dmn": definitions(decision(f"d{n}", "d", literal("1 +")), namespace=f"urn:{n}") for n in range(1000)}

    assert len(errors(files)) == 1000
