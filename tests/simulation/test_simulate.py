"""Diagrams played in memory: who answers, who waits, how time and messages go."""

from datetime import UTC, datetime

import pytest

from app.simulation.inputs import BadInputsError
from app.simulation.outcome import Outcome
from app.simulation.simulate import simulate
from tests.unit.engine.diagrams import (
    Node,
    border,
    both,
    call,
    catch,
    diagram,
    end,
    error,
    message,
    script,
    service,
    signal,
    start,
    sub,
    throw,
    timer,
    user,
    xor,
)

MONDAY = datetime(2026, 11, 16, 5, 0, tzinfo=UTC)


def play(*diagrams: bytes, **options: object) -> Outcome:
    files = {f"{number}.bpmn": content for number, content in enumerate(diagrams)}
    return simulate(files, **{"begins": MONDAY, **options})  # type: ignore[arg-type]


def waits(outcome: Outcome) -> list[tuple[str, str | None]]:
    return [(each.element, each.due and each.due.isoformat()) for each in outcome.waiting]


def test_a_process_goes_its_way_and_tells_it():
    outcome = play(diagram("start -> s -> end", s=script("x = a + 1")), data={"a": 1})

    assert (outcome.status, outcome.path, outcome.data) == ("completed", ("start", "s", "end"), {"a": 1, "x": 2})


def test_a_service_task_whose_operation_is_not_chosen_yet_is_passed_or_answered_from_the_inputs():
    process = diagram("start -> ask -> end", ask=Node("serviceTask"))

    passed, answered = play(process), play(process, inputs={"ask": {"price": 5}})

    assert (passed.status, passed.path) == ("completed", ("start", "ask", "end"))
    assert answered.data == {"price": 5}


def test_a_process_without_start_and_end_events_begins_with_what_no_flow_leads_to():
    outcome = play(diagram("a -> b", a=script("x = 1"), b=script("y = 2")))

    assert (outcome.status, outcome.path, outcome.data) == ("completed", ("a", "b"), {"x": 1, "y": 2})


def test_a_user_task_without_inputs_waits():
    outcome = play(diagram("start -> t -> end"))

    assert (outcome.status, outcome.path, waits(outcome)) == ("waiting", ("start",), [("t", None)])


def test_a_user_task_without_inputs_is_completed_where_that_is_asked_for():
    outcome = play(diagram("start -> t -> end"), auto=True)

    assert (outcome.status, outcome.path) == ("completed", ("start", "t", "end"))


def test_the_same_answer_serves_every_pass():
    rework = diagram("start -> t -> g; g -[n < 3]-> s -> t; g -*-> end", g=xor(), s=script("n = n + 1"))

    outcome = play(rework, data={"n": 1}, inputs={"t": {"by": "Aru"}})

    assert (outcome.path.count("t"), outcome.data) == (3, {"n": 3, "by": "Aru"})


def test_a_list_has_an_answer_for_each_pass_and_then_the_task_waits():
    rework = diagram("start -> t -> g; g -[again]-> t; g -*-> end", g=xor())

    outcome = play(rework, inputs={"t": [{"again": True}, {"again": True}]})

    assert (outcome.path.count("t"), waits(outcome)) == (2, [("t", None)])


def test_a_service_task_takes_its_inputs_or_the_sample_of_its_handler_or_nothing():
    known, unknown = service("records.register_request"), service("somebody.elses", result="r")

    outcome = play(
        diagram("start -> a -> b -> c -> end", a=service("x", result="r"), b=known, c=unknown), inputs={"a": {"k": 1}}
    )

    assert outcome.data["r"] == {}
    assert "registered_at" in outcome.data


def test_a_service_task_may_end_in_an_error():
    drawn = diagram(
        "start -> a -> end; e -> t -> end2", a=service("x"), e=border("a", error("E1")), t=script("caught = True")
    )

    outcome = play(drawn, inputs={"a": {"$error": "E1"}})

    assert (outcome.path, outcome.data) == (("start", "e", "t", "end2"), {"caught": True})


def test_the_clock_jumps_to_the_next_due_moment():
    outcome = play(
        diagram("start -> c -> s -> end", c=catch(timer("PT2H", "timeDuration")), s=script("at = now_iso()"))
    )

    assert (outcome.status, outcome.data["at"]) == ("completed", "2026-11-16T07:00:00+00:00")


def test_the_clock_goes_no_further_than_it_is_told():
    drawn = diagram("start -> c -> d -> end", c=catch(timer("PT2H")), d=catch(timer("P2D")))

    outcome = play(drawn, until=datetime(2026, 11, 17, tzinfo=UTC))

    assert (outcome.status, outcome.path) == ("waiting", ("start", "c"))
    assert outcome.as_json()["waiting"] == [{"element": "d", "due": "2026-11-18T12:00:00+05:00"}]


def test_a_reminder_without_end_does_not_run_for_ever(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("app.simulation.play.MOST_IDLE_JUMPS", 50)
    drawn = diagram("start -> t -> end; r -> end2", r=border("t", timer("R/PT1H"), interrupting=False))

    outcome = play(drawn)

    assert (outcome.status, outcome.waiting[0].element) == ("waiting", "t")
    assert 40 < outcome.path.count("r") <= 60


def test_a_timer_cycle_that_counts_comes_to_its_end():
    drawn = diagram(
        "start -> c -> s -> g; g -[n < 300]-> c; g -*-> end", c=catch(timer("P1D")), s=script("n = n + 1"), g=xor()
    )

    outcome = play(drawn, data={"n": 0})

    assert (outcome.status, outcome.data) == ("completed", {"n": 300})


def test_a_timer_start_event_begins_at_its_moment():
    drawn = diagram("start -> s -> end", start=start(timer("2026-12-01T09:00")), s=script("at = now_iso()"))

    outcome = play(drawn)

    assert outcome.data == {"at": "2026-12-01T04:00:00+00:00"}


def test_a_timer_start_event_after_the_last_moment_waits():
    drawn = diagram("start -> end", start=start(timer("2026-12-01T09:00")))

    outcome = play(drawn, until=datetime(2026, 11, 20, tzinfo=UTC))

    assert (outcome.status, waits(outcome)) == ("waiting", [("start", "2026-12-01T04:00:00+00:00")])


def test_terms_are_counted_by_the_standard_calendar():
    drawn = diagram(
        "start -> s -> end",
        s=script('due = deadline("3 working days after", "2026-11-16T10:00")\nopens_at = opens("own", due)'),
    )

    outcome = play(drawn, rules={"own": "1 working day before"})

    assert outcome.data == {"due": "2026-11-19T18:30:00+05:00", "opens_at": "2026-11-18T09:00:00+05:00"}


def test_a_message_starts_another_process_of_the_files():
    asks = diagram("start -> m -> a -> end", m=throw(message("order", payload='{"n": 5}')), a=catch(message("done")))
    serves = diagram(
        "start2 -> s -> end2",
        process_id="q",
        start2=start(message("order")),
        s=script("n = n + 1"),
        end2=end(message("done", payload='{"n": n}')),
    )

    outcome = play(asks, serves)

    assert (outcome.status, outcome.data) == ("completed", {"n": 6})
    assert outcome.path == ("start", "m", "start2", "s", "end2", "a", "end")


def test_a_message_that_came_too_early_is_kept():
    asks = diagram(
        "start -> m -> c -> a -> end", m=throw(message("go")), c=catch(timer("PT1H")), a=catch(message("done"))
    )
    serves = diagram("start2 -> end2", process_id="q", start2=start(message("go")), end2=end(message("done")))

    outcome = play(asks, serves)

    assert outcome.status == "completed"


def test_a_message_that_several_instances_may_claim_is_kept_and_told():
    asks = diagram(
        "start -> a -> b -> c -> end", a=throw(message("go")), b=throw(message("go")), c=throw(message("tell"))
    )
    serves = diagram("start2 -> w -> end2", process_id="q", start2=start(message("go")), w=catch(message("tell")))

    outcome = play(asks, serves)

    assert (outcome.status, [each.element for each in outcome.waiting]) == ("waiting", ["w"])
    assert ("c", "run.message_ambiguous") in {(each.element, each.rule) for each in outcome.problems}


def test_a_signal_reaches_the_other_processes_and_starts_those_that_begin_with_it():
    calls = diagram(
        "start -> m -> c -> s -> a -> end",
        m=throw(message("go")),
        c=catch(timer("PT1H")),
        s=throw(signal("now")),
        a=catch(timer("PT1H")),
    )
    listens = diagram("start2 -> w -> end2", process_id="q", start2=start(message("go")), w=catch(signal("now")))
    begins = diagram("start3 -> end3", process_id="r", start3=start(signal("now")))

    outcome = play(calls, listens, begins)

    assert outcome.status == "completed"
    assert outcome.path == ("start", "m", "start2", "c", "s", "w", "end2", "start3", "end3", "a", "end")


def test_a_called_process_of_another_file_comes_before_its_call():
    outcome = play(diagram("start -> c -> end", c=call("q")), diagram("start2 -> end2", process_id="q"))

    assert outcome.path == ("start", "start2", "end2", "c", "end")


def test_the_process_that_nothing_else_starts_is_the_one_to_start():
    both_begin = diagram("start -> end"), diagram("start2 -> end2", process_id="q")

    unclear, clear = play(*both_begin), play(*both_begin, process="q")

    assert (unclear.status, unclear.problems[-1].rule) == ("refused", "run.process_choice")
    assert clear.path == ("start2", "end2")


def test_answers_for_what_is_not_drawn_are_told():
    outcome = play(diagram("start -> t -> end"), inputs={"t": {}, "tt": {}})

    assert outcome.status == "completed"
    assert [each.element for each in outcome.problems if each.rule == "run.unknown_input"] == ["tt"]


def test_answers_for_what_takes_none_are_told():
    outcome = play(diagram("start -> t -> end", t=Node("task")), inputs={"t": {"n": 1}})

    assert (outcome.status, outcome.data) == ("completed", {})
    assert [each.element for each in outcome.problems if each.rule == "run.unused_input"] == ["t"]


def test_a_message_may_come_from_the_inputs():
    outcome = play(diagram("start -> m -> end", m=catch(message("paid"))), inputs={"m": {"sum": 7}})

    assert (outcome.status, outcome.data) == ("completed", {"sum": 7})


def test_a_token_that_is_held_at_a_join_is_told():
    outcome = play(diagram("start -> x; x -[True]-> j; x -*-> s -> j; j -> end", x=xor(), s=script("a = 1"), j=both()))

    assert outcome.status == "refused" or waits(outcome) == [("j", None)]


def test_an_exception_of_a_script_fails_at_its_element():
    outcome = play(diagram("start -> s -> end", s=script("x = 1 / 0")))

    assert (outcome.status, outcome.path) == ("failed", ("start",))
    errors = [each for each in outcome.problems if each.severity == "error"]
    assert [(each.file, each.element, each.rule) for each in errors] == [("0.bpmn", "s", "run.expression")]


def test_an_error_that_nobody_catches_fails():
    outcome = play(diagram("start -> end", end=end(error("E1"))))

    assert (outcome.status, outcome.problems[-1].element) == ("failed", "end")


def test_answers_that_lead_round_in_circles_fail(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("app.simulation.play.MOST_ACTS", 300)

    outcome = play(diagram("start -> t -> g; g -[again]-> t; g -*-> end", g=xor()), inputs={"t": {"again": True}})

    assert (outcome.status, outcome.problems[-1].rule) == ("failed", "run.endless_play")


def test_a_loop_without_anybody_fails():
    outcome = play(diagram("start -> m -> s -> g; g -[x]-> m; g -*-> end", m=xor(), g=xor(), s=script("x = True")))

    assert outcome.status in ("failed", "refused")
    assert outcome.problems[-1].severity == "error"


def test_what_lint_refuses_is_not_played():
    outcome = play(b"<html/>")

    assert (outcome.status, outcome.path) == ("refused", ())
    assert outcome.problems[0].file == "0.bpmn"


def test_inputs_that_are_no_answers_are_refused():
    with pytest.raises(BadInputsError, match="t"):
        play(diagram("start -> t -> end"), inputs={"t": 5})


def test_a_sub_process_comes_after_its_content():
    outcome = play(
        diagram("start -> p1 -> end", p1=sub("s1 -> a -> e1", s1=Node("startEvent"), a=user(), e1=end())), auto=True
    )

    assert outcome.path == ("start", "s1", "a", "e1", "p1", "end")
