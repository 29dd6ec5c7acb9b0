"""Messages between instances and from outside."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Json, Key


class Message(Base):
    """A message on its way; kept with `delivered_at` empty while nobody waits for it."""

    __tablename__ = "message"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    name: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    payload: Mapped[Json]
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("process_instance.id"), index=True)
    idempotency_key: Mapped[str | None]

    __table_args__ = (UniqueConstraint("office_id", "idempotency_key"),)
