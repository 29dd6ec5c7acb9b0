"""Many filings by every channel of Kostanay at once, from several processes: what must come out, how long it took."""

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from app.domain import clock
from app.domain.clock import ShiftedClock
from app.domain.errors import AutomationError
from app.domain.incoming import Incoming
from app.models import Appeal, Case, Incident, JournalRow, UserTask
from app.models.database import connect, disconnect, reading
from app.records.visit_links import LinkMaker
from app.usecases import portal, portal_drafts
from app.usecases.access import Actor
from app.usecases.appeals import begin_appeal
from app.usecases.incoming import take_appeals
from app.usecases.jobs import perform_all
from app.usecases.messages import correlate
from app.usecases.outgoing import Outgoing
from app.usecases.tasks import complete_user_task
from tests.appeals import WHO, AppealWalk
from tests.portal import APPEAL

ROOT = Path(__file__).parent.parent
THREADS = 3
LONGEST = float(os.environ.get("FILINGS_SECONDS", "1500"))
"""Seconds after which a process gives up."""
LINKS = LinkMaker("https://reception.example", "a key of the tests")
OFFICERS = ("enter_in_journal", "reconcile_envelopes", "check_addressees", "return_envelopes", "sign_list")
Item = dict[str, Any]


def plan(total: int, repeats: int, deliveries: int) -> list[Item]:
    """A fifth of the filings by each channel; `repeats` of what other systems and Kazpost send comes twice.

    Visitors and citizens at the portal click twice each, besides.
    """
    each = total // 5
    once: list[Item] = [
        {"channel": channel, "n": n}
        for channel in ("hand", "egov", "president_reception", "portal")
        for n in range(each)
    ]
    electronic = [item for item in once if item["channel"] in ("egov", "president_reception")]
    doubled = random.Random(1).sample(electronic, repeats - deliveries)
    posted = [{"channel": "kazpost", "n": n} for n in range(deliveries)]
    return [*once, *posted, *posted, *doubled]


def file_all(
    database_url: str, walk: AppealWalk, *, total: int, repeats: int, deliveries: int, processes: int
) -> dict[str, Any]:
    """Let the processes file everything and enter it in the journal while two workers work; returns figures."""
    items = plan(total, repeats, deliveries)
    random.Random(2).shuffle(items)
    config = {
        "database": database_url,
        "shift": (walk.now - clock.wall()).total_seconds(),
        "people": dict(walk.people),
        "total": total,
        "envelopes": total // 5 // deliveries,
    }
    started = time.monotonic()
    children = [_child({**config, "items": items[n::processes], "seed": n}) for n in range(processes)]
    workers = [_child({**config, "work": True}) for _ in range(2)]
    try:
        told = [json.loads(child.communicate(timeout=LONGEST + 120)[0].splitlines()[-1]) for child in children]
    finally:
        for each in (*children, *workers):
            each.kill()
            each.communicate()
    answers: Counter[str] = Counter()
    for each in told:
        answers.update(each["answers"])
    waits = sorted(second for each in told for second in each["seconds"])
    return {
        "filings": total,
        "submissions": len(items),
        "processes": processes,
        "seconds": round(time.monotonic() - started, 1),
        "answers": dict(answers),
        "faults": [fault for each in told for fault in each["faults"]],
        "p50": round(waits[len(waits) // 2] * 1000),
        "p95": round(waits[int(len(waits) * 0.95)] * 1000),
        "load": os.getloadavg()[0],
    }


def _child(config: Mapping[str, Any]) -> "subprocess.Popen[str]":
    child = subprocess.Popen(
        (sys.executable, "-c", "from tests.filings import main; main()"),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdin is not None
    child.stdin.write(json.dumps(config) + "\n")
    child.stdin.flush()
    return child


def check(walk: AppealWalk, *, total: int, deliveries: int) -> dict[str, Any]:
    """What is in the records now, to be compared with what was filed."""
    with reading() as session:
        appeals = list(session.scalars(select(Appeal)))
        rows = list(session.scalars(select(JournalRow).order_by(JournalRow.number)))
        talons = [each.talon for each in appeals if each.talon]
        deliveries_here = session.scalar(select(func.count()).select_from(Case).where(Case.kind == "kazpost_delivery"))
        incidents = list(session.scalars(select(Incident.detail)))
        open_tasks = session.scalar(
            select(func.count()).where(UserTask.element.in_(OFFICERS), UserTask.status == "open")
        )
    loads = Counter(row.registrar_id for row in rows)
    numbered = [(each.source, each.external_number) for each in appeals if each.external_number]
    return {
        "by source": dict(sorted(Counter(each.source for each in appeals).items())),
        "numbers without a gap": [row.number for row in rows] == list(range(1, total + 1)),
        "journal rows of one case": max(Counter(row.case_id for row in rows).values(), default=0),
        "talons twice": len(talons) - len(set(talons)),
        "sent in twice": len(numbered) - len(set(numbered)),
        "deliveries": deliveries_here == deliveries,
        "registrars": len(loads),
        "loads apart": max(loads.values()) - min(loads.values()),
        "incidents": incidents,
        "left open": open_tasks,
    }


RIGHT = {
    "numbers without a gap": True,
    "journal rows of one case": 1,
    "talons twice": 0,
    "sent in twice": 0,
    "deliveries": True,
    "registrars": 3,
    "incidents": [],
    "left open": 0,
}


class Filer:
    """One process: files its share, then enters whatever waits in the journal until all of it is there."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.config = config
        self.chance = random.Random(config.get("seed", 0))
        self.answers: Counter[str] = Counter()
        self.seconds: list[float] = []
        self.faults: list[str] = []

    def actor(self, role: str) -> Actor:
        return Actor(self.config["people"][role], "kostanay", role, "ru", frozenset({role}))

    def timed(self, name: str, act: Callable[[], object]) -> None:
        """An act of a person: done, told no, or a fault that must not be."""
        clock.set_clock(ShiftedClock(timedelta(seconds=self.config["shift"])))
        started = time.monotonic()
        try:
            act()
            self.answers[name] += 1
        except AutomationError as refused:
            self.answers[f"{name}: {type(refused).__name__}"] += 1
        except Exception as fault:  # noqa: BLE001 - told by the test
            self.faults.append(f"{name}: {fault!r}"[:500])
        self.seconds.append(time.monotonic() - started)

    def file(self, item: Item) -> None:
        by: Mapping[str, Callable[[int], None]] = {
            "hand": self.by_hand,
            "egov": lambda n: self.sent("egov", n),
            "president_reception": lambda n: self.sent("president_reception", n),
            "kazpost": self.by_post,
            "portal": self.on_portal,
        }
        by[item["channel"]](item["n"])

    def by_hand(self, n: int) -> None:
        """A visitor; whoever sends a form twice is told no."""
        self.timed("hand", lambda: self._visit(n))

    def _visit(self, n: int) -> None:
        officer = self.actor("intake_officer")
        case_id = begin_appeal("hand", language="ru", by=officer)
        for element, answers in (
            ("talk_with_visitor", {"cause": f"№ {n}", "explanations": "Разъяснён закон.", "handed_in": "yes"}),
            ("accept_appeal", {"applicant_kind": "person", "full_name": WHO["full_name"], "sheets": 1}),
        ):
            with reading() as session:
                task = session.scalars(
                    select(UserTask.id).where(UserTask.case_id == case_id, UserTask.element == element)
                ).one()
            complete_user_task(task, answers=answers, by=officer)
            self.timed(
                "hand, a second click",
                lambda task=task, sent=answers: complete_user_task(task, answers=sent, by=officer),
            )

    def sent(self, source: str, n: int) -> None:
        words = Incoming(f"{source}-{n}", "person", f"Заявитель {n}", "", "", "", "", "", "ru", "", f"Вопрос {n}")
        officer = self.actor("intake_officer")
        self.timed(source, lambda: take_appeals(source, [words], by=officer, key=f"{source}-{n}"))

    def by_post(self, n: int) -> None:
        by = self.actor("reception_coordinator")
        self.timed("kazpost", lambda: correlate("kazpost.delivery", payload={}, by=by, idempotency_key=f"delivery-{n}"))

    def on_portal(self, n: int) -> None:
        self.timed("portal", lambda: self._portal(n))

    def _portal(self, n: int) -> None:
        typed = {**APPEAL, "substance": f"Вопрос {n}: во дворе не горит фонарь."}
        where = {"language": "ru", "address": f"10.0.{n // 250}.{n % 250}-{os.getpid()}"}
        submitted = {key: [value] for key, value in typed.items()}
        browser = portal_drafts.keep("kostanay", "application", "", submitted, **where)
        key = portal.check("kostanay", "application", browser, "ru").key
        with ThreadPoolExecutor(2) as pool:  # a double click
            clicks = [
                pool.submit(self.timed, "portal, a click", lambda: self._send(browser, key, where["address"]))
                for _ in range(2)
            ]
            for click in clicks:
                click.result()

    def _send(self, browser: str, key: str, address: str) -> None:
        portal.send("kostanay", "application", browser, key, maker=LINKS, address=address)

    def officers(self) -> None:
        """Do what waits for the intake officers, whoever else may be at it, until everything is in the journal."""
        deadline = time.monotonic() + LONGEST
        while time.monotonic() < deadline:
            with reading() as session:
                entered = session.scalar(select(func.count()).select_from(JournalRow)) or 0
                waiting = session.execute(
                    select(UserTask.id, UserTask.element, UserTask.case_id).where(
                        UserTask.element.in_(OFFICERS), UserTask.status == "open"
                    )
                ).all()
            if entered >= self.config["total"] and not waiting:
                return
            if not waiting:
                time.sleep(0.2)
                continue
            chosen = self.chance.sample(waiting, min(len(waiting), 12))
            with ThreadPoolExecutor(THREADS) as pool:
                list(pool.map(lambda task: self.timed(task.element, lambda: self._do(task)), chosen))

    def _do(self, task: Any) -> None:
        codes = "\n".join(f"RR{task.case_id:05}{n:04}KZ" for n in range(self.config["envelopes"]))
        answers: dict[str, dict[str, Any]] = {
            "enter_in_journal": {"applicant_kind": "person", "full_name": WHO["full_name"]},
            "reconcile_envelopes": {"list_number": "1", "list_date": "2025-06-02", "listed": codes, "scanned": codes},
            "check_addressees": {"wrong_envelopes": []},
            "return_envelopes": {"envelopes_returned": True},
            "sign_list": {"courier": "Серик Омаров", "list_signed": True},
        }
        complete_user_task(task.id, answers=answers[task.element], by=self.actor("intake_officer"))


class _Post:
    """Takes every letter."""

    def send(self, message: Any = None, *, to: str = "", text: str = "", key: str = "", office_id: Any = None) -> None:
        """Taken."""


def main() -> None:
    """A process of `file_all`: a filer, or a worker until it is told to end."""
    config = json.loads(sys.stdin.readline())
    connect(config["database"])
    clock.set_clock(ShiftedClock(timedelta(seconds=config["shift"])))
    try:
        if config.get("work"):
            post = _Post()
            while True:
                if not perform_all(f"worker-{os.getpid()}", Outgoing(post, post, "kostanay@example.test", links=LINKS)):  # type: ignore[arg-type]
                    time.sleep(0.1)
        filer = Filer(config)
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(filer.file, config["items"]))
        filer.officers()
        print(json.dumps({"answers": filer.answers, "seconds": filer.seconds, "faults": filer.faults}))
    finally:
        disconnect()
