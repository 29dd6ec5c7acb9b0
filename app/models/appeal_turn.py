"""Turns in the consideration of an appeal."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class AppealTurn(Base):
    """What happened to an appeal besides its reply: redirect, redirect_part, extend, hearing, leave, withdraw,
    deemed_refusal, reminder.

    `state` is proposed, agreed, refused or done. `body_id` is where it was redirected to; `question` the part that was,
    the remarks of a decision or the result of a hearing; `due_on` the new last day of an extension or the day of a
    hearing. `late`: after the term that the law gives for it.
    """

    __tablename__ = "appeal_turn"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(server_default="")
    ground: Mapped[str | None]
    body_id: Mapped[int | None] = mapped_column(ForeignKey("state_body.id"))
    question: Mapped[str] = mapped_column(server_default="")
    due_on: Mapped[date | None]
    late: Mapped[bool] = mapped_column(server_default="false")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
