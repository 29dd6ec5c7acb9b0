"""Persons and organisations that apply."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key
from app.models.findable import Findable


class Applicant(Findable, Base):
    """An applicant as registered; names and numbers live here, never in process data."""

    __tablename__ = "applicant"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"), index=True)
    kind: Mapped[str]
    full_name: Mapped[str]
    sort_key: Mapped[str]
    iin: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    address: Mapped[str | None]
    language: Mapped[str]
    represented_person: Mapped[str | None]

    __table_args__ = (
        Index(None, "office_id", "sort_key"),
        Index(None, "office_id", "iin"),
        Index(None, "keys", postgresql_using="gin"),
    )
