"""Examinations of replies."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class ReplyReview(Base):
    """The examination of a reply (KST-QUAL): three criteria, each yes or no with a remark; doubt; the verdict.

    `asked` is what the body is asked to confirm (KST-QUAL-X2); `verdict` accept or rework, None while it is under way.
    """

    __tablename__ = "reply_review"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    reply_id: Mapped[int] = mapped_column(ForeignKey("reply.id", ondelete="CASCADE"), index=True)
    opened_at: Mapped[datetime]
    completeness: Mapped[bool | None]
    completeness_remark: Mapped[str] = mapped_column(server_default="")
    grounds: Mapped[bool | None]
    grounds_remark: Mapped[str] = mapped_column(server_default="")
    style: Mapped[bool | None]
    style_remark: Mapped[str] = mapped_column(server_default="")
    doubt: Mapped[bool | None]
    asked: Mapped[str] = mapped_column(server_default="")
    verdict: Mapped[str | None]
    remarks: Mapped[str] = mapped_column(server_default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
