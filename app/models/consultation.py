"""Consultations of consumers."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Consultation(Base):
    """A consultation, one row a case (KTEK-2.4, KTEK-2.5): asked by which channel, the question, the answer.

    `allowance`: help with a housing allowance was asked for, `allowance_help` is what was done (KTEK-2.6). `complaint`
    is what the consumer complains of where she lodged a complaint.
    """

    __tablename__ = "consultation"

    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), primary_key=True)
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    channel: Mapped[str]
    requested_at: Mapped[datetime]
    question: Mapped[str] = mapped_column(server_default="")
    answer: Mapped[str] = mapped_column(server_default="")
    allowance: Mapped[bool] = mapped_column(server_default="false")
    allowance_help: Mapped[str] = mapped_column(server_default="")
    complaint: Mapped[str] = mapped_column(server_default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    __table_args__ = (Index(None, "office_id", "requested_at"),)
