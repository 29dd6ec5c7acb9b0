"""Files of cases: contents by their SHA-256 in chunks, documents that point at them."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.domain.files import ProducedFile
from app.models import Document, File, FileChunk

CHUNK: Final = 256 * 1024


def store(
    session: Session,
    *,
    office_id: str,
    name: str,
    media_type: str,
    content: bytes,
    now: datetime,
    by: int | None = None,
    task_id: int | None = None,
    link_id: int | None = None,
    filing_id: int | None = None,
) -> File:
    """Keep a file; a content that is there already is not stored again, but held: nobody forgets it meanwhile."""
    digest = hashlib.sha256(content).digest()
    for number, start in enumerate(range(0, len(content), CHUNK)):
        kept = insert(FileChunk).values(sha256=digest, number=number, content=content[start : start + CHUNK])
        session.execute(kept.on_conflict_do_update(index_elements=("sha256", "number"), set_={"number": number}))
    file = File(
        office_id=office_id,
        sha256=digest,
        name=name,
        media_type=media_type,
        size=len(content),
        stored_at=now,
        stored_by=by,
        task_id=task_id,
        link_id=link_id,
        filing_id=filing_id,
    )
    session.add(file)
    session.flush()
    return file


def content_of(session: Session, sha256: bytes) -> Iterator[bytes]:
    """The bytes of a content, chunk by chunk."""
    yield from session.scalars(select(FileChunk.content).where(FileChunk.sha256 == sha256).order_by(FileChunk.number))


def forget(session: Session, which: ColumnElement[bool]) -> None:
    """Delete files, and their contents where no other file has them."""
    gone = session.scalars(delete(File).where(which).returning(File.sha256)).all()
    if not gone:
        return
    chunks = select(FileChunk.sha256).where(FileChunk.sha256.in_(gone))
    session.execute(chunks.order_by(FileChunk.sha256, FileChunk.number).with_for_update())  # whoever stores one is done
    still = select(File.sha256).where(File.sha256.in_(gone))
    session.execute(delete(FileChunk).where(FileChunk.sha256.in_(gone), FileChunk.sha256.not_in(still)))


def attach(
    session: Session,
    file_ids: Sequence[int],
    *,
    office_id: str,
    case_id: int,
    kind: str,
    element: str | None,
    now: datetime,
    by: int | None,
) -> None:
    """Make uploaded files documents of a case; files of another office or of nobody's upload are passed over."""
    files = session.scalars(select(File).where(File.id.in_(file_ids), File.office_id == office_id))
    for file in files:
        session.add(
            Document(
                office_id=office_id,
                case_id=case_id,
                file_id=file.id,
                kind=kind,
                title=file.name,
                element=element,
                added_at=now,
                added_by=by,
            )
        )
    session.execute(update(File).where(File.id.in_(file_ids), File.office_id == office_id).values(task_id=None))


def store_produced(
    session: Session,
    files: Iterable[ProducedFile],
    *,
    office_id: str,
    case_id: int | None,
    element: str | None,
    now: datetime,
) -> list[File]:
    """Keep what was made as documents of the case; a newer one of a kind stands beside the older."""
    kept: list[File] = []
    for made in files:
        file = store(
            session, office_id=office_id, name=made.name, media_type=made.media_type, content=made.content, now=now
        )
        kept.append(file)
        if case_id is not None:
            session.add(
                Document(
                    office_id=office_id,
                    case_id=case_id,
                    file_id=file.id,
                    kind=made.kind,
                    language=made.language,
                    title=made.title,
                    element=element,
                    added_at=now,
                )
            )
    return kept
