"""An appeal in every office, from its coming to its end, each task filled in by its own person in a real Chromium."""

import pytest
from playwright.sync_api import Browser as Chromium

from tests.browser.served import desks
from tests.energy import energy
from tests.ktek import ktek
from tests.reception import at
from tests.replies import replies_of_kostanay

pytestmark = pytest.mark.browser


def test_an_appeal_handed_in_at_kostanay_is_registered_followed_and_answered(
    browser: Chromium, database_url: str
) -> None:
    """KST-HAND, KST-JRN, KST-REG, KST-CARD, KST-CAT, KST-TYPE, KST-ERR, KST-TASK-1.3"""
    with replies_of_kostanay(database_url, at("2025-06-03")) as walk, desks(browser, walk, database_url) as people:
        walk.visitor()

        done = people.finish()

        assert done[0] == "talk_with_visitor"
        assert done[-1] == "follow_consideration"
        assert walk.case().status == "answered"
        assert walk.card().routed_at is not None


def test_a_claim_at_sevkazenergo_goes_to_its_reply_and_its_copy(browser: Chromium, database_url: str) -> None:
    """SKE-1.1.2, SKE-1.3, SKE-1.4, SKE-1.5, SKE-1.6, SKE-1.7, SKE-1.8, SKE-3.1, SKE-3.6, SKE-3.7, SKE-3.8"""
    with energy(database_url, at("2025-06-02")) as walk, desks(browser, walk, database_url) as people:
        walk.comes("written", "clerk")

        done = people.finish(hand_over_copy=lambda: {"copy_recipient": walk.offered("hand_over_copy")})

        assert done[:3] == ["register_document", "acknowledge", "pass_to_management"]
        assert done[-1] == "hand_over_copy"
        assert walk.case().status == "answered"


def test_a_grievance_at_ktek_goes_to_its_reply(browser: Chromium, database_url: str) -> None:
    """KTEK-3.1.1, KTEK-3.2.1, KTEK-3.2.3"""
    with ktek(database_url, at("2025-06-10")) as walk, desks(browser, walk, database_url) as people:
        walk.file()

        done = people.finish()

        assert done[:2] == ["accept_grievance", "categorise"]
        assert walk.case().status == "answered"
