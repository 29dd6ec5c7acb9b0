"""The register of assignments, the page of one, and its small forms."""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.models import Case
from app.models.database import reading
from app.usecases import assignments as use
from tests.reception import at, kostanay
from tests.site import dear_pages, site_over, told_otherwise
from tests.web.test_reception import Browser
from tests.web.test_visit import words

GIVEN = {
    "origin": "akim",
    "document": "№ 11-5/204, 03.06.2025",
    "text": "Апатты үйдің тұрғындарын көшіру.",
    "due_on": "18.06.2025",
    "appeal_number": "ЖТ-2025-0311",
}


@pytest.fixture
def office(database_url: str) -> Iterator[Browser]:
    """The office on Tuesday 3 June 2025."""
    with kostanay(database_url, at("2025-06-03")) as walk:
        app = site_over(database_url)
        app.config["WTF_CSRF_ENABLED"] = False
        yield Browser(app, walk)


def given(office: Browser, due: str = "18.06.2025") -> str:
    """The controller records an assignment of the akim; returns the address of its page."""
    form = {**GIVEN, "due_on": due, "body_id": str(office.walk.bodies["housing"])}
    answer = office.post("/assignments", form, role="controller")
    settle(office)
    return answer.location


def settle(office: Browser) -> None:
    """Let the worker do what the page has asked for, a moment later."""
    office.walk.pass_time_to(office.walk.now + timedelta(minutes=1))


def test_an_assignment_of_a_higher_body_is_recorded_and_stands_in_the_register(office: Browser) -> None:
    """KST-TASK-4.4, KST-TASK-5.1"""
    place = given(office)

    page = words(office.get(place, "controller"))
    listed = words(office.get("/assignments", "controller"))

    assert "Поручение № ПП-001/2025" in page
    assert "аким области" in page
    assert "ЖТ-2025-0311" in page
    assert "ПП-001/2025" in listed
    assert words(office.get("/assignments?origin=president", "controller")).count("ПП-001/2025") == 0


def test_the_case_of_an_assignment_is_called_by_its_kind_where_nobody_applied(office: Browser) -> None:
    given(office)
    with reading() as session:
        case = session.scalars(select(Case.id).order_by(Case.id.desc())).first()

    page = words(office.get(f"/cases/{case}", "controller"))
    listed = words(office.get("/cases", "controller"))

    assert "Поручение ПП-001/2025 · Апатты үйдің тұрғындарын көшіру." in page
    assert "Заявитель ещё не записан" not in page + listed
    assert "Заявка на личный приём" not in page


def test_what_is_missing_is_told_at_its_field(office: Browser) -> None:
    """BR-09: an assignment without a day is refused"""
    answer = office.post("/assignments", {**GIVEN, "due_on": ""}, role="controller")

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'id="due_on-e"' in page
    assert 'id="body_id-e"' in page


def test_late_ones_stand_first_in_the_list_in_print_and_in_the_file(office: Browser) -> None:
    """KST-TASK-1.3, KST-S12"""
    given(office, "30.06.2025")
    given(office, "18.06.2025")
    office.walk.pass_time_to(at("2025-06-19", "09:30"))

    page = office.get("/assignments", "dept_head").get_data(as_text=True)
    printed = office.get("/assignments?print=1", "dept_head").get_data(as_text=True)
    file = office.get("/assignments/list.csv", "dept_head").get_data(as_text=True).lstrip("\ufeff")

    assert page.index("ПП-002/2025") < page.index("ПП-001/2025")
    assert "data-late" in printed
    assert [row[0] for row in csv.reader(io.StringIO(file), delimiter=";")][1:] == ["ПП-002/2025", "ПП-001/2025"]


def test_an_executor_sees_her_own_assignments_only_and_asks_for_a_later_date(office: Browser) -> None:
    """KST-S12"""
    place = given(office)
    unseen = office.get(place, "assignee").status_code
    walk = office.walk
    walk.case_id = 1
    walk.complete("choose_executor", **walk.usual("choose_executor"))

    early = office.post(f"{place}/extension", {"new_due": "10.06.2025", "reason": "Рано"}, role="assignee")
    asked = office.post(f"{place}/extension", {"new_due": "10.07.2025", "reason": "Экспертиза."}, role="assignee")
    settle(office)

    assert unseen == 404
    assert early.status_code == 422
    assert "позже действующего: 18.06.2025" in words(early)
    assert asked.status_code == 303
    assert "18.06.2025 → 10.07.2025" in words(office.get(place, "assignee"))
    assert walk.waits_for("decide_on_extension")


def test_who_decided_before_is_recorded_and_named_with_the_reason(office: Browser) -> None:
    """KRG-37"""
    place = given(office)
    who = str(office.walk.people["assignee"])

    silent = office.post(f"{place}/earlier", {"person_id": who}, role="controller")
    form = {"person_id": who, "earlier_on": "12.03.2025", "ground": "ЖТ-118"}
    recorded = office.post(f"{place}/earlier", form, role="controller")
    page = words(office.get(place, "controller"))
    refused = office.post(f"{place}/earlier", form, role="leadership")

    assert silent.status_code == 422
    assert recorded.status_code == 303
    assert "уже разрешал(а) этот вопрос: 12.03.2025, ЖТ-118" in page
    assert refused.status_code == 403


def test_a_check_and_a_proposal_begin_from_the_page(office: Browser) -> None:
    """KST-TASK-5.3, KST-TASK-5.5"""
    place = given(office)
    walk = office.walk
    walk.case_id = 1
    office.post(f"{place}/check", {}, role="controller")
    office.post(f"{place}/measure", {}, role="controller")
    settle(office)
    walk.complete("propose_measures", measure_kind="liability", done_on="2025-06-03", findings="Жауапқа тарту.")
    monitored = words(office.get("/assignments?state=proposals", "controller"))

    empty = office.post(f"{place}/measures/1", {"decision": ""}, role="controller")
    office.post(f"{place}/measures/1", {"decision": "Сөгіс", "decided_on": "03.06.2025"}, role="controller")

    assert walk.waits_for("check_on_site")
    assert "ПП-001/2025" in monitored
    assert empty.status_code == 422
    assert "03.06.2025: Сөгіс" in words(office.get(place, "controller"))


def test_the_page_of_the_case_shows_its_assignments_and_tasks_of_every_process(office: Browser) -> None:
    """KST-S12"""
    walk = office.walk
    walk.reception_day(date(2025, 6, 27))
    walk.start()
    walk.play("choose_executor")

    page = words(office.get(f"/cases/{walk.case_id}"))
    tasks = words(office.get("/tasks", "controller"))

    assert "ПП-001/2025. Пәтер бөлу" in page
    assert "Выбрать исполнителей" in page
    assert "№ ПП-001/2025: Пәтер бөлу" in tasks


def test_only_the_department_records_and_controls(office: Browser) -> None:
    """AC-04, KST-S12"""
    place = given(office)

    codes = [
        office.get("/assignments/new", "leadership").status_code,
        office.post(f"{place}/check", {}, role="assignee").status_code,
        office.get("/assignments", "office_admin").status_code,
    ]

    assert codes == [403, 403, 403]
    assert use.HIGHER == ("president", "state_secretary", "administration", "administration_department", "akim")


def test_the_page_of_any_case_or_task_is_read_by_few_statements(office: Browser) -> None:
    given(office)
    office.walk.reception_day(date(2025, 6, 27))
    office.walk.start()
    office.walk.play("archive_appeal")

    assert dear_pages(lambda path: office.get(path, "controller")) == {}
    assert told_otherwise(office.walk.case_id) == set()
