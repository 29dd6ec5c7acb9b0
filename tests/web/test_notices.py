"""The coordinator's pages of notices: on paper, by telephone."""

from collections.abc import Iterator
from datetime import date

import pytest

from tests.karaganda import KaragandaWalk, karaganda
from tests.reception import at
from tests.site import dear_pages, site_over, told_otherwise
from tests.web.test_reception import Browser
from tests.web.test_visit import words

LISTED = "list_and_schedule"


@pytest.fixture
def office(database_url: str) -> Iterator[Browser]:
    """Karaganda with a reception day on 26 September 2025."""
    with karaganda(database_url, at("2025-09-10")) as walk:
        app = site_over(database_url)
        app.config["WTF_CSRF_ENABLED"] = False
        walk.reception_day(date(2025, 9, 26))
        yield Browser(app, walk)


def told_by(office: Browser, way: str) -> None:
    walk = office.walk
    assert isinstance(walk, KaragandaWalk)
    walk.start(notice_by=way)
    walk.play(LISTED)
    walk.complete(LISTED, **walk.usual(LISTED))


def test_the_coordinator_prints_a_notice_and_says_when_it_was_sent(office: Browser) -> None:
    """KRG-31"""
    told_by(office, "post")
    letter = office.walk.letters("appointment")[0]

    page = office.get("/reception/notices")
    paper = office.get(f"/files/{letter.files[0]}")
    wrong = office.post(f"/reception/notices/{letter.id}", {"sent_on": "31.12.2030"})
    unclear = office.post(f"/reception/notices/{letter.id}", {"sent_on": "кеше"})
    sent = office.post(f"/reception/notices/{letter.id}", {"sent_on": "10.09.2025", "remarks": "RR1"})

    assert "Досмағамбетов Ержан Қайратұлы" in words(page)
    assert "Қостанай қ., Абай к., 5" in words(page)
    assert paper.data.startswith(b"%PDF")
    for refused in (wrong, unclear):
        assert refused.status_code == 422
        assert "Проверьте дату отправки" in words(refused)
    assert sent.status_code == 303
    assert "Неотправленных уведомлений нет" in words(office.get("/reception/notices"))
    assert "Уведомления на бумаге" in words(office.get("/reception"))


def test_who_asked_for_a_call_stands_in_the_list_of_calls_with_the_script(office: Browser) -> None:
    """KRG-31"""
    told_by(office, "phone")
    letter = office.walk.letters("appointment")[0]

    before = words(office.get("/reception/calls"))
    missed = office.post(f"/reception/calls/notices/{letter.id}", {"outcome": "not_reached"})
    tried = words(office.get("/reception/calls"))
    reached = office.post(f"/reception/calls/notices/{letter.id}", {"outcome": "told"})

    assert "Известить звонком" in before
    assert "Сәлеметсіз бе, Досмағамбетов Ержан Қайратұлы!" in before
    assert "+77771234567" in before
    assert (missed.status_code, reached.status_code) == (303, 303)
    assert "Не дозвонились" in tried
    assert "Известить звонком" not in words(office.get("/reception/calls"))


def test_only_the_coordinator_says_what_was_sent(office: Browser) -> None:
    told_by(office, "post")
    letter = office.walk.letters("appointment")[0]

    seen = office.get("/reception/notices", role="dept_head")
    marked = office.post(f"/reception/notices/{letter.id}", {}, role="dept_head")

    assert seen.status_code == 200
    assert "Отметить отправленным" not in words(seen)
    assert marked.status_code == 403


def test_the_page_of_any_case_or_task_is_read_by_few_statements(office: Browser) -> None:
    office.walk.start()
    office.walk.play("check_in")

    assert dear_pages(office.get) == {}
    assert told_otherwise(office.walk.case_id) == set()
