"""The pages of periodic reports: the list, one report, and the same rows as CSV, XLSX, PDF and DOCX."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from zipfile import ZipFile

import docx
import pypdf
import pytest
from lxml import etree

from app.models import Office, Report
from app.usecases.transaction import transaction
from tests.karaganda_requests import a_request
from tests.reception import at, karaganda, kostanay
from tests.site import site_over
from tests.web.test_reception import Browser, page, words

QUARTER = "/reports/quarterly_akim/2025-07-01"


@pytest.fixture
def browser(database_url: str) -> Iterator[Browser]:
    """Karaganda on Wednesday 10 September 2025 with one request."""
    with karaganda(database_url, at("2025-09-10")) as walk:
        app = site_over(database_url)
        app.config["WTF_CSRF_ENABLED"] = False
        a_request(walk, channel="call_centre")
        yield Browser(app, walk)


def shown(browser: Browser, path: str = QUARTER) -> list[list[str]]:
    """The rows of the table of a report, as the page has them."""
    document = page(browser.get(path, "dept_head"))
    return [[words(cell).removeprefix("– ") for cell in row.xpath("./td")] for row in document.xpath("//tbody/tr")]


def test_krg_40_the_list_says_which_report_is_due_when(browser: Browser) -> None:
    document = page(browser.get("/reports", "dept_head"))

    (first, second) = document.xpath("//tbody/tr")
    assert "Информация о результатах работы Отдела" in words(first)
    assert "01.07.2025–30.09.2025" in words(first)
    assert "период идёт" in words(first)
    assert "KRG-38" in words(second)


def test_krg_40_a_quarter_whose_report_was_not_sent_is_overdue(browser: Browser) -> None:
    browser.walk.clock.moment = at("2025-10-01")

    document = page(browser.get(QUARTER, "akim_office_head"))

    assert "просрочен" in words(document)


def test_every_file_holds_the_rows_of_the_page(browser: Browser) -> None:
    rows = shown(browser)
    assert ["Поступило обращений о записи на приём", "1"] in rows
    assert ["Через Call-центр Отдела", "1"] in rows

    found = {form: browser.get(f"{QUARTER}/{form}", "dept_head") for form in ("csv", "xlsx", "pdf", "docx")}

    assert all(answer.status_code == 200 for answer in found.values())
    assert list(csv.reader(io.StringIO(found["csv"].data.decode("utf-8-sig")), delimiter=";")) == rows
    assert sheet(found["xlsx"].data) == rows
    table = max(docx.Document(io.BytesIO(found["docx"].data)).tables, key=lambda each: len(each.rows))
    assert [[cell.text.removeprefix("– ") for cell in row.cells] for row in table.rows][1:] == rows
    text = "".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(found["pdf"].data)).pages)
    assert all("".join(label.split()) in "".join(text.split()) for label, _ in rows)


def sheet(content: bytes) -> list[list[str]]:
    """The cells of the first sheet of a workbook."""
    with ZipFile(io.BytesIO(content)) as book:
        assert book.testzip() is None
        tree = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    return [["".join(cell.itertext()) for cell in row] for row in tree.iterfind(".//{*}row")]


def test_what_was_sent_stays_as_it_was_sent(browser: Browser) -> None:
    with transaction() as session:
        session.add(
            Report(
                office_id="karaganda",
                kind="quarterly_akim",
                period_from=date(2025, 7, 1),
                period_to=date(2025, 9, 30),
                due_at=at("2025-09-30", "18:30"),
                begun_at=at("2025-09-16"),
                figures={
                    "rows": [
                        {
                            "code": "requests",
                            "label": {"kk": "Б", "ru": "Обращений", "en": "R"},
                            "value": "7",
                            "part": False,
                        }
                    ]
                },
                comment="Пояснение.",
                sent_at=at("2025-09-17"),
                sent_to=["Аким"],
            )
        )

    assert shown(browser) == [["Обращений", "7"]]
    assert "Аким" in words(page(browser.get(QUARTER, "dept_head")))


@pytest.mark.parametrize(
    ("path", "role", "status"),
    [
        ("/reports", "call_centre_operator", 403),
        (QUARTER, "unit_head", 403),
        (f"{QUARTER}/csv", "reception_worker", 403),
        ("/reports/unknown/2025-07-01", "dept_head", 404),
        ("/reports/quarterly_akim/yesterday", "dept_head", 404),
        (f"{QUARTER}/exe", "dept_head", 404),
    ],
)
def test_reports_are_for_the_department_and_the_leadership(browser: Browser, path: str, role: str, status: int) -> None:
    assert browser.get(path, role).status_code == status


def test_an_office_without_reports_shows_an_empty_page_and_no_link(database_url: str) -> None:
    with kostanay(database_url, at("2025-06-03")) as walk:
        with transaction() as session:
            office = session.get_one(Office, walk.office)
            office.settings = {key: value for key, value in office.settings.items() if key != "reports"}
        app = site_over(database_url)
        document = page(Browser(app, walk).get("/reports", "leadership"))

    assert "периодических отчётов нет" in words(document)
    assert document.xpath("//nav//a[@href='/reports']") == []
