"""The demo's mailbox as a list and one message at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.models import Installation, MailboxMessage
from app.models.database import reading

MOST: Final = 200


class NoMailboxError(AutomationError):
    """Only a demo installation has a mailbox."""

    status = 404
    message = Text(
        kk="Пошта жәшігі тек көрсетілім қондырғысында бар.",
        ru="Почтовый ящик есть только в демонстрационной установке.",
        en="Only a demo installation has a mailbox.",
    )


@dataclass(frozen=True, slots=True)
class Arrived:
    """A letter or SMS in the mailbox."""

    id: int
    channel: str
    address: str
    subject: str
    body: str
    files: Sequence[str]
    arrived_at: datetime


def mailbox(office_id: str, find: str = "") -> list[Arrived]:
    """The latest messages of the office whose address contains `find`, newest first. Raises `NoMailboxError`."""
    with reading() as session:
        if session.get(Installation, "demo") is None:
            raise NoMailboxError
        wanted = select(MailboxMessage).where(MailboxMessage.office_id == office_id)
        wanted = wanted.order_by(MailboxMessage.id.desc()).limit(MOST)
        if find.strip():
            wanted = wanted.where(MailboxMessage.address.icontains(find.strip(), autoescape=True))
        return [_arrived(row) for row in session.scalars(wanted)]


def message(office_id: str, message_id: int) -> Arrived | None:
    """One message of the office. Raises `NoMailboxError`."""
    with reading() as session:
        if session.get(Installation, "demo") is None:
            raise NoMailboxError
        row = session.get(MailboxMessage, message_id)
        return _arrived(row) if row and row.office_id == office_id else None


def _arrived(row: MailboxMessage) -> Arrived:
    return Arrived(row.id, row.channel, row.address, row.subject, row.body, row.files, row.arrived_at)
