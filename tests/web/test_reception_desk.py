"""The coordinator's desk: everything that is open, the late and endangered first."""

from collections.abc import Iterator
from datetime import date

import psycopg
import pytest
from sqlalchemy import func, select

from app.models import ProcessVersion
from app.models.database import reading
from app.queries.reception_desk import Wanted, desk
from app.queries.reception_steps import tone_of
from bench.crowd import crowd
from tests.reception import Walk, at, kostanay
from tests.site import heard, site_over
from tests.web.test_reception import Browser, page, select_all, words

MOST_STATEMENTS = 10


@pytest.fixture(scope="module")
def browser(database_url: str) -> Iterator[Browser]:
    """The office on Tuesday 3 June 2025 with 130 open requests, one of them played for real on 27 June."""
    with kostanay(database_url, at("2025-06-03")) as walk:
        app = site_over(database_url)
        app.config["WTF_CSRF_ENABLED"] = False
        walk.reception_day(date(2025, 6, 27))
        walk.start()
        walk.play(until="record_position")
        _crowd(walk, database_url, 129)
        yield Browser(app, walk)


def _crowd(walk: Walk, database_url: str, count: int) -> None:
    with reading() as session:
        version = session.scalar(select(func.max(ProcessVersion.id))) or 0
    with psycopg.connect(database_url, autocommit=True) as database:
        crowd(
            database,
            office="kostanay",
            official=walk.people["dept_head"],
            version=version,
            count=count,
            now=walk.clock.now(),
        )


def names(document: object) -> list[str]:
    return [words(each) for each in select_all(document, ".board tbody th a")]


def test_the_late_stand_first_then_the_endangered_then_the_others(browser: Browser) -> None:
    """T-KST-S05: what is overdue is seen at once, with its reason."""
    first = page(browser.get("/reception"))

    tones = [each.get("data-tone") or "" for each in select_all(first, ".board td.why")]
    order = [{"bad": 0, "warn": 1, "": 2}[each] for each in tones]
    assert len(tones) == 50
    assert order == sorted(order)
    assert tones[0] == "bad"


def test_the_quick_look_at_everybody_agrees_with_the_whole_row(browser: Browser) -> None:
    tones = [
        (each.row.why.tone, position)
        for page_number in (1, 2, 3)
        for position, each in enumerate(desk("kostanay", Wanted(page=page_number)).rows)
    ]
    whole = desk("kostanay", Wanted())

    assert len(tones) == 130
    assert sum(tone == "bad" for tone, _ in tones) == whole.late > 0
    assert sum(tone == "warn" for tone, _ in tones) == whole.risk > 0
    assert tone_of.__doc__


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("find=Досмағамбетов", 1),
        ("find=досмағамбетов ержан", 1),
        ("find=ЛП-0001", 1),
        ("find=ешкім", 0),
        ("find=%2B77771234567", 1),
        ("step=6", 65),
    ],
)
def test_the_desk_is_searched_and_filtered(browser: Browser, query: str, found: int) -> None:
    document = page(browser.get(f"/reception?{query}"))

    shown = words(select_all(document, ".tiles > div")[0])
    assert abs(int(shown.split()[-1]) - found) <= (1 if query.startswith("step") else 0)
    assert len(names(document)) == min(int(shown.split()[-1]), 50)


def test_filters_by_official_day_and_lateness_narrow_together(browser: Browser) -> None:
    walk = browser.walk
    of_official = desk("kostanay", Wanted(official_id=walk.people["leadership"]))
    of_day = desk("kostanay", Wanted(day_id=walk.day_id))
    late = desk("kostanay", Wanted(late="late"))
    urgent = desk("kostanay", Wanted(late="urgent"))
    late_of_day = desk("kostanay", Wanted(late="late", day_id=walk.day_id))

    assert [each.row.applicant for each in of_official.rows] == ["Досмағамбетов Ержан Қайратұлы"]
    assert of_day.found == 1
    assert late.found == late.late < urgent.found == urgent.late + urgent.risk
    assert late_of_day.found == 0


def test_pages_follow_each_other_and_keep_the_filter(browser: Browser) -> None:
    first = page(browser.get("/reception?find=Жүнісова"))
    (link,) = [each.get("href") for each in select_all(first, ".pager a")]
    second = page(browser.get(link))

    assert set(names(first)) & set(names(second)) == set()
    assert "find=" in link
    assert len(names(page(browser.get("/reception?find=Жүнісова&page=3")))) == 29
    assert names(page(browser.get("/reception?page=99"))) == names(page(browser.get("/reception?page=3")))


def test_the_board_costs_the_same_few_statements_however_many_are_open(browser: Browser) -> None:
    browser.get("/reception")
    day = f"/reception/{browser.walk.day_id}"
    browser.get(day)

    assert statements(browser, "/reception") <= MOST_STATEMENTS
    assert statements(browser, "/reception?find=Досмағамбетов") <= MOST_STATEMENTS
    assert statements(browser, day) <= MOST_STATEMENTS


def statements(browser: Browser, path: str) -> int:
    """How many statements one look costs, that of who asks among them."""
    browser.get(path)
    with heard() as said:
        browser.get(path)
    return len(said)


def test_a_desk_that_has_not_changed_answers_without_a_body(browser: Browser) -> None:
    first = browser.get("/reception")
    same = browser.get("/reception", **{"If-None-Match": first.headers["ETag"]})
    other = browser.get("/reception?late=late", **{"If-None-Match": first.headers["ETag"]})

    assert (same.status_code, same.data) == (304, b"")
    assert other.status_code == 200
    assert first.headers["ETag"].strip('"') in first.text


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_desk_speaks_every_language(browser: Browser, language: str) -> None:
    for path in ("/reception", "/reception?find=ешкім", "/reception/considered"):
        document = page(browser.get(path, language=language))
        assert "desk." not in words(document.get_element_by_id("main"))


def test_the_chosen_are_notified_from_the_board_and_the_note_there_takes_it_back(browser: Browser) -> None:
    walk = browser.walk
    board = page(browser.get(f"/reception/{walk.day_id}"))
    (link,) = [each.get("href") for each in select_all(board, ".head a.btn") if "bulk/notify" in (each.get("href"))]
    look = page(browser.get(link))
    form = {"case": str(walk.case_id), "template": "reminder", "back": f"/reception/{walk.day_id}"}

    unsaid = browser.post("/reception/bulk/notify", {**form, "template": "notice"})
    sent = browser.post("/reception/bulk/notify", form)
    noted = page(browser.get(sent.location))
    (act,) = [each.get("action") for each in select_all(noted, ".note form")]
    back = browser.post(act, {})
    shown = page(browser.get(back.location))

    assert len(select_all(board, ".board input.tick")) == 1
    assert "Напоминаем о вашем личном приёме" in words(look) or "еске салу" in words(look)
    assert (unsaid.status_code, sent.status_code) == (422, 303)
    assert "Напишите сообщение по-казахски и по-русски" in unsaid.text
    assert sent.location == f"/reception/{walk.day_id}"
    assert "Отменить можно до" in words(select_all(noted, ".note")[0])
    assert "Отменено" in words(shown)
    assert select_all(page(browser.get(f"/reception/{walk.day_id}")), ".note form") == []


@pytest.mark.parametrize("act", ["notify", "invite", "chase", "print", "reassign"])
def test_every_bulk_act_is_shown_first_and_asks_for_nobody_without_ticks(browser: Browser, act: str) -> None:
    chosen = page(browser.get(f"/reception/bulk/{act}?case={browser.walk.case_id}", language="kk"))
    nobody = page(browser.get(f"/reception/bulk/{act}"))

    assert "Досмағамбетов" in words(chosen)
    assert "desk." not in words(chosen)
    assert "Никто не выбран" in words(nobody)
    assert browser.get(f"/reception/bulk/{act}", role="controller").status_code == 403


def test_the_timetable_offers_each_free_time_and_a_link_for_those_who_do_not_drag(browser: Browser) -> None:
    """KST-S07.2."""
    document = page(browser.get("/reception/timetable?from=2025-06-27"))
    (sitter,) = [each for each in select_all(document, ".sitter") if "Досмағамбетов" in words(each)]
    seen = page(browser.get("/reception/timetable?from=2025-06-27", role="controller"))
    form = page(browser.get(f"{sitter.get('data-move')}?slot={browser.walk.slots[3]}"))

    assert len(select_all(page(browser.get("/reception/timetable")), ".timetable section")) == 4
    assert sitter.get("draggable") == "true"
    assert "Перенести" in words(sitter)
    assert select_all(seen, "[data-move]") == []
    assert select_all(form, "#slot option[selected]")[0].get("value") == str(browser.walk.slots[3])
