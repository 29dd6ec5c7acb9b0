"""The day at the desk: sheets for guard and wall, the paper of a day without a net, typing it in, and the calls."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from lxml import html
from sqlalchemy import select

from app.models import Assignment, Booking, History, ReminderCall
from app.models.database import reading
from tests.reception import Walk, at, kostanay
from tests.site import site_over
from tests.web.test_reception import Browser, page, select_all, words


@pytest.fixture
def browser(database_url: str) -> Iterator[Browser]:
    """The office on Tuesday 3 June 2025 with a reception day on Friday 27 June."""
    with kostanay(database_url, at("2025-06-03")) as walk:
        app = site_over(database_url)
        app.config["WTF_CSRF_ENABLED"] = False
        walk.reception_day(date(2025, 6, 27))
        yield Browser(app, walk)


def on_the_day(walk: Walk, *names: str) -> list[int]:
    """Everybody of these names at the door on 27 June, 15:00."""
    slots, cases = list(walk.slots), []
    for number, name in enumerate(names):
        walk.slots = [slots[number]]
        walk.start(full_name=name)
        walk.play(until="record_position")
        cases.append(walk.case_id)
    for case_id in cases:
        walk.case_id = case_id
        walk.play(until="check_in")
    walk.pass_time_to(at("2025-06-27", "15:00"))
    return cases


def test_the_guard_gets_names_and_times_and_nothing_of_the_matter(browser: Browser) -> None:
    walk = browser.walk
    walk.start()
    walk.play(until="record_position")

    for name in ("guard", "wall"):
        sheet = words(select_all(page(browser.get(f"/reception/{walk.day_id}/{name}")), ".sheet")[0])
        assert "10:00 Досмағамбетов Ержан Қайратұлы" in sheet
        assert "ЛП-0001" not in sheet
        assert "7777" not in sheet
        assert "Көшіру" not in sheet


def test_the_paper_has_every_appointment_with_empty_fields_for_all_that_is_recorded(browser: Browser) -> None:
    walk = browser.walk
    walk.start()
    walk.play(until="record_position")

    document = page(browser.get(f"/reception/{walk.day_id}/paper"))

    (slip,) = select_all(document, ".slip")
    assert "1. 10:00 Досмағамбетов Ержан Қайратұлы" in words(slip)
    for label in ("Пришёл в", "Вошёл в", "Вышел в", "Какой ответ дан", "Орындаушы", "Срок"):
        assert label in words(slip)
    assert len(select_all(slip, "tbody tr")) == 3
    assert len(select_all(document, ".sign")) == 1


def test_the_paper_is_typed_in_row_by_row_with_the_actual_times(browser: Browser) -> None:
    """KST-S10, KST-PRIO: the day was held without a net; check-in, answer and assignments are recorded afterwards."""
    walk = browser.walk
    first, second = on_the_day(walk, "Бірінші Адам", "Екінші Адам")
    address = f"/reception/{walk.day_id}/results"
    line = {
        "came": "yes",
        "came_at": "9:50",
        "began_at": "10:05",
        "finished_at": "10.25",
        "priority_category": "pregnant",
        "priority_evidence": "анықтама",
        "answer": "Пәтер беріледі, көшіру 1 қыркүйекке дейін.",
        "exhaustive": "yes",
        "text1": "Пәтер бөлу",
        "executor1": str(walk.bodies["housing"]),
        "due1": "16.07.2025",
    }

    empty = page(browser.get(address))
    typed = browser.post(f"{address}/{first}", line)
    absent = browser.post(f"{address}/{second}", {"came": "no"})
    full = page(browser.get(address))

    assert "Осталось записать 2" in words(select_all(empty, ".head")[0])
    assert typed.location.endswith(f"#case{second}")
    assert absent.status_code == 303
    assert "Осталось записать 0" in words(select_all(full, ".head")[0])
    assert "Пришёл в 09:50" in words(full)
    with reading() as session:
        bookings = {each.case_id: each for each in session.scalars(select(Booking))}
        assert (bookings[first].status, bookings[second].status) == ("received", "missed")
        assert bookings[first].came_at == at("2025-06-27", "09:50")
        assert bookings[first].finished_at == at("2025-06-27", "10:25")
        assert bookings[first].priority_category == "pregnant"
        assert session.scalars(select(Assignment.text)).all() == ["Пәтер бөлу"]
        written = session.scalars(select(History.case_id).where(History.kind == "result_written")).all()
    assert set(written) == {first, second}
    room = page(browser.get(f"/reception/{walk.day_id}/room"))
    assert "Составить протокол" in words(room)


def test_wrong_hours_and_missing_answers_are_told_at_their_fields_and_nothing_typed_is_lost(browser: Browser) -> None:
    walk = browser.walk
    (case,) = on_the_day(walk, "Бірінші Адам")
    address = f"/reception/{walk.day_id}/results/{case}"

    for wrong, field, said in (
        ({"came": "yes", "came_at": "полдень"}, f"came_at{case}", "10:05"),
        ({"came": "yes", "came_at": "16:00"}, f"came_at{case}", "ещё не наступило"),
        ({"came": "yes", "came_at": "11:00", "began_at": "10:00"}, f"began_at{case}", "по порядку"),
        ({"came": ""}, f"came{case}", ""),
    ):
        answer = browser.post(address, {**wrong, "answer": "Жауап осындай болды."})
        document = html.fromstring(answer.text)
        assert answer.status_code == 422
        assert document.get_element_by_id(field).get("aria-invalid") == "true"
        assert said in words(select_all(document, ".summary")[0])
        assert words(document.get_element_by_id(f"answer{case}")) == "Жауап осындай болды."


def test_an_arrival_is_marked_first_and_the_answer_typed_later(browser: Browser) -> None:
    walk = browser.walk
    (case,) = on_the_day(walk, "Бірінші Адам")
    address = f"/reception/{walk.day_id}/results/{case}"

    browser.post(address, {"came": "yes", "came_at": "9:50"})
    arrived = page(browser.get(f"/reception/{walk.day_id}/room"))
    short = browser.post(address, {"came": "yes", "answer": "Иә", "exhaustive": "yes"})
    browser.post(address, {"came": "yes", "answer": "Пәтер беріледі, күтіңіз.", "exhaustive": "yes"})
    again = browser.post(address, {"came": "yes", "answer": "Пәтер беріледі, күтіңіз.", "exhaustive": "yes"})

    assert "Пришёл, 09:50" in words(arrived)
    assert (short.status_code, again.status_code) == (422, 409)
    assert not walk.waits_for("conduct_reception")


def test_results_are_written_by_those_who_keep_the_desk(browser: Browser) -> None:
    walk = browser.walk
    walk.start()
    walk.play(until="record_position")
    address = f"/reception/{walk.day_id}/results"

    assert browser.get(address, role="controller").status_code == 403
    assert browser.get("/reception/99999/results").status_code == 404
    early = browser.post(f"{address}/{walk.case_id}", {"came": "yes"})
    assert early.status_code == 409
    assert "записывать нечего" in early.text


def test_a_call_is_recorded_on_the_list_and_what_is_left_is_counted(browser: Browser) -> None:
    """KST-S07.1: three working days before, with the script, the outcome and the next try."""
    walk = browser.walk
    walk.start()
    walk.play(until="confirm_attendance")

    before = page(browser.get("/reception/calls"))
    missed = browser.post(f"/reception/calls/{walk.case_id}", {"outcome": "not_reached", "remarks": "занято"})
    tried = page(browser.get(missed.location))
    walk.pass_time_to(at("2025-06-24", "11:30"))
    browser.post(f"/reception/calls/{walk.case_id}", {"outcome": "confirmed"})
    after = page(browser.get(f"/reception/{walk.day_id}/calls"))

    assert "Осталось позвонить 1" in words(select_all(before, ".head")[0])
    assert select_all(before, "blockquote")[0].get("lang") == "kk"
    assert "Позже ещё раз: 1" in words(select_all(tried, ".head")[0])
    assert "занято" in words(tried)
    assert "Позвонить ещё раз: 24.06" in words(tried)
    assert "Звонок сделан" in words(after)
    with reading() as session:
        assert session.scalars(select(ReminderCall.outcome)).all() == ["not_reached", "confirmed"]
    assert browser.post(f"/reception/calls/{walk.case_id}", {"outcome": "confirmed"}).status_code == 404
    assert browser.get("/reception/calls", role="office_admin").status_code == 403


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_sheet_speaks_every_language(browser: Browser, language: str) -> None:
    walk = browser.walk
    on_the_day(walk, "Бірінші Адам")
    day = f"/reception/{walk.day_id}"

    made = browser.post(f"{day}/pack", {"case": str(walk.case_id)}).location
    for path in (f"{day}/guard", f"{day}/wall", f"{day}/paper", f"{day}/results", f"{day}/calls", "/reception/calls",
                 f"{day}/pack", made):  # fmt: skip
        text = words(page(browser.get(path, language=language)).get_element_by_id("main"))
        assert not any(mark in text for mark in ("day.", "calls.", "reception.", "pack.", "None")), path


def test_the_folder_of_a_day_shows_its_progress_and_is_taken_as_a_file(browser: Browser) -> None:
    """KST-S08."""
    walk = browser.walk
    walk.start()
    walk.play(until="record_position")
    address = f"/reception/{walk.day_id}/pack"

    asked = browser.post(address, {"language": "kk"})
    waiting = page(browser.get(asked.location))
    walk.pass_time_to(walk.now + timedelta(minutes=1))
    ready = page(browser.get(asked.location))
    (link,) = [each.get("href") for each in select_all(ready, "a.btn") if each.get("href").endswith("/file")]
    file = browser.get(link)

    assert words(select_all(waiting, "section.panel > form")[0]) == "Собрать на казахском Собрать на русском"
    assert "готово 0 из 1" in words(waiting)
    assert "Готова" in words(ready)
    assert file.data.startswith(b"%PDF")
    assert browser.get(address, role="office_admin").status_code == 403
