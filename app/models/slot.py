"""Bookable moments of a reception day."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class Slot(Base):
    """A moment of a reception day; seats are discrete, so `(slot, seat)` keeps bookings apart."""

    __tablename__ = "slot"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    day_id: Mapped[int] = mapped_column(ForeignKey("reception_day.id"))
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    seats: Mapped[int] = mapped_column(server_default="1")

    __table_args__ = (UniqueConstraint("day_id", "starts_at"),)
