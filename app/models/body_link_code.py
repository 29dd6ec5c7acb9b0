"""Codes that state bodies are sent before their page opens."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class BodyLinkCode(Base):
    """The newest code of a link, as SHA-256 with the link's id; `sent_at` is wall time, `wrong` counts bad guesses."""

    __tablename__ = "body_link_code"

    link_id: Mapped[int] = mapped_column(ForeignKey("body_link.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[str]
    sent_at: Mapped[datetime]
    wrong: Mapped[int] = mapped_column(server_default="0")
