"""What the studio shows of an office's processes: versions, drafts, what has changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from app.domain.texts import Text
from app.engine.changes import Change, changes_between
from app.models import Case, Office, Person, ProcessDraft, ProcessInstance, ProcessVersion
from app.models.database import reading
from app.queries.choices import text_of
from app.queries.process_load import RUNNING
from app.records.bundles import unpack


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft in a list; `set_aside_at` tells those that are kept only to be looked at again."""

    id: int
    base_number: int | None
    revision: int
    saved_at: datetime
    saved_by: str
    set_aside_at: datetime | None


@dataclass(frozen=True, slots=True)
class ProcessRow:
    """A process of the office: its newest version (None: not published yet), its draft, who runs on which version."""

    process: str
    name: Text
    number: int | None
    published_at: datetime | None
    published_by: str | None
    draft: DraftRow | None
    running: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Version:
    """A published version with who did it and why, and how many run on it."""

    id: int
    number: int
    name: Text
    hash: str
    published_at: datetime
    published_by: str | None
    comment: str
    running: int


def roles_of(office_id: str) -> Mapping[str, Text]:
    """The office's roles by code, as office.toml names them."""
    with reading() as session:
        office = session.get_one(Office, office_id)
        return {role["code"]: text_of(role["name"]) for role in office.settings.get("roles", ())}


def processes_of(office_id: str) -> list[ProcessRow]:
    """Every process of the office, published or drawn, by its name."""
    with reading() as session:
        versions = _versions(session, office_id)
        newest = {version.process_key: (version, who) for version, who in versions}
        running = _running(session, office_id)
        drafts = {key: row for key, row in _drafts(session, office_id) if row.set_aside_at is None}
    rows = [
        ProcessRow(
            process=key,
            name=Text(version.name_kk, version.name_ru, version.name_en),
            number=version.number,
            published_at=version.published_at,
            published_by=who,
            draft=drafts.pop(key, None),
            running={number: count for (process, number), count in running.items() if process == key},
        )
        for key, (version, who) in newest.items()
    ]
    rows += [ProcessRow(key, Text(key, key, key), None, None, None, draft, {}) for key, draft in drafts.items()]
    return sorted(rows, key=lambda row: row.process)


def history_of(office_id: str, process: str) -> list[Version]:
    """The versions of a process, newest first."""
    with reading() as session:
        running = _running(session, office_id)
        return [
            Version(
                id=row.id,
                number=row.number,
                name=Text(row.name_kk, row.name_ru, row.name_en),
                hash=row.hash,
                published_at=row.published_at,
                published_by=who,
                comment=row.comment or "",
                running=running.get((process, row.number), 0),
            )
            for row, who in reversed(_versions(session, office_id, process))
        ]


def drafts_of(office_id: str, process: str) -> list[DraftRow]:
    """The draft of a process and those set aside, newest first."""
    with reading() as session:
        return [row for key, row in _drafts(session, office_id) if key == process]


def changes_of_version(office_id: str, process: str, number: int) -> list[Change]:
    """What the version changed in the one before it; nothing for the first."""
    with reading() as session:
        rows = dict(
            session.execute(
                select(ProcessVersion.number, ProcessVersion.bundle).where(
                    ProcessVersion.office_id == office_id,
                    ProcessVersion.process_key == process,
                    ProcessVersion.number.in_((number - 1, number)),
                )
            ).all()
        )
    if len(rows) < 2:
        return []
    before, after = (unpack(rows[each])["diagrams"][f"{process}.bpmn"].encode() for each in (number - 1, number))
    return changes_between(before, after)


def recent_cases(office_id: str, process: str) -> list[tuple[int, str]]:
    """Ids and numbers of the ten newest cases of a process that have a number."""
    with reading() as session:
        rows = session.execute(
            select(Case.id, Case.number)
            .where(Case.office_id == office_id, Case.kind == process, Case.number.is_not(None))
            .order_by(Case.opened_at.desc(), Case.id.desc())
            .limit(10)
        )
        return [(case_id, number) for case_id, number in rows if number]


def _versions(session: Session, office_id: str, process: str | None = None) -> list[tuple[ProcessVersion, str | None]]:
    """The versions, oldest first, without their bundles, and who published each."""
    asked = (
        select(ProcessVersion, Person.full_name)
        .options(defer(ProcessVersion.bundle))
        .outerjoin(Person, Person.id == ProcessVersion.published_by)
        .where(ProcessVersion.office_id == office_id)
        .order_by(ProcessVersion.number)
    )
    if process is not None:
        asked = asked.where(ProcessVersion.process_key == process)
    return [(row, who) for row, who in session.execute(asked)]


def _running(session: Session, office_id: str) -> dict[tuple[str, int], int]:
    rows = session.execute(
        select(ProcessVersion.process_key, ProcessVersion.number, func.count())
        .join(ProcessInstance, ProcessInstance.version_id == ProcessVersion.id)
        .where(ProcessVersion.office_id == office_id, ProcessInstance.status.in_(RUNNING))
        .group_by(ProcessVersion.process_key, ProcessVersion.number)
    )
    return {(key, number): count for key, number, count in rows}


def _drafts(session: Session, office_id: str) -> list[tuple[str, DraftRow]]:
    rows = session.execute(
        select(ProcessDraft, Person.full_name)
        .options(defer(ProcessDraft.diagram), defer(ProcessDraft.forms))
        .join(Person, Person.id == ProcessDraft.person_id)
        .where(ProcessDraft.office_id == office_id)
        .order_by(ProcessDraft.saved_at.desc(), ProcessDraft.id.desc())
    )
    return [
        (row.process_key, DraftRow(row.id, row.base_number, row.revision, row.saved_at, who, row.set_aside_at))
        for row, who in rows
    ]
