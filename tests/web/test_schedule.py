"""The schedule of receptions: the coordinator's month and what the public sees of it."""

from collections.abc import Iterator
from datetime import date

import pytest

from app.config import Settings
from app.factory import create_app
from tests.reception import at, kostanay
from tests.web.test_reception import Browser, page, select_all, words

MONTH = "/reception/plan?month=2025-06"


@pytest.fixture
def browser(database_url: str) -> Iterator[Browser]:
    """The office on Tuesday 3 June 2025 with a reception day on Friday 27 June."""
    with kostanay(database_url, at("2025-06-03")) as walk:
        app = create_app(Settings(database_url=database_url, secret_key="k" * 32))
        app.config["WTF_CSRF_ENABLED"] = False
        walk.reception_day(date(2025, 6, 27))
        yield Browser(app, walk)


def test_the_month_shows_days_by_official_and_who_has_too_few(browser: Browser) -> None:
    """KST-DAY-1: an ordinary day is no unified day, so the month is short of one."""
    month = page(browser.get(MONTH))

    assert words(select_all(month, "h1")[0]) == "График приёма: июнь 2025"
    assert "пт 27.06.2025 , 10:00–12:00" in words(month)
    assert "не опубликован" in words(month)
    assert "Нужен хотя бы 1 приём в месяц (KST-DAY-1)" in words(month)


@pytest.mark.parametrize(("language", "heading"), [("kk", "Қабылдау кестесі: 2025 жылғы маусым"), ("en", "June 2025")])
def test_the_month_is_read_in_each_language(browser: Browser, language: str, heading: str) -> None:
    month = page(browser.get(MONTH, language=language))

    assert heading in words(select_all(month, "h1")[0])


def test_a_period_is_closed_and_opened_on_the_page(browser: Browser) -> None:
    form = {"who": "", "first": "26.06.2025", "last": "30.06.2025", "why": "Ремонт зала"}

    closed = browser.post("/reception/plan/closed?month=2025-06", form)
    month = page(browser.get(MONTH))
    opened = browser.post(month.xpath("//form[contains(@action, '/open')]")[0].get("action"), {"month": "2025-06"})

    assert (closed.status_code, opened.status_code) == (303, 303)
    assert closed.location == "/reception/plan?month=2025-06"
    assert "Ремонт зала (26.06.2025 – 30.06.2025)" in words(select_all(month, ".note")[0])
    assert "Закрытых периодов нет" not in words(month)
    assert "В этом месяце закрытых периодов нет." in words(page(browser.get(MONTH)))


def test_what_is_wrong_with_a_period_stands_at_its_field(browser: Browser) -> None:
    answer = browser.post("/reception/plan/closed?month=2025-06", {"first": "вчера", "why": ""})

    assert answer.status_code == 422
    assert "Напишите первый день" in answer.text
    assert "Напишите причину." in answer.text


def test_who_does_not_plan_days_does_not_see_the_month(browser: Browser) -> None:
    assert browser.get(MONTH, role="leadership").status_code == 403
    assert (
        browser.post("/reception/plan/closed", {"first": "26.06.2025", "why": "x"}, role="controller").status_code
        == 403
    )
