"""The pages of KTEK's people: the register of complaints, the plan with its report, consultations."""

import io
from collections.abc import Iterator
from zipfile import ZipFile

import pytest

from app.queries.consultations import hours_of
from app.queries.grievances import SORTS
from tests.ktek import KtekWalk, ktek
from tests.reception import at
from tests.site import dear_pages, heard, site_over, told_otherwise
from tests.web.test_reception import Browser, page, select_all, words

PUBLIC = "Общественность — население г. Костанай и другие потребители услуг ГКП «КТЭК»"
MONTHS = ("2025-06", "2025-07")
BILLING = {"categorise": {"nature": "billing"}, "accept_grievance": {"substance": "Счёт вдвое больше."}}


@pytest.fixture
def browser(database_url: str) -> Iterator[Browser]:
    """KTEK on Monday 2 June 2025."""
    with ktek(database_url, at("2025-06-02")) as walk:
        app = site_over(database_url)
        app.config["WTF_CSRF_ENABLED"] = False
        yield Browser(app, walk)


def walk_of(browser: Browser) -> KtekWalk:
    assert isinstance(browser.walk, KtekWalk)
    return browser.walk


def rows(browser: Browser, path: str, role: str = "ktek_office") -> list[str]:
    """The lines of the table of a page."""
    return [words(row) for row in select_all(page(browser.get(path, role)), "tbody tr")]


def test_ktek_3_1_2_the_register_is_selected_and_sorted_and_goes_into_files(browser: Browser) -> None:
    """KTEK-3.1.1, KTEK-3.1.2, RPT-KTEK-S: three of June 2025, one of them on billing."""
    walk = walk_of(browser)
    walk.file()
    walk.finish()
    walk.pass_time_to(at("2025-06-10"))
    walk.file("phone")
    walk.play("consider", **BILLING)
    walk.pass_time_to(at("2025-06-11"))
    walk.file("post")
    walk.play("agree_decision")
    june = "first=2025-06-02&last=2025-06-30"

    every = rows(browser, f"/grievances?{june}&sort=number")
    billing = rows(browser, f"/grievances?{june}&nature=billing")
    agreed = rows(browser, "/grievances?state=agreement")
    early = rows(browser, "/grievances?last=2025-06-09")
    found = rows(browser, "/grievances?find=вдвое&source=phone&category=complaint&print=1")
    csv = browser.get("/grievances/list.csv?nature=billing", "ktek_office").get_data().decode("utf-8-sig")
    book = ZipFile(io.BytesIO(browser.get(f"/grievances/list.xlsx?{june}", "ktek_office").get_data()))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()

    assert [each.split()[0] for each in every] == ["Вх-0001/2025", "Вх-0002/2025", "Вх-0003/2025"]
    assert len(billing) == 1
    assert "Начисления и оплата" in billing[0]
    assert [each.split()[0] for each in agreed] == ["Вх-0003/2025"]
    assert [each.split()[0] for each in early] == ["Вх-0001/2025"]
    assert all(f"{state}: 02.06.2025, 10:00" in early[0] for state in ("регистрация", "утверждение", "хранение"))
    assert "Исх-0001/2025 удовлетворено" in early[0]
    assert found == billing
    assert [line.split(";")[0] for line in csv.splitlines()] == ["Входящий номер", "Вх-0002/2025"]
    assert sheet.count("<row ") == 4


def test_ktek_3_1_2_no_two_rows_are_equal_in_any_order_so_none_is_lost_between_pages() -> None:
    """KTEK-3.1.2"""
    assert all("grievance.case_id" in order for order in SORTS.values())


@pytest.mark.parametrize("path", ["/grievances", "/consultations", "/plan/report"])
def test_a_day_that_does_not_exist_is_said_at_its_field(browser: Browser, path: str) -> None:
    shown = page(browser.get(f"{path}?first=31.02.2025&last=5.6.2025", "ktek_office"))
    (wrong,) = shown.xpath("//input[@name='first']")
    (right,) = shown.xpath("//input[@name='last']")

    assert (wrong.get("value"), wrong.get("aria-invalid")) == ("31.02.2025", "true")
    assert "Такого дня нет" in words(shown.get_element_by_id(wrong.get("aria-describedby")))
    assert (right.get("value"), right.get("aria-invalid")) == ("05.06.2025", None)


def test_ktek_3_1_2_complaints_stand_on_the_map_by_the_part_of_the_city(browser: Browser) -> None:
    """KTEK-3.1.2: one of the list, one of another place, one that says nothing."""
    walk = walk_of(browser)
    for place in ({"district": "airport"}, {"district": "other", "district_other": "Рудный"}, {}):
        walk.file()
        walk.play("categorise", accept_grievance=place)
    span = "first=2025-06-01&last=2025-06-30"

    tiles = [words(each) for each in select_all(page(browser.get(f"/analysis?{span}", "ktek_director")), "#map li")]
    found = rows(browser, "/appeals?district=Аэропорт")

    assert [each for each in tiles if each.startswith("Аэропорт 1")]
    assert [each for each in tiles if each.startswith("Рудный 1")]
    assert len(found) == 1
    assert "Аэропорт" in words(page(browser.get(f"/cases/{walk.cases()[0]}", "ktek_office")))
    assert browser.get(f"/analysis?{span}", "ktek_executor").status_code == 403


def test_ktek_0_1_and_0_2_the_plan_shows_its_stamp_and_three_sections(browser: Browser) -> None:
    """KTEK-0.1, KTEK-0.2, KTEK-1, KTEK-2, KTEK-3.B, KTEK-3.C"""
    shown = page(browser.get("/plan", "ktek_sep"))
    sections = [words(each) for each in select_all(shown, ".stackv > h2")]
    measures = [words(each).split(". ")[0] for each in select_all(shown, "article h3")]
    text = words(shown)

    assert "и.о. Директора ГКП «КТЭК» Бекпаганбетов А.У. 23.05.2016" in text
    assert [each[:2] for each in sections] == ["1.", "2.", "3."]
    assert measures == [*(f"1.{n}" for n in range(1, 7)), *(f"2.{n}" for n in range(1, 8))]
    assert "Административное здания ГКП «КТЭК»" in text
    assert text.count("Предоставление актуальной информации по проектам ЕБРР") == 14
    assert PUBLIC in text


def test_ktek_3_1_1_the_page_of_a_case_tells_its_document_its_event_or_its_consultation(browser: Browser) -> None:
    walk = walk_of(browser)
    told = {}
    for begin in (walk.file, lambda: walk.plan_measure("1.1"), lambda: walk.consult("visit")):
        begin()
        walk.finish()
        told[walk.case().kind] = words(page(browser.get(f"/cases/{walk.case_id}", "ktek_director")))

    assert "Входящий номер Вх-0001/2025" in told["appeal"]
    assert "02.06.2025, 10:00 · регистрация · Вх-0001/2025" in told["appeal"]
    assert "Исходящий документ Исх-0001/2025" in told["appeal"]
    assert "Итог Информация размещена. Ссылка № 45 от 12.06.2025" in told["plan_event"]
    assert "Ответ По прибору учёта дома." in told["consultation"]


def test_ktek_1_the_report_of_the_plan_tells_done_planned_and_overdue(browser: Browser) -> None:
    """KTEK-1, KTEK-1.1, KTEK-2, KTEK-1.2, RPT-KTEK-P"""
    walk = walk_of(browser)
    begun = browser.post("/plan/events", {"measure": "1.1"}, "ktek_sep")
    walk.case_id = walk.cases("plan_event")[0]
    walk.finish()
    browser.post("/plan/needs", {"measure": "1.2"}, "ktek_sep")
    walk.pass_time_to(at("2025-06-02", "10:05"))
    walk.case_id = walk.cases("plan_event")[1]
    walk.complete("plan_event", **walk.usual("plan_event"))
    walk.plan_measure("2.2")
    walk.complete("plan_event", **{**walk.usual("plan_event"), "planned_at": "2025-06-20"})
    walk.pass_time_to(at("2025-06-16"))

    report = rows(browser, "/plan/report", "ktek_sep")
    overdue = rows(browser, "/plan/report?state=overdue", "ktek_sep")
    csv = browser.get("/plan/report.csv?state=done", "ktek_sep").get_data().decode("utf-8-sig").splitlines()
    late = page(browser.get("/plan/report", "ktek_sep"))
    plan = words(page(browser.get("/plan", "ktek_sep")))

    assert begun.status_code == 303
    assert "М-001/2025 Выполнено 12.06.2025 · газеты «Костанайские новости», «Наш Костанай» · № 45" in plan
    assert [(each.split()[1], "Выполнено" in each) for each in report if each.startswith("1.1")] == [
        ("М-001/2025", True)
    ]
    assert [each[:4] for each in overdue] == ["1.2."]
    assert [words(each) for each in select_all(late, ".views a")] == [
        *("Все 3", "Выполнено 1", "Запланировано 1", "Просрочено 1"),
    ]
    assert csv[0].startswith("Мера;Номер;Ответственный")
    assert "1.1;М-001/2025" in csv[1]
    assert "№ 45 от 12.06.2025" in csv[1]


def test_ktek_2_6_help_with_allowances_is_counted_apart(browser: Browser) -> None:
    """KTEK-2.4, KTEK-2.5, KTEK-2.6"""
    walk = walk_of(browser)
    for channel, allowance in (("visit", "yes"), ("phone", "no")):
        walk.consult(channel)
        walk.finish(consult={"allowance": allowance})
    begun = browser.post("/consultations", {"channel": "hotline"}, "ktek_dispatcher")
    walk.case_id = walk.cases("consultation")[2]
    walk.finish()

    shown = page(browser.get("/consultations", "ktek_sep"))
    helped = rows(browser, "/consultations?view=allowance", "ktek_sep")
    csv = browser.get("/consultations/list.csv?view=hotline", "ktek_sep").get_data().decode("utf-8-sig")
    reports = [" ".join(rows(browser, f"/plan/report?first={month}-01&last={month}-28")) for month in MONTHS]
    plan = words(page(browser.get("/plan", "ktek_sep")))

    assert begun.status_code == 303
    assert [words(each) for each in select_all(shown, ".views a")] == [
        *("Все 3", "Служба 2", "«Горячая» линия 1", "Жилищные пособия 1", "С жалобой 0"),
    ]
    assert len(helped) == 1
    assert len(csv.splitlines()) == 2
    assert plan.count("Проведено: 1") == 2
    assert [(each.count("Проведено: 1"), each.count("Проведено: 2")) for each in reports] == [(2, 1), (0, 0)]


def test_ktek_2_5_a_dispatcher_sees_the_calls_of_the_hotline_and_no_case_of_the_others(browser: Browser) -> None:
    """KTEK-2.5"""
    walk = walk_of(browser)
    walk.file()
    walk.consult("visit")
    walk.finish()
    begun = browser.post("/consultations", {"channel": "hotline"}, "ktek_dispatcher").location
    task = page(browser.get(begun, "ktek_dispatcher"))
    walk.case_id = walk.cases("consultation")[1]
    walk.finish()

    shown = page(browser.get("/consultations", "ktek_dispatcher"))
    closed = ("/grievances", "/grievances/list.csv", "/cases", f"/cases/{walk.case_id}", "/appeals")
    csv = browser.get("/consultations/list.csv", "ktek_dispatcher").get_data().decode("utf-8-sig")
    seen = (shown, task, *(page(browser.get(path, "ktek_dispatcher")) for path in ("/plan", "/plan/report", "/tasks")))
    places = {each.get("href", "") for each in seen for each in select_all(each, "a")}

    assert [words(each).split()[0] for each in select_all(shown, "tbody tr")] == ["КН-0002/2025"]
    assert words(select_all(shown, ".views a")[0]) == "Все 1"
    assert len(csv.splitlines()) == 2
    assert {browser.get(path, "ktek_dispatcher").status_code for path in closed} == {403}
    assert [each for each in places if each.startswith(("/cases", "/grievances", "/appeals"))] == []
    assert "/consultations" in places


def test_ktek_2_4_and_2_5_hours_of_the_service_and_of_the_hotline(browser: Browser) -> None:
    """KTEK-2.4, KTEK-2.5, T-KTEK-03, T-KTEK-04: 6 June is a public holiday, 9 June a Monday."""
    service = dict(hours_of("ktek", "visit", at("2025-06-06").date(), 4))
    hotline = dict(hours_of("ktek", "hotline", at("2025-06-06").date(), 4))

    assert [f"{day:%m-%d}" for day, hours in service.items() if hours] == ["06-09"]
    assert service[at("2025-06-09").date()] == "08:00–12:00, 13:00–17:00"
    assert set(hotline.values()) == {"00:00–24:00"}


def test_ktek_2_3_the_service_books_the_director_from_the_plan(browser: Browser) -> None:
    answer = browser.post("/plan/bookings", {}, "ktek_sep")

    assert answer.status_code == 303
    assert words(select_all(page(browser.get(answer.location, "ktek_sep")), "h1")[0]) == "Записать на время"


def test_ktek_2_3_the_journal_says_whom_the_director_receives_and_what_came_of_it(browser: Browser) -> None:
    """KTEK-2.3, R-RECEPTION: one received on Thursday, one who did not come, one booked for Wednesday after 17:00."""
    walk = walk_of(browser)
    for day, hour in (("2025-06-05", "09:00"), ("2025-06-05", "10:00"), ("2025-06-11", "17:00")):
        walk.ask_for_director()
        walk.complete("book_slot", **walk.usual("book_slot"), slot=walk.slot_at(at(day, hour)))
    walk.pass_time_to(at("2025-06-05", "10:30"))
    for case_id, came in zip(walk.cases("director_reception"), ("yes", "no"), strict=False):
        walk.case_id = case_id
        walk.complete("receive_consumer", **{**walk.usual("receive_consumer"), "came": came})

    today = rows(browser, "/director", "ktek_director")
    thursday = rows(browser, "/director?first=05.06.2025&last=05.06.2025", "ktek_office")
    csv = browser.get("/director/list.csv", "ktek_sep").get_data().decode("utf-8-sig").splitlines()

    assert [each[:17] for each in today] == ["05.06.2025, 09:00", "05.06.2025, 10:00", "11.06.2025, 17:00"]
    assert [word in row for word, row in zip(("принят", "не пришёл", "записан"), today, strict=True)] == [True] * 3
    assert "Подключение дома к теплу. " in today[0]
    assert "Дом подключат до 1 сентября." in today[0]
    assert thursday == today[:2]
    assert len(csv) == 4
    assert "/director" in browser.get("/plan", "ktek_director").text
    assert browser.get("/director", "ktek_dispatcher").status_code == 403


def test_ktek_3_the_public_page_tells_where_complaints_are_filed(browser: Browser) -> None:
    """KTEK-3.C, KTEK-3.E, KTEK-1.D"""
    walk_of(browser).ask_for_director()

    shown = words(page(browser.get("/schedule/ktek", "ktek_sep")))

    assert "Место подачи жалоб и обращений Административное здания ГКП «КТЭК»" in shown
    assert "57-70-24, 57-70-01, 999-120" in shown
    assert "gkpktek@gmail.com" in shown


@pytest.mark.parametrize(
    ("path", "role", "answer"),
    [
        ("/grievances", "ktek_builder", 403),
        ("/plan", "ktek_builder", 403),
        ("/consultations", "ktek_builder", 403),
        ("/tasks", "ktek_builder", 200),
        ("/grievances/list.doc", "ktek_office", 404),
        ("/plan", "ktek_director", 200),
    ],
)
def test_the_contractor_sees_its_tasks_alone(browser: Browser, path: str, role: str, answer: int) -> None:
    assert browser.get(path, role).status_code == answer


def test_the_register_and_the_plan_are_read_by_few_statements(browser: Browser) -> None:
    walk = walk_of(browser)
    for _ in range(2):
        walk.file()
        walk.play("consider")
    counts = []
    for path in ("/grievances", "/plan", "/consultations"):
        with heard() as said:
            page(browser.get(path, "ktek_director"))
        counts.append(len(said))

    assert max(counts) <= 12, counts


def test_the_sentences_of_the_pages_stand_in_three_languages(browser: Browser) -> None:
    for path in ("/grievances", "/plan", "/plan/report", "/consultations"):
        heads = {
            language: words(select_all(page(browser.get(path, "ktek_sep", language)), "h1")[0])
            for language in ("kk", "ru", "en")
        }
        assert len(set(heads.values())) == 3


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ru", "Вид дела Мероприятие плана"),
        ("kk", "Істің түрі Жоспар іс-шарасы"),
        ("en", "Kind of case Plan event"),
    ],
)
def test_the_task_of_a_plan_event_speaks_of_no_applicant(browser: Browser, language: str, said: str) -> None:
    walk = walk_of(browser)
    walk.plan_measure("1.1")
    task = walk.task("plan_event")

    shown = words(page(browser.get(f"/tasks/{task.id}", "ktek_sep", language)))

    assert said in shown
    assert not any(word in shown for word in ("Заявитель", "Өтініш беруші", "Applicant"))


def test_the_page_of_any_case_or_task_is_read_by_few_statements(browser: Browser) -> None:
    walk = walk_of(browser)
    grievance = walk.file()
    walk.finish()
    walk.plan_measure("1.5")
    walk.complete("plan_event", **walk.usual("plan_event"))
    walk.ask_for_director()
    walk.consult("hotline")

    assert dear_pages(lambda path: browser.get(path, "ktek_sep")) == {}
    assert told_otherwise(grievance) == set()
