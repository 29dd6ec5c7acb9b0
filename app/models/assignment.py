"""Protocol assignments."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class Assignment(Base):
    """An assignment of the protocol: executor, concrete date, how and when it was carried out (KST-S11, KST-S12)."""

    __tablename__ = "assignment"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    protocol: Mapped[str | None]
    number: Mapped[int]
    text: Mapped[str]
    body_id: Mapped[int] = mapped_column(ForeignKey("state_body.id"))
    due_on: Mapped[date]
    given_at: Mapped[datetime]
    executed_on: Mapped[date | None]
    timeliness: Mapped[str | None]
    late_days: Mapped[int | None]
    quality: Mapped[str | None]
    remarks: Mapped[str] = mapped_column(server_default="")
