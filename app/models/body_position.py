"""Positions of state bodies."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class BodyPosition(Base):
    """A body's part in a case: its position and information, the Department's mark (F-REC-POSITION).

    `link_id` is the link by which the body sent it itself; without one, `recorded_by` wrote it down on its behalf.
    """

    __tablename__ = "body_position"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("state_body.id"))
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    round: Mapped[int]
    official: Mapped[str | None]
    attends: Mapped[str | None]
    text: Mapped[str | None]
    submitted_at: Mapped[datetime | None]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    quality: Mapped[str | None]
    remarks: Mapped[str | None]
    attendee: Mapped[str | None]
    refusal_reason: Mapped[str | None]
    refused_at: Mapped[datetime | None]
    refusal_told_at: Mapped[datetime | None]
    link_id: Mapped[int | None] = mapped_column(ForeignKey("body_link.id"))
