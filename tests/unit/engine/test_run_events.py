"""Timers, messages, signals, errors: what waits, what fires, what leaves."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.errors import AutomationError
from app.engine.errors import (
    ErrorCodeNotHandledError,
    MessageNotAwaitedError,
    NotJsonError,
    TaskAlreadyCompletedError,
    TimerNotDueError,
    TimerTextError,
)
from app.engine.expressions import ExpressionError
from app.engine.run import Run
from tests.unit.engine.diagrams import (
    Node,
    border,
    both,
    catch,
    diagram,
    end,
    error,
    escalation,
    first_of,
    message,
    script,
    service,
    signal,
    sub,
    throw,
    timer,
    user,
    xor,
)
from tests.unit.engine.walking import MONDAY, Walk


def waiting_for(text: str, kind: str = "timeDuration") -> bytes:
    return diagram("start -> wait -> after -> end", wait=catch(timer(text, kind)))


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("PT5M", MONDAY + timedelta(minutes=5)),
        ('"PT5M"', MONDAY + timedelta(minutes=5)),
        (" P1DT2H30M ", MONDAY + timedelta(days=1, hours=2, minutes=30)),
        ("P2W", MONDAY + timedelta(weeks=2)),
        ("P1M", datetime(2026, 12, 16, 5, tzinfo=UTC)),
        ("PT0.5S", MONDAY + timedelta(seconds=0.5)),
        ("2026-11-20T09:00:00+05:00", datetime(2026, 11, 20, 4, tzinfo=UTC)),
        ("2026-11-20T09:00:00Z", datetime(2026, 11, 20, 9, tzinfo=UTC)),
        ("2026-11-20", datetime(2026, 11, 19, 19, tzinfo=UTC)),
        ("2026-11-20T09:00", datetime(2026, 11, 20, 4, tzinfo=UTC)),
        ("2026-W47-5", datetime(2026, 11, 19, 19, tzinfo=UTC)),
        ("opening", datetime(2026, 11, 20, 4, tzinfo=UTC)),
        ("opens_at(3)", datetime(2026, 11, 19, 4, tzinfo=UTC)),
        ("R3/PT10M", MONDAY + timedelta(minutes=10)),
    ],
)
@pytest.mark.parametrize("kind", ["timeDate", "timeDuration", "timeCycle"])
def test_a_timer_is_plain_iso_or_an_expression_whatever_its_tag(
    walk: Walk, text: str, due: datetime, kind: str
) -> None:
    walk.world.known["opens_at"] = lambda days: f"2026-11-{16 + days}T09:00:00+05:00"

    walk.start(waiting_for(text, kind), opening="2026-11-20T09:00:00+05:00")

    assert walk.timers == {"wait": due}


@pytest.mark.parametrize(
    "text",
    [
        "-PT1H",
        '"-PT1H"',
        '"PT-5M"',
        '"3 days"',
        '"tomorrow"',
        "5",
        "None",
        '"R-1/PT1H"',
        '"R0/PT1H"',
        '"R3/PT0S"',
        '"P"',
        '"PT"',
        '"P1M2W3Y"',
        '"P99999Y"',
        '"2026-13-01"',
        '""',
    ],
)
def test_a_timer_that_means_nothing_or_goes_back_is_refused_by_name(walk: Walk, text: str) -> None:
    with pytest.raises(TimerTextError) as caught:
        walk.start(waiting_for(text))

    assert caught.value.element == "wait"
    assert "wait" in caught.value.text.kk


def test_a_timer_that_mentions_an_unknown_variable_names_its_element(walk: Walk) -> None:
    with pytest.raises(ExpressionError) as caught:
        walk.start(waiting_for("deadline_of_all_deadlines"))

    assert caught.value.element == "wait"


def test_a_timer_fires_at_its_moment_and_not_before(walk: Walk) -> None:
    walk.start(waiting_for("PT5M"))

    walk.pass_time(minutes=4)
    before = walk.waiting
    walk.pass_time(minutes=1)

    assert before == []
    assert walk.waiting == ["after"]
    assert walk.timers == {}


def test_a_timer_of_the_past_does_not_wait(walk: Walk) -> None:
    walk.start(waiting_for("2026-11-01", "timeDate"))

    assert walk.waiting == ["after"]


def test_a_timer_that_was_moved_is_not_fired(walk: Walk) -> None:
    walk.start(waiting_for("PT5M"))

    with pytest.raises(TimerNotDueError) as caught:
        walk.run.fire(walk.run.timers()[0].task_id)

    assert caught.value.status == 409
    assert caught.value.element == "wait"


def test_a_timer_that_is_gone_is_not_fired(walk: Walk) -> None:
    walk.start(waiting_for("PT5M"))
    task_id = walk.run.timers()[0].task_id
    walk.pass_time(minutes=5)

    with pytest.raises(TaskAlreadyCompletedError):
        walk.run.fire(task_id)


def test_a_timer_fires_with_whatever_touches_the_run_after_its_moment(walk: Walk) -> None:
    walk.start(diagram("start -> fork -> wait -> a -> end; fork -> b -> end_b", fork=both(), wait=catch(timer("PT5M"))))
    walk.clock.moment += timedelta(minutes=6)

    walk.complete("b")

    assert walk.waiting == ["a"]


def test_an_interrupting_timer_takes_the_task_away(walk: Walk) -> None:
    walk.start(diagram("start -> a -> end; late -> b -> end_late", late=border("a", timer("PT1H"))), said="before")
    task_id = walk.run.user_tasks()[0].task_id

    walk.pass_time(hours=1)

    assert walk.waiting == ["b"]
    assert walk.data == {"said": "before"}
    with pytest.raises(TaskAlreadyCompletedError):
        walk.run.complete(task_id, {})


def test_a_task_done_in_time_stops_its_timers(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> a -> after -> end; late -> b -> end_late; warn -> c -> end_warned",
            late=border("a", timer("PT2H")),
            warn=border("a", timer("PT1H"), interrupting=False),
        )
    )

    walk.complete("a")

    assert walk.timers == {}
    assert walk.waiting == ["after"]


def test_a_warning_and_a_deadline_on_one_task(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> a -> end; late -> b -> end_late; warn -> c -> end_warned",
            late=border("a", timer("PT2H")),
            warn=border("a", timer("PT1H"), interrupting=False),
        )
    )

    walk.pass_time(hours=1)
    warned = walk.waiting
    walk.pass_time(hours=1)

    assert warned == ["a", "c"]
    assert walk.waiting == ["b", "c"]
    assert walk.timers == {}


def test_a_warning_goes_on_after_its_task_is_done(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> a -> after -> end; warn -> c -> end_warned", warn=border("a", timer("PT1H"), interrupting=False)
        )
    )
    walk.pass_time(hours=1)

    walk.complete("a")
    walk.complete("after")
    still = walk.waiting
    walk.complete("c")

    assert still == ["c"]
    assert walk.run.ended


def test_an_overdue_stage_is_escalated_once_and_goes_on(walk: Walk) -> None:
    walk.world.results["records.escalate"] = {}
    walk.start(
        diagram(
            "start -> stage -> after -> end; overdue -> escalate -> end_overdue",
            stage=sub("start_in -> a -> b -> end_in"),
            overdue=border("stage", timer("PT1H"), interrupting=False),
            escalate=service("records.escalate"),
        )
    )
    walk.complete("a")

    walk.pass_time(hours=5)
    walk.complete("b")

    assert [call.element for call in walk.world.performed] == ["escalate"]
    assert walk.waiting == ["after"]
    assert walk.passed == ["start", "start_in", "a", "overdue", "escalate", "end_overdue", "b", "end_in", "stage"]


def test_an_interrupted_stage_leaves_nothing_behind(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> stage -> end; withdrawn -> close -> end_withdrawn",
            stage=sub(
                "start_in -> fork -> a -> end_a; fork -> inner -> end_b",
                fork=both(),
                inner=sub("start_inner -> b -> wait -> end_inner", wait=catch(timer("PT9H"))),
            ),
            withdrawn=border("stage", message("request.withdrawn")),
        )
    )
    walk.complete("b")

    walk.deliver("request.withdrawn", reason="moved away")

    assert walk.waiting == ["close"]
    assert walk.timers == {}
    assert walk.messages == []
    assert walk.data == {"reason": "moved away"}


REPEATED = diagram(
    "start -> a -> after -> end; reminder -> note -> end_reminded",
    reminder=border("a", timer("R3/PT10M", "timeCycle"), interrupting=False),
    note=script("reminded = True"),
)


def test_a_cycle_fires_as_often_as_it_says(walk: Walk) -> None:
    walk.start(REPEATED)

    walk.pass_time(hours=3)

    assert walk.passed.count("reminder") == 3
    assert walk.timers == {}
    assert walk.waiting == ["a"]


def test_a_cycle_makes_up_for_turns_that_were_missed(walk: Walk) -> None:
    walk.start(REPEATED)
    walk.clock.moment += timedelta(minutes=25)

    walk.run.fire(walk.run.timers()[0].task_id)
    walk.run.settle()

    assert walk.run.passed().count("reminder") == 2
    assert [timer.due for timer in walk.run.timers()] == [MONDAY + timedelta(minutes=30)]


def test_an_endless_cycle_does_not_make_up_for_a_month(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> a -> end; reminder -> note -> end_reminded",
            reminder=border("a", timer("R/PT1M", "timeCycle"), interrupting=False),
            note=script("n = 1"),
        )
    )
    walk.clock.moment += timedelta(days=30, seconds=30)

    walk.run.fire(walk.run.timers()[0].task_id)
    walk.run.settle()

    assert walk.run.passed().count("reminder") == 1
    assert [timer.due for timer in walk.run.timers()] == [MONDAY + timedelta(days=30, minutes=1)]


def test_a_cycle_stops_with_its_task(walk: Walk) -> None:
    walk.start(REPEATED)
    walk.pass_time(minutes=10)

    walk.complete("a")

    assert walk.timers == {}
    assert walk.waiting == ["after"]


def test_a_cycle_may_begin_at_a_moment(walk: Walk) -> None:
    walk.start(waiting_for("R2/2026-11-20T09:00:00+05:00/P1D", "timeCycle"))

    assert walk.timers == {"wait": datetime(2026, 11, 20, 4, tzinfo=UTC)}


ON_A_TASK = diagram(
    "start -> a -> after -> end; changed -> notify -> end_notified",
    changed=border("a", message("schedule.changed"), interrupting=False),
    notify=service("letters.notify", when="when"),
)
ON_A_STAGE = diagram(
    "start -> stage -> after -> end; changed -> notify -> end_notified",
    stage=sub("start_in -> a -> end_in"),
    changed=border("stage", message("schedule.changed"), interrupting=False),
    notify=service("letters.notify", when="when"),
)


@pytest.mark.parametrize("process", [ON_A_TASK, ON_A_STAGE], ids=["task", "sub-process"])
def test_a_message_that_does_not_interrupt_comes_any_number_of_times(walk: Walk, process: bytes) -> None:
    walk.world.results["letters.notify"] = {}
    walk.start(process)

    for number in range(5):
        walk.deliver("schedule.changed", when=number)

    assert [call.parameters["when"] for call in walk.world.performed] == [0, 1, 2, 3, 4]
    assert walk.messages == ["schedule.changed"]
    assert walk.waiting == ["a"]


@pytest.mark.parametrize("process", [ON_A_TASK, ON_A_STAGE], ids=["task", "sub-process"])
def test_branches_of_repeated_messages_run_side_by_side(walk: Walk, process: bytes) -> None:
    walk.start(process)
    walk.deliver("schedule.changed", when=1)
    walk.deliver("schedule.changed", when=2)

    walk.complete("a")
    walk.complete("after")
    still_open = [call.parameters["when"] for call in walk.run.calls()]
    walk.answer("notify")
    walk.answer("notify")

    assert still_open == [1, 2]
    assert walk.run.ended
    assert walk.messages == []


def test_a_message_nobody_waits_for_is_refused(walk: Walk) -> None:
    walk.start(ON_A_TASK)
    walk.complete("a")

    with pytest.raises(MessageNotAwaitedError) as caught:
        walk.deliver("schedule.changed")

    assert caught.value.status == 409
    assert "schedule.changed" in caught.value.text.kk


def test_a_message_goes_to_one_receiver_and_to_the_one_that_is_meant(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> fork -> one -> a -> end_a; fork -> two -> b -> end_b",
            fork=both(),
            one=catch(message("answer")),
            two=Node("receiveTask", attributes={"messageRef": "message:answer"}),
        )
    )
    second = next(subscription for subscription in walk.run.subscriptions() if subscription.element == "two")

    walk.run.deliver("answer", {"from": "B"}, second.task_id)
    walk.run.settle()

    assert [task.element for task in walk.run.user_tasks()] == ["b"]
    assert [subscription.element for subscription in walk.run.subscriptions()] == ["one"]


def test_what_a_message_brings_may_have_a_name(walk: Walk) -> None:
    walk.start(diagram("start -> wait -> a -> end", wait=catch(message("answer", variable="reply"))))

    walk.deliver("answer", text="yes")

    assert walk.data == {"reply": {"text": "yes"}}


def test_what_a_message_brings_is_json(walk: Walk) -> None:
    walk.start(diagram("start -> wait -> a -> end", wait=catch(message("answer"))))

    with pytest.raises(NotJsonError) as caught:
        walk.deliver("answer", when=MONDAY)

    assert caught.value.element == "wait"


EITHER = diagram(
    "start -> gate -> answered -> a -> end; gate -> reminded -> b -> end; gate -> closed -> c -> end",
    gate=first_of(),
    answered=catch(message("answer")),
    reminded=catch(timer("PT1H")),
    closed=catch(timer("PT2H")),
)


def test_behind_an_event_gateway_the_first_event_decides(walk: Walk) -> None:
    walk.start(EITHER)
    awaited = walk.messages, set(walk.timers)

    walk.deliver("answer", said="yes")

    assert awaited == (["answer"], {"reminded", "closed"})
    assert walk.waiting == ["a"]
    assert walk.data == {"said": "yes"}
    assert walk.timers == {}
    assert walk.messages == []
    assert walk.passed == ["start", "gate", "answered"]


def test_behind_an_event_gateway_the_first_timer_may_decide(walk: Walk) -> None:
    walk.start(EITHER)
    dues = dict(walk.timers)

    walk.pass_time(hours=1)

    assert dues == {"reminded": MONDAY + timedelta(hours=1), "closed": MONDAY + timedelta(hours=2)}
    assert walk.waiting == ["b"]


def test_a_message_leaves_with_its_payload(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> a -> tell -> send -> ended",
            tell=throw(message("case.opened", payload='{"case": case_id}')),
            send=Node("sendTask", message("case.sent", payload='{"to": "archive"}')),
            ended=end(message("case.closed")),
        ),
        case_id=7,
    )

    walk.complete("a")

    assert walk.thrown == [("case.opened", {"case": 7}), ("case.sent", {"to": "archive"}), ("case.closed", {})]
    assert walk.run.end_event == "ended"


def test_a_message_somebody_inside_waits_for_stays_inside(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> fork -> a -> tell -> end_a; fork -> wait -> b -> end_b",
            fork=both(),
            tell=throw(message("go", payload='{"n": 1}')),
            wait=catch(message("go")),
        )
    )

    walk.complete("a")

    assert walk.thrown == []
    assert walk.waiting == ["b"]
    assert walk.data["n"] == 1


def test_a_signal_reaches_everyone_inside_also_from_an_end(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> fork -> a -> ended; fork -> one -> b -> end_b; fork -> two -> c -> end_c",
            fork=both(),
            one=catch(signal("closed")),
            two=catch(signal("closed")),
            ended=end(signal("closed")),
        )
    )

    walk.complete("a")

    assert walk.waiting == ["b", "c"]


FAILING = diagram(
    "start -> send -> after -> end; no_address -> ask_address -> end_asked; anything -> look -> end_looked",
    send=service("letters.send", "sent"),
    no_address=border("send", error("no_address")),
    anything=border("send", error()),
)


def test_a_job_reports_its_result_through_the_door(walk: Walk) -> None:
    walk.start(FAILING)
    before = walk.waiting

    walk.answer("send", message_id="x1")

    assert before == []
    assert walk.waiting == ["after"]
    assert walk.data == {"sent": {"message_id": "x1"}}


def test_a_job_is_answered_once(walk: Walk) -> None:
    walk.start(FAILING)
    task_id = walk.call("send").task_id
    walk.answer("send")

    with pytest.raises(TaskAlreadyCompletedError):
        walk.run.answer(task_id, {})


def test_without_a_result_variable_the_result_is_merged(walk: Walk) -> None:
    walk.start(diagram("start -> ask -> after -> end", ask=service("x", n="1 + 1")))

    walk.answer("ask", number="77-1")

    assert walk.world.performed[0].parameters == {"n": 2}
    assert walk.data == {"number": "77-1"}


def test_a_record_call_is_performed_within_the_step(walk: Walk) -> None:
    walk.world.results["records.register"] = {"number": "77-1"}

    walk.start(
        diagram("start -> register -> a -> end", register=service("records.register", case="case_id")), case_id=7
    )

    assert walk.waiting == ["a"]
    assert walk.data == {"case_id": 7, "number": "77-1"}
    assert walk.run.calls() == []
    assert walk.world.performed[0].operation == "records.register"


def test_an_error_of_a_job_takes_the_way_of_its_code(walk: Walk) -> None:
    walk.start(FAILING)

    walk.fail("send", "no_address")

    assert walk.waiting == ["ask_address"]
    assert walk.run.calls() == []


def test_an_error_without_a_way_of_its_own_takes_that_for_any(walk: Walk) -> None:
    walk.start(FAILING)

    walk.fail("send", "disk_full")

    assert walk.waiting == ["look"]


def test_an_error_nobody_handles_names_its_element(walk: Walk) -> None:
    walk.start(diagram("start -> send -> end", send=service("letters.send")))

    with pytest.raises(ErrorCodeNotHandledError) as caught:
        walk.fail("send", "no_address")

    assert caught.value.element == "send"
    assert "no_address" in caught.value.text.kk


def test_an_error_climbs_to_the_stage_around_and_bothers_no_neighbour(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> stage -> end; failed -> repair -> end_repaired",
            stage=sub(
                "start_in -> fork -> one -> end_one; fork -> two -> end_two; other -> wrong -> end_wrong",
                fork=both(),
                one=service("one"),
                two=service("two"),
                other=border("two", error("broken")),
            ),
            failed=border("stage", error("broken")),
        )
    )

    walk.fail("one", "broken")

    assert walk.waiting == ["repair"]
    assert walk.run.calls() == []


def test_an_error_end_event_is_caught_at_the_border_of_its_stage(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> stage -> end; failed -> repair -> end_repaired",
            stage=sub(
                "start_in -> a -> ok; ok -[good]-> end_in; ok -*-> broken", ok=xor(), broken=end(error("broken"))
            ),
            failed=border("stage", error("broken")),
        )
    )

    walk.complete("a", good=False)

    assert walk.waiting == ["repair"]
    assert walk.passed[-2:] == ["broken", "failed"]


def test_an_error_end_event_nobody_catches_is_named(walk: Walk) -> None:
    walk.start(diagram("start -> a -> broken", broken=end(error("broken"))))

    with pytest.raises(ErrorCodeNotHandledError) as caught:
        walk.complete("a")

    assert caught.value.element == "broken"


def test_an_escalation_does_not_stop_its_stage(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> stage -> end; raised -> inform -> end_informed",
            stage=sub("start_in -> a -> raise_it -> b -> end_in", raise_it=throw(escalation("late"))),
            raised=border("stage", escalation("late"), interrupting=False),
        )
    )

    walk.complete("a")

    assert walk.waiting == ["b", "inform"]


class SlotTakenError(AutomationError):
    status = 409


def test_a_persons_mistake_comes_out_of_the_call_as_it_is(walk: Walk) -> None:
    walk.world.results["records.book"] = SlotTakenError()
    walk.start(diagram("start -> choose -> book -> end", book=service("records.book")))

    with pytest.raises(SlotTakenError) as caught:
        walk.complete("choose")

    assert caught.value.status == 409
    assert caught.value.__notes__ == ["element: book"]


def test_a_broken_script_names_its_element(walk: Walk) -> None:
    walk.start(diagram("start -> a -> count -> end", count=script("n = missing + 1")))

    with pytest.raises(ExpressionError) as caught:
        walk.complete("a")

    assert caught.value.element == "count"


def test_a_step_that_fails_leaves_the_saved_state_as_it_was(walk: Walk) -> None:
    walk.start(diagram("start -> a -> count -> end", count=script("n = missing + 1")))
    saved = walk.state
    with pytest.raises(ExpressionError):
        walk.complete("a")

    walk.run = Run.restore(walk.definition, walk.world, saved)
    walk.complete("a", missing=1)

    assert walk.data["n"] == 2


def test_due_moments_of_tasks_are_evaluated_over_their_data(walk: Walk) -> None:
    walk.start(diagram("start -> a -> end", a=user()), registered_at="2026-11-16")
    task = walk.run.user_tasks()[0]

    due = walk.run.evaluate(task.task_id, "registered_at + 'T18:30'")

    assert due == "2026-11-16T18:30"


def test_an_expression_that_is_wrong_names_the_task(walk: Walk) -> None:
    walk.start(diagram("start -> a -> end"))

    with pytest.raises(ExpressionError) as caught:
        walk.run.evaluate(walk.run.user_tasks()[0].task_id, "nothing")

    assert caught.value.element == "a"
