"""The page on which an official, or the coordinator for her, says that she cannot receive."""

import pytest

from app.models import Message
from app.models.database import reading
from tests.reception import Walk
from tests.web.test_reception import Browser, browser

__all__ = ["browser"]


@pytest.fixture
def walk(browser: Browser) -> Walk:
    return browser.walk


def sent() -> list[str]:
    with reading() as session:
        return [each.payload["cause"] for each in session.query(Message).filter_by(name="official.unavailable")]


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_official_finds_her_day_in_her_account_and_on_the_board(
    browser: Browser, walk: Walk, language: str
) -> None:
    """KRG-17"""
    address = f"/reception/{walk.day_id}/unavailable"

    assert address in browser.get("/account", role="leadership", language=language).text
    assert address in browser.get(f"/reception/{walk.day_id}", role="leadership", language=language).text
    assert browser.get(address, role="leadership", language=language).status_code == 200
    assert address not in browser.get(f"/reception/{walk.day_id}", role="dept_deputy_head").text


def test_a_notice_without_a_cause_is_refused_at_its_field_and_one_with_it_is_sent(browser: Browser, walk: Walk) -> None:
    """KRG-17"""
    address = f"/reception/{walk.day_id}/unavailable"

    wrong = browser.post(address, {}, role="leadership")
    future = browser.post(address, {"cause": "trip", "told_on": "04.06.2025", "told_at": "10:00"})
    right = browser.post(address, {"cause": "trip", "whom": "employee", "told_on": "02.06.2025", "told_at": "10:00"})

    assert (wrong.status_code, future.status_code, right.status_code) == (422, 422, 303)
    assert 'href="#cause"' in wrong.text
    assert "Нельзя оповестить в будущем" in future.text
    assert sent() == ["trip"]


def test_a_colleague_cannot_give_somebody_elses_day_up(browser: Browser, walk: Walk) -> None:
    """KRG-17"""
    answer = browser.post(f"/reception/{walk.day_id}/unavailable", {"cause": "trip"}, role="dept_deputy_head")

    assert answer.status_code == 403
    assert sent() == []
