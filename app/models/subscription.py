"""Projection: messages and signals that instances wait for."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Json, Key


class Subscription(Base):
    """A message or signal (`kind`) that a live element of an instance would catch, and the keys it recognises it by."""

    __tablename__ = "subscription"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"), index=True)
    case_id: Mapped[int | None]
    engine_id: Mapped[UUID]
    element: Mapped[str]
    kind: Mapped[str] = mapped_column(server_default="message")
    message: Mapped[str]
    correlations: Mapped[Json] = mapped_column(server_default="{}")

    __table_args__ = (
        UniqueConstraint("instance_id", "engine_id", "element"),
        Index(None, "office_id", "message", "case_id"),
        Index(
            "ix_subscription_keys",
            "correlations",
            postgresql_using="gin",
            postgresql_ops={"correlations": "jsonb_path_ops"},
            postgresql_where=text("correlations <> '{}'"),
        ),
    )
