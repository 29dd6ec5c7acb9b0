"""What happened, forever."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Json, Key


class History(Base):
    """One event; `digest` covers its facts and payload, the sealer fills `seal_number` and `seal`."""

    __tablename__ = "history"

    id: Mapped[Key]
    office_id: Mapped[str | None]
    case_id: Mapped[int | None]
    instance_id: Mapped[int | None]
    at: Mapped[datetime]
    kind: Mapped[str]
    element: Mapped[str | None]
    person_id: Mapped[int | None]
    facts: Mapped[Json]
    payload_digest: Mapped[bytes | None]
    digest: Mapped[bytes]
    seal_number: Mapped[int | None] = mapped_column(unique=True)
    seal: Mapped[bytes | None]

    __table_args__ = (
        Index(None, "case_id", "id"),
        Index(None, "instance_id", "id"),
        Index("ix_history_unsealed", "id", postgresql_where=text("seal_number IS NULL")),
        Index(
            "ix_history_day",
            text("(facts ->> 'day')"),
            postgresql_where=text(
                "kind IN ('day_planned', 'day_moved', 'day_cancelled', 'day_changed', 'day_published')"
            ),
        ),
    )
