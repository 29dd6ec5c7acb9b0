"""Messages between instances and from outside."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Json, Key


class Message(Base):
    """A message, or a signal on its way to one of its receivers.

    `status` is waiting, delivered, missed (a signal nobody listened for any more), expired or discarded; `reason` says
    why it still waits: nobody, ambiguous, suspended, behind (`detail` names what). `sender_id` and `element` are the
    instance and the event that threw it; without them it came from outside. `addressee_id` is the instance that a
    signal goes to, `process` the process that it starts. `instance_id` is who received it.
    """

    __tablename__ = "message"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    kind: Mapped[str] = mapped_column(server_default="message")
    name: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    process: Mapped[str | None]
    payload: Mapped[Json]
    correlations: Mapped[Json] = mapped_column(server_default="{}")
    sender_id: Mapped[int | None] = mapped_column(ForeignKey("process_instance.id"))
    element: Mapped[str | None]
    addressee_id: Mapped[int | None]
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(server_default="waiting")
    reason: Mapped[str | None]
    detail: Mapped[Json] = mapped_column(server_default="{}")
    delivered_at: Mapped[datetime | None]
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("process_instance.id"), index=True)
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    idempotency_key: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("office_id", "idempotency_key"),
        Index("ix_message_waiting", "office_id", "name", "id", postgresql_where=text("status = 'waiting'")),
    )
