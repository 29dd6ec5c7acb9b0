"""Sound drawings of other programs, with their prefixes, attributes and extensions: nothing of them is an error."""

import pytest

from tests.lint.diagrams import linted

JUEL, FEEL, PLAIN = "<![CDATA[${amount > 100}]]>", "=amount &gt; 100", "amount &gt; 100"
VENDORS = {
    "camunda 7": (
        "bpmn:",
        'xmlns:v="http://camunda.org/schema/1.0/bpmn"',
        'v:assignee="${initiator}" v:candidateGroups="clerks" v:formKey="embedded:app:x.html" v:dueDate="${now()}"',
        '<v:formData><v:formField id="a" label="A" type="string"/></v:formData><v:taskListener event="create"/>',
        JUEL,
    ),
    "camunda 8": (
        "bpmn:",
        'xmlns:v="http://camunda.org/schema/zeebe/1.0"',
        "",
        '<v:userTask/><v:assignmentDefinition assignee="=me"/><v:ioMapping><v:input source="=a"/></v:ioMapping>',
        FEEL,
    ),
    "flowable": ("", 'xmlns:v="http://flowable.org/bpmn"', 'v:formKey="f" v:candidateUsers="a,b"', "<v:x/>", JUEL),
    "activiti": ("", 'xmlns:v="http://activiti.org/bpmn"', 'v:priority="5"', '<v:formProperty id="a"/>', JUEL),
    "signavio": (
        "",
        'xmlns:v="http://www.signavio.com" expressionLanguage="http://www.w3.org/TR/XPath"',
        'completionQuantity="1" startQuantity="1" isForCompensation="false"',
        '<v:signavioMetaData metaKey="bgcolor" metaValue="#ffffcc"/>',
        PLAIN,
    ),
    "bizagi": ("", 'xmlns:v="http://www.bizagi.com/bpmn20"', "", "<v:BizagiExtensions/>", PLAIN),
    "jbpm": ("bpmn2:", 'xmlns:v="http://www.jboss.org/drools"', "", '<v:metaData name="n"/>', PLAIN),
    "spiff": (
        "bpmn:",
        'xmlns:v="http://spiffworkflow.org/bpmn/schema/1.0/core"',
        "",
        "<v:instructionsForEndUser>Hi</v:instructionsForEndUser><v:allowGuest>true</v:allowGuest>",
        PLAIN,
    ),
    "bpmn.io": ("bpmn2:", 'exporter="bpmn-js" exporterVersion="17.0.2"', "", "", PLAIN),
    "trisotech": ("semantic:", 'xmlns:v="http://www.trisotech.com/2015/triso"', 'v:logo="x"', "<v:x/>", PLAIN),
}
POOLS = (
    '<@collaboration id="c"><@participant id="office" processRef="p"/><@participant id="citizen" name="Citizen"/>'
    '<@messageFlow id="mf" sourceRef="citizen" targetRef="s"/><@textAnnotation id="ta"><@text>x</@text>'
    '</@textAnnotation><@association id="as" sourceRef="citizen" targetRef="ta"/></@collaboration>'
)
LANES = (
    '<@laneSet id="ls"><@lane id="l1"><@flowNodeRef>u</@flowNodeRef><@childLaneSet id="cl"><@lane id="l2">'
    "<@flowNodeRef>u</@flowNodeRef></@lane></@childLaneSet></@lane></@laneSet>"
)
ARTIFACTS = (
    '<@group id="gr"/><@dataObject id="do"/><@dataObjectReference id="paper" dataObjectRef="do"/>'
    '<@dataStoreReference id="archive" name="Archive"/><@association id="as2" sourceRef="u" targetRef="paper"/>'
)
SUB = (
    '<@subProcess id="sub"><@startEvent id="s2"/><@callActivity id="ca" calledElement="other"/><@endEvent id="e3"/>'
    '<@sequenceFlow id="i1" sourceRef="s2" targetRef="ca"/><@sequenceFlow id="i2" sourceRef="ca" targetRef="e3"/>'
    '</@subProcess><@boundaryEvent id="late" attachedToRef="sub" cancelActivity="false"><@timerEventDefinition id="t">'
    '<@timeDuration xsi:type="@tFormalExpression">PT1H</@timeDuration></@timerEventDefinition></@boundaryEvent>'
    '<@endEvent id="e4"/><@sequenceFlow id="f7" sourceRef="late" targetRef="e4"/>'
)
PLAIN_TASK = '<@task id="sub" name="N"/>'
KINDS = {
    "plain": ("", "", PLAIN_TASK),
    "pools and lanes": (POOLS, LANES, PLAIN_TASK),
    "artifacts": ("", ARTIFACTS, PLAIN_TASK),
    "a sub-process": ("", "", SUB),
}


def drawing(vendor: str, kind: str) -> bytes:
    """A process of a person, a choice, a service and `kind`, as `vendor` writes it; "@" is its prefix."""
    prefix, names, attributes, extensions, condition = VENDORS[vendor]
    roots, inside, activity = KINDS[kind]
    written = (
        '<@definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/'
        f'XMLSchema-instance" {names} id="D" targetNamespace="http://x/y">{roots}<@process id="p" isExecutable="true">'
        f"<@documentation>Doc</@documentation>{inside}"
        f'<@startEvent id="s"/><@userTask id="u" name="N" {attributes}><@extensionElements>{extensions}'
        '</@extensionElements></@userTask><@exclusiveGateway id="g" default="f4"/><@serviceTask id="v" name="N"/>'
        f'{activity}<@endEvent id="e"/><@endEvent id="e2"/><@sequenceFlow id="f1" sourceRef="s" targetRef="u"/>'
        '<@sequenceFlow id="f2" sourceRef="u" targetRef="g"/><@sequenceFlow id="f3" sourceRef="g" targetRef="v">'
        f'<@conditionExpression xsi:type="@tFormalExpression">{condition}</@conditionExpression></@sequenceFlow>'
        '<@sequenceFlow id="f4" sourceRef="g" targetRef="e2"/><@sequenceFlow id="f5" sourceRef="v" targetRef="sub"/>'
        '<@sequenceFlow id="f6" sourceRef="sub" targetRef="e"/></@process></@definitions>'
    )
    if prefix:
        written = written.replace('xmlns="', f'xmlns:{prefix[:-1]}="', 1)
    return written.replace("@", prefix).encode()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("vendor", VENDORS)
def test_a_sound_drawing_of_another_program_has_no_errors(vendor: str, kind: str) -> None:
    assert [each for each in linted(drawing(vendor, kind)) if each.severity == "error"] == []
