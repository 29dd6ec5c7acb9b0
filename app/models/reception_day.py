"""Reception days of the officials."""

from datetime import date

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class ReceptionDay(Base):
    """A day on which an official receives: place, hours, mode; status is planned, held or cancelled."""

    __tablename__ = "reception_day"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    official_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    day: Mapped[date]
    kind: Mapped[str]
    mode: Mapped[str]
    place_kk: Mapped[str]
    place_ru: Mapped[str]
    status: Mapped[str]

    __table_args__ = (UniqueConstraint("office_id", "official_id", "day"), Index(None, "office_id", "day"))
