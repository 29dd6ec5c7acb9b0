"""Kostanay: the tasks of the Department that have no flow of their own, on the virtual clock (DT)."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from app.models import Case, Document, Letter
from app.models.database import reading
from app.queries.choices import choices_for
from app.usecases.access import ForbiddenError
from app.usecases.analysis import begin_task
from app.usecases.cases import send_message
from app.usecases.instances import variables_of
from app.usecases.tasks import InvalidAnswersError
from tests.reception import Walk, at, kostanay, shown

NEEDED: dict[str, tuple[str, ...]] = {
    "3.3": ("result_files",),
    "3.4": ("result_files",),
    "3.5": ("result_files",),
    "4.1": ("result_files",),
    "4.2": ("parties",),
    "4.3": ("parties",),
    "4.5": ("parties",),
    "4.6": ("result_files",),
    "4.7": ("parties", "held_on"),
    "5.6": ("parties", "held_on"),
    "6.1": ("parties", "held_on"),
    "6.2": ("parties", "held_on"),
}
"""What a type asks for besides the result."""


@pytest.fixture(scope="module")
def office(database_url: str) -> Iterator[Walk]:
    with kostanay(database_url, at("2025-06-02")) as walk:
        yield walk


@pytest.fixture
def walk(office: Walk) -> Walk:
    office.clock.moment = at("2025-06-02")
    office.clear()
    return office


def begun(walk: Walk, task_type: str, due: str = "2025-06-19") -> None:
    """The head creates a task of a type, due on a day; the controller is responsible."""
    walk.case_id = begin_task(language="ru", by=walk.actor("dept_head"))
    created(walk, task_type, due)


def created(walk: Walk, task_type: str, due: str = "2025-06-19") -> None:
    controller = str(walk.people["controller"])
    walk.complete("create_task", task_type=task_type, task_text="Сделать.", responsible=controller, task_due=due)


def recorded(walk: Walk) -> dict[str, Any]:
    (entry,) = walk.entries("R-DEPT")
    return dict(entry.facts)


def test_kst_task_1_9_the_monitoring_of_june_is_kept_by_district(walk: Walk) -> None:
    """KST-TASK, KST-TASK-1, KST-TASK-1.9: closed on 2025-07-01."""
    begun(walk, "1.9", "2025-07-01")
    walk.pass_time_to(at("2025-07-01", "10:00"))
    with pytest.raises(InvalidAnswersError):
        walk.complete("execute_task", result="Проверено.")
    districts = [
        {"district": "Рудный", "found": "Два ответа с опозданием."},
        {"district": "Костанай", "found": "Без замечаний."},
    ]

    walk.complete("execute_task", result="Мониторинг июня.", districts=districts)
    walk.complete("accept_task", task_accepted="accept")

    assert recorded(walk)["districts"] == districts
    assert recorded(walk)["responsible"] == walk.people["controller"]
    assert (walk.case().number, walk.case().status) == ("ОТ-001/2025", "done")
    assert shown(walk.case().closed_at) == "2025-07-01 10:00"


@pytest.mark.parametrize("task_type", NEEDED)
def test_kst_task_a_type_is_closed_with_what_it_asks_for(walk: Walk, task_type: str) -> None:
    """KST-TASK-3.3, KST-TASK-3.4, KST-TASK-3.5, KST-TASK-4.1, KST-TASK-4.2, KST-TASK-4.3, KST-TASK-4.5, KST-TASK-4.6,
    KST-TASK-4.7, KST-TASK-5.6, KST-TASK-6.1, KST-TASK-6.2: created 2025-06-02, closed 2025-06-19.
    """
    begun(walk, task_type)
    walk.pass_time_to(at("2025-06-19", "10:00"))
    with pytest.raises(InvalidAnswersError) as refused:
        walk.complete("execute_task", result="Сделано.")

    walk.complete("execute_task", result="Сделано.", **{key: given(walk, key) for key in NEEDED[task_type]})
    walk.complete("accept_task", task_accepted="accept")

    assert set(refused.value.errors) == set(NEEDED[task_type])
    facts = recorded(walk)
    assert (facts["type"], facts["result"]) == (task_type, "Сделано.")
    assert facts.get("parties") == ("Акимат Рудного" if "parties" in NEEDED[task_type] else None)
    assert facts.get("held_on") == ("2025-06-18" if "held_on" in NEEDED[task_type] else None)
    with reading() as session:
        kept = session.scalars(select(Document.id).where(Document.case_id == walk.case_id, Document.kind == "result"))
        assert facts.get("documents", []) == list(kept)
    assert ("documents" in facts) == ("result_files" in NEEDED[task_type])


def given(walk: Walk, key: str) -> object:
    if key == "result_files":
        return [walk.upload("execute_task", key)]
    return {"parties": "Акимат Рудного", "held_on": "2025-06-18"}[key]


def test_kst_dyn_3_a_proposed_task_begins_with_its_type_and_text(walk: Walk) -> None:
    """KST-DYN-3, KST-TASK-3.4"""
    proposal = {"type": "3.4", "text": "Изучить правила."}

    send_message("kostanay", "department_task.proposed", case_id=None, payload=proposal)
    walk.work()

    with reading() as session:
        walk.case_id = session.scalars(select(Case.id).where(Case.kind == "department_task")).one()
    (task,) = walk.tasks()
    known = variables_of(task.instance_id, by=walk.actor("dept_head"))
    assert (task.element, task.role) == ("create_task", "dept_head")
    assert (known["task_type"], known["task_text"]) == ("3.4", "Изучить правила.")


def test_kst_task_a_result_goes_back_and_a_late_task_is_told_to_the_head(walk: Walk) -> None:
    """KST-TASK"""
    with pytest.raises(InvalidAnswersError) as passed:
        begun(walk, "1.8", "2025-06-01")
    assert set(passed.value.errors) == {"task_due"}
    created(walk, "1.8")
    (task,) = walk.tasks()
    assert (task.assignee_id, shown(task.due_at)) == (walk.people["controller"], "2025-06-19 18:30")
    walk.pass_time_to(at("2025-06-20"))
    with reading() as session:
        told = session.scalars(select(Letter.recipient).where(Letter.template == "escalation"))
        assert list(told) == ["Тұлға dept_head"]

    walk.complete("execute_task", result="Не всё.")
    walk.complete("accept_task", task_accepted="return", task_remarks="Дополнить.")
    walk.complete("execute_task", result="Всё.")
    walk.complete("accept_task", task_accepted="accept")

    assert recorded(walk)["result"] == "Всё."


def test_kst_task_the_types_stand_in_the_groups_of_the_statute(walk: Walk) -> None:
    """KST-TASK-1, KST-TASK-3, KST-TASK-4, KST-TASK-6: nine, six, seven and two types."""
    with reading() as session:
        known = choices_for(session, "kostanay", None, ["department_task_types"])["department_task_types"]

    counts = {group: sum(str(each.value).startswith(group) for each in known) for group in "123456"}
    assert counts == {"1": 9, "2": 6, "3": 6, "4": 7, "5": 7, "6": 2}
    with pytest.raises(ForbiddenError):
        begin_task(language="ru", by=walk.actor("registrar"))
