"""What those who check a reply say about it."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class ReplyRemark(Base):
    """A decision on a version of a reply: at the `stage` head, legal, management or review it was agreed or returned.

    `text` are the remarks of one that was returned (SKE-3.4, SKE-3.5, KST-TASK-1.5).
    """

    __tablename__ = "reply_remark"

    id: Mapped[Key]
    reply_id: Mapped[int] = mapped_column(ForeignKey("reply.id", ondelete="CASCADE"), index=True)
    version: Mapped[int]
    stage: Mapped[str]
    agreed: Mapped[bool]
    text: Mapped[str] = mapped_column(server_default="")
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
