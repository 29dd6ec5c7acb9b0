"""Documents and files as pages list them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.texts import Text
from app.models import Document, File, PortalFiling, StateBody
from app.models.database import reading
from app.records.files import content_of


@dataclass(frozen=True, slots=True)
class CaseDocument:
    """A document of a case: what it is, its file, when it came."""

    id: int
    file_id: int
    kind: str
    language: str | None
    title: str
    media_type: str
    size: int
    added_at: datetime
    element: str | None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file to send: name, type and bytes."""

    name: str
    media_type: str
    size: int
    chunks: list[bytes]

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.chunks)


def documents_of(session: Session, case_id: int) -> list[CaseDocument]:
    """The documents of a case, newest first."""
    rows = session.execute(
        select(Document, File)
        .join(File, File.id == Document.file_id)
        .where(Document.case_id == case_id)
        .order_by(Document.id.desc())
    ).all()
    return [
        CaseDocument(
            id=document.id,
            file_id=file.id,
            kind=document.kind,
            language=document.language,
            title=document.title,
            media_type=file.media_type,
            size=file.size,
            added_at=document.added_at,
            element=document.element,
        )
        for document, file in rows
    ]


def stored_file(file_id: int, *, office_id: str) -> StoredFile | None:
    """A file of this office; None when there is no such file, or a citizen has not sent it yet."""
    draft = select(PortalFiling.id).where(PortalFiling.id == File.filing_id, PortalFiling.filed_at.is_(None))
    with reading() as session:
        wanted = select(File).where(File.id == file_id, File.office_id == office_id, ~draft.exists())
        file = session.scalars(wanted).first()
        if file is None:
            return None
        return StoredFile(file.name, file.media_type, file.size, list(content_of(session, file.sha256)))


def files_of_task(session: Session, task_id: int) -> list[File]:
    """Files uploaded to a task that has not been sent yet."""
    return list(session.scalars(select(File).where(File.task_id == task_id).order_by(File.id)))


def body_of(session: Session, item: Mapping[str, Any] | None) -> Text:
    """The name of the state body that one of several tasks is about; empty when it is about none."""
    body = session.get(StateBody, item["body_id"]) if item and item.get("body_id") else None
    return Text(body.name_kk, body.name_ru, body.name_en) if body else Text("", "", "")
