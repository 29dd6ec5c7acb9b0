"""Every text that a reply has had."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class ReplyVersion(Base):
    """A text of a reply as its executor sent it on, numbered from 1; never changed (SKE-3.4, SKE-3.5)."""

    __tablename__ = "reply_version"

    id: Mapped[Key]
    reply_id: Mapped[int] = mapped_column(ForeignKey("reply.id", ondelete="CASCADE"))
    number: Mapped[int]
    text: Mapped[str]
    written_at: Mapped[datetime]
    written_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    __table_args__ = (UniqueConstraint("reply_id", "number"),)
