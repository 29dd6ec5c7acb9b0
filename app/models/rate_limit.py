"""Counters of attempts."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class RateLimit(Base):
    """Attempts under one key in one window; unlogged, since losing it in a crash costs nothing."""

    __tablename__ = "rate_limit"

    key: Mapped[str] = mapped_column(primary_key=True)
    window_start: Mapped[datetime]
    attempts: Mapped[int]

    __table_args__ = ({"prefixes": ["UNLOGGED"]},)
