"""Delivery: a waiting message reaches its receiver once, in the transaction in which the receiver goes on."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from sqlalchemy import BigInteger, cast, delete, select, update
from sqlalchemy.orm import Session

from app.domain import clock
from app.engine.run import Run
from app.models import Job, Message, Subscription
from app.usecases.advance import carry_on, lock
from app.usecases.cases import case_begun_by, start_instance
from app.usecases.history import Event, record
from app.usecases.receivers import Kept, Starts, Waits, before_it, receiver_of
from app.usecases.schedule_changes import concerns_a_case, take_change
from app.usecases.transaction import transaction, wake_workers

LOOK_AGAIN: Final = (timedelta(seconds=2), timedelta(seconds=20), timedelta(minutes=5), timedelta(hours=1))
"""When a kept message looks for a receiver again, although whoever begins to wait for it calls it at once: that call
misses a message which is being looked after at that very moment."""
_LOOKS: Final = 5


class MessageJob(Protocol):
    """What of a leased job its delivery needs."""

    @property
    def id(self) -> int: ...
    @property
    def payload(self) -> Mapping[str, Any]: ...


def deliver_message(job: MessageJob) -> None:
    """Deliver the message of a job, or keep it, visibly and with its reason, until somebody waits for it.

    The receiver goes on and the message is marked in one commit: a worker that dies leaves both as they were.
    """
    for _ in range(_LOOKS):
        if _deliver(job):
            return
    with transaction() as session:
        _look_later(session, job, clock.now() + LOOK_AGAIN[0])


def _deliver(job: MessageJob) -> bool:
    """Whether the matter is settled for now; not if the receiver went on while we waited for it."""
    with transaction() as session:
        message = session.get(Message, job.payload["message"], with_for_update=True)
        if message is None or message.status != "waiting":
            session.execute(delete(Job).where(Job.id == job.id))
            return True
        now = clock.now()
        if message.expires_at <= now:
            end_message(session, message, "expired", now=now)
            return True
        receiver = receiver_of(session, message)
        if concerns_a_case(message) and (isinstance(receiver, Waits) or receiver == Kept("nobody")):
            _take_change(session, job, message, now)
            return True
        if isinstance(receiver, Kept):
            _keep(session, job, message, receiver, now)
            return True
        if isinstance(receiver, Waits):
            return _hand_over(session, job, message, receiver, now)
        _start(session, job, message, receiver, now)
        return True


def _take_change(session: Session, job: MessageJob, message: Message, now: datetime) -> None:
    """The case takes its changed appointment, whether it waits for the message or is past that step."""
    taken = take_change(session, message)
    if isinstance(taken, int):
        _delivered(session, message, taken, now)
    elif taken.reason == "nobody":
        end_message(session, message, "missed", now=now)
    else:
        _keep(session, job, message, taken, now)


def _hand_over(session: Session, job: MessageJob, message: Message, receiver: Waits, now: datetime) -> bool:
    instance = lock(session, receiver.instance_id)
    subscription = session.get(Subscription, receiver.subscription_id)
    if subscription is None or instance.status != "running":
        return False
    ahead = before_it(session, message, receiver)
    if ahead is not None:
        _keep(session, job, message, Kept("behind", {"message": ahead}), now)
        return True
    name, payload, engine_id = message.name, dict(message.payload), subscription.engine_id

    def act(run: Run) -> None:
        if message.kind == "signal":
            run.signal(name, payload)
        else:
            run.deliver(name, payload, engine_id)

    event = Event("message_received", subscription.element, {"message": name, "kind": message.kind, "id": message.id})
    carry_on(session, instance, act, event=event)
    _delivered(session, message, instance.id, now)
    return True


def _start(session: Session, job: MessageJob, message: Message, receiver: Starts, now: datetime) -> None:
    ahead = before_it(session, message, receiver)
    if ahead is not None:
        _keep(session, job, message, Kept("behind", {"message": ahead}), now)
        return
    case_id = case_begun_by(session, message.office_id, receiver.process, message.payload, sent_by=message.case_id)
    started = start_instance(
        session,
        message.office_id,
        receiver.process,
        case_id=case_id,
        variables={},
        by=None,
        start_element=receiver.element,
        brought=dict(message.payload),
    )
    _delivered(session, message, started, now)


def _delivered(session: Session, message: Message, instance_id: int, now: datetime) -> None:
    message.status, message.reason, message.detail = "delivered", None, {}
    message.delivered_at, message.instance_id = now, instance_id
    session.execute(delete(Job).where(Job.message_id == message.id))
    wake_followers(session, message, now)


def _keep(session: Session, job: MessageJob, message: Message, kept: Kept, now: datetime) -> None:
    """Say why it waits; a signal that nobody listens for any more is over."""
    if message.kind == "signal" and kept.reason == "nobody":
        end_message(session, message, "missed", now=now)
        return
    looked = int(job.payload.get("looked", 0))
    pause = LOOK_AGAIN[min(looked, len(LOOK_AGAIN) - 1)]
    session.execute(update(Job).where(Job.id == job.id).values(payload={**job.payload, "looked": looked + 1}))
    _look_later(session, job, min(now + pause, message.expires_at))
    if (message.reason, message.detail) != (kept.reason, kept.detail):
        message.reason, message.detail = kept.reason, kept.detail
        if kept.reason != "behind":
            wake_followers(session, message, now)


def _look_later(session: Session, job: MessageJob, due_at: datetime) -> None:
    session.execute(
        update(Job)
        .where(Job.id == job.id)
        .values(status="waiting", attempts=0, leased_by=None, leased_until=None, last_error=None, due_at=due_at)
    )
    wake_workers(session, due_at)


def end_message(session: Session, message: Message, status: str, *, now: datetime, by: int | None = None) -> None:
    """A waiting message is over without a receiver: expired, missed or discarded; its job goes."""
    message.status, message.ended_at, message.ended_by = status, now, by
    session.execute(delete(Job).where(Job.message_id == message.id))
    wake_followers(session, message, now)
    if by is None:
        record(
            session,
            [Event(f"message_{status}", message.element, {"message": message.name, "id": message.id})],
            at=now,
            office_id=message.office_id,
            case_id=message.case_id,
            instance_id=message.sender_id,
        )


def wake_followers(session: Session, message: Message, now: datetime) -> None:
    """Whoever waited behind this message looks again."""
    behind = select(Message.id).where(
        Message.office_id == message.office_id,
        Message.status == "waiting",
        Message.reason == "behind",
        cast(Message.detail["message"].astext, BigInteger) == message.id,
    )
    free = select(Job.id).where(Job.message_id.in_(behind), Job.status == "waiting").with_for_update(skip_locked=True)
    woken = session.execute(update(Job).where(Job.id.in_(free)).values(due_at=now).returning(Job.id)).all()
    if woken:
        wake_workers(session, now)
