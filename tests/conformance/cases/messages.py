"""Messages inside a process and between processes; send and receive tasks."""

from tests.conformance.case import case
from tests.conformance.drawing import begin, event_sub, receive, send, two_processes, with_message_flows
from tests.unit.engine.diagrams import (
    Node,
    border,
    both,
    catch,
    diagram,
    end,
    first_of,
    message,
    script,
    start,
    sub,
    throw,
    timer,
)

STARTED = diagram("start2 -> b -> end2", process_id="q", start2=start(message("M")))
WAITS = diagram("start2 -> w -> b -> end2", process_id="q", start2=start(message("go")), w=catch(message("M")))
LATER = catch(timer("PT1H"))
NAMELESS = "<bpmn:messageEventDefinition/>"


def called(tag: str, name: str) -> Node:
    """A message event that names no message."""
    return Node(tag, NAMELESS, {"name": name})


ASKED = two_processes(
    diagram("start -> ask -> end", ask=called("intermediateThrowEvent", "Ask")),
    diagram("asked -> b -> end2", process_id="q", asked=called("startEvent", "Asked")),
)
TASKS = two_processes(
    diagram("start -> ask -> hear -> end", ask=Node("sendTask"), hear=Node("receiveTask")),
    diagram(
        "asked -> answer -> end2",
        process_id="q",
        asked=Node("receiveTask", attributes={"instantiate": "true"}),
        answer=Node("sendTask"),
    ),
)

CASES = [
    case(
        "message_throw_starts_another_process",
        "message event",
        "start",
        (diagram("start -> m -> end", m=throw(message("M"))), STARTED),
        "start m end start2 b end2",
    ),
    case(
        "message_end_starts_another_process",
        "message event",
        "end",
        (diagram("start -> end", end=end(message("M"))), STARTED),
        "start end start2 b end2",
    ),
    case(
        "send_task_starts_another_process",
        "send task",
        "task",
        (diagram("start -> m -> end", m=send("M")), STARTED),
        "start m end start2 b end2",
    ),
    case(
        "every_message_starts_an_instance_of_its_own",
        "message event",
        "start",
        (diagram("start -> m -> n -> end", m=throw(message("M")), n=throw(message("M"))), STARTED),
        "start m n end (start2 b end2 | start2 b end2)",
    ),
    case(
        "a_message_brings_its_payload",
        "message event",
        "start",
        (
            diagram("start -> m -> r -> end", m=throw(message("M", payload='{"n": 5}')), r=catch(message("R"))),
            diagram(
                "start2 -> s -> end2",
                process_id="q",
                start2=start(message("M")),
                s=script("n = n + 1"),
                end2=end(message("R", payload='{"n": n}')),
            ),
        ),
        "start m start2 s end2 r end",
        data={"n": 6},
    ),
    case(
        "a_message_start_of_two_begins_at_its_own",
        "message event",
        "start",
        (
            diagram("start -> m -> end", m=throw(message("M2"))),
            diagram(
                "start2 -> a -> end2; start3 -> b -> end3",
                process_id="q",
                start2=start(message("M1")),
                start3=start(message("M2")),
            ),
        ),
        "start m end start3 b end3",
    ),
    case(
        "message_catch_waits",
        "message event",
        "catch",
        diagram("start -> m -> end", m=catch(message("M"))),
        "start",
        waits="m",
    ),
    case(
        "message_catch_takes_what_comes",
        "message event",
        "catch",
        diagram("start -> m -> end", m=catch(message("M"))),
        "start m end",
        inputs={"m": {"paid": 7}},
        data={"paid": 7},
    ),
    case(
        "message_catch_puts_it_under_its_variable",
        "message event",
        "catch",
        diagram("start -> m -> end", m=catch(message("M", variable="brought"))),
        "start m end",
        inputs={"m": {"paid": 7}},
        data={"brought": {"paid": 7}},
    ),
    case(
        "message_throw_is_caught_in_a_running_process",
        "message event",
        "throw",
        (diagram("start -> g -> m -> end", g=throw(message("go")), m=throw(message("M"))), WAITS),
        "start g m end start2 w b end2",
    ),
    case(
        "message_throw_before_its_catch_is_kept",
        "message event",
        "throw",
        (diagram("start -> m -> g -> end", m=throw(message("M")), g=throw(message("go"))), WAITS),
        "start m g end start2 w b end2",
    ),
    case(
        "message_throw_to_nobody_does_no_harm",
        "message event",
        "throw",
        diagram("start -> m -> end", m=throw(message("M"))),
        "start m end",
    ),
    case(
        "message_throw_is_caught_beside",
        "message event",
        "throw",
        diagram(
            "start -> f; f -> c -> a -> end; f -> l -> m -> end2",
            f=both(),
            c=catch(message("M")),
            l=LATER,
            m=throw(message("M")),
        ),
        "start f l m (c a end | end2)",
    ),
    case(
        "a_message_goes_to_one_only",
        "message event",
        "throw",
        diagram(
            "start -> f; f -> c -> end; f -> d -> end3; f -> l -> m -> end2",
            f=both(),
            c=catch(message("M")),
            d=catch(message("M")),
            l=LATER,
            m=throw(message("M")),
        ),
        "start f l m ([c end | d end3] | end2)",
        waits="d",
    ),
    case(
        "message_boundary_interrupts",
        "message event",
        "boundary",
        diagram("start -> t -> end; e -> a -> end2", e=border("t", message("M"))),
        "start e a end2",
        do="a",
        inputs={"e": {}},
    ),
    case(
        "message_boundary_interrupts_a_sub_process",
        "message event",
        "boundary",
        diagram(
            "start -> o -> end; e -> a -> end2",
            o=sub("s1 -> t -> e1", s1=start(), e1=end()),
            e=border("o", message("M")),
        ),
        "start s1 e a end2",
        do="a",
        inputs={"e": {}},
    ),
    case(
        "message_boundary_ends_with_its_activity",
        "message event",
        "boundary",
        diagram("start -> t -> l -> end; e -> a -> end2", e=border("t", message("M")), l=LATER),
        "start t l end",
        do="t a",
    ),
    case(
        "message_boundary_not_interrupting",
        "message event",
        "boundary, not interrupting",
        diagram("start -> t -> end; e -> a -> end2", e=border("t", message("M"), interrupting=False)),
        "start e a end2",
        do="a",
        inputs={"e": [{}]},
        waits="t e",
    ),
    case(
        "message_boundary_not_interrupting_again_and_again",
        "message event",
        "boundary, not interrupting",
        diagram("start -> t -> end; e -> a -> end2", e=border("t", message("M"), interrupting=False)),
        "start (e a end2 | e a end2 | e a end2)",
        do="a",
        inputs={"e": [{}, {}, {}]},
        waits="t e",
    ),
    case(
        "message_behind_an_event_gateway",
        "message event",
        "event-based gateway",
        diagram(
            "start -> g; g -> m -> a -> end; g -> c -> b -> end2",
            g=first_of(),
            m=catch(message("M")),
            c=catch(timer("PT1H")),
        ),
        "start g m a end",
        inputs={"m": {"n": 1}},
        data={"n": 1},
    ),
    case(
        "no_message_behind_an_event_gateway",
        "message event",
        "event-based gateway",
        diagram(
            "start -> g; g -> m -> a -> end; g -> c -> b -> end2",
            g=first_of(),
            m=catch(message("M")),
            c=catch(timer("PT1H")),
        ),
        "start g c b end2",
    ),
    case(
        "receive_task_behind_an_event_gateway",
        "receive task",
        "event-based gateway",
        diagram(
            "start -> g; g -> m -> a -> end; g -> c -> b -> end2", g=first_of(), m=receive("M"), c=catch(timer("PT1H"))
        ),
        "start g m a end",
        inputs={"m": {}},
    ),
    case(
        "receive_task_waits", "receive task", "task", diagram("start -> m -> end", m=receive("M")), "start", waits="m"
    ),
    case(
        "receive_task_takes_its_message",
        "receive task",
        "task",
        (
            diagram("start -> g -> m -> end", g=throw(message("go")), m=send("M")),
            diagram("start2 -> w -> b -> end2", process_id="q", start2=start(message("go")), w=receive("M")),
        ),
        "start g m end start2 w b end2",
    ),
    case(
        "receive_task_with_a_deadline",
        "receive task",
        "task",
        diagram("start -> m -> end; e -> a -> end2", m=receive("M"), e=border("m", timer("P1D"))),
        "start e a end2",
        do="a",
    ),
    case(
        "a_request_and_its_answer",
        "message event",
        "throw",
        (
            diagram("start -> m -> r -> a -> end", m=send("ask"), r=receive("tell")),
            diagram("start2 -> b -> end2", process_id="q", start2=start(message("ask")), end2=end(message("tell"))),
        ),
        "start m start2 b end2 r a end",
    ),
    case(
        "an_answer_too_late",
        "message event",
        "throw",
        (
            diagram(
                "start -> m -> g; g -> r -> a -> end; g -> c -> b -> end3",
                m=send("ask"),
                g=first_of(),
                r=catch(message("tell")),
                c=catch(timer("PT1H")),
            ),
            diagram(
                "start2 -> d -> end2",
                process_id="q",
                start2=start(message("ask")),
                d=catch(timer("PT2H")),
                end2=end(message("tell")),
            ),
        ),
        "start m (g | start2) c b end3 d end2",
    ),
    case(
        "an_unknown_message_is_refused",
        "message event",
        "catch",
        diagram("start -> m -> end", m=catch('<bpmn:messageEventDefinition messageRef="nobody"/>')),
        refused="m",
    ),
    case(
        "receive_task_that_starts_its_process",
        "receive task",
        "start",
        (
            diagram("start -> m -> end", m=throw(message("M"))),
            diagram("w -> b -> end2", process_id="q", w=receive("M", instantiate=True)),
        ),
        "start m end w b end2",
    ),
    case(
        "message_start_of_an_event_sub_process_interrupts",
        "message event",
        "event sub-process",
        diagram("start -> t -> end", x=event_sub("s1 -> a -> e1", s1=begin(message("M")), e1=end())),
        "start s1 a e1 x",
        do="a",
        inputs={"s1": {}},
    ),
    case(
        "message_start_of_an_event_sub_process_brings_its_payload",
        "message event",
        "event sub-process",
        diagram(
            "start -> t -> end", x=event_sub("s1 -> a -> e1", s1=begin(message("M")), a=script("n = n + 1"), e1=end())
        ),
        "start s1 a e1 x",
        do="",
        inputs={"s1": {"n": 1}},
        data={"n": 2},
    ),
    case(
        "message_start_of_an_event_sub_process_beside",
        "message event",
        "event sub-process, not interrupting",
        diagram(
            "start -> t -> end", x=event_sub("s1 -> a -> e1", s1=begin(message("M"), interrupting=False), e1=end())
        ),
        "start (s1 a e1 x | s1 a e1 x)",
        do="a",
        inputs={"s1": [{}, {}]},
        waits="t s1",
    ),
    case(
        "a_message_flow_joins_events_that_name_no_message",
        "message flow",
        "between pools",
        with_message_flows(ASKED, ("ask", "asked")),
        "start ask end asked b end2",
    ),
    case(
        "a_message_goes_where_its_flow_leads",
        "message flow",
        "between pools",
        (
            with_message_flows(ASKED, ("ask", "asked")),
            diagram("other -> x -> end3", process_id="r", other=called("startEvent", "Ask")),
        ),
        "start ask end asked b end2",
        process="p",
    ),
    case(
        "message_flows_join_send_and_receive_tasks",
        "message flow",
        "between pools",
        with_message_flows(TASKS, ("ask", "asked"), ("answer", "hear")),
        "start ask asked answer (hear end | end2)",
        process="p",
    ),
    case(
        "a_message_flow_gives_the_message_of_its_other_end",
        "message flow",
        "between pools",
        with_message_flows(
            two_processes(
                diagram("start -> ask -> end", ask=throw(message("M"))),
                diagram("asked -> b -> end2", process_id="q", asked=called("startEvent", "Asked")),
            ),
            ("ask", "asked"),
        ),
        "start ask end asked b end2",
    ),
    case(
        "a_message_flow_to_a_closed_pool_is_sent",
        "message flow",
        "between pools",
        with_message_flows(diagram("start -> tell -> end", tell=Node("sendTask")), ("tell", "citizen")),
        "start tell end",
    ),
    case(
        "a_message_flow_between_different_messages_is_refused",
        "message flow",
        "between pools",
        with_message_flows(
            two_processes(
                diagram("start -> ask -> n -> end", ask=throw(message("M")), n=throw(message("N"))),
                diagram("asked -> b -> end2", process_id="q", asked=start(message("N"))),
            ),
            ("ask", "asked"),
        ),
        refused="m0",
    ),
    case(
        "a_send_task_without_any_message_is_refused",
        "message flow",
        "between pools",
        diagram("start -> tell -> end", tell=Node("sendTask")),
        refused="tell",
    ),
    case(
        "a_message_without_a_name_goes_by_its_id",
        "message event",
        "start",
        tuple(
            each.replace(b'id="message:M" name="M"', b'id="message:M"')
            for each in (diagram("start -> m -> end", m=throw(message("M"))), STARTED)
        ),
        "start m end start2 b end2",
    ),
    case(
        "a_message_is_referred_to_by_its_qualified_name",
        "message event",
        "throw",
        (
            diagram("start -> m -> end", m=throw(message("M")))
            .replace(b'targetNamespace="t"', b'targetNamespace="t" xmlns:tns="t"')
            .replace(b'id="message:M"', b'id="M"')
            .replace(b'messageRef="message:M"', b'messageRef="tns:M"'),
            STARTED,
        ),
        "start m end start2 b end2",
    ),
    case(
        "a_process_that_starts_itself_by_a_message_fails",
        "message event",
        "start",
        (
            diagram("start -> m -> end", m=throw(message("M"))),
            diagram("start2 -> n -> end2", process_id="q", start2=start(message("M")), n=throw(message("M"))),
        ),
        "...",
        fails="start2",
    ),
    case(
        "a_message_flow_from_a_task_of_a_person_sends_nothing",
        "message flow",
        "between pools",
        with_message_flows(
            two_processes(
                diagram("start -> ask -> end"),
                diagram("asked -> b -> end2", process_id="q", asked=called("startEvent", "Asked")),
            ),
            ("ask", "asked"),
        ),
        "start ask end",
    ),
]
