"""What a diagram says about its elements."""

from pathlib import Path

import pytest

from app.engine.elements import ProcessNotFoundError, cited_clauses, read_elements

DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" targetNamespace="x">
<bpmn:process id="reception" name="Личный приём">
  <bpmn:laneSet>
    <bpmn:lane id="department" name="Отдел">
      <bpmn:extensionElements><spiffworkflow:properties>
        <spiffworkflow:property name="role" value="reception_preparer"/>
      </spiffworkflow:properties></bpmn:extensionElements>
      <bpmn:flowNodeRef>request_received</bpmn:flowNodeRef>
      <bpmn:flowNodeRef>prepare_brief</bpmn:flowNodeRef>
      <bpmn:flowNodeRef>call_applicant</bpmn:flowNodeRef>
      <bpmn:childLaneSet>
        <bpmn:lane id="desk"><bpmn:extensionElements><spiffworkflow:properties>
          <spiffworkflow:property name="role" value="reception_coordinator"/></spiffworkflow:properties>
          </bpmn:extensionElements><bpmn:flowNodeRef>call_applicant</bpmn:flowNodeRef></bpmn:lane>
        <bpmn:lane id="archive_room"><bpmn:flowNodeRef> archive_appeal </bpmn:flowNodeRef></bpmn:lane>
      </bpmn:childLaneSet>
    </bpmn:lane>
    <bpmn:lane id="leadership"><bpmn:flowNodeRef>decide</bpmn:flowNodeRef>
      <bpmn:flowNodeRef>preparation</bpmn:flowNodeRef></bpmn:lane>
  </bpmn:laneSet>
  <bpmn:startEvent id="request_received" name="Заявка&#10; получена"/>
  <bpmn:userTask id="prepare_brief" name="Подготовить справку">
    <bpmn:documentation>KST-S03: справка в течение пяти дней (KST-TASK-2.3).</bpmn:documentation>
    <bpmn:extensionElements><spiffworkflow:properties>
      <spiffworkflow:property name="name_kk" value="Анықтама дайындау"/>
      <spiffworkflow:property name="name_en" value="Prepare the brief"/>
      <spiffworkflow:property name="step" value="3"/><spiffworkflow:property name="formKey" value="brief"/>
    </spiffworkflow:properties></bpmn:extensionElements>
  </bpmn:userTask>
  <bpmn:userTask id="call_applicant" name="Позвонить"/>
  <bpmn:userTask id="archive_appeal" name="В архив"><bpmn:extensionElements><spiffworkflow:properties>
    <spiffworkflow:property name="step" value="thirteen"/></spiffworkflow:properties></bpmn:extensionElements>
  </bpmn:userTask>
  <bpmn:userTask id="decide" name="Решить"><bpmn:extensionElements><spiffworkflow:properties>
    <spiffworkflow:property name="role" value="dept_deputy_head"/></spiffworkflow:properties></bpmn:extensionElements>
  </bpmn:userTask>
  <bpmn:subProcess id="preparation" name="Подготовка"><bpmn:extensionElements><spiffworkflow:properties>
      <spiffworkflow:property name="step" value="5"/></spiffworkflow:properties></bpmn:extensionElements>
    <bpmn:userTask id="invite" name="Пригласить"/>
    <bpmn:subProcess id="collect"><bpmn:extensionElements><spiffworkflow:properties>
        <spiffworkflow:property name="step" value="6"/></spiffworkflow:properties></bpmn:extensionElements>
      <bpmn:serviceTask id="open_positions"/>
    </bpmn:subProcess>
  </bpmn:subProcess>
  <bpmn:boundaryEvent id="position_overdue" attachedToRef="preparation" cancelActivity="false"/>
  <bpmn:sequenceFlow id="f1" sourceRef="request_received" targetRef="prepare_brief"/>
  <bpmn:textAnnotation id="note"/>
</bpmn:process>
<bpmn:process id="other"><bpmn:task id="elsewhere"/></bpmn:process>
</bpmn:definitions>
""".encode()


@pytest.fixture(scope="module")
def elements():
    return read_elements(DIAGRAM, "reception")


def test_elements_stand_in_document_order_and_flows_are_not_among_them(elements):
    ids = list(elements)

    assert ids == [
        *("request_received", "prepare_brief", "call_applicant", "archive_appeal", "decide", "preparation"),
        *("invite", "collect", "open_positions", "position_overdue"),
    ]


def test_a_name_is_russian_as_drawn_and_kazakh_and_english_by_property(elements):
    name = elements["prepare_brief"].name

    assert (name.kk, name.ru, name.en) == ("Анықтама дайындау", "Подготовить справку", "Prepare the brief")


def test_a_line_break_within_a_name_is_a_space(elements):
    assert elements["request_received"].name.ru == "Заявка получена"


def test_a_name_without_a_translation_falls_back_to_russian(elements):
    assert elements["decide"].name.in_("kk") == "Решить"


def test_a_role_is_that_of_the_lane(elements):
    assert elements["prepare_brief"].role == "reception_preparer"


def test_an_elements_own_role_beats_its_lane(elements):
    assert elements["decide"].role == "dept_deputy_head"


def test_the_inner_of_two_nested_lanes_holds_the_element(elements):
    element = elements["call_applicant"]

    assert (element.lane, element.role) == ("desk", "reception_coordinator")


def test_a_nested_lane_without_a_role_has_the_role_of_the_outer_one(elements):
    element = elements["archive_appeal"]

    assert (element.lane, element.role) == ("archive_room", "reception_preparer")


def test_an_element_of_a_sub_process_is_in_the_lane_of_the_sub_process(elements):
    element = elements["open_positions"]

    assert (element.lane, element.role, element.parent) == ("leadership", None, "collect")


def test_a_boundary_event_knows_its_host_and_shares_its_lane(elements):
    element = elements["position_overdue"]

    assert (element.kind, element.attached_to, element.lane) == ("boundaryEvent", "preparation", "leadership")


def test_a_step_is_inherited_from_the_nearest_sub_process(elements):
    steps = {name: elements[name].step for name in ("prepare_brief", "invite", "open_positions", "decide")}

    assert steps == {"prepare_brief": 3, "invite": 5, "open_positions": 6, "decide": None}


def test_a_step_that_is_no_number_is_none(elements):
    assert elements["archive_appeal"].step is None


def test_documentation_cites_clauses(elements):
    element = elements["prepare_brief"]

    assert element.documentation.startswith("KST-S03: справка")
    assert element.clauses == ("KST-S03", "KST-TASK-2.3")
    assert element.properties["formKey"] == "brief"


def test_every_process_of_a_file_is_read_when_none_is_named():
    assert "elsewhere" in read_elements(DIAGRAM)


def test_only_the_named_process_is_read(elements):
    assert "elsewhere" not in elements


def test_an_unknown_process_is_an_error():
    with pytest.raises(ProcessNotFoundError) as refused:
        read_elements(DIAGRAM, "no_such_process")

    assert "no_such_process" in refused.value.text.kk


CITATIONS = {
    "KST-S07.1: приём": ("KST-S07.1",),
    "KST-TASK-2.3, KRG-16.1; SKE-2.13 и (KTEK-3.2.2), ECC-5.1.": (
        *("KST-TASK-2.3", "KRG-16.1", "SKE-2.13", "KTEK-3.2.2", "ECC-5.1"),
    ),
    "KST-PRIO-1…KST-PRIO-4": ("KST-PRIO-1", "KST-PRIO-2", "KST-PRIO-3", "KST-PRIO-4"),
    "KST-S08…S11": ("KST-S08", "KST-S09", "KST-S10", "KST-S11"),
    "KRG-9...KRG-11": ("KRG-9", "KRG-10", "KRG-11"),
    "SKE-2.1 – SKE-2.3": ("SKE-2.1", "SKE-2.2", "SKE-2.3"),
    "SKE-1.4…SKE-2.1": ("SKE-1.4", "SKE-2.1"),
    "KRG-5…KRG-3": ("KRG-5", "KRG-3"),
    "KST-QUAL-X1 KST-CAT-S1 SKE-A1.2 ECC-A": ("KST-QUAL-X1", "KST-CAT-S1", "SKE-A1.2", "ECC-A"),
    "KST-QUAL-X, KST-QUAL-X2; KST-DAY-CAL; KST-CAT-C": ("KST-QUAL-X", "KST-QUAL-X2", "KST-DAY-CAL", "KST-CAT-C"),
    "KTEK-1.A, KTEK-2.C и KTEK-3.E; KTEK-1.F": ("KTEK-1.A", "KTEK-2.C", "KTEK-3.E", "KTEK-1"),
    "KTEK-1.A … KTEK-1.D": ("KTEK-1.A", "KTEK-1.B", "KTEK-1.C", "KTEK-1.D"),
    "KST-BOOK, KST-BOOK-2: просьба; KST-VKS.": ("KST-BOOK", "KST-BOOK-2", "KST-VKS"),
    "KST-S03, KST-S03": ("KST-S03",),
    "T-KRG-31 DOC-SKE-A1 PR-01 F-REC-BRIEF BR-07 ECC-AB ISO-8601": (),
    "": (),
}


@pytest.mark.parametrize("text", CITATIONS)
def test_clauses_are_found_and_ranges_are_spelt_out(text):
    assert cited_clauses(text) == CITATIONS[text]


def test_a_range_of_millions_is_not_spelt_out():
    assert cited_clauses("KRG-1…KRG-99999999") == ("KRG-1", "KRG-99999999")


@pytest.mark.parametrize(("diagram", "user_tasks"), [("bench_13", 13), ("bench_100", 100), ("bench_sign", 4)])
def test_the_bench_diagrams_have_their_user_tasks(diagram, user_tasks):
    elements = read_elements(Path(f"bench/{diagram}.bpmn").read_bytes())

    assert sum(element.kind == "userTask" for element in elements.values()) == user_tasks
