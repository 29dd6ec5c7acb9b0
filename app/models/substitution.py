"""Who stands for whom while she is away."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class Substitution(Base):
    """A person's absence from one day of the office to another, both included, and the colleague who stands for her.

    `reason` is vacation, trip, incapacity, study or other. One that is taken back or ends early keeps its days and has
    the moment from which it does not count in `ended_at`.
    """

    __tablename__ = "substitution"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    substitute_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    reason: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="")
    entered_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]

    __table_args__ = (Index(None, "office_id", "last_day"),)
