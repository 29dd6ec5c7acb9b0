"""Messages and signals between the instances of an office: who gets them, once, in order, and what is kept."""

import os
import signal as signals
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import func, select, text

from app.domain import clock
from app.engine.run import Run
from app.models import History, Incident, Job, Message, ProcessInstance, Subscription, UserTask
from app.models.database import reading
from app.usecases import instances as operate
from app.usecases import messages as use
from app.usecases.access import Actor, ForbiddenError
from app.usecases.cases import send_message
from app.usecases.jobs import perform_all
from app.usecases.outgoing import NoSms, Outgoing
from app.usecases.published import published
from app.usecases.rebuild import rebuild_projections
from app.usecases.tasks import ReasonMissingError, complete_user_task
from app.usecases.transaction import transaction
from app.usecases.world import CaseWorld
from tests.unit.engine.diagrams import (
    Node,
    border,
    catch,
    diagram,
    first_of,
    message,
    script,
    signal,
    start,
    throw,
    xor,
)
from tests.usecases.small_office import OFFICE, almaty, begin, hire, new_case, one, opened, publish_process

BEGIN = almaty("2024-04-18")
AGREED = b"""<bpmn:collaboration id="talk"><bpmn:correlationKey id="k" name="request">
 <bpmn:correlationPropertyRef>number</bpmn:correlationPropertyRef></bpmn:correlationKey></bpmn:collaboration>
 <bpmn:correlationProperty id="number">
  <bpmn:correlationPropertyRetrievalExpression messageRef="message:ask"><bpmn:messagePath>number</bpmn:messagePath>
  </bpmn:correlationPropertyRetrievalExpression>
  <bpmn:correlationPropertyRetrievalExpression messageRef="message:reply"><bpmn:messagePath>number</bpmn:messagePath>
  </bpmn:correlationPropertyRetrievalExpression>
 </bpmn:correlationProperty><bpmn:process """


@pytest.fixture
def operator(database_url: str) -> Iterator[Actor]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("TRUNCATE office, history RESTART IDENTITY CASCADE")
    with opened(database_url), clock.using(clock.StandingClock(BEGIN)):
        yield hire("operator", "operator")


def work(worker: str = "story") -> int:
    return perform_all(worker, Outgoing(mailer=None, sms=NoSms(), sender="small@example.test"))  # type: ignore[arg-type]


def pass_time(**period: float) -> None:
    clock.set_clock(clock.StandingClock(clock.now() + timedelta(**period)))
    work()


def process(key: str, flows: str, *, agreed: bool = False, **nodes: Node) -> None:
    drawn = diagram(flows, process_id=key, **nodes)
    publish_process(key, drawn.replace(b"<bpmn:process ", AGREED, 1) if agreed else drawn, "task")


def kept() -> list[tuple[str, str | None]]:
    with reading() as session:
        rows = session.scalars(select(Message).where(Message.status == "waiting").order_by(Message.id))
        return [(row.name, row.reason) for row in rows]


def outcomes() -> list[tuple[str, str, int | None]]:
    with reading() as session:
        rows = session.scalars(select(Message).order_by(Message.id))
        return [(row.name, row.status, row.instance_id) for row in rows]


def data_of(instance_id: int) -> dict[str, Any]:
    with reading() as session:
        row = session.get_one(ProcessInstance, instance_id)
        version = published(session, row.version_id)
        world = CaseWorld(session, OFFICE, row.case_id, row.id, version, clock.now(), None)
        return Run.restore(version.definition, world, row.state).data


def instances_of(key: str) -> list[int]:
    statement = text(
        "SELECT i.id FROM process_instance i JOIN process_version v ON v.id = i.version_id"
        " WHERE v.process_key = :key ORDER BY i.id"
    )
    with reading() as session:
        return list(session.scalars(statement, {"key": key}))


def complete(instance_id: int, by: Actor) -> None:
    with reading() as session:
        task = session.scalars(
            select(UserTask.id).where(UserTask.instance_id == instance_id, UserTask.status == "open")
        ).first()
    worker = Actor(by.id, OFFICE, "", "ru", frozenset({"reception_preparer"}))
    complete_user_task(task or 0, answers={"said": "да"}, by=worker)


def status_of(instance_id: int) -> str:
    with reading() as session:
        return session.get_one(ProcessInstance, instance_id).status


def waits(name: str, variable: str = "") -> Node:
    return catch(message(name, variable=variable))


def says(name: str, payload: str = "{}") -> Node:
    return throw(message(name, payload=payload))


def test_two_processes_talk_in_a_loop(operator: Actor) -> None:
    """The asking one asks three times; the answering one is started by the first question and stays for the others."""
    process(
        "asking",
        "start -> back -> ask -> wait -> count -> more -[n < 3]-> back; more -*-> end",
        ask=says("ask", '{"n": n}'),
        wait=waits("reply"),
        count=script("n = n + 1"),
        back=xor(),
        more=xor(),
    )
    process(
        "answering",
        "begun -> back -> reply -> wait -> more -[n == -1]-> end; more -*-> back",
        begun=start(message("ask")),
        back=xor(),
        more=xor(),
        reply=says("reply", '{"heard": n}'),
        wait=waits("ask"),
    )
    asking = begin("asking", case_id=new_case(), n=0)

    work()

    (answering,) = instances_of("answering")
    assert status_of(asking) == "completed"
    assert status_of(answering) == "running"
    assert data_of(answering)["n"] == 2
    assert [each[:2] for each in outcomes()] == [("ask", "delivered"), ("reply", "delivered")] * 3


def test_a_key_finds_the_one_instance_among_many_and_across_cases(operator: Actor) -> None:
    process(
        "asking",
        "start -> ask -> wait -> task -> end",
        agreed=True,
        ask=says("ask", '{"number": number}'),
        wait=waits("reply"),
    )
    process("answering", "start -> reply -> end", agreed=True, reply=says("reply", '{"number": number, "text": "да"}'))
    asking = [begin("asking", case_id=new_case(), number=number) for number in (1, 2, 3)]

    begin("answering", case_id=new_case(), number="2")
    work()

    received = [row for row in outcomes() if row[0] == "reply"]
    assert received == [("reply", "delivered", asking[1])]
    assert data_of(asking[1])["text"] == "да"
    assert "text" not in data_of(asking[0])


def test_a_message_from_outside_is_read_for_its_keys(operator: Actor) -> None:
    process(
        "asking",
        "start -> ask -> wait -> task -> end",
        agreed=True,
        ask=says("ask", '{"number": number}'),
        wait=waits("reply"),
    )
    asking = [begin("asking", number=number) for number in (1, 2, 3)]

    use.correlate("reply", payload={"number": 3}, by=operator)
    use.correlate("reply", payload={}, correlations={"request.number": "1"}, by=operator)
    use.correlate("reply", payload={"number": 9}, by=operator)
    work()

    assert [row[2] for row in outcomes() if row[0] == "reply"] == [asking[2], asking[0], None]
    assert ("reply", "nobody") in kept()


def test_within_a_case_the_message_goes_to_the_instance_of_the_case(operator: Actor) -> None:
    process("waiting", "start -> wait -> task -> end", wait=waits("go"))
    process("sending", "start -> send -> end", send=says("go"))
    cases = [new_case(), new_case()]
    waiting = [begin("waiting", case_id=case) for case in cases]

    begin("sending", case_id=cases[1])
    work()

    assert outcomes() == [("go", "delivered", waiting[1])]


def test_the_only_one_that_waits_gets_it_by_its_name(operator: Actor) -> None:
    process("waiting", "start -> wait -> task -> end", wait=waits("go"))
    process("sending", "start -> send -> end", send=says("go"))
    waiting = begin("waiting")

    begin("sending", case_id=new_case())
    work()

    assert outcomes() == [("go", "delivered", waiting)]


def test_an_ambiguous_message_is_kept_with_its_reason_until_one_is_left(operator: Actor) -> None:
    process("waiting", "start -> wait -> task -> end", wait=waits("go"))
    first, second = begin("waiting"), begin("waiting")
    send_message(OFFICE, "go", case_id=None)
    work()
    with reading() as session:
        waiting = one(session, Message)
        before = waiting.reason, waiting.detail

    operate.cancel(first, reason="лишний", by=operator)
    pass_time(hours=1)

    assert before == ("ambiguous", {"instances": [first, second]})
    assert outcomes() == [("go", "delivered", second)]


def test_what_comes_before_somebody_waits_is_kept_and_delivered_in_order(operator: Actor) -> None:
    process(
        "collecting",
        "start -> task -> back -> wait -> note -> more -[n == -1]-> end; more -*-> back",
        back=xor(),
        more=xor(),
        wait=waits("part"),
        note=script("parts = parts + [n]"),
    )
    case = new_case()
    collecting = begin("collecting", case_id=case, parts=[])
    for number in range(6):
        send_message(OFFICE, "part", case_id=case, payload={"n": number})
    work()
    before = kept()

    complete(collecting, operator)
    work()

    assert before == [("part", "nobody")] * 6
    assert data_of(collecting)["parts"] == [0, 1, 2, 3, 4, 5]


def test_a_message_that_nobody_waited_for_expires_and_is_delivered_to_nobody(operator: Actor) -> None:
    process("waiting", "start -> task -> wait -> end", wait=waits("go"))
    lived = throw(
        '<bpmn:extensionElements><spiffworkflow:properties><spiffworkflow:property name="time_to_live" value="P3D"/>'
        "</spiffworkflow:properties></bpmn:extensionElements>" + message("go")
    )
    process("sending", "start -> send -> end", send=lived)
    waiting = begin("waiting")
    begin("sending")
    work()
    pass_time(days=2)
    before = kept()
    pass_time(days=1)

    complete(waiting, operator)
    work()

    assert before == [("go", "nobody")]
    assert outcomes() == [("go", "expired", None)]
    assert status_of(waiting) == "running"


def test_the_office_says_how_long_its_messages_are_kept(operator: Actor) -> None:
    with transaction() as session:
        session.execute(text("""UPDATE office SET settings = settings || '{"messages": {"lifetime": "PT6H"}}'"""))

    sent = [use.correlate("go", payload={}, by=operator), use.correlate("go", payload={}, lifetime="P90D", by=operator)]

    with reading() as session:
        ends = [session.get_one(Message, each).expires_at - BEGIN for each in sent]
    assert ends == [timedelta(hours=6), timedelta(days=90)]


def test_a_message_starts_the_one_process_that_begins_with_it_within_the_case(operator: Actor) -> None:
    process("control", "begun -> task -> end", begun=start(message("assigned")))
    process("sending", "start -> send -> end", send=says("assigned", '{"due": "2024-05-01"}'))
    case = new_case()

    begin("sending", case_id=case)
    work()

    (control,) = instances_of("control")
    with reading() as session:
        assert session.get_one(ProcessInstance, control).case_id == case
    assert data_of(control)["due"] == "2024-05-01"


def test_of_two_processes_a_message_starts_the_one_that_is_named(operator: Actor) -> None:
    process("one", "begun -> task -> end", begun=start(message("assigned")))
    process("two", "begun -> task -> end", begun=start(message("assigned")))

    use.correlate("assigned", payload={}, by=operator)
    use.correlate("assigned", payload={}, process="two", by=operator)
    work()

    assert kept() == [("assigned", "ambiguous")]
    assert (instances_of("one"), len(instances_of("two"))) == ([], 1)


def test_a_signal_reaches_everybody_who_listens_and_starts_every_process_that_begins_with_it(operator: Actor) -> None:
    for key in ("one", "two"):
        process(key, "begun -> task -> end", begun=start(signal("closed")))
    process("waiting", "start -> wait -> end", wait=catch(signal("closed")))
    process("working", "start -> task -> end; told -> end_told", told=border("task", signal("closed")))
    process("sending", "start -> send -> end", send=throw(signal("closed")))
    listening = [begin("waiting") for _ in range(3)] + [begin("working", case_id=new_case())]

    begin("sending")
    work()
    later = begin("waiting")
    work()

    assert {status_of(each) for each in listening} == {"completed"}
    assert [len(instances_of(key)) for key in ("one", "two")] == [1, 1]
    assert status_of(later) == "running"
    assert kept() == []


def test_a_signal_from_outside_tells_how_many_it_reaches(operator: Actor) -> None:
    process("waiting", "start -> wait -> end", wait=catch(signal("closed")))
    begin("waiting")

    receivers = use.send_signal("closed", payload={}, by=operator), use.send_signal("unknown", payload={}, by=operator)

    assert receivers == (1, 0)


def test_nothing_crosses_from_one_office_to_another(operator: Actor) -> None:
    process("waiting", "start -> wait -> task -> end", wait=waits("go"))
    process("starting", "begun -> task -> end", begun=start(signal("closed")))
    waiting = begin("waiting")
    with transaction() as session:
        session.execute(
            text(
                "INSERT INTO office (id, name_kk, name_ru, name_en, zone, settings)"
                " VALUES ('other', '', '', '', 'Asia/Almaty', '{}')"
            )
        )
    stranger = Actor(operator.id, "other", "", "ru", frozenset({"operator"}))

    sent = use.correlate("go", payload={}, by=stranger)
    receivers = use.send_signal("closed", payload={}, by=stranger)
    work()

    assert receivers == 0
    assert status_of(waiting) == "running"
    assert outcomes() == [("go", "waiting", None)]
    with pytest.raises(use.NotFoundError):
        use.discard(sent, reason="чужое", by=operator)


def test_a_suspended_instance_gets_its_messages_and_signals_in_order_when_it_goes_on(operator: Actor) -> None:
    process(
        "waiting",
        "start -> either -> message -> task -> end; either -> told -> end_told",
        either=first_of(),
        message=waits("go"),
        told=catch(signal("closed")),
    )
    case = new_case()
    waiting = begin("waiting", case_id=case)
    operate.suspend(waiting, reason="проверка", by=operator)
    use.send_signal("closed", payload={}, by=operator)
    send_message(OFFICE, "go", case_id=case)
    work()
    before = kept()

    operate.resume(waiting, reason="готово", by=operator)
    work()

    assert before == [("closed", "suspended"), ("go", "suspended")]
    assert status_of(waiting) == "completed"
    assert [each[:2] for each in outcomes()] == [("closed", "delivered"), ("go", "waiting")]


def test_order_holds_under_four_workers(operator: Actor) -> None:
    """Three senders to each of five receivers, a hundred and fifty messages in all."""
    process(
        "collecting",
        "start -> back -> wait -> note -> more -[part == -1]-> end; more -*-> back",
        back=xor(),
        more=xor(),
        wait=waits("part"),
        note=script("parts = parts + [part]"),
    )
    process(
        "sending",
        "start -> back -> send -> count -> more -[n < 10]-> back; more -*-> end",
        back=xor(),
        more=xor(),
        send=says("part", '{"part": [who, n]}'),
        count=script("n = n + 1"),
    )
    cases = [new_case() for _ in range(5)]
    collecting = [begin("collecting", case_id=case, parts=[]) for case in cases]
    for case in cases:
        for who in ("a", "b", "c"):
            begin("sending", case_id=case, who=who, n=0)

    for _ in range(200):
        with ThreadPoolExecutor(4) as pool:
            running = [pool.submit(copy_context().run, work, f"worker {number}") for number in range(4)]
            [each.result() for each in running]
        if not kept():
            break
        pass_time(seconds=3)

    for instance in collecting:
        parts = data_of(instance)["parts"]
        assert len(parts) == 30
        assert all([n for sender, n in parts if sender == who] == list(range(10)) for who in ("a", "b", "c"))
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Incident)) == 0


def test_a_message_that_cannot_be_taken_holds_back_those_behind_it_until_a_person_decides(operator: Actor) -> None:
    process(
        "collecting",
        "start -> back -> wait -> note -> more -[total == -1]-> end; more -*-> back",
        back=xor(),
        more=xor(),
        wait=waits("part"),
        note=script("total = total + n"),
    )
    case = new_case()
    collecting = begin("collecting", case_id=case, total=0)
    sent = [send_message(OFFICE, "part", case_id=case, payload={"n": n}) for n in ("seven", 1, 2)]
    for _ in range(6):
        pass_time(hours=3)
    held = kept()
    with reading() as session:
        incidents = session.scalar(select(func.count()).where(Incident.resolved_at.is_(None)).select_from(Incident))

    use.discard(sent[0], reason="не число", by=operator)
    work()

    assert held == [("part", None), ("part", "behind"), ("part", "behind")]
    assert incidents == 1
    assert data_of(collecting)["total"] == 3
    with reading() as session:
        assert one(session, Incident).resolution == "skipped"
        told = session.scalars(select(History).where(History.kind == "message_discarded")).one()
        assert told.person_id == operator.id


def test_an_operator_has_a_message_tried_again(operator: Actor) -> None:
    process("waiting", "start -> wait -> task -> end", wait=waits("go"))
    sent = send_message(OFFICE, "go", case_id=None)
    work()
    with transaction() as session:
        session.execute(text("UPDATE job SET due_at = due_at + interval '10 days' WHERE message_id IS NOT NULL"))

    use.retry(sent, by=operator)

    with reading() as session:
        assert one(session, Job, message_id=sent).due_at == BEGIN
        assert session.scalars(select(History.kind).where(History.kind == "message_retried")).all() == [
            "message_retried"
        ]


def test_only_operators_and_process_owners_decide_over_messages_and_only_with_a_reason(operator: Actor) -> None:
    sent = send_message(OFFICE, "go", case_id=None)
    preparer = hire("preparer", "reception_preparer")

    with pytest.raises(ForbiddenError):
        use.discard(sent, reason="так", by=preparer)
    with pytest.raises(ReasonMissingError):
        use.discard(sent, reason=" ", by=operator)
    use.discard(sent, reason="послано по ошибке", by=operator)
    with pytest.raises(use.MessageOverError):
        use.retry(sent, by=operator)


WORKER = """
import sys, time
from datetime import datetime
from app.domain import clock
from app.domain.clock import StandingClock
from app.models.database import connect
from app.usecases import delivery, jobs

def hang(*_arguments):
    print("here", flush=True)
    time.sleep(60)

connect(sys.argv[1])
clock.set_clock(StandingClock(datetime.fromisoformat(sys.argv[2])))
delivery._delivered = hang  # between the receiver's step and the mark of the message
jobs.perform_all("killed", None)
"""


def test_a_worker_killed_between_the_step_and_the_mark_leaves_both_undone(operator: Actor, database_url: str) -> None:
    process(
        "collecting",
        "start -> back -> wait -> note -> more -[n == -1]-> end; more -*-> back",
        back=xor(),
        more=xor(),
        wait=waits("part"),
        note=script("parts = parts + [n]"),
    )
    case = new_case()
    collecting = begin("collecting", case_id=case, parts=[])
    for number in range(3):
        send_message(OFFICE, "part", case_id=case, payload={"n": number})
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, database_url, clock.now().isoformat()],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"here\n"
    os.kill(worker.pid, signals.SIGKILL)
    worker.wait()
    worker.stdout.close()
    untouched = data_of(collecting)["parts"]
    with transaction() as session:
        session.execute(text("UPDATE job SET leased_until = '2020-01-01' WHERE status = 'leased'"))

    work()

    assert untouched == []
    assert data_of(collecting)["parts"] == [0, 1, 2]
    assert [each[1] for each in outcomes()] == ["delivered"] * 3


def test_rows_of_subscriptions_follow_from_the_states(operator: Actor) -> None:
    process(
        "asking",
        "start -> ask -> either -> wait -> task -> end; either -> told -> end_told",
        agreed=True,
        ask=says("ask", '{"number": number}'),
        either=first_of(),
        wait=waits("reply"),
        told=catch(signal("closed")),
    )
    begin("asking", number=4)

    def rows() -> list[Any]:
        with reading() as session:
            found = session.scalars(select(Subscription).order_by(Subscription.element))
            return [(row.id, row.element, row.kind, row.message, row.correlations) for row in found]

    before = rows()
    rebuild_projections(now=clock.now())

    assert [row[1:] for row in before] == [
        ("told", "signal", "closed", {}),
        ("wait", "message", "reply", {"request.number": "4"}),
    ]
    assert rows() == before
