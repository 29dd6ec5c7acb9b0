"""Delivery and read reports of letters."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class DeliveryReceipt(Base):
    """What the other side has said of a letter of ours: `kind` is delivered, read, delayed or failed.

    `message_id` is our letter's Message-ID, `file_id` the report as it came, `detail` its own words. One that a person
    entered (a telephone call, a signature) has `recorded_by` and no file.
    """

    __tablename__ = "delivery_receipt"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    message_id: Mapped[str]
    kind: Mapped[str]
    recipient: Mapped[str]
    detail: Mapped[str] = mapped_column(server_default="")
    reported_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))

    __table_args__ = (UniqueConstraint("letter_id", "kind", "recipient"),)
