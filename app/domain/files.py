"""A file that a service task has made."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProducedFile:
    """One file to keep as a document of the case: kind, title, name, media type, bytes."""

    kind: str
    title: str
    name: str
    media_type: str
    content: bytes
    language: str | None = None
