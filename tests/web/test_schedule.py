"""The schedule of receptions: the coordinator's month and what the public sees of it."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO

import docx
import pytest
from lxml import html
from pypdf import PdfReader
from sqlalchemy import select

from app.models import ReceptionDay, RestrictionPeriod
from app.records.schedule import period_of
from app.records.schedule_acts import publish
from app.usecases.transaction import transaction
from tests.reception import at, kostanay
from tests.site import site_over
from tests.web.test_reception import Browser, page, select_all, words

MONTH = "/reception/plan?month=2025-06"


@pytest.fixture
def browser(database_url: str) -> Iterator[Browser]:
    """The office on Tuesday 3 June 2025 with a reception day on Friday 27 June."""
    with kostanay(database_url, at("2025-06-03")) as walk:
        app = site_over(database_url)
        app.config["WTF_CSRF_ENABLED"] = False
        walk.reception_day(date(2025, 6, 27))
        yield Browser(app, walk)


def test_the_month_shows_days_by_official_and_who_has_too_few(browser: Browser) -> None:
    """KST-DAY-1: an ordinary day is no unified day, so the month is short of one."""
    month = page(browser.get(MONTH))

    assert words(select_all(month, "h1")[0]) == "График приёма: июнь 2025"
    assert "пт 27.06.2025 , 10:00–12:00" in words(month)
    assert "не опубликован" in words(month)
    assert "В месяц нужно не меньше 1: единый день приема граждан (KST-DAY-1)" in words(month)


@pytest.mark.parametrize(("language", "heading"), [("kk", "Қабылдау кестесі: 2025 жылғы маусым"), ("en", "June 2025")])
def test_the_month_is_read_in_each_language(browser: Browser, language: str, heading: str) -> None:
    month = page(browser.get(MONTH, language=language))

    assert heading in words(select_all(month, "h1")[0])


def test_an_office_in_which_nobody_receives_yet_says_what_is_missing(browser: Browser) -> None:
    """As in the year before anybody was given the role of an official."""
    month = page(browser.get("/reception/plan?month=2018-05"))

    assert "Пока никто не принимает" in words(month)
    assert month.xpath("//select[@name='official_id']") == []


def test_cases_say_that_there_are_none_or_that_the_search_is_too_narrow(browser: Browser) -> None:
    assert "Пока нет ни одного дела" in words(page(browser.get("/cases")))
    assert "Расширьте поиск" in words(page(browser.get("/cases?find=Никто")))


def test_a_period_is_closed_and_opened_on_the_page(browser: Browser) -> None:
    form = {"who": "", "first": "26.06.2025", "last": "30.06.2025", "why": "Ремонт зала"}

    closed = browser.post("/reception/plan/closed?month=2025-06", form)
    month = page(browser.get(MONTH))
    opened = browser.post(month.xpath("//form[contains(@action, '/open')]")[0].get("action"), {"month": "2025-06"})

    assert (closed.status_code, opened.status_code) == (303, 303)
    assert closed.location == "/reception/plan?month=2025-06"
    assert "Ремонт зала (26.06.2025 – 30.06.2025)" in words(select_all(month, ".note")[0])
    assert "Закрытых периодов нет" not in words(month)
    assert "В этом месяце закрытых периодов нет." in words(page(browser.get(MONTH)))


def test_what_is_wrong_with_a_period_stands_at_its_field(browser: Browser) -> None:
    answer = browser.post("/reception/plan/closed?month=2025-06", {"first": "вчера", "why": ""})

    assert answer.status_code == 422
    assert "Напишите первый день" in answer.text
    assert "Напишите причину." in answer.text


def test_who_does_not_plan_days_does_not_see_the_month(browser: Browser) -> None:
    assert browser.get(MONTH, role="leadership").status_code == 403
    assert (
        browser.post("/reception/plan/closed", {"first": "26.06.2025", "why": "x"}, role="controller").status_code
        == 403
    )


def publish_month(browser: Browser, month: date = date(2025, 6, 1)) -> None:
    """What is planned in the month becomes public."""
    with transaction() as session:
        row = period_of(session, browser.walk.office, month)
        publish(session, row.id, by=None, now=browser.walk.now)


def open_page(browser: Browser, path: str = "/schedule/kostanay", language: str = "ru") -> html.HtmlElement:
    """The page as somebody sees it who has not signed in, on the demo's clock."""
    browser.get("/reception")  # sets the installation's clock to the story's
    client = browser.app.test_client()
    client.set_cookie("language", language)
    return page(client.get(path))


def test_the_public_page_lists_the_acts_on_which_receptions_stand(browser: Browser) -> None:
    """KST-LAW, KST-LAW-1, KST-LAW-2, KST-LAW-3, KST-LAW-4"""
    [panel] = open_page(browser).xpath("//section[@aria-labelledby='acts']")

    listed = [words(each) for each in select_all(panel, "li")]

    dated = ("12 января 2007 года № 221", "8 сентября 2020 года № 560", "31 октября 2018 года № 703", "№ 20 от 30 мая")
    assert len(listed) == 4
    assert all(date_and_number in act for date_and_number, act in zip(dated, listed, strict=True))


def test_the_public_page_has_the_tasks_of_the_department_in_their_groups(browser: Browser) -> None:
    """KST-TASK, KST-TASK-2, KST-TASK-4, KST-TASK-5: 37 types, of which 2.1–2.6, 4.1–4.7 and 5.1–5.7"""
    groups = open_page(browser).xpath("//section[@aria-labelledby='tasks']/details")

    opened = {
        words(group.find("summary"))[0]: [words(each).split(". ")[0] for each in select_all(group, "li")]
        for group in groups
    }

    assert {number: len(types) for number, types in opened.items()} == {
        "1": 9, "2": 6, "3": 6, "4": 7, "5": 7, "6": 2,
    }  # fmt: skip
    assert opened["2"] == [f"2.{n}" for n in range(1, 7)]
    assert opened["4"] == [f"4.{n}" for n in range(1, 8)]
    assert opened["5"] == [f"5.{n}" for n in range(1, 8)]
    assert "курирующего заместителя" in words(groups[1])


def test_kst_sch_0_the_public_page_has_the_block_of_schedules(browser: Browser) -> None:
    """KST-SCH-0, KST-SCH-1: only what is published, with surname, name, patronymic and the days, in both languages."""
    before = open_page(browser)
    publish_month(browser)
    russian, kazakh = open_page(browser), open_page(browser, language="kk")

    assert "Графики приема: Июнь 2025" in words(before).replace("июнь", "Июнь")
    assert "ещё не опубликован" in words(before)
    name = words(select_all(russian, "article h2")[0])
    assert name
    assert "Пятница, 27 июня 2025" in words(russian)
    assert name in words(kazakh)
    assert "2025 жылғы 27 маусым" in words(kazakh)
    assert select_all(russian, "script") == []


def test_a_cancelled_day_stays_visible_as_cancelled(browser: Browser) -> None:
    publish_month(browser)
    with transaction() as session:
        session.get_one(ReceptionDay, browser.walk.day_id).status = "cancelled"

    assert "Приём отменён" in words(open_page(browser))
    assert "27 июня" not in words(select_all(open_page(browser, "/schedule/kostanay/sheet?month=2025-06"), "table")[0])


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("Канцелярия", "8-7142-575-086"),
        ("Приемная", "8-7142-575-084"),
        ("Телефон доверия", "8-7142-749-000"),
        ("Уполномоченный по этике", "8-7142-530-830"),
        ("Бюро пропусков", "8-7142-575-777"),
        ("Email", "akim@kostanay.gov.kz"),
        ("Адрес", "110000, г. Костанай, пр. Аль-Фараби, 66"),
    ],
)
def test_the_contacts_stand_at_their_names(browser: Browser, label: str, value: str) -> None:
    """KST-SITE, KST-SITE-6, KST-SITE-7, KST-SITE-8, KST-SITE-9, KST-SITE-10, KST-SITE-11, KST-SITE-12"""
    contacts = open_page(browser).get_element_by_id("contacts")

    lines = dict(zip(map(words, select_all(contacts, "dt")), map(words, select_all(contacts, "dd")), strict=True))

    assert value in lines[label]


def test_the_blocks_of_the_site_stand_around_the_schedule(browser: Browser) -> None:
    """KST-SITE-1, KST-SITE-2, KST-SITE-3, KST-SITE-4, KST-SITE-5"""
    shown = open_page(browser)
    header, menu = (words(each) for each in select_all(shown, "ul.chips"))
    directory = next(each for each in select_all(shown, "a") if words(each) == "Справочник сотрудников")

    assert header == "Государственные органы e.gov RU Вход/Регистрация"
    assert "Акимат Костанайской области" in words(shown)
    assert menu.startswith("Аппарат акима Деятельность Документы Пресс-центр Контакты")
    assert words(select_all(shown, "ol.crumbs")[0]) == "Главная Акимат Контакты"
    assert shown.get_element_by_id(directory.get("href").removeprefix("#")) is not None


def test_kst_site_6_the_address_is_the_usual_place_of_a_reception(browser: Browser) -> None:
    walk = browser.walk
    walk.start(applicant_language="ru")
    walk.play(until="record_position")

    assert "пр. Аль-Фараби, 66" in walk.letters("appointment")[0].body


def test_kst_sch_1_the_sheet_of_the_board_is_in_both_languages(browser: Browser) -> None:
    """KST-SCH-1: as a page to print and as documents."""
    publish_month(browser)
    sheet = words(open_page(browser, "/schedule/kostanay/sheet?month=2025-06"))
    client = browser.app.test_client()
    pdf = client.get("/schedule/kostanay/2025-06.ru.pdf")
    word = client.get("/schedule/kostanay/2025-06.kk.docx")

    assert "2025 жылғы 27 маусым, жұма" in sheet.lower()
    assert "пятница, 27 июня 2025" in sheet.lower()
    printed = " ".join("".join(each.extract_text() for each in PdfReader(BytesIO(pdf.data)).pages).split())
    assert "27.06.2025" in printed
    tables = docx.Document(BytesIO(word.data)).tables
    cells = [cell.text for table in tables for row in table.rows for cell in row.cells]
    assert "27.06.2025, жұма" in cells


def test_there_is_no_page_of_an_office_or_month_that_does_not_exist(browser: Browser) -> None:
    client = browser.app.test_client()

    answers = [
        client.get(path).status_code
        for path in (
            "/schedule/nowhere",
            "/schedule/kostanay?month=soon",
            "/schedule/kostanay/soon.ru.pdf",
            "/schedule/nowhere/2025-06.ru.pdf",
        )
    ]

    assert answers == [404] * 4


def test_the_month_is_passed_on_from_its_page(browser: Browser) -> None:
    form = {"month": "2025-06"}

    first = browser.post("/reception/plan/approval", form)
    browser.walk.work()
    state = words(select_all(page(browser.get(MONTH)), ".head .status")[0])
    second = browser.post("/reception/plan/approval", form)

    assert first.location == "/reception/plan?month=2025-06"
    assert state == "На утверждении"
    assert browser.post("/reception/plan/approval", form, role="leadership").status_code == 403
    assert second.status_code == 409
    assert "уже на утверждении" in second.text


def test_a_day_is_changed_on_its_page(browser: Browser) -> None:
    """KST-S07.2: the form shows the day as it stands, the public page and the sheet what changed, and when."""
    publish_month(browser)
    address = f"/reception/{browser.walk.day_id}/change"
    form = page(browser.get(address))
    shown = {
        each.get("name"): each.get("value") for each in select_all(form, "form input") if each.get("type") == "text"
    }
    typed = {**shown, "mode": "videoconference", "place": "videoconference", "seats": "3"}

    answer = browser.post(address, {**typed, "reason": "Зал занят"})
    browser.walk.work()

    assert shown == {"starts": "10:00", "ends": "12:00", "minutes": "20", "seats": "1"}
    assert (answer.status_code, answer.location) == (303, f"/reception/{browser.walk.day_id}")
    assert "записано 0 из 18" in words(page(browser.get(MONTH)))
    assert "изменён вт 03.06.2025" in words(page(browser.get(MONTH)))
    public = words(open_page(browser))
    assert "Видеоконференцсвязь" in public
    assert "После публикации изменён 03.06.2025" in public
    sheet = words(open_page(browser, "/schedule/kostanay/sheet?month=2025-06"))
    assert "По видеоконференцсвязи" in sheet
    assert "Жарияланғаннан кейін 03.06.2025 өзгерді" in sheet
    again = words(page(browser.get(address)))
    assert "Мест на одно время: 1 → 3" in again
    assert "Форма: Лично → По видеоконференцсвязи" in again


def test_who_would_lose_her_place_is_named_with_a_way_to_move_her(browser: Browser) -> None:
    walk = browser.walk
    walk.start()
    walk.play(until="record_position")
    address = f"/reception/{walk.day_id}/change"
    typed = {"mode": "in_person", "starts": "11:00", "ends": "12:00", "minutes": "20", "seats": "1", "reason": "Зал"}

    answer = browser.post(address, typed)

    told = html.fromstring(answer.text)
    assert answer.status_code == 409
    (link,) = select_all(told, ".summary a")
    assert link.get("href") == f"/reception/booking/{walk.case_id}/move"
    assert words(link).startswith("Перенести: 10:00")
    assert told.get_element_by_id("starts").get("value") == "11:00"


def test_what_is_wrong_with_a_change_stands_at_its_field(browser: Browser) -> None:
    address = f"/reception/{browser.walk.day_id}/change"

    answer = browser.post(address, {"mode": "in_person", "starts": "11:00", "ends": "9", "reason": "Зал"})

    assert answer.status_code == 422
    assert "Конец приёма должен быть позже начала." in answer.text
    assert browser.get(address, role="leadership").status_code == 403


def test_kst_vks_1_restrictions_publish_the_schedule_anew_with_their_reason(browser: Browser) -> None:
    """KST-VKS-1, KST-SCH-1: the public page, the sheet and the document; lifted, as before in a third edition."""
    publish_month(browser)
    sent = {"cause": "pandemic", "first_day": "23.06.2025", "last_day": "30.06.2025", "basis": "Приказ № 7"}

    browser.post("/reception/restrictions", sent)
    browser.walk.pass_time_to(at("2025-06-03", "10:05"))
    public = words(open_page(browser))
    sheet = words(open_page(browser, "/schedule/kostanay/sheet?month=2025-06"))
    pdf = browser.app.test_client().get("/schedule/kostanay/2025-06.ru.pdf")
    with transaction() as session:
        restriction = session.scalars(select(RestrictionPeriod.id)).one()
    browser.post(f"/reception/restrictions/{restriction}/lift", {"last_day": "24.06.2025", "sure": "yes"})
    browser.walk.pass_time_to(at("2025-06-03", "10:10"))
    again = words(open_page(browser))

    assert "По видеоконференцсвязи: ограничения из-за пандемии: 23.06.2025 – 30.06.2025" in public
    assert "выпуск 2" in public
    assert "После публикации изменён 03.06.2025" in public
    assert "пандемияға байланысты шектеулер: 23.06.2025 – 30.06.2025" in sheet
    printed = " ".join("".join(each.extract_text() for each in PdfReader(BytesIO(pdf.data)).pages).split())
    assert "ограничения из-за пандемии" in printed
    assert "выпуск 3" in again
    assert "пандемии" not in again


def test_days_on_which_the_whole_office_is_closed_are_published(browser: Browser) -> None:
    """KST-SCH-1: with the reason; why one official is away stays inside the office."""
    publish_month(browser)
    days = {"first": "19.06.2025", "last": "20.06.2025"}

    browser.post("/reception/plan/closed", {"who": "", **days, "why": "Ремонт зала"})
    browser.post("/reception/plan/closed", {"who": str(browser.walk.people["leadership"]), **days, "why": "Лечение"})
    browser.walk.pass_time_to(at("2025-06-03", "10:05"))
    public = words(open_page(browser))
    sheet = words(open_page(browser, "/schedule/kostanay/sheet?month=2025-06"))
    word = browser.app.test_client().get("/schedule/kostanay/2025-06.ru.docx")

    assert "выпуск 2" in public
    for shown in (public, sheet):
        assert "19.06.2025 – 20.06.2025" in shown
        assert "Ремонт зала" in shown
        assert "Лечение" not in shown
    said = " ".join(each.text for each in docx.Document(BytesIO(word.data)).paragraphs)
    assert "19.06.2025 – 20.06.2025: Ремонт зала" in said


def test_the_month_says_which_days_wait_for_approval(browser: Browser) -> None:
    """KST-SCH-1"""
    browser.post("/reception/plan/approval", {"month": "2025-06"})

    waiting = words(page(browser.get(MONTH)))

    assert "не опубликован запись после утверждения" in waiting
