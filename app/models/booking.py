"""Appointments."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class Booking(Base):
    """A case's place in a slot; status is booked, confirmed, arrived, received, missed, moved or withdrawn.

    A case has one place at a time. A missed one is none any more: it stays on its day's list, and a new one may follow.
    `came_at`, `began_at` and `finished_at` are the actual times where somebody has written them down.
    """

    __tablename__ = "booking"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"))
    seat: Mapped[int]
    status: Mapped[str]
    priority_category: Mapped[str | None]
    booked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    came_at: Mapped[datetime | None]
    began_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_booking_slot_id_seat",
            "slot_id",
            "seat",
            unique=True,
            postgresql_where=text("status NOT IN ('missed', 'moved', 'withdrawn')"),
        ),
        Index(
            "uq_booking_case_id",
            "case_id",
            unique=True,
            postgresql_where=text("status NOT IN ('missed', 'moved', 'withdrawn')"),
        ),
    )
