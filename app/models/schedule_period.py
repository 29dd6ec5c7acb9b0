"""Schedules of receptions, a month each."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class SchedulePeriod(Base):
    """The schedule of one month (`month` is its first day): status draft, submitted, approved or published.

    Its days are booked once it is approved. `edition` counts the publications: a change of a published day makes the
    next one.
    """

    __tablename__ = "schedule_period"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    month: Mapped[date]
    status: Mapped[str]
    edition: Mapped[int] = mapped_column(server_default="0")
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime | None]
    posted_on: Mapped[date | None]
    posted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    __table_args__ = (UniqueConstraint("office_id", "month"),)
