"""Dated office hours."""

from datetime import date, datetime, time

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class OfficeHoursRow(Base):
    """Office hours and lunch that hold from a day on."""

    __tablename__ = "office_hours"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"), index=True)
    valid_from: Mapped[date]
    opens: Mapped[time]
    closes: Mapped[time]
    lunch_from: Mapped[time | None]
    lunch_to: Mapped[time | None]
    entered_at: Mapped[datetime]
