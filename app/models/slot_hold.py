"""Places kept for a while for somebody who is about to be booked."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class SlotHold(Base):
    """A seat of a slot that is kept for a case until `held_until` (business time); after that it is anybody's.

    `purpose` is booking (while a form is filled), visit (the applicant chooses by her link) or offer (the waiting
    list). One row a seat: whoever writes it has won, and the row of a hold that ran out is written over.
    """

    __tablename__ = "slot_hold"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id", ondelete="CASCADE"))
    seat: Mapped[int]
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    held_until: Mapped[datetime]

    __table_args__ = (UniqueConstraint("slot_id", "seat"),)
