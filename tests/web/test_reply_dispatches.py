"""The day's list of replies that leave the office."""

import csv
import io
from collections.abc import Iterator

import pytest

from tests.reception import at
from tests.replies import BARCODE, ReplyWalk, replies_of_kostanay
from tests.site import dear_pages, site_over, told_otherwise
from tests.web.test_reception import Browser
from tests.web.test_visit import words


@pytest.fixture
def desk(database_url: str) -> Iterator[Browser]:
    """3 June 2025: a reply was posted by Kazpost, another is ready."""
    with replies_of_kostanay(database_url, at("2025-06-03")) as walk:
        for done in (True, False):
            walk.by_hand(until="check_registration")
            walk.begin_reply(due=at("2025-06-25", "18:30").isoformat())
            prepared(walk, sent=done)
        app = site_over(database_url)
        app.config["WTF_CSRF_ENABLED"] = False
        yield Browser(app, walk)


def prepared(walk: ReplyWalk, *, sent: bool) -> None:
    for element in ("draft_reply", "check_by_head", "approve_reply", "put_on_letterhead"):
        walk.complete(element, **walk.usual(element))
    if sent:
        walk.complete("dispatch_reply", **walk.usual("dispatch_reply"))


def test_the_list_of_the_day_shows_barcodes_and_what_is_ready(desk: Browser) -> None:
    """KST-TASK-1.6, SKE-3.7"""
    shown = words(desk.get("/replies/dispatch", "intake_officer"))
    by_courier = words(desk.get("/replies/dispatch?method=courier", "intake_officer"))
    tomorrow = words(desk.get("/replies/dispatch?day=04.06.2025", "intake_officer"))

    assert BARCODE in shown
    assert "И-00001/2025" in shown
    assert "Готовы к отправке: 1" in shown
    assert BARCODE not in by_courier
    assert "В этот день ответов не отправляли" in tomorrow


def test_the_list_is_printed_and_downloaded_by_those_who_post(desk: Browser) -> None:
    printed = words(desk.get("/replies/dispatch?print=1&method=kazpost", "intake_officer"))
    answer = desk.get("/replies/dispatch/list.csv?day=2025-06-03", "dept_head")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))

    assert BARCODE in printed
    assert "Готовы к отправке" not in printed
    assert (rows[0][0], rows[1][0], rows[1][5], len(rows)) == ("Исходящий номер", "И-00001/2025", BARCODE, 2)
    assert desk.get("/replies/dispatch", "registrar").status_code == 403


def test_the_page_of_any_case_or_task_is_read_by_few_statements(desk: Browser) -> None:
    assert dear_pages(lambda path: desk.get(path, "controller")) == {}
    assert told_otherwise(desk.walk.case_id) == set()
