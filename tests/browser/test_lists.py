"""Lists as people work through them: several tasks at once, page after page, and nothing to show."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.desk import PHONE, Desk, Office

PAGE = 50


def rows(desk: Desk) -> list[str]:
    """The addresses of the tasks or cases shown, in order."""
    return [str(link.get_attribute("href")) for link in desk.page.locator("tbody a.t").all()]


def new_requests(desk: Desk, number: int) -> None:
    """Begin so many requests, as the button above the list does."""
    desk.go("/tasks")
    form = desk.page.locator("form[action='/cases/new']")
    token = form.locator("[name=csrf_token]").get_attribute("value") or ""
    for _ in range(number):
        answer = desk.page.request.post(desk.address + "/cases/new", form={"csrf_token": token}, max_redirects=0)
        assert answer.status == 303


def test_several_tasks_are_taken_and_returned_at_once(office: Office) -> None:
    with office.desk("coordinator") as desk:
        new_requests(desk, 2)
        desk.go("/tasks?view=free&sort=due")
        bar, ticks = desk.page.locator(".bulk"), desk.page.locator("tbody input[name=task]")
        expect(bar).to_be_hidden()
        picked = [str(ticks.nth(-n).get_attribute("value")) for n in (1, 2)]

        for task in picked:
            desk.page.check(f"input[name=task][value='{task}']")
        expect(bar).to_be_visible()
        desk.press("Взять в работу", within=bar)

        expect(desk.page.locator(".note[data-tone=ok]")).to_contain_text("Изменены 2 задачи")
        for task in picked:
            expect(desk.page.locator(f"input[name=task][value='{task}']")).to_have_count(0)
        desk.go("/tasks?view=mine")
        for task in picked:
            desk.page.check(f"input[name=task][value='{task}']")
        desk.press("Вернуть в очередь", within=desk.page.locator(".bulk"))
        expect(desk.page.locator(".note[data-tone=ok]")).to_contain_text("Изменены 2 задачи")
        desk.go("/tasks?view=free")
        for task in picked:
            expect(desk.page.locator(f"input[name=task][value='{task}']")).to_have_count(1)


def test_the_bar_counts_what_is_ticked_and_goes_when_nothing_is(office: Office) -> None:
    with office.desk("coordinator", size=PHONE) as desk:
        desk.go("/tasks")
        bar, ticks = desk.page.locator(".bulk"), desk.page.locator("tbody input[name=task]")

        ticks.nth(0).check()
        ticks.nth(1).check()

        expect(bar).to_be_in_viewport()
        assert desk.overflow <= 0
        bar.locator("button[type=reset]").click()
        expect(bar).to_be_hidden()
        assert not ticks.nth(0).is_checked()


@pytest.mark.parametrize("path", ["/tasks?view=group", "/cases"])
def test_pages_of_a_list_follow_each_other_without_gaps(office: Office, path: str) -> None:
    with office.desk("coordinator") as desk:
        desk.go(path)
        new_requests(
            desk, max(0, PAGE + 3 - int(re.findall(r"\d+", desk.page.locator(".pager span").inner_text())[-1]))
        )
        desk.go(path)
        first = rows(desk)

        desk.page.locator(".pager a", has_text="Дальше").click()
        desk.page.wait_for_url(re.compile("after="))
        second = rows(desk)

        assert len(first) == PAGE
        assert second
        assert not set(first) & set(second)


@pytest.mark.parametrize(
    ("language", "path", "words"),
    [
        ("kk", "/tasks?find=жоқ-мұндай", "Таңдалған шарттарға сай тапсырма жоқ."),
        ("ru", "/tasks?find=нет-такого", "По выбранным условиям задач не нашлось."),
        ("en", "/tasks?find=no-such", "No task matches what is chosen."),
        ("ru", "/cases?find=нет-такого", "Дел не найдено."),
        ("en", "/demo/mailbox?find=no-such", "No letters to this address."),
    ],
)
def test_an_empty_list_says_so_and_offers_no_pages(office: Office, language: str, path: str, words: str) -> None:
    with office.desk("coordinator", language=language) as desk:
        desk.go(path)

        expect(desk.page.locator(".empty")).to_contain_text(words)
        assert desk.page.locator("tbody tr").count() == 0
        assert desk.page.locator(".pager a").count() == 0
        assert desk.page.locator(".bulk").count() == 0
