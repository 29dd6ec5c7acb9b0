"""A private installation to measure: PostgreSQL as in production, one office, one web process, one worker."""

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from datetime import time as time_of_day
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg

from app.config import Settings
from app.domain import clock
from app.gateways.postgres import PrivateServer
from app.models import Office, OfficeHoursRow, Person, RoleGrant
from app.models.database import connect
from app.usecases.access import Actor
from app.usecases.deploy import publish
from app.usecases.migrate import migrate
from app.usecases.passwords import hashed
from app.usecases.tokens import create_token
from app.usecases.transaction import transaction

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
OFFICE = "bench"
PASSWORD = "a password for measuring"
ROLES = ("reception_coordinator", "intake_officer")
PEOPLE = ("anar", "berik", "vera", "gulnar")
PROCESSES = {
    "bench_13": "bench_step",
    "bench_100": "bench_step",
    "bench_loop": "bench_step",
    "bench_sign": "bench_sign",
    "bench_timer": None,
    "bench_wait": "bench_step",
}


class Browser:
    """One person on one kept connection: her cookies and the token of her forms."""

    def __init__(self, port: int, login: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._cookies: dict[str, str] = {}
        self.token = self._token_of("/sign-in")
        status, _ = self.post("/sign-in", {"login": login, "password": PASSWORD})
        assert status == 303, f"nobody signed in: {status}"
        self.token = self._token_of("/account")  # signing in makes a new one

    def _token_of(self, path: str) -> str:
        return re.search(r'name="csrf_token" value="([^"]+)"', self.get(path))[1]

    def get(self, path: str) -> str:
        """A page's text; anything but 200 is an error."""
        status, body = self._ask("GET", path, None, {})
        assert status == 200, f"GET {path}: {status}"
        return body.decode()

    def post(self, path: str, fields: Mapping[str, str]) -> tuple[int, bytes]:
        """A form's submission; the redirect is not followed."""
        body = urlencode({"csrf_token": getattr(self, "token", ""), **fields})
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, bytes]:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        self._connection.request(method, path, body, headers | ({"Cookie": cookies} if cookies else {}))
        answer = self._connection.getresponse()
        content = answer.read()
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, rest = line.partition("=")
            self._cookies[name] = rest.partition(";")[0]
        return answer.status, content


class Program:
    """Another program that starts instances through the API."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def start(self, process: str) -> int:
        """A new instance; returns its id."""
        self._connection.request("POST", "/api/v1/instances", json.dumps({"process": process}), self._headers)
        answer = self._connection.getresponse()
        content = answer.read()
        assert answer.status == 201, f"{answer.status} {content!r}"
        return int(json.loads(content)["id"])


@dataclass
class Installation:
    """The running installation: addresses, people, and the database itself for looking into."""

    url: str
    port: int
    folder: Path
    people: dict[str, int]
    tokens: dict[str, str]
    database: "psycopg.Connection[tuple[Any, ...]]"
    environ: dict[str, str]
    children: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def browser(self, login: str = PEOPLE[0]) -> Browser:
        return Browser(self.port, login)

    def program(self, login: str = PEOPLE[0]) -> Program:
        return Program(self.port, self.tokens[login])

    def open_tasks(self, instance_id: int) -> list[int]:
        """The tasks of an instance that wait."""
        rows = self.database.execute(
            "SELECT id FROM user_task WHERE instance_id = %s AND status = 'open' ORDER BY id", (instance_id,)
        )
        return [row[0] for row in rows]

    def one(self, query: str, *values: object) -> Any:
        """The one value of a query."""
        return self.database.execute(query, values).fetchone()[0]

    def spawn(self, *line: str) -> "subprocess.Popen[bytes]":
        """A process of the installation; ended with it."""
        log = (self.folder / f"{len(self.children)}.log").open("wb")
        child = subprocess.Popen(line, cwd=ROOT, env=self.environ, stdout=log, stderr=log)
        self.children.append(child)
        return child

    def web(self) -> "subprocess.Popen[bytes]":
        """One web process that answers."""
        child = self.spawn(sys.executable, "-m", "gunicorn", "-c", str(ROOT / "gunicorn.conf.py"), "wsgi:app")
        deadline = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return child
            except OSError:
                assert child.poll() is None, "the web process ended"
                assert time.monotonic() < deadline, "the web process did not open"
                time.sleep(0.05)

    def worker(self) -> "subprocess.Popen[bytes]":
        """One worker process."""
        return self.spawn(str(Path(sys.executable).with_name("qabyldau")), "worker")

    def end(self, child: "subprocess.Popen[bytes]") -> None:
        """Stop one process in order."""
        child.terminate()
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        self.children.remove(child)


@contextmanager
def installation() -> Iterator[Installation]:
    """A fresh installation in a temporary folder; everything ends and goes at the end of the block."""
    folder = Path(tempfile.mkdtemp(prefix="qabyldau-bench-"))
    folder.chmod(0o711)  # as root the server runs under another account, which must get through
    try:
        with PrivateServer(folder / "postgres") as server:
            port = _free_port()
            settings = Settings(
                database_url=server.url,
                secret_key="measured" * 4,
                var_dir=folder,
                port=port,
                base_url=f"http://127.0.0.1:{port}",
                web_workers=1,
                log_level="WARNING",
            )
            connect(server.url)
            migrate()
            people, tokens = _office()
            with psycopg.connect(server.url, autocommit=True) as database:
                made = Installation(
                    server.url, port, folder, people, tokens, database, dict(os.environ) | settings.environ()
                )
                try:
                    yield made
                finally:
                    for child in list(made.children):
                        made.end(child)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def bundle(process: str) -> dict[str, Any]:
    """A process of this folder as it is published."""
    form = PROCESSES[process]
    file = ROOT / "forms" / "bench" / f"{form}.form.json"
    return {
        "process": process,
        "diagrams": {f"{process}.bpmn": (HERE / f"{process}.bpmn").read_text("utf-8")},
        "forms": {form: json.loads(file.read_text("utf-8"))} if form else {},
        "letters": {},
        "documents": {},
    }


def _office() -> tuple[dict[str, int], dict[str, str]]:
    password = hashed(PASSWORD, login="")
    people: dict[str, int] = {}
    with transaction() as session:
        session.add(Office(id=OFFICE, name_kk=OFFICE, name_ru=OFFICE, name_en=OFFICE, zone="Asia/Almaty", settings={}))
        session.flush()
        hours = {"opens": time_of_day(9), "closes": time_of_day(18, 30), "entered_at": clock.now()}
        session.add(OfficeHoursRow(office_id=OFFICE, valid_from=date(2020, 1, 1), **hours))
        for login in PEOPLE:
            person = Person(
                office_id=OFFICE, login=login, full_name=login, sort_key=login, password_hash=password, preferences={}
            )
            session.add(person)
            session.flush()
            people[login] = person.id
            for role in ROLES:
                session.add(RoleGrant(office_id=OFFICE, person_id=person.id, role=role, valid_from=date(2020, 1, 1)))
        for process in PROCESSES:
            publish(session, OFFICE, bundle(process), now=clock.now())
    tokens = {
        login: create_token("bench", last_day=None, by=Actor(number, OFFICE, login, "ru", frozenset(ROLES))).secret
        for login, number in people.items()
    }
    return people, tokens


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
