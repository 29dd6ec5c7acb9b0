"""A whole installation for browsers, one for all test processes, and the Chromium in front of it."""

import fcntl
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.desk import Office
from tests.browser.installation import INSTALL, begin, chromium, end, launch

expect.set_options(timeout=30_000)  # a busy machine is no fault of the pages


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = f"{Path(__file__).parent}{os.sep}"
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; without it the tests are skipped, or fail where QABYLDAU_REQUIRE_BROWSER says so."""
    if chromium() is None:
        words = f"Chromium is missing: {INSTALL}"
        if os.environ.get("QABYLDAU_REQUIRE_BROWSER"):
            pytest.fail(words)
        pytest.skip(words)
    with sync_playwright() as playwright:
        found = launch(playwright)
        yield found
        found.close()


@pytest.fixture(scope="session")
def office(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The installation and a browser in front of it; QABYLDAU_RUNNING is the VAR_DIR of one that runs on PORT."""
    running = os.environ.get("QABYLDAU_RUNNING")
    if running:
        yield _office(browser, {"var_dir": running, "port": os.environ["PORT"]})
        return
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    with (shared / "users.lock").open("a+") as users:
        with (shared / "start.lock").open("a+") as start:
            fcntl.flock(start, fcntl.LOCK_EX)
            fcntl.flock(users, fcntl.LOCK_SH)  # held by everybody who uses the installation
            facts, owned = _facts(shared / "installation.json")
        try:
            yield _office(browser, facts)
        finally:
            if owned:
                fcntl.flock(users, fcntl.LOCK_EX)  # the others have finished
                (shared / "installation.json").unlink()
                end(owned, Path(facts["var_dir"]))


def _office(browser: Browser, facts: dict[str, Any]) -> Office:
    folder = Path(facts["var_dir"])
    password = (folder / "demo-password").read_text().strip()
    return Office(browser, f"http://127.0.0.1:{facts['port']}", password, folder)


def _facts(file: Path) -> tuple[dict[str, Any], "subprocess.Popen[bytes] | None"]:
    """What another process has started, or an installation started now."""
    if file.exists():
        return json.loads(file.read_text()), None
    process, var_dir, port = begin()
    facts = {"var_dir": str(var_dir), "port": port}
    file.write_text(json.dumps(facts))
    return facts, process
