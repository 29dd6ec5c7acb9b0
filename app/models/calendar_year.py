"""Years checked against the official balance."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class CalendarYear(Base):
    """A year that an administrator approved; a year without a row is preliminary."""

    __tablename__ = "calendar_year"

    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    balance: Mapped[list[Any]]
    approved_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
