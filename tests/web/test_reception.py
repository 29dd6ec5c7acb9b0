"""The coordinator's pages over a real office."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO

import docx
import pytest
from flask import Flask
from lxml import html
from pypdf import PdfReader
from sqlalchemy.dialects.postgresql import insert
from werkzeug.test import TestResponse

from app.domain import clock
from app.models import Incident, Installation, ReceptionDay, WebSession
from app.models.database import reading
from app.queries.people import session_key
from app.usecases.transaction import transaction
from tests.reception import Walk, at, kostanay
from tests.site import site_over


@dataclass
class Browser:
    """Asks for pages as one of the people, at the moment at which the story stands."""

    app: Flask
    walk: Walk

    def get(self, path: str, role: str = "reception_coordinator", language: str = "ru", **headers: str) -> TestResponse:
        return self._ask("GET", path, role, language, headers=headers)

    def post(self, path: str, form: dict[str, str], role: str = "reception_coordinator") -> TestResponse:
        return self._ask("POST", path, role, "ru", data=form)

    def _ask(self, method: str, path: str, role: str, language: str, **more: object) -> TestResponse:
        self._sign_in(role)
        client = self.app.test_client()
        client.set_cookie("qabyldau", role)
        client.set_cookie("language", language)
        try:
            return client.open(path, method=method, **more)
        finally:
            clock.set_clock(self.walk.clock)

    def _sign_in(self, role: str) -> None:
        wall = clock.wall()
        shift = {"shift": (self.walk.clock.now() - wall).total_seconds()}
        with transaction() as session:
            session.execute(
                insert(Installation)
                .values(key="clock", value=shift)
                .on_conflict_do_update(index_elements=["key"], set_={"value": shift})
            )
            session.execute(
                insert(WebSession)
                .values(
                    id=session_key(role),
                    person_id=self.walk.people[role],
                    created_at=wall,
                    expires_at=wall + timedelta(hours=1),
                    seen_at=wall,
                )
                .on_conflict_do_nothing()
            )


@pytest.fixture
def browser(database_url: str) -> Iterator[Browser]:
    """The office on Tuesday 3 June 2025 with a reception day on Friday 27 June."""
    with kostanay(database_url, at("2025-06-03")) as walk:
        app = site_over(database_url)
        app.config["WTF_CSRF_ENABLED"] = False
        walk.reception_day(date(2025, 6, 27))
        yield Browser(app, walk)


def select_all(node: html.HtmlElement, selector: str) -> list[html.HtmlElement]:
    """The descendants that a selector of tags, classes, ids, attributes, blanks and `>` describes."""
    path, axis = ".", "//"
    for part in selector.split():
        if part == ">":
            axis = "/"
            continue
        tag, marks = re.match(r"(\w*)(.*)", part).groups()
        path += axis + (tag or "*")
        for kind, name in re.findall(r"([.#\[])([\w-]+)", marks):
            path += {
                ".": f"[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]",
                "#": f"[@id='{name}']",
                "[": f"[@{name}]",
            }[kind]
        axis = "//"
    return node.xpath(path)


def words(node: html.HtmlElement) -> str:
    return " ".join(" ".join(node.itertext()).split())


def page(answer: TestResponse) -> html.HtmlElement:
    assert answer.status_code == 200, answer.text
    return html.fromstring(answer.text)


def cells(document: html.HtmlElement, applicant: str = "Досмағамбетов") -> list[str]:
    """The 13 cells of an applicant: done, skip, todo, or the day with its tone."""
    row = next(row for row in select_all(document, ".board tbody tr") if applicant in words(row))
    found = []
    for cell in select_all(row, "td.c"):
        mark = select_all(cell, "i")
        if mark:
            found.append(mark[0].get("data-s"))
        else:
            link = select_all(cell, "a")[0]
            found.append(words(link).split()[-1] + {"bad": "!", "warn": "?"}.get(link.get("data-tone"), ""))
    return found


def why(document: html.HtmlElement) -> str:
    return words(select_all(document, ".board td.why")[0])


def tiles(document: html.HtmlElement) -> dict[str, str]:
    return {
        words(select_all(each, "dt")[0]): words(select_all(each, "dd")[0])
        for each in select_all(document, ".tiles > div")
    }


def test_a_request_without_a_day_stands_under_consideration_until_it_is_booked(browser: Browser) -> None:
    walk = browser.walk
    walk.start()

    before = page(browser.get("/reception/considered"))
    walk.play(until="record_position")
    after = page(browser.get("/reception/considered"))

    assert cells(before) == ["09.06", *["todo"] * 12]
    assert "никто не взял" in why(before)
    assert "(KST-S02.2)" in why(before)
    assert select_all(after, ".board") == []
    assert "Просьб без дня приёма нет" in words(after)


def test_the_board_tells_where_a_case_stands_and_why(browser: Browser) -> None:
    """KST-S05.2: a position that did not come in time is red, with the body's name and the clause."""
    walk = browser.walk
    walk.start()
    walk.play(until="record_position")
    address = f"/reception/{walk.day_id}"

    awaited = page(browser.get(address))
    walk.pass_time_to(at("2025-06-20", "12:00"))
    last_day = page(browser.get(address))
    walk.pass_time_to(at("2025-06-23", "12:00"))
    late = page(browser.get(address))

    assert cells(awaited) == ["done", "skip", "done", "done", "20.06", *["todo"] * 8]
    assert cells(last_day)[4] == "20.06?"
    assert cells(late)[4] == "20.06!"
    assert "Нет позиции" in why(late)
    assert "и ещё 1" in why(late)
    assert "(KST-S05.2)" in why(late)
    assert tiles(late)["Просрочено"] == "1 шаг 5"
    assert tiles(last_day)["Под угрозой"].startswith("1")
    assert tiles(awaited)["Записано"] == "1 из 6 мест"
    assert tiles(awaited)["Позиции органов"] == "0 из 1 дела"


def test_what_is_not_ready_on_the_day_of_the_materials_is_at_risk_and_then_late(browser: Browser) -> None:
    """KST-S08: three working days before the reception the materials must be with the leadership."""
    walk = browser.walk
    walk.start()
    walk.play(until="analyse_materials")
    address = f"/reception/{walk.day_id}"

    early = page(browser.get(address))
    walk.pass_time_to(at("2025-06-24", "12:00"))
    risk = page(browser.get(address))
    walk.pass_time_to(at("2025-06-25", "12:00"))
    late = page(browser.get(address))

    assert [cells(each)[5] for each in (early, risk, late)] == ["идёт", "24.06?", "24.06!"]
    assert "Нужно до передачи материалов руководству: вт 24.06" in why(risk)
    assert "(KST-S08)" in why(late)


def test_calls_are_tried_again_and_the_board_counts_them(browser: Browser) -> None:
    """KST-S07.1."""
    walk = browser.walk
    walk.start()
    walk.play(until="confirm_attendance")
    address = f"/reception/{walk.day_id}"

    asked = page(browser.get(address))
    calls = page(browser.get(f"{address}/calls"))
    walk.complete("confirm_attendance", called_at="2025-06-24T09:00", attendance="not_reached", call_remarks="занято")
    tried = page(browser.get(address))
    again = page(browser.get(f"{address}/calls"))

    assert cells(asked)[6] == "24.06"
    assert "Позвонить заявителю" in why(asked)
    assert "+77771234567" in words(calls)
    script = select_all(calls, "blockquote")[0]
    assert script.get("lang") == "kk"
    assert "Досмағамбетов Ержан Қайратұлы" in words(script)
    assert "сағат 10:00" in words(script)
    assert cells(tried)[6] == "24.06?"
    assert "Попыток: 1 (09:00), следующий звонок 11:00" in why(tried)
    assert "занято" in words(again)
    assert "Позвонить ещё раз: 24.06, 11:00" in words(again)


def test_a_case_that_waits_for_its_day_says_which(browser: Browser) -> None:
    walk = browser.walk
    walk.start()
    walk.play(until="analyse_materials")
    walk.complete("analyse_materials", materials_quality="good")

    board = page(browser.get(f"/reception/{walk.day_id}"))

    assert cells(board) == ["done", "skip", "done", "done", "done", "done", "24.06", "24.06", *["todo"] * 5]
    assert "День звонка: вт 24.06" in why(board)


def test_an_incident_stands_before_everything_else(browser: Browser) -> None:
    walk = browser.walk
    walk.start()
    walk.play(until="record_position")
    with transaction() as session:
        session.add(
            Incident(
                office_id="kostanay", case_id=walk.case_id, kind="letter", name="invitation", message={}, detail="",
                created_at=clock.now(),
            )
        )  # fmt: skip

    board = page(browser.get(f"/reception/{walk.day_id}"))

    assert "Сбой" in why(board)
    assert select_all(board, ".board td.why")[0].get("data-tone") == "bad"


def test_the_terms_of_the_day_come_from_the_rules_of_the_office(browser: Browser) -> None:
    """T-KST-S07A, T-KST-S08, T-KST-S09, T-KST-S11: reception on 27 June 2025."""
    document = page(browser.get(f"/reception/{browser.walk.day_id}"))

    lines = [words(line)[:8] for line in select_all(document, "ol.timeline > li")]
    assert lines == ["вт 24.06", "чт 26.06", "пт 27.06", "ср 02.07"]
    assert "Шаги 7, 8" in words(select_all(document, "ol.timeline > li")[0])


def test_the_queue_gives_each_place_its_reason(browser: Browser) -> None:
    """KST-PRIO, KST-PRIO-3: booked second and pregnant, received first."""
    walk = browser.walk
    slots, cases = list(walk.slots), []
    for number, name in enumerate(("Бірінші Адам", "Екінші Адам")):
        walk.slots = [slots[number]]
        walk.start(full_name=name)
        walk.play(until="record_position")
        cases.append(walk.case_id)
    for case_id in cases:
        walk.case_id = case_id
        walk.play(until="check_in")
    address = f"/reception/{walk.day_id}/room"
    before = page(browser.get(address))
    walk.complete("check_in", came="yes", priority="yes", priority_category="pregnant", priority_evidence="анықтама")
    walk.case_id = cases[0]
    walk.complete("check_in", came="yes")

    after = page(browser.get(address, language="kk"))
    names = [words(select_all(row, "td.b b")[0]) for row in select_all(after, "table.queue tbody tr")]

    assert [words(select_all(row, "td.b b")[0]) for row in select_all(before, "table.queue tbody tr")] == [
        "Бірінші Адам",
        "Екінші Адам",
    ]
    assert len(select_all(before, "table.queue a.btn")) == 2
    assert names == ["Екінші Адам", "Бірінші Адам"]
    rows = [words(row) for row in select_all(after, "table.queue tbody tr")]
    assert "Бірінші кезекте: жүкті әйел Негізі: KST-PRIO-3" in rows[0]
    assert "Өтініш кезегі бойынша Негізі: KST-PRIO" in rows[1]
    assert words(select_all(after, ".now .first .name")[0]) == "Екінші Адам"
    assert words(select_all(after, ".now .second .name")[0]) == "Бірінші Адам"


def test_who_did_not_come_stays_on_the_list_of_that_day_when_booked_again(browser: Browser) -> None:
    """KST-S04.1: the list of the day is what happened, the new appointment is another line on another day."""
    walk, june = browser.walk, browser.walk.day_id
    walk.start()
    walk.play(until="check_in")
    july = walk.reception_day(date(2025, 7, 10))
    walk.complete("check_in", came="no")
    decide = page(browser.get(f"/reception/{june}"))
    walk.complete("missed_reception", missed_remarks="Ауырып қалған", missed_outcome="rebook")
    sought = page(browser.get(f"/reception/{june}"))

    walk.complete("register_and_notify_applicant", slot=str(july[0]), place="akimat")

    assert "Решите: новый день или закрыть" in why(decide)
    assert "Подбирают новый день" in why(sought)
    board, room = page(browser.get(f"/reception/{june}")), page(browser.get(f"/reception/{june}/room"))
    assert "Новый приём: чт 10.07" in why(board)
    assert cells(board)[9:] == ["done", "todo", "todo", "todo"]
    assert "Не пришёл" in words(select_all(room, "table.queue tbody tr")[0])
    assert "10:00" in words(select_all(page(browser.get(f"/reception/{june}/list")), ".sheet tbody tr")[0])
    assert len(select_all(page(browser.get(f"/reception/{walk.day_id}")), ".board td.why")) == 1


def test_the_printed_list_is_bilingual_and_signed(browser: Browser) -> None:
    """KST-S04.1."""
    walk = browser.walk
    walk.start()
    walk.play(until="analyse_materials")

    document = page(browser.get(f"/reception/{walk.day_id}/list"))
    row = words(select_all(document, ".sheet tbody tr")[0])

    assert "Жеке қабылдауға жазылған адамдардың тізімі" in words(select_all(document, ".sheet h1")[0])
    assert "Список лиц, принимаемых на личный приём" in words(select_all(document, ".sheet h1")[0])
    assert row.startswith("1 10:00 Досмағамбетов Ержан Қайратұлы ЛП-0001/2025 03.06.2025")
    assert "ТҰЛҒА".casefold() in words(select_all(document, ".sign")[0]).casefold()
    assert "03.06.2025" in words(select_all(document, ".sheet-foot")[0])


@pytest.mark.parametrize(("speech", "title"), [("kk", "қабылданатын адамдардың тізімі"), ("ru", "Список лиц")])
def test_the_list_of_a_day_can_be_taken_as_a_file_on_a_sheet_on_its_side(
    browser: Browser, speech: str, title: str
) -> None:
    """KST-S04.1."""
    walk = browser.walk
    walk.start()
    walk.play(until="record_position")

    pdf = browser.get(f"/reception/{walk.day_id}/list/{speech}.pdf")
    word = browser.get(f"/reception/{walk.day_id}/list/{speech}.docx")

    sheet = PdfReader(BytesIO(pdf.data)).pages[0]
    section = docx.Document(BytesIO(word.data)).sections[0]
    assert title in " ".join(sheet.extract_text().split())
    assert "Досмағамбетов Ержан" in " ".join(sheet.extract_text().split())
    assert sheet.mediabox.width > sheet.mediabox.height
    assert section.page_width > section.page_height
    assert pdf.headers["Content-Disposition"].startswith("attachment")
    assert browser.get(f"/reception/{walk.day_id + 1}/list/{speech}.pdf").status_code == 404


def test_a_day_is_planned_from_its_form(browser: Browser) -> None:
    proposed = page(browser.get("/reception/plan"))
    form = {
        "official_id": str(browser.walk.people["leadership"]),
        "day": "11.07.2025",
        "kind": "ordinary",
        "mode": "in_person",
        "place": "akimat",
        "starts": "10.00",
        "ends": "11:00",
        "minutes": "20",
        "seats": "1",
    }

    refused = browser.post("/reception/plan", {**form, "day": "07.07.2025", "seats": "много"})
    planned = browser.post("/reception/plan", form)

    assert proposed.get_element_by_id("day").get("value") == "27.06.2025"
    assert refused.status_code == 422
    errors = [words(each) for each in select_all(html.fromstring(refused.text), ".summary li")]
    assert len(errors) == 2
    assert "День столицы" in errors[0]
    assert html.fromstring(refused.text).get_element_by_id("day").get("value") == "07.07.2025"
    assert planned.status_code == 303
    board = page(browser.get(planned.location))
    assert "10:00–11:00" in words(select_all(board, ".head")[0])


def test_an_appointment_is_moved_with_a_reason_from_its_form(browser: Browser) -> None:
    """KST-S07.2."""
    walk = browser.walk
    walk.start()
    walk.play(until="record_position")
    later = walk.reception_day(date(2025, 7, 11))
    address = f"/reception/booking/{walk.case_id}/move"

    form = page(browser.get(address))
    unreasoned = browser.post(address, {"slot": str(later[0]), "reason": ""})
    unchosen = browser.post(address, {"slot": "", "reason": "Іссапар"})
    moved = browser.post(address, {"slot": str(later[0]), "reason": "Іссапар"})

    assert len(select_all(form, "#slot option")) == 1 + 5 + 6
    assert "Напишите, почему" in unreasoned.text
    assert select_all(html.fromstring(unreasoned.text), "#slot option[selected]")[0].get("value") == str(later[0])
    assert unchosen.status_code == 422
    assert moved.location.endswith(f"/reception/{walk.day_id}")
    assert len(walk.letters("schedule_changed")) == 1


def test_a_day_with_people_is_moved_rather_than_cancelled(browser: Browser) -> None:
    walk = browser.walk
    walk.start()
    walk.play(until="record_position")
    address = f"/reception/{walk.day_id}"

    shown = page(browser.get(f"{address}/cancel"))
    refused = browser.post(f"{address}/cancel", {"reason": "Іссапар"})
    off = browser.post(f"{address}/move", {"day": "28.06.2025", "reason": "Сессия"})
    moved = browser.post(f"{address}/move", {"day": "30.06.2025", "reason": "Сессия"})
    with transaction() as session:
        session.get_one(ReceptionDay, walk.day_id).status = "planned"

    assert "Нет дня, где хватит места всем." in words(shown)
    assert "Досмағамбетов" in words(shown)
    assert (refused.status_code, off.status_code, moved.status_code) == (422, 422, 303)
    assert "выходной" in off.text
    with reading() as session:
        assert session.get_one(ReceptionDay, walk.day_id).day == date(2025, 6, 30)


def test_a_second_look_costs_nothing_while_nothing_has_changed(browser: Browser) -> None:
    walk = browser.walk
    walk.start()
    walk.play(until="record_position")
    address = f"/reception/{walk.day_id}"

    first = browser.get(address)
    same = browser.get(address, **{"If-None-Match": first.headers["ETag"]})
    kazakh = browser.get(address, language="kk", **{"If-None-Match": first.headers["ETag"]})
    walk.complete("record_position", **walk.usual("record_position"))
    changed = browser.get(address, **{"If-None-Match": first.headers["ETag"]})

    assert (same.status_code, same.data) == (304, b"")
    assert (kazakh.status_code, changed.status_code) == (200, 200)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_page_speaks_every_language(browser: Browser, language: str) -> None:
    walk = browser.walk
    walk.start()
    walk.play(until="confirm_attendance")
    day = f"/reception/{walk.day_id}"

    for path in ("/reception", "/reception/considered", day, f"{day}/calls",
                 f"{day}/list", f"{day}/room", f"{day}/move", f"{day}/cancel",
                 "/reception/plan", f"/reception/booking/{walk.case_id}/move"):  # fmt: skip
        document = page(browser.get(path, language=language))
        assert document.get("lang") == language
        assert not re.search(r"\{\w+\}|reception\.\w+|None", words(document.get_element_by_id("main"))), path


@pytest.mark.parametrize(
    ("path", "role", "status"),
    [
        ("/reception", "office_admin", 403),
        ("/reception/plan", "reception_preparer", 403),
        ("/reception/99999", "reception_coordinator", 404),
        ("/reception/99999/room", "leadership", 404),
        ("/reception/booking/99999/move", "reception_coordinator", 404),
    ],
)
def test_pages_keep_to_their_readers(browser: Browser, path: str, role: str, status: int) -> None:
    assert browser.get(path, role=role).status_code == status
