"""The demo's mailbox."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class MailboxMessage(Base):
    """A letter or SMS that arrived in the demo mailbox instead of the outside world."""

    __tablename__ = "mailbox_message"

    id: Mapped[Key]
    message_id: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[str]
    address: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    html: Mapped[str]
    arrived_at: Mapped[datetime]
