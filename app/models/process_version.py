"""Published versions of a process."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class ProcessVersion(Base):
    """An immutable bundle: diagrams, forms, letters and documents, zstd-compressed JSON, addressed by its SHA-256."""

    __tablename__ = "process_version"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    process_key: Mapped[str]
    number: Mapped[int]
    hash: Mapped[str]
    parent_hash: Mapped[str | None]
    name_kk: Mapped[str]
    name_ru: Mapped[str]
    name_en: Mapped[str]
    bundle: Mapped[bytes]
    published_at: Mapped[datetime]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    comment: Mapped[str | None]

    __table_args__ = (UniqueConstraint("office_id", "process_key", "number"),)
