"""The bytes of files."""

from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class FileChunk(Base):
    """A quarter of a megabyte of the content with this SHA-256; equal contents are stored once."""

    __tablename__ = "file_chunk"

    sha256: Mapped[bytes] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes]
