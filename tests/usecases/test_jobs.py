"""Jobs: retried with growing pauses, given up into incidents, taken over from the dead, never done twice."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from app.domain import clock
from app.domain.texts import Text
from app.gateways.delivery import DeliveryDelayedError, DeliveryRefusedError
from app.models import Incident, Job, Letter, ProcessInstance
from app.models.database import reading
from app.usecases import incidents
from app.usecases.access import ForbiddenError
from app.usecases.housekeeping import ensure_system_jobs
from app.usecases.incidents import IncidentResolvedError
from app.usecases.instances import resume, suspend
from app.usecases.jobs import perform, perform_all
from app.usecases.leases import give_back, lease_due
from app.usecases.tasks import ReasonMissingError
from app.usecases.transaction import transaction
from tests.reception import Post, Walk, at, kostanay, plan_timers

DOWN = Text("Пошта сервері жауап бермейді", "Почтовый сервер не отвечает", "The mail server does not answer")


@dataclass
class BrokenPost(Post):
    """Fails every letter with `failure` as long as there is one."""

    failure: Exception | None = None
    tried: int = 0

    def send(self, message: Any = None, *, to: str = "", text: str = "", key: str = "", office_id: Any = None) -> None:
        self.tried += 1
        if self.failure is not None:
            raise self.failure
        super().send(message, to=to, text=text, key=key)


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    """One letter to the applicant waits to be sent, on Tuesday 3 June 2025 at 10:00."""
    with kostanay(database_url, at("2025-06-03")) as walk:
        walk.post = BrokenPost(failure=DeliveryDelayedError(DOWN))
        walk.start(phone="", email="erzhan@example.test")
        walk.answer("clarify_request", substance_stated="no")
        for job in lease_due("story"):
            perform(job, walk.outgoing)  # the notice is made; the letter that takes it along is next
        yield walk


def the_job() -> Job:
    with reading() as session:
        return session.scalars(select(Job).where(Job.kind == "letter")).one()


def the_incident() -> Incident:
    with reading() as session:
        return session.scalars(select(Incident)).one()


def letter(walk: Walk) -> Letter:
    (found,) = walk.letters("no_substance")
    return found


def give_up(walk: Walk) -> Incident:
    """Let every attempt fail."""
    for _ in range(6):
        walk.work()
        walk.clock.moment += timedelta(hours=3)
    return the_incident()


def test_a_letter_that_fails_is_tried_again_after_growing_pauses_and_then_handed_to_a_person(walk: Walk) -> None:
    pauses = []
    for _ in range(5):
        walk.work()
        pauses.append(the_job().due_at - clock.now())
        walk.clock.moment = the_job().due_at
    walk.work()

    assert pauses == [timedelta(seconds=seconds) for seconds in (10, 60, 300, 1800, 7200)]
    assert walk.post.tried == 6
    assert (the_job().status, letter(walk).status) == ("failed", "queued")
    incident = the_incident()
    assert incident.case_id == walk.case_id
    assert incident.kind == "letter"
    assert incident.message["kk"]
    walk.pass_time_to(at("2025-06-10"))
    assert walk.post.tried == 6


def test_a_letter_that_is_refused_for_good_is_handed_to_a_person_at_once(walk: Walk) -> None:
    walk.post.failure = DeliveryRefusedError(DOWN)

    walk.work()

    assert walk.post.tried == 1
    assert the_incident().kind == "letter"


def test_the_case_goes_on_while_a_letter_cannot_be_sent(walk: Walk) -> None:
    walk.work()

    assert walk.case().status == "left_without_consideration"
    assert letter(walk).status == "queued"


def test_when_the_mail_server_is_back_the_letter_goes(walk: Walk) -> None:
    walk.work()
    walk.post.failure = None

    walk.pass_time_to(at("2025-06-03", "10:01"))

    assert letter(walk).status == "sent"
    assert len(walk.post.mails) == 1
    with reading() as session:
        assert session.scalars(select(Job).where(Job.kind == "letter")).all() == []


def test_an_operator_retries_what_gave_up(walk: Walk) -> None:
    incident = give_up(walk)
    walk.post.failure = None

    incidents.retry(incident.id, by=walk.actor("operator"))
    walk.work()

    assert letter(walk).status == "sent"
    assert (the_incident().resolution, the_incident().resolved_by) == ("retried", walk.people["operator"])
    with pytest.raises(IncidentResolvedError):
        incidents.retry(incident.id, by=walk.actor("operator"))


def test_an_operator_corrects_the_address_and_the_letter_goes_there(walk: Walk) -> None:
    incident = give_up(walk)
    walk.post.failure = None
    with pytest.raises(ReasonMissingError):
        incidents.correct(incident.id, {"address": "right@example.test"}, reason=" ", by=walk.actor("operator"))

    incidents.correct(incident.id, {"address": "right@example.test"}, reason="Қате жазылған", by=walk.actor("operator"))
    walk.work()

    assert (letter(walk).status, letter(walk).address) == ("sent", "right@example.test")


def test_an_operator_leaves_a_letter_out_with_a_reason(walk: Walk) -> None:
    incident = give_up(walk)
    walk.post.failure = None

    incidents.skip(incident.id, reason="Қолма-қол тапсырылды", by=walk.actor("operator"))
    walk.work()

    assert letter(walk).status == "skipped"
    assert walk.post.mails == []
    assert the_incident().reason == "Қолма-қол тапсырылды"


def test_only_who_may_resolve_incidents_does(walk: Walk) -> None:
    incident = give_up(walk)

    with pytest.raises(ForbiddenError):
        incidents.retry(incident.id, by=walk.actor("leadership"))


def test_a_service_task_that_gave_up_is_left_out_and_the_case_goes_on(walk: Walk) -> None:
    """The brief cannot be made because its facts were lost; the deputy head decides without the document."""
    walk.post.failure = None
    walk.reception_day(at("2025-06-27").date())
    walk.start()
    walk.play("prepare_brief")
    walk.answer("prepare_brief", **walk.usual("prepare_brief"))
    with transaction() as session:
        session.execute(update(Job).where(Job.kind == "call").values(payload={"kind": "no_such_document"}))
    for _ in range(6):
        walk.work()
        walk.clock.moment += timedelta(hours=3)
    with reading() as session:
        incident = session.scalars(select(Incident).where(Incident.kind == "call")).one()
    assert "no_such_document" in incident.message["ru"]

    incidents.skip(incident.id, reason="Құжат қолмен жасалды", by=walk.actor("operator"))

    assert walk.waiting() == ["decide_on_reception"]
    assert walk.documents("brief") == []


def test_a_leased_job_is_nobody_elses_until_its_lease_ends(walk: Walk) -> None:
    held = lease_due("first")

    assert len(held) == 1
    assert lease_due("second") == []


def test_the_job_of_a_dead_worker_is_taken_over(walk: Walk) -> None:
    walk.post.failure = None
    (lost,) = lease_due("dead")
    _end_leases()

    assert perform_all("alive", walk.outgoing) == 1

    assert letter(walk).status == "sent"
    assert lost.attempts == 1


def _end_leases() -> None:
    with transaction() as session:
        session.execute(
            update(Job).where(Job.status == "leased").values(leased_until=clock.wall() - timedelta(seconds=1))
        )


def test_a_worker_that_was_thought_dead_does_not_fire_a_timer_again(walk: Walk) -> None:
    """The slow worker wakes up after another one has done its job."""
    walk.post.failure = None
    walk.start()
    walk.clock.moment = at("2025-06-09", "18:30")
    held = [job for job in lease_due("slow") if job.kind == "timer"]
    _end_leases()
    perform_all("quick", walk.outgoing)

    for job in held:
        perform(job, walk.outgoing)

    assert held
    assert walk.happened().count("escalate_information_request") == 1
    assert len([each for each in walk.letters("escalation") if "Запрос сведений" in each.body]) == 1


def test_nor_does_it_start_a_process_again_or_send_a_digest(walk: Walk) -> None:
    walk.post.failure = None
    plan_timers(walk.office, clock.now())
    with transaction() as session:
        ensure_system_jobs(session)
    walk.clock.moment = at("2025-08-05")
    held = [job for job in lease_due("slow", batch=100) if job.kind == "start" or job.name == "digest"]
    _end_leases()
    perform_all("quick", walk.outgoing)
    before = _made()

    for job in held:
        perform(job, walk.outgoing)

    assert {job.kind for job in held} == {"start", "system"}
    assert _made() == before


def _made() -> tuple[int | None, ...]:
    with reading() as session:
        return tuple(session.scalar(select(func.count()).select_from(each)) for each in (ProcessInstance, Letter))


def test_a_job_whose_lease_is_nearly_over_is_held_anew_before_it_begins(walk: Walk) -> None:
    """The jobs before it in the batch took long."""
    walk.post.failure = None
    (job,) = lease_due("slow")
    late = replace(job, leased_until=clock.wall() + timedelta(seconds=5))
    _end_leases()
    (taken,) = lease_due("quick")

    perform(late, walk.outgoing)
    sent_by_the_slow = len(walk.post.mails)
    perform(replace(taken, leased_until=clock.wall()), walk.outgoing)

    assert (sent_by_the_slow, len(walk.post.mails)) == (0, 1)


def test_a_failure_that_comes_late_leaves_the_job_to_whoever_has_it_now(walk: Walk) -> None:
    (lost,) = lease_due("slow")
    _end_leases()
    lease_due("quick")

    perform(lost, walk.outgoing)

    assert (the_job().status, the_job().leased_by, the_job().attempts) == ("leased", "quick", 2)


def test_jobs_that_a_worker_does_not_come_to_are_given_back(walk: Walk) -> None:
    given = lease_due("stopped")

    give_back(given)

    assert (the_job().status, the_job().attempts) == ("waiting", 0)
    assert len(lease_due("another")) == 1


def test_the_letters_of_a_suspended_instance_wait_until_it_is_resumed(walk: Walk) -> None:
    walk.post.failure = None
    walk.work()
    walk.reception_day(date(2025, 6, 27))
    walk.start(phone="")
    walk.play("register_and_notify_applicant")
    operator = walk.actor("operator")
    walk.answer("register_and_notify_applicant", **walk.usual("register_and_notify_applicant"))
    (leased,) = [job for job in lease_due("early") if job.kind == "letter"]

    suspend(walk.instance().id, reason="Проверка", by=operator)
    perform(leased, walk.outgoing)
    walk.pass_time_to(at("2025-06-04"))
    held = [each.status for each in walk.letters("appointment")]
    resume(walk.instance().id, reason="Проверено", by=operator)
    walk.work()

    assert held == ["queued"]
    assert [each.status for each in walk.letters("appointment")] == ["sent"]


def test_two_workers_at_once_never_do_a_job_twice(walk: Walk) -> None:
    walk.post.failure = None
    walk.work()
    walk.post.mails.clear()
    cases = [walk.start(phone="", email=f"nr{number}@example.test") for number in range(12)]
    for walk.case_id in cases:
        walk.answer("clarify_request", substance_stated="no")

    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(copy_context().run, perform_all, name, walk.outgoing) for name in ("one", "two")]
        done = [each.result() for each in running]

    assert sum(done) == 24
    assert len(walk.post.mails) == 12


WORKER = """
import os, sys, time
from datetime import datetime
from app.domain import clock
from app.domain.clock import StandingClock
from app.models.database import connect
from app.usecases.jobs import perform_all
from app.usecases.outgoing import Outgoing

class Post:
    def send(self, message=None, *, to="", text="", key="", office_id=None):
        with open(sys.argv[2], "a") as letters:
            print(key or "mail", file=letters, flush=True)
        time.sleep(60)

connect(sys.argv[1])
clock.set_clock(StandingClock(datetime.fromisoformat(sys.argv[3])))
perform_all("killed", Outgoing(Post(), Post(), "kostanay@example.test"))
"""


def test_a_worker_killed_in_the_middle_of_a_letter_loses_nothing(walk: Walk, database_url: str, tmp_path: Path) -> None:
    """kill -9 after the letter left and before it was marked: it goes once more at most, its number is not doubled."""
    walk.post.failure = None
    sent = tmp_path / "sent"
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, database_url, str(sent), clock.now().isoformat()],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    while not (sent.exists() and sent.read_text()) and worker.poll() is None:
        time.sleep(0.05)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    assert letter(walk).status == "queued"
    _end_leases()

    walk.work()

    assert letter(walk).status == "sent"
    assert len(sent.read_text().splitlines()) + len(walk.post.mails) == 2
    assert walk.numbers("R-EDMS") == ["ЛП-0001/2025"]
    assert walk.case().status == "left_without_consideration"
