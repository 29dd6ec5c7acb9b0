"""The demo's mailbox as a list and one message at a time."""

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
    arrived_at: datetime


def mailbox(find: str = "") -> list[Arrived]:
    """The latest messages whose address contains `find`, newest first. Raises `NoMailboxError`."""
    with reading() as session:
        if session.get(Installation, "demo") is None:
            raise NoMailboxError
        wanted = select(MailboxMessage).order_by(MailboxMessage.id.desc()).limit(MOST)
        if find.strip():
            wanted = wanted.where(MailboxMessage.address.icontains(find.strip(), autoescape=True))
        return [_arrived(row) for row in session.scalars(wanted)]


def message(message_id: int) -> Arrived | None:
    """One message. Raises `NoMailboxError`."""
    with reading() as session:
        if session.get(Installation, "demo") is None:
            raise NoMailboxError
        row = session.get(MailboxMessage, message_id)
        return _arrived(row) if row else None


def _arrived(row: MailboxMessage) -> Arrived:
    return Arrived(row.id, row.channel, row.address, row.subject, row.body, row.arrived_at)
