"""Every fault is found at its element, by its rule, and nothing else is called an error."""

import pytest

from tests.lint.diagrams import changed, errors, flow, linted, warnings

LOOP = '<bpmn:userTask id="left"><bpmn:standardLoopCharacteristics{}/></bpmn:userTask>'
EVENT_SUB = (
    '<bpmn:subProcess id="on_stop" triggeredByEvent="true"><bpmn:startEvent id="stopped">{}</bpmn:startEvent>'
    '<bpmn:endEvent id="stop_end"/>' + flow("stopped", "stop_end") + "</bpmn:subProcess>"
)
SIGNAL = '<bpmn:signalEventDefinition id="sd" signalRef="s_stop"/>'
THROW = '<bpmn:intermediateThrowEvent id="thrown">{}</bpmn:intermediateThrowEvent>'
END = '<bpmn:endEvent id="done"/>'

ENDED = '<bpmn:endEvent id="done"><bpmn:incoming>each__done</bpmn:incoming></bpmn:endEvent>'
BEGIN = '<bpmn:startEvent id="begin"/>'
BEGUN = '<bpmn:startEvent id="begin"><bpmn:outgoing>begin__ask</bpmn:outgoing></bpmn:startEvent>'

FAULTS = {
    # flows
    "a flow to nowhere": (
        "structure.dangling_target",
        "each__done",
        ('targetRef="done"', 'targetRef="gone"'),
        (END, ENDED),
    ),
    "a flow from nowhere": (
        "structure.dangling_source",
        "begin__ask",
        ('sourceRef="begin"', 'sourceRef="gone"'),
        (BEGIN, BEGUN),
    ),
    "a flow into a sub-process": (
        "structure.flow_crosses_border",
        "begin__inner_task",
        (flow("begin", "ask"), flow("begin", "ask") + flow("begin", "inner_task")),
    ),
    "a task nothing leads to": (
        "structure.unreachable",
        "island",
        (END, END + '<bpmn:userTask id="island"/>' + flow("island", "done")),
    ),
    "a task that leads nowhere": (
        "structure.dead_end",
        "blind",
        (END, END + '<bpmn:userTask id="blind"/>' + flow("both", "blind")),
    ),
    "a start with a flow into it": (
        "structure.start_with_incoming",
        "begin",
        (flow("ask", "which"), flow("ask", "which") + flow("left", "begin")),
    ),
    "an end with a flow out of it": (
        "structure.end_with_outgoing",
        "done",
        (flow("each", "done"), flow("each", "done") + flow("done", "expired")),
    ),
    "a branch without a condition": (
        "structure.condition_missing",
        "which__count",
        (flow("which", "count", "kind == 1"), flow("which", "count")),
    ),
    "a default flow with a condition": (
        "structure.condition_on_default",
        "which__both",
        (flow("which", "both"), flow("which", "both", "kind == 2")),
    ),
    "a default flow of somebody else": (
        "structure.default_dangling",
        "ask",
        ('<bpmn:userTask id="ask" name="Ask"/>', '<bpmn:userTask id="ask" name="Ask" default="each__done"/>'),
    ),
    "a condition after a fork": (
        "structure.condition_not_allowed",
        "both__left",
        (flow("both", "left"), flow("both", "left", "kind == 2")),
    ),
    # ids
    "an id used twice": (
        "structure.duplicate_id",
        "left",
        (flow("each", "done"), flow("each", "done", identity="left")),
    ),
    "a reserved id": ("structure.reserved_id", "Root", ('"left"', '"Root"')),
    "a task without an id": ("structure.missing_id", "p", (END, END + "<bpmn:userTask/>")),
    "a process not to be run": ("structure.not_executable", "p", ('isExecutable="true"', 'isExecutable="false"')),
    "two plain starts": (
        "structure.several_starts",
        "begin_again",
        (END, END + '<bpmn:startEvent id="begin_again"/>' + flow("begin_again", "ask")),
    ),
    "no start": (
        "structure.no_start",
        "inside",
        ('<bpmn:startEvent id="inner_begin"/>', ""),
        (flow("inner_begin", "inner_task"), ""),
    ),
    "no end": (
        "structure.no_end",
        "inside",
        ('<bpmn:endEvent id="inner_end"/>', ""),
        (flow("inner_task", "inner_end"), ""),
    ),
    "an unknown element": ("structure.unknown_element", "odd", (END, END + '<bpmn:userTusk id="odd"/>')),
    "a misspelt definition": (
        "structure.unknown_element",
        "begin",
        (BEGIN, '<bpmn:startEvent id="begin"><bpmn:timerEventDefintion id="x"/></bpmn:startEvent>'),
    ),
    "a lane with a stale node": (
        "structure.lane_dangling",
        "desk",
        (
            '<bpmn:startEvent id="begin"/>',
            (
                '<bpmn:laneSet id="lanes"><bpmn:lane id="desk"><bpmn:flowNodeRef>gone</bpmn:flowNodeRef></bpmn:lane>'
                '</bpmn:laneSet><bpmn:startEvent id="begin"/>'
            ),
        ),
    ),
    "data that refers to nothing": (
        "structure.dangling_reference",
        "paper",
        (END, END + '<bpmn:dataObjectReference id="paper" dataObjectRef="gone"/>'),
    ),
    "an association with nothing": (
        "structure.dangling_reference",
        "line",
        (END, END + '<bpmn:association id="line" sourceRef="left" targetRef="gone"/>'),
    ),
    # events
    "a boundary on nothing": (
        "events.boundary_without_host",
        "late",
        ('attachedToRef="inside"', 'attachedToRef="gone"'),
    ),
    "a boundary on a gateway": (
        "events.boundary_on_other",
        "late",
        ('attachedToRef="inside"', 'attachedToRef="which"'),
    ),
    "a boundary with a flow into it": (
        "events.boundary_with_incoming",
        "late",
        (flow("left", "joined"), flow("left", "joined") + flow("both", "late")),
    ),
    "a boundary without a flow": (
        "events.boundary_without_outgoing",
        "late",
        (flow("late", "expired"), ""),
    ),
    "a boundary without a trigger": (
        "events.no_trigger",
        "late",
        (
            (
                '<bpmn:timerEventDefinition id="late_d"><bpmn:timeDuration>P5D</bpmn:timeDuration>'
                "</bpmn:timerEventDefinition>"
            ),
            "",
        ),
    ),
    "a repetition where the process waits once": (
        "events.cycle_where_it_waits",
        "waited",
        ("<bpmn:timeDuration>P3D</bpmn:timeDuration>", "<bpmn:timeCycle>R3/P3D</bpmn:timeCycle>"),
    ),
    "a message that does not exist": (
        "events.dangling_reference",
        "answered",
        ('messageRef="m_answer"', 'messageRef="gone"'),
    ),
    "a signal that does not exist": (
        "events.dangling_reference",
        "done",
        (
            END,
            '<bpmn:endEvent id="done"><bpmn:signalEventDefinition id="x" signalRef="gone"/></bpmn:endEvent>',
        ),
    ),
    "an error that does not exist": (
        "events.dangling_reference",
        "done",
        (END, '<bpmn:endEvent id="done"><bpmn:errorEventDefinition id="x" errorRef="gone"/></bpmn:endEvent>'),
    ),
    "an escalation that does not exist": (
        "events.dangling_reference",
        "done",
        (
            END,
            '<bpmn:endEvent id="done"><bpmn:escalationEventDefinition id="x" escalationRef="gone"/></bpmn:endEvent>',
        ),
    ),
    "a message event that names nothing": (
        "events.unnamed",
        "answered",
        (' messageRef="m_answer"', ""),
    ),
    "a signal event that names nothing": (
        "events.unnamed",
        "done",
        (END, '<bpmn:endEvent id="done"><bpmn:signalEventDefinition id="x"/></bpmn:endEvent>'),
    ),
    "an error that is caught in passing": (
        "events.trigger_not_allowed",
        "waited",
        (
            (
                '<bpmn:timerEventDefinition id="waited_d"><bpmn:timeDuration>P3D</bpmn:timeDuration>'
                "</bpmn:timerEventDefinition>"
            ),
            '<bpmn:errorEventDefinition id="waited_d" errorRef="e_refused"/>',
        ),
    ),
    "an error that starts a process": (
        "events.trigger_not_allowed",
        "begin",
        (
            '<bpmn:startEvent id="begin"/>',
            '<bpmn:startEvent id="begin"><bpmn:errorEventDefinition id="x" errorRef="e_refused"/></bpmn:startEvent>',
        ),
    ),
    "a terminate that is thrown in passing": (
        "events.trigger_not_allowed",
        "thrown",
        (END, THROW.format('<bpmn:terminateEventDefinition id="x"/>') + END),
        (flow("each", "done"), flow("each", "thrown") + flow("thrown", "done")),
    ),
    "an error that does not interrupt": (
        "events.must_interrupt",
        "late",
        (
            (
                '<bpmn:boundaryEvent id="late" attachedToRef="inside"><bpmn:timerEventDefinition id="late_d">'
                "<bpmn:timeDuration>P5D</bpmn:timeDuration></bpmn:timerEventDefinition>"
            ),
            (
                '<bpmn:boundaryEvent id="late" attachedToRef="inside" cancelActivity="false">'
                '<bpmn:errorEventDefinition id="late_d" errorRef="e_refused"/>'
            ),
        ),
    ),
    "a cancel outside a transaction": (
        "events.cancel_outside_transaction",
        "expired",
        (
            '<bpmn:endEvent id="expired"/>',
            '<bpmn:endEvent id="expired"><bpmn:cancelEventDefinition id="x"/></bpmn:endEvent>',
        ),
    ),
    "an event gateway before a task": (
        "events.gateway_target",
        "wait",
        (flow("waited", "expired"), flow("waited", "expired") + flow("wait", "each")),
    ),
    "an event gateway without events": (
        "structure.dead_end",
        "nothing",
        (END, END + '<bpmn:eventBasedGateway id="nothing"/>' + flow("both", "nothing")),
    ),
    "a sub-process that a message starts": (
        "events.sub_process_start",
        "inner_begin",
        (
            '<bpmn:startEvent id="inner_begin"/>',
            (
                '<bpmn:startEvent id="inner_begin"><bpmn:messageEventDefinition id="x" messageRef="m_answer"/>'
                "</bpmn:startEvent>"
            ),
        ),
    ),
    "a sub-process with two starts": (
        "events.sub_process_starts",
        "inside",
        (
            '<bpmn:startEvent id="inner_begin"/>',
            '<bpmn:startEvent id="inner_begin"/><bpmn:startEvent id="inner_other"/>'
            + flow("inner_other", "inner_task"),
        ),
    ),
    "an event sub-process with a plain start": (
        "events.event_sub_process_start",
        "stopped",
        (END, END + EVENT_SUB.format("")),
    ),
    "an event sub-process with a flow": (
        "events.event_sub_process_flow",
        "on_stop",
        (END, END + EVENT_SUB.format(SIGNAL) + flow("on_stop", "done")),
    ),
    "a link to nowhere": (
        "events.link_without_target",
        "thrown",
        (END, END + THROW.format('<bpmn:linkEventDefinition id="x" name="there"/>') + flow("both", "thrown")),
    ),
    "a link from nowhere": (
        "events.link_without_source",
        "landed",
        (
            END,
            END + '<bpmn:intermediateCatchEvent id="landed"><bpmn:linkEventDefinition id="x" name="there"/>'
            "</bpmn:intermediateCatchEvent>" + flow("landed", "done"),
        ),
    ),
    "a link without a name": (
        "events.link_unnamed",
        "thrown",
        (END, END + THROW.format('<bpmn:linkEventDefinition id="x"/>') + flow("both", "thrown")),
    ),
    "a compensation handler in the flow": (
        "events.compensation_flow",
        "undo",
        (
            END,
            END + '<bpmn:userTask id="undo" isForCompensation="true"/><bpmn:boundaryEvent id="undone" '
            'attachedToRef="left"><bpmn:compensateEventDefinition id="x"/></bpmn:boundaryEvent>'
            '<bpmn:association id="a" sourceRef="undone" targetRef="undo"/>' + flow("undo", "done"),
        ),
    ),
    "a compensation that does nothing": (
        "events.compensation_handler",
        "undone",
        (
            END,
            END + '<bpmn:boundaryEvent id="undone" attachedToRef="left"><bpmn:compensateEventDefinition id="x"/>'
            "</bpmn:boundaryEvent>",
        ),
    ),
    "a timer without a time": (
        "events.timer_empty",
        "late",
        ("<bpmn:timeDuration>P5D</bpmn:timeDuration>", ""),
    ),
    "a timer in plain words": ("expressions.wrong", "late", (">P5D<", ">3 days<")),
    "a timer with half an ISO duration": ("events.timer_text", "late", (">P5D<", ">P5X<")),
    "a condition event without a condition": (
        "events.condition_empty",
        "answered",
        (
            '<bpmn:messageEventDefinition id="answered_d" messageRef="m_answer"/>',
            '<bpmn:conditionalEventDefinition id="answered_d"/>',
        ),
    ),
    # activities
    "a call of nothing": (
        "activities.call_without_process",
        "left",
        ('<bpmn:userTask id="left"/>', '<bpmn:callActivity id="left"/>'),
    ),
    "a decision task without a decision": (
        "activities.no_decision",
        "left",
        ('<bpmn:userTask id="left"/>', '<bpmn:businessRuleTask id="left"/>'),
    ),
    "an empty script": ("activities.no_script", "count", ("total = 1", "")),
    "a script in another language": (
        "activities.script_language",
        "count",
        ('<bpmn:scriptTask id="count">', '<bpmn:scriptTask id="count" scriptFormat="groovy">'),
    ),
    "a send task without a message": (
        "activities.no_message",
        "left",
        ('<bpmn:userTask id="left"/>', '<bpmn:sendTask id="left"/>'),
    ),
    "several instances of nothing": (
        "activities.multi_instance_without_count",
        "each",
        ("<bpmn:loopDataInputRef>people</bpmn:loopDataInputRef>", ""),
        ('<bpmn:inputDataItem id="person"/>', ""),
    ),
    "a negative number of instances": (
        "activities.number_too_small",
        "each",
        (
            '<bpmn:loopDataInputRef>people</bpmn:loopDataInputRef><bpmn:inputDataItem id="person"/>',
            "<bpmn:loopCardinality>-1</bpmn:loopCardinality>",
        ),
    ),
    "a negative loop": (
        "activities.number_too_small",
        "left",
        ('<bpmn:userTask id="left"/>', LOOP.format(' loopMaximum="-1"')),
    ),
    "a loop without an end": (
        "activities.loop_without_end",
        "left",
        ('<bpmn:userTask id="left"/>', LOOP.format("")),
    ),
    "a quantity of none": (
        "activities.number_too_small",
        "left",
        ('<bpmn:userTask id="left"/>', '<bpmn:userTask id="left" startQuantity="0"/>'),
    ),
    "a misspelt property": (
        "extensions.misspelt",
        "left",
        (
            '<bpmn:userTask id="left"/>',
            (
                '<bpmn:userTask id="left"><bpmn:extensionElements><spiffworkflow:properties>'
                '<spiffworkflow:property name="frmKey" value="x"/></spiffworkflow:properties></bpmn:extensionElements>'
                "</bpmn:userTask>"
            ),
        ),
    ),
    "a misspelt extension": (
        "extensions.misspelt",
        "left",
        (
            '<bpmn:userTask id="left"/>',
            (
                '<bpmn:userTask id="left"><bpmn:extensionElements><spiffworkflow:variablName/>'
                "</bpmn:extensionElements></bpmn:userTask>"
            ),
        ),
    ),
}


def test_the_sound_diagram_has_no_problems() -> None:
    content = changed()

    assert (errors(content), warnings(content)) == (set(), set())


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_at_its_element_and_nothing_else_is_an_error(name: str) -> None:
    rule, element, *changes = FAULTS[name]
    content = changed(*changes)

    assert errors(content) == {(rule, element)}


def test_at_least_sixty_faults_are_seeded() -> None:
    assert len(FAULTS) >= 60


def test_a_message_without_a_name_goes_by_its_id() -> None:
    content = changed(('<bpmn:message id="m_answer" name="answer"/>', '<bpmn:message id="m_answer"/>'))

    assert (errors(content), warnings(content)) == (set(), {("events.named_by_id", "m_answer")})


def test_what_an_office_must_not_have_is_a_warning_without_one() -> None:
    on_service = changed(('attachedToRef="inside"', 'attachedToRef="right" cancelActivity="false"'))
    told = ("events.timer_on_automatic_task", "late")
    published = {(each.rule, each.element, each.severity) for each in linted(on_service, standalone=False)}

    assert (errors(on_service), warnings(on_service) & {told}) == (set(), {told})
    assert (*told, "error") in published


def test_a_message_flow_of_what_neither_sends_nor_awaits_is_told() -> None:
    pools = '<bpmn:participant id="ours" processRef="p"/><bpmn:participant id="theirs" name="Body"/>'
    answered = '<bpmn:messageFlow id="heard" sourceRef="ask" targetRef="answered"/>'
    outside = '<bpmn:messageFlow id="told" sourceRef="ask" targetRef="theirs"/>'
    talk = f'<bpmn:collaboration id="talk">{pools}{answered}{outside}</bpmn:collaboration>'
    content = changed(('<bpmn:message id="m_answer"', f'{talk}<bpmn:message id="m_answer"'))

    assert ("structure.message_flow_unspoken", "heard") in warnings(content)
    assert ("structure.message_flow_unspoken", "told") not in warnings(content)
