"""Pages as people meet them: wrong input, double submits, drafts, keys, languages, themes, phones, no JavaScript."""

import io
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Response, expect
from pypdf import PdfWriter

from tests.browser.desk import PHONE, Desk, Office

ERROR_WORDS = {"kk": "Қате", "ru": "Ошибка", "en": "Error"}
COMPLETE = {"kk": "Аяқтау", "ru": "Завершить", "en": "Complete"}


@pytest.fixture
def coordinator(office: Office) -> Iterator[Desk]:
    with office.desk("coordinator") as desk:
        yield desk


def posted(answer: Response) -> bool:
    """Whether this answers a form that was sent (and not a draft that was kept)."""
    return answer.request.method == "POST" and answer.request.is_navigation_request()


def new_request(desk: Desk) -> str:
    """Open a request to be recorded; returns the address of its task."""
    desk.go("/tasks")
    desk.page.locator("form[action='/cases/new'] button").click()
    desk.page.wait_for_url(re.compile(r"/tasks/\d+$"))
    return desk.page.url.removeprefix(desk.address)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_wrong_answers_are_told_at_each_field_and_nothing_typed_is_lost(office: Office, language: str) -> None:
    with office.desk("coordinator", language=language) as desk:
        new_request(desk)
        desk.page.fill("#full_name", "Әбдірахманова Гүлсім")
        desk.page.fill("#iin", "123")

        with desk.page.expect_response(posted) as answer:
            desk.press(COMPLETE[language])

        assert answer.value.status == 422
        assert desk.page.title().startswith(ERROR_WORDS[language])
        expect(desk.page.locator(".summary")).to_be_focused()
        said = desk.page.locator(".summary li a")
        assert said.count() >= 4
        for link in said.all():
            field = desk.page.locator(link.get_attribute("href") or "")
            assert field.count() == 1
            own_words = desk.page.locator(".error", has_text=link.inner_text())
            assert own_words.count() >= 1
        assert desk.page.input_value("#full_name") == "Әбдірахманова Гүлсім"
        assert desk.page.input_value("#iin") == "123"


def test_a_task_that_is_sent_twice_is_answered_politely_with_409(coordinator: Desk, office: Office) -> None:
    task = new_request(coordinator)
    fill_request(coordinator)
    with office.desk("coordinator") as other:
        other.go(task)
        fill_request(other)
        other.press("Завершить")
        other.page.wait_for_url(lambda url: not url.endswith(task))

    with coordinator.page.expect_response(posted) as answer:
        coordinator.press("Завершить")

    assert answer.value.status == 409
    assert "выполн" in coordinator.heading()
    coordinator.press("Назад")
    coordinator.page.wait_for_url(re.compile(re.escape(task)))
    expect(coordinator.page.locator(".note").first).to_contain_text("выполнил")


def test_a_draft_is_kept_by_itself_and_found_again(coordinator: Desk) -> None:
    task = new_request(coordinator)

    coordinator.page.fill("#full_name", "Ковальчук Ирина Петровна")
    coordinator.page.locator("#full_name").press("Tab")
    expect(coordinator.page.locator(".saved[role=status]")).to_have_text(re.compile(r"Черновик сохранён в \d\d:\d\d"))
    coordinator.go(task)

    assert coordinator.page.input_value("#full_name") == "Ковальчук Ирина Петровна"
    coordinator.press("Удалить черновик")
    expect(coordinator.page.locator("#full_name")).to_have_value("")


def test_without_javascript_rows_files_and_drafts_work(office: Office) -> None:
    with office.desk("coordinator", javascript=False) as desk:
        task = new_request(desk)
        desk.page.fill("#full_name", "Юнусов Рустам Хамитович")

        desk.page.locator("button[name^='_add:']").first.click()
        desk.page.locator("[name*='documents'][name$='name']").first.fill("Договор найма")
        desk.page.locator("input[type=file]").set_input_files(
            {"name": "договор.pdf", "mimeType": "application/pdf", "buffer": blank_pdf()}
        )
        desk.page.locator("button[name^='_upload:']").click()

        assert desk.page.input_value("#full_name") == "Юнусов Рустам Хамитович"
        assert desk.page.locator("[name*='documents'][name$='name']").first.input_value() == "Договор найма"
        expect(desk.page.locator("form .files")).to_contain_text("договор.pdf")
        desk.press("Сохранить черновик")
        expect(desk.page.locator(".note[data-tone=ok]")).to_contain_text("Черновик сохранён")
        desk.go(task)
        assert desk.page.input_value("#full_name") == "Юнусов Рустам Хамитович"
        expect(desk.page.locator("form .files")).to_contain_text("договор.pdf")


def test_a_task_is_completed_with_the_keyboard_alone(coordinator: Desk) -> None:
    task = new_request(coordinator)
    keys = coordinator.page.keyboard
    coordinator.page.locator("#full_name").evaluate("element => element.blur()")

    keys.press("Tab")
    expect(coordinator.page.locator(".skip")).to_be_focused()
    keys.press("Enter")
    expect(coordinator.page.locator("#main")).to_be_focused()
    for field, typed in REQUEST_BY_KEYS.items():
        reach(coordinator, field)
        if typed == "space":
            keys.press("Space")
        else:
            keys.type(typed)
    reach(coordinator, "button.btn.main")
    keys.press("Enter")

    expect(coordinator.page.locator(".note[data-tone=ok]")).to_contain_text("Задача выполнена")
    coordinator.go(task)
    expect(coordinator.page.locator(".note").first).to_contain_text("выполнил")


def test_the_language_is_switched_in_place_and_kept(coordinator: Desk) -> None:
    coordinator.go("/cases?find=ЛП")

    coordinator.page.get_by_role("link", name="Қаз").click()

    assert coordinator.page.locator("html").get_attribute("lang") == "kk"
    assert coordinator.page.input_value("#q") == "ЛП"
    coordinator.go("/tasks")
    assert coordinator.heading() == "Менің тапсырмаларым"


def test_dark_follows_the_system(office: Office) -> None:
    def background(desk: Desk) -> str:
        desk.go("/tasks")
        return str(desk.page.evaluate("getComputedStyle(document.body).backgroundColor"))

    with office.desk("coordinator", theme="dark") as dark, office.desk("coordinator") as light:
        assert background(dark) != background(light)


def test_a_refused_page_says_so_and_leads_back(office: Office) -> None:
    with office.desk("leader") as desk:
        assert desk.go("/incidents") == 403
        assert "доступ" in desk.heading() or "права" in desk.heading()
        assert desk.go("/tasks/999999") == 404
        desk.press("Назад")
        desk.page.wait_for_url(re.compile(r"/tasks$"))


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_pages_fit_a_phone(office: Office, language: str) -> None:
    with office.desk("coordinator", language=language, size=PHONE) as desk:
        task = new_request(desk)
        for path in (
            "/tasks",
            task,
            "/cases",
            "/cases/1",
            "/cases/6",
            "/incidents",
            "/tasks/workload",
            "/help",
            "/account",
        ):
            desk.go(path)
            assert desk.overflow <= 0, path
        desk.page.locator("details.menu summary").click()
        desk.page.locator("details.menu").get_by_role("link").first.click()
        desk.page.wait_for_url(re.compile("/tasks"))


REQUEST_BY_KEYS = {
    "#channel-0, [name=channel]": "space",
    "[name='received_on-day']": "2",
    "[name='received_on-month']": "11",
    "[name='received_on-year']": "2026",
    "[name='received_on-time']": "10:00",
    "[name=applicant_kind]": "space",
    "#full_name": "Гончар Николай Иванович",
    "#address": "г. Костанай, ул. Баймагамбетова, 12",
    "#phone": "+77011234567",
    "[name=applicant_language]": "space",
}


def reach(desk: Desk, selector: str) -> None:
    """Press Tab until the focus is on one of these."""
    for _ in range(60):
        desk.page.keyboard.press("Tab")
        if desk.page.evaluate("css => document.activeElement.matches(css)", selector):
            return
    raise AssertionError(f"Tab does not reach {selector}")


def blank_pdf() -> bytes:
    """A real PDF of one empty page."""
    out, writer = io.BytesIO(), PdfWriter()
    writer.add_blank_page(width=200, height=200)
    writer.write(out)
    return out.getvalue()


def fill_request(desk: Desk) -> None:
    """All that a request must say."""
    desk.answer("Как поступила заявка", "Нарочно")
    desk.date("Когда поступила", "2026-11-02T10:00")
    desk.answer("Кто обращается", "Физическое лицо")
    desk.write("Фамилия, имя, отчество", "Литвиненко Оксана Павловна")
    desk.write("Почтовый адрес", "г. Костанай, ул. Алтынсарина, 1")
    desk.write("Телефон", "+7 701 765 43 21")
    desk.answer("Язык обращения", "Русский")
