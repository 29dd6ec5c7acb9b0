"""What was not touched in an edited diagram stays as it was written."""

from pathlib import Path

import pytest

from app.engine.rewriting import rewritten
from app.engine.xml import DiagramXmlError

DIAGRAMS = sorted((Path(__file__).parents[3] / "processes").glob("*/*.bpmn"))
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
WRITTEN = f"""<?xml version='1.0' encoding='UTF-8'?>
<!-- drawn by hand -->
<definitions xmlns="{BPMN}" xmlns:other="https://other.example/" id='d'  targetNamespace="t">
  <process   id="p" name='Приём'>
    <!-- begins here -->
    <startEvent id="begin"><outgoing>to_work</outgoing></startEvent>
    <other:note id="n">known to others only</other:note>
    <userTask id="work" name="Работа &amp; отдых" other:mark="7"/>
    <task id="end_task" startQuantity="1"/>
    <sequenceFlow id="to_work" sourceRef="begin" targetRef="work" />
  </process>
</definitions>
"""
EDITED = f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="{BPMN}" id="d" targetNamespace="t" exporter="an editor" exporterVersion="9">
 <bpmn:process id="p" name="Приём">
  <bpmn:sequenceFlow id="to_work" sourceRef="begin" targetRef="work"/>
  <bpmn:startEvent id="begin">
   <bpmn:outgoing>to_work</bpmn:outgoing>
  </bpmn:startEvent>
  <bpmn:userTask id="work" name="Работа &#38; отдых"/>
  <bpmn:task id="end_task"/>
 </bpmn:process>
</bpmn:definitions>
"""


def test_a_diagram_that_an_editor_only_wrote_anew_keeps_every_letter():
    assert rewritten(WRITTEN, EDITED) == WRITTEN


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
def test_the_diagrams_of_the_project_keep_every_letter(path: Path):
    source = path.read_text("utf-8")

    assert rewritten(source, source.replace("\n", " ").replace("/>", " />")) == source


def test_one_changed_name_changes_one_line():
    found = rewritten(WRITTEN, EDITED.replace("Работа &#38; отдых", "Работа &quot;и&quot; труд"))

    assert found == WRITTEN.replace('name="Работа &amp; отдых"', "name='Работа \"и\" труд'")


def test_a_new_element_stands_where_it_was_put_with_the_prefixes_of_the_file():
    step = '<bpmn:userTask id="new" name="Новая"><bpmn:documentation>a &lt; b</bpmn:documentation></bpmn:userTask>'
    found = rewritten(WRITTEN, EDITED.replace("<bpmn:task ", step + "<bpmn:task "))

    assert found == WRITTEN.replace(
        'other:mark="7"/>\n',
        'other:mark="7"/>\n    <userTask id="new" name="Новая">\n'
        "      <documentation>a &lt; b</documentation>\n    </userTask>\n",
    )


def test_what_is_gone_goes_with_its_line_and_what_belongs_to_others_stays():
    found = rewritten(WRITTEN, EDITED.replace('<bpmn:task id="end_task"/>', ""))

    assert found == WRITTEN.replace('\n    <task id="end_task" startQuantity="1"/>', "")
    assert "known to others only" in found


def test_an_element_that_was_empty_opens_for_its_first_child():
    found = rewritten(
        WRITTEN,
        EDITED.replace(
            '<bpmn:userTask id="work" name="Работа &#38; отдых"/>',
            '<bpmn:userTask id="work" name="Работа &#38; отдых"><bpmn:incoming>to_work</bpmn:incoming></bpmn:userTask>',
        ),
    )

    assert found == WRITTEN.replace(
        'other:mark="7"/>', 'other:mark="7">\n      <incoming>to_work</incoming>\n    </userTask>'
    )


def test_a_namespace_that_the_file_does_not_know_is_declared_once():
    edited = EDITED.replace("<bpmn:task ", '<x:thing xmlns:x="https://x.example/" x:a="1"/><bpmn:task ')
    found = rewritten(WRITTEN, edited)

    assert found.count("https://x.example/") == 1
    assert rewritten(found, found) == found


def test_a_type_is_the_same_under_another_prefix():
    xsi = "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'"
    original = (
        f"<definitions xmlns='{BPMN}'><sequenceFlow id='f'><conditionExpression {xsi} xsi:type='tFormalExpression'>a"
        "</conditionExpression></sequenceFlow></definitions>"
    )
    edited = (
        f"<b:definitions xmlns:b='{BPMN}' {xsi}><b:sequenceFlow id='f'>"
        "<b:conditionExpression xsi:type='b:tFormalExpression'>a</b:conditionExpression>"
        "</b:sequenceFlow></b:definitions>"
    )

    assert rewritten(original, edited) == original


def test_an_attribute_may_hold_the_sign_that_ends_a_tag():
    original = f'<definitions xmlns="{BPMN}"><task id="t" name="a > b" other="x"/></definitions>'

    assert rewritten(original, original.replace("a > b", "a > c")) == original.replace("a > b", "a &gt; c")


@pytest.mark.parametrize("wrong", ["", "<definitions", "<!DOCTYPE x><definitions/>"])
def test_what_is_no_diagram_is_refused(wrong: str):
    with pytest.raises(DiagramXmlError):
        rewritten(WRITTEN, wrong)


def test_the_path_of_a_message_keeps_its_name_though_the_editor_writes_it_by_its_type() -> None:
    original = (Path(__file__).parents[3] / "processes" / "kostanay" / "personal_reception.bpmn").read_text("utf-8")
    edited = original.replace("bpmn:messagePath", "bpmn:formalExpression")

    assert edited != original
    assert rewritten(original, edited) == original
