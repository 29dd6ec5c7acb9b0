"""What becomes of the variables: joins, loops, several instances, corrections, poison."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from app.engine.errors import NotJsonError, TaskAlreadyCompletedError, TooMuchDataError
from app.engine.instances import CollectionError
from tests.unit.engine.diagrams import (
    Node,
    border,
    both,
    call,
    catch,
    diagram,
    for_each,
    message,
    script,
    service,
    some,
    sub,
    timer,
    user,
    xor,
)
from tests.unit.engine.walking import Walk

FORK = diagram("start -> first -> fork -> a -> join -> after -> end; fork -> b -> join", fork=both(), join=both())


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_the_branch_that_ends_last_does_not_overwrite_what_another_has_changed(
    walk: Walk, order: tuple[str, str]
) -> None:
    walk.start(FORK)
    walk.complete("first", shared="x", kept="x")
    answers = {"a": {"shared": "from a"}, "b": {"own": "from b"}}

    for element in order:
        walk.complete(element, **answers[element])

    assert walk.waiting == ["after"]
    assert walk.data == {"shared": "from a", "kept": "x", "own": "from b"}


@pytest.mark.parametrize("gateway", [both(), some()], ids=["parallel", "inclusive"])
def test_a_join_inside_a_rework_loop_brings_back_nothing_old(walk: Walk, gateway: Node) -> None:
    walk.start(
        diagram(
            """start -> merge -> fork -[True]-> a -> join -> check -> done; fork -[True]-> b -> join
            fork -[True]-> c -> join; done -[more]-> merge; done -*-> end""",
            merge=xor(),
            done=xor(),
            fork=gateway,
            join=gateway,
        )
    )

    for number in range(6):
        walk.complete("b", b=number) if number == 0 else walk.complete("b")
        walk.complete("a", a=number)
        walk.complete("c", c=number)
        walk.complete("check", more=number < 5)

    assert walk.run.ended
    assert walk.data == {"a": 5, "b": 0, "c": 5, "more": False}


def test_of_a_variable_that_both_branches_change_the_later_stands(walk: Walk) -> None:
    walk.start(FORK)
    walk.complete("first", shared="x")

    walk.complete("b", shared="b")
    walk.complete("a", shared="a")

    assert walk.data["shared"] == "a"


def test_a_record_that_both_branches_change_is_merged_by_its_keys(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> first -> fork -> a -> join -> after -> end; fork -> b -> join",
            fork=both(),
            join=both(),
            a=script("doc = {'meta': doc['meta'], 'a': 1, 'old': 2}"),
            b=script("doc['meta']['b'] = 2"),
        )
    )

    walk.complete("first", doc={"meta": {"n": 1}, "old": 1})

    assert walk.data["doc"] == {"meta": {"n": 1, "b": 2}, "a": 1, "old": 2}


def test_nested_forks_are_merged_from_the_inside(walk: Walk) -> None:
    walk.start(
        diagram(
            """start -> fork -> a -> join -> after -> end; fork -> set_level -> inner; inner -> b -> join
            inner -> c -> join""",
            fork=both(),
            inner=both(),
            join=both(),
            set_level=script("level = 1"),
        )
    )

    walk.complete("b", level=2)
    walk.complete("a")
    walk.complete("c")

    assert walk.data == {"level": 2}


def test_what_a_script_changes_in_a_record_the_open_tasks_of_the_other_branches_see(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> first -> fork -> change -> a -> join -> end; fork -> b -> join",
            fork=both(),
            join=both(),
            change=script("doc['meta']['n'] = 99\nitems.append(3)"),
        )
    )

    walk.complete("first", doc={"meta": {"n": 1}}, items=[1, 2])

    data = {task.element: task.data for task in walk.run.user_tasks()}
    assert data["a"] == data["b"] == {"doc": {"meta": {"n": 99}}, "items": [1, 2, 3]}


def test_instances_share_no_record_that_one_of_them_could_change(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> first -> stage -> end",
            stage=for_each(
                sub("start_in -> change -> a -> end_in", change=script("doc['n'] = n\nitems.append(n)")), "ns", "n"
            ),
        )
    )

    walk.complete("first", ns=[1, 2], doc={}, items=[])

    data = [task.data for task in walk.run.user_tasks()]
    assert [each["doc"] for each in data] == [{"n": 1}, {"n": 2}]
    assert [each["items"] for each in data] == [[1], [2]]


def test_answers_given_are_not_shared_with_the_giver(walk: Walk) -> None:
    walk.start(FORK)
    answers: dict[str, object] = {"items": [1]}
    items = answers["items"]

    walk.run.complete(walk.run.user_tasks()[0].task_id, answers)
    walk.run.settle()
    assert isinstance(items, list)
    items.append(2)

    assert walk.run.data["items"] == [1]


def test_branches_that_end_apart_all_count(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> stage -> after -> end",
            stage=sub("start_in -> fork -> a -> end_a; fork -> b -> end_b; fork -> c -> end_c", fork=both()),
        ),
        shared="x",
    )

    walk.complete("a", shared="from a")
    walk.complete("b", b=1)
    walk.complete("c", c=1)

    assert walk.data == {"shared": "from a", "b": 1, "c": 1}


def test_a_side_branch_that_ends_last_does_not_bring_back_old_values(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> stage -> after -> end; warn -> remind -> end_warned",
            stage=sub("start_in -> work -> end_in"),
            warn=border("stage", timer("PT1H"), interrupting=False),
        ),
        status="new",
    )
    walk.pass_time(hours=1)

    walk.complete("work", status="worked")
    walk.complete("after", status="done")
    walk.complete("remind", reminded=True)

    assert walk.run.ended
    assert walk.data == {"status": "done", "reminded": True}


POSITIONS = diagram(
    "start -> stage -> analyse -> good; good -[poor]-> stage; good -*-> end",
    good=xor(),
    stage=sub(
        "start_in -> record_position -> end_in",
        record_position=for_each(user(), "positions", "position", output="positions", result="position"),
    ),
)
BODIES = [{"position_id": 1, "body": "fire"}, {"position_id": 2, "body": "water"}, {"position_id": 3, "body": "roads"}]


def test_every_item_is_a_task_with_its_own_data(walk: Walk) -> None:
    walk.start(POSITIONS, positions=BODIES, case_id=7)

    data = [task.data for task in walk.run.user_tasks()]

    assert [task["position"] for task in data] == BODIES
    assert {task["case_id"] for task in data} == {7}


def test_every_item_gets_its_own_answers_in_whatever_order_they_come(walk: Walk) -> None:
    walk.start(POSITIONS, positions=BODIES)

    walk.complete("record_position", 2, received="roads say no")
    walk.complete("record_position", 0, received="fire says yes")
    unseen = walk.run.user_tasks()[0].data
    walk.complete("record_position", 0, received="water says maybe")

    assert "received" not in unseen
    assert walk.waiting == ["analyse"]
    assert walk.data["positions"] == [
        {**BODIES[0], "received": "fire says yes"},
        {**BODIES[1], "received": "water says maybe"},
        {**BODIES[2], "received": "roads say no"},
    ]
    assert set(walk.data) == {"positions"}
    assert walk.passed == ["start", "start_in", *["record_position"] * 3, "end_in", "stage"]


def test_a_second_round_is_for_the_items_that_are_left(walk: Walk) -> None:
    walk.start(POSITIONS, positions=BODIES)
    for _ in BODIES:
        walk.complete("record_position", quality="poor")

    walk.complete("analyse", poor=True, positions=[BODIES[1]])
    walk.complete("record_position", quality="good")
    walk.complete("analyse", poor=False)

    assert walk.run.ended
    assert walk.data["positions"] == [{**BODIES[1], "quality": "good"}]


def test_no_items_means_no_tasks(walk: Walk) -> None:
    walk.start(POSITIONS, positions=[])

    assert walk.waiting == ["analyse"]
    assert walk.passed == ["start", "start_in", "end_in", "stage"]


def test_without_an_output_list_what_each_instance_has_changed_counts(walk: Walk) -> None:
    process = diagram("start -> each -> after -> end", each=for_each(user(), "people", "person"))
    walk.start(process, people=["A", "B"], told=0, asked=0)

    walk.complete("each", 1, told=1)
    walk.complete("each", 0, asked=1)

    assert walk.data == {"people": ["A", "B"], "told": 1, "asked": 1}


def test_an_output_list_of_its_own_has_the_results_in_the_order_of_the_items(walk: Walk) -> None:
    each = for_each(user(), "people", "person", output="opinions", result="opinion")
    walk.start(diagram("start -> each -> after -> end", each=each), people=["A", "B"])

    walk.complete("each", 1, opinion="b")
    walk.complete("each", 0, opinion="a")

    assert walk.data == {"people": ["A", "B"], "opinions": ["a", "b"]}


def test_items_one_by_one_see_the_answers_before_them(walk: Walk) -> None:
    each = for_each(user(), "people", "person", one_by_one=True)
    walk.start(diagram("start -> each -> after -> end", each=each), people=["A", "B"])

    first = walk.run.user_tasks()[0].data["person"]
    walk.complete("each", agreed=1)
    second = walk.run.user_tasks()[0].data
    walk.complete("each", agreed=2)

    assert first == "A"
    assert second == {"people": ["A", "B"], "person": "B", "agreed": 1, "loopCounter": 1}
    assert walk.data == {"people": ["A", "B"], "agreed": 2}


def test_items_may_stop_early(walk: Walk) -> None:
    each = for_each(user(), "people", "person", until="refused")
    walk.start(diagram("start -> each -> after -> end", each=each), people=["A", "B", "C"], refused=False)

    walk.complete("each", 1, refused=True)

    assert walk.waiting == ["after"]


def test_a_sub_process_for_each_item(walk: Walk) -> None:
    stage = for_each(
        sub("start_in -> ask -> note -> end_in", note=script("done = person")),
        "people",
        "person",
        output="done_for",
        result="done",
    )
    walk.start(diagram("start -> stage -> after -> end", stage=stage), people=["A", "B"])

    walk.complete("ask", 1)
    walk.complete("ask", 0)

    assert walk.data == {"people": ["A", "B"], "done_for": ["A", "B"]}


def test_a_service_task_for_each_item_is_performed_for_each(walk: Walk) -> None:
    walk.world.results["letters.send"] = {"sent": True}
    each = for_each(service("letters.send", to="person"), "people", "person")

    walk.start(diagram("start -> each -> after -> end", each=each), people=["A", "B"])

    assert [call.parameters["to"] for call in walk.world.performed] == ["A", "B"]
    assert walk.waiting == ["after"]


def test_a_list_that_is_none_is_named(walk: Walk) -> None:
    with pytest.raises(CollectionError) as caught:
        walk.start(POSITIONS, positions="fire, water")

    assert caught.value.element == "record_position"


def test_a_script_sets_variables(walk: Walk) -> None:
    walk.start(
        diagram("start -> sum_up -> a -> end", sum_up=script("total = 0\nfor x in xs:\n    total += x")), xs=[1, 2]
    )

    assert walk.data["total"] == 3


def test_a_called_process_gets_copies(walk: Walk) -> None:
    called = diagram("start_c -> change -> end_c", process_id="c", change=script("doc['n'] = 2"))
    walk.start(diagram("start -> a -> use -> b -> end", use=call("c")), called)

    walk.complete("a", doc={"n": 1})

    assert walk.data == {"doc": {"n": 2}}


POISON = {
    "typename": "datetime",
    "doc": {"typename": "UUID", "value": "x", "__class__": "y", "data_objects": {}},
    "__class__": 1,
    "__builtins__": 2,
    "data_objects": {"a": 1},
    "spec": "none",
    "id": "x",
    "": "empty",
    "ключ с пробелом": "да",
}


def test_no_key_is_poison(walk: Walk) -> None:
    walk.start(FORK)

    walk.complete("first", **POISON)
    walk.complete("a")
    walk.complete("b")
    walk.complete("after")

    assert walk.run.ended
    assert walk.data == POISON


@pytest.mark.parametrize("value", [date(2026, 11, 16), Decimal(1), {1, 2}, b"x", object(), {1: 2}, 2**70])
def test_what_is_no_json_is_refused_by_name(walk: Walk, value: object) -> None:
    walk.start(FORK)

    with pytest.raises(NotJsonError) as caught:
        walk.complete("first", fine=1, wrong=value)

    assert caught.value.element == "first"
    assert "wrong" in caught.value.text.ru
    assert "wrong" in caught.value.text.kk


def test_data_to_begin_with_are_json_too(walk: Walk) -> None:
    with pytest.raises(NotJsonError):
        walk.start(FORK, when=date(2026, 11, 16))


def test_a_service_that_brings_no_json_is_named(walk: Walk) -> None:
    walk.world.results["x"] = {"when": date(2026, 11, 16)}

    with pytest.raises(NotJsonError) as caught:
        walk.start(diagram("start -> ask -> end", ask=service("x")))

    assert caught.value.element == "ask"


def test_too_many_answers_are_refused(walk: Walk) -> None:
    walk.start(FORK)

    with pytest.raises(TooMuchDataError) as caught:
        walk.complete("first", text="я" * 131_072)

    assert caught.value.status == 413
    assert "256" in caught.value.text.kk


def test_many_answers_are_taken(walk: Walk) -> None:
    walk.start(FORK)

    walk.complete("first", text="я" * 131_000)

    assert walk.waiting == ["a", "b"]


def test_a_form_may_have_a_variable_of_its_own(walk: Walk) -> None:
    nested = user(
        "<bpmn:extensionElements><spiffworkflow:variableName>form</spiffworkflow:variableName></bpmn:extensionElements>"
    )
    walk.start(diagram("start -> a -> b -> end", a=nested))

    walk.complete("a", x=1)

    assert walk.data == {"form": {"x": 1}}


CORRECTED = diagram(
    """start -> fork -> stage -> join -> after -> end; fork -> b -> join
    late -> late_note -> end_late""",
    fork=both(),
    join=both(),
    stage=sub(
        "start_in -> a -> wait -> a2 -> end_in", wait=Node("intermediateCatchEvent", timer("moment_of(reception_at)"))
    ),
    late=border("stage", timer("moment_of(reception_at)"), interrupting=False),
)


def test_a_correction_holds_everywhere(walk: Walk) -> None:
    walk.world.known["moment_of"] = lambda text: text
    walk.start(CORRECTED, reception_at="2026-12-01T10:00:00+05:00", other=1)

    walk.correct(reception_at="2026-12-05T10:00:00+05:00")

    assert {task.data["reception_at"] for task in walk.run.user_tasks()} == {"2026-12-05T10:00:00+05:00"}
    assert walk.data["reception_at"] == "2026-12-05T10:00:00+05:00"


def test_a_correction_moves_the_timers_that_mention_it(walk: Walk) -> None:
    walk.world.known["moment_of"] = lambda text: text
    walk.start(CORRECTED, reception_at="2026-12-01T10:00:00+05:00")
    walk.complete("a")

    walk.correct(reception_at="2026-12-05T10:00:00+05:00")

    assert {due.isoformat() for due in walk.timers.values()} == {"2026-12-05T05:00:00+00:00"}
    assert set(walk.timers) == {"late", "wait"}


def test_a_correction_leaves_other_timers_alone(walk: Walk) -> None:
    asked: list[object] = []
    walk.world.known["moment_of"] = lambda text: asked.append(text) or text
    walk.start(CORRECTED, reception_at="2026-12-01T10:00:00+05:00")

    walk.correct(other=2)

    assert len(asked) == 1


COUNTED = diagram(
    "start -> fork -> by_term -> join -> end; fork -> by_hour -> join; fork -> both_of -> join; fork -> weekly -> join",
    fork=both(),
    join=both(),
    by_term=catch(timer("term(reception_at)")),
    by_hour=catch(timer("now_iso()[:11] + '18:00:00+00:00'")),
    both_of=catch(timer("term(now_iso())")),
    weekly=catch(timer("every_week()", kind="timeCycle")),
)


def test_what_the_calendar_counts_is_counted_again_and_what_the_clock_began_is_not(walk: Walk) -> None:
    days = {"off": 1}
    walk.world.known |= {
        "term": lambda text: (datetime.fromisoformat(text) + timedelta(days=days["off"])).isoformat(),
        "every_week": lambda: f"R3/P{7 * days['off']}D",
    }
    walk.start(COUNTED, reception_at="2026-12-01T10:00:00+05:00")
    before = walk.timers
    walk.clock.moment += timedelta(hours=1)
    days["off"] = 2

    walk.recount("term", "every_week")

    assert {name: walk.timers[name] - before[name] for name in before} == {
        "by_term": timedelta(days=1),
        "by_hour": timedelta(0),
        "both_of": timedelta(0),
        "weekly": timedelta(0),
    }


def test_after_a_correction_a_join_keeps_what_a_branch_changes(walk: Walk) -> None:
    walk.start(FORK)
    walk.complete("first", shared="x")
    walk.correct(shared="corrected")

    walk.complete("a", shared="from a")
    walk.complete("b")

    assert walk.data["shared"] == "from a"


def test_a_correction_is_seen_behind_a_join_where_a_branch_waits(walk: Walk) -> None:
    walk.start(FORK)
    walk.complete("first", shared="x")
    walk.complete("a", shared="from a")

    walk.correct(shared="corrected")
    walk.complete("b")

    assert walk.data["shared"] == "corrected"


def test_a_correction_outlives_a_branch_that_has_ended(walk: Walk) -> None:
    walk.start(diagram("start -> fork -> a -> end_a; fork -> b -> end_b; fork -> c -> end_c", fork=both()), shared="x")
    walk.complete("a", shared="from a")
    walk.complete("b")

    walk.correct(shared="corrected")
    walk.complete("c")

    assert walk.data["shared"] == "corrected"


def test_a_correction_does_not_outlive_the_result_that_comes_after_it(walk: Walk) -> None:
    walk.start(diagram("start -> write -> after -> end", write=service("letters.write")), number="old")
    walk.correct(number="corrected")

    walk.answer("write", number="new")

    assert walk.run.user_tasks()[0].data == {"number": "new"}


def test_a_correction_leaves_the_other_variables_of_a_waiting_branch(walk: Walk) -> None:
    walk.start(FORK)
    walk.complete("first", shared="x")
    walk.complete("a", own="from a")

    walk.correct(shared="corrected")

    assert walk.data == {"shared": "corrected", "own": "from a"}


def test_a_correction_changes_the_parameters_of_an_open_call(walk: Walk) -> None:
    walk.start(diagram("start -> write -> end", write=service("letters.write", to="address")), address="old")

    walk.correct(address="new")

    assert walk.call("write").parameters == {"to": "new"}


def test_a_task_nobody_knows_is_answered_politely(walk: Walk) -> None:
    walk.start(FORK)

    with pytest.raises(TaskAlreadyCompletedError):
        walk.run.complete(uuid4(), {})


def test_a_boundary_event_on_a_sub_process_sees_its_variables(walk: Walk) -> None:
    walk.world.results["letters.notify"] = {}
    walk.start(
        diagram(
            "start -> preparation -> end; changed -> notify -> end_notified",
            preparation=sub("start_in -> book -> invite -> end_in"),
            changed=border("preparation", message("schedule.changed"), interrupting=False),
            notify=service("letters.notify", when="reception_at", reason="reason"),
        )
    )
    walk.complete("book", reception_at="2026-12-01")

    walk.deliver("schedule.changed", reason="holiday")

    assert walk.world.performed[0].parameters == {"when": "2026-12-01", "reason": "holiday"}


def test_a_branch_beside_an_activity_does_not_bring_back_what_the_activity_has_changed_since(walk: Walk):
    walk.start(
        diagram(
            "start -> stage -> end; changed -> tell -> end_told",
            stage=sub("start_in -> state -> restate -> end_in", state=user(), restate=user()),
            changed=border("stage", message("changed"), interrupting=False),
            tell=user(),
        )
    )
    walk.complete("state", said="first")
    walk.deliver("changed")
    walk.complete("restate", said="second")

    walk.complete("tell", told=True)

    assert walk.data == {"said": "second", "told": True}
