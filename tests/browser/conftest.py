"""A whole installation for browsers: private PostgreSQL, demo office, web, worker; one for all test processes."""

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.desk import Office

ROOT = Path(__file__).parent.parent.parent
INSTALL = "apt-get install -y chromium fonts-noto-core"
START_SECONDS = 180


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; without it the tests are skipped, or fail where QABYLDAU_REQUIRE_BROWSER says so."""
    chromium = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    if chromium is None:
        words = f"Chromium is missing: {INSTALL}"
        if os.environ.get("QABYLDAU_REQUIRE_BROWSER"):
            pytest.fail(words)
        pytest.skip(words)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield found
        found.close()


@pytest.fixture(scope="session")
def office(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The installation and a browser in front of it. QABYLDAU_RUNNING names the VAR_DIR of one that runs on PORT already."""
    running = os.environ.get("QABYLDAU_RUNNING")
    if running:
        yield _office(browser, Path(running), int(os.environ["PORT"]))
        return
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    with (shared / "installation.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        facts, owned = _facts(shared / "installation.json")
        fcntl.flock(lock, fcntl.LOCK_SH)  # everybody who uses the installation holds the lock with the others
        try:
            yield _office(browser, Path(facts["var_dir"]), facts["port"])
        finally:
            if owned:
                fcntl.flock(lock, fcntl.LOCK_EX)  # the others have finished
                (shared / "installation.json").unlink()
                _stop(owned, Path(facts["var_dir"]))


def _office(browser: Browser, var_dir: Path, port: int) -> Office:
    return Office(browser, f"http://127.0.0.1:{port}", (var_dir / "demo-password").read_text().strip())


def _facts(file: Path) -> tuple[dict[str, Any], "subprocess.Popen[bytes] | None"]:
    """What another process has started, or an installation started now."""
    if file.exists():
        return json.loads(file.read_text()), None
    var_dir = Path(tempfile.mkdtemp(prefix="qabyldau-browser-"))
    var_dir.chmod(0o711)  # as root the server runs under another account, which must get through
    facts = {"var_dir": str(var_dir), "port": _free_port()}
    process = _start(facts)
    file.write_text(json.dumps(facts))
    return facts, process


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start(facts: dict[str, Any]) -> "subprocess.Popen[bytes]":
    ours = {"VAR_DIR": facts["var_dir"], "PORT": str(facts["port"]), "WEB_WORKERS": "1", "REQUEST_SECONDS": "60"}
    outside = {
        name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "BASE_URL", "SECRET_KEY")
    }
    log = Path(facts["var_dir"]) / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "run"], cwd=ROOT, env={**outside, **ours}, stdout=out, stderr=out
        )
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{facts['port']}/sign-in", timeout=5):
                return process
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    _stop(process)
    pytest.fail(f"The installation did not start:\n{log.read_text()[-4000:]}")


def _stop(process: "subprocess.Popen[bytes]", var_dir: Path | None = None) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if var_dir is not None:
        shutil.rmtree(var_dir, ignore_errors=True)
