"""Dated deadline rules with their legal basis."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class DeadlineRule(Base):
    """One value of a rule from a day on; append-only, a term keeps the row it was computed by."""

    __tablename__ = "deadline_rule"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    key: Mapped[str]
    expression: Mapped[str]
    roll: Mapped[str]
    clause: Mapped[str]
    name_kk: Mapped[str]
    name_ru: Mapped[str]
    name_en: Mapped[str]
    basis_kk: Mapped[str]
    basis_ru: Mapped[str]
    basis_en: Mapped[str]
    valid_from: Mapped[date]
    entered_at: Mapped[datetime]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    __table_args__ = (UniqueConstraint("office_id", "key", "valid_from", "entered_at"),)
