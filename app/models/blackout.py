"""Periods in which nobody receives."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class Blackout(Base):
    """Days, both included, on which an official (or, without one, the whole office) does not receive, and why."""

    __tablename__ = "blackout"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    official_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    reason: Mapped[str]
    entered_at: Mapped[datetime]
    entered_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    __table_args__ = (Index(None, "office_id", "last_day"),)
