"""That the controlling role was told of an appeal whose reply is late or about to be."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class AppealAlarm(Base):
    """Told once for each term: `kind` is risk or overdue, `told` the ids of the people who got the letter."""

    __tablename__ = "appeal_alarm"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"))
    kind: Mapped[str]
    due_at: Mapped[datetime]
    told_at: Mapped[datetime]
    told: Mapped[list[Any]]

    __table_args__ = (UniqueConstraint("case_id", "kind", "due_at"),)
