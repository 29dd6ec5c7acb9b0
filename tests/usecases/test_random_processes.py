"""Random processes in a real office: whatever falls and whatever fails, nothing is lost, doubled or out of step."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.clock import StandingClock
from app.domain.texts import Text
from app.handlers.registry import Step, service_task
from app.models import Job, Office, ProcessInstance, RegisterEntry, Subscription, UserTask
from app.models.database import reading
from app.records.numbers import enter
from app.usecases.access import Actor
from app.usecases.cases import send_message, start_instance
from app.usecases.deploy import publish
from app.usecases.jobs import perform_all
from app.usecases.outgoing import NoSms, Outgoing
from app.usecases.rebuild import rebuild_projections
from app.usecases.tasks import complete_user_task
from app.usecases.transaction import transaction
from tests.random_processes import ITEMS, Block, Reference, Waits, answers_for, answers_of, blocks, draw, named
from tests.reception import Post
from tests.usecases.small_office import OFFICE, almaty, hire, opened

REGISTER = "random"
people: list[Actor] = []
trouble: list[str] = []


@service_task("random.record", kind="record", label=Text("Жазу", "Запись", "Record"))
def record(step: Step, element: str) -> dict[str, object]:
    """Takes the next number of a register."""
    if trouble:
        raise RuntimeError(trouble.pop())
    enter(step.session, office_id=step.office_id, register=REGISTER, now=step.now, case_id=None, facts={"at": element})
    return {}


@service_task("random.job", kind="outside", label=Text("Іс", "Дело", "Job"))
def job(step: Step, element: str) -> dict[str, object]:
    """Does nothing, and sometimes not even that."""
    if trouble:
        raise RuntimeError(trouble.pop())
    return {}


class Killed(BaseException):
    """The process has been killed before it could commit."""


@pytest.fixture(autouse=True, scope="module")
def office(database_url: str) -> Iterator[None]:
    with opened(database_url):
        people[:] = [hire("worker", "reception_preparer")]
        with transaction() as session:
            held = session.get_one(Office, OFFICE)
            held.settings = {**held.settings, "registers": {REGISTER: {"format": "{number}", "period": "none"}}}
        yield


class RandomProcess(RuleBasedStateMachine):
    """One process of the office and the reference of what it must do; jobs are done as soon as they are there."""

    def __init__(self) -> None:
        super().__init__()
        self.acts = 0
        self.clock = StandingClock(almaty("2024-01-09"))
        self._using = clock.using(self.clock)
        self._using.__enter__()
        self.outgoing = Outgoing(mailer=Post(), sms=NoSms(), sender="small@example.test")

    def teardown(self) -> None:
        trouble.clear()
        with transaction() as session:
            session.execute(text("TRUNCATE process_instance, job, message, register_entry, register_counter CASCADE"))
        self._using.__exit__(None, None, None)

    @initialize(block=blocks("timer", "message"))
    def begin(self, block: Block) -> None:
        process = named(block)
        forms = {element: _form(element, variables) for element, variables in answers_of(process)}
        bundle = {"process": "p", "diagrams": {"p.bpmn": draw(process).decode()}, "forms": forms}
        with transaction() as session:
            publish(session, OFFICE, {**bundle, "letters": {}, "documents": {}}, now=clock.now())
            self.instance = start_instance(session, OFFICE, "p", case_id=None, variables=dict(ITEMS), by=None)
        self.reference = Reference(process, clock.now())
        self._work()

    @precondition(lambda self: self.reference.waiting)
    @rule(
        number=st.integers(0, 99),
        digit=st.integers(0, 5),
        accident=st.sampled_from(["", "", "trouble", "kill"]),
        commits=st.integers(0, 3),
    )
    def something_happens(self, number: int, digit: int, accident: str, commits: int) -> None:
        waits = self._choose(number)
        if len([each for each in self.reference.waiting if each.due and each.due == waits.due]) > 1:
            return  # of two timers due at one moment either may be first
        if waits.due is not None:
            self.clock.moment = self.reference.now = waits.due
        self.acts += 1
        self.task = _open_task(waits.element) if waits.kind == "user" else None
        trouble[:] = ["down"] if accident == "trouble" else []
        with dying(after=commits if accident == "kill" else None):
            self._act(waits, digit)
        trouble.clear()
        self._act(waits, digit)

        self.reference.act(waits, self._answers(waits, digit))
        self._work()

    @precondition(lambda self: not self.reference.waiting)
    @rule()
    def nothing_is_left(self) -> None:
        assert self.reference.ended

    def _choose(self, number: int) -> Waits:
        """Anything that waits; of the timers only the first, for time goes forward."""
        first = min((each.due for each in self.reference.waiting if each.due), default=None)
        possible = [each for each in self.reference.waiting if each.due in (None, first)]
        return possible[number % len(possible)]

    def _answers(self, waits: Waits, digit: int) -> dict[str, str] | None:
        mark = len(self.reference.variables)
        return answers_for(waits.block, waits.element, digit, mark) if waits.kind == "user" else None

    def _act(self, waits: Waits, digit: int) -> None:
        """Do it, if it has not been done: after a kill nobody knows."""
        if _seen(self.instance) != self.reference.view():
            return
        if waits.kind == "user":
            if _open_task(waits.element) != self.task:
                return  # a loop has come to the same element again
            assert self.task is not None
            complete_user_task(self.task, answers=self._answers(waits, digit), by=people[0])
        elif waits.kind == "message":
            _send_once(waits.name, f"act {self.acts}")
            perform_all("one", self.outgoing)
        else:
            perform_all("one", self.outgoing)

    def _work(self) -> None:
        """Do the jobs that are there, also those left by the dead and those that failed, until there is none."""
        while jobs := [each for each in self.reference.waiting if each.kind == "job"]:
            self.reference.act(jobs[0])
        for _ in range(3):
            with transaction() as session:
                session.execute(
                    update(Job).where(Job.status == "leased").values(leased_until=clock.wall() - timedelta(1))
                )
                session.execute(update(Job).where(Job.status == "waiting", Job.attempts > 0).values(due_at=clock.now()))
            perform_all("other", self.outgoing)

    @invariant()
    def the_office_does_what_the_diagram_means(self) -> None:
        assert _seen(self.instance) == self.reference.view()
        with reading() as session:
            instance = session.get_one(ProcessInstance, self.instance)
            assert (instance.status == "completed") == self.reference.ended

    @invariant()
    def no_number_is_lost_or_doubled(self) -> None:
        with reading() as session:
            entries = session.scalars(select(RegisterEntry).order_by(RegisterEntry.number)).all()
        assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
        assert Counter(entry.facts["at"] for entry in entries) == self.reference.effects

    @invariant()
    def what_the_rows_say_is_what_the_state_says(self) -> None:
        before = _rows()

        rebuild_projections(now=clock.now())

        assert _rows() == before


@contextmanager
def dying(*, after: int | None) -> Iterator[None]:
    """The process is killed instead of the commit after `after` others; None: it lives, but may meet trouble."""
    left = [after]
    commit: Callable[[Session], None] = Session.commit

    def counted(session: Session) -> None:
        if left[0] == 0:
            raise Killed
        left[0] = None if left[0] is None else left[0] - 1
        commit(session)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Session, "commit", counted)
        with suppress(Killed, RuntimeError):
            yield


def _seen(instance: int) -> Counter[tuple[str, str, datetime | None]]:
    """What the rows say the instance waits for."""
    found: Counter[tuple[str, str, datetime | None]] = Counter()
    with reading() as session:
        tasks = session.scalars(select(UserTask).where(UserTask.instance_id == instance, UserTask.status == "open"))
        found.update(("user", row.element, None) for row in tasks)
        jobs = session.scalars(select(Job).where(Job.instance_id == instance, Job.engine_id.is_not(None)))
        found.update(
            (("timer", row.element, row.due_at) if row.kind == "timer" else ("job", row.element, None))  # type: ignore[misc]
            for row in jobs
        )
        waiting = session.scalars(select(Subscription).where(Subscription.instance_id == instance))
        found.update((row.kind, row.element, None) for row in waiting)
    return found


def _open_task(element: str) -> int | None:
    """The oldest open task of an element."""
    with reading() as session:
        task = select(UserTask.id).where(UserTask.element == element, UserTask.status == "open")
        return session.scalars(task.order_by(UserTask.id)).first()


def _send_once(name: str, key: str) -> None:
    with reading() as session:
        sent = session.execute(
            text("SELECT count(*) FROM message WHERE idempotency_key = :key"), {"key": key}
        ).scalar_one()
    if not sent:
        send_message(OFFICE, name, case_id=None, idempotency_key=key)


def _rows() -> list[Any]:
    with reading() as session:
        return [
            session.execute(text(f"SELECT * FROM {table} ORDER BY id")).all()
            for table in ("user_task", "job", "subscription")
        ]


def _form(element: str, variables: list[str]) -> dict[str, Any]:
    fields = [{"type": "textfield", "key": key, "label": key, "i18n": {"kk": {"label": key}}} for key in variables]
    return {"type": "default", "id": element, "components": fields}


TestRandomProcess = RandomProcess.TestCase
TestRandomProcess.settings = settings(
    max_examples=25,
    stateful_step_count=20,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
