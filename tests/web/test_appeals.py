"""The pages of whoever takes in and registers appeals."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.domain import clock
from app.models import CardBase, CardBaseChange, History
from app.models.database import reading
from tests.appeals import AppealWalk, appeals_of_kostanay
from tests.reception import at
from tests.site import site_over
from tests.web.test_reception import Browser, page, select_all, words


@pytest.fixture
def browser(database_url: str) -> Iterator[Browser]:
    """Monday 2 June 2025 in Kostanay."""
    with appeals_of_kostanay(database_url, at("2025-06-02")) as walk:
        app = site_over(database_url)
        app.config["WTF_CSRF_ENABLED"] = False
        yield Browser(app, walk)


def heading(browser: Browser, path: str, role: str) -> str:
    return words(select_all(page(browser.get(path, role)), "h1")[0])


def walk_of(browser: Browser) -> AppealWalk:
    assert isinstance(browser.walk, AppealWalk)
    return browser.walk


@pytest.mark.parametrize(
    ("source", "begins_with"),
    [
        ("hand", "Беседа с посетителем"),
        ("kazpost", "Сверить конверты со списком"),
        ("egov", "Внести в журнал"),
        ("president_reception", "Внести в журнал"),
    ],
)
def test_the_intake_officer_begins_an_appeal_of_each_source(browser: Browser, source: str, begins_with: str) -> None:
    """KST-SRC-1, KST-SRC-2, KST-SRC-3, KST-SRC-4"""
    answer = browser.post("/cases/new-appeal", {"source": source}, "intake_officer")

    assert answer.status_code == 303
    assert heading(browser, answer.location, "intake_officer") == begins_with


@pytest.mark.parametrize("path", ["/tasks", "/cases"])
def test_the_four_sources_are_offered_to_the_intake_officer_alone(browser: Browser, path: str) -> None:
    """KST-SRC"""
    hers = page(browser.get(path, "intake_officer"))
    others = page(browser.get(path, "registrar"))

    assert [each.get("value") for each in select_all(hers, "#new-appeal option")] == [
        *("hand", "kazpost", "egov", "president_reception"),
    ]
    assert select_all(others, "#new-appeal") == []


def test_nobody_else_may_begin_one_nor_by_a_source_that_is_none(browser: Browser) -> None:
    by_registrar = browser.post("/cases/new-appeal", {"source": "hand"}, "registrar")
    by_telephone = browser.post("/cases/new-appeal", {"source": "phone"}, "intake_officer")

    assert (by_registrar.status_code, by_telephone.status_code) == (403, 404)


def test_where_the_applicant_is_reached_changes_and_the_card_keeps_what_it_said_before(browser: Browser) -> None:
    """KST-REG-4, BR-10"""
    walk = walk_of(browser)
    walk.by_hand(until="fill_parameters")
    here = f"/cases/{walk.case_id}"

    wrong = browser.post(f"{here}/contacts", {"phone": "12", "email": "", "address": "Рудный"}, "registrar")
    browser.post(
        f"{here}/contacts",
        {"phone": "8 701 555 44 33", "email": "new@example.test", "address": "г. Рудный"},
        "registrar",
    )
    shown = words(page(browser.get(here, "registrar")))
    with reading() as session:
        base = session.get_one(CardBase, walk.card().base_id)
        former = {row.field: row.former for row in session.scalars(select(CardBaseChange))}

    two = browser.post(f"{here}/contacts", {"phone": "", "email": "a@b.kz\nc@d.kz", "address": ""}, "registrar")
    assert (wrong.status_code, two.status_code) == (422, 422)
    assert "Проверьте номер телефона" in wrong.text
    assert 'value="Рудный"' in wrong.text
    assert "+77015554433" in shown
    assert "Изменены контакты заявителя" in shown
    assert (base.phone, base.address) == ("+77015554433", "г. Рудный")
    assert former == {"phone": "+77771234567", "address": "г. Костанай, ул. Баймагамбетова, 12"}
    outsider = browser.post(f"{here}/contacts", {"phone": "", "email": "", "address": ""}, "office_admin")
    assert outsider.status_code == 403


def test_the_registrar_reads_why_the_appeal_is_hers(browser: Browser) -> None:
    """KST-JRN-3"""
    walk = walk_of(browser)
    walk.by_hand()

    shown = words(page(browser.get(f"/tasks/{walk.task('receive_under_signature').id}", "registrar")))

    assert "Почему распределено вам" in shown
    assert "На месте: Тұлға registrar — 0" in shown


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_page_of_the_case_shows_journal_card_and_where_it_went(browser: Browser, language: str) -> None:
    """KST-TASK-1.7, KST-REG-3"""
    walk = walk_of(browser)
    walk.visitor()
    walk.finish()
    walk.answered()

    found = page(browser.get(f"/cases/{walk.case_id}", "registrar", language))

    shown = words(found)
    assert "Ж-00001/2025" in shown
    assert "К-00001/2025" in shown
    assert {"kk": "Жауап берілді", "ru": "Дан ответ", "en": "Answered"}[language] in shown
    assert select_all(found, "ol.steps") == []


def test_the_page_of_a_delivery_shows_its_envelopes(browser: Browser) -> None:
    """KST-KAZPOST-1"""
    walk = walk_of(browser)
    walk.tell_office("kazpost.delivery")
    delivery = walk.case_id
    walk.complete("reconcile_envelopes", **{**walk.usual("reconcile_envelopes"), "scanned": "RR1KZ"})

    shown = words(page(browser.get(f"/cases/{delivery}", "intake_officer")))

    assert "RR1KZ" in shown
    assert "есть в списке, конверта нет" in shown


def test_every_task_of_the_way_has_a_page(browser: Browser) -> None:
    walk = walk_of(browser)
    walk.visitor()
    seen = []

    while walk.waiting():
        task = walk.tasks()[0]
        role = walk.performer(task).full_name
        seen.append(browser.get(f"/tasks/{task.id}", role if role in walk.people else task.role or "").status_code)
        walk.complete(task.element, **walk.usual(task.element))

    assert seen == [200] * 11


REQUIREMENTS = (
    "Знание законодательной базы Республики Казахстан",
    "Знание полномочий центральных и местных исполнительных органов",
    "Богатый опыт трудовой деятельности",
    "Хорошая интуиция и дисциплина",
    "Соблюдение Этического кодекса государственных служащих",
)


def test_kst_rgr_the_five_requirements_stand_where_the_role_is_given(browser: Browser) -> None:
    """KST-RGR, AC-06"""
    shown = words(page(browser.get(f"/settings/people/{browser.walk.people['controller']}", "office_admin")))

    assert all(each in shown for each in REQUIREMENTS)


def test_kst_rgr_a_warning_names_each_requirement_that_nobody_has_confirmed(browser: Browser) -> None:
    """KST-RGR-1, KST-RGR-2, KST-RGR-3, KST-RGR-4, KST-RGR-5"""
    controller = browser.walk.people["controller"]
    given = {"role": "registrar", "first_day": "03.06.2035", "confirmed": "legislation"}
    address = f"/settings/people/{controller}"
    browser.get(address, "office_admin")
    client = browser.app.test_client()
    client.set_cookie("qabyldau", "office_admin")
    client.set_cookie("language", "ru")

    answer = client.post(f"{address}/roles", data=given)
    notes = words_of_notes(client.get(address))
    clock.set_clock(browser.walk.clock)

    with reading() as session:
        facts = session.scalars(select(History.facts).where(History.kind == "role_granted")).all()
    assert answer.status_code == 303
    assert [any(each in note for note in notes) for each in REQUIREMENTS] == [False, True, True, True, True]
    assert facts[-1]["confirmed"] == ["legislation"]


def words_of_notes(answer: TestResponse) -> list[str]:
    return [words(each) for each in select_all(page(answer), ".note")]
