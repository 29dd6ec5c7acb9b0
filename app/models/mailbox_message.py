"""The demo's mailbox."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class MailboxMessage(Base):
    """A letter or SMS of an office that arrived in the demo mailbox instead of the outside world.

    `files` are the names of what came with it.
    """

    __tablename__ = "mailbox_message"

    id: Mapped[Key]
    office_id: Mapped[str | None] = mapped_column(ForeignKey("office.id"))
    message_id: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[str]
    address: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    html: Mapped[str]
    files: Mapped[list[Any]] = mapped_column(server_default="[]")
    arrived_at: Mapped[datetime]
