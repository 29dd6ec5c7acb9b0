"""Compensation: what is undone, in which order, with which data, and what a cancelled transaction does."""

import pytest

from app.engine.errors import DiagramError
from app.engine.parser import read_definition
from tests.unit.engine.diagrams import (
    Node,
    border,
    both,
    call,
    diagram,
    end,
    error,
    for_each,
    message,
    repeat,
    script,
    start,
    sub,
    throw,
    user,
    xor,
)
from tests.unit.engine.walking import Walk

NOTHING = script("pass")
CANCEL = "<bpmn:cancelEventDefinition/>"


def undo(activity: str = "", *, wait: bool = True) -> str:
    only = f' activityRef="{activity}"' if activity else ""
    return f'<bpmn:compensateEventDefinition{only} waitForCompletion="{str(wait).lower()}"/>'


def undone_by(host: str, handler: str) -> Node:
    """The compensation event of the host with its association."""
    event = border(host, undo())
    return Node(event.tag, event.inner, {**event.attributes, "handler": handler})


def undoing(task: Node) -> Node:
    return Node(task.tag, task.inner, {**task.attributes, "isForCompensation": "true"}, task.flows, task.nodes)


def when_undone(flows: str, **nodes: Node) -> Node:
    """A compensation event sub-process."""
    return Node("subProcess", attributes={"triggeredByEvent": "true"}, flows=flows, nodes=nodes)


def drawn(flows: str, **nodes: Node) -> bytes:
    """The diagram, with an association wherever a boundary event names its handler."""
    content = diagram(flows, **nodes).decode()
    associations = "".join(_associations(nodes))
    content = content.replace("</bpmn:process>", associations + "</bpmn:process>")
    return _without_handler(content).encode()


def _associations(nodes: dict[str, Node]) -> list[str]:
    found = []
    for name, node in nodes.items():
        if "handler" in node.attributes:
            target = node.attributes["handler"]
            found.append(f'<bpmn:association id="{name}_{target}" sourceRef="{name}" targetRef="{target}"/>')
        found += _associations(node.nodes)
    return found


def _without_handler(content: str) -> str:
    parts = content.split(' handler="')
    return parts[0] + "".join(part.partition('"')[2] for part in parts[1:])


BOOKED = {
    "book": script("booked = 1"),
    "pay": script("paid = 1"),
    "undo_book": undone_by("book", "cancel_booking"),
    "undo_pay": undone_by("pay", "give_back"),
    "cancel_booking": undoing(script("booked = 0")),
    "give_back": undoing(script("paid = 0")),
}


def test_everything_completed_is_undone_in_reverse_order(walk: Walk) -> None:
    walk.start(drawn("start -> book -> pay -> back -> a -> end", back=throw(undo()), **BOOKED))

    assert walk.passed == ["start", "book", "pay", "undo_pay", "give_back", "undo_book", "cancel_booking", "back"]
    assert walk.waiting == ["a"]
    assert walk.run.user_tasks()[0].data == {"booked": 0, "paid": 0}


def test_one_activity_alone_may_be_undone(walk: Walk) -> None:
    walk.start(drawn("start -> book -> pay -> back -> a -> end", back=throw(undo("book")), **BOOKED))

    assert walk.passed[3:] == ["undo_book", "cancel_booking", "back"]
    assert walk.run.user_tasks()[0].data == {"booked": 0, "paid": 1}


def test_an_end_undoes_before_it_ends(walk: Walk) -> None:
    walk.start(drawn("start -> book -> pay -> end_undone", end_undone=end(undo()), **BOOKED))

    assert walk.passed[-1] == "end_undone"
    assert walk.run.ended
    assert walk.run.end_event == "end_undone"
    assert walk.data == {"booked": 0, "paid": 0}


def test_what_is_not_completed_is_not_undone(walk: Walk) -> None:
    walk.start(
        drawn(
            "start -> g; g -[False]-> book -> pay -> m; g -*-> m; m -> back -> end",
            g=xor(),
            m=xor(),
            back=throw(undo()),
            **BOOKED,
        )
    )

    assert walk.passed == ["start", "g", "m", "back", "end"]


def test_what_has_been_undone_is_not_undone_again(walk: Walk) -> None:
    walk.start(drawn("start -> book -> pay -> back -> again -> end", back=throw(undo()), again=throw(undo()), **BOOKED))

    assert walk.passed.count("give_back") == 1
    assert walk.passed[-2:] == ["again", "end"]


def test_a_handler_stays_out_of_the_normal_way(walk: Walk) -> None:
    walk.start(drawn("start -> book -> pay -> a -> end", **BOOKED))
    walk.complete("a")

    assert walk.passed == ["start", "book", "pay", "a", "end"]
    assert walk.run.ended


def test_a_handler_sees_the_data_of_the_time_of_completion(walk: Walk) -> None:
    walk.start(
        drawn(
            "start -> book -> change -> back -> end",
            book=script("number = 7"),
            change=script("number = 8\nother = 1"),
            back=throw(undo()),
            undo_book=undone_by("book", "cancel_booking"),
            cancel_booking=undoing(script("cancelled = number")),
        )
    )

    assert walk.data == {"number": 8, "other": 1, "cancelled": 7}


def test_a_person_may_undo_and_is_waited_for(walk: Walk) -> None:
    walk.start(
        drawn(
            "start -> book -> back -> a -> end",
            book=NOTHING,
            back=throw(undo()),
            undo_book=undone_by("book", "call"),
            call=undoing(user()),
        )
    )

    assert walk.waiting == ["call"]
    walk.complete("call", told=True)

    assert walk.waiting == ["a"]
    assert walk.run.user_tasks()[0].data == {"told": True}


def test_a_throw_need_not_wait_for_what_it_undoes(walk: Walk) -> None:
    walk.start(
        drawn(
            "start -> book -> back -> a -> end",
            book=NOTHING,
            back=throw(undo(wait=False)),
            undo_book=undone_by("book", "call"),
            call=undoing(user()),
        )
    )

    assert walk.waiting == ["a", "call"]
    walk.complete("a")
    assert not walk.run.ended
    walk.complete("call", told=True)

    assert walk.run.ended
    assert walk.data == {"told": True}


@pytest.mark.parametrize("one_by_one", [True, False])
def test_every_instance_is_undone_with_its_own_data(walk: Walk, one_by_one: bool) -> None:
    walk.start(
        drawn(
            "start -> book -> back -> end",
            book=for_each(NOTHING, "items", "item", one_by_one=one_by_one),
            back=throw(undo()),
            undo_book=undone_by("book", "cancel_booking"),
            cancel_booking=undoing(script("cancelled = cancelled + [item]")),
        ),
        items=["x", "y"],
        cancelled=[],
    )

    assert walk.passed.count("cancel_booking") == 2


def test_every_turn_of_a_loop_is_undone(walk: Walk) -> None:
    walk.start(
        drawn(
            "start -> book -> back -> end",
            book=repeat(script("n = n + 1"), "n < 3"),
            back=throw(undo("book")),
            undo_book=undone_by("book", "cancel_booking"),
            cancel_booking=undoing(script("last = n")),
        ),
        n=0,
    )

    assert walk.passed.count("cancel_booking") == 3
    assert walk.data == {"n": 3, "last": 1}


def test_every_instance_of_a_sub_process_is_undone_from_within(walk: Walk) -> None:
    inside = {
        "book": script("number = item * 10"),
        "undo_book": undone_by("book", "cancel_booking"),
        "cancel_booking": undoing(user()),
    }
    stage = for_each(sub("start_in -> book -> end_in", **inside), "items", "item", one_by_one=True)
    walk.start(drawn("start -> stage -> back -> end", stage=stage, back=throw(undo())), items=[1, 2])

    assert [task.data["number"] for task in walk.run.user_tasks()] == [20]
    walk.complete("cancel_booking")
    assert [task.data["number"] for task in walk.run.user_tasks()] == [10]
    walk.complete("cancel_booking")

    assert walk.run.ended


def test_a_called_process_is_undone_by_a_handler(walk: Walk) -> None:
    called = diagram("start -> b -> end", process_id="q", b=NOTHING)
    handlers = {"undo_it": undone_by("use", "call_off"), "call_off": undoing(call("r"))}
    undone = diagram("start -> c -> end", process_id="r", c=script("off = True"))

    walk.start(drawn("start -> use -> back -> end", use=call("q"), back=throw(undo()), **handlers), called, undone)

    assert walk.passed[-7:] == ["undo_it", "start", "c", "end", "call_off", "back", "end"]
    assert walk.data == {"off": True}


def test_a_completed_sub_process_is_undone_from_within(walk: Walk) -> None:
    walk.start(
        drawn(
            "start -> stage -> a -> back -> end",
            stage=sub("start_in -> book -> pay -> end_in", **BOOKED),
            back=throw(undo()),
        )
    )

    walk.complete("a")

    assert walk.run.ended
    assert walk.passed[-6:] == ["undo_pay", "give_back", "undo_book", "cancel_booking", "back", "end"]
    assert walk.data == {"booked": 0, "paid": 0}


def test_sub_processes_within_each_other_are_undone(walk: Walk) -> None:
    inner = sub("start_in -> book -> pay -> end_in", **BOOKED)
    walk.start(
        drawn(
            "start -> stage -> b -> back -> end",
            stage=sub("start_out -> inside -> a -> end_out", inside=inner),
            back=throw(undo("stage")),
        )
    )

    walk.complete("a")
    walk.complete("b")

    assert walk.run.ended
    assert walk.data == {"booked": 0, "paid": 0}


def test_a_sub_process_may_have_a_handler_of_its_own(walk: Walk) -> None:
    walk.start(
        drawn(
            "start -> stage -> back -> end",
            stage=sub("start_in -> book -> pay -> end_in", **BOOKED),
            undo_stage=undone_by("stage", "all_back"),
            all_back=undoing(script("all_back = paid")),
            back=throw(undo()),
        )
    )

    assert walk.passed[-4:] == ["undo_stage", "all_back", "back", "end"]
    assert walk.data == {"booked": 1, "paid": 1, "all_back": 1}


def test_an_end_inside_a_sub_process_undoes_what_is_inside(walk: Walk) -> None:
    walk.start(
        drawn(
            "start -> stage -> a -> end",
            stage=sub("start_in -> book -> pay -> end_in", end_in=end(undo()), **BOOKED),
        )
    )

    assert walk.passed[-3:] == ["cancel_booking", "end_in", "stage"]
    assert walk.waiting == ["a"]


def test_a_sub_process_may_say_itself_how_it_is_undone(walk: Walk) -> None:
    walk.start(
        drawn(
            "start -> stage -> a -> back -> end",
            stage=sub(
                "start_in -> book -> pay -> end_in",
                undo_all=when_undone(
                    "start_undo -> tell -> inner -> end_undo",
                    start_undo=start(undo()),
                    tell=user(),
                    inner=throw(undo("book")),
                ),
                **BOOKED,
            ),
            back=throw(undo()),
        )
    )

    walk.complete("a")
    assert walk.waiting == ["tell"]
    walk.complete("tell", told=True)

    assert walk.run.ended
    assert walk.passed[-7:] == ["undo_book", "cancel_booking", "inner", "end_undo", "undo_all", "back", "end"]
    assert walk.data == {"booked": 0, "paid": 1, "told": True}


def test_an_error_may_undo_what_its_sub_process_has_done(walk: Walk) -> None:
    walk.start(
        drawn(
            "start -> stage -> end",
            stage=sub(
                "start_in -> book -> pay -> fail",
                fail=end(error("no")),
                on_error=Node(
                    "subProcess",
                    attributes={"triggeredByEvent": "true"},
                    flows="start_err -> back -> end_err",
                    nodes={"start_err": start(error("no")), "back": throw(undo())},
                ),
                **BOOKED,
            ),
        )
    )

    assert walk.run.ended
    assert walk.data == {"booked": 0, "paid": 0}


def test_a_cancelled_transaction_is_undone_and_left_by_its_border(walk: Walk) -> None:
    walk.start(
        drawn(
            "start -> stage -> a -> end; off -> b -> end",
            stage=Node(
                "transaction",
                flows="start_in -> book -> f -> pay -> stop; f -> c -> end_in",
                nodes={"f": both(), "stop": end(CANCEL), **BOOKED},
            ),
            off=border("stage", CANCEL),
        )
    )

    assert walk.waiting == ["b"]
    assert walk.passed[-7:] == ["pay", "undo_pay", "give_back", "undo_book", "cancel_booking", "stop", "off"]
    assert walk.run.user_tasks()[0].data == {"booked": 0, "paid": 0}


def test_a_transaction_that_succeeds_can_be_undone_later(walk: Walk) -> None:
    walk.start(
        drawn(
            "start -> stage -> a -> back -> end",
            stage=Node("transaction", flows="start_in -> book -> pay -> end_in", nodes=BOOKED),
            back=throw(undo("stage")),
        )
    )
    walk.complete("a")

    assert walk.data == {"booked": 0, "paid": 0}


def test_an_interruption_stops_the_undoing(walk: Walk) -> None:
    inside = {"book": NOTHING, "undo_book": undone_by("book", "call"), "call": undoing(user()), "back": throw(undo())}
    walk.start(
        drawn(
            "start -> stage -> end; off -> b -> end",
            stage=sub("start_in -> book -> back -> end_in", **inside),
            off=border("stage", message("stop")),
        )
    )
    assert walk.waiting == ["call"]

    walk.deliver("stop")

    assert walk.waiting == ["b"]


@pytest.mark.parametrize(
    ("process", "element"),
    [
        (diagram("start -> a -> end", off=border("a", undo())), "off"),
        (drawn("start -> a -> end", off=undone_by("a", "b"), b=user()), "off"),
        (drawn("start -> a -> end; b -> end", off=undone_by("a", "b"), b=undoing(user())), "b"),
        (drawn("start -> a -> end", off=undone_by("a", "b"), of=undone_by("a", "b"), b=undoing(user())), "of"),
        (drawn("start -> a -> back -> end", back=throw(undo("gone"))), "back"),
        (drawn("start -> a -> end", x=when_undone("start_x -> end_x", start_x=start(undo()))), "x"),
    ],
)
def test_a_compensation_that_cannot_be_is_refused(process: bytes, element: str) -> None:
    with pytest.raises(DiagramError) as caught:
        read_definition({"p.bpmn": process}, "p")

    assert caught.value.element == element
