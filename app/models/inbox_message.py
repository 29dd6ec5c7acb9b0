"""E-mail that came to an office."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class InboxMessage(Base):
    """A message of a mailbox, each once: there it is `uid` as long as `validity` (UIDVALIDITY) stays.

    `status` is waiting (for a person), case (it belongs to `case_id`), report (on our letter `letter_id`), passed_on
    (to the process that its sender writes to), put_aside or duplicate. `files` holds for each file `name`, `size` and
    `file_id`, or in its place `refused`: the sentence in three languages. `suggested_id` is the case of the letter it
    answers. `whole` is False for one too large to fetch. `put_away`: marked on the server.
    """

    __tablename__ = "inbox_message"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    mailbox: Mapped[str]
    validity: Mapped[int]
    uid: Mapped[int]
    message_id: Mapped[str]
    digest: Mapped[bytes]
    sender: Mapped[str]
    sender_name: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    files: Mapped[list[Any]] = mapped_column(server_default="[]")
    whole: Mapped[bool]
    automatic: Mapped[bool]
    sent_at: Mapped[datetime | None]
    came_at: Mapped[datetime]
    status: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id", ondelete="SET NULL"), index=True)
    suggested_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id", ondelete="SET NULL"))
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(server_default="")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    put_away: Mapped[bool] = mapped_column(server_default="false")

    __table_args__ = (
        UniqueConstraint("office_id", "mailbox", "validity", "uid"),
        Index("ix_inbox_message_message_id", "office_id", "message_id"),
        Index("ix_inbox_message_status", "office_id", "status", "id"),
    )
