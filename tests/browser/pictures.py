"""Takes the pictures of docs/pictures from a fresh demo: `python -m tests.browser.pictures`."""

from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.desk import PHONE, Desk, Office
from tests.browser.installation import begin, end, launch

PICTURES = Path(__file__).parent.parent.parent / "docs" / "pictures"
LARGEST = 200 * 1024


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    process, folder, port = begin()
    try:
        with sync_playwright() as playwright:
            browser = launch(playwright)
            password = (folder / "demo-password").read_text().strip()
            take_all(Office(browser, f"http://127.0.0.1:{port}", password, folder))
            browser.close()
    finally:
        end(process, folder)


def take_all(office: Office) -> None:
    """Every picture, each as one person sees it."""
    with office.desk(None) as desk:
        desk.go("/sign-in")
        take(desk, "sign-in")
    with office.desk("coordinator") as desk:
        desk.go("/tasks")
        take(desk, "tasks")
        desk.page.locator("a.t").first.click()
        desk.page.locator("details.why summary").first.click()
        take(desk, "task")
        desk.press("Завершить")
        desk.page.locator(".summary").wait_for()
        take(desk, "task-error")
        case = late_case(desk)
        take(desk, "case", scroll=180)
        desk.go("/settings/calendar")
        take(desk, "calendar")
        day = reception_day(desk)
        take(desk, "board")
        desk.go(day + "/room")
        take(desk, "room")
        desk.go(day + "/list")
        desk.page.emulate_media(media="print")
        take(desk, "printed-list")
    take_desk(office, day)
    with office.desk("owner") as desk:
        desk.go("/studio/personal_reception/edit")
        desk.page.locator("#studio[data-ready]").wait_for(state="attached")
        desk.page.evaluate("studio.select('confirm_attendance')")
        take(desk, "studio")
    for name, path in (("phone-tasks", "/tasks"), ("phone-case", case), ("phone-board", day)):
        with office.desk("coordinator", language="kk", size=PHONE) as desk:
            desk.go(path)
            take(desk, name)
    with office.desk("coordinator", language="kk", theme="dark") as desk:
        desk.go("/tasks")
        take(desk, "tasks-dark")


def take_desk(office: Office, day: str) -> None:
    """The pictures of docs/howto/reception-desk.md."""
    with office.desk("coordinator") as desk:
        desk.go("/reception")
        take(desk, "desk-board")
        desk.page.locator("input.tick").first.check()
        desk.page.locator("input.tick").nth(1).check()
        desk.press("Известить")
        take(desk, "desk-bulk")
        desk.go("/reception/timetable")
        take(desk, "desk-timetable")
        desk.go(day + "/calls")
        take(desk, "desk-calls")
        desk.go(day + "/results")
        take(desk, "desk-results")
        desk.go(day + "/pack")
        desk.press("Собрать на русском")
        desk.page.get_by_role("link", name="PDF").wait_for(timeout=60_000)
        take(desk, "desk-pack")
    with office.desk("coordinator", language="kk", size=PHONE) as desk:
        desk.go("/reception")
        take(desk, "desk-phone")


def late_case(desk: Desk) -> str:
    """Open the case of the first late task."""
    desk.go("/tasks")
    desk.page.locator("tr[data-late] small a").first.click()
    desk.page.locator(".steps").wait_for()
    return desk.page.url.removeprefix(desk.address)


def reception_day(desk: Desk) -> str:
    """Open the next day of the reception for which people are booked."""
    desk.go("/reception")
    day = desk.page.locator(".days a", has_text="записано").first.get_attribute("href")
    assert day
    desk.go(day)
    return day


def take(desk: Desk, name: str, *, scroll: int = 0) -> None:
    """One picture of the window."""
    desk.page.evaluate("top => scrollTo(0, top)", scroll)
    desk.page.evaluate("document.fonts.ready")
    file = PICTURES / f"{name}.png"
    desk.page.screenshot(path=file)
    size = file.stat().st_size
    assert size < LARGEST, f"{name}: {size} bytes"
    print(f"{file.name}: {size // 1024} KB")


if __name__ == "__main__":
    main()
