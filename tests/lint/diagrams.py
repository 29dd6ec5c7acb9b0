"""A sound diagram in which every kind of element has its place, and files made of it."""

from app.domain.problems import Problem
from app.engine.lint import lint

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    ' xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
    ' xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="definitions" targetNamespace="t">'
)
FOOT = "</bpmn:definitions>"


def flow(source: str, target: str, condition: str = "", identity: str = "") -> str:
    """A sequence flow named `source__target`."""
    inner = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
    return (
        f'<bpmn:sequenceFlow id="{identity or source + "__" + target}" sourceRef="{source}" targetRef="{target}">'
        f"{inner}</bpmn:sequenceFlow>"
    )


def process(inner: str, *, process_id: str = "p", attributes: str = ' isExecutable="true"') -> str:
    """A process with this content."""
    return f'<bpmn:process id="{process_id}"{attributes}>{inner}</bpmn:process>'


def diagram(*parts: str) -> bytes:
    """A file with these root elements."""
    return (HEAD + "".join(parts) + FOOT).encode()


ROOTS = (
    '<bpmn:message id="m_answer" name="answer"/>'
    '<bpmn:message id="m_notice" name="notice"/>'
    '<bpmn:signal id="s_stop" name="stop"/>'
    '<bpmn:error id="e_refused" name="refused" errorCode="refused"/>'
)
NODES = (
    '<bpmn:startEvent id="begin"/>'
    '<bpmn:userTask id="ask" name="Ask"/>'
    '<bpmn:exclusiveGateway id="which" name="Which?" default="which__both"/>'
    '<bpmn:scriptTask id="count"><bpmn:script>total = 1</bpmn:script></bpmn:scriptTask>'
    '<bpmn:parallelGateway id="both"/>'
    '<bpmn:userTask id="left"/>'
    '<bpmn:serviceTask id="right"><bpmn:extensionElements><spiffworkflow:serviceTaskOperator id="letters.send">'
    '<spiffworkflow:parameters><spiffworkflow:parameter id="to" value="applicant"/></spiffworkflow:parameters>'
    "</spiffworkflow:serviceTaskOperator></bpmn:extensionElements></bpmn:serviceTask>"
    '<bpmn:parallelGateway id="joined"/>'
    '<bpmn:eventBasedGateway id="wait"/>'
    '<bpmn:intermediateCatchEvent id="answered"><bpmn:messageEventDefinition id="answered_d" messageRef="m_answer"/>'
    "</bpmn:intermediateCatchEvent>"
    '<bpmn:intermediateCatchEvent id="waited"><bpmn:timerEventDefinition id="waited_d">'
    "<bpmn:timeDuration>P3D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"
    '<bpmn:subProcess id="inside"><bpmn:startEvent id="inner_begin"/><bpmn:userTask id="inner_task"/>'
    '<bpmn:endEvent id="inner_end"/>'
    + flow("inner_begin", "inner_task")
    + flow("inner_task", "inner_end")
    + "</bpmn:subProcess>"
    '<bpmn:boundaryEvent id="late" attachedToRef="inside"><bpmn:timerEventDefinition id="late_d">'
    "<bpmn:timeDuration>P5D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    '<bpmn:userTask id="each"><bpmn:multiInstanceLoopCharacteristics id="each_m">'
    "<bpmn:loopDataInputRef>people</bpmn:loopDataInputRef>"
    '<bpmn:inputDataItem id="person"/></bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>'
    '<bpmn:endEvent id="done"/>'
    '<bpmn:endEvent id="expired"/>'
)
FLOWS = "".join(
    (
        flow("begin", "ask"),
        flow("ask", "which"),
        flow("which", "count", "kind == 1"),
        flow("which", "both"),
        flow("count", "wait"),
        flow("both", "left"),
        flow("both", "right"),
        flow("left", "joined"),
        flow("right", "joined"),
        flow("joined", "inside"),
        flow("wait", "answered"),
        flow("wait", "waited"),
        flow("answered", "inside"),
        flow("waited", "expired"),
        flow("inside", "each"),
        flow("each", "done"),
        flow("late", "expired"),
    )
)
SOUND = ROOTS + process(NODES + FLOWS)


def changed(*changes: tuple[str, str]) -> bytes:
    """The sound diagram with some of its text replaced; every piece must be there, or the fault is not seeded."""
    text = SOUND
    for old, new in changes:
        assert text.count(old) >= 1, old
        text = text.replace(old, new)
    return diagram(text)


def linted(content: bytes, *, standalone: bool = True) -> list[Problem]:
    """The problems of one file."""
    return lint({"a.bpmn": content}, standalone=standalone)


def errors(content: bytes) -> set[tuple[str, str]]:
    """(rule, element) of its errors."""
    return {(each.rule, each.element) for each in linted(content) if each.severity == "error"}


def warnings(content: bytes) -> set[tuple[str, str]]:
    """(rule, element) of its warnings, that nothing is drawn left out."""
    found = {(each.rule, each.element) for each in linted(content) if each.severity == "warning"}
    return found - {("drawing.missing", "")}
