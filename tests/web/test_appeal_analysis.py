"""Analysis of appeals: the ranking of a period, high growth and the map of problems."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from app.models import AppealLine, Reply
from app.reports.appeal_analysis import Analysis, appeal_analysis
from app.usecases.transaction import transaction
from tests.appeals import AppealWalk, appeals_of_kostanay
from tests.reception import at
from tests.site import site_over
from tests.web.test_reception import Browser, page, words

JUNE = (date(2025, 6, 1), date(2025, 6, 30))
JUNE_DAYS = {"first": "2025-06-01", "last": "2025-06-30"}
FARMER = {"occupation": "Фермер", "age": 40, "social_status": "entrepreneur", "district": "rudny"}


@pytest.fixture
def browser(database_url: str) -> Iterator[Browser]:
    """Kostanay in June 2025: in Rudny three appeals on roads, two by one person; in Kostanay one on housing."""
    with appeals_of_kostanay(database_url, at("2025-06-03")) as walk:
        app = site_over(database_url)
        app.config["WTF_CSRF_ENABLED"] = False
        pensioner = {"nature": "housing", "full_name": "Ким Олег", "phone": "+77050000001", "address": "Рудный, 1-1"}
        carded(walk, pensioner, {})
        carded(walk, {"nature": "roads"}, FARMER)
        carded(walk, {"nature": "roads"}, FARMER)
        other = {"nature": "roads", "full_name": "Омаров Данияр", "phone": "+77050000002", "address": "Рудный, 2-2"}
        carded(walk, other, FARMER)
        yield Browser(app, walk)


def carded(walk: AppealWalk, card: dict[str, Any], parameters: dict[str, Any]) -> None:
    walk.by_hand(until="make_card")
    walk.complete("make_card", **{**walk.usual("make_card"), **card})
    walk.complete("fill_parameters", **{**walk.usual("fill_parameters"), **parameters})


def june() -> Analysis:
    return appeal_analysis("kostanay", *JUNE)


def counted(found: Analysis, dimension: str) -> list[tuple[str, int]]:
    return [(row.code, row.number) for row in found.dimensions[dimension]]


def test_kst_anl_a_period_is_ranked_by_every_dimension(browser: Browser) -> None:
    """KST-ANL-1, KST-ANL-2, KST-ANL-3, KST-ANL-4, KST-ANL-5, KST-ANL-6, KST-ANL-7, KST-ANL-8"""
    with transaction() as session:
        line = session.query(AppealLine).order_by(AppealLine.case_id.desc()).first()
        assert line is not None
        answered = {"office_id": "kostanay", "source": "body", "language": "ru", "executors": []}
        late = Reply(
            case_id=line.case_id, state="accepted", outcome="explained", opened_at=at("2025-06-03"), **answered
        )
        late.received_at = at("2025-06-26")
        session.add(late)

    found = june()

    assert found.total == 4
    assert counted(found, "region") == [("rudny", 3), ("kostanay_city", 1)]
    assert counted(found, "nature") == [("roads", 3), ("housing", 1)]
    assert counted(found, "age") == [("from_30", 3), ("from_60", 1)]
    assert counted(found, "social_status") == [("entrepreneur", 3), ("pensioner", 1)]
    assert counted(found, "occupation") == [("фермер", 3), ("на пенсии", 1)]
    assert counted(found, "multiplicity") == [("multiple", 2), ("single", 2)]
    assert counted(found, "repetition") == [("first", 3), ("repeated", 1)]
    assert counted(found, "outcome") == [("none", 3), ("explained", 1)]
    assert counted(found, "timeliness") == [("awaited", 3), ("late", 1)]
    assert counted(found, "quality") == [("none", 3), ("accepted", 1)]


def test_kst_dyn_1_high_growth_is_told_with_the_cases_behind_it(browser: Browser) -> None:
    """KST-DYN-1, KST-TASK-3.2: three appeals on roads in Rudny, none in May; the map says so, too."""
    document = page(browser.get("/analysis?first=2025-06-01&last=2025-06-30", "dept_head"))
    (growth,) = document.xpath('//*[@id="growth"]//a')
    cases = words(page(browser.get(growth.get("href"), "dept_head")))

    assert "Рудный" in words(growth)
    assert cases.count("Иванов") == 2
    tiles = {words(each): each for each in document.xpath('//*[@id="map"]//li')}
    (rudny,) = (each for said, each in tiles.items() if said.startswith("Рудный 3 Дороги"))
    assert (rudny.get("data-column"), rudny.get("data-row"), rudny.get("data-shade")) == ("2", "2", "5")
    assert words(page(browser.get(rudny.xpath(".//a")[0].get("href"), "dept_head"))).count("Иванов") == 2
    assert len(tiles) == 20
    assert "Узункольский район 0" in tiles
    assert "обращений не было" in words(page(browser.get("/analysis?first=2025-05-01&last=2025-05-31", "dept_head")))


def test_the_files_hold_the_ranking_and_only_those_who_may_read_it_do(browser: Browser) -> None:
    """KST-ANL: RPT-KST-A"""
    place = "/analysis/list.{}?first=2025-06-01&last=2025-06-30"
    text = browser.get(place.format("csv"), "dept_head").get_data().decode("utf-8-sig")

    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert ["По повторности", "Повторные по тому же вопросу", "1"] in rows
    assert browser.get(place.format("xlsx"), "dept_head").data[:2] == b"PK"
    assert browser.get(place.format("pdf"), "dept_head").status_code == 404
    assert browser.get("/analysis", "registrar").status_code == 403


def test_kst_task_3_1_the_page_begins_the_analysis_of_a_period_and_leads_to_its_note(browser: Browser) -> None:
    """KST-ANL, KST-TASK-3.1"""
    month = "/analysis?first=2025-06-01&last=2025-06-30"
    assert browser.post("/analysis", JUNE_DAYS, "dept_head").status_code == 422
    browser.walk.clock.moment = at("2025-07-01", "10:00")

    assert "Начать анализ" in words(page(browser.get(month, "dept_head")))
    begun = browser.post("/analysis", JUNE_DAYS, "dept_head")
    browser.walk.work()

    assert begun.headers["Location"] == "/reports/appeal_month/2025-06-01"
    shown = page(browser.get(month, "dept_head"))
    link = next(each for each in shown.xpath('//*[@id="begun"]//a') if "за месяц" in words(each))
    assert "Начать анализ" not in words(shown)
    assert "По характеру вопросов" in words(page(browser.get(link.get("href"), "dept_head")))
    assert "Анализ обращений за месяц" in words(page(browser.get("/reports", "leadership")))
    assert "Начать анализ" not in words(page(browser.get(month, "reception_coordinator")))


def test_kst_task_the_head_begins_a_task_of_the_department_from_the_page(browser: Browser) -> None:
    """KST-TASK"""
    assert "Новая задача Отдела" in words(page(browser.get("/analysis", "dept_head")))

    begun = browser.post("/analysis/tasks", {}, "dept_head")

    card = page(browser.get(begun.headers["Location"], "dept_head"))
    assert "3.4 Предложения по совершенствованию законодательства" in words(card)
    assert "Новая задача Отдела" not in words(page(browser.get("/analysis", "controller")))
