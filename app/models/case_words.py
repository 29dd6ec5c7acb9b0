"""Projection: what a search for cases looks into."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class CaseWords(Base):
    """What a case is found by: Russian stems, words in plain letters, keys of its numbers and of its applicant.

    Apart from `Case` and `AppealLine`, so that lists which ask for no words read little. See `domain/case_words`.
    """

    __tablename__ = "case_words"

    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), primary_key=True)
    words: Mapped[str] = mapped_column(TSVECTOR(), deferred=True)

    __table_args__ = (Index(None, "words", postgresql_using="gin"),)
