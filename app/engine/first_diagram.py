"""The diagram that a new process begins with."""

from typing import Final
from xml.sax.saxutils import quoteattr

from app.domain.texts import Text

_DIAGRAM: Final = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" \
xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" \
xmlns:di="http://www.omg.org/spec/DD/20100524/DI" \
xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="{key}_definitions" targetNamespace="https://qabyldau.example/{key}">
  <bpmn:process id="{key}" name={ru} isExecutable="true">
    <bpmn:extensionElements>
      <spiffworkflow:properties>
        <spiffworkflow:property name="name_kk" value={kk}/>
        <spiffworkflow:property name="name_en" value={en}/>
      </spiffworkflow:properties>
    </bpmn:extensionElements>
    <bpmn:startEvent id="begun">
      <bpmn:outgoing>begun__done</bpmn:outgoing>
    </bpmn:startEvent>
    <bpmn:endEvent id="done">
      <bpmn:incoming>begun__done</bpmn:incoming>
    </bpmn:endEvent>
    <bpmn:sequenceFlow id="begun__done" sourceRef="begun" targetRef="done"/>
  </bpmn:process>
  <bpmndi:BPMNDiagram id="{key}_diagram">
    <bpmndi:BPMNPlane id="{key}_plane" bpmnElement="{key}">
      <bpmndi:BPMNShape id="begun_shape" bpmnElement="begun">
        <dc:Bounds x="160" y="160" width="36" height="36"/>
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="done_shape" bpmnElement="done">
        <dc:Bounds x="480" y="160" width="36" height="36"/>
      </bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="begun__done_edge" bpmnElement="begun__done">
        <di:waypoint x="196" y="178"/>
        <di:waypoint x="480" y="178"/>
      </bpmndi:BPMNEdge>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""


def first_diagram(key: str, name: Text) -> str:
    """A start and an end joined by a flow; `key` is the id of the process."""
    return _DIAGRAM.format(key=key, kk=quoteattr(name.kk), ru=quoteattr(name.ru), en=quoteattr(name.in_("en")))
