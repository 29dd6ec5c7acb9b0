"""Messages as operators see them: what waits for whom and why, and what became of the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Select, func, select

from app.domain.texts import Text
from app.models import Case, Job, Message, ProcessInstance, ProcessVersion
from app.models.database import reading

PAGE: Final = 50
MESSAGE_STATUSES: Final = ("waiting", "delivered", "missed", "expired", "discarded")
REASONS: Final = ("nobody", "ambiguous", "suspended", "behind", "failed")


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message and what became of it.

    `reason` says why it waits: one of `REASONS`, None before anybody has looked; `detail` names instances, processes or
    the message ahead. `sender` is the process of the instance `sender_id`; both are empty for one from outside.
    """

    id: int
    kind: str
    name: str
    status: str
    reason: str | None
    detail: Mapping[str, Any]
    case_id: int | None
    case_number: str | None
    process: str | None
    correlations: Mapping[str, str]
    sender_id: int | None
    sender: Text | None
    element: str | None
    sent_at: datetime
    expires_at: datetime
    delivered_at: datetime | None
    ended_at: datetime | None
    instance_id: int | None
    last_error: str | None


@dataclass(frozen=True, slots=True)
class MessageList:
    """A page, newest first; `next` is the id after which the next page starts."""

    rows: Sequence[MessageRow]
    next: int | None


def message_list(
    office_id: str,
    *,
    status: str | None = None,
    reason: str | None = None,
    name: str | None = None,
    case_id: int | None = None,
    after: int | None = None,
) -> MessageList:
    """The messages of an office that fit every filter given; `name` may be a part of it."""
    wanted = _select(office_id).order_by(Message.id.desc()).limit(PAGE + 1)
    if status is not None:
        wanted = wanted.where(Message.status == status)
    if reason == "failed":
        wanted = wanted.where(Message.status == "waiting", Job.status == "failed")
    elif reason is not None:
        wanted = wanted.where(Message.status == "waiting", Message.reason == reason, Job.status != "failed")
    if name:
        wanted = wanted.where(func.strpos(func.lower(Message.name), name.lower()) > 0)
    if case_id is not None:
        wanted = wanted.where(Message.case_id == case_id)
    if after is not None:
        wanted = wanted.where(Message.id < after)
    with reading() as session:
        rows = [_row(row) for row in session.execute(wanted)]
    return MessageList(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def one_message(office_id: str, message_id: int) -> MessageRow | None:
    """A message of this office; None when there is no such one."""
    with reading() as session:
        row = session.execute(_select(office_id).where(Message.id == message_id)).first()
    return _row(row) if row else None


def kept_messages(office_id: str) -> int:
    """How many messages have looked for a receiver and wait for one."""
    with reading() as session:
        counted = select(func.count()).where(
            Message.office_id == office_id, Message.status == "waiting", Message.reason.is_not(None)
        )
        return session.scalar(counted.select_from(Message)) or 0


def _select(office_id: str) -> Select[Any]:
    wanted = (
        select(
            Message,
            Case.number,
            Job.status.label("job_status"),
            Job.last_error,
            ProcessVersion.name_kk,
            ProcessVersion.name_ru,
            ProcessVersion.name_en,
        )
        .outerjoin(Case, Case.id == Message.case_id)
        .outerjoin(Job, Job.message_id == Message.id)
        .outerjoin(ProcessInstance, ProcessInstance.id == Message.sender_id)
        .outerjoin(ProcessVersion, ProcessVersion.id == ProcessInstance.version_id)
        .where(Message.office_id == office_id)
    )
    return cast("Select[Any]", wanted)


def _row(row: Any) -> MessageRow:
    found: Message = row.Message
    failed = found.status == "waiting" and row.job_status == "failed"
    return MessageRow(
        id=found.id,
        kind=found.kind,
        name=found.name,
        status=found.status,
        reason=("failed" if failed else found.reason) if found.status == "waiting" else None,
        detail=found.detail if found.status == "waiting" else {},
        case_id=found.case_id,
        case_number=row.number,
        process=found.process,
        correlations=found.correlations,
        sender_id=found.sender_id,
        sender=Text(row.name_kk, row.name_ru, row.name_en) if found.sender_id is not None else None,
        element=found.element,
        sent_at=found.sent_at,
        expires_at=found.expires_at,
        delivered_at=found.delivered_at,
        ended_at=found.ended_at,
        instance_id=found.instance_id,
        last_error=row.last_error,
    )
