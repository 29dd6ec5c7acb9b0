"""Offices that live in this installation."""

from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Json


class Office(Base):
    """An akimat, a utility or a contact centre; `settings` is the office.toml that seeded it."""

    __tablename__ = "office"

    id: Mapped[str] = mapped_column(primary_key=True)
    name_kk: Mapped[str]
    name_ru: Mapped[str]
    name_en: Mapped[str]
    zone: Mapped[str]
    settings: Mapped[Json]
