"""What a diagram names in its office exists, and the ways through it keep the office's law."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.texts import Text
from app.engine.lint import Law, OfficeNames, Operation, lint
from app.usecases.lint import lint_paths
from tests.lint.diagrams import diagram, flow, process

ROOT = Path(__file__).resolve().parents[2]
KOSTANAY = ROOT / "processes" / "kostanay"
WORDS = Text("Заң.", "Закон.", "Law.")
OFFICE = OfficeNames(
    languages=("kk", "ru"),
    roles=("clerk", "head"),
    deadline_rules=("reply",),
    registers=("R-1",),
    letters=("answer.kk", "answer.ru", "half.ru"),
    documents=("card.kk", "card.ru"),
    operations={
        "letters.write": Operation(frozenset({"template", "role", "rule", "register"}), frozenset({"template"})),
        "documents.make": Operation(frozenset({"kind"}), frozenset({"kind"})),
    },
    forms={"ask": ("answer",)},
)


def properties(**given: str) -> str:
    inner = "".join(f'<spiffworkflow:property name="{name}" value="{value}"/>' for name, value in given.items())
    return f"<spiffworkflow:properties>{inner}</spiffworkflow:properties>"


def extended(*parts: str) -> str:
    return f"<bpmn:extensionElements>{''.join(parts)}</bpmn:extensionElements>"


def ask(**given: str) -> str:
    inner = {"name_kk": "Сұрау", "role": "clerk", **given}
    return f'<bpmn:userTask id="ask" name="Спросить">{extended(properties(**inner))}</bpmn:userTask>'


def call(operation: str, identity: str = "write", **given: str) -> str:
    parameters = "".join(f'<spiffworkflow:parameter id="{name}" value="{value}"/>' for name, value in given.items())
    operator = (
        f'<spiffworkflow:serviceTaskOperator id="{operation}"><spiffworkflow:parameters>{parameters}'
        "</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator>"
    )
    return f'<bpmn:serviceTask id="{identity}">{extended(operator)}</bpmn:serviceTask>'


def drawn(task: str = ask(), service: str = call("letters.write", template="'answer'"), name: str = "Процесс") -> bytes:
    return diagram(
        process(
            f'{extended(properties(name_kk="Процесс"))}<bpmn:startEvent id="begin"/>{task}{service}'
            '<bpmn:endEvent id="done"/>' + flow("begin", "ask") + flow("ask", "write") + flow("write", "done"),
            attributes=f' isExecutable="true" name="{name}"',
        )
    )


def errors(content: bytes, office: OfficeNames = OFFICE) -> set[tuple[str, str]]:
    problems = lint({"p.bpmn": content}, standalone=False, office=office)
    return {(each.rule, each.element) for each in problems if each.severity == "error"}


def test_what_the_office_has_is_no_problem() -> None:
    assert errors(drawn()) == set()


@pytest.mark.parametrize(
    ("content", "rule", "element"),
    [
        (drawn(task=ask(formKey="another")), "office.form_missing", "ask"),
        (drawn(task=ask(name_kk="")), "office.name_kk", "ask"),
        (drawn(task=ask().replace(' name="Спросить"', "")), "office.name_ru", "ask"),
        (drawn(task=ask(role="")), "office.role", "ask"),
        (drawn(task=ask(role="king")), "office.role_unknown", "ask"),
        (drawn(task=ask(due="deadline('never', registered_at)")), "office.deadline_rule_unknown", "ask"),
        (drawn(service=call("letters.burn")), "office.handler_unknown", "write"),
        (drawn(service=call("letters.write")), "office.parameter_missing", "write"),
        (drawn(service=call("letters.write", template="'answer'", to="a")), "office.parameter_unknown", "write"),
        (drawn(service=call("letters.write", template="'gone'")), "office.letter_unknown", "write"),
        (drawn(service=call("letters.write", template="'half'")), "office.letter_unknown", "write"),
        (drawn(service=call("letters.write", template="'answer'", role="'king'")), "office.role_unknown", "write"),
        (
            drawn(service=call("letters.write", template="'answer'", rule="'never'")),
            "office.deadline_rule_unknown",
            "write",
        ),
        (
            drawn(service=call("letters.write", template="'answer'", register="'R-9'")),
            "office.register_unknown",
            "write",
        ),
        (drawn(service=call("documents.make", kind="'gone'")), "office.document_unknown", "write"),
        (drawn(name=""), "office.name_ru", "p"),
    ],
)
def test_what_the_office_has_not_is_told_at_its_element(content: bytes, rule: str, element: str) -> None:
    assert errors(content) == {(rule, element)}


def test_nothing_of_an_office_is_asked_of_a_file_by_itself() -> None:
    problems = lint({"p.bpmn": drawn(task=ask(role="king"))}, standalone=True, office=OFFICE)

    assert [problem.rule for problem in problems] == ["drawing.missing"]


TWO_WAYS = diagram(
    process(
        '<bpmn:startEvent id="begin"/><bpmn:exclusiveGateway id="which" default="which__quiet"/>'
        + call("letters.write", "told", template="'answer'")
        + '<bpmn:subProcess id="quiet"><bpmn:startEvent id="b2"/><bpmn:userTask id="think"/><bpmn:endEvent id="e2"/>'
        + flow("b2", "think")
        + flow("think", "e2")
        + '</bpmn:subProcess><bpmn:endEvent id="good"/><bpmn:endEvent id="bad"/>'
        + flow("begin", "which")
        + flow("which", "told", "kind == 1")
        + flow("which", "quiet")
        + flow("told", "good")
        + flow("quiet", "bad")
    )
)


@pytest.mark.parametrize(
    ("law", "found"),
    [
        (Law("every_path", ("letters.write",), WORDS), {("law.path_without", "bad")}),
        (Law("every_path", ("letters.write", "think"), WORDS), set()),
        (Law("followed_by", ("letters.write",), WORDS, after=("which",)), {("law.not_followed", "which")}),
        (Law("followed_by", ("good",), WORDS, after=("told",)), set()),
        (Law("followed_by", ("bad",), WORDS, after=("think",)), set()),
        (Law("has_term", ("think",), WORDS), {("law.without_term", "think")}),
        (Law("every_path", ("letters.write",), WORDS, process="other"), set()),
    ],
)
def test_the_law_of_an_office_is_asked_of_every_way(law: Law, found: set[tuple[str, str]]) -> None:
    office = replace(OFFICE, languages=(), roles=(), forms={"think": ()}, laws=(law,))

    assert errors(TWO_WAYS, office) == found


def test_a_law_about_steps_that_are_nowhere_is_told() -> None:
    office = replace(OFFICE, languages=(), roles=(), forms={"think": ()}, laws=(Law("has_term", ("gone",), WORDS),))

    rules = [problem.rule for problem in lint({"p.bpmn": TWO_WAYS}, standalone=False, office=office)]

    assert "law.matches_nothing" in rules


def test_the_reception_keeps_the_law_of_its_office() -> None:
    problems = lint_paths([str(KOSTANAY)], standalone=False)

    assert [problem for problem in problems if problem.severity == "error"] == []
    assert [problem for problem in problems if problem.rule == "law.matches_nothing"] == []


def test_the_folder_of_an_office_is_judged_without_a_database(tmp_path: Path) -> None:
    shutil.copytree(KOSTANAY, tmp_path / "processes" / "kostanay")
    shutil.copytree(ROOT / "forms" / "kostanay", tmp_path / "forms" / "kostanay")
    shutil.copytree(ROOT / "processes" / "common", tmp_path / "processes" / "common")
    folder = tmp_path / "processes" / "kostanay"
    forms = tmp_path / "forms" / "kostanay" / "personal_reception"
    (forms / "rebook.form.json").unlink()
    (forms / "check_in.form.json").write_text(json.dumps({"components": [{"type": "carousel", "key": "a"}]}))
    (folder / "letters" / "refusal.kk.md").unlink()
    source = (folder / "personal_reception.bpmn").read_text("utf-8")
    source = source.replace("records.archive_case", "records.burn_case").replace("reception.brief&quot;", "brief&quot;")
    (folder / "personal_reception.bpmn").write_text(source, "utf-8")

    problems = lint_paths([str(folder)], standalone=False)

    found = {(each.rule, each.element) for each in problems if each.severity == "error"}
    assert {("office.form_missing", "rebook"), ("office.handler_unknown", "write_to_archive")} <= found
    assert {("office.letter_unknown", "notify_refusal"), ("office.form", "")} <= found
    assert "office.deadline_rule_unknown" in {rule for rule, _ in found}
