"""Complaints and appeals to KTEK, beside their rows as appeals."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Grievance(Base):
    """What KTEK's register keeps of an appeal, one row a case (KTEK-3.1.1, KTEK-3.2.1).

    `outside_home`: the sender lives or stays beyond the home city (KTEK-3.2.4). `reply_channel` is a code of the
    office's `[[replies.dispatch_methods]]`, `measures` what was done by the decision, `acquainted` who learned of it.
    """

    __tablename__ = "grievance"

    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), primary_key=True)
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    incoming_number: Mapped[str | None]
    registered_at: Mapped[datetime | None]
    category: Mapped[str | None]
    outside_home: Mapped[bool | None]
    reply_channel: Mapped[str | None]
    measures: Mapped[str] = mapped_column(server_default="")
    acquainted: Mapped[str] = mapped_column(server_default="")

    __table_args__ = (Index(None, "office_id", "registered_at"),)
