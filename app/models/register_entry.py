"""Entries of the registers and journals."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Json, Key


class RegisterEntry(Base):
    """A numbered entry; a wrong one is voided and keeps its number."""

    __tablename__ = "register_entry"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    register: Mapped[str]
    period: Mapped[str]
    number: Mapped[int]
    label: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    entered_at: Mapped[datetime]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    facts: Mapped[Json]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None]

    __table_args__ = (UniqueConstraint("office_id", "register", "period", "number"),)
