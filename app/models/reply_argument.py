"""The arguments of an appeal and where its reply answers them."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class ReplyArgument(Base):
    """An argument of the applicant and the passage of the reply that considers it; no passage: not considered
    (KST-QUAL-1).
    """

    __tablename__ = "reply_argument"

    id: Mapped[Key]
    review_id: Mapped[int] = mapped_column(ForeignKey("reply_review.id", ondelete="CASCADE"), index=True)
    place: Mapped[int]
    argument: Mapped[str]
    passage: Mapped[str] = mapped_column(server_default="")
