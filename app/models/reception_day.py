"""Reception days of the officials."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.texts import Text
from app.models.base import Base, Json, Key


class ReceptionDay(Base):
    """A day on which an official receives: place, hours, mode; status is planned, held or cancelled.

    `published_at` is when the day was first shown to the public; `basis` says what a day outside the schedule
    stands on. `changed_at` is when it last changed after that.
    `ordinary` is how it was planned (mode, place) while restrictions force videoconference.
    """

    __tablename__ = "reception_day"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    official_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    day: Mapped[date]
    kind: Mapped[str]
    mode: Mapped[str]
    place_kk: Mapped[str]
    place_ru: Mapped[str]
    place_en: Mapped[str] = mapped_column(server_default="")
    status: Mapped[str]
    published_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    basis: Mapped[Json] = mapped_column(server_default="{}")
    ordinary: Mapped[Json | None]

    @property
    def place(self) -> Text:
        """Where it is held, in three languages; English falls back on Russian."""
        return Text(self.place_kk, self.place_ru, self.place_en or self.place_ru)

    __table_args__ = (UniqueConstraint("office_id", "official_id", "day"), Index(None, "office_id", "day"))
