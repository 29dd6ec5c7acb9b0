"""Who gets a message: one instance that waits for it, one process that it starts, or nobody yet."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final
from typing import cast as cast_to

from sqlalchemy import Select, and_, cast, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.engine.correlation import matching
from app.models import Message, ProcessInstance, ProcessVersion, Subscription
from app.usecases.published import starts_with

_SEVERAL: Final = 2


@dataclass(frozen=True, slots=True)
class Waits:
    """An instance waits for it by this subscription."""

    instance_id: int
    subscription_id: int


@dataclass(frozen=True, slots=True)
class Starts:
    """It starts this process at this event."""

    process: str
    element: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Nobody gets it now: `reason` is nobody, ambiguous, suspended or behind; `detail` names whom it is about."""

    reason: str
    detail: dict[str, Any] = field(default_factory=dict)


Receiver = Waits | Starts | Kept


def receiver_of(session: Session, message: Message) -> Receiver:
    """Whom a waiting message is for now.

    A signal goes to its addressee. A message goes, in this order, to the instance whose correlation keys it carries;
    to the instance of its case; to the only one that waits for this name (of what an instance sent within a case, to
    the only one outside of cases); or it starts the one process that begins with it. Several instances or processes:
    ambiguous. A suspended one counts, but gets it later.
    """
    if message.kind == "signal":
        return _of_signal(session, message)
    for rule in (_by_keys, _by_case, _by_name):
        rows = rule(session, message)
        if rows:
            return _only(rows)
    starts = starts_with(session, message.office_id, "message", message.name)
    if message.process is not None:
        starts = {process: element for process, element in starts.items() if process == message.process}
    if len(starts) > 1:
        return Kept("ambiguous", {"processes": sorted(starts)})
    return Starts(*next(iter(starts.items()))) if starts else Kept("nobody")


def _of_signal(session: Session, message: Message) -> Receiver:
    if message.process is not None:
        element = starts_with(session, message.office_id, "signal", message.name).get(message.process)
        return Starts(message.process, element) if element is not None else Kept("nobody")
    rows = session.execute(
        _listening(message).where(Subscription.instance_id == message.addressee_id).order_by(Subscription.id).limit(1)
    ).all()
    return _only(rows) if rows else Kept("nobody")


def _listening(message: Message) -> Select[Any]:
    wanted: Any = (
        select(Subscription.id, Subscription.instance_id, Subscription.correlations, ProcessInstance.status)
        .join(ProcessInstance, ProcessInstance.id == Subscription.instance_id)
        .where(
            Subscription.office_id == message.office_id,
            Subscription.message == message.name,
            Subscription.kind == message.kind,
        )
    )
    if message.kind == "message" and message.process is not None:
        wanted = wanted.join(ProcessVersion, ProcessVersion.id == ProcessInstance.version_id).where(
            ProcessVersion.process_key == message.process
        )
    return cast_to("Select[Any]", wanted)


def _by_keys(session: Session, message: Message) -> list[Any]:
    if not message.correlations:
        return []
    pairs = [
        Subscription.correlations.op("@>")(cast(literal({label: value}, JSONB), JSONB))
        for label, value in message.correlations.items()
    ]
    wanted = _listening(message).where(Subscription.correlations != cast(literal({}, JSONB), JSONB), or_(*pairs))
    return [row for row in _rows(session, wanted) if matching(row.correlations, message.correlations)]


def _by_case(session: Session, message: Message) -> list[Any]:
    if message.case_id is None:
        return []
    rows = _rows(session, _listening(message).where(Subscription.case_id == message.case_id))
    return [row for row in rows if matching(row.correlations, message.correlations) is None]


def _by_name(session: Session, message: Message) -> list[Any]:
    wanted = _listening(message)
    if message.case_id is not None:
        if message.sender_id is None:
            return []
        wanted = wanted.where(Subscription.case_id.is_(None))
    if message.correlations:
        wanted = wanted.where(Subscription.correlations == cast(literal({}, JSONB), JSONB))
    first = select(Subscription.instance_id).where(
        Subscription.id.in_(wanted.with_only_columns(Subscription.id).scalar_subquery())
    )
    instances = session.scalars(first.distinct().limit(_SEVERAL)).all()
    return _rows(session, wanted.where(Subscription.instance_id.in_(instances))) if instances else []


def _rows(session: Session, wanted: Select[Any]) -> list[Any]:
    return list(session.execute(wanted.order_by(Subscription.id)))


def _only(rows: Iterable[Any]) -> Receiver:
    """The first subscription, if all are of one instance."""
    found = list(rows)
    instances = sorted({row.instance_id for row in found})
    if len(instances) > 1:
        return Kept("ambiguous", {"instances": instances})
    if found[0].status == "suspended":
        return Kept("suspended", {"instances": instances})
    return Waits(found[0].instance_id, found[0].id)


def before_it(session: Session, message: Message, receiver: Waits | Starts) -> int | None:
    """The nearest earlier message of the same sender or case that must reach the same receiver first; None: none."""
    lane = [Message.sender_id == message.sender_id] if message.sender_id is not None else []
    lane += [Message.case_id == message.case_id] if message.case_id is not None else []
    if not lane:
        lane = [and_(Message.sender_id.is_(None), Message.case_id.is_(None))]
    names: Any = [message.name]
    if isinstance(receiver, Waits):
        names = select(Subscription.message).where(Subscription.instance_id == receiver.instance_id)
    earlier = session.scalars(
        select(Message)
        .where(
            Message.office_id == message.office_id,
            Message.status == "waiting",
            Message.name.in_(names),
            Message.id < message.id,
            or_(*lane),
            *_like(message),
        )
        .order_by(Message.id.desc())
    )
    return next((each.id for each in earlier if _same(receiver_of(session, each), receiver)), None)


def _like(message: Message) -> list[Any]:
    """Messages with other keys have other receivers."""
    if not message.correlations:
        return []
    keys: tuple[dict[str, Any], ...] = ({}, message.correlations)
    return [Message.correlations.in_([cast(literal(each, JSONB), JSONB) for each in keys])]


def _same(one: Receiver, other: Waits | Starts) -> bool:
    if isinstance(one, Waits) and isinstance(other, Waits):
        return one.instance_id == other.instance_id
    return one == other
