"""Starts and stops a whole installation (private PostgreSQL, demo office, web, worker) and a Chromium to look at it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Playwright

ROOT = Path(__file__).parent.parent.parent
INSTALL = "apt-get install -y chromium fonts-noto-core"
START_SECONDS = 300
OURS_ALONE = ("DATABASE_URL", "BASE_URL", "SECRET_KEY", "SMTP_URL", "SMS_URL")


def chromium() -> str | None:
    """Where Chromium is."""
    return shutil.which(os.environ.get("CHROMIUM", "chromium"))


def launch(playwright: Playwright) -> Browser:
    """A Chromium without a window."""
    return playwright.chromium.launch(
        executable_path=chromium(), args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    )


class NotStartedError(RuntimeError):
    """The installation did not come up; its last words are told."""


def begin() -> tuple["subprocess.Popen[bytes]", Path, int]:
    """Start a demo on a free port; returns its process, its VAR_DIR and the port once the sign-in page answers."""
    var_dir = Path(tempfile.mkdtemp(prefix="qabyldau-browser-"))
    var_dir.chmod(0o711)  # as root the server runs under another account, which must get through
    port = _free_port()
    ours = {"VAR_DIR": str(var_dir), "PORT": str(port), "WEB_WORKERS": "1", "REQUEST_SECONDS": "60"}
    theirs = {name: value for name, value in os.environ.items() if name not in OURS_ALONE}
    log = var_dir / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "run"], cwd=ROOT, env=theirs | ours, stdout=out, stderr=out
        )
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=5):
                return process, var_dir, port
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    last_words = log.read_text()[-4000:]
    end(process, var_dir)
    raise NotStartedError(f"The installation did not start:\n{last_words}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def end(process: "subprocess.Popen[bytes]", var_dir: Path) -> None:
    """Stop it and forget it."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    shutil.rmtree(var_dir, ignore_errors=True)
