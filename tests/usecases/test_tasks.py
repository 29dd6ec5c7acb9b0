"""Tasks: who may take and complete them, what completing writes, and what is left untouched when it fails."""

import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any

import pytest
from sqlalchemy import event, func, select, text

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.names import sort_key
from app.models import History, Person, RoleGrant, UserTask
from app.models.database import engine, reading
from app.usecases.access import Actor, ForbiddenError
from app.usecases.cases import open_case, send_message
from app.usecases.deploy import publish
from app.usecases.held_tasks import TaskAlreadyCompletedError, TaskTakenError, TaskWithdrawnError
from app.usecases.instances import variables_of
from app.usecases.published import NotFoundError
from app.usecases.tasks import (
    InvalidAnswersError,
    NotHolderError,
    ReasonMissingError,
    claim,
    complete_user_task,
    delegate,
    release,
)
from app.usecases.transaction import transaction
from tests.reception import ROOT, Walk, at, kostanay


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    """A request that waits for step 1 on Tuesday 3 June 2025 at 10:00."""
    with kostanay(database_url, at("2025-06-03")) as walk:
        walk.start()
        yield walk


@pytest.fixture
def colleague(walk: Walk) -> Actor:
    """A second preparer."""
    with transaction() as session:
        row = session.scalar(select(Person).where(Person.login == "second"))
        if row is None:
            row = Person(
                office_id="kostanay",
                login="second",
                full_name="Әлия Сүлейменова",
                sort_key=sort_key("Әлия"),
                language="kk",
                preferences={},
            )
            session.add(row)
            session.flush()
            session.add(
                RoleGrant(
                    office_id="kostanay",
                    person_id=row.id,
                    role="reception_preparer",
                    valid_from=at("2019-01-01").date(),
                )
            )
        return Actor(row.id, "kostanay", row.full_name, "kk", frozenset({"reception_preparer"}))


def preparer(walk: Walk) -> Actor:
    return walk.actor("reception_preparer")


def complete(walk: Walk, by: Actor, **changes: Any) -> None:
    complete_user_task(walk.task("clarify_request").id, answers={**walk.usual("clarify_request"), **changes}, by=by)


def everything_written(walk: Walk) -> list[object]:
    """What a completed task changes: state, task, records, history, jobs."""
    with reading() as session:
        counts = [
            session.scalar(text(f"SELECT count(*) FROM {table}")) for table in ("history", "job", "letter", "user_task")
        ]
    return [walk.instance().state, walk.waiting(), walk.request().answers, walk.request().nature, *counts]


def test_a_task_sent_twice_names_who_was_quicker_and_when(walk: Walk, colleague: Actor) -> None:
    task = walk.task("clarify_request").id
    complete(walk, colleague)

    with pytest.raises(TaskAlreadyCompletedError) as late:
        complete_user_task(task, answers=walk.usual("clarify_request"), by=preparer(walk))

    assert "Әлия Сүлейменова" in late.value.text.ru
    assert "10:00" in late.value.text.ru


def test_of_two_who_send_at_once_one_wins_and_the_other_is_told(walk: Walk, colleague: Actor) -> None:
    task = walk.task("clarify_request").id

    def send(by: Actor) -> object:
        try:
            return complete_user_task(task, answers=walk.usual("clarify_request"), by=by)
        except AutomationError as refused:
            return type(refused)

    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(copy_context().run, send, by) for by in (preparer(walk), colleague)]
        outcomes = {job.result() for job in jobs}

    assert outcomes == {walk.instance().id, TaskAlreadyCompletedError}
    assert walk.happened().count("clarify_request") == 1


def test_a_task_that_is_no_longer_needed_says_so(walk: Walk) -> None:
    walk.reception_day(at("2025-06-27").date())
    walk.play("analyse_materials")
    task = walk.task("analyse_materials").id
    send_message("kostanay", "request.withdrawn", case_id=walk.case_id)
    walk.work()

    with pytest.raises(TaskWithdrawnError):
        complete_user_task(task, answers={"materials_quality": "good"}, by=preparer(walk))


def test_what_the_form_does_not_ask_never_reaches_the_process(walk: Walk) -> None:
    complete(walk, preparer(walk), decision="refuse", registered_at="1990-01-01", case_id=0, evil={"a": 1})

    known = variables_of(walk.instance().id, by=preparer(walk))
    assert known["case_id"] == walk.case_id
    assert str(known["registered_at"]).startswith("2025-06-03")
    assert not {"decision", "evil"} & known.keys()


def test_names_and_long_texts_stay_out_of_the_process(walk: Walk) -> None:
    complete(walk, preparer(walk))

    known = json.dumps(variables_of(walk.instance().id, by=preparer(walk)), ensure_ascii=False)
    assert "Досмағамбетов" not in known
    assert "Көшіру мерзімі" not in known


@pytest.mark.parametrize(
    "wrong",
    [{"substance_stated": "maybe"}, {"competent_bodies": ["999"]}, {"nature": ""}, {"documents": "none"}],
    ids=["option", "choice", "empty", "rows"],
)
def test_wrong_answers_leave_everything_as_it_was(walk: Walk, wrong: dict[str, Any]) -> None:
    before = everything_written(walk)

    with pytest.raises(InvalidAnswersError):
        complete(walk, preparer(walk), **wrong)

    assert everything_written(walk) == before


def test_a_record_that_refuses_leaves_everything_as_it_was(walk: Walk) -> None:
    walk.slots = walk.reception_day(at("2025-06-27").date())
    walk.play("register_and_notify_applicant")
    before = everything_written(walk)
    walk.pass_time_to(at("2025-06-27", "09:00"))
    walk.clock.moment = at("2025-06-27", "10:01")
    moved = everything_written(walk)

    with pytest.raises(InvalidAnswersError) as refused:
        walk.answer("register_and_notify_applicant", slot=str(walk.slots[0]), place="akimat")

    assert set(refused.value.errors) == {"slot"}
    assert everything_written(walk) == moved
    assert before[2] == moved[2]


def test_only_the_role_of_a_task_may_complete_it(walk: Walk) -> None:
    with pytest.raises(ForbiddenError):
        complete(walk, walk.actor("leadership"))


def test_a_task_of_another_office_does_not_exist(walk: Walk) -> None:
    stranger = Actor(1, "karaganda", "Чужой", "ru", frozenset({"reception_preparer"}))

    with pytest.raises(NotFoundError):
        claim(walk.task("clarify_request").id, by=stranger)


def test_a_claimed_task_is_completed_by_its_holder_alone(walk: Walk, colleague: Actor) -> None:
    claim(walk.task("clarify_request").id, by=colleague)

    with pytest.raises(TaskTakenError) as taken:
        complete(walk, preparer(walk))
    complete(walk, colleague)

    assert "Әлия Сүлейменова" in taken.value.text.ru
    assert walk.waiting() == ["prepare_brief"]


def test_a_released_task_is_free_again_and_tells_why(walk: Walk, colleague: Actor) -> None:
    task = walk.task("clarify_request").id
    claim(task, by=colleague)
    with pytest.raises(ReasonMissingError):
        release(task, reason="  ", by=colleague)

    release(task, reason="Демалысқа шығамын", by=colleague)

    complete(walk, preparer(walk))
    assert told(walk) == ["task_claimed", "task_released", "task_completed"]


def told(walk: Walk) -> list[str]:
    with reading() as session:
        kinds = session.scalars(select(History.kind).where(History.case_id == walk.case_id).order_by(History.id))
        return [kind for kind in kinds if kind.startswith("task_")][1:]


def test_a_task_is_handed_only_to_who_holds_its_role(walk: Walk, colleague: Actor) -> None:
    task = walk.task("clarify_request").id

    with pytest.raises(NotHolderError):
        delegate(task, to=walk.people["leadership"], by=preparer(walk))
    delegate(task, to=colleague.id, by=preparer(walk))

    assert walk.task("clarify_request").assignee_id == colleague.id


def test_the_head_may_move_a_task_that_somebody_has_taken(walk: Walk, colleague: Actor) -> None:
    task = walk.task("clarify_request").id
    claim(task, by=colleague)

    with pytest.raises(TaskTakenError):
        delegate(task, to=walk.people["reception_preparer"], by=preparer(walk))
    delegate(task, to=walk.people["reception_preparer"], by=walk.actor("dept_head"))

    assert walk.task("clarify_request").assignee_id == walk.people["reception_preparer"]


@contextmanager
def counted() -> Iterator[Callable[[], tuple[int, int]]]:
    """Counts statements and commits on the pool within the block."""
    seen = {"statements": 0, "commits": 0}

    def statement(*_: object) -> None:
        seen["statements"] += 1

    def commit(*_: object) -> None:
        seen["commits"] += 1

    event.listen(engine(), "before_cursor_execute", statement)
    event.listen(engine(), "commit", commit)
    try:
        yield lambda: (seen["statements"], seen["commits"])
    finally:
        event.remove(engine(), "before_cursor_execute", statement)
        event.remove(engine(), "commit", commit)


def test_completing_a_task_takes_few_statements_and_one_commit(walk: Walk) -> None:
    with transaction() as session:
        publish(session, "kostanay", bench_13(), now=clock.now())
    clerk = walk.actor("reception_coordinator")
    walk.case_id = open_case(process_key="bench_13", kind="bench", language="ru", by=clerk)
    costs = []

    for number in range(1, 14):
        task = walk.task(f"step_{number}").id
        answers = {f"outcome_{number}": "go", f"note_{number}": "Орындалды"}
        with counted() as cost:
            complete_user_task(task, answers=answers, by=clerk)
        costs.append(cost())

    assert walk.instance().status == "completed"
    assert max(statements for statements, _ in costs) <= 8
    assert {commits for _, commits in costs} == {1}
    with reading() as session:
        completed = select(func.count()).where(UserTask.case_id == walk.case_id, UserTask.status == "completed")
        assert session.scalar(completed) == 13


def bench_13() -> dict[str, Any]:
    form = json.loads((ROOT / "forms" / "bench" / "bench_step.form.json").read_text("utf-8"))
    source = (ROOT / "bench" / "bench_13.bpmn").read_text("utf-8")
    named = re.sub(r'(<bpmn:(?!userTask|process)[^>]*?) name="[^"]*"', r"\1", source)
    kazakh = '<spiffworkflow:property name="name_kk" value="Қадам"/>'
    role = '<spiffworkflow:property name="role" value="reception_coordinator"/>'
    properties = f"<spiffworkflow:properties>{kazakh}</spiffworkflow:properties>"
    named = named.replace("<spiffworkflow:properties>", f"<spiffworkflow:properties>{kazakh}{role}")
    named = named.replace(
        'isExecutable="true">', f'isExecutable="true"><bpmn:extensionElements>{properties}</bpmn:extensionElements>'
    )
    return {
        "process": "bench_13",
        "diagrams": {"bench_13.bpmn": named},
        "forms": {"bench_step": form},
        "letters": {},
        "documents": {},
    }
