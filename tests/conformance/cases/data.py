"""Data objects and properties, inputs and outputs, decisions, correlation."""

from tests.conformance.case import case
from tests.conformance.drawing import (
    begin,
    carrying,
    declares,
    event_sub,
    getting,
    loop,
    reading,
    sending,
    times,
    with_global,
    writing,
)
from tests.dmn import decision, definitions, table
from tests.unit.engine.diagrams import (
    Node,
    both,
    call,
    catch,
    diagram,
    end,
    for_each,
    message,
    script,
    signal,
    start,
    sub,
    throw,
    timer,
    xor,
)

DECISION = definitions(
    decision("kind", "kind", table('< 18 | "child"\n>= 18 | "adult"', inputs=["age: number"], outputs=["kind"]))
)


def keyed(drawn: bytes, *messages: str) -> bytes:
    """The diagram with a correlation key: the number in each of the messages."""
    read = "".join(
        f'<bpmn:correlationPropertyRetrievalExpression messageRef="message:{name}">'
        "<bpmn:messagePath>n</bpmn:messagePath></bpmn:correlationPropertyRetrievalExpression>"
        for name in messages
    )
    return with_global(
        drawn,
        '<bpmn:collaboration id="talk"><bpmn:correlationKey id="k" name="request"><bpmn:correlationPropertyRef>number'
        "</bpmn:correlationPropertyRef></bpmn:correlationKey></bpmn:collaboration>"
        f'<bpmn:correlationProperty id="number" name="number">{read}</bpmn:correlationProperty>',
    )


OBJECT = {"o": Node("dataObject"), "ref": Node("dataObjectReference", attributes={"dataObjectRef": "o"})}
"""A data object and its reference."""
ASKS = diagram(
    "start -> a1 -> a2 -> l -> t2 -> end",
    a1=throw(message("go", payload='{"n": 1}')),
    a2=throw(message("go", payload='{"n": 2}')),
    l=catch(timer("PT1H")),
    t2=throw(message("tell", payload='{"n": 2}')),
)
SERVES = diagram(
    "start2 -> ask -> w -> end2",
    process_id="q",
    start2=start(message("go")),
    ask=throw(message("ask", payload='{"n": n}')),
    w=catch(message("tell")),
)


def asking(decision_id: str) -> Node:
    """A business rule task."""
    called = f"<spiffworkflow:calledDecisionId>{decision_id}</spiffworkflow:calledDecisionId>"
    return Node("businessRuleTask", f"<bpmn:extensionElements>{called}</bpmn:extensionElements>")


def property_of(name: str) -> Node:
    return Node("property", attributes={"name": name})


FLAG = "start -> a -> g; g -> l -> w -> end; g -> m -> x; x -[done]-> early -> end2; x -*-> late -> end3"
LATER, LATEST = catch(timer("PT1H")), catch(timer("PT2H"))


CASES = [
    case(
        "property_is_a_variable",
        "property",
        "data",
        diagram(
            "start -> s -> r -> end",
            k=Node("property", attributes={"name": "k"}),
            s=script("k = 5"),
            r=script("n = k + 1"),
        ),
        "start s r end",
        data={"n": 6},
    ),
    case(
        "data_object_is_written_and_read",
        "data object",
        "data",
        diagram(
            "start -> s -> r -> end",
            **OBJECT,
            s=writing(script("made = 7"), "made", "ref"),
            r=reading(script("n = given + 1"), "ref", "given"),
        ),
        "start s r end",
        data={"o": 7, "n": 8},
    ),
    case(
        "data_input_is_of_its_activity_alone",
        "data input",
        "data",
        diagram(
            "start -> r -> x -> end", **OBJECT, r=reading(script("n = given"), "ref", "given"), x=script("m = given")
        ),
        "start r",
        given={"o": 3},
        fails="x",
    ),
    case(
        "data_input_of_a_sub_process",
        "data input",
        "data",
        diagram(
            "start -> b -> end",
            **OBJECT,
            b=reading(sub("s1 -> s -> e1", s1=start(), e1=end(), s=script("n = given")), "ref", "given"),
        ),
        "start s1 s e1 b end",
        given={"o": 3},
        data={"n": 3},
    ),
    case(
        "data_store_that_is_used_is_refused",
        "data store",
        "data",
        diagram("start -> s -> end", d=Node("dataStoreReference"), s=writing(script("made = 7"), "made", "d")),
        refused="s d",
    ),
    case(
        "data_store_that_is_only_drawn_changes_nothing",
        "data store",
        "data",
        diagram("start -> s -> end", d=Node("dataStoreReference"), s=script("n = 1")),
        "start s end",
    ),
    case(
        "a_message_takes_the_data_input_of_its_event_to_the_data_output_of_the_other",
        "message event",
        "throw",
        (
            diagram("start -> t -> end", n=Node("dataObject"), t=sending(throw(message("go")), "n")),
            diagram(
                "start2 -> s -> end2",
                process_id="q",
                m=Node("dataObject"),
                start2=getting(start(message("go")), "m"),
                s=times(script("x = m"), "m"),
            ),
        ),
        "start t end start2 s*2 end2",
        given={"n": 2},
    ),
    case(
        "a_signal_takes_the_data_input_of_its_event_to_the_data_output_of_the_other",
        "signal event",
        "catch",
        diagram(
            "start -> g; g -> c -> end; g -> l -> t -> end2",
            n=Node("dataObject"),
            m=Node("dataObject"),
            g=both(),
            c=getting(catch(signal("told")), "m"),
            l=LATER,
            t=sending(throw(signal("told")), "n"),
        ),
        "start g l t (c end | end2)",
        given={"n": 2},
        data={"m": 2},
    ),
    case(
        "a_name_that_is_to_be_computed_is_refused",
        "signal event",
        "throw",
        diagram("start -> t -> end", t=throw(signal("told-${n}"))),
        refused="signal:told-${n}",
    ),
    case(
        "data_of_several_sources_without_a_transformation_are_refused",
        "data input",
        "data",
        diagram(
            "start -> r -> end",
            a=Node("dataObject"),
            b=Node("dataObject"),
            r=reading(script("n = given"), "a</bpmn:sourceRef><bpmn:sourceRef>b", "given"),
        ),
        refused="r",
    ),
    case(
        "a_call_carries_what_camunda_says",
        "call activity",
        "data",
        (
            diagram(
                "start -> k -> end",
                k=carrying(
                    "q",
                    'in source="a" target="b"',
                    'in sourceExpression="${a + 1}" target="c"',
                    'in businessKey="#{a}"',
                    'out source="d" target="e"',
                    'out sourceExpression="${d * 2}" target="f"',
                ),
            ),
            diagram("s1 -> s -> e1", process_id="q", s1=start(), e1=end(), s=script("a = 9\nd = b + c")),
        ),
        "start s1 s e1 k end",
        given={"a": 1},
        data={"a": 1, "b": None, "d": None, "e": 3, "f": 6},
    ),
    case(
        "a_call_carries_everything_if_camunda_says_so",
        "call activity",
        "data",
        (
            diagram("start -> k -> end", k=carrying("q", 'in variables="all"', 'out variables="all"')),
            diagram("s1 -> s -> e1", process_id="q", s1=start(), e1=end(), s=script("b = a + 1")),
        ),
        "start s1 s e1 k end",
        given={"a": 1},
        data={"a": 1, "b": 2},
    ),
    case(
        "a_call_that_carries_what_we_do_not_understand_is_refused",
        "call activity",
        "data",
        (
            diagram("start -> k -> end", k=carrying("q", 'in variables="all" local="true"')),
            diagram("s1 -> s -> e1", process_id="q", s1=start(), e1=end(), s=script("b = 1")),
        ),
        refused="k",
    ),
    case(
        "called_process_gets_what_it_declares",
        "call activity",
        "data",
        (
            diagram("start -> k -> end", k=call("q")),
            diagram(
                "s1 -> s -> e1",
                process_id="q",
                s1=start(),
                e1=end(),
                s=script("b = a + 1\nc = 9"),
                io=declares(["a"], ["b"]),
            ),
        ),
        "start s1 s e1 k end",
        given={"a": 1, "c": 5},
        data={"b": 2, "c": 5},
    ),
    case(
        "called_process_does_not_see_what_it_does_not_declare",
        "call activity",
        "data",
        (
            diagram("start -> k -> end", k=call("q")),
            diagram(
                "s1 -> s -> e1", process_id="q", s1=start(), e1=end(), s=script("b = secret"), io=declares(["a"], ["b"])
            ),
        ),
        "start s1",
        given={"a": 1, "secret": 5},
        fails="s",
    ),
    case(
        "decision_gives_its_output",
        "business rule task",
        "task",
        (diagram("start -> b -> end", b=asking("kind")), DECISION),
        "start b end",
        given={"age": 20},
        data={"kind": "adult"},
    ),
    case(
        "decision_without_its_input_fails",
        "business rule task",
        "task",
        (diagram("start -> b -> end", b=asking("kind")), DECISION),
        "start",
        given={"age": "old"},
        fails="b",
    ),
    case(
        "decision_that_nobody_has_is_refused",
        "business rule task",
        "task",
        diagram("start -> b -> end", b=asking("nobody")),
        refused="b",
    ),
    case(
        "messages_find_their_instance_by_correlation",
        "correlation",
        "data",
        (keyed(ASKS, "tell"), keyed(SERVES, "ask", "tell")),
        "start a1 a2 (start2 ask | start2 ask) l t2 (end | w end2)",
        waits="w",
    ),
    case(
        "a_message_that_two_may_claim_is_kept",
        "correlation",
        "data",
        (ASKS, SERVES),
        "start a1 a2 (start2 ask | start2 ask) l t2 end",
        waits="w",
    ),
    case(
        "a_property_is_one_for_all_branches",
        "property",
        "data",
        diagram(
            FLAG,
            done=property_of("done"),
            a=script("done = False"),
            g=both(),
            l=LATER,
            w=script("done = True"),
            m=LATEST,
            x=xor(),
        ),
        "start a g l w end m x early end2",
    ),
    case(
        "a_choice_goes_by_what_another_branch_has_written",
        "variables",
        "data",
        diagram(FLAG, a=script("done = False"), g=both(), l=LATER, w=script("done = True"), m=LATEST, x=xor()),
        "start a g l w end m x early end2",
    ),
    case(
        "a_sub_process_sees_what_is_written_beside_it",
        "variables",
        "data",
        diagram(
            "start -> g; g -> l -> w -> j; g -> b -> j; j -> end",
            g=both(),
            j=both(),
            l=LATER,
            w=script("n = 2"),
            b=sub("s1 -> m -> r -> e1", s1=start(), m=LATEST, r=script("seen = n"), e1=end()),
        ),
        "start g s1 l w m r e1 b j end",
        given={"n": 1},
        data={"n": 2, "seen": 2},
    ),
    case(
        "what_a_sub_process_writes_is_seen_beside_it",
        "variables",
        "data",
        diagram(
            "start -> g; g -> b -> j; g -> l -> r -> j; j -> end",
            g=both(),
            j=both(),
            b=sub("s1 -> w -> m -> e1", s1=start(), w=script("n = 2"), m=LATEST, e1=end()),
            l=LATER,
            r=script("seen = n"),
        ),
        "start g s1 w l r m e1 b j end",
        given={"n": 1},
        data={"n": 2, "seen": 2},
    ),
    case(
        "the_last_who_writes_a_variable_counts",
        "variables",
        "data",
        diagram(
            "start -> g; g -> a -> m -> r -> j; g -> l -> b -> j; j -> end",
            g=both(),
            j=both(),
            a=script("n = 1"),
            m=LATEST,
            r=script("seen = n"),
            l=LATER,
            b=script("n = 2"),
        ),
        "start g a l b m r j end",
        data={"n": 2, "seen": 2},
    ),
    case(
        "a_call_brings_back_only_what_it_has_changed",
        "variables",
        "data",
        (
            diagram(
                "start -> g; g -> k -> r -> j; g -> l -> w -> j; j -> end",
                g=both(),
                j=both(),
                k=call("q"),
                r=script("seen = n"),
                l=LATER,
                w=script("n = 2"),
            ),
            diagram("s1 -> m -> s -> e1", process_id="q", s1=start(), m=LATEST, s=script("of_q = 1"), e1=end()),
        ),
        "start g s1 l w m s e1 k r j end",
        given={"n": 1},
        data={"n": 2, "seen": 2, "of_q": 1},
    ),
    case(
        "instances_see_what_is_written_beside_them_and_keep_their_own",
        "variables",
        "data",
        diagram(
            "start -> g; g -> b -> j; g -> l -> w -> j; j -> end",
            g=both(),
            j=both(),
            b=for_each(
                sub(
                    "s1 -> k -> m -> r -> e1",
                    s1=start(),
                    k=script("own = i"),
                    m=LATEST,
                    r=script("o = own + n"),
                    e1=end(),
                ),
                "items",
                "i",
                output="out",
                result="o",
            ),
            l=LATER,
            w=script("n = 10\nown = 99"),
        ),
        "...",
        given={"items": [1, 2], "n": 0},
        data={"n": 10, "own": 99, "out": [11, 12]},
    ),
    case(
        "what_follows_instances_is_no_instance",
        "variables",
        "data",
        diagram(
            "start -> g; g -> m -> w -> j; g -> l -> r -> j; j -> end",
            g=both(),
            j=both(),
            m=times(script("x = loopCounter"), "2"),
            w=script("n = 2"),
            l=LATER,
            r=script("seen = n"),
        ),
        "start g m m w l r j end",
        given={"n": 1},
        data={"n": 2, "seen": 2},
    ),
    case(
        "what_a_message_brings_belongs_to_the_branch_it_begins",
        "variables",
        "data",
        (
            diagram(
                "start -> t1 -> t2 -> w -> r -> end",
                t1=throw(message("note", payload='{"text": "one"}')),
                t2=throw(message("note", payload='{"text": "two"}')),
                w=catch(timer("PT2H")),
                r=script("seen = said"),
                b=event_sub(
                    "s1 -> l -> s -> e1",
                    s1=begin(message("note"), interrupting=False),
                    l=LATER,
                    s=script("said = said + [text]"),
                    e1=end(),
                ),
            ),
        ),
        "start t1 t2 s1 s1 l s e1 b l s e1 b w r end",
        given={"said": []},
        data={"seen": ["one", "two"]},
    ),
    case(
        "a_data_object_takes_what_all_branches_write",
        "data object",
        "data",
        diagram(
            "start -> a -> g; g -> x -> j; g -> y -> j; j -> end",
            n=Node("dataObject"),
            a=script("n = 0"),
            g=both(),
            x=script("n = n + 1"),
            y=script("n = n + 10"),
            j=both(),
        ),
        "start a g (x | y) j end",
        data={"n": 11},
    ),
    case(
        "a_data_object_takes_what_all_instances_write",
        "data object",
        "data",
        diagram(
            "start -> a -> b -> end",
            n=Node("dataObject"),
            a=script("n = []"),
            b=times(script("n.append(loopCounter)"), "3"),
        ),
        "start a b*3 end",
        data={"n": [0, 1, 2]},
    ),
    case(
        "a_data_object_takes_what_a_loop_writes_beside_another_branch",
        "data object",
        "data",
        diagram(
            "start -> a -> g; g -> x -> j; g -> y -> j; j -> end",
            n=Node("dataObject"),
            a=script("n = 0"),
            g=both(),
            x=loop(script("n = n + 1"), "loopCounter < 3"),
            y=script("n = n + 10"),
            j=both(),
        ),
        "start a g (x*3 | y) j end",
        data={"n": 13},
    ),
    case(
        "a_property_takes_what_instances_write_beside_their_results",
        "property",
        "data",
        diagram(
            "start -> b -> end",
            total=property_of("total"),
            b=for_each(script("square = n * n; total = total + n"), "numbers", "n", output="out", result="square"),
        ),
        "start b*3 end",
        given={"numbers": [1, 2, 3], "total": 0},
        data={"out": [1, 4, 9], "total": 6},
    ),
    case(
        "a_property_is_seen_in_a_sub_process_beside",
        "property",
        "data",
        diagram(
            "start -> g; g -> b -> end; g -> l -> w -> end2",
            n=property_of("n"),
            g=both(),
            b=sub("s1 -> c -> r -> e1", s1=start(), e1=end(), c=LATEST, r=script("m = n")),
            l=LATER,
            w=script("n = n + 1"),
        ),
        "start g s1 l w end2 c r e1 b end",
        given={"n": 1},
        data={"m": 2},
    ),
    case(
        "a_property_of_a_sub_process_is_unknown_outside",
        "property",
        "data",
        diagram(
            "start -> a -> b -> z -> end",
            n=property_of("n"),
            a=script("n = 1"),
            b=sub("s1 -> w -> e1", n=property_of("n"), s1=start(), e1=end(), w=script("n = 5; m = n")),
            z=script("k = n"),
        ),
        "start a s1 w e1 b z end",
        data={"n": 1, "m": 5, "k": 1},
    ),
    case(
        "data_are_called_as_the_expressions_call_them",
        "data object",
        "data",
        diagram(
            "start -> a -> g; g -[amount > 1]-> x -> end; g -*-> y -> end2",
            o=Node("dataObject", attributes={"name": "amount"}),
            ref=Node("dataObjectReference", attributes={"dataObjectRef": "o"}),
            a=writing(script("made = 7"), "made", "ref"),
            g=xor(),
        ),
        "start a g x end",
        data={"amount": 7},
    ),
]
