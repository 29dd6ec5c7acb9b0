"""Mail and SMS away for an hour, a worker killed at the worst moment, over real servers: nothing is lost."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import func, select, update

from app.domain import clock
from app.gateways.email import SmtpMailer
from app.gateways.sms import HttpSmsGateway
from app.models import Incident, Job, Letter
from app.models.database import reading
from app.usecases.jobs import perform_all
from app.usecases.outgoing import Outgoing
from app.usecases.transaction import transaction
from tests.appeals import AppealWalk, appeals_of_kostanay
from tests.kills import Sink
from tests.reception import at


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Outside:
    """An SMTP server and an SMS service on ports of their own, each of which may be away."""

    sink: Sink = field(default_factory=Sink)
    texts: Counter[str] = field(default_factory=Counter)
    smtp_port: int = field(default_factory=free_port)
    sms_port: int = field(default_factory=free_port)
    _smtp: Controller | None = None
    _sms: ThreadingHTTPServer | None = None

    def open(self) -> None:
        self._smtp = Controller(self.sink, hostname="127.0.0.1", port=self.smtp_port)
        self._smtp.start()
        texts = self.texts

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                texts[self.headers["Idempotency-Key"]] += 1
                answer = json.dumps({"id": self.headers["Idempotency-Key"]}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the server's word
                """Nothing."""

        self._sms = ThreadingHTTPServer(("127.0.0.1", self.sms_port), Handler)
        threading.Thread(target=self._sms.serve_forever, kwargs={"poll_interval": 0.01}).start()

    def close(self) -> None:
        if self._smtp is not None and self._sms is not None:
            self._smtp.stop()
            self._sms.shutdown()
            self._sms.server_close()
            self._smtp = self._sms = None

    def doors(self) -> Outgoing:
        mailer = SmtpMailer(f"smtp://127.0.0.1:{self.smtp_port}")
        sms = HttpSmsGateway(f"http://127.0.0.1:{self.sms_port}/send", "token")
        return Outgoing(mailer, sms, "kostanay@example.test")


@pytest.fixture
def outside() -> Iterator[Outside]:
    made = Outside()
    yield made
    made.close()


@pytest.fixture
def walk(database_url: str) -> Iterator[AppealWalk]:
    """Monday 2 June 2025: letters of three appeals wait to leave, by e-mail and SMS."""
    with appeals_of_kostanay(database_url, at("2025-06-02")) as walk:
        for _ in range(3):
            walk.visitor()
            walk.finish()
        with transaction() as session:
            for letter in session.scalars(select(Letter).where(Letter.channel.in_(("email", "sms")))):
                letter.status, letter.sent_at, letter.message_id = "queued", None, None
                session.add(
                    Job(
                        office_id="kostanay",
                        kind="letter",
                        name=letter.template,
                        case_id=letter.case_id,
                        payload={"letter": letter.id},
                        due_at=walk.now,
                    )
                )
        yield walk


def letters(status: str) -> dict[str, int]:
    """How many letters of each channel are so."""
    with reading() as session:
        counted = select(Letter.channel, func.count()).where(Letter.status == status).group_by(Letter.channel)
        return {row[0]: row[1] for row in session.execute(counted) if row[0] in ("email", "sms")}


def pass_time(walk: AppealWalk, until: datetime, doors: Outgoing) -> None:
    """Let a worker do what becomes due until then."""
    while True:
        perform_all("story", doors)
        with reading() as session:
            due = session.scalar(select(func.min(Job.due_at)).where(Job.status == "waiting", Job.kind == "letter"))
        if due is None or due > until:
            walk.clock.moment = until
            return
        walk.clock.moment = max(walk.clock.moment, due)


def test_an_hour_without_mail_and_sms_loses_nothing_and_doubles_nothing(walk: AppealWalk, outside: Outside) -> None:
    doors = outside.doors()
    waiting = letters("queued")

    pass_time(walk, at("2025-06-02", "11:00"), doors)
    after_an_hour = letters("queued")
    outside.open()
    pass_time(walk, at("2025-06-02", "14:00"), doors)

    assert after_an_hour == waiting
    assert letters("sent") == waiting
    assert (len(outside.sink.taken), len(outside.texts)) == (waiting["email"], waiting["sms"])
    assert set(outside.sink.taken.values()) | set(outside.texts.values()) == {1}
    with reading() as session:
        assert session.scalars(select(Incident)).all() == []


WORKER = """
import os, signal, sys
from datetime import datetime
from app.domain import clock
from app.domain.clock import StandingClock
from app.gateways.email import SmtpMailer
from app.gateways.sms import HttpSmsGateway
from app.models.database import connect
from app.usecases.jobs import perform_all
from app.usecases.outgoing import Outgoing

class Dies:
    def __init__(self, door):
        self.door = door

    def send(self, *told, **named):
        self.door.send(*told, **named)
        os.kill(os.getpid(), signal.SIGKILL)

connect(sys.argv[1])
clock.set_clock(StandingClock(datetime.fromisoformat(sys.argv[2])))
mailer, sms = SmtpMailer(sys.argv[3]), HttpSmsGateway(sys.argv[4], "token")
if sys.argv[5] == "email":
    mailer = Dies(mailer)
else:
    sms = Dies(sms)
perform_all("dies", Outgoing(mailer, sms, "kostanay@example.test"))
"""


@pytest.mark.parametrize("kind", ["email", "sms"])
def test_a_worker_killed_between_the_servers_word_and_our_commit_doubles_one_letter_recognisably(
    walk: AppealWalk, outside: Outside, database_url: str, kind: str
) -> None:
    """The other side has it, we do not know: it is sent once more under the same Message-ID or key."""
    outside.open()
    waiting = letters("queued")
    told = (f"smtp://127.0.0.1:{outside.smtp_port}", f"http://127.0.0.1:{outside.sms_port}/send", kind)
    line = (sys.executable, "-c", WORKER, database_url, clock.now().isoformat(), *told)
    killed = subprocess.run(line, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}, check=False)
    with transaction() as session:
        over = clock.wall() - timedelta(seconds=1)
        session.execute(update(Job).where(Job.status == "leased").values(leased_until=over))

    pass_time(walk, at("2025-06-02", "11:00"), outside.doors())

    taken = outside.sink.taken if kind == "email" else outside.texts
    others = outside.texts if kind == "email" else outside.sink.taken
    assert killed.returncode == -9
    assert letters("sent") == waiting
    assert sorted(taken.values()) == [1] * (waiting[kind] - 1) + [2]
    assert set(others.values()) == {1}
