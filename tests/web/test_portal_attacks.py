"""The portal under attack, through the real web server: disguised files, bombs, huge and slow bodies, forged forms."""

import io
import re
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from app.models import Case, File, PortalFiling
from app.models.database import reading
from app.queries.documents import stored_file
from tests.appeals import appeals_of_kostanay
from tests.portal import APPEAL, HOME
from tests.reception import at

ROOT = Path(__file__).parents[2]
FORM = f"{HOME}/file/application"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"


@dataclass(frozen=True)
class Site:
    """The program behind gunicorn: one process, two threads."""

    url: str
    port: int

    def browser(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=30, headers={"Accept-Language": "ru"})

    def send(self, browser: httpx.Client, name: str, content: bytes, **fields: str) -> httpx.Response:
        """Fill the form and add a file."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(FORM).text)
        data = {**APPEAL, "csrf_token": token[1] if token else "", **fields}
        return browser.post(FORM, data=data, files={"files": (name, content, "application/octet-stream")})


@pytest.fixture(scope="module")
def site(database_url: str) -> Iterator[Site]:
    """Kostanay deployed on a database, and gunicorn over it."""
    with ExitStack() as stack:
        stack.enter_context(appeals_of_kostanay(database_url, at("2025-06-02")))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environ = {
            "PORT": str(port),
            "SECRET_KEY": "k" * 32,
            "DATABASE_URL": database_url,
            "WEB_WORKERS": "1",
            "WEB_THREADS": "2",
            "PYTHONPATH": str(ROOT),
            "LOG_LEVEL": "ERROR",
        }
        command = [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "gunicorn.conf.py"), "wsgi:app"]
        process = stack.enter_context(subprocess.Popen(command, cwd=ROOT, env=environ))
        stack.callback(process.kill)
        found = Site(f"http://127.0.0.1:{port}", port)
        _wait(found)
        yield found


def _wait(site: Site) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            httpx.get(site.url + HOME, timeout=30)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("gunicorn did not open its port")


def bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"0" * (64 * 1024 * 1024))
    return made.getvalue()


def counted(table: type) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("счёт.pdf", b"MZ\x90\x00" + b"0" * 100, "не соответствует расширению"),
        ("фото.png", b"<html><script>alert(1)</script>", "не соответствует расширению"),
        ("письмо.docx", bomb(), "при распаковке становится слишком большим"),
        ("virus.exe", b"MZ\x90\x00", "не принимаются"),
        ("eicar.pdf", PDF + EICAR, "опознан как опасный"),
        ("пусто.pdf", b"", "пуст"),
        ("большой.pdf", PDF + b"0" * (21 * 1024 * 1024), "слишком большой"),
    ],
    ids=["disguised program", "disguised page", "archive bomb", "program", "test virus", "empty", "21 MB"],
)
def test_a_bad_file_is_refused_in_a_clear_sentence_and_nothing_typed_is_lost(
    site: Site, name: str, content: bytes, sentence: str
) -> None:
    with site.browser() as browser:
        before = counted(File)

        answer = site.send(browser, name, content)

        assert answer.status_code == 422
        assert sentence in answer.text
        assert "не горит фонарь" in answer.text
        assert counted(File) == before


def test_a_name_that_climbs_out_of_its_folder_is_only_a_name(site: Site) -> None:
    with site.browser() as browser:
        site.send(browser, "../../etc/cron.d/passwd.pdf", PDF)

        with reading() as session:
            names = session.scalars(select(File.name).order_by(File.id.desc())).all()

    assert names[0] == "passwd.pdf"


def test_a_file_that_is_not_sent_yet_is_hers_alone(site: Site) -> None:
    with site.browser() as browser:
        site.send(browser, "hers.pdf", PDF, _save="1")

    with reading() as session:
        kept = session.scalars(select(File).where(File.name == "hers.pdf")).one()
    assert stored_file(kept.id, office_id=kept.office_id) is None


def test_two_gigabytes_are_refused_before_they_are_sent(site: Site) -> None:
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as client:
        client.sendall(
            f"POST {FORM} HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=x\r\n"
            f"Content-Length: {2 * 1024**3}\r\n\r\n--x".encode()
        )

        answer = client.recv(200)

    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_form_of_another_site_is_refused(site: Site) -> None:
    with site.browser() as browser:
        before = counted(PortalFiling)

        forged = [browser.post(path, data=APPEAL).status_code for path in (FORM, f"{FORM}/send", f"{HOME}/follow")]

    assert forged == [400, 400, 400]
    assert counted(PortalFiling) == before
    assert counted(Case) == 0


def test_a_crowd_of_slow_clients_leaves_a_citizen_her_page(site: Site) -> None:
    words = f"POST {FORM} HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nslow".encode()
    with ExitStack() as stack, site.browser() as browser:
        for _ in range(50):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", site.port), timeout=10))
            client.sendall(words)
        time.sleep(0.3)

        seconds = []
        for _ in range(3):
            started = time.monotonic()
            assert browser.get(HOME).status_code == 200
            seconds.append(time.monotonic() - started)

    assert max(seconds) < 8  # who waits for a slow client waits for twenty


def test_a_page_weighs_little_and_needs_nothing_from_elsewhere(site: Site) -> None:
    """At most 60 KB with its sheet and script, as they travel, beside one font that browsers keep."""
    weights = {}
    with site.browser() as browser:
        for path in ("", "/follow", "/lost", "/disagree", "/file/application", "/file/reception"):
            page = browser.get(f"{HOME}{path}")
            parts = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
            assert not re.search(r'(?:href|src)="(?:https?:)?//', page.text)
            weights[path] = _travelled(page) + sum(_travelled(browser.get(part)) for part in set(parts))

    assert max(weights.values()) <= 60 * 1024, weights


def _travelled(answer: httpx.Response) -> int:
    return int(answer.headers["Content-Length"])
