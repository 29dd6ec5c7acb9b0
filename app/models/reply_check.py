"""Cross control of replies."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class ReplyCheck(Base):
    """What one way of cross control has found: data_check, confirmation_request, applicant_contact or expert
    (KST-QUAL-X1 … KST-QUAL-X4).
    """

    __tablename__ = "reply_check"

    id: Mapped[Key]
    review_id: Mapped[int] = mapped_column(ForeignKey("reply_review.id", ondelete="CASCADE"), index=True)
    method: Mapped[str]
    result: Mapped[str]
    checked_at: Mapped[datetime]
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
