"""What the public pages may cost a phone: requests, bytes, shifts of what is read, size of the page, of what is tapped.

How long they take on a slow line is measured by `make bench` (portal_*), for time depends on the machine.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from playwright.sync_api import ConsoleMessage, Page, Response

from tests.browser.desk import PHONE, Office

PATHS: Final = (
    "/portal",
    *(f"/portal/{office}" for office in ("kostanay", "sevkazenergo", "ktek")),
    "/portal/kostanay/file/application",
    "/portal/kostanay/file/reception",
    "/portal/sevkazenergo/file/claim",
    "/portal/ktek/file/complaint",
    "/portal/kostanay/follow",
    "/portal/kostanay/lost",
    "/portal/kostanay/disagree",
    "/portal/kostanay/figures",
    "/schedule/kostanay",
)
REQUESTS: Final = 10
BYTES: Final = 60 * 1024  # beside the font
SHIFT: Final = 0.1  # cumulative layout shift, as Web Vitals count it
ELEMENTS: Final = 1_500
WATCH: Final = """
window.shift = 0;
new PerformanceObserver(list => {
  for (const each of list.getEntries()) if (!each.hadRecentInput) window.shift += each.value;
}).observe({type: "layout-shift", buffered: true});
"""
LOOK: Final = """() => {
  const controls = "main :is(a, button:not([aria-hidden]), input, select, textarea, summary), header :is(a, button)";
  const box = each => (each.closest("label") ?? each).getBoundingClientRect();
  return {
    shift: window.shift,
    elements: document.querySelectorAll("*").length,
    blocking: performance.getEntriesByType("resource")
      .filter(each => each.renderBlockingStatus === "blocking").map(each => each.name),
    described: (document.querySelector("meta[name=description]")?.content ?? "").length,
    title: document.title.length,
    viewport: document.querySelector("meta[name=viewport]")?.content ?? "",
    unsized: [...document.images]
      .filter(each => !each.getAttribute("width") || !each.getAttribute("height")).map(each => each.src),
    small: [...document.querySelectorAll(controls)]
      .filter(each => each.offsetParent && getComputedStyle(each).display !== "inline")
      .filter(each => box(each).width && (box(each).width < 24 || box(each).height < 24))
      .map(each => each.outerHTML.slice(0, 120)),
  };
}"""


@dataclass
class Cost:
    """What one page took: addresses asked for, bytes that travelled beside the font, what the browser complained of."""

    asked: list[str] = field(default_factory=list)
    travelled: int = 0
    plain: list[str] = field(default_factory=list)  # sheets and scripts that travelled uncompressed
    complaints: list[str] = field(default_factory=list)

    def answer(self, came: Response) -> None:
        self.asked.append(came.url)
        if came.url.endswith(".woff2"):
            return
        sizes = came.request.sizes()
        self.travelled += sizes["responseBodySize"] + sizes["responseHeadersSize"]
        if came.url.endswith((".css", ".js")) and not came.headers.get("content-encoding"):
            self.plain.append(came.url)

    def word(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)


def test_the_portal_keeps_its_budget_on_a_phone_that_comes_for_the_first_time(office: Office) -> None:
    costs = {path: _first_visit(office, path) for path in PATHS}

    assert {path: over for path, cost in costs.items() if (over := _over(*cost))} == {}


def _first_visit(office: Office, path: str) -> tuple[Cost, dict[str, Any]]:
    cost = Cost()
    with office.desk(None, language="kk", size=PHONE) as desk:
        page: Page = desk.page
        page.on("console", cost.word)
        page.add_init_script(WATCH)
        answers: list[Response] = []

        def came(answer: Response) -> None:
            answers.append(answer)

        page.on("response", came)
        assert desk.go(path) == 200, path
        page.wait_for_load_state("networkidle")
        page.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame))")
        for each in answers:
            cost.answer(each)
        return cost, page.evaluate(LOOK)


def _over(cost: Cost, seen: dict[str, Any]) -> list[object]:
    """Where a page breaks its budget."""
    found: list[object] = [*cost.plain, *cost.complaints, *seen["unsized"], *seen["small"]]
    found += [each for each in seen["blocking"] if ".css" not in each]
    found += [each for each in cost.asked if not each.startswith("http://127.0.0.1")]
    for name, value, most in (
        ("requests", len(cost.asked), REQUESTS),
        ("bytes", cost.travelled, BYTES),
        ("shift", seen["shift"], SHIFT),
        ("elements", seen["elements"], ELEMENTS),
    ):
        if value > most:
            found.append((name, value))
    for name in ("described", "title"):
        if not seen[name]:
            found.append(f"not {name}")
    if "width=device-width" not in seen["viewport"]:
        found.append("no viewport")
    return found
