"""Decision tables: every hit policy, inputs and outputs of many kinds, what is refused while a decision is made."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.decisions import read_decisions
from app.engine.decisions.errors import (
    AggregationError,
    InputTypeError,
    RulesConflictError,
    UnknownDecisionError,
    ValueNotAllowedError,
)
from tests.dmn import decision, definitions, input_data, literal, table


def made(body, variables, *more):
    return read_decisions(definitions(decision("d", "d", body), *more), "d.dmn").evaluate("d", variables)


AGES = """
    < 18     | "ребёнок"
    [18..63) | "взрослый"
    >= 63    | "пенсионер"
"""


@pytest.mark.parametrize(("age", "kind"), [(7, "ребёнок"), (18, "взрослый"), (62.9, "взрослый"), (63, "пенсионер")])
def test_a_unique_table_gives_the_rule_that_matches(age, kind):
    assert made(table(AGES, inputs=["age"]), {"age": age}) == kind


def test_without_a_matching_rule_the_value_is_null():
    assert made(table(AGES, inputs=["age"]), {"age": None}) is None


def test_without_a_matching_rule_the_default_output_holds():
    body = table(AGES, inputs=["age"], default='"неизвестно"')

    assert made(body, {"age": None}) == "неизвестно"


def test_two_matching_rules_of_a_unique_table_are_an_error_that_names_them():
    body = table("< 10 | 1\n< 20 | 2\n> 5 | 3", inputs=["x"])

    with pytest.raises(RulesConflictError) as conflict:
        made(body, {"x": 15})

    assert "2, 3" in conflict.value.text.ru
    assert conflict.value.cell == "table"


OVERLAPPING = """
    > 0  | "c" | 1
    > 10 | "a" | 2
    > 20 | "b" | 3
"""
SEVERAL = {
    "FIRST": {"name": "c", "n": 1},
    "PRIORITY": {"name": "a", "n": 2},
    "RULE ORDER": [{"name": "c", "n": 1}, {"name": "a", "n": 2}, {"name": "b", "n": 3}],
    "OUTPUT ORDER": [{"name": "a", "n": 2}, {"name": "b", "n": 3}, {"name": "c", "n": 1}],
    "COLLECT": [{"name": "c", "n": 1}, {"name": "a", "n": 2}, {"name": "b", "n": 3}],
}


@pytest.mark.parametrize("policy", SEVERAL)
def test_a_hit_policy_says_what_several_matching_rules_give(policy):
    body = table(
        OVERLAPPING,
        inputs=["x"],
        outputs=["name", "n"],
        policy=policy,
        values={"name": '"a", "b", "c"', "n": "3, 2, 1"},
    )

    assert made(body, {"x": 25}) == SEVERAL[policy]


def test_of_equal_priority_in_the_first_output_the_second_decides():
    body = table(
        '- | "a" | 1\n- | "a" | 2',
        inputs=["x"],
        outputs=["name", "n"],
        policy="PRIORITY",
        values={"name": '"a", "b"', "n": "2, 1"},
    )

    assert made(body, {"x": 0}) == {"name": "a", "n": 2}


def test_the_priority_may_come_from_the_type_of_the_output():
    kinds = '<itemDefinition name="tKind"><typeRef>string</typeRef><allowedValues><text>"high", "low"</text>'
    body = table('- | "low"\n- | "high"', inputs=["x"], outputs=["kind: tKind"], policy="PRIORITY")

    assert made(body, {"x": 0}, kinds + "</allowedValues></itemDefinition>") == "high"


def test_rules_of_an_any_table_may_overlap_while_they_agree():
    body = table("< 10 | 1\n< 20 | 1\n> 15 | 2", inputs=["x"], policy="ANY")

    assert made(body, {"x": 5}) == 1
    with pytest.raises(RulesConflictError, match="2, 3"):
        made(body, {"x": 17})


@pytest.mark.parametrize(
    ("aggregation", "value", "nothing"),
    [("SUM", 9, None), ("MIN", 2, None), ("MAX", 4, None), ("COUNT", 3, 0), ("", [3, 2, 4], [])],
)
def test_a_collecting_table_puts_the_outputs_together(aggregation, value, nothing):
    body = table("> 0 | 3\n> 0 | 2\n> 0 | 4", inputs=["x"], policy="COLLECT", aggregation=aggregation)

    assert made(body, {"x": 1}) == value
    assert made(body, {"x": 0}) == nothing


def test_what_cannot_be_added_up_is_an_error():
    body = table('- | 1\n- | "a"', inputs=["x"], policy="COLLECT", aggregation="SUM")

    with pytest.raises(AggregationError):
        made(body, {"x": 1})


def test_a_cell_may_compare_with_another_variable_and_an_output_may_compute():
    rules = "> limit | - | x - limit\n<= limit | - | 0"

    assert made(table(rules, inputs=["x", "limit"]), {"x": 7, "limit": 5}) == 2


def test_inputs_may_be_expressions():
    rules = '"қ" | true | 1\nnot("қ") | - | 2'
    body = table(rules, inputs=["substring(name, 1, 1)", "string length(name) > 3"])

    assert made(body, {"name": "қала"}) == 1
    assert made(body, {"name": "ауыл"}) == 2


def test_a_day_comes_from_the_process_as_text():
    body = table('[@"2026-01-01"..@"2026-12-31"] | 2026\n> @"2026-12-31" | 2027', inputs=["day: date"])

    assert made(body, {"day": "2026-11-27"}) == 2026
    assert made(body, {"day": "2027-02-01T10:00:00+05:00"}) == 2027


def test_days_and_durations_leave_as_text():
    answer = read_decisions(
        definitions(decision("d", "d", literal('[@"2026-01-31" + @"P1M", @"P1DT2H", 1/4, 2/1]'))), "d"
    )

    assert answer.evaluate("d", {}) == ["2026-02-28", "P1DT2H", 0.25, 2]


@pytest.mark.parametrize("value", ["19", True, [1, 2], {"a": 1}])
def test_an_input_of_another_type_is_an_error_at_its_column(value):
    with pytest.raises(InputTypeError) as wrong:
        made(table(AGES, inputs=["age: number"]), {"age": value})

    assert wrong.value.cell == "i1"
    assert "number" in wrong.value.text.kk


def test_an_input_that_is_not_allowed_is_an_error_that_shows_it():
    body = table('"a" | 1\n"b" | 2', inputs=["x: string"], values={"x": '"a", "b"'})

    with pytest.raises(ValueNotAllowedError, match='"c"'):
        made(body, {"x": "c"})


def test_an_output_that_is_not_allowed_is_an_error():
    body = table("- | x", inputs=["x"], outputs=["o"], values={"o": "1, 2"})

    assert made(body, {"x": 2}) == 2
    with pytest.raises(ValueNotAllowedError):
        made(body, {"x": 3})


def test_an_unknown_decision_is_refused_by_name():
    with pytest.raises(UnknownDecisionError, match="nobody"):
        read_decisions(definitions(decision("d", "d", literal("1"))), "d").evaluate("nobody", {})


def test_the_answer_tells_inputs_rules_annotations_and_warnings():
    body = table('< 18 | "child" # КТЕК 12\n- | "any"', inputs=["age"], policy="FIRST")
    decisions = read_decisions(definitions(decision("d", "Возраст", body)), "d.dmn")

    answer = decisions.explain("d", {"age": 7})
    without = decisions.explain("d", {})

    step = answer.steps[0]
    assert (step.decision, step.name, step.value) == ("d", "Возраст", "child")
    assert step.inputs == (("age", 7),)
    assert step.rules == ((1, "КТЕК 12"),)
    assert answer.warnings == ()
    assert "«age»" in without.warnings[0].ru


@pytest.mark.parametrize(
    ("body", "value", "expected"),
    [
        (table("- | 1", inputs=["x"], outputs=["total"]), 1, {"total": 1}),
        (table("- | 1 | 2", inputs=["x"], outputs=["a", "b"]), {"a": 1, "b": 2}, {"a": 1, "b": 2}),
        (table("- | 1 | 2", inputs=["x"], outputs=["a", "b"]), None, {"a": None, "b": None}),
        (table("- | 1", inputs=["x"]), 1, {"Имя": 1}),
        (literal("1"), 1, {"Имя": 1}),
        (literal("{a: 1}"), {"a": 1}, {"a": 1}),
    ],
)
def test_a_result_becomes_variables_by_the_names_of_the_outputs(body, value, expected):
    decisions = read_decisions(definitions(decision("d", "Имя", body)), "d.dmn")

    assert decisions.variables_of("d", value) == expected


def test_a_name_of_several_words_gives_way_to_the_id_of_the_decision():
    decisions = read_decisions(definitions(decision("term", "Срок ответа", literal("5"))), "d.dmn")

    assert decisions.variables_of("term", 5) == {"term": 5}


AS_AN_EDITOR_DRAWS = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:biodi="http://bpmn.io/schema/dmn/biodi/2.0"
  xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" id="Definitions_1" name="DRD"
  namespace="http://camunda.org/schema/1.0/dmn" exporter="Camunda Modeler" exporterVersion="5.0">
 <decision id="term" name="Срок ответа">
  <decisionTable id="DecisionTable_1" biodi:annotationsWidth="200">
   <input id="Input_1" label="Вид" biodi:width="192">
    <inputExpression id="E1" typeRef="string" expressionLanguage="feel"><text>kind</text></inputExpression>
    <inputValues id="UnaryTests_0"><text>"жалоба","запрос"</text></inputValues>
   </input>
   <input id="Input_2"><inputExpression id="E2" typeRef="integer"><text>age</text></inputExpression></input>
   <output id="Output_1" label="Дней" name="days" typeRef="integer" />
   <rule id="Rule_1"><description>АППК</description>
    <inputEntry id="U1"><text>"жалоба"</text></inputEntry><inputEntry id="U2"><text></text></inputEntry>
    <outputEntry id="L1"><text>20</text></outputEntry>
   </rule>
   <rule id="Rule_2">
    <inputEntry id="U3"><text>"запрос"</text></inputEntry><inputEntry id="U4"><text>&gt;= 63</text></inputEntry>
    <outputEntry id="L2"><text>3</text></outputEntry>
   </rule>
  </decisionTable>
 </decision>
 <dmndi:DMNDI><dmndi:DMNDiagram><dmndi:DMNShape dmnElementRef="term"/></dmndi:DMNDiagram></dmndi:DMNDI>
</definitions>""".encode()


def test_a_table_is_read_as_the_usual_editor_draws_it():
    decisions = read_decisions(AS_AN_EDITOR_DRAWS, "d.dmn")

    answer = decisions.explain("term", {"kind": "жалоба", "age": 30})

    assert answer.value == 20
    assert answer.steps[0].inputs == (("Вид", "жалоба"), ("age", 30))
    assert answer.steps[0].rules == ((1, "АППК"),)
    assert decisions.variables_of("term", decisions.evaluate("term", {"kind": "запрос", "age": 70})) == {"days": 3}


def test_a_large_table_is_not_stopped_by_the_budget():
    rules = "\n".join(f"[{n}..{n + 1}) | {n} | {n}" for n in range(2000))
    decisions = read_decisions(definitions(decision("d", "d", table(rules, inputs=["x", "y"]))), "d.dmn")

    assert decisions.evaluate("d", {"x": 1999.5, "y": 1999}) == 1999


def test_input_data_give_their_types_to_the_variables_of_the_process():
    parts = [input_data("i", "Дата рождения", "date"), decision("d", "d", literal("Дата рождения.year"), inputs=["i"])]

    assert (
        read_decisions(definitions(*parts), "d").evaluate("d", {"Дата рождения": "1980-05-06"}) == date(1980, 5, 6).year
    )


POINTS = st.integers(0, 20)
ROWS = st.lists(st.tuples(POINTS, POINTS, st.integers(-5, 5)), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(ROWS, POINTS)
def test_collecting_first_and_rule_order_agree_with_each_other(rows, x):
    rules = "\n".join(f"[{min(a, b)}..{max(a, b)}] | {value}" for a, b, value in rows)
    matching = [value for a, b, value in rows if min(a, b) <= x <= max(a, b)]

    def value(policy, aggregation=""):
        return made(table(rules, inputs=["x"], policy=policy, aggregation=aggregation), {"x": x})

    assert value("COLLECT") == value("RULE ORDER") == matching
    assert value("COLLECT", "COUNT") == len(matching)
    assert value("COLLECT", "SUM") == (sum(matching) if matching else None)
    assert value("COLLECT", "MIN") == min(matching, default=None)
    assert value("COLLECT", "MAX") == max(matching, default=None)
    assert value("FIRST") == (matching[0] if matching else None)


@settings(max_examples=60, deadline=None)
@given(ROWS, POINTS)
def test_a_unique_table_has_a_value_exactly_where_no_two_rules_match(rows, x):
    rules = "\n".join(f"[{min(a, b)}..{max(a, b)}] | {value}" for a, b, value in rows)
    matching = [value for a, b, value in rows if min(a, b) <= x <= max(a, b)]
    decisions = read_decisions(definitions(decision("d", "d", table(rules, inputs=["x"]))), "d.dmn")

    try:
        found = [decisions.evaluate("d", {"x": x})]
    except RulesConflictError:
        found = ["conflict"]

    assert found == (["conflict"] if len(matching) > 1 else matching or [None])
