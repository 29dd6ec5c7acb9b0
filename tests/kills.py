"""An installation whose processes are killed at random moments while people work, and what must hold afterwards."""

import http.client
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from aiosmtpd.controller import Controller
from sqlalchemy import select, text

from app.config import Settings, inherited_environ
from app.domain import clock
from app.gateways.email import SmtpMailer
from app.gateways.postgres import PrivateServer
from app.models import Incident, Letter, Person, RoleGrant, UserTask
from app.models.database import connect, disconnect, reading
from app.usecases import published
from app.usecases.deploy import deploy
from app.usecases.jobs import perform_all
from app.usecases.migrate import migrate
from app.usecases.outgoing import NoSms, Outgoing
from app.usecases.passwords import hashed
from app.usecases.rebuild import rebuild_projections
from app.usecases.seal import seal, verify
from app.usecases.transaction import transaction
from tests.reception import CLARIFIED, REQUEST, ROOT

PASSWORD = "a password while killing"
LOGIN = "unbroken"
KINDS = ("web", "worker", "database")
OPEN_SECONDS = 120.0
TASK = re.compile(r"/tasks/(\d+)")


class Sink:
    """Takes every letter and remembers its Message-ID."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.taken[str(message_from_bytes(envelope.content)["Message-ID"])] += 1
        return "250 OK"


@dataclass
class Target:
    """The installation: its database in this process's hands, web and worker as children of their own."""

    server: PrivateServer
    settings: Settings
    sink: Sink
    children: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def start(self, kind: str) -> None:
        """Start web or worker."""
        line = {
            "web": (sys.executable, "-m", "gunicorn", "-c", str(ROOT / "gunicorn.conf.py"), "wsgi:app"),
            "worker": (str(Path(sys.executable).with_name("qabyldau")), "worker"),
        }[kind]
        environ = inherited_environ() | self.settings.environ() | {"DATABASE_URL": self.server.url}
        with self._log(kind).open("wb") as log:
            self.children[kind] = subprocess.Popen(
                line, cwd=ROOT, env=environ, stdout=log, stderr=log, start_new_session=True
            )

    def _log(self, kind: str) -> Path:
        return self.settings.var_dir / f"{kind}.log"

    def wait_until_open(self) -> None:
        deadline = time.monotonic() + OPEN_SECONDS
        while time.monotonic() < deadline:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", self.settings.port), 1).close()
                return
            time.sleep(0.05)
        said = self._log("web").read_text(errors="replace")[-2000:]
        raise TimeoutError(f"the web process did not open (it ended: {self.children['web'].poll()}): {said}")

    def kill(self, kind: str) -> None:
        """kill -9, then start again what has fallen, as the supervisor would."""
        if kind == "database":
            assert self.server.pid is not None
            os.kill(self.server.pid, signal.SIGKILL)
            for each in ("web", "worker"):
                self._kill_child(each)
            self.server.stop()
            self.server.start()
            for each in ("web", "worker"):
                self.start(each)
        else:
            self._kill_child(kind)
            self.start(kind)
        self.wait_until_open()

    def _kill_child(self, kind: str) -> None:
        child = self.children.pop(kind)
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()

    def end(self) -> None:
        for kind in list(self.children):
            self._kill_child(kind)


class Visitor:
    """Somebody who opens case after case, whatever falls around her."""

    def __init__(self, target: Target, stop: threading.Event) -> None:
        self._port, self._stop = target.settings.port, stop
        self._cookies: dict[str, str] = {}
        self._token = ""
        self.accepted: list[int] = []
        self.faults: list[str] = []

    def work(self) -> None:
        """Until told to stop; a broken request is given up, its case too."""
        while not self._stop.is_set():
            try:
                self._one_case()
            except (OSError, http.client.HTTPException, Unavailable):
                time.sleep(0.1)
            except Exception as fault:  # noqa: BLE001 - told by the test
                self.faults.append("".join(traceback.format_exception(fault)))
                return

    def _one_case(self) -> None:
        if not self._token:
            self._sign_in()
        first = self._post("/cases/new", {})
        received = f"{clock.wall() + timedelta(hours=5):%Y-%m-%dT%H:%M}"
        self._submit(first, {**REQUEST, "phone": "", "received_on": received}, CLARIFIED | {"substance_stated": "no"})

    def _submit(self, address: str, answers: Mapping[str, Any], *following: Mapping[str, Any]) -> None:
        number = int(TASK.fullmatch(address)[1])  # type: ignore[index]
        after = self._post(address, {key: value for key, value in answers.items() if isinstance(value, str)})
        self.accepted.append(number)
        if following and (address := self._following(after)):
            self._submit(address, *following)

    def _following(self, after: str) -> str:
        """The next task of the case, which may have to wait for a job; none at its end or while the worker is dead."""
        for _ in range(50):
            address = self._ask("GET", after)[1]
            if TASK.fullmatch(address):
                return address
            time.sleep(0.1)
        return ""

    def _sign_in(self) -> None:
        self._cookies.clear()
        try:
            self._token = self._token_of("/sign-in")
            self._post("/sign-in", {"login": LOGIN, "password": PASSWORD})
            self._token = self._token_of("/account")  # signing in makes a new one
        except BaseException:
            self._token = ""
            raise

    def _token_of(self, address: str) -> str:
        page = self._ask("GET", address)[2]
        return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]  # type: ignore[index]

    def _post(self, address: str, fields: Mapping[str, str]) -> str:
        status, location, body = self._ask("POST", address, {"csrf_token": self._token, **fields})
        if status == 422:
            raise AssertionError(re.sub(r"<[^>]+>|\s+", " ", body)[:1500])
        if status != 303:
            raise Unavailable
        return location

    def _ask(self, method: str, address: str, fields: Mapping[str, str] | None = None) -> tuple[int, str, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        try:
            headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
            if fields is not None:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request(method, address, urlencode(fields) if fields is not None else None, headers)
            answer = connection.getresponse()
            body = answer.read().decode()
            for line in answer.headers.get_all("Set-Cookie") or ():
                name, _, rest = line.partition("=")
                self._cookies[name] = rest.partition(";")[0]
            if answer.status >= 500:
                raise Unavailable
            return answer.status, answer.headers.get("Location", ""), body
        finally:
            connection.close()


class Unavailable(Exception):  # noqa: N818 - not a fault
    """The installation did not answer as usual: it has just been killed."""


@contextmanager
def target(place: Path) -> Iterator[Target]:
    """Kostanay on a durable database of its own, with web, worker and an SMTP server."""
    sink = Sink()
    smtp = Controller(sink, hostname="127.0.0.1", port=free_port())
    smtp.start()
    port = free_port()
    with PrivateServer(place / "postgres") as server:
        settings = Settings(
            database_url=server.url,
            secret_key="unbroken" * 4,
            smtp_url=f"smtp://127.0.0.1:{smtp.port}",
            var_dir=place,
            port=port,
            base_url=f"http://127.0.0.1:{port}",
            web_workers=1,
            log_level="ERROR",
        )
        _prepare(server.url)
        made = Target(server, settings, sink)
        try:
            for kind in ("web", "worker"):
                made.start(kind)
            made.wait_until_open()
            yield made
        finally:
            made.end()
            smtp.stop()
            disconnect()


def _prepare(url: str) -> None:
    connect(url)
    published.forget()
    migrate()
    deploy(ROOT / "processes" / "kostanay")
    with transaction() as session:
        person = Person(
            office_id="kostanay",
            login=LOGIN,
            full_name="Тұрақты",
            sort_key="т",
            password_hash=hashed(PASSWORD, login=LOGIN),
        )
        session.add(person)
        session.flush()
        for role in ("reception_coordinator", "reception_preparer"):
            session.add(RoleGrant(office_id="kostanay", person_id=person.id, role=role, valid_from=date(2020, 1, 1)))
    disconnect()


def survive(made: Target, kills: int, *, seed: int, people: int = 2) -> list[int]:
    """Kill `kills` times while people work; returns the tasks whose submission was answered with 303."""
    chance = random.Random(seed)
    stop = threading.Event()
    crowd = [Visitor(made, stop) for _ in range(people)]
    threads = [threading.Thread(target=each.work, daemon=True) for each in crowd]
    for thread in threads:
        thread.start()
    try:
        for number in range(kills):
            _wait_for_work(crowd)
            time.sleep(chance.uniform(0, 0.5))
            made.kill(KINDS[number] if number < len(KINDS) else chance.choice(KINDS))
        _wait_for_work(crowd)
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)
    _nobody_met_a_fault(crowd)
    return [number for each in crowd for number in each.accepted]


def _nobody_met_a_fault(crowd: list[Visitor]) -> None:
    faults = [fault for each in crowd for fault in each.faults]
    assert not faults, faults


def _wait_for_work(crowd: list[Visitor]) -> None:
    """Until somebody has been answered since now; whoever works again can be interrupted again."""
    before = sum(len(each.accepted) for each in crowd)
    deadline = time.monotonic() + OPEN_SECONDS
    while sum(len(each.accepted) for each in crowd) == before:
        assert time.monotonic() < deadline, "nobody gets an answer any more"
        _nobody_met_a_fault(crowd)
        time.sleep(0.01)


def check_everything(made: Target, accepted: list[int], kills: int) -> None:
    """Nothing lost, no number doubled or missing, letters sent, rows equal to states, the history whole."""
    made.end()
    connect(made.server.url)
    published.forget()
    _let_time_pass()
    outgoing = Outgoing(  # as the worker had it: the sender's domain is part of a letter's Message-ID
        mailer=SmtpMailer(made.settings.smtp_url or ""), sms=NoSms(), sender=made.settings.mail_from
    )
    while perform_all("after", outgoing):
        _let_time_pass()

    with reading() as session:
        done = set(session.scalars(select(UserTask.id).where(UserTask.status == "completed")))
        told = set(
            session.scalars(text("SELECT (facts ->> 'task')::bigint FROM history WHERE kind = 'task_completed'"))
        )
        numbers = session.execute(
            text("SELECT register, period, array_agg(number ORDER BY number) FROM register_entry GROUP BY 1, 2")
        ).all()
        counters = {
            (row[0], row[1]): row[2]
            for row in session.execute(text("SELECT register, period, value FROM register_counter"))
        }
        letters = session.execute(select(Letter.id, Letter.status).where(Letter.channel == "email")).all()
        incidents = session.scalars(select(Incident.detail)).all()
    assert accepted
    assert set(accepted) <= done
    assert told == done
    assert numbers
    for register, period, taken in numbers:
        assert taken == list(range(1, counters[register, period] + 1))
    assert letters
    assert [row for row in letters if row.status != "sent"] == []
    assert len(made.sink.taken) == len(letters), sorted(made.sink.taken)
    assert made.sink.taken.total() - len(letters) <= kills
    assert incidents == []
    _projections_equal_states()
    while seal():
        pass
    verdict = verify()
    assert (verdict.reason, verdict.unsealed) == (None, 0)


def _let_time_pass() -> None:
    """Leases of the killed end and what was to be tried again is due, as if minutes had gone by."""
    with transaction() as session:
        session.execute(
            text("UPDATE job SET leased_until = :past WHERE status = 'leased'"), {"past": clock.wall() - timedelta(1)}
        )
        session.execute(
            text("UPDATE job SET due_at = :now WHERE status = 'waiting' AND attempts > 0"), {"now": clock.now()}
        )


def _projections_equal_states() -> None:
    def rows() -> list[Any]:
        with reading() as session:
            return [
                session.execute(text(f"SELECT * FROM {table} ORDER BY id")).all()
                for table in ("user_task", "job", "subscription")
            ]

    before = rows()
    rebuild_projections(now=clock.now())
    assert rows() == before


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
