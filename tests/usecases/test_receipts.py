"""Delivery and read reports: kept with their letter, told to the case that asked."""

from collections.abc import Iterator
from email.policy import SMTP

import pytest
from sqlalchemy import select, update

from app.domain import clock
from app.gateways.letters import as_message
from app.models import DeliveryReceipt, Job, Letter, Message
from app.models.database import reading
from app.records.receipts import letter_of, proof_of, receipts_of
from app.usecases.jobs import perform
from app.usecases.leases import lease_due
from app.usecases.receipts import MESSAGE, Report, take_report
from app.usecases.transaction import transaction
from tests.reception import Walk, at, kostanay

READER = "erzhan@example.test"


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    """A letter that asks for a report waits to leave."""
    with kostanay(database_url, at("2025-06-03")) as walk:
        walk.start(phone="", email=READER)
        walk.answer("clarify_request", substance_stated="no")
        for job in lease_due("story"):
            perform(job, walk.outgoing)  # the notice is made; the letter that takes it along is next
        with transaction() as session:
            session.execute(update(Letter).values(receipt_asked=True))
        yield walk


def the_letter() -> Letter:
    with reading() as session:
        return session.scalars(select(Letter)).one()


def report(kind: str, *, recipient: str = READER, message_id: str | None = None) -> Letter | None:
    about = Report(message_id or the_letter().message_id or "", kind, recipient, clock.now(), "2.0.0 OK")
    with transaction() as session:
        return take_report(session, "kostanay", about, now=clock.now())


def messages() -> list[Message]:
    with reading() as session:
        return list(session.scalars(select(Message).where(Message.name == MESSAGE).order_by(Message.id)))


def test_the_letter_asks_for_a_report_and_keeps_its_message_id(walk: Walk) -> None:
    walk.work()

    (mail,) = walk.post.mails
    assert as_message(mail).as_bytes(policy=SMTP).count(b"Disposition-Notification-To: kostanay@example.test") == 1
    assert the_letter().message_id == mail.message_id


def test_reports_are_kept_once_each_and_told_to_the_case(walk: Walk) -> None:
    walk.work()

    taken = [report(kind) for kind in ("delivered", "delivered", "read")]

    letter = the_letter()
    with reading() as session:
        kept = receipts_of(session, case_id=walk.case_id)
        proof = proof_of(session, letter.id)
    assert [each.id for each in taken if each] == [letter.id] * 3
    assert [each.kind for each in kept] == ["delivered", "read"]
    assert proof is not None
    assert proof.kind == "delivered"
    assert [(each.case_id, each.payload["report"]) for each in messages()] == [
        (walk.case_id, "delivered"),
        (walk.case_id, "read"),
    ]


def test_nobody_proves_a_delivery_by_guessing_the_message_id(walk: Walk) -> None:
    walk.work()

    strangers = [report("read", recipient="someone@example.test"), report("read", message_id="<job-99999@x.test>")]

    with reading() as session:
        assert session.scalars(select(DeliveryReceipt)).all() == []
    assert strangers == [None, None]


def test_a_letter_that_came_back_is_marked_as_not_sent(walk: Walk) -> None:
    walk.work()

    report("failed")

    assert the_letter().status == "failed"


def test_a_report_may_be_faster_than_the_note_that_the_letter_left(walk: Walk) -> None:
    """The server has the letter, the worker has not yet committed."""
    with reading() as session:
        job = session.scalars(select(Job.id).where(Job.kind == "letter")).one()
        found = letter_of(session, f"<job-{job}@example.test>")

    assert found is not None
    assert found.id == the_letter().id
