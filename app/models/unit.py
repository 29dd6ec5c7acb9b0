"""The tree of an office: company, subsidiaries, branches, departments."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class Unit(Base):
    """One node of the tree."""

    __tablename__ = "unit"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    code: Mapped[str]
    name_kk: Mapped[str]
    name_ru: Mapped[str]
    name_en: Mapped[str]

    __table_args__ = (UniqueConstraint("office_id", "code"),)
