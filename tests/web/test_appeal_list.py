"""The list of appeals: finding one by whatever is known of it."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import update

from app.models import AppealLine, UserTask
from app.models.database import reading
from app.usecases.rebuild import rebuild_projections
from app.usecases.transaction import transaction
from tests.appeals import AppealWalk, appeals_of_kostanay
from tests.reception import at
from tests.site import site_over
from tests.web.test_reception import Browser, page, select_all, words

ROAD = {
    "full_name": "Ахметов Нұрлан Серікұлы",
    "phone": "+7 701 123 45 67",
    "iin": "",
    "substance": "Просит отремонтировать дорогу у школы № 5.",
    "nature": "roads",
}
HEAT = {
    "full_name": "Ковалёва Светлана Петровна",
    "phone": "+7 705 765 43 21",
    "iin": "",
    "substance": "Үйге жылу берілмейді, қызметіңізді тексеріңіз. ЖСН 850101300123.",
    "nature": "housing",
}


@pytest.fixture
def browser(database_url: str) -> Iterator[Browser]:
    """Kostanay on Tuesday 3 June 2025 with two appeals that have their cards, and one that was only accepted."""
    with appeals_of_kostanay(database_url, at("2025-06-03")) as walk:
        app = site_over(database_url)
        app.config["WTF_CSRF_ENABLED"] = False
        for who in (ROAD, HEAT):
            carded(walk, who)
        walk.by_hand(until="enter_in_journal", talk_with_visitor={"cause": "Не платят пенсию."})
        yield Browser(app, walk)


def carded(walk: AppealWalk, who: dict[str, str]) -> None:
    """An appeal by hand whose card is made, a minute after the one before."""
    said = {"cause": who["substance"]}
    walk.by_hand(until="make_card", talk_with_visitor=said, accept_appeal={"full_name": who["full_name"]})
    walk.complete("make_card", **{**walk.usual("make_card"), **who})
    walk.complete("fill_parameters", **{**walk.usual("fill_parameters"), "annotation": who["substance"]})
    walk.pass_time_to(walk.now + timedelta(minutes=1))


def found(browser: Browser, find: str = "", role: str = "registrar", **more: str) -> list[str]:
    """The applicants on the page, as it shows them."""
    query = "&".join(f"{name}={quote(value)}" for name, value in {"find": find, **more}.items())
    document = page(browser.get(f"/appeals?{query}", role))
    return [words(cell).split("  ")[0] for cell in select_all(document, "tbody td.b")]


def whose(shown: list[str]) -> list[str]:
    return [each.split()[0] for each in shown]


def test_an_appeal_is_found_by_words_numbers_names_and_telephone(browser: Browser) -> None:
    searches = {
        "дороги": "Ахметов",
        "ДОРОГ школой": "Ахметов",
        "жылудың": "",
        "жыл": "Ковалёва",
        "кызмет": "Ковалёва",
        "К-00001/2025": "Ахметов",
        "2/2025": "Ковалёва",
        "Нурлан": "Ахметов",
        "Akhmetov": "Ахметов",
        "Ковалева Светлана": "Ковалёва",
        "8 (701) 123-45-67": "Ахметов",
        "8(705)7654321": "Ковалёва",
        "Ахметов дорога": "Ахметов",
        "Ахметов жылу": "",
    }

    shown = {search: whose(found(browser, search)) for search in searches}

    assert shown == {search: [name] if name else [] for search, name in searches.items()}


@pytest.mark.parametrize("path", ["/tasks?view=group&", "/cases?"])
def test_tasks_and_cases_are_found_by_words_numbers_and_names(browser: Browser, path: str) -> None:
    searches = {
        "ДОРОГ школой": "Ахметов",
        "қызметін": "Ковалёва",
        "кызмет": "Ковалёва",
        "жыл": "Ковалёва",
        "ылу": "",
        "К-00001/2025": "Ахметов",
        "2/2025": "Ковалёва",
        "нурлан": "Ахметов",
        "Ковалева жылу": "Ковалёва",
        "Ковалева дорога": "",
        "8 (701) 123-45-67": "Ахметов",
    }

    shown = {search: of_whom(browser, f"{path}find={quote(search)}") for search in searches}

    assert shown == {search: [name] if name else [] for search, name in searches.items()}


def of_whom(browser: Browser, path: str) -> list[str]:
    """The surnames on a list of tasks or cases."""
    rows = select_all(page(browser.get(path, "registrar")), "tbody tr")
    return sorted({name for row in rows for name in ("Ахметов", "Ковалёва", "Иванов") if name in words(row)})


def test_a_mistyped_name_is_found_and_told_to_be_like_it(browser: Browser) -> None:
    document = page(browser.get("/appeals?find=" + quote("Светкана"), "registrar"))

    assert "Показаны обращения с похожим именем" in words(document)
    assert "Ковалёва" in words(document)


def test_the_list_is_newest_first_and_narrowed_by_what_the_card_says(browser: Browser) -> None:
    walk = browser.walk

    assert whose(found(browser)) == ["Иванов", "Ковалёва", "Ахметов"]
    assert whose(found(browser, nature="roads")) == ["Ахметов"]
    assert whose(found(browser, source="egov")) == []
    assert whose(found(browser, district="костанай")) == ["Ковалёва", "Ахметов"]
    assert whose(found(browser, since="2025-06-04")) == []
    assert whose(found(browser, until="03.06.2025", state="open")) == ["Иванов", "Ковалёва", "Ахметов"]
    assert whose(found(browser, registrar=str(walk.people["registrar"]))) == ["Ахметов"]


def test_kst_task_1_3_what_is_at_risk_and_overdue_is_counted(browser: Browser) -> None:
    """KST-TASK-1.3, KST-LAW-1: registered 2025-06-03, due 2025-06-25, at risk from 2025-06-18."""
    walk = browser.walk
    counts = {}
    for day in ("2025-06-17", "2025-06-18", "2025-06-26"):
        walk.clock.moment = at(day, "10:00")
        views = page(browser.get("/appeals", "registrar"))
        counts[day] = [words(each) for each in select_all(views, ".views .n")]

    assert counts == {"2025-06-17": ["3", "0", "0"], "2025-06-18": ["3", "2", "0"], "2025-06-26": ["3", "0", "2"]}
    assert whose(found(browser, state="overdue")) == ["Ковалёва", "Ахметов"]


def test_numbers_of_people_are_covered_and_names_only_for_those_who_may(browser: Browser) -> None:
    seen = " ".join(found(browser, "жылу"))
    owner = page(browser.get("/appeals?find=" + quote("жылу"), "office_admin"))
    by_name = page(browser.get("/appeals?find=" + quote("Ковалёва"), "office_admin"))

    assert "850101300123" not in seen
    assert "Имя скрыто" in words(owner)
    assert "Ковалёва" not in words(owner)
    assert select_all(by_name, "tbody tr") == []
    assert browser.get("/appeals", "assignee").status_code == 403


def test_the_file_holds_what_was_found(browser: Browser) -> None:
    text = browser.get("/appeals/list.csv?nature=roads", "registrar").get_data(as_text=True).lstrip("\ufeff")

    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert len(rows) == 2
    assert rows[1][0] == "К-00001/2025"
    assert rows[1][2] == ROAD["full_name"]


def test_a_day_of_the_file_is_that_of_the_office(browser: Browser) -> None:
    """Half past two at night in Kostanay is the evening before in UTC."""
    with transaction() as session:
        session.execute(update(AppealLine).values(received_at=at("2025-06-04", "02:30")))

    text = browser.get("/appeals/list.csv?nature=roads", "registrar").get_data(as_text=True)

    assert ";2025-06-04;" in text


def test_numbers_that_no_row_can_have_lead_nowhere(browser: Browser) -> None:
    huge = 2**63
    found = ("/tasks?step={}", "/tasks?due={}", "/cases?after={}", "/bodies?case={}", "/settings/messages?after={}")
    gone = ("/cases/{}", "/tasks/{}", "/files/{}", "/assignments/{}")

    seen = [browser.get(place.format(huge), "dept_head").status_code for place in (*found, *gone)]

    assert set(seen[: len(found)]) <= {200, 403}
    assert set(seen[len(found) :]) == {404}


def test_the_file_of_tasks_names_its_columns_and_tells_terms_by_the_clock_of_the_office(browser: Browser) -> None:
    with transaction() as session:
        session.execute(update(UserTask).values(due_at=at("2025-06-05", "02:30")))

    text = browser.get("/tasks/list.csv?view=group", "registrar").get_data(as_text=True).lstrip("\ufeff")

    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows[0] == ["Задача", "Шаг", "Номер", "Заявитель", "Вопрос", "Срок"]
    assert {row[5] for row in rows[1:]} == {"2025-06-05 02:30"}


def test_a_page_of_the_list_begins_where_the_one_before_ended(browser: Browser) -> None:
    with reading() as session:
        newest = session.query(AppealLine).order_by(AppealLine.received_at.desc()).first()
    assert newest is not None
    after = f"{newest.received_at.isoformat()}~{newest.case_id}"

    assert whose(found(browser, after=after)) == ["Ковалёва", "Ахметов"]
    assert whose(found(browser, after="nonsense")) == ["Иванов", "Ковалёва", "Ахметов"]


def test_an_empty_answer_says_what_to_do(browser: Browser) -> None:
    document = page(browser.get("/appeals?find=xyz", "registrar"))

    assert "Сократите слово или снимите фильтры" in words(document)


def test_lines_can_be_made_anew(browser: Browser) -> None:

    with transaction() as session:
        session.query(AppealLine).delete()

    rebuild_projections(now=browser.walk.now)

    assert whose(found(browser, "дороги")) == ["Ахметов"]
