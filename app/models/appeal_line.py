"""Projection: appeals as lists find, filter and count them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Json


class AppealLine(Base):
    """One row an appeal, kept by `records/appeal_lines` from the rows of the appeal itself; it may be made anew.

    `state` is the status of the case, `district` the code of a region of the office, else in plain letters what the
    card says. `due_at` and `term` are the reply's deadline once the appeal is registered, with an extension.
    `answered_at` and `outcome` are those of a reply that was sent, or has come and was not returned; `ended_at` when
    nobody works on the appeal any more. `executor_id` is the body that answers.
    """

    __tablename__ = "appeal_line"

    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), primary_key=True)
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    received_at: Mapped[datetime]
    registered_at: Mapped[datetime | None]
    state: Mapped[str]
    source: Mapped[str]
    nature: Mapped[str | None]
    district: Mapped[str | None]
    category: Mapped[str | None]
    control: Mapped[bool | None]
    repeated: Mapped[bool] = mapped_column(server_default="false")
    registrar_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    executor_id: Mapped[int | None] = mapped_column(ForeignKey("state_body.id"))
    due_at: Mapped[datetime | None]
    risk_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    term: Mapped[Json | None] = mapped_column(deferred=True)

    __table_args__ = (
        Index(None, "office_id", "received_at", "case_id"),
        Index("ix_appeal_line_awaited", "office_id", "due_at", "case_id", postgresql_where=text("ended_at IS NULL")),
    )
