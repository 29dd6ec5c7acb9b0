"""The coordinator's page of restrictions."""

import re

import pytest

from tests.reception import Walk, at
from tests.web.test_reception import Browser, browser

__all__ = ["browser"]


@pytest.fixture
def walk(browser: Browser) -> Walk:
    return browser.walk


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_page_speaks_every_language_to_whoever_sees_the_board(browser: Browser, language: str) -> None:
    answer = browser.get("/reception/restrictions", role="dept_head", language=language)

    assert answer.status_code == 200
    assert '<form class="panel"' not in answer.text, "only the coordinator declares"


def test_restrictions_are_declared_shown_and_lifted_on_their_page(browser: Browser, walk: Walk) -> None:
    """KST-VKS-1"""
    sent = {"cause": "pandemic", "first_day": "23.06.2025", "last_day": "30.06.2025", "basis": "Приказ № 7"}

    wrong = browser.post("/reception/restrictions", {**sent, "last_day": "20.06.2025"})
    right = browser.post("/reception/restrictions", sent)
    walk.pass_time_to(at("2025-06-03", "10:05"))
    shown = browser.get("/reception/restrictions").text
    found = re.search(r"/reception/restrictions/(\d+)/lift", shown)
    assert found
    refused = browser.post(f"/reception/restrictions/{found[1]}/lift", {"last_day": "30.06.2025"})
    asked = browser.post(f"/reception/restrictions/{found[1]}/lift", {"last_day": "24.06.2025"})
    lifted = browser.post(f"/reception/restrictions/{found[1]}/lift", {"last_day": "24.06.2025", "sure": "yes"})
    walk.pass_time_to(at("2025-06-03", "10:10"))

    assert (wrong.status_code, right.status_code, refused.status_code, lifted.status_code) == (422, 303, 422, 303)
    assert "Последний день не может быть раньше первого" in wrong.text
    assert asked.status_code == 200
    assert "Эти дни снова пройдут как запланированы" in asked.text
    assert "27.06.2025" in asked.text
    assert "23.06.2025 – 30.06.2025" in shown
    assert "Напишите день раньше прежнего последнего (30.06.2025)" in refused.text
    assert "23.06.2025 – 24.06.2025" in browser.get("/reception/restrictions").text
    assert "by_video" not in browser.get(f"/reception/{walk.day_id}").text


def test_nobody_else_declares_them(browser: Browser) -> None:
    answer = browser.post("/reception/restrictions", {"cause": "safety"}, role="leadership")

    assert answer.status_code == 403


def test_lifting_can_be_taken_back_on_the_page_for_a_minute(browser: Browser, walk: Walk) -> None:
    """KST-VKS-1"""
    sent = {"cause": "pandemic", "first_day": "23.06.2025", "last_day": "30.06.2025", "basis": "Приказ № 7"}
    browser.post("/reception/restrictions", sent)
    walk.pass_time_to(at("2025-06-03", "10:05"))
    found = re.search(r"/reception/restrictions/(\d+)/lift", browser.get("/reception/restrictions").text)
    assert found
    lift, back = (f"/reception/restrictions/{found[1]}/{act}" for act in ("lift", "take-back"))
    browser.post(lift, {"last_day": "24.06.2025", "sure": "yes"})
    offered = browser.get("/reception/restrictions").text

    refused = browser.post(back, {}, role="dept_head")
    browser.post(back, {})
    walk.pass_time_to(at("2025-06-03", "10:10"))
    kept = browser.get("/reception/restrictions").text

    assert "Отменить можно до 10:06" in offered
    assert refused.status_code == 403
    assert "23.06.2025 – 30.06.2025" in kept
    assert back not in kept
