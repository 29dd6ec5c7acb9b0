"""How long a citizen's phone takes for a public page: a slow fourth-generation line, a processor four times slower.

The line and the slowness are those of Lighthouse's mobile run; its marks for "good" are 1.8 s to the first content,
2.5 s to the largest and 200 ms of blocked time.
"""

import shutil
import statistics
from typing import Any, Final

from installation import Installation
from playwright.sync_api import Browser, sync_playwright

PAGES: Final = {"home": "/portal/kostanay", "form": "/portal/kostanay/file/application"}
LOOKS: Final = 5
LINE: Final = {"latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8, "offline": False}
WATCH: Final = """
window.seen = {largest: 0, blocked: 0};
new PerformanceObserver(list => { for (const each of list.getEntries()) seen.largest = each.startTime; })
  .observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver(list => {
  for (const each of list.getEntries()) seen.blocked += Math.max(0, each.duration - 50);
}).observe({type: "longtask", buffered: true});
"""
LOOK: Final = """() => ({...seen, first: performance.getEntriesByName("first-contentful-paint")[0].startTime})"""


def measure_portal(here: Installation) -> dict[str, float]:
    """Milliseconds (median of first visits) to the first and the largest content, and blocked, of each page.

    Nothing where there is no Chromium.
    """
    program = shutil.which("chromium")
    if not program:
        return {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        found = {
            f"portal_{name}_{mark}_ms": value
            for name, path in PAGES.items()
            for mark, value in _visits(browser, f"http://127.0.0.1:{here.port}{path}").items()
        }
        browser.close()
    return found


def _visits(browser: Browser, address: str) -> dict[str, float]:
    seen = [_visit(browser, address) for _ in range(LOOKS)]
    return {mark: statistics.median(each[mark] for each in seen) for mark in seen[0]}


def _visit(browser: Browser, address: str) -> dict[str, Any]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True)
    try:
        page = context.new_page()
        page.add_init_script(WATCH)
        line = context.new_cdp_session(page)
        line.send("Network.enable")
        line.send("Network.emulateNetworkConditions", LINE)
        line.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        page.goto(address)
        page.wait_for_load_state("networkidle")
        return dict(page.evaluate(LOOK))
    finally:
        context.close()
