"""What a DMN file may not hold is refused at its element, all faults at once."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from app.engine.decisions import all_problems, problems, read_decisions
from app.engine.decisions.errors import DecisionTooCostlyError
from app.engine.errors import DiagramError
from app.engine.xml import DiagramXmlError
from tests.dmn import context, decision, definitions, input_data, knowledge, literal, needs, table, typed
from tests.unit.engine.decisions.test_decision_graphs import LOAN

ONE = ["x"]


def lone(body, **needed):
    return definitions(decision("d", "d", body, **needed))


FAULTS = {
    "a cell that cannot be read": (lone(table("[1.. | 1", inputs=ONE)), "r1_c1", "decision.expression"),
    "a result that cannot be read": (lone(table("1 | 1 +", inputs=ONE)), "r1_c2", "decision.expression"),
    "an unknown name in a cell": (lone(table("> limit | 1", inputs=ONE)), "r1_c1", "decision.expression"),
    "an unknown name in a result": (lone(table("> 1 | y", inputs=ONE)), "r1_c2", "decision.expression"),
    "an unknown function": (lone(literal("f(1)", "e")), "e", "decision.expression"),
    "an expression that is not there": (lone(literal("", "e")), "e", "decision.expression"),
    "a decision without an expression": (lone(""), "d", "decision.empty"),
    "a model without an expression": (
        definitions(knowledge("b", "b", [], ""), decision("d", "d", literal("1"))),
        "b",
        "decision.empty",
    ),
    "a hit policy that nobody knows": (lone(table("1 | 1", inputs=ONE, policy="BEST")), "table", "decision.hit_policy"),
    "an aggregation of unique rules": (
        lone(table("1 | 1", inputs=ONE, aggregation="SUM")),
        "table",
        "decision.aggregation",
    ),
    "an aggregation of two outputs": (
        lone(table("1 | 1 | 2", inputs=ONE, outputs=["a", "b"], policy="COLLECT", aggregation="SUM")),
        "table",
        "decision.aggregation",
    ),
    "priorities without an order": (
        lone(table("1 | 1", inputs=ONE, policy="PRIORITY")),
        "table",
        "decision.priorities",
    ),
    "a row that is too short": (lone(table("1 | 1\n2", inputs=ONE)), "r2", "decision.cells"),
    "a table without results": (lone(table("1", inputs=ONE, outputs=())), "table", "decision.no_output"),
    "two outputs without names": (
        lone(table("1 | 1 | 2", inputs=ONE, outputs=["a", ""])),
        "table",
        "decision.output_name",
    ),
    "a result that is not allowed": (
        lone(table('1 | "c"', inputs=ONE, outputs=["o"], values={"o": '"a", "b"'})),
        "r1_c2",
        "decision.not_allowed",
    ),
    "a type that nobody knows": (lone(table("1 | 1", inputs=["x: tAge"])), "i1", "decision.type"),
    "a requirement that leads nowhere": (lone(literal("1"), inputs=["gone"]), "d", "decision.reference"),
    "decisions in a circle": (
        definitions(
            decision("a", "a", literal("b"), decisions=["b"]), decision("b", "b", literal("a"), decisions=["a"])
        ),
        "a",
        "decision.circle",
    ),
    "two elements with one id": (
        definitions(decision("d", "d", literal("1")), decision("d", "e", literal("2"))),
        "d",
        "decision.duplicate",
    ),
    "two entries with one name": (lone(context(("a", literal("1")), ("a", literal("2")))), "d", "decision.same_name"),
    "a decision without a name": (definitions(decision("d", "", literal("1"))), "d", "decision.no_name"),
    "another language": (
        lone(literal("x > 1", "e").replace("<literalExpression", '<literalExpression expressionLanguage="juel"')),
        "e",
        "decision.language",
    ),
    "a function in Java": (
        lone('<functionDefinition id="f" kind="Java">' + literal("1") + "</functionDefinition>"),
        "f",
        "decision.unsupported",
    ),
    "an element of another kind": (
        definitions(decision("d", "d", literal("1")), '<businessRule id="r"/>'),
        "r",
        "decision.unsupported",
    ),
    "a file without decisions": (definitions(input_data("i", "i")), "file", "decision.none"),
    "a name beyond the requirements": (
        definitions(
            input_data("x", "x"), input_data("y", "y"), decision("d", "d", literal("x + y", "e"), inputs=["x"])
        ),
        "e",
        "decision.expression",
    ),
    "a knowledge model that sees variables": (
        definitions(
            knowledge("b", "b", ["x"], literal("x + y", "e")),
            f'<decision id="d" name="d"><variable name="d"/>{needs(knowledge=["b"])}{literal("b(1)")}</decision>',
        ),
        "e",
        "decision.expression",
    ),
}


@pytest.mark.parametrize(("file", "element", "rule"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_found_at_its_element_and_told_in_three_languages(file, element, rule):
    found = [problem for problem in problems(file, "d.dmn") if problem.severity == "error"]

    assert [(problem.element, problem.rule) for problem in found] == [(element, rule)]
    assert all(found[0].message.as_dict().values())
    with pytest.raises(DiagramError) as refused:
        read_decisions(file, "d.dmn")
    assert refused.value.element == element


def test_all_faults_of_a_file_are_found_at_once():
    file = definitions(
        decision("a", "a", table("[1.. | 1\n> y | f()", inputs=["x: tAge"], policy="BEST")),
        decision("b", "b", ""),
        decision("c", "c", literal("1"), inputs=["gone"]),
    )

    found = {problem.rule for problem in problems(file, "d.dmn")}

    assert found == {
        *("decision.expression", "decision.hit_policy", "decision.type", "decision.empty", "decision.reference")
    }
    assert len(problems(file, "d.dmn")) == 7


def test_rules_with_the_same_conditions_are_a_warning_and_no_refusal():
    file = lone(table("1 | 1\n2 | 2\n1 | 3", inputs=ONE))

    found = problems(file, "d.dmn")

    assert [(each.element, each.rule, each.severity) for each in found] == [("r3", "decision.same_rule", "warning")]
    assert read_decisions(file, "d.dmn").evaluate("d", {"x": 2}) == 2


@pytest.mark.parametrize(
    ("rows", "places"),
    [
        ("[1..10] | 1\n[5..20] | 2", ["r2"]),
        ("< 5 | 1\n>= 5 | 2", []),
        ("<= 5 | 1\n>= 5 | 2", ["r2"]),
        ("[1..5) | 1\n[5..9] | 2\n(9..12] | 3", []),
        ('"a", "b" | 1\n"c" | 2\n"b" | 3', ["r3"]),
        ("1 | 1\n- | 2", ["r2"]),
        ("-3 | 1\n> 0 | 2\n<= -1 | 3", ["r3"]),
        ('@"2026-01-01" | 1\n[@"2025-01-01"..@"2026-01-01") | 2', []),
        ("x + 1 | 1\n2 | 2", []),
        ("not(1) | 1\n1 | 2", []),
    ],
)
def test_rules_of_a_unique_table_that_overlap_are_a_warning(rows: str, places: list[str]) -> None:
    found = problems(lone(table(rows, inputs=ONE)), "d.dmn")

    assert [each.element for each in found if each.rule == "decision.overlap"] == places


def test_a_condition_that_does_not_speak_of_its_column_is_a_warning():
    file = lone(table("y > 1 | - | 1\n? > 1 and y > 1 | - | 2\n> y | - | 3", inputs=["x", "y"]))

    found = problems(file, "d.dmn")

    assert [(each.element, each.rule, each.severity) for each in found] == [("r1_c1", "decision.no_input", "warning")]


def test_a_file_that_imports_another_needs_it():
    own = definitions(
        '<import name="c" namespace="urn:c"/>',
        decision("d", "d", literal("c.k"), decisions=["urn:c#k"], type_="c.tK"),
    )
    common = definitions(typed("tK", "number"), decision("k", "k", literal("1")), namespace="urn:c")

    assert [each.rule for each in problems(own, "own.dmn")] == ["decision.elsewhere", "decision.elsewhere"]
    assert all_problems({"own.dmn": own, "common.dmn": common}) == []


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"no xml",
        b"<!DOCTYPE d [<!ENTITY a 'b'>]><d/>",
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>',
        b'<definitions xmlns="urn:other"/>',
    ],
)
def test_what_is_no_dmn_is_refused_as_a_file(file):
    with pytest.raises(DiagramXmlError):
        problems(file, "d.dmn")


BOMBS = {
    "a function without an end": lone(
        context(
            ("f", '<functionDefinition><formalParameter name="n"/>' + literal("f(n + 1)") + "</functionDefinition>"),
            ("", literal("f(1)")),
        )
    ),
    "a model without an end": definitions(
        knowledge("b", "b", ["n"], literal("b(n + 1)")),
        decision("d", "d", literal("b(1)"), knowledge=["b"]),
    ),
    "a loop": lone(literal("for a in 1..100000, b in 1..100000 return a * b")),
    "a list within itself": lone(
        context(*((f"a{n}", literal(f"[a{n - 1}, a{n - 1}]" if n else "[1, 1]")) for n in range(40)))
    ),
}


@pytest.mark.parametrize("file", BOMBS.values(), ids=BOMBS)
def test_a_decision_that_would_never_end_stops(file):
    decisions = read_decisions(file, "d.dmn")

    with pytest.raises(DecisionTooCostlyError):
        decisions.evaluate("d", {})


def test_a_chain_of_thousands_of_decisions_is_read_and_made():
    chain = [decision("d0", "d0", literal("1"))]
    chain += [decision(f"d{n}", f"d{n}", literal(f"d{n - 1} + 1"), decisions=[f"d{n - 1}"]) for n in range(1, 3000)]

    assert read_decisions(definitions(*chain), "d.dmn").evaluate("d2999", {}) == 3000


def broken(data, file):
    """The file with some elements taken out, doubled, renamed, emptied or robbed of an attribute."""
    tree = etree.fromstring(file)
    for _ in range(data.draw(st.integers(1, 4))):
        nodes = [node for node in tree.iter() if node is not tree]
        node = nodes[data.draw(st.integers(0, len(nodes) - 1))]
        match data.draw(st.sampled_from(["take", "double", "rename", "empty", "rob", "text"])):
            case "take":
                node.getparent().remove(node)
            case "double":
                node.getparent().append(copy.deepcopy(node))
            case "rename":
                node.tag = nodes[data.draw(st.integers(0, len(nodes) - 1))].tag
            case "empty":
                for inner in list(node):
                    node.remove(inner)
            case "rob":
                for name in list(node.attrib)[:1]:
                    del node.attrib[name]
            case _:
                node.text = data.draw(st.sampled_from(["", "(", "x +", "[1..", "?", "#d", "жоқ"]))
    return etree.tostring(tree)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_however_broken_a_file_is_its_problems_are_told(data):
    file = broken(data, LOAN)

    found = problems(file, "d.dmn")

    assert all(all(each.message.as_dict().values()) for each in found)
