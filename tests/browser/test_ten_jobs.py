"""The ten commonest jobs of a coordinator, each counted in clicks from the board, in a real Chromium."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Locator, Page, ViewportSize
from sqlalchemy import update

from app.models import Person
from app.usecases.transaction import transaction
from tests.browser.desk import PHONE, WIDE
from tests.browser.served import served, sign_in
from tests.browser.test_accessibility import AXE, DARK_PHONE, EVERY_LOOK, LIGHT_DESK, Looks, violations
from tests.reception import Walk, at, kostanay

MOST_CLICKS = 3
PICTURES = Path(__file__).parent.parent.parent / "docs" / "pictures" / "jobs"
TAKEN = bool(os.environ.get("QABYLDAU_PICTURES"))
"""Whether the pictures of docs/howto/reception-desk.md are taken anew on the way (`make pictures`)."""
NAMES = {
    "reception_coordinator": "Сәрсенова Айгүл Маратқызы",
    "reception_preparer": "Ли Марина Сергеевна",
    "leadership": "Сейітқали Бауыржан Ерланұлы",
}


@dataclass
class Desk:
    """The pages of the program over the office of a story, for one person at a time; every click is counted."""

    chromium: Chromium
    address: str
    walk: Walk
    clicks: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def job(self, name: str, role: str = "reception_coordinator", language: str = "ru") -> Iterator[Page]:
        """A job that begins on the board."""
        sign_in(self.walk, self.walk.people[role], role)
        context = self._context(role, language, {"width": 1280, "height": 900})
        self.clicks[name] = 0
        self.name = name
        try:
            page = context.new_page()
            page.goto(f"{self.address}/reception")
            yield page
        finally:
            context.close()

    def picture(self, page: Page, role: str = "reception_coordinator") -> None:
        """The page of this job for the guide, in Kazakh and Russian, at a desk and on a phone."""
        for language in ("kk", "ru") if TAKEN else ():
            for device, size in (("desk", WIDE), ("phone", PHONE)):
                context = self._context(role, language, size)
                seen = context.new_page()
                seen.goto(page.url)
                seen.evaluate("document.fonts.ready")
                PICTURES.mkdir(parents=True, exist_ok=True)
                seen.screenshot(path=PICTURES / f"{self.name.replace(' ', '-')}.{language}.{device}.png")
                context.close()

    def _context(self, role: str, language: str, size: ViewportSize) -> BrowserContext:
        context = self.chromium.new_context(viewport=size, reduced_motion="reduce")
        context.set_default_timeout(30_000)
        context.add_cookies(
            [
                {"name": "qabyldau", "value": role, "url": self.address},
                {"name": "language", "value": language, "url": self.address},
            ]
        )
        return context

    def click(self, target: Locator) -> None:
        self.clicks[self.name] += 1
        target.first.click()
        target.page.wait_for_load_state()


@pytest.fixture
def desk(browser: Chromium, database_url: str) -> Iterator[Desk]:
    """The office on 3 June 2025, its pages on a port of their own."""
    with kostanay(database_url, at("2025-06-03")) as walk:
        with transaction() as session:
            for role, name in NAMES.items():
                session.execute(update(Person).where(Person.id == walk.people[role]).values(full_name=name))
        with served(database_url) as address:
            yield Desk(browser, address, walk)


def played(walk: Walk, name: str, slot: int, until: str) -> int:
    walk.slots = [slot]
    walk.start(full_name=name)
    walk.play(until=until)
    return walk.case_id


def test_the_ten_commonest_jobs_take_at_most_three_clicks_from_the_board(desk: Desk) -> None:
    """KST-S04.2, KST-S05.2, KST-S07.1, KST-S07.2, KST-S08, KST-S10, KST-S11.1, KST-S13."""
    walk = desk.walk
    walk.reception_day(date(2025, 6, 27))
    june, slots = walk.day_id, list(walk.slots)
    awaited = played(walk, "Әбенова Гүлнар Серікқызы", slots[0], "record_position")
    called = played(walk, "Ким Виктор Олегович", slots[1], "analyse_materials")
    unbooked = played(walk, "Петренко Ольга Ивановна", slots[2], "register_and_notify_applicant")
    walk.reception_day(date(2025, 7, 10))
    july = walk.day_id
    walk.case_id = called
    walk.play(until="confirm_attendance")

    with desk.job("book") as page:
        desk.click(row(page, unbooked).get_by_role("link", name="Выполнить"))
        desk.picture(page)
        page.locator("select[name=slot]").select_option(index=1)
        page.locator("select[name=place]").select_option(index=1)
        desk.click(page.get_by_role("button", name="Завершить"))
    with desk.job("chase a position") as page:
        desk.click(row(page, awaited).get_by_role("link", name="Напомнить органам"))
        desk.picture(page)
        desk.click(page.get_by_role("button", name="Отправить напоминания"))
        assert page.get_by_role("button", name="Отменить").count() == 1
    with desk.job("move") as page:
        desk.click(row(page, awaited).get_by_role("link", name="Перенести"))
        desk.picture(page)
        page.locator("select[name=slot]").select_option(index=2)
        page.locator("[name=reason]").fill("Іссапар")
        desk.click(page.get_by_role("button", name="Перенести и известить"))
    with desk.job("call") as page:
        desk.click(page.locator(".head").get_by_role("link", name="Обзвон"))
        desk.picture(page)
        desk.click(page.get_by_role("button", name="Придёт"))
    with desk.job("print the pack") as page:
        desk.click(tab(page, june))
        desk.click(page.get_by_role("link", name="Папка материалов"))
        desk.click(page.get_by_role("button", name="Собрать на русском"))
        walk.pass_time_to(walk.now + timedelta(minutes=2))
        page.reload()
        assert page.get_by_role("link", name="PDF").count() == 1
        desk.picture(page)
    with desk.job("cancel a day") as page:
        desk.click(tab(page, july))
        desk.click(page.get_by_role("link", name="Отменить день"))
        desk.picture(page)
        page.locator("[name=reason]").fill("Іссапар")
        desk.click(page.get_by_role("button", name="Отменить день"))
    walk.case_id = called
    walk.play(until="check_in")
    walk.pass_time_to(at("2025-06-27", "12:00"))
    with desk.job("check in") as page:
        desk.click(row(page, called).get_by_role("link", name="Выполнить"))
        desk.picture(page)
        page.locator("[name=came][value=yes]").check()
        desk.click(page.get_by_role("button", name="Завершить"))
    with desk.job("record the result") as page:
        desk.click(tab(page, june))
        desk.click(page.get_by_role("link", name="Результаты"))
        desk.picture(page)
        card = page.locator(f"#case{called}")
        card.locator("[name=began_at]").fill("1005")
        card.locator("[name=answer]").fill("Пәтер беріледі, көшіру 1 қыркүйекке дейін.")
        card.locator("[name=exhaustive]").select_option("yes")
        card.locator("details summary").click()
        card.locator("[name=text1]").fill("Пәтер бөлу")
        card.locator("[name=executor1]").select_option(str(walk.bodies["housing"]))
        card.locator("[name=due1]").fill("16.07.2025")
        desk.click(card.get_by_role("button", name="Записать"))
        assert "10:05" in page.locator(f"#case{called}").inner_text()
    with desk.job("issue the protocol", role="reception_preparer") as page:
        desk.click(row(page, called).get_by_role("link", name="Выполнить"))
        desk.picture(page, "reception_preparer")
        desk.click(page.get_by_role("button", name="Завершить"))
    walk.case_id = called
    walk.play(until="archive_appeal")
    with desk.job("close", role="leadership") as page:
        desk.click(row(page, called).get_by_role("link", name="Выполнить"))
        desk.picture(page, "leadership")
        page.locator("[name=agreed][value=yes]").check()
        page.locator("[name=closing_decision]").fill("Мәселе шешілді.")
        desk.click(page.get_by_role("button", name="Завершить"))

    assert not walk.waits_for("archive_appeal")
    assert len(desk.clicks) == 10
    assert {job: count for job, count in desk.clicks.items() if count > MOST_CLICKS} == {}


def test_the_board_follows_what_happens_and_keeps_ticks_focus_and_scroll(desk: Desk) -> None:
    walk = desk.walk
    walk.reception_day(date(2025, 6, 27))
    case = played(walk, "Әбенова Гүлнар Серікқызы", walk.slots[0], "record_position")

    with desk.job("look") as page:
        page.locator("input.tick").first.check()
        page.locator("#q").focus()
        page.evaluate("window.untouched = document.querySelector('input.tick')")
        before = row(page, case).inner_text()
        walk.complete("record_position", **walk.usual("record_position"))
        walk.complete("record_position", **walk.usual("record_position"))
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        page.wait_for_function("before => document.querySelector('.board tbody tr').innerText !== before", arg=before)

        assert page.evaluate("window.untouched === document.querySelector('input.tick')")
        assert page.locator("input.tick").first.is_checked()
        assert page.evaluate("document.activeElement.id") == "q"
        assert "Проанализировать" in row(page, case).inner_text()


def test_a_person_is_dragged_onto_a_free_time_and_the_reason_is_asked(desk: Desk) -> None:
    """KST-S07.2."""
    walk = desk.walk
    walk.reception_day(date(2025, 6, 27))
    slots = list(walk.slots)
    played(walk, "Әбенова Гүлнар Серікқызы", slots[0], "record_position")

    with desk.job("drag") as page:
        desk.click(page.get_by_role("link", name="Сетка времени"))
        page.locator(".sitter[draggable]").drag_to(page.locator(f"[data-slot='{slots[3]}']"))
        page.wait_for_url(f"**/move?slot={slots[3]}")
        assert page.locator("#slot").input_value() == str(slots[3])
        page.locator("[name=reason]").fill("Іссапар")
        desk.click(page.get_by_role("button", name="Перенести и известить"))
        assert "11:00" in page.locator(".board tbody th").first.inner_text()


@pytest.mark.parametrize(
    ("language", "looks"),
    [
        ("kk", (LIGHT_DESK, DARK_PHONE)),
        pytest.param("kk", EVERY_LOOK, marks=pytest.mark.soak),
        pytest.param("ru", EVERY_LOOK, marks=pytest.mark.soak),
    ],
    ids=["kk", "kk-every-look", "ru-every-look"],
)
def test_axe_finds_nothing_on_the_pages_of_the_desk_with_people_on_them(
    desk: Desk, language: str, looks: Looks
) -> None:
    walk = desk.walk
    walk.reception_day(date(2025, 6, 27))
    june, slots = walk.day_id, list(walk.slots)
    case = played(walk, "Ким Виктор Олегович", slots[1], "confirm_attendance")
    wrong: list[str] = []

    with desk.job("look", language=language) as page:
        page.add_init_script(AXE)
        for path in (
            *("/reception", f"/reception/{june}", "/reception/calls", f"/reception/{june}/calls"),
            *(f"/reception/{june}/{name}" for name in ("room", "guard", "wall", "paper", "results", "pack", "change")),
            *(f"/reception/bulk/{act}?case={case}" for act in ("notify", "invite", "chase", "print", "reassign")),
            "/reception/timetable",
        ):
            page.goto(desk.address + path)
            wrong += violations(page, path, looks)
        page.goto(f"{desk.address}/reception/bulk/notify?case={case}")
        page.locator("main form .btn.main").click()
        page.wait_for_url("**/reception*")
        page.locator(".note form a").first.click()
        page.wait_for_load_state()
        wrong += violations(page, "what was done", looks)
    walk.case_id = case
    walk.play(until="check_in")
    with desk.job("on the day", language=language) as page:
        page.add_init_script(AXE)
        for path in (f"/reception/{june}/results", f"/reception/{june}/room"):
            page.goto(desk.address + path)
            wrong += violations(page, path, looks)

    assert wrong == []


def row(page: Page, case_id: int) -> Locator:
    return page.locator(f"tr[data-key=case{case_id}]")


def tab(page: Page, day_id: int) -> Locator:
    return page.locator(f"nav.days a[href='/reception/{day_id}']")
