"""Calls to applicants."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class ReminderCall(Base):
    """One call of step 7: when, reached or not, what was said (KST-S07.1)."""

    __tablename__ = "reminder_call"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"))
    called_at: Mapped[datetime]
    called_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    outcome: Mapped[str]
    remarks: Mapped[str] = mapped_column(server_default="")
