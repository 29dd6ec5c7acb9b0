"""Drafts of processes, as process owners draw them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Json, Key


class ProcessDraft(Base):
    """One draft of an office's process; those set aside are kept, as when two people drew at once.

    `letters` and `documents` hold only the texts that differ from the published ones.

    `base_number` is the version it began with, None for a process that is not published yet. `revision` counts saves.
    """

    __tablename__ = "process_draft"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    process_key: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    base_number: Mapped[int | None]
    revision: Mapped[int]
    diagram: Mapped[str]
    forms: Mapped[Json]
    letters: Mapped[Json] = mapped_column(server_default="{}")
    documents: Mapped[Json] = mapped_column(server_default="{}")
    saved_at: Mapped[datetime]
    set_aside_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_process_draft_current",
            "office_id",
            "process_key",
            unique=True,
            postgresql_where=text("set_aside_at IS NULL"),
        ),
    )
