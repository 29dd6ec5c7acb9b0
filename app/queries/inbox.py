"""The inbox as its pages show it: what came, what became of it, what waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.texts import Text
from app.models import Case, InboxMessage, Job, Letter, Person
from app.models.database import reading

STATUSES: Final = ("waiting", "case", "report", "passed_on", "put_aside", "duplicate")
PAGE: Final = 30


@dataclass(frozen=True, slots=True)
class MailFileRow:
    """A file of a message: kept under `file_id`, or `refused` and why; `size` in kilobytes."""

    name: str
    size: int
    file_id: int | None
    refused: Text | None


@dataclass(frozen=True, slots=True)
class MailRow:
    """A message of the inbox; `case_number` of the case it belongs to, or of the one it may answer (`suggested`)."""

    id: int
    sender: str
    sender_name: str
    subject: str
    text: str
    sent_at: datetime | None
    came_at: datetime
    status: str
    automatic: bool
    whole: bool
    files: Sequence[MailFileRow]
    case_id: int | None
    case_number: str | None
    suggested: str | None
    letter: str | None
    reason: str
    decided_by: str | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page of messages, newest first; `down_since` and `said` while the mailbox does not answer."""

    rows: list[MailRow]
    next: int | None
    waiting: int
    down_since: datetime | None
    said: Text | None


def inbox(office_id: str, *, status: str, find: str = "", after: int | None = None) -> Inbox:
    """The messages of an office of one status whose sender or subject contains `find`."""
    wanted = select(InboxMessage).where(InboxMessage.office_id == office_id, InboxMessage.status == status)
    if find.strip():
        said = find.strip()
        wanted = wanted.where(
            InboxMessage.sender.icontains(said, autoescape=True)
            | InboxMessage.sender_name.icontains(said, autoescape=True)
            | InboxMessage.subject.icontains(said, autoescape=True)
        )
    if after is not None:
        wanted = wanted.where(InboxMessage.id < after)
    with reading() as session:
        found = list(session.scalars(wanted.order_by(InboxMessage.id.desc()).limit(PAGE + 1)))
        rows = _rows(session, found[:PAGE])
        waiting = select(func.count()).where(InboxMessage.office_id == office_id, InboxMessage.status == "waiting")
        count = session.scalar(waiting.select_from(InboxMessage)) or 0
        job = session.scalars(select(Job).where(Job.kind == "mailbox", Job.office_id == office_id)).first()
    payload = job.payload if job is not None else {}
    since = payload.get("down_since")
    return Inbox(
        rows,
        found[PAGE - 1].id if len(found) > PAGE else None,
        count,
        datetime.fromisoformat(since) if since else None,
        Text(**payload["said"]) if since else None,
    )


def inbox_message(office_id: str, message_id: int) -> MailRow | None:
    """One message of the office."""
    with reading() as session:
        row = session.get(InboxMessage, message_id)
        return _rows(session, [row])[0] if row is not None and row.office_id == office_id else None


def _rows(session: Session, found: Sequence[InboxMessage]) -> list[MailRow]:
    cases = {each for row in found for each in (row.case_id, row.suggested_id) if each}
    numbers = {row.id: row.number for row in session.execute(select(Case.id, Case.number).where(Case.id.in_(cases)))}
    about = [row.letter_id for row in found if row.letter_id]
    letters = {row.id: row.subject for row in session.scalars(select(Letter).where(Letter.id.in_(about)))}
    decided = [row.decided_by for row in found if row.decided_by]
    people = {row.id: row.full_name for row in session.scalars(select(Person).where(Person.id.in_(decided)))}
    return [
        MailRow(
            id=row.id,
            sender=row.sender,
            sender_name=row.sender_name,
            subject=row.subject,
            text=row.text,
            sent_at=row.sent_at,
            came_at=row.came_at,
            status=row.status,
            automatic=row.automatic,
            whole=row.whole,
            files=[_file(each) for each in row.files],
            case_id=row.case_id,
            case_number=numbers.get(row.case_id or 0),
            suggested=numbers.get(row.suggested_id or 0),
            letter=letters.get(row.letter_id or 0),
            reason=row.reason,
            decided_by=people.get(row.decided_by or 0),
            decided_at=row.decided_at,
        )
        for row in found
    ]


def _file(each: dict[str, Any]) -> MailFileRow:
    refused = Text(**each["refused"]) if "refused" in each else None
    return MailFileRow(each["name"], max(1, round(each["size"] / 1024)), each.get("file_id"), refused)
