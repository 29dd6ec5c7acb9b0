"""Periods in which people are received by videoconference only."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class RestrictionPeriod(Base):
    """Restrictions from one day of the office to another, both included (KST-VKS-1, KRG-15); `cause` is pandemic or
    safety, `basis` the decision they stand on.

    One that is lifted early ends on an earlier `last_day`, perhaps before it began, and keeps the old one in
    `lifted_from`; `instance_id` is the process that restores the ordinary mode at its end.
    """

    __tablename__ = "restriction_period"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    cause: Mapped[str]
    basis: Mapped[str] = mapped_column(server_default="")
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"))
    declared_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    declared_at: Mapped[datetime]
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    lifted_at: Mapped[datetime | None]
    lifted_from: Mapped[date | None]

    __table_args__ = (Index(None, "office_id", "last_day"),)
