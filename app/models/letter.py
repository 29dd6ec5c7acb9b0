"""The journal of letters and messages sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class Letter(Base):
    """A letter to an applicant, a body or a colleague; its channel is email, sms, phone, post or portal.

    Status is queued, sent, failed or skipped; to_post and to_call wait for a person to send or say it. `files` are the
    ids of the files that go with it, of a letter on paper itself first. `script` is what to say on the telephone.
    `link_id`: the secret of this link is put in when it leaves. `receipt_asked`: the e-mail asks for a delivery and a
    read report; `message_id` is its Message-ID once it was sent.
    """

    __tablename__ = "letter"

    id: Mapped[Key]
    office_id: Mapped[str | None] = mapped_column(ForeignKey("office.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    template: Mapped[str]
    channel: Mapped[str]
    language: Mapped[str]
    recipient: Mapped[str]
    address: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    script: Mapped[str | None]
    status: Mapped[str]
    files: Mapped[list[Any]] = mapped_column(server_default="[]")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    link_id: Mapped[int | None] = mapped_column(ForeignKey("body_link.id"))
    idempotency_key: Mapped[str | None] = mapped_column(unique=True)
    receipt_asked: Mapped[bool] = mapped_column(server_default="false")
    message_id: Mapped[str | None] = mapped_column(index=True)
