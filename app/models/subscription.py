"""Projection: messages that instances wait for."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class Subscription(Base):
    """A message that a live element of an instance would catch."""

    __tablename__ = "subscription"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"), index=True)
    case_id: Mapped[int | None]
    engine_id: Mapped[UUID]
    element: Mapped[str]
    message: Mapped[str]

    __table_args__ = (UniqueConstraint("instance_id", "engine_id"), Index(None, "office_id", "message", "case_id"))
