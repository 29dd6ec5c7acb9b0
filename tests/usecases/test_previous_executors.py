"""Nobody carries out what she decided before, on the database: random offices, absences, delegations and attempts."""

import random
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import delete, select

from app.domain.names import sort_key
from app.models import Assignment, History, HistoryPayload, Person, RoleGrant, Substitution, UserTask
from app.models.database import reading
from app.usecases import assignments as use
from app.usecases.access import Actor, ForbiddenError
from app.usecases.conflicts import PreviousExecutorError
from app.usecases.held_tasks import TaskTakenError
from app.usecases.tasks import InvalidAnswersError, complete_user_task, delegate
from app.usecases.transaction import transaction
from tests.reception import Walk, at, kostanay

ASSIGNMENTS = 15
NAMES = ("Айгүл Ахметова", "Болат Сейітов", "Вера Ким", "Ғалым Омаров")


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    """The office on Tuesday 3 June 2025."""
    with kostanay(database_url, at("2025-06-03")) as walk:
        yield walk


def employees() -> list[int]:
    """Four employees who carry out assignments."""
    with transaction() as session:
        rows = [
            Person(
                office_id="kostanay",
                login=f"e{n}",
                full_name=name,
                sort_key=sort_key(name),
                language="kk",
                email=f"e{n}@example.test",
                preferences={},
            )
            for n, name in enumerate(NAMES)
        ]
        session.add_all(rows)
        session.flush()
        for row in rows:
            grant = RoleGrant(office_id="kostanay", person_id=row.id, role="assignee", valid_from=date(2019, 1, 1))
            session.add(grant)
        return [row.id for row in rows]


def actor(person_id: int) -> Actor:
    return Actor(person_id, "kostanay", "—", "ru", frozenset({"assignee"}))


def away(chance: random.Random, people: list[int], by: int) -> None:
    """Some are away in June, each with one who stands in for her."""
    with transaction() as session:
        session.execute(delete(Substitution))
        for person in chance.sample(people, chance.randrange(3)):
            session.add(
                Substitution(
                    office_id="kostanay",
                    person_id=person,
                    first_day=date(2025, 6, 1),
                    last_day=date(2025, 6, 30),
                    substitute_id=chance.choice([each for each in people if each != person]),
                    reason="vacation",
                    entered_by=by,
                    entered_at=at("2025-05-30"),
                )
            )


def test_krg_37_random_attempts_on_the_database_end_with_nobody_who_decided_before(walk: Walk) -> None:
    """KRG-37, AC-12: executors, delegates and substitutes; every refusal is in the history with its reason"""
    chance = random.Random(37)
    people = employees()
    refused = 0
    decided: dict[int, set[int]] = {}

    for _ in range(ASSIGNMENTS):
        away(chance, people, walk.people["office_admin"])
        assignment_id = given(walk)
        decided[assignment_id] = set(chance.sample(people, chance.randrange(3)))
        for person in decided[assignment_id]:
            use.record_earlier_decision(
                assignment_id,
                name="",
                person_id=person,
                decided_on=date(2025, 3, 12),
                ground="ЖТ-1",
                by=walk.actor("controller"),
            )
        refused += attempts(walk, chance, people)

    with reading() as session:
        rows = session.execute(
            select(Assignment.id, UserTask.ended_by)
            .join(UserTask, UserTask.case_id == Assignment.case_id)
            .where(UserTask.element == "execute_assignment", UserTask.status == "completed")
        ).all()
        done = {row.id: row.ended_by for row in rows}
        reasons = session.scalars(
            select(HistoryPayload.payload)
            .join(History, History.id == HistoryPayload.history_id)
            .where(History.kind == "executor_refused")
        ).all()
    assert [one for one, who in done.items() if who in decided[one]] == []
    assert len(done) > ASSIGNMENTS / 3
    assert refused > 5
    assert len(reasons) >= refused
    assert all("12.03.2025" in each["reason"] for each in reasons)
    with transaction() as session:
        session.execute(delete(Substitution))


def given(walk: Walk) -> int:
    words = use.HigherAssignment("akim", "№ 1", "Көшіру.", walk.bodies["housing"], date(2025, 6, 18))
    assignment_id = use.receive(words, by=walk.actor("controller"))
    walk.work()
    with reading() as session:
        walk.case_id = session.get_one(Assignment, assignment_id).case_id
    return assignment_id


def attempts(walk: Walk, chance: random.Random, people: list[int]) -> int:
    """Choose, delegate and carry out as chance will have it; how often this was refused for the earlier decision."""
    refused = 0
    for person in chance.sample(people, len(people)):
        try:
            walk.complete("choose_executor", responsible=f"p{person}", co_executors=[])
            break
        except InvalidAnswersError as invalid:
            refused += isinstance(invalid.__cause__, PreviousExecutorError)
    else:
        return refused
    task = walk.task("execute_assignment").id
    for person in chance.choices(people, k=2):
        with reading() as session:
            holder = session.get_one(UserTask, task).assignee_id
        try:
            delegate(
                task, to=person, by=Actor(holder or 0, "kostanay", "—", "ru", frozenset({"assignee", "dept_head"}))
            )
        except PreviousExecutorError:
            refused += 1
    for person in chance.sample(people, len(people)):
        try:
            complete_user_task(task, answers=walk.usual("execute_assignment"), by=actor(person))
            break
        except PreviousExecutorError:
            refused += 1
        except (TaskTakenError, ForbiddenError):
            continue
    return refused
