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
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.config import Settings
from app.domain import clock
from app.models import Installation, Person, RoleGrant, UserTask
from app.models.database import reading
from app.usecases.access import Actor
from app.usecases.cases import open_case
from app.usecases.deploy import publish
from app.usecases.tokens import create_token
from app.usecases.transaction import transaction
from tests.reception import Walk

STEP = "register_and_notify_applicant"
PROCESS = "rush"
DIAGRAM = f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="rush_file" targetNamespace="http://rush">
  <bpmn:process id="{PROCESS}" name="Запись" isExecutable="true">
    <bpmn:extensionElements><spiffworkflow:properties>
      <spiffworkflow:property name="name_kk" value="Жазылу"/>
      <spiffworkflow:property name="name_en" value="Booking"/>
    </spiffworkflow:properties></bpmn:extensionElements>
    <bpmn:startEvent id="start"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="{STEP}"/>
    <bpmn:userTask id="{STEP}" name="Выбрать время">
      <bpmn:extensionElements><spiffworkflow:properties>
        <spiffworkflow:property name="name_kk" value="Уақытын таңдау"/>
        <spiffworkflow:property name="name_en" value="Choose a time"/>
        <spiffworkflow:property name="formKey" value="{STEP}"/>
        <spiffworkflow:property name="role" value="reception_coordinator"/>
      </spiffworkflow:properties></bpmn:extensionElements>
      <bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="f2" sourceRef="{STEP}" targetRef="end"/>
    <bpmn:endEvent id="end"><bpmn:incoming>f2</bpmn:incoming></bpmn:endEvent>
  </bpmn:process>
</bpmn:definitions>
"""
ROOT = Path(__file__).parent.parent
A_TOKEN = 200
"""Attempts with one token: the limit of requests a minute is not what is measured."""
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
    """Cases whose time is about to be chosen, by the ids of their tasks: a process of that one step."""
    with transaction() as session:
        publish(session, walk.office, _bundle(), now=clock.now())
    coordinator = walk.actor("reception_coordinator")
    for _ in range(number):
        open_case(process_key=PROCESS, kind="personal_reception", language="kk", by=coordinator)
    with reading() as session:
        tasks = select(UserTask.id).where(UserTask.element == STEP, UserTask.status == "open").order_by(UserTask.id)
        return list(session.scalars(tasks))


def _bundle() -> dict[str, Any]:
    """The process with the form of Kostanay's step 4."""
    form = ROOT / "forms" / "kostanay" / "personal_reception" / f"{STEP}.form.json"
    return {
        "process": PROCESS,
        "diagrams": {f"{PROCESS}.bpmn": DIAGRAM},
        "forms": {STEP: json.loads(form.read_text("utf-8"))},
        "letters": {},
        "documents": {},
    }


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
    secrets = _tokens(walk, clients * (1 + max(mine) // A_TOKEN))

    def client(number: int) -> None:
        chance = random.Random(seed * 1000 + number)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        gate.wait()
        for turn in range(mine[number]):
            with outcome.lock:
                task = chance.choice(sorted(open_tasks))
            started = time.perf_counter()
            kind = _attempt(connection, secrets[number + clients * (turn // A_TOKEN)], task, chance.choice(list(slots)))
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


def _tokens(walk: Walk, clients: int) -> list[str]:
    """The token of a coordinator of her own for each client."""
    found = []
    for number in range(clients):
        login = f"rush-{number}"
        with transaction() as session:
            known = session.scalar(select(Person.id).where(Person.login == login))
            if known is None:
                person = Person(
                    office_id=walk.office, login=login, full_name=login, sort_key=login, language="kk", preferences={}
                )
                session.add(person)
                session.flush()
                known = person.id
                role = {"role": "reception_coordinator", "valid_from": date(2019, 1, 1)}
                session.add(RoleGrant(office_id=walk.office, person_id=known, **role))
        by = Actor(known, walk.office, login, "kk", frozenset({"reception_coordinator"}))
        found.append(create_token("rush", last_day=None, by=by).secret)
    return found


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
