"""A rush for the places of a day over HTTP: many clients, few places; who wins, what the others are told, how fast."""

import http.client
import json
import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.dialects.postgresql import insert

from app.config import Settings
from app.domain import clock
from app.models import Installation
from app.usecases.tokens import create_token
from app.usecases.transaction import transaction
from tests.reception import Walk

STEP = "register_and_notify_applicant"
ROOT = Path(__file__).parent.parent
BOOKED, TAKEN, ANSWERED = "booked", "taken", "answered before"


@dataclass
class Outcome:
    """What happened: answers by kind, every answer that is none of them, and the seconds each took."""

    counts: Counter[str] = field(default_factory=Counter)
    strange: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, seconds: float) -> None:
        with self.lock:
            self.seconds.append(seconds)
            if kind in (BOOKED, TAKEN, ANSWERED):
                self.counts[kind] += 1
            else:
                self.strange.append(kind)

    def at(self, share: float) -> float:
        """Milliseconds within which that share of the attempts was answered."""
        ordered = sorted(self.seconds)
        return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 1)


def slots_of_days(walk: Walk, first: date, *, days: int, each: int) -> list[int]:
    """`each` slots of ten minutes on each of some working days, from ten o'clock on."""
    made: list[int] = []
    day = first
    for _ in range(days):
        while day.weekday() > 4:
            day += timedelta(days=1)
        made += walk.reception_day(day, slots=each)
        day += timedelta(days=1)
    return made


def waiting_cases(walk: Walk, number: int) -> list[int]:
    """Cases whose time is about to be chosen, by the ids of their tasks; one is walked there as people would."""
    tasks = []
    for _ in range(number):
        walk.start()
        walk.play(STEP)
        tasks.append(walk.task(STEP).id)
    return tasks


def any_day() -> None:
    """Let every waiting case choose among all days, not only the one that was decided on."""
    with transaction() as session:
        session.connection().exec_driver_sql("UPDATE reception_request SET answers = answers - 'reception_day_id'")


@contextmanager
def served(database_url: str, moment: datetime) -> Iterator[int]:
    """The web server over this database at this business time; its port."""
    shift = {"shift": (moment - clock.wall()).total_seconds()}
    with transaction() as session:
        session.execute(
            insert(Installation)
            .values(key="clock", value=shift)
            .on_conflict_do_update(index_elements=["key"], set_={"value": shift})
        )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with TemporaryDirectory(prefix="qabyldau-rush-") as folder:
        settings = Settings(
            database_url=database_url,
            secret_key="rush" * 8,
            var_dir=Path(folder),
            port=port,
            base_url=f"http://127.0.0.1:{port}",
            web_workers=2,
            log_level="WARNING",
        )
        line = (sys.executable, "-m", "gunicorn", "-c", str(ROOT / "gunicorn.conf.py"), "wsgi:app")
        environ = dict(os.environ) | settings.environ()
        with (Path(folder) / "log").open("wb") as log:
            server = subprocess.Popen(line, cwd=ROOT, env=environ, stdout=log, stderr=log)
            try:
                _wait_for(port, server)
                yield port
            finally:
                server.terminate()
                server.wait(30)


def rush(
    port: int, walk: Walk, *, tasks: Sequence[int], slots: Sequence[int], clients: int, attempts: int, seed: int = 1
) -> Outcome:
    """Let clients try again and again to book a random waiting case into a random slot, all at once."""
    outcome = Outcome()
    open_tasks = set(tasks)
    gate = threading.Barrier(clients)
    mine = [attempts // clients + (number < attempts % clients) for number in range(clients)]
    secrets = [[_token(walk) for _ in range(1 + count // 400)] for count in mine]

    def client(number: int) -> None:
        chance = random.Random(seed * 1000 + number)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        gate.wait()
        for turn in range(mine[number]):
            with outcome.lock:
                task = chance.choice(sorted(open_tasks))
            started = time.perf_counter()
            kind = _attempt(connection, secrets[number][turn % len(secrets[number])], task, chance.choice(list(slots)))
            outcome.note(kind, time.perf_counter() - started)
            if kind == BOOKED:
                with outcome.lock:
                    open_tasks.discard(task)
        connection.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcome


def _attempt(connection: http.client.HTTPConnection, token: str, task: int, slot: int) -> str:
    body = json.dumps({"answers": {"slot": str(slot), "place": "akimat"}})
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Accept-Language": "kk"}
    connection.request("POST", f"/api/v1/tasks/{task}/complete", body, headers)
    answer = connection.getresponse()
    content = answer.read().decode()
    if answer.status == 200:
        return BOOKED
    if answer.status == 422 and _honest(content):
        return TAKEN
    if answer.status == 409:
        return ANSWERED
    return f"{answer.status} {content[:300]}"


def _honest(content: str) -> bool:
    """Whether the refusal says in Kazakh that the time is gone, and what is free or that nothing is."""
    return "Бұл уақытты жаңа ғана басқа адамға берді" in content and (
        "Жақын бос уақыттар" in content or "бос уақыт қалмады" in content
    )


def _token(walk: Walk) -> str:
    return create_token("rush", last_day=None, by=walk.actor("reception_coordinator")).secret


def booked_twice(slots: Sequence[int]) -> list[tuple[int, int]]:
    """Slots with more appointments than seats."""
    with transaction() as session:
        rows = session.connection().exec_driver_sql(
            "SELECT slot_id, count(*) FROM booking WHERE status NOT IN ('missed', 'moved', 'withdrawn')"
            " GROUP BY slot_id HAVING count(*) > 1"
        )
        return [(row[0], row[1]) for row in rows if row[0] in set(slots)]


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 90
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            assert server.poll() is None, "the web server ended"
            assert time.monotonic() < deadline, "the web server did not open"
            time.sleep(0.1)
