"""What citizens file on the portal."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Json, Key


class PortalFiling(Base):
    """An appeal or a request as a citizen writes and files it, from the first saving to her word on the answer.

    `kind` is a code of the office's `[[portal.kinds]]`. Until it is filed `answers` holds what was typed, found by
    `browser_hash`, the SHA-256 of a secret of her browser; afterwards it is empty. `number` and a secret stand on the
    talon; of the secret `talon_hash` is kept, `talon_round` counts how often a new one was made. `rating` is 1 to 5.
    """

    __tablename__ = "portal_filing"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    kind: Mapped[str]
    browser_hash: Mapped[str | None] = mapped_column(unique=True)
    answers: Mapped[Json] = mapped_column(server_default="{}")
    language: Mapped[str]
    saved_at: Mapped[datetime]
    filed_at: Mapped[datetime | None]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), index=True)
    number: Mapped[str | None]
    talon_hash: Mapped[str | None]
    talon_round: Mapped[int] = mapped_column(server_default="0")
    withdrawn_at: Mapped[datetime | None]
    withdrawal_reason: Mapped[str] = mapped_column(server_default="")
    rating: Mapped[int | None]
    rating_words: Mapped[str] = mapped_column(server_default="")
    rated_at: Mapped[datetime | None]
    reminder_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("office_id", "number"), Index(None, "saved_at"))
