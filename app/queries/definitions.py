"""Published versions of an office's processes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.texts import Text
from app.models import ProcessVersion
from app.models.database import reading
from app.records.bundles import unpack


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version in a list."""

    process: str
    number: int
    name: Text
    hash: str
    parent_hash: str | None
    published_at: datetime
    published_by: int | None


@dataclass(frozen=True, slots=True)
class WholeVersion:
    """A version with everything that was published: diagrams as XML, forms as JSON, texts by name."""

    row: VersionRow
    diagrams: Mapping[str, str]
    forms: Mapping[str, Any]
    letters: Mapping[str, str]
    documents: Mapping[str, str]
    text_fields: Mapping[str, str]


_COLUMNS = (
    ProcessVersion.process_key,
    ProcessVersion.number,
    ProcessVersion.name_kk,
    ProcessVersion.name_ru,
    ProcessVersion.name_en,
    ProcessVersion.hash,
    ProcessVersion.parent_hash,
    ProcessVersion.published_at,
    ProcessVersion.published_by,
)


def newest_versions(office_id: str) -> list[VersionRow]:
    """The newest version of every process of the office, by process."""
    newest = (
        select(ProcessVersion.process_key, func.max(ProcessVersion.number).label("number"))
        .where(ProcessVersion.office_id == office_id)
        .group_by(ProcessVersion.process_key)
        .subquery()
    )
    with reading() as session:
        rows = session.execute(
            select(*_COLUMNS)
            .join(
                newest,
                (newest.c.process_key == ProcessVersion.process_key) & (newest.c.number == ProcessVersion.number),
            )
            .where(ProcessVersion.office_id == office_id)
            .order_by(ProcessVersion.process_key)
        )
        return [_row(row) for row in rows]


def versions_of(office_id: str, process: str) -> list[VersionRow]:
    """Every version of a process, newest first; empty when the office has no such process."""
    with reading() as session:
        rows = session.execute(
            select(*_COLUMNS)
            .where(ProcessVersion.office_id == office_id, ProcessVersion.process_key == process)
            .order_by(ProcessVersion.number.desc())
        )
        return [_row(row) for row in rows]


def whole_version(office_id: str, process: str, number: int) -> WholeVersion | None:
    """One version; None when the office has no such one."""
    with reading() as session:
        found = _found(session, office_id, process, number)
    if found is None:
        return None
    bundle = unpack(found.bundle)
    return WholeVersion(
        row=_row(found),
        diagrams=bundle["diagrams"],
        forms=bundle["forms"],
        letters=bundle["letters"],
        documents=bundle["documents"],
        text_fields=bundle.get("fields", {}),
    )


def _found(session: Session, office_id: str, process: str, number: int) -> Any:
    return session.execute(
        select(*_COLUMNS, ProcessVersion.bundle).where(
            ProcessVersion.office_id == office_id,
            ProcessVersion.process_key == process,
            ProcessVersion.number == number,
        )
    ).first()


def diagram_of(version: WholeVersion) -> bytes:
    """The XML of the process itself, not of the diagrams that it calls."""
    name = f"{version.row.process}.bpmn"
    names: Sequence[str] = [name] if name in version.diagrams else sorted(version.diagrams)
    return version.diagrams[names[0]].encode()


def _row(row: Any) -> VersionRow:
    return VersionRow(
        process=row.process_key,
        number=row.number,
        name=Text(row.name_kk, row.name_ru, row.name_en),
        hash=row.hash,
        parent_hash=row.parent_hash,
        published_at=row.published_at,
        published_by=row.published_by,
    )
