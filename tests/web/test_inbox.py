"""The pages of the inbox."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from app.gateways.incoming_mail import read_mail
from app.models import InboxMessage
from app.models.database import reading
from app.records.inbox import enter
from app.usecases.transaction import transaction
from tests.appeals import appeals_of_kostanay
from tests.reception import at
from tests.site import site_over
from tests.web.test_reception import Browser, page, select_all, words

CONTENT = (
    "From: =?utf-8?b?0KDQvtC30LA=?= <roza@example.test>\nSubject: Нет света\n"
    "Content-Type: text/plain; charset=utf-8\n\nВо дворе нет света. <b>"
).encode()


@pytest.fixture
def browser(database_url: str) -> Iterator[Browser]:
    """Monday 2 June 2025 in Kostanay; three messages wait."""
    with appeals_of_kostanay(database_url, at("2025-06-02")) as walk:
        app = site_over(database_url)
        app.config["WTF_CSRF_ENABLED"] = False
        told: dict[str, Any] = {"office_id": "kostanay", "mailbox": "a@b/INBOX", "validity": 1, "whole": True}
        with transaction() as session:
            for uid in (1, 2, 3):
                enter(session, **told, uid=uid, mail=read_mail(CONTENT), now=walk.now)
        yield Browser(app, walk)


def ids() -> list[int]:
    with reading() as session:
        return list(session.scalars(select(InboxMessage.id).order_by(InboxMessage.id)))


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_officer_sees_what_came_and_opens_a_message(browser: Browser, language: str) -> None:
    listed = page(browser.get("/inbox", "intake_officer", language))
    shown = page(browser.get(f"/inbox/{ids()[0]}", "intake_officer", language))

    assert len(select_all(listed, "tbody tr")) == 3
    assert "Роза" in words(listed)
    assert "Во дворе нет света. <b>" in words(shown)
    assert len(select_all(shown, "form[method=post]")) >= 3


def test_a_message_is_added_to_a_case_taken_as_an_appeal_or_put_aside(browser: Browser) -> None:
    first, second, third = ids()
    browser.walk.case_id = 0
    begun = browser.post(f"/inbox/{first}/appeal", {"source": "egov"}, "intake_officer")
    number = "Т-нет"
    no_case = browser.post(f"/inbox/{second}/attach", {"number": number}, "intake_officer")
    no_reason = browser.post(f"/inbox/{third}/aside", {"reason": ""}, "intake_officer")
    aside = browser.post(f"/inbox/{third}/aside", {"reason": "Реклама"}, "intake_officer")
    again = browser.post(f"/inbox/{third}/aside", {"reason": "Реклама"}, "intake_officer")

    assert (begun.status_code, begun.location.startswith("/cases/")) == (303, True)
    assert (no_case.status_code, no_reason.status_code, aside.status_code, again.status_code) == (422, 422, 303, 409)
    assert number in no_case.get_data(as_text=True)
    assert "Реклама" in words(page(browser.get(f"/inbox/{third}", "intake_officer")))


def test_only_who_takes_appeals_in_comes_here(browser: Browser) -> None:
    assert browser.get("/inbox", "leadership").status_code == 403
    assert browser.get("/inbox/999999", "registrar").status_code == 404
    assert "/inbox" in links(browser, "intake_officer")
    assert "/inbox" not in links(browser, "reception_coordinator")


def links(browser: Browser, role: str) -> list[str | None]:
    return [each.get("href") for each in select_all(page(browser.get("/tasks", role)), "a")]


def test_a_page_that_begins_nowhere_is_the_first(browser: Browser) -> None:
    assert browser.get("/inbox?after=99999999999999999999", "intake_officer").status_code == 200


def test_a_null_character_is_refused_wherever_it_is_sent(browser: Browser) -> None:
    """PostgreSQL keeps none: a page would fail on it."""
    sent = [
        browser.get("/inbox?find=a%00b", "intake_officer"),
        browser.get("/portal/kostanay/follow/a%00b", "intake_officer"),
        browser.post(f"/inbox/{ids()[0]}/aside", {"reason": "a\0b"}, "intake_officer"),
    ]

    assert [each.status_code for each in sent] == [400, 400, 400]
