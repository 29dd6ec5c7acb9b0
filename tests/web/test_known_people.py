"""Earlier cases while a person is typed, the same citizen on the card, and cases that belong together."""

from collections.abc import Iterator

import pytest

from app.models import AppealCard, CardBase, Case
from app.models.database import reading
from tests.appeals import AppealWalk, appeals_of_kostanay
from tests.reception import at
from tests.site import site_over
from tests.web.test_reception import Browser, page, words

HERS = {
    "full_name": "Ахметов Нұрлан Серікұлы",
    "iin": "",
    "phone": "+7 701 123 45 67",
    "address": "Қостанай қ., Абай к., 15, 4-пәтер",
}
RUSSIAN = {
    "full_name": "Ахметов Нурлан Серикович",
    "iin": "",
    "phone": "8 (701) 123-45-67",
    "address": "г. Костанай, ул. Абая, д. 15, кв. 4",
}


@pytest.fixture
def browser(database_url: str) -> Iterator[Browser]:
    """Kostanay on Tuesday 3 June 2025 with one citizen whose card is made."""
    with appeals_of_kostanay(database_url, at("2025-06-03")) as walk:
        app = site_over(database_url)
        app.config["WTF_CSRF_ENABLED"] = False
        walk.by_hand(until="make_card", accept_appeal={"full_name": HERS["full_name"]})
        walk.complete("make_card", **{**walk.usual("make_card"), **HERS})
        yield Browser(app, walk)


def walk_of(browser: Browser) -> AppealWalk:
    assert isinstance(browser.walk, AppealWalk)
    return browser.walk


def test_whoever_is_typed_is_told_with_why_she_may_be_the_same(browser: Browser) -> None:
    """KST-REG-5, KST-S01.3, KRG-37: the earlier case is found by what is typed so far."""
    by_name = words(page(browser.post("/known", {"full_name": "Ахметов Нурл"}, "registrar")))
    by_phone = words(page(browser.post("/known", {"full_name": "", "phone": "87011234567"}, "registrar")))
    too_little = browser.post("/known", {"full_name": "Ах", "phone": "8701"}, "registrar").get_data(as_text=True)
    stranger = browser.post("/known", {"full_name": "Ковалёва Светлана"}, "registrar").get_data(as_text=True)

    assert "К-00001/2025" in by_name
    assert "имя" in by_name
    assert "тот же телефон" in by_phone
    assert "К-00001" not in too_little + stranger
    assert browser.post("/known", {"full_name": "Ахметов"}, "assignee").status_code == 403


def test_without_a_script_a_button_of_the_form_asks(browser: Browser) -> None:
    walk = walk_of(browser)
    walk.by_hand(until="make_card")
    place = f"/tasks/{walk.task('make_card').id}"

    role = walk.performer(walk.task("make_card"))
    login = next(name for name, person in walk.people.items() if person == role.id)
    asked = page(browser.post(place, {**RUSSIAN, "_known": "1"}, login))
    nobody = page(browser.post(place, {"full_name": "Ковалёва Светлана", "_known": "1"}, login))

    assert "К-00001/2025" in words(asked)
    assert asked.xpath('//input[@name="full_name"]/@value') == [RUSSIAN["full_name"]]
    assert "Похожих людей не найдено" in words(nobody)


def test_kst_reg_5_the_citizen_is_known_however_she_is_written(browser: Browser) -> None:
    """KST-REG-3, KST-REG-5, KST-REG-4: another spelling is no other name, and another person is another base."""
    walk = walk_of(browser)
    first = walk.case_id
    walk.by_hand(until="make_card")
    walk.complete(
        "make_card", **{**walk.usual("make_card"), **HERS, "full_name": "Ахметов Нурлан", "phone": RUSSIAN["phone"]}
    )
    again = walk.case_id
    walk.by_hand(until="make_card")
    brother = {**HERS, "full_name": "Ахметов Ерлан Серікұлы"}
    walk.complete("make_card", **{**walk.usual("make_card"), **brother})

    with reading() as session:
        bases = {case: session.get_one(AppealCard, case).base_id for case in (first, again, walk.case_id)}
        kept = session.get_one(CardBase, bases[first])
    assert bases[first] == bases[again] != bases[walk.case_id]
    assert kept.full_name == HERS["full_name"]
    assert kept.phone == "+77011234567"


def test_cases_that_belong_together_are_linked_shown_and_unlinked(browser: Browser) -> None:
    """KST-REG-6: duplicates, repeats and mass appeals are tied to each other by a person, who says why."""
    walk = walk_of(browser)
    first = walk.case_id
    walk.by_hand(until="enter_in_journal")
    second = walk.case_id
    with reading() as session:
        number = session.get_one(Case, first).number or ""
    form = {"number": number, "kind": "mass", "reason": "Тот же дом"}

    linked = browser.post(f"/cases/{second}/links", form, "registrar")
    twice = browser.post(f"/cases/{second}/links", form, "registrar")
    unknown = browser.post(f"/cases/{second}/links", {**form, "number": "К-99999/2025"}, "registrar")
    itself = browser.post(f"/cases/{first}/links", form, "registrar")
    shown = [page(browser.get(f"/cases/{case}", "registrar")) for case in (first, second)]

    assert [each.status_code for each in (linked, twice, unknown, itself)] == [303, 409, 422, 422]
    for document in shown:
        (links,) = document.xpath('//*[@id="links"]')
        assert "массовое" in words(links)
        assert "Тот же дом" in words(links)
    (undo,) = shown[0].xpath('//form[contains(@action, "undo")]/@action')
    assert browser.post(undo, {"reason": ""}, "registrar").status_code == 422
    assert browser.post(undo, {"reason": "Ошибка"}, "registrar").status_code == 303
    assert browser.post(undo, {"reason": "Ошибка"}, "registrar").status_code == 404
    assert "Связанных дел нет" in words(page(browser.get(f"/cases/{first}", "registrar")))
