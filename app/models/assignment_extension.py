"""Extensions of the terms of assignments."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class AssignmentExtension(Base):
    """A request for a later date with the date that held then; `decision` is granted or refused, None while open."""

    __tablename__ = "assignment_extension"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id", ondelete="CASCADE"), index=True)
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str]
    old_due_on: Mapped[date]
    new_due_on: Mapped[date]
    decision: Mapped[str | None]
    decision_reason: Mapped[str] = mapped_column(server_default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
