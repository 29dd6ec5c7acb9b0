"""Secrets of the links of state bodies."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class BodyLinkSecret(Base):
    """What opens a link, as SHA-256: every letter that carries the link has a secret of its own, so has every browser
    in which a code of the body's mail was typed; these are `confirmed`.
    """

    __tablename__ = "body_link_secret"

    secret_hash: Mapped[str] = mapped_column(primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("body_link.id", ondelete="CASCADE"), index=True)
    made_at: Mapped[datetime]
    confirmed: Mapped[bool] = mapped_column(server_default="false")
