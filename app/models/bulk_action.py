"""What a coordinator has done with several requests at once."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Json, Key


class BulkAction(Base):
    """One act on several requests: notify, invite, print or reassign; it may be taken back before `undo_until`.

    `facts` says for each case what came of it: letters, a planned task, tasks with their earlier performers, a refusal.
    """

    __tablename__ = "bulk_action"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    act: Mapped[str]
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    undo_until: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]
    facts: Mapped[Json] = mapped_column(server_default="{}")

    __table_args__ = (Index("ix_bulk_action_recent", "made_by", "undo_until"),)
