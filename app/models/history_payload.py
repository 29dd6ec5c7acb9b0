"""Personal payload of history rows."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Json


class HistoryPayload(Base):
    """What was answered or written; retention may empty it, the digest in `history` stays."""

    __tablename__ = "history_payload"

    history_id: Mapped[int] = mapped_column(ForeignKey("history.id", deferrable=True), primary_key=True)
    payload: Mapped[Json]
