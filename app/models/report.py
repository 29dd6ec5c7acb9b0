"""Periodic reports of an office."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class Report(Base):
    """A report of a period that is due at `due_at`; `figures` are the rows as they were sent, by code.

    `sent_to` names its addressees once it has gone; one that has not gone by its term is overdue.
    """

    __tablename__ = "report"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    kind: Mapped[str]
    period_from: Mapped[date]
    period_to: Mapped[date]
    due_at: Mapped[datetime]
    begun_at: Mapped[datetime]
    figures: Mapped[dict[str, Any]]
    comment: Mapped[str] = mapped_column(server_default="")
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    sent_to: Mapped[list[Any]]

    __table_args__ = (UniqueConstraint("office_id", "kind", "period_from"),)
