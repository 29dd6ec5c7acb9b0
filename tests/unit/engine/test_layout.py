"""The drawing that stands in a diagram's file."""

from pathlib import Path

import pytest

from app.domain.diagram import Box, Drawing
from app.engine.layout import read_drawing

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  xmlns:di="http://www.omg.org/spec/DD/20100524/DI" targetNamespace="x"
  xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core">"""
CONTENT = """
<bpmn:collaboration id="c"><bpmn:participant id="office" name="Отдел" processRef="p"/>
  <bpmn:participant id="citizen" name="Заявитель"/>
  <bpmn:messageFlow id="m1" sourceRef="citizen" targetRef="received"/></bpmn:collaboration>
<bpmn:process id="p">
  <bpmn:laneSet><bpmn:lane id="desk" name="Приёмная"/></bpmn:laneSet>
  <bpmn:startEvent id="received"><bpmn:messageEventDefinition/></bpmn:startEvent>
  <bpmn:exclusiveGateway id="complete" name="Полно?" default="f2"/>
  <bpmn:subProcess id="collect" name="Собрать"><bpmn:userTask id="record" name="Записать">
    <bpmn:multiInstanceLoopCharacteristics isSequential="true"/></bpmn:userTask>
    <bpmn:subProcess id="inner"><bpmn:task id="hidden"/></bpmn:subProcess></bpmn:subProcess>
  <bpmn:boundaryEvent id="overdue" attachedToRef="collect" cancelActivity="false"><bpmn:timerEventDefinition/>
    </bpmn:boundaryEvent>
  <bpmn:userTask id="undrawn"/><bpmn:userTask id="flat"/>
  <bpmn:sequenceFlow id="f1" sourceRef="received" targetRef="complete"/>
  <bpmn:sequenceFlow id="f2" name="да" sourceRef="complete" targetRef="collect"><bpmn:extensionElements>
    <spiffworkflow:properties><spiffworkflow:property name="name_kk" value="иә"/></spiffworkflow:properties>
    </bpmn:extensionElements></bpmn:sequenceFlow>
  <bpmn:sequenceFlow id="f3" sourceRef="overdue" targetRef="record"/>
  <bpmn:textAnnotation id="note"><bpmn:text>Не более
    трёх дней</bpmn:text></bpmn:textAnnotation>
  <bpmn:association id="a1" sourceRef="note" targetRef="record"/>
</bpmn:process>
<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="c">
  <bpmndi:BPMNShape bpmnElement="record"><dc:Bounds x="420" y="120" width="100" height="80"/></bpmndi:BPMNShape>
  <bpmndi:BPMNShape bpmnElement="inner"><dc:Bounds x="530" y="120" width="100" height="80"/></bpmndi:BPMNShape>
  <bpmndi:BPMNShape bpmnElement="desk" isHorizontal="true"><dc:Bounds x="80" y="60" width="770" height="300"/>
    </bpmndi:BPMNShape>
  <bpmndi:BPMNShape bpmnElement="office" isHorizontal="true"><dc:Bounds x="50" y="60" width="800" height="300"/>
    </bpmndi:BPMNShape>
  <bpmndi:BPMNShape bpmnElement="citizen"><dc:Bounds x="50" y="400" width="800" height="60"/></bpmndi:BPMNShape>
  <bpmndi:BPMNShape bpmnElement="received"><dc:Bounds x="120" y="140" width="36" height="36"/></bpmndi:BPMNShape>
  <bpmndi:BPMNShape bpmnElement="complete"><dc:Bounds x="220" y="133" width="50" height="50"/>
    <bpmndi:BPMNLabel><dc:Bounds x="215" y="100" width="60" height="14"/></bpmndi:BPMNLabel></bpmndi:BPMNShape>
  <bpmndi:BPMNShape bpmnElement="collect"><dc:Bounds x="380" y="90" width="300" height="160"/></bpmndi:BPMNShape>
  <bpmndi:BPMNShape bpmnElement="overdue"><dc:Bounds x="500" y="232" width="36" height="36"/></bpmndi:BPMNShape>
  <bpmndi:BPMNShape bpmnElement="note"><dc:Bounds x="700" y="80" width="110" height="50"/></bpmndi:BPMNShape>
  <bpmndi:BPMNShape bpmnElement="flat"><dc:Bounds x="1" y="1" width="100" height="nonsense"/></bpmndi:BPMNShape>
  <bpmndi:BPMNShape bpmnElement="no_such"><dc:Bounds x="1" y="1" width="100" height="80"/></bpmndi:BPMNShape>
  <bpmndi:BPMNEdge bpmnElement="f1"><di:waypoint x="156" y="158"/><di:waypoint x="220" y="158"/></bpmndi:BPMNEdge>
  <bpmndi:BPMNEdge bpmnElement="f2"><di:waypoint x="0" y="0"/><di:waypoint x="10" y="10"/>
    <bpmndi:BPMNLabel><dc:Bounds x="300" y="140" width="20" height="14"/></bpmndi:BPMNLabel></bpmndi:BPMNEdge>
  <bpmndi:BPMNEdge bpmnElement="m1"><di:waypoint x="138" y="400"/><di:waypoint x="138" y="176"/></bpmndi:BPMNEdge>
  <bpmndi:BPMNEdge bpmnElement="a1"><di:waypoint x="700" y="105"/><di:waypoint x="520" y="150"/></bpmndi:BPMNEdge>
</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></bpmn:definitions>"""


@pytest.fixture(scope="module")
def drawing() -> Drawing:
    return read_drawing((HEAD + CONTENT).encode())


def node(drawing: Drawing, node_id: str):
    return next(node for node in drawing.nodes if node.id == node_id)


def flow(drawing: Drawing, flow_id: str):
    return next(flow for flow in drawing.flows if flow.id == flow_id)


def test_pools_come_before_their_lanes(drawing):
    assert [lane.id for lane in drawing.lanes] == ["office", "desk", "citizen"]


def test_a_sub_process_comes_before_its_content(drawing):
    ids = [node.id for node in drawing.nodes]

    assert ids.index("collect") < ids.index("record")


def test_shapes_without_a_place_or_a_meaning_are_left_out(drawing):
    ids = {node.id for node in drawing.nodes}

    assert ids == {"record", "inner", "received", "complete", "collect", "overdue", "note"}


def test_a_large_sub_process_shows_its_content_and_a_small_one_does_not(drawing):
    assert node(drawing, "collect").expanded
    assert not node(drawing, "inner").expanded


def test_an_event_knows_its_definition_and_whether_it_interrupts(drawing):
    assert (node(drawing, "received").event, node(drawing, "received").interrupting) == ("message", True)
    assert (node(drawing, "overdue").event, node(drawing, "overdue").interrupting) == ("timer", False)


def test_repetition_is_read(drawing):
    assert node(drawing, "record").repetition == "sequential"


def test_a_label_has_the_place_that_the_diagram_gives_it(drawing):
    assert node(drawing, "complete").label == Box(215, 100, 60, 14)
    assert flow(drawing, "f2").label == Box(300, 140, 20, 14)


def test_a_note_is_its_text_on_one_line(drawing):
    assert node(drawing, "note").name.ru == "Не более трёх дней"


def test_flows_have_kind_names_and_the_default_mark(drawing):
    kinds = {flow.id: flow.kind for flow in drawing.flows}

    assert kinds == {"f1": "sequence", "f2": "sequence", "m1": "message", "a1": "association"}
    assert (flow(drawing, "f2").name.kk, flow(drawing, "f2").default) == ("иә", True)
    assert not flow(drawing, "f1").default


def test_waypoints_are_kept_where_they_touch_what_they_join(drawing):
    assert flow(drawing, "f1").points == ((156, 158), (220, 158))


def test_a_flow_that_leads_nowhere_is_drawn_from_side_to_side(drawing):
    points = flow(drawing, "f2").points

    assert (points[0], points[-1]) == ((270, 158), (380, 170))


def test_everything_lies_within_the_drawing(drawing):
    boxes = [node.box for node in drawing.nodes] + [lane.box for lane in drawing.lanes]

    assert all(drawing.box.holds(box) for box in boxes)


def test_a_file_without_a_drawing_has_an_empty_one():
    drawing = read_drawing((HEAD + '<bpmn:process id="p"/></bpmn:definitions>').encode())

    assert (drawing.lanes, drawing.nodes, drawing.flows) == ((), (), ())


@pytest.mark.parametrize("path", sorted([*Path("bench").glob("*.bpmn"), *Path("processes").rglob("*.bpmn")]), ids=str)
def test_every_diagram_of_the_house_has_a_drawing(path):
    drawing = read_drawing(path.read_bytes())

    assert drawing.nodes
    assert drawing.box.width > 0
