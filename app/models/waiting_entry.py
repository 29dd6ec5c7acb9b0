"""People who wait for a free place."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class WaitingEntry(Base):
    """A case that waits for a place with an official (None: with any) between two days (None: open).

    Status is waiting, offered (a seat is kept until `offered_until`), accepted (she has said yes and is to be booked),
    taken, declined, lapsed (an offer ran out too often) or removed. `offers` counts the offers made.
    """

    __tablename__ = "waiting_entry"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"))
    official_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    from_day: Mapped[date | None]
    to_day: Mapped[date | None]
    entered_at: Mapped[datetime]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    status: Mapped[str]
    offers: Mapped[int] = mapped_column(server_default="0")
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("slot.id", ondelete="SET NULL"))
    offered_at: Mapped[datetime | None]
    offered_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_waiting_entry_case_id",
            "case_id",
            unique=True,
            postgresql_where=text("status IN ('waiting', 'offered', 'accepted')"),
        ),
    )
