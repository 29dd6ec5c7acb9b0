"""Counters of the through numbers."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class RegisterCounter(Base):
    """The last number taken in a register and period."""

    __tablename__ = "register_counter"

    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"), primary_key=True)
    register: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]
