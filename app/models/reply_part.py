"""What co-executors give to a reply."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class ReplyPart(Base):
    """The part of one co-executor, which the responsible executor gathers (SKE-3.3.2, BR-26)."""

    __tablename__ = "reply_part"

    id: Mapped[Key]
    reply_id: Mapped[int] = mapped_column(ForeignKey("reply.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str]
    given_at: Mapped[datetime]
