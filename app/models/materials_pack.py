"""Folders of materials made for a reception."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class MaterialsPack(Base):
    """One PDF of several requests: of a day (`day_id`) or of chosen ones; status waiting, making, ready or cancelled.

    `done` of `total` requests are gathered; `seen` is the mark of what it was made of, so that it is known to be stale.
    """

    __tablename__ = "materials_pack"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    day_id: Mapped[int | None] = mapped_column(ForeignKey("reception_day.id", ondelete="CASCADE"), index=True)
    cases: Mapped[list[Any]]
    language: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="waiting")
    done: Mapped[int] = mapped_column(server_default="0")
    total: Mapped[int]
    seen: Mapped[str] = mapped_column(server_default="")
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    made_at: Mapped[datetime | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))
