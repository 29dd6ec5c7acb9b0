"""Papers handed over under signature."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class HandOver(Base):
    """Who got the original or a copy of a document under signature, from whom and when (BR-31).

    `what` is resolution, original, pr_copy, executor_copy or branch_copy; `paper` original or copy.
    """

    __tablename__ = "hand_over"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), index=True)
    what: Mapped[str]
    paper: Mapped[str]
    receiver_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    handed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    handed_at: Mapped[datetime]
