"""What an office and a citizen write each other on the portal."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class PortalMessage(Base):
    """A question of the office about a filing (`written_by` is who asks), or what the citizen has written (nobody)."""

    __tablename__ = "portal_message"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    filing_id: Mapped[int] = mapped_column(ForeignKey("portal_filing.id", ondelete="CASCADE"), index=True)
    text: Mapped[str]
    written_at: Mapped[datetime]
    written_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
