"""Replies to appeals: the office's own and those of state bodies."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class Reply(Base):
    """A reply to the appeal of a case; `source` is own, or body with its `body_id`.

    `state` of an own one goes draft, checked, agreed, approved, prepared, sent; of a body's one received, accepted or
    returned. `outcome` is satisfied, partly, explained or refused. `executors` are ids of people as the resolution
    names them: the first is responsible (SKE-3.3.2). `language` is the appeal's.
    """

    __tablename__ = "reply"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), index=True)
    source: Mapped[str]
    body_id: Mapped[int | None] = mapped_column(ForeignKey("state_body.id"))
    state: Mapped[str]
    language: Mapped[str]
    executors: Mapped[list[Any]]
    version: Mapped[int] = mapped_column(server_default="0")
    text: Mapped[str] = mapped_column(server_default="")
    outcome: Mapped[str | None]
    law_articles: Mapped[str] = mapped_column(server_default="")
    terms_observed: Mapped[bool] = mapped_column(server_default="false")
    statutory_check: Mapped[bool] = mapped_column(server_default="false")
    hearing: Mapped[str] = mapped_column(server_default="")
    letterhead: Mapped[str] = mapped_column(server_default="")
    due_at: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    outgoing_number: Mapped[str | None]
    outgoing_on: Mapped[date | None]
    prepared_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    reminded_for: Mapped[datetime | None]
