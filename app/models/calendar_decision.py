"""Official transfers and local exceptions of the working calendar."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class CalendarDecision(Base):
    """One day that a document or the office itself declared working or off; append-only, withdrawn by `revoked_at`."""

    __tablename__ = "calendar_decision"

    id: Mapped[Key]
    office_id: Mapped[str | None] = mapped_column(ForeignKey("office.id"), index=True)
    day: Mapped[date]
    working: Mapped[bool]
    layer: Mapped[str]
    pair_day: Mapped[date | None]
    reason_kk: Mapped[str]
    reason_ru: Mapped[str]
    reason_en: Mapped[str]
    document: Mapped[str] = mapped_column(server_default="")
    document_date: Mapped[date | None]
    version: Mapped[int]
    entered_at: Mapped[datetime]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
