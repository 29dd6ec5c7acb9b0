"""Data objects and properties, inputs and outputs, decisions, correlation."""

from tests.conformance.case import case
from tests.conformance.drawing import declares, reading, with_global, writing
from tests.dmn import decision, definitions, table
from tests.unit.engine.diagrams import Node, call, catch, diagram, end, message, script, start, sub, throw, timer

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
]
