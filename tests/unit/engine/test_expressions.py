"""What expressions and scripts of a diagram can do, and how they fail."""

from typing import Any

import pytest
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.spiff.parser import SpiffBpmnParser

from app.domain.errors import AutomationError
from app.domain.texts import LANGUAGES, Text
from app.engine.expressions import ExpressionError, SafeEnv, ScriptEngine


def deadline(rule: str, anchor: str) -> str:
    return f"{anchor[:10]}T18:30:00+05:00" if rule == "reception.brief" else "2026-01-01T00:00:00+05:00"


class NoSuchRuleError(AutomationError):
    """A rule that the office does not have."""

    message = Text(kk="Ереже жоқ: {rule}.", ru="Нет правила {rule}.", en="No rule {rule}.")


def failing(rule: str) -> str:
    raise NoSuchRuleError(rule=rule)


def crashing() -> str:
    raise RuntimeError("950101300123")


@pytest.fixture
def env() -> SafeEnv:
    return SafeEnv({"deadline": deadline, "failing": failing, "crashing": crashing})


def data() -> dict[str, Any]:
    return {
        "total": 6,
        "decision": "appoint",
        "registered_at": "2026-11-16T10:00:00+05:00",
        "doc": {"n": 1, "author": {"role": "controller"}, "items": ["a"]},
        "bodies": [{"id": 7, "name": "ЖКХ", "late": True}, {"id": 9, "name": "Занятость", "late": False}],
        "numbers": [3, 1, 2],
        "nothing": None,
        "len": "a form field with the name of a function",
    }


FEATURES = {
    "total == 6 and doc.n == 1": True,
    "doc.author.role == 'controller'": True,
    "doc['author']['role']": "controller",
    "doc.get('missing', 'none')": "none",
    "doc.items": ["a"],
    "doc.items()": [["n", 1], ["author", {"role": "controller"}], ["items", ["a"]]],
    "'n' in doc and 'x' not in doc": True,
    "decision in ['appoint', 'refuse']": True,
    "decision in {'appoint', 'refuse'}": True,
    "[body.name for body in bodies if body.late]": ["ЖКХ"],
    "[i * j for i in numbers for j in numbers if i < j]": [3, 2, 6],
    "{body.name: body.id for body in bodies}": {"ЖКХ": 7, "Занятость": 9},
    "[name for name, value in doc.items() if value == 1]": ["n"],
    "[[i, n] for i, n in enumerate(numbers, 1)]": [[1, 3], [2, 1], [3, 2]],
    "sum([body.id for body in bodies])": 16,
    "len(bodies) > 1": True,
    "max(numbers) - min(numbers)": 2,
    "min([], default=0)": 0,
    "sorted(numbers, reverse=True)": [3, 2, 1],
    "sorted(set([3, 3, 1]))": [1, 3],
    "any([body.late for body in bodies]) and not all([body.late for body in bodies])": True,
    "0 < total <= 6 != 7": True,
    "'много' if total > 5 else 'мало'": "много",
    "f'{decision}: {total} из {len(bodies)}'": "appoint: 6 из 2",
    "'a' + str(total) + 'b'": "a6b",
    "', '.join([body.name for body in bodies]).upper()": "ЖКХ, ЗАНЯТОСТЬ",
    "' Личный  приём '.strip().split()": ["Личный", "приём"],
    "'2026-11-16'.replace('-', '.').startswith('2026.')": True,
    "numbers[-1] + numbers[0]": 5,
    "numbers[1:] + [9]": [1, 2, 9],
    "registered_at[:10]": "2026-11-16",
    "registered_at < '2026-12-01'": True,
    "nothing is None and total is not None": True,
    "nothing == None or nothing.x": True,
    "total % 4 + total // 4 + 2 ** 3": 11,
    "round(total / 4, 1)": 1.5,
    "int('12') + float('0.5') + abs(-1)": 13.5,
    "bool(numbers) == True": True,
    "list(range(0, 10, 4))": [0, 4, 8],
    "zip(numbers, ['a', 'b'])": [[3, "a"], [1, "b"]],
    "reversed(numbers)": [2, 1, 3],
    "dict(a=1, b=[2])": {"a": 1, "b": [2]},
    "deadline('reception.brief', registered_at)": "2026-11-16T18:30:00+05:00",
    "deadline(rule='reception.brief', anchor=registered_at)": "2026-11-16T18:30:00+05:00",
    "len([1, 2])": 2,
    "  total\n": 6,
    '"PT5M"': "PT5M",
    "-total": -6,
    "not total": False,
    "numbers == [3, 1, 2] and doc != {}": True,
}


@pytest.mark.parametrize("source", FEATURES)
def test_an_expression_gives_what_python_would(env, source):
    assert env.evaluate(source, data()) == FEATURES[source]


def test_expressions_do_not_change_the_data_and_share_nothing_with_them(env):
    variables = data()

    result = env.evaluate("doc", variables)
    result["n"] = 99

    assert variables == data()


def test_a_nearer_context_wins_over_the_data(env):
    assert env.evaluate("total", {"total": 1}, {"total": 2}) == 2


SCRIPTS = {
    "total = 0\nfor n in numbers:\n    total += n": {"total": 6, "n": 2},
    "late = []\nfor body in bodies:\n    if body.late:\n        late.append(body.name)": {"late": ["ЖКХ"]},
    "doc.n = 5\ndoc['n'] += 1\ndoc.author.role = 'head'": {
        "doc": {"n": 6, "author": {"role": "head"}, "items": ["a"]},
    },
    "numbers[0] = 8\nnumbers[0] -= 1\nnumbers.sort()": {"numbers": [1, 2, 7]},
    "a, b = numbers[1:]": {"a": 1, "b": 2},
    "a = b = 4": {"a": 4, "b": 4},
    "for n in range(10):\n    if n == 2:\n        continue\n    if n == 4:\n        break": {"n": 4},
    "doc.update(dict(x=1))\ny = doc.pop('n')": {
        "y": 1,
        "doc": {"author": {"role": "controller"}, "items": ["a"], "x": 1},
    },
    "groups = {}\nfor body in bodies:\n    groups.setdefault(str(body.late), []).append(body.id)": {
        "groups": {"True": [7], "False": [9]},
    },
    "\n        total = 1\n        total -= 3\n    ": {"total": -2},
    "pass": {},
    "if total > 5:\n    size = 'big'\nelif total > 2:\n    size = 'middle'\nelse:\n    size = 'small'": {"size": "big"},
    "x = [1]\ny = x\ny.append(2)": {"x": [1, 2], "y": [1, 2]},
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_leaves_its_variables(env, script):
    variables = data()

    env.execute(script, variables)

    assert {name: variables[name] for name in SCRIPTS[script]} == SCRIPTS[script]


def test_a_script_does_not_reach_into_values_that_others_hold(env):
    shared = {"n": 1}
    variables = {"doc": shared}

    env.execute("doc.n = 2", variables)

    assert shared == {"n": 1}
    assert variables == {"doc": {"n": 2}}


def test_two_variables_of_a_script_do_not_share_a_list_afterwards(env):
    variables: dict[str, Any] = {}
    env.execute("x = [1]\ny = x", variables)

    variables["x"].append(2)

    assert variables["y"] == [1]


def test_a_script_that_fails_changes_nothing(env):
    variables = data()

    with pytest.raises(ExpressionError):
        env.execute("doc.n = 2\ntotal = 7\nx = 1 / 0", variables)

    assert variables == data()


def test_the_names_that_an_expression_needs_are_those_from_outside(env):
    assert env.names("[person.name for person in people if person.age > limit]", "eval") == {"people", "limit"}
    assert env.names("person + sum([person for person in people])", "eval") == {"person", "people"}
    assert env.names("total = sum([each for each in rows])\nrest = total - paid", "exec") == {"rows", "paid"}


def test_functions_win_over_data_and_their_names_are_known(env):
    assert {"len", "deadline"} <= env.reserved
    assert "total" not in env.reserved


def test_the_variables_of_an_expression_are_known(env):
    assert env.names("deadline(rule, registered_at) > total", "eval") == {"rule", "registered_at", "total"}


def test_the_variables_that_a_script_sets_itself_are_not_among_those_it_needs(env):
    assert env.names("x = total\ny = x", "exec") == {"total"}


@pytest.mark.parametrize("source", ["total ==", "while True", "x = 1", "doc.pop('n')", "PT${total}H", ""])
def test_validation_refuses_what_is_not_an_expression(env, source):
    with pytest.raises(ExpressionError):
        env.validate(source, "eval")


def test_validation_accepts_what_can_be_evaluated_later(env):
    env.validate("not_yet_known > 3", "eval")
    env.validate("x = not_yet_known\nx += 1", "exec")


def test_an_error_names_the_line_in_three_languages(env):
    with pytest.raises(ExpressionError) as failed:
        env.execute("a = 1\n\nb = missing + 1", {})

    error = failed.value
    assert error.line == 3
    assert [error.text.in_(language).split(":")[0] for language in LANGUAGES] == [
        "Өрнекте қате бар, 3-жол",
        "Ошибка в выражении, строка 3",
        "Error in an expression, line 3",
    ]
    assert "«missing»" in error.text.kk
    assert "«missing»" in error.text.ru


def test_a_syntax_error_names_its_line(env):
    with pytest.raises(ExpressionError) as failed:
        env.validate("a = 1\nb = = 2", "exec")

    assert failed.value.line == 2


REASONS = {
    "1 / 0": "деление на ноль",
    "total + decision": "number, text",
    "doc.missing": "«missing»",
    "doc['missing']": "нет такого поля",
    "numbers[7]": "нет такого поля или элемента",
    "decision.append(1)": "меняет данные",
    "decision.get('x')": "«.get()»",
    "decision.nonsense()": "«.nonsense()»",
    "deadline()": "других значений",
    "unknown(1)": "«unknown»",
    "int('x')": "не подходит",
    "failing('reception.brief')": "Нет правила reception.brief.",
    "crashing()": "не выполнилась",
    "(n for n in numbers)": "[…]",
    "10 ** 10 ** 10": "слишком большой",
    "[i for i in range(19999)]": "слишком долгое",
}


@pytest.mark.parametrize("source", REASONS)
def test_a_reason_is_given_in_words(env, source):
    with pytest.raises(ExpressionError) as failed:
        env.evaluate(source, data())

    assert REASONS[source] in failed.value.text.ru


@pytest.mark.parametrize(
    "source", ["crashing()", "int(iin)", "doc[iin]", "iin + 1", "{iin: 1}[0]", "deadline(iin)", "iin()"]
)
def test_neither_a_message_nor_its_cause_shows_data(env, source):
    with pytest.raises(ExpressionError) as failed:
        env.evaluate(source, {"iin": "950101300123x", "doc": {}})

    assert "950101300123" not in str(failed.value)
    assert failed.value.__cause__ is None
    assert failed.value.__context__ is None


def test_a_long_expression_is_shortened_in_the_message(env):
    with pytest.raises(ExpressionError) as failed:
        env.evaluate("missing + " + " + ".join(["1"] * 50) + " " * 3000, {})

    assert len(failed.value.text.ru) < 400


DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="x"
  xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core">
<bpmn:process id="p" isExecutable="true">
  <bpmn:startEvent id="s"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
  <bpmn:scriptTask id="count"><bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing>
    <bpmn:script>
      total = 0
      for x in items:
          total += x
    </bpmn:script></bpmn:scriptTask>
  <bpmn:exclusiveGateway id="enough" default="f4"><bpmn:incoming>f2</bpmn:incoming>
    <bpmn:outgoing>f3</bpmn:outgoing><bpmn:outgoing>f4</bpmn:outgoing></bpmn:exclusiveGateway>
  <bpmn:manualTask id="yes"><bpmn:incoming>f3</bpmn:incoming><bpmn:outgoing>f5</bpmn:outgoing></bpmn:manualTask>
  <bpmn:intermediateCatchEvent id="wait"><bpmn:incoming>f4</bpmn:incoming><bpmn:outgoing>f6</bpmn:outgoing>
    <bpmn:timerEventDefinition id="t"><bpmn:timeDate xsi:type="bpmn:tFormalExpression">deadline("reception.brief",
      registered_at)</bpmn:timeDate></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>
  <bpmn:endEvent id="e1"><bpmn:incoming>f5</bpmn:incoming></bpmn:endEvent>
  <bpmn:endEvent id="e2"><bpmn:incoming>f6</bpmn:incoming></bpmn:endEvent>
  <bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="count"/>
  <bpmn:sequenceFlow id="f2" sourceRef="count" targetRef="enough"/>
  <bpmn:sequenceFlow id="f3" sourceRef="enough" targetRef="yes"><bpmn:conditionExpression
    xsi:type="bpmn:tFormalExpression">total &gt;= limit</bpmn:conditionExpression></bpmn:sequenceFlow>
  <bpmn:sequenceFlow id="f4" sourceRef="enough" targetRef="wait"/>
  <bpmn:sequenceFlow id="f5" sourceRef="yes" targetRef="e1"/>
  <bpmn:sequenceFlow id="f6" sourceRef="wait" targetRef="e2"/>
</bpmn:process></bpmn:definitions>"""


@pytest.fixture
def workflow(env) -> BpmnWorkflow:
    parser = SpiffBpmnParser()
    parser.add_bpmn_str(DIAGRAM.encode())
    workflow = BpmnWorkflow(parser.get_spec("p"), {}, script_engine=ScriptEngine(env))
    workflow.task_tree.data.update({"items": [1, 2, 3], "registered_at": "2999-11-16T10:00:00+05:00", "limit": 6})
    return workflow


def waiting_at(workflow: BpmnWorkflow) -> list[str]:
    return [task.task_spec.name for task in workflow.get_tasks() if task.state in (8, 16)]


def test_spiffworkflow_runs_scripts_and_conditions_through_the_sandbox(workflow):
    workflow.do_engine_steps()

    assert waiting_at(workflow) == ["yes"]


def test_spiffworkflow_waits_for_the_moment_that_a_function_gives(workflow):
    workflow.task_tree.data["limit"] = 7

    workflow.do_engine_steps()

    timer = next(iter(workflow.event_manager.tasks.values()))
    assert timer.internal_data["event_value"] == "2999-11-16T18:30:00+05:00"


def test_an_error_within_a_run_names_the_element_of_the_diagram(workflow):
    del workflow.task_tree.data["limit"]

    with pytest.raises(ExpressionError) as failed:
        workflow.do_engine_steps()

    assert failed.value.element == "enough"
    assert "«enough»" in failed.value.text.kk


def test_an_error_in_a_script_names_the_task_and_the_line(workflow):
    workflow.task_tree.data["items"] = [1, "x"]

    with pytest.raises(ExpressionError) as failed:
        workflow.do_engine_steps()

    assert (failed.value.element, failed.value.line) == ("count", 4)


def test_a_call_of_a_service_is_refused_by_name(workflow, env):
    task = next(iter(workflow.get_tasks()))

    with pytest.raises(ExpressionError) as failed:
        ScriptEngine(env).call_service(task, operation_name="x", operation_params={}, context=task)

    assert "службу" in failed.value.text.ru


def test_decision_tables_learn_of_bad_cells_by_a_syntax_error(env):
    with pytest.raises(SyntaxError):
        ScriptEngine(env).validate("> 3")
