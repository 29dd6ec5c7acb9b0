"""How replies left the office."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class ReplyDispatch(Base):
    """A dispatch of a reply: method (a code of the office's `[[replies.dispatch_methods]]`), when, by whom (SKE-3.7).

    `barcode` is the S10 number of registered post, used once in an office; `evidence` proves the dispatch. `copy_*`
    says to whom its copy was handed and when (SKE-3.8).
    """

    __tablename__ = "reply_dispatch"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    reply_id: Mapped[int] = mapped_column(ForeignKey("reply.id", ondelete="CASCADE"), index=True)
    method: Mapped[str]
    barcode: Mapped[str | None]
    sent_at: Mapped[datetime]
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    evidence: Mapped[str] = mapped_column(server_default="")
    copy_to: Mapped[str] = mapped_column(server_default="")
    copied_at: Mapped[datetime | None]
    copied_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    __table_args__ = (UniqueConstraint("office_id", "barcode"), Index(None, "office_id", "sent_at"))
