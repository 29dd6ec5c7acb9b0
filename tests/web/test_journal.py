"""The journal of incoming documents and the monitoring bases of SevKazEnergo."""

import csv
import io
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from app.models import UserTask
from app.models.database import reading
from app.usecases.access import Actor, ForbiddenError
from app.usecases.incoming import file_sources, mail_sources, take_appeals
from tests.energy import HOUSEHOLD, EnergyWalk, energy
from tests.reception import at
from tests.site import dear_pages, site_over, told_otherwise
from tests.web.test_reception import Browser
from tests.web.test_visit import words


@pytest.fixture
def desk(database_url: str) -> Iterator[Browser]:
    """2 June 2025: a claim with a resolution, due on the 20th, and a proposal of the book in its base."""
    with energy(database_url, at("2025-06-02")) as walk:
        walk.written("claim", signed="no")
        walk.play("pass_copy", acknowledge={"acknowledgement": "mark"})
        walk.comes("book", "clerk")
        answers = {**HOUSEHOLD, "kind": "proposal", "substance": "=Открыть окно оплаты.", "nature": "bill"}
        walk.complete("scan_entry", **answers, appeal_files=[walk.scan("scan_entry")])
        walk.complete("enter_in_base", kind="proposal", marked=True)
        app = site_over(database_url)
        app.config["WTF_CSRF_ENABLED"] = False
        yield Browser(app, walk)


def cells(browser: Browser, place: str, login: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(browser.get(place, login).text.removeprefix("\ufeff")), delimiter=";"))


def test_ske_1_3_the_journal_shows_each_document_until_its_answer(desk: Browser) -> None:
    """SKE-0.1, SKE-1.2.3, SKE-1.3, SKE-1.6"""
    page = words(desk.get("/journal", "clerk"))
    other = words(desk.get("/journal?company=net", "clerk"))
    assert "АО «СЕВКАЗЭНЕРГО». Понедельник" in page
    assert "АО «Северо-Казахстанская электросеть». Понедельник" in other

    for said in ("1-С/2025", "02.06.2025", "Претензия", "не подписано", "Рассмотреть и ответить.", "20.06.2025"):
        assert said in page
    assert "ТОО «Севказэнергосбыт»" in page
    assert "Ничего не найдено" in other


def test_ske_1_6_a_late_document_is_told_and_comes_first(desk: Browser) -> None:
    """SKE-1.6, T-SKE-06: the counts are of what is chosen, on every page."""
    desk.walk.clock.moment = at("2025-06-21")

    page = words(desk.get("/journal?state=late&find=1-С", "secretary"))
    other = words(desk.get("/journal?company=net", "secretary"))
    beyond = words(desk.get("/journal?state=late&page=7", "secretary"))

    assert "Просрочено: 1." in page
    assert "1-С/2025" in page
    assert "Просроченных документов нет" in other
    assert "из 1" in beyond


def test_ske_1_3_a_document_is_open_until_its_reply_is_sent_whoever_still_holds_the_copy(desk: Browser) -> None:
    """SKE-1.3, SKE-3.8: sent on 11 June; on the 21st, after its term, the executor has the copy still."""
    desk.walk.written("claim")
    desk.walk.clock.moment = at("2025-06-11")
    desk.walk.play("hand_over_copy", acknowledge={"acknowledgement": "mark"})
    desk.walk.clock.moment = at("2025-06-21")

    late = [row[0] for row in cells(desk, "/journal/list.csv?state=late", "clerk")[1:]]
    answered = words(desk.get("/journal?state=answered", "clerk"))

    assert late == ["1-С/2025"]
    assert "2-С/2025" in answered
    assert "11.06.2025" in answered


def test_the_journal_is_printed_and_downloaded_as_chosen(desk: Browser) -> None:
    """SKE-1.6, R-SKE-IN: who has signed for the document stands there, too."""
    printed = words(desk.get("/journal?print=1&find=1-С", "clerk"))
    rows = cells(desk, "/journal/list.csv?kind=claim", "clerk")

    assert "Показано 1 из 1" in printed
    assert "Для печати" not in printed
    assert len(rows) == 2
    assert rows[1][0] == "1-С/2025"
    assert rows[1][6] == "не подписано"
    assert rows[1][9] == "с резолюцией начальнику отдела: Тұлға unit_head, 02.06.2025"
    assert f"Передано под подпись: {rows[1][9]}" in words(desk.get("/journal", "clerk"))


def test_ske_2_4_the_base_shows_serial_numbers_and_the_red_mark(desk: Browser) -> None:
    """SKE-2.4"""
    answer = desk.get("/monitoring?base=R-SKE-MR", "pr")
    rows = cells(desk, "/monitoring/list.csv?base=R-SKE-MR", "pr")

    assert 'class="red-mark"' in answer.text
    assert "●" in words(answer)
    assert rows[1][:2] == ["1", "●"]
    assert rows[1][4] == "Книга отзывов и предложений"
    assert rows[1][6] == "'=Открыть окно оплаты."
    assert "Книга отзывов и предложений · =Открыть окно оплаты." in words(answer)
    assert "В базе нет записей" in words(desk.get("/monitoring?base=R-SKE-MC", "pr"))


def test_ske_2_14_the_analysis_is_begun_from_the_base(desk: Browser) -> None:
    """SKE-2.14"""
    assert "Не рассмотрено предложений: 1." in words(desk.get("/monitoring", "pr"))

    answer = desk.post("/monitoring/analysis", {}, "pr")

    assert answer.status_code == 303
    with reading() as session:
        found = session.scalars(select(UserTask).where(UserTask.element == "analyse_proposals")).one()
    shown = words(desk.get(f"/tasks/{found.id}", "pr"))
    assert "=Открыть окно оплаты." in shown


@pytest.mark.parametrize(("place", "login"), [("/journal", "executor"), ("/monitoring", "clerk")])
def test_others_do_not_see_them(desk: Browser, place: str, login: str) -> None:
    """AC-07"""
    assert desk.get(place, login).status_code == 403
    assert desk.post("/monitoring/analysis", {}, "director").status_code == 403


def test_every_form_of_a_document_opens_with_what_is_known(desk: Browser) -> None:
    """The forms of the running tasks: a copy to monitoring, a resolution."""
    with reading() as session:
        tasks = session.scalars(select(UserTask).where(UserTask.status == "open").order_by(UserTask.id)).all()

    pages = {task.element: words(desk.get(f"/tasks/{task.id}", "clerk")) for task in tasks}

    assert "Кому передана копия" in pages["pass_copy"]
    assert "1-С/2025" in pages["pass_copy"]
    assert "Номер в базе мониторинга" in pages["pass_to_director"]


def test_ske_1_1_2_who_takes_no_written_appeals_in_makes_none_of_an_e_mail_or_a_file(desk: Browser) -> None:
    """SKE-1.1.2, SKE-1.1.4: written ones are the secretary's and the clerk's, calls the contact centre's."""
    operator, clerk = (
        Actor(1, "sevkazenergo", role, "ru", frozenset({role})) for role in ("ske_contact_centre", "ske_clerk")
    )

    assert [each.code for each in mail_sources(operator)] == ["site"]
    assert [each.code for each in mail_sources(clerk)] == ["written", "site"]
    assert [each.code for each in file_sources(clerk)] == ["site"]
    with pytest.raises(ForbiddenError):
        take_appeals("contact_centre", [], by=clerk)


def test_the_page_of_a_document_shows_where_its_reply_is_and_why_it_is_due_then(desk: Browser) -> None:
    """SKE-1.6, SKE-3.2: what the journal says of it, who has signed for it; the reply is a process of its own.

    Its picture, its term and its papers in two languages are told.
    """
    desk.walk.written("claim")
    desk.walk.play("consider")
    desk.walk.resolve("consider", "executor")
    desk.walk.play("draft_reply")
    case = desk.walk.case().id

    page = desk.get(f"/cases/{case}", "clerk").text
    whole = desk.get(f"/cases/{case}/diagram", "clerk").text
    task = words(desk.get(f"/tasks/{desk.walk.task('draft_reply').id}", "executor"))

    assert page.count('<svg class="full"') == 1
    assert "Подготовить" in page.partition('<svg class="full"')[2].partition("</svg>")[0]
    assert whole.count('<svg class="full"') == 2
    assert "Почему такой срок" in task
    assert "срок стоит в резолюции" in task
    assert "Рассмотреть и ответить." in page
    assert "с резолюцией начальнику отдела: Тұлға unit_head, 02.06.2025" in page
    assert "PDF каз" in page
    assert "PDF рус" in page


def test_the_page_of_any_case_or_task_is_read_by_few_statements(desk: Browser) -> None:
    assert isinstance(desk.walk, EnergyWalk)
    desk.walk.written("claim")
    desk.walk.reply()

    assert dear_pages(lambda path: desk.get(path, "clerk")) == {}
    assert told_otherwise(desk.walk.case_id) == set()
