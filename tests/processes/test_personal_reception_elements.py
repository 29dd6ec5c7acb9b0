"""What stands in the diagram of Kostanay's personal reception: names, clauses, forms, rules, letters, its drawing."""

import json
import re
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree
from SpiffWorkflow.spiff.parser.process import VALIDATOR

from app.engine.elements import Element, read_elements

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "processes" / "kostanay"
DIAGRAM = (FOLDER / "personal_reception.bpmn").read_bytes()
TREE = etree.fromstring(DIAGRAM)
NS = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "di": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "dd": "http://www.omg.org/spec/DD/20100524/DI",
    "spiff": "http://spiffworkflow.org/bpmn/schema/1.0/core",
}
OFFICE = tomllib.loads((FOLDER / "office.toml").read_text("utf-8"))
RULES = tomllib.loads((FOLDER / "deadlines.toml").read_text("utf-8"))
ELEMENTS = read_elements(DIAGRAM, "personal_reception")
USER_TASKS = [element for element in ELEMENTS.values() if element.kind == "userTask"]
BEFORE_THE_STEPS = {"record_request"}
CLAUSE = re.compile(r"KST-(?:[A-Z]+\d*(?:[.-]\d+)*|\d+(?:\.\d+)*)")
LAST_NUMBER = re.compile(r"(.*?)(\d+)$")
FORMS = ROOT / "forms" / "kostanay" / "personal_reception"


def clauses_in(text: str) -> Iterator[str]:
    """Every KST clause that `text` names; `KST-LAW-1…KST-LAW-4` names four."""
    for part in re.split(r",\s*", text):
        first, _, last = (each.strip() for each in part.partition("…"))
        found = CLAUSE.match(first)
        if found and last:
            (head, start), (_, end) = (LAST_NUMBER.fullmatch(each).groups() for each in (first, last))
            yield from (f"{head}{number}" for number in range(int(start), int(end) + 1))
        elif found:
            yield found[0]


def cited(element: Element) -> set[str]:
    return set(CLAUSE.findall(element.documentation))


def clauses_of_the_process() -> set[str]:
    catalogue = (ROOT / "docs" / "requirements" / "processes.md").read_text("utf-8")
    section = catalogue.split("## personal_reception ", 1)[1].split("\n## ", 1)[0]
    line = next(line for line in section.splitlines() if line.startswith("- **Clauses covered:**"))
    return set(clauses_in(line.split("**")[2]))


def fields_of(form: Path) -> Iterator[dict[str, object]]:
    waiting = list(json.loads(form.read_text("utf-8"))["components"])
    while waiting:
        field = waiting.pop()
        waiting += field.get("components", [])
        yield field


def shapes() -> dict[str, tuple[float, float, float, float]]:
    found = {}
    for shape in TREE.iterfind(".//di:BPMNShape", NS):
        bounds = shape.find("dc:Bounds", NS)
        x, y, width, height = (float(bounds.get(side)) for side in ("x", "y", "width", "height"))
        found[shape.get("bpmnElement")] = (x, y, x + width, y + height)
    return found


def routes() -> dict[str, list[tuple[float, float]]]:
    return {
        edge.get("bpmnElement"): [
            (float(point.get("x")), float(point.get("y"))) for point in edge.iterfind("dd:waypoint", NS)
        ]
        for edge in TREE.iterfind(".//di:BPMNEdge", NS)
    }


def enclosing(element: Element) -> set[str]:
    return {element.parent} | enclosing(ELEMENTS[element.parent]) if element.parent else set()


def touch(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize("task", USER_TASKS, ids=lambda task: task.id)
def test_a_user_task_says_who_does_what_in_three_languages_by_which_clause(task: Element) -> None:
    assert task.name.kk
    assert task.name.ru
    assert task.name.en
    assert task.role in {role["code"] for role in OFFICE["roles"]}
    assert task.step in range(1, 14) or task.id in BEFORE_THE_STEPS
    assert cited(task)
    for language in ("kk", "en"):
        assert CLAUSE.findall(task.properties[f"documentation_{language}"]) == CLAUSE.findall(task.documentation)


@pytest.mark.parametrize("task", USER_TASKS, ids=lambda task: task.id)
def test_a_user_task_has_a_form(task: Element) -> None:
    assert (FORMS / f"{task.properties['formKey']}.form.json").is_file()


def test_whatever_has_a_name_has_it_in_three_languages() -> None:
    nameless = [
        element.id for element in ELEMENTS.values() if element.name.ru and not (element.name.kk and element.name.en)
    ]
    flows = [
        flow.get("id")
        for flow in TREE.iterfind(".//bpmn:sequenceFlow[@name]", NS)
        if {each.get("name") for each in flow.iterfind(".//spiff:property", NS)} != {"name_kk", "name_en"}
    ]

    assert nameless + flows == []


def test_only_starts_of_sub_processes_joins_and_forks_go_without_a_name() -> None:
    nameless = {element.kind for element in ELEMENTS.values() if not element.name.ru}

    assert nameless == {"startEvent", "exclusiveGateway", "parallelGateway"}


def test_a_gateway_that_asks_has_a_name_and_one_way_out_without_a_condition() -> None:
    for gateway in TREE.iterfind(".//bpmn:exclusiveGateway", NS):
        ways = TREE.findall(f".//bpmn:sequenceFlow[@sourceRef='{gateway.get('id')}']", NS)
        free = [way.get("id") for way in ways if way.find("bpmn:conditionExpression", NS) is None]
        assert len(ways) == 1 or (gateway.get("name") and free == [gateway.get("default")]), gateway.get("id")


def test_every_cited_clause_exists() -> None:
    catalogue = (ROOT / "docs" / "requirements" / "kostanay-reception.md").read_text("utf-8")
    known = set(CLAUSE.findall(catalogue))

    assert {clause for element in ELEMENTS.values() for clause in cited(element)} <= known


def test_every_clause_of_the_process_stands_at_some_element() -> None:
    assert clauses_of_the_process() - {clause for element in ELEMENTS.values() for clause in cited(element)} == set()


def test_the_thirteen_steps_are_all_drawn() -> None:
    assert {element.step for element in ELEMENTS.values()} - {None} == set(range(1, 14))


def test_every_answer_a_gateway_asks_for_is_offered_by_some_form() -> None:
    offered = {
        (field["key"], value["value"])
        for form in FORMS.glob("*.form.json")
        for field in fields_of(form)
        if "record" not in field
        for value in field.get("values", [])
    }
    conditions = [each.text for each in TREE.iterfind(".//bpmn:conditionExpression", NS)]
    asked = {pair for condition in conditions for pair in re.findall(r'(\w+) == "(\w+)"', condition)}

    assert asked
    assert asked <= offered


def test_every_deadline_rule_the_diagram_names_is_a_rule_of_the_office() -> None:
    named = set(re.findall(r'(?:deadline|opens)\("([\w.]+)"', DIAGRAM.decode().replace("&quot;", '"')))

    assert named <= set(RULES)
    assert named == {
        "reception.info_request",
        "reception.brief",
        "reception.position",
        "reception.position_reminder",
        "reception.reminder",
        "reception.reminder_call",
        "reception.call_again",
        "reception.materials",
        "reception.pre_meeting",
        "reception.day",
        "reception.protocol",
    }


@pytest.mark.parametrize(("parameter", "folder"), [("template", "letters"), ("kind", "documents")])
def test_every_letter_and_document_has_its_text_in_kazakh_and_russian(parameter: str, folder: str) -> None:
    named = {each.get("value").strip('"') for each in TREE.iterfind(f".//spiff:parameter[@id='{parameter}']", NS)}

    missing = [
        f"{name}.{language}.md"
        for name in named
        for language in ("kk", "ru")
        if not (FOLDER / folder / f"{name}.{language}.md").is_file()
    ]

    assert named
    assert missing == []


def test_the_file_is_valid_bpmn() -> None:
    VALIDATOR.validate(TREE, "personal_reception.bpmn")  # raises where the standard's schema is broken


def test_everything_is_drawn_once_and_on_no_other_thing() -> None:
    drawn = shapes()
    flows = {flow.get("id") for flow in TREE.iterfind(".//bpmn:sequenceFlow", NS)}
    overlaps = [
        (one.id, other.id)
        for one in ELEMENTS.values()
        for other in ELEMENTS.values()
        if one.id < other.id
        and not {one.id, other.id} & (enclosing(one) | enclosing(other))
        and one.id != other.attached_to
        and other.id != one.attached_to
        and touch(drawn[one.id], drawn[other.id])
    ]

    assert set(ELEMENTS) <= set(drawn)
    assert set(routes()) == flows
    assert overlaps == []


def test_a_sub_process_holds_what_belongs_to_it_and_boundary_events_sit_on_the_border() -> None:
    drawn = shapes()
    for element in ELEMENTS.values():
        left, top, right, bottom = drawn[element.id]
        if element.attached_to:
            host = drawn[element.attached_to]
            assert (left + right) / 2 in (host[0], host[2]) or (top + bottom) / 2 in (host[1], host[3]), element.id
        elif element.parent:
            host = drawn[element.parent]
            assert host[0] < left < right < host[2], element.id
            assert host[1] < top < bottom < host[3], element.id


def test_lines_are_straight_and_pass_through_nothing() -> None:
    drawn = shapes()
    for flow in TREE.iterfind(".//bpmn:sequenceFlow", NS):
        ends = {flow.get("sourceRef"), flow.get("targetRef")}
        allowed = ends | enclosing(ELEMENTS[flow.get("sourceRef")])
        for (x0, y0), (x1, y1) in pairwise(routes()[flow.get("id")]):
            assert x0 == x1 or y0 == y1, flow.get("id")
            line = (min(x0, x1), min(y0, y1), max(x0, x1) + 1, max(y0, y1) + 1)
            assert not [each for each in ELEMENTS if each not in allowed and touch(line, drawn[each])], flow.get("id")
