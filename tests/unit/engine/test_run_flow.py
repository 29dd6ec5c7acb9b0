"""How a token goes through a diagram: tasks, gateways, loops, sub-processes, called processes, ends."""

import pytest

from app.engine.errors import DiagramError, EndlessLoopError, NoFlowTakenError, TaskAlreadyCompletedError
from app.engine.parser import read_definition
from app.engine.run import Run
from tests.unit.engine.diagrams import (
    TERMINATE,
    Node,
    border,
    both,
    call,
    diagram,
    end,
    message,
    repeat,
    script,
    some,
    start,
    sub,
    throw,
    timer,
    user,
    xor,
)
from tests.unit.engine.walking import SmallWorld, Walk

DECISION = diagram(
    """start -> decide -> decision
    decision -[decision == "refuse"]-> refusal -> end_refused
    decision -*-> appointment -> end_appointed""",
    decision=xor(),
    refusal=script("letter = 'refusal'"),
)


def test_the_condition_that_holds_decides(walk: Walk) -> None:
    walk.start(DECISION)

    walk.complete("decide", decision="refuse")

    assert walk.run.ended
    assert walk.run.end_event == "end_refused"
    assert walk.data == {"decision": "refuse", "letter": "refusal"}


def test_without_a_condition_that_holds_the_default_flow_is_taken(walk: Walk) -> None:
    walk.start(DECISION)

    walk.complete("decide", decision="appoint")

    assert walk.waiting == ["appointment"]
    assert not walk.run.ended
    assert walk.run.end_event is None


def test_passed_names_every_element_once_per_completion_in_order(walk: Walk) -> None:
    walk.start(DECISION)

    walk.complete("decide", decision="appoint")
    walk.complete("appointment")

    assert walk.passed == ["start", "decide", "decision", "appointment", "end_appointed"]


def test_a_gateway_without_a_way_out_is_named(walk: Walk) -> None:
    walk.start(diagram("start -> decide -> gate -[x > 1]-> end", gate=xor()))

    with pytest.raises(NoFlowTakenError) as caught:
        walk.complete("decide", x=1)

    assert caught.value.element == "gate"
    assert "gate" in caught.value.text.kk
    assert "gate" in caught.value.text.ru


def test_a_task_is_completed_once(walk: Walk) -> None:
    walk.start(DECISION)
    task_id = walk.run.user_tasks()[0].task_id
    walk.complete("decide", decision="appoint")

    with pytest.raises(TaskAlreadyCompletedError) as caught:
        walk.run.complete(task_id, {"decision": "refuse"})

    assert caught.value.status == 409


def test_a_task_completed_in_the_same_breath_is_completed_once(walk: Walk) -> None:
    walk.start(DECISION)
    task_id = walk.run.user_tasks()[0].task_id
    walk.run.complete(task_id, {"decision": "refuse"})

    with pytest.raises(TaskAlreadyCompletedError):
        walk.run.complete(task_id, {"decision": "refuse"})


def test_a_rework_loop_ends_when_the_work_is_good(walk: Walk) -> None:
    walk.start(
        diagram(
            'start -> merge -> work -> good; good -[quality == "poor"]-> merge; good -*-> end', merge=xor(), good=xor()
        )
    )

    walk.complete("work", quality="poor")
    walk.complete("work", quality="poor")
    walk.complete("work", quality="good")

    assert walk.run.end_event == "end"
    assert walk.passed.count("work") == 3


def test_a_loop_without_a_person_is_stopped_and_named(walk: Walk) -> None:
    round_and_round = diagram("start -> merge -> count -> merge", merge=xor(), count=script("n = 1"))

    with pytest.raises(EndlessLoopError) as caught:
        walk.start(round_and_round)

    assert caught.value.element in {"merge", "count"}
    assert caught.value.status == 422


def test_parallel_branches_are_both_waited_for(walk: Walk) -> None:
    walk.start(diagram("start -> fork -> a -> join -> end; fork -> b -> join", fork=both(), join=both()))

    walk.complete("a")
    half_way = walk.waiting
    walk.complete("b")

    assert half_way == ["b"]
    assert walk.run.end_event == "end"
    assert walk.passed == ["start", "fork", "a", "b", "join", "end"]


def test_an_inclusive_gateway_waits_for_the_branches_it_has_opened(walk: Walk) -> None:
    walk.start(
        diagram(
            """start -> ask -> fork; fork -[1 in wanted]-> a -> join; fork -[2 in wanted]-> b -> join
            fork -[3 in wanted]-> c -> join; fork -*-> d -> join; join -> after -> end""",
            fork=some(),
            join=some(),
        )
    )

    walk.complete("ask", wanted=[1, 3])
    opened = walk.waiting
    walk.complete("c", said="c")
    one_left = walk.waiting
    walk.complete("a", also="a")

    assert opened == ["a", "c"]
    assert one_left == ["a"]
    assert walk.waiting == ["after"]
    assert walk.data == {"wanted": [1, 3], "said": "c", "also": "a"}


def test_an_inclusive_gateway_goes_the_default_way_alone(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> ask -> fork; fork -[x > 1]-> a -> join; fork -*-> d -> join; join -> end",
            fork=some(),
            join=some(),
        )
    )

    walk.complete("ask", x=0)
    walk.complete("d")

    assert walk.run.ended


def test_an_inclusive_join_does_not_wait_for_a_branch_that_has_left(walk: Walk) -> None:
    walk.start(
        diagram(
            """start -> fork; fork -[True]-> a -> turn; turn -[leave]-> end_left; turn -*-> join
            fork -[True]-> b -> join; join -> after -> end""",
            fork=some(),
            join=some(),
            turn=xor(),
        )
    )

    walk.complete("b")
    waits = walk.waiting
    walk.complete("a", leave=True)

    assert waits == ["a"]
    assert walk.waiting == ["after"]


def test_a_sub_process_comes_after_its_content(walk: Walk) -> None:
    walk.start(diagram("start -> stage -> after -> end", stage=sub("start_in -> a -> end_in")))

    walk.complete("a", said=1)

    assert walk.passed == ["start", "start_in", "a", "end_in", "stage"]
    assert walk.data == {"said": 1}


def test_sub_processes_may_be_nested_and_repeated(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> merge -> outer -> again; again -[more]-> merge; again -*-> end",
            merge=xor(),
            again=xor(),
            outer=sub("start_outer -> inner -> b -> end_outer", inner=sub("start_inner -> a -> end_inner")),
        )
    )

    walk.complete("a", n=1)
    walk.complete("b", more=True)
    walk.complete("a", n=2)
    walk.complete("b", more=False)

    assert walk.run.end_event == "end"
    assert walk.data == {"n": 2, "more": False}
    assert walk.passed.count("inner") == 2


def test_an_end_inside_a_sub_process_does_not_end_the_instance(walk: Walk) -> None:
    walk.start(diagram("start -> stage -> after -> end", stage=sub("start_in -> a -> end_in")))

    walk.complete("a")

    assert not walk.run.ended
    assert walk.run.end_event is None


def test_a_called_process_is_drawn_in_another_file(walk: Walk) -> None:
    caller = diagram("start -> control -> after -> end", control=call("assignment"))
    called = diagram("start_assignment -> execute -> end_assignment", process_id="assignment")
    walk.start(caller, called, case_id=7)

    walk.complete("execute", executed_on="2026-11-20")

    assert walk.passed == ["start", "start_assignment", "execute", "end_assignment", "control"]
    assert walk.data == {"case_id": 7, "executed_on": "2026-11-20"}
    assert "execute" in walk.definition.elements


def test_a_called_process_may_begin_with_a_message_elsewhere(walk: Walk) -> None:
    called = diagram("begin -> execute -> end_called", process_id="called", begin=start(message("assignment.given")))

    walk.start(diagram("start -> control -> end", control=call("called")), called)

    assert walk.waiting == ["execute"]


def test_terminate_ends_everything_at_once(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> fork -> a -> end_at_once; fork -> stage -> end",
            fork=both(),
            stage=sub("start_in -> b -> end_in"),
            end_at_once=end(TERMINATE),
        )
    )

    walk.complete("a", why="withdrawn")

    assert walk.run.ended
    assert walk.run.end_event == "end_at_once"
    assert walk.waiting == []
    assert walk.data["why"] == "withdrawn"


def test_terminate_inside_a_sub_process_ends_only_that(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> stage -> after -> end",
            stage=sub("start_in -> fork -> a -> stop; fork -> b -> end_in", fork=both(), stop=end(TERMINATE)),
        )
    )

    walk.complete("a", x=1)

    assert walk.waiting == ["after"]
    assert walk.data == {"x": 1}


def test_cancelling_ends_the_instance_where_it_stands(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> stage -> end; late -> end_late",
            stage=sub("start_in -> a -> end_in"),
            late=border("stage", timer("PT5M")),
        )
    )

    walk.run.cancel()
    state = walk.run.snapshot()

    restored = Run.restore(walk.definition, walk.world, state)
    assert restored.ended
    assert restored.end_event is None
    assert restored.user_tasks() == []
    assert restored.timers() == []


def test_an_ended_instance_keeps_its_end_and_its_data(walk: Walk) -> None:
    walk.start(diagram("start -> a -> end"))

    walk.complete("a", x=1)

    assert walk.run.ended
    assert walk.run.end_event == "end"
    assert walk.run.data == {"x": 1}
    assert len(walk.state) < 200


def test_the_end_of_the_last_branch_is_the_end_of_the_instance(walk: Walk) -> None:
    walk.start(diagram("start -> fork -> a -> end_a; fork -> b -> end_b", fork=both()))

    walk.complete("b")
    walk.complete("a")

    assert walk.run.end_event == "end_a"


def test_a_task_repeats_while_its_condition_holds(walk: Walk) -> None:
    walk.start(diagram("start -> again -> end", again=repeat(user(), "more")))

    walk.complete("again", more=True, first=1)
    walk.complete("again", more=False)

    assert walk.run.ended
    assert walk.data == {"more": False, "first": 1}
    assert walk.passed == ["start", "again", "again", "end"]


def test_a_variable_of_the_process_may_be_named_like_a_function(walk: Walk) -> None:
    walk.start(diagram("start -> a -> gate; gate -[len(items) == 2]-> end", gate=xor()))

    walk.complete("a", items=[1, 2], len="a field", now_iso="another")

    assert walk.run.ended
    assert walk.data["len"] == "a field"


def test_a_message_start_event_begins_without_waiting(walk: Walk) -> None:
    process = diagram(
        "by_hand -> merge; by_message -> merge; daily -> merge -> a -> end",
        merge=xor(),
        by_hand=start(),
        by_message=start(message("request.received")),
        daily=start(timer("R/P1D", "timeCycle")),
    )

    walk.start(process, start_element="by_message", case_id=1)

    assert walk.passed == ["by_message", "merge"]
    assert walk.waiting == ["a"]
    assert dict(walk.definition.start_messages) == {"request.received": "by_message"}
    assert [(timer.element, timer.text) for timer in walk.definition.start_timers] == [("daily", "R/P1D")]


def test_without_a_start_element_the_none_start_event_begins(walk: Walk) -> None:
    walk.start(
        diagram("by_message -> m; by_hand -> m -> a -> end", m=xor(), by_hand=start(), by_message=start(message("x")))
    )

    assert walk.passed == ["by_hand", "m"]


def test_the_only_start_event_begins_whatever_it_is(walk: Walk) -> None:
    walk.start(diagram("begin -> a -> end", begin=start(message("request.received"))))

    assert walk.waiting == ["a"]


def test_a_start_event_that_does_not_exist_is_named(walk: Walk) -> None:
    with pytest.raises(DiagramError) as caught:
        walk.start(diagram("start -> a -> end"), start_element="nowhere")

    assert caught.value.element == "nowhere"


def test_a_none_throw_event_is_passed_by(walk: Walk) -> None:
    walk.start(diagram("start -> milestone -> a -> end", milestone=throw("")))

    assert walk.passed == ["start", "milestone"]


def test_two_runs_of_one_definition_do_not_meet() -> None:
    world = SmallWorld()
    definition = read_definition({"p.bpmn": DECISION}, "p")
    one, other = Run.start(definition, world, {"n": 1}), Run.start(definition, world, {"n": 2})

    for run in (one, other):
        run.settle()
    one.complete(one.user_tasks()[0].task_id, {"decision": "refuse"})
    one.settle()

    assert one.ended
    assert not other.ended
    assert other.data == {"n": 2}


TERM_OF_ANSWER = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
<decision id="term" name="term"><decisionTable id="t" hitPolicy="UNIQUE">
<input id="i"><inputExpression id="e" typeRef="string"><text>kind</text></inputExpression></input>
<output id="o" name="days" typeRef="number"/>
<rule id="r1"><inputEntry id="r1i"><text>"complaint"</text></inputEntry>
<outputEntry id="r1o"><text>20</text></outputEntry></rule>
<rule id="r2"><inputEntry id="r2i"><text>"request"</text></inputEntry>
<outputEntry id="r2o"><text>5</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


def test_a_decision_table_decides(walk: Walk) -> None:
    rule = Node(
        "businessRuleTask",
        "<bpmn:extensionElements><spiffworkflow:calledDecisionId>term</spiffworkflow:calledDecisionId>"
        "</bpmn:extensionElements>",
    )
    process = diagram("start -> find_term -> a -> end", find_term=rule)
    walk.definition = read_definition({"p.bpmn": process, "term.dmn": TERM_OF_ANSWER}, "p")

    run = Run.start(walk.definition, walk.world, {"kind": "request"})
    run.settle()

    assert run.user_tasks()[0].data == {"kind": "request", "days": 5}
