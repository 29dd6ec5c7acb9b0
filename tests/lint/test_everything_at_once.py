"""Many faults, large files, many files, and files that nobody could have drawn."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from app.cli import main
from app.engine.lint import lint
from tests.lint.diagrams import HEAD, SOUND, changed, diagram, errors, flow, linted, process
from tests.lint.test_seeded_faults import FAULTS

INNER_BEGIN = '<bpmn:startEvent id="inner_begin"/>'


def test_ten_faults_of_one_file_are_told_in_one_go() -> None:
    content = changed(
        ("kind == 1", ""),
        ("total = 1", ""),
        (">P5D<", ">3 days<"),
        (' messageRef="m_answer"', ""),
        ('<bpmn:userTask id="left"/>', FAULTS["a negative loop"][2][1]),
        ("<bpmn:loopDataInputRef>people</bpmn:loopDataInputRef>", ""),
        (flow("late", "expired"), flow("late", "gone")),
        (
            '<bpmn:endEvent id="done"/>',
            '<bpmn:endEvent id="done"/><bpmn:userTusk id="odd"/><bpmn:userTask id="island"/>' + flow("island", "done"),
        ),
        ('value="applicant"', 'value="${applicant()}"'),
        (INNER_BEGIN, INNER_BEGIN + '<bpmn:callActivity id="inner_call"/>'),
        (flow("inner_begin", "inner_task"), flow("inner_begin", "inner_call") + flow("inner_call", "inner_task")),
    )

    assert errors(content) == {
        ("structure.condition_missing", "which__count"),
        ("activities.no_script", "count"),
        ("expressions.wrong", "late"),
        ("events.unnamed", "answered"),
        ("activities.number_too_small", "left"),
        ("activities.multi_instance_without_count", "each"),
        ("structure.dangling_target", "late__gone"),
        ("structure.unknown_element", "odd"),
        ("structure.unreachable", "island"),
        ("expressions.foreign", "right"),
        ("activities.call_without_process", "inner_call"),
    }


def test_a_diagram_of_a_megabyte_is_linted_within_three_seconds() -> None:
    count = 1_300
    task = (
        '<bpmn:userTask id="task_{0}" name="Рассмотреть {0}"><bpmn:extensionElements><spiffworkflow:properties>'
        '<spiffworkflow:property name="name_kk" value="Өтінішті қарау {0}"/><spiffworkflow:property name="due" '
        'value="deadline(&quot;rule_{0}&quot;, registered_{0})"/></spiffworkflow:properties></bpmn:extensionElements>'
        '</bpmn:userTask><bpmn:exclusiveGateway id="gate_{0}" name="?" default="gate_{0}__task_{1}"/>'
    )
    nodes = "".join(task.format(number, number + 1) for number in range(count))
    flows = "".join(
        flow(f"task_{number}", f"gate_{number}")
        + flow(f"gate_{number}", f"task_{number + 1}")
        + flow(f"gate_{number}", "refused", f"answer_{number} == 1")
        for number in range(count)
    )
    ends = '<bpmn:startEvent id="begin"/><bpmn:userTask id="task_1300"/><bpmn:endEvent id="done"/>'
    ends += '<bpmn:endEvent id="refused"/>' + flow("begin", "task_0") + flow("task_1300", "done")
    content = diagram(process(ends + nodes + flows))
    assert len(content) > 1_000_000

    began = time.process_time()
    problems = linted(content)

    assert time.process_time() - began < 3
    assert [problem for problem in problems if problem.severity == "error"] == []


def test_a_folder_of_a_thousand_diagrams_is_linted_in_one_call(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    faults = [changes for _, _, *changes in FAULTS.values()]
    for number in range(1_000):
        folder = tmp_path / f"office_{number % 10}"
        folder.mkdir(exist_ok=True)
        small = diagram(process(f'<bpmn:startEvent id="b"/><bpmn:userTask id="t"/>{number}' + flow("b", "t")))
        content = changed(*faults[number % len(faults)]) if number % 5 == 0 else small
        broken = content[: len(content) // 2] if number % 97 == 0 else content
        (folder / f"{number}.bpmn").write_bytes(broken.replace(b'"p"', f'"p{number}"'.encode()))

    status = main(["lint", str(tmp_path), "--json"])

    problems = json.loads(capsys.readouterr().out)["problems"]
    assert status == 1
    assert {each["rule"] for each in problems} & {"file.check_failed", "engine.refused"} == set()
    assert len({each["file"] for each in problems}) == 1_000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1251", "utf-32"])
def test_any_encoding_is_read(encoding: str) -> None:
    text = HEAD + SOUND.replace('name="Ask"', 'name="Спросить"') + "</bpmn:definitions>"
    name = encoding.removesuffix("-sig")

    problems = linted(f'<?xml version="1.0" encoding="{name}"?>{text}'.encode(encoding))

    assert [problem.rule for problem in problems] == ["drawing.missing"]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "file.xml"),
        (b"\xff\xfe\x00", "file.encoding"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "file.encoding"),
        (b"<html/>", "file.root"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "file.doctype"),
        (b"<a>" * 200 + b"</a>" * 200, "file.too_deep"),
        (b" " * 3_000_000, "file.too_large"),
        (diagram(), "file.no_process"),
    ],
)
def test_what_is_no_diagram_is_said_plainly(content: bytes, rule: str) -> None:
    assert [(problem.rule, problem.element) for problem in linted(content)] == [(rule, "")]


@pytest.mark.parametrize("kind", ["collaboration", "choreography"])
def test_a_drawing_of_who_speaks_to_whom_has_nothing_to_run(kind: str) -> None:
    content = diagram(f'<bpmn:{kind} id="talk"><bpmn:participant id="a" name="A"/></bpmn:{kind}>')

    assert [(problem.rule, problem.element) for problem in linted(content)] == [("file.no_process", "talk")]


def test_files_given_together_know_each_other() -> None:
    caller = diagram(
        process(
            '<bpmn:startEvent id="b"/><bpmn:callActivity id="call" calledElement="q"/><bpmn:endEvent id="e"/>'
            + flow("b", "call")
            + flow("call", "e")
        )
    )
    called = diagram(process('<bpmn:startEvent id="b2"/><bpmn:endEvent id="e2"/>' + flow("b2", "e2"), process_id="q"))

    together = lint({"caller.bpmn": caller, "called.bpmn": called}, standalone=False)
    without = lint({"caller.bpmn": caller}, standalone=False)
    alone = lint({"caller.bpmn": caller}, standalone=True)

    assert {problem.rule for problem in together} == {"drawing.missing"}
    assert {problem.rule for problem in without} == {"drawing.missing", "activities.unknown_process"}
    assert {problem.rule for problem in alone} == {"drawing.missing", "activities.process_elsewhere"}


def test_the_operation_of_a_service_task_is_asked_for_where_there_is_an_office_to_offer_it() -> None:
    content = changed(('<bpmn:userTask id="left"/>', '<bpmn:serviceTask id="left"/>'))

    alone = [problem for problem in lint({"p.bpmn": content}, standalone=True) if problem.element == "left"]
    together = [problem for problem in lint({"p.bpmn": content}, standalone=False) if problem.element == "left"]

    assert [(problem.rule, problem.severity) for problem in alone] == [("activities.no_operation", "warning")]
    assert [(problem.rule, problem.severity) for problem in together] == [("activities.no_operation", "error")]


TAGS = st.sampled_from(
    [
        *("userTask", "startEvent", "endEvent", "subProcess", "boundaryEvent", "sequenceFlow", "callActivity", "lane"),
        *("inclusiveGateway", "complexGateway", "timerEventDefinition", "compensateEventDefinition", "transaction"),
        *(
            "adHocSubProcess",
            "linkEventDefinition",
            "process",
            "dataObject",
            "intermediateThrowEvent",
            "extensionElements",
        ),
    ]
)
WORDS = st.one_of(
    st.sampled_from(
        ["", "p", "begin", "inside", "which", "-1", "true", "PT5M", "R/PT0S", "${x}", "= a", "x ==", "Start"]
    ),
    st.text(st.characters(min_codepoint=32, max_codepoint=0x4FF), max_size=20),
)
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["remove", "double", "move", "rename", "attribute", "text"]),
        st.integers(0, 10_000),
        st.integers(0, 10_000),
        TAGS,
        WORDS,
    ),
    min_size=1,
    max_size=12,
)


def mutated(changes: list[tuple[str, int, int, str, str]]) -> bytes:
    """The sound diagram after changes that no editor would make."""
    root = etree.fromstring(diagram(SOUND))
    for act, which, where, tag, word in changes:
        elements = [each for each in root.iter() if each is not root]
        element, other = elements[which % len(elements)], elements[where % len(elements)]
        if act == "remove" and len(elements) > 3:
            element.getparent().remove(element)
        elif act == "double":
            other.append(etree.fromstring(etree.tostring(element)))
        elif act == "move" and other not in element.iter():
            other.append(element)
        elif act == "rename":
            element.tag = "{http://www.omg.org/spec/BPMN/20100524/MODEL}" + tag
        elif act == "attribute" and element.attrib:
            element.set(list(element.attrib)[where % len(element.attrib)], word)
        elif act == "text":
            element.text = word
    return etree.tostring(root)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changes=CHANGES)
def test_no_diagram_however_odd_makes_lint_stumble(changes: list[tuple[str, int, int, str, str]]) -> None:
    problems = linted(mutated(changes))

    assert [problem.message.en for problem in problems if problem.rule == "file.check_failed"] == []


@settings(max_examples=150, deadline=None)
@given(start=st.integers(0, 6_000), length=st.integers(0, 40), put=st.binary(max_size=12))
def test_no_bytes_make_lint_stumble(start: int, length: int, put: bytes) -> None:
    content = diagram(SOUND)

    problems = linted(content[:start] + put + content[start + length :])

    assert [problem.message.en for problem in problems if problem.rule == "file.check_failed"] == []
