"""axe-core on every page: in Kazakh and Russian, light and dark, on a desk and on a phone."""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import APIRequestContext, Page
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from app.config import Settings
from app.domain import clock
from app.factory import create_app
from app.models.database import disconnect
from tests.browser.desk import PHONE, WIDE, Desk, Office

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
READERS = (
    *(None, "coordinator", "controller", "admin", "owner", "operator", "intake", "krg.coordinator"),
    *("ktek.office", "ktek.sep", "ske.clerk", "ske.pr"),
)
NOT_PAGES = {
    "files.send": "a file",
    "tasks.as_csv": "a file",
    "analysis.download": "a file",
    "appeals.as_csv": "a file",
    "consultations.as_file": "a file",
    "control.as_csv": "a file",
    "director.as_file": "a file",
    "grievances.as_file": "a file",
    "journal.as_csv": "a file",
    "journal.bases_csv": "a file",
    "plan.report_file": "a file",
    "replies.as_csv": "a file",
    "inbox.show": "reached when an e-mail has come",
    "intake.look": "reached by a file that was chosen",
    "processes.download": "a file",
    "reception.document": "a file",
    "bulk.show": "reached after an act on several; test_ten_jobs looks at it",
    "studio.draft_file": "a file",
    "assignments.as_csv": "a file",
    "bodies.send_file": "a file",
    "packs.send": "a file",
    "reports.download": "a file",
    "schedule.document": "a file",
    "state_bodies.as_csv": "a file",
    "visit.calendar": "a file",
    "portal.send_file": "a file",
    "portal.size": "leads on to another page",
    "portal.check": "reached by filing; looked at below",
    "portal.talon": "reached by filing; looked at below",
    "portal_follow.show": "reached with a talon; looked at below",
    "portal_follow.withdraw_form": "reached with a talon; looked at below",
    "bodies.enter": "reached by the link of a letter",
    "bodies.show": "reached by the link of a letter",
    "visit.show": "reached by the link of a letter",
    "visit.confirm": "reached by the link of a letter",
    "visit.cancel_form": "reached by the link of a letter",
    "waiting.offer": "reached by the link of a letter",
    "bulk.look": "reached by ticking rows of the board",
    "packs.show": "reached when a folder has been asked for",
    "studio.roll_back": "reached when there are two versions; test_studio looks at it",
    "studio.publish": "reached when there is a draft; test_studio looks at it",
    "editor.catalogue": "JSON",
    "editor.workspace": "JSON",
    "cases.operate": "leads on to another page",
    "tasks.after": "leads on to another page",
    "sign_in.start": "leads on to another page",
    "sign_in.new_password": "reached by the link of a letter; checked by its own address below",
    "sign_in.second_factor": "shown before a second factor is given; checked by its own address below",
}
START = ("/", "/settings", "/sign-in/forgotten")
LOOKS = (0, 1, 3, 12)
"""How many pages of a known kind are looked at, one round after the other until every page is found: some lead further
than others, as a future reception day or a case that still runs."""
LIGHT_DESK, DARK_DESK, LIGHT_PHONE, DARK_PHONE = (
    (size, theme) for size in (WIDE, PHONE) for theme in ("light", "dark")
)
EVERY_LOOK = (LIGHT_DESK, DARK_DESK, LIGHT_PHONE, DARK_PHONE)
ELSEWHERE = re.compile(r"^/static|^//|[?;&]language=")
"""Links to files, to other sites, and to the same page in another language."""
EXTRA = ("/sign-in/new-password/none",)


Looks = tuple[tuple[dict[str, int], str], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A page, found by following links: its endpoint, one address of it, and who saw it."""

    endpoint: str
    path: str
    reader: str | None


@pytest.fixture(scope="module")
def routes() -> Iterator[MapAdapter]:
    """The addresses the program knows."""
    app = create_app(Settings(database_url="postgresql://nobody@127.0.0.1:1/none", secret_key="not used"))
    yield app.url_map.bind("127.0.0.1")
    disconnect()


@pytest.fixture(scope="module")
def places(office: Office, routes: MapAdapter) -> list[Place]:
    """One address of every page that links lead to, for readers of every kind."""
    with office.desk("coordinator") as desk:
        desk.go("/tasks?view=free")
        desk.page.locator("a.t").first.click()
        desk.press("Взять в работу")
        desk.page.get_by_role("link", name="Вернуть в очередь").wait_for()
        taken = desk.page.url.removeprefix(office.address)
    with office.desk("admin") as desk:
        decide_a_day_off(desk)
        enter_an_absence(desk)
    found: dict[str, Place] = {}
    trips = [Trip(reader) for reader in READERS]
    trips[READERS.index("coordinator")].waiting.append(taken)
    wanted = pages(routes)
    for looks in LOOKS:
        for trip in trips:
            if wanted - found.keys():
                with office.reader(trip.reader) as request:
                    trip.go_on(request, office.address, routes, found, looks, wanted)
    return [*found.values(), *(Place("extra", path, None) for path in EXTRA)]


def decide_a_day_off(desk: Desk) -> None:
    """A decision of the office about a day, so that there is one to revoke."""
    desk.go("/settings/calendar/change")
    for name, value in (("kind", "single"), ("working", "no"), ("layer", "local")):
        desk.page.check(f"[name={name}][value={value}]")
    for name, words in (("reason_kk", "Тұрғынжай жөндеуі"), ("reason_ru", "Ремонт здания"), ("document", "№ 1")):
        desk.page.fill(f"[name={name}]", words)
    desk.page.fill("[name=single_day]", "31.12.2026")
    desk.page.fill("[name=document_date]", "20.11.2026")
    desk.page.locator("main .btn.main").click()
    desk.page.locator("main form .btn.main").click()
    desk.page.wait_for_url(lambda url: "/change" not in url)


def enter_an_absence(desk: Desk) -> None:
    """Somebody will be away in two months, so that there is an absence to end."""
    desk.go("/settings/absences")
    for name, place in (("person", 1), ("substitute", 2), ("reason", 1)):
        desk.page.locator(f"select[name={name}]").select_option(index=place)
    for name, ahead in (("first_day", 60), ("last_day", 62)):
        desk.page.fill(f"[name={name}]", f"{clock.wall() + timedelta(days=ahead):%d.%m.%Y}")
    desk.page.locator("main form .btn.main").click()
    desk.page.locator("a[href$='/end']").first.wait_for()


def pages(routes: MapAdapter) -> set[str]:
    """The endpoints that links must lead to."""
    shown = {
        rule.endpoint
        for rule in routes.map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.startswith(("/api", "/static", "/health", "/metrics"))
    }
    return shown - NOT_PAGES.keys()


def endpoint_of(routes: MapAdapter, path: str) -> str | None:
    """The page at this address; None where there is none to look at."""
    try:
        endpoint, _ = routes.match(path.partition("?")[0], method="GET")
    except HTTPException:
        return None
    return None if endpoint in NOT_PAGES.keys() - {"sign_in.start"} else endpoint


@dataclass
class Trip:
    """How one reader goes through the site: the links she has not followed yet, and how often she saw each page."""

    reader: str | None
    waiting: list[str] = field(default_factory=lambda: list(START))
    seen: set[str] = field(default_factory=set)
    visits: Counter[str] = field(default_factory=Counter)

    def go_on(
        self,
        request: APIRequestContext,
        address: str,
        routes: MapAdapter,
        found: dict[str, Place],
        looks: int,
        wanted: set[str],
    ) -> None:
        """Follow links to pages that nobody has found yet, and `looks` to each that is known, while one is `wanted`."""
        later = []
        while self.waiting and not found.keys() >= wanted:
            path = self.waiting.pop(0)
            endpoint = endpoint_of(routes, path)
            if endpoint is None or path in self.seen:
                continue
            if path not in START and self.visits[endpoint] >= (looks if endpoint in found else LOOKS[-1]):
                later.append(path)
                continue
            self.seen.add(path)
            self.visits[endpoint] += 1
            answer = request.get(address + path, headers={"Accept": "text/html"})
            if answer.status != 200 or "html" not in answer.headers.get("content-type", ""):
                continue
            found.setdefault(endpoint, Place(endpoint, path, self.reader))
            links = re.findall(r'href="(/[^"#]*)', answer.text())
            self.waiting += [link.replace("&amp;", "&") for link in links if not ELSEWHERE.search(link)]
        self.waiting += later


def test_links_lead_to_every_page(places: list[Place], routes: MapAdapter) -> None:
    assert pages(routes) - {place.endpoint for place in places} == set()


def test_axe_finds_nothing_on_any_page(office: Office, places: list[Place]) -> None:
    """Each page in one look: half of them in Kazakh by day at a desk, half in Russian by night on a phone."""
    wrong = axe(office, places[::2], "kk", (LIGHT_DESK,)) + axe(office, places[1::2], "ru", (DARK_PHONE,))

    assert wrong == []


@pytest.mark.soak
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_axe_finds_nothing_on_any_page_in_any_look(office: Office, places: list[Place], language: str) -> None:
    assert axe(office, places, language, EVERY_LOOK) == []


def axe(office: Office, places: Collection[Place], language: str, looks: Looks) -> list[str]:
    """What axe finds on these pages, each opened by the reader who found it."""
    wrong: list[str] = []
    for reader in dict.fromkeys(place.reader for place in places):
        with office.desk(reader, language=language) as desk:
            desk.page.add_init_script(AXE)
            for place in places:
                if place.reader == reader:
                    desk.go(place.path)
                    wrong += violations(desk.page, place.path, looks)
    return wrong


def test_axe_finds_nothing_on_a_refused_form(office: Office) -> None:
    with office.desk("coordinator", language="kk") as desk:
        desk.page.add_init_script(AXE)
        desk.go("/tasks")
        desk.page.locator("a.t").first.click()
        desk.press("Аяқтау")
        desk.page.locator(".summary").wait_for()

        assert violations(desk.page, "refused form", EVERY_LOOK) == []


def test_axe_finds_nothing_on_the_way_of_a_filing(office: Office) -> None:
    """The portal from a refused form to the page of the talon, on a phone by night and a desk by day."""
    wrong: list[str] = []
    with office.desk(None, language="kk", size=PHONE) as desk:
        desk.page.add_init_script(AXE)
        for name, looks in citizens_way(desk):
            wrong += violations(desk.page, name, looks)

    assert wrong == []


def citizens_way(desk: Desk) -> Iterator[tuple[str, Looks]]:
    """Every page that a citizen sees from an empty form to the withdrawal, each in a look of its own."""
    page = desk.page
    desk.go("/portal/kostanay/file/application")
    page.locator("main form .btn.main").click()
    page.locator(".summary").wait_for()
    yield "portal: refused form", (LIGHT_PHONE,)
    for name, words in (
        ("substance", "Ауылдағы су құбыры үш айдан бері жөнделмей тұр."),
        ("full_name", "Досмағамбетов Ерлан Қайратұлы"),
        ("address", "Қостанай, Абай көшесі, 12"),
        ("email", "erlan@example.test"),
    ):
        page.fill(f"[name={name}]", words)
    for name in ("applicant_kind", "applicant_language"):
        page.locator(f"[name={name}]").first.check()
    page.check("[name=consent]")
    page.locator("main form .btn.main").click()
    page.wait_for_url("**/check")
    yield "portal: check", (DARK_DESK,)
    page.locator("main form .btn.main").click()
    page.wait_for_url("**/talon")
    yield "portal: talon", (LIGHT_PHONE,)
    page.locator("main .btn.main").click()
    page.wait_for_url("**/follow/**")
    page.get_by_role("link", name="Өтінішті қайтарып алу").or_(page.locator(".track")).first.wait_for()
    yield "portal: follow", (LIGHT_DESK, DARK_PHONE)


def violations(page: Page, name: str, looks: Looks) -> list[str]:
    """What axe finds on this page in these sizes and themes, and what does not fit."""
    found = []
    for size, theme in looks:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{name} at {size['width']}: wider than the window")
        options = {"resultTypes": ["violations"]}
        for each in page.evaluate("options => axe.run(document, options).then(each => each.violations)", options):
            nodes = "; ".join(node["html"][:160] for node in each["nodes"][:3])
            found.append(f"{name} at {size['width']}, {theme}: {each['id']}: {nodes}")
    return found
