"""Requests to central state bodies."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class CentralRequest(Base):
    """A request that the central office of a body take part by videoconference, and its answer (R-CENTRAL).

    `answer` is agreed or refused; `link_id` the link by which the body answered itself.
    """

    __tablename__ = "central_request"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("state_body.id"))
    number: Mapped[str]
    question: Mapped[str]
    sent_at: Mapped[datetime]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    representative: Mapped[str | None]
    contact: Mapped[str | None]
    refusal_reason: Mapped[str | None]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    link_id: Mapped[int | None] = mapped_column(ForeignKey("body_link.id"))
    arranged: Mapped[str | None]
