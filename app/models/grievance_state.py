"""The states that a complaint goes through."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class GrievanceState(Base):
    """A state of a document with its time: registration, consideration, agreement, approval, execution, acquaintance or
    storage (KTEK-3.1.1). One that it comes to again has a row again. `document` is the number that it got there.
    """

    __tablename__ = "grievance_state"

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("grievance.case_id", ondelete="CASCADE"), index=True)
    state: Mapped[str]
    entered_at: Mapped[datetime]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    document: Mapped[str] = mapped_column(server_default="")
