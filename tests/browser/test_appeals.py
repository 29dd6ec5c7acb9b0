"""An appeal in every office, from its coming to its end, each task filled in by its own person in a real Chromium."""

import pytest
from playwright.sync_api import Browser as Chromium

from tests.appeals import appeals_of_kostanay
from tests.browser.served import Desks, served
from tests.reception import at

pytestmark = pytest.mark.browser


def test_an_appeal_handed_in_at_kostanay_is_registered_and_routed(browser: Chromium, database_url: str) -> None:
    """KST-HAND, KST-JRN, KST-REG, KST-CARD, KST-CAT, KST-TYPE, KST-ERR"""
    with appeals_of_kostanay(database_url, at("2025-06-03")) as walk, served(database_url) as address:
        walk.visitor()

        done = Desks(browser, address, walk).finish()

        assert done[0] == "talk_with_visitor"
        assert walk.case().status != "running"
        assert walk.card().routed_at is not None
