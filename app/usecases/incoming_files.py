"""A file of appeals comes in: shown row by row first, then taken by a worker, each number once."""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.incoming import FIELDS, Incoming
from app.domain.texts import Text
from app.gateways.files import safe_name
from app.gateways.tables import read_table
from app.models import File, IncomingAppeal, IntakeBatch, Job
from app.models.database import reading
from app.records.files import content_of, forget, store
from app.records.incoming import read_incoming
from app.usecases.access import Actor
from app.usecases.history import Event, record
from app.usecases.incoming import AppealDiffersError, receiver_of, take
from app.usecases.published import NotFoundError
from app.usecases.transaction import transaction, wake_workers

JOB: Final = "import_appeals"
MOST_ROWS: Final = 1000
AT_ONCE: Final = 25
"""Appeals of one commit: a worker that dies leaves the rest to the next one."""
SEEN_DAYS: Final = 7
HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "external_number": ("номер", "нөмірі", "номер обращения", "өтініш нөмірі", "number"),
    "applicant_kind": ("вид заявителя", "өтініш беруші түрі", "kind of applicant"),
    "full_name": ("заявитель", "фио", "аты-жөні", "өтініш беруші", "applicant"),
    "organisation": ("организация", "ұйым", "кого представляет", "кімнің атынан", "whom she represents"),
    "iin": ("иин", "жсн", "иин/бин", "жсн/бсн", "иин или бин", "жсн немесе бсн", "iin or bin"),
    "address": ("адрес", "мекенжайы"),
    "phone": ("телефон", "телефоны", "telephone"),
    "email": ("эл. почта", "e-mail", "электронная почта", "эл. пошта", "эл. поштасы"),
    "language": ("язык", "тілі"),
    "sent_on": ("дата", "күні", "date"),
    "text": ("текст", "мәтіні", "текст обращения", "өтініш мәтіні"),
}
NEEDED: Final = ("external_number", "full_name", "text")
DIFFERS: Final = Text(
    "Бұл нөмірмен басқа өтініш түскен.", "Под этим номером пришло другое обращение.", "Another appeal has this number."
)
TWICE: Final = Text(
    "Бұл нөмір {line}-жолда да бар.", "Этот номер есть и в строке {line}.", "Line {line} has this number, too."
)


class ColumnsMissingError(AutomationError):
    """The first row does not name the columns that are needed."""

    status: ClassVar[int] = 422
    message: ClassVar[Text] = Text(
        kk="Бірінші жолда мына бағандар жоқ: {columns}.",
        ru="В первой строке нет столбцов: {columns}.",
        en="The first row lacks the columns: {columns}.",
    )


class FileWrongError(AutomationError):
    """Rows of the file have errors; nothing was taken."""

    status: ClassVar[int] = 422
    message: ClassVar[Text] = Text(
        kk="Файлда түзететін жолдар бар ({n}), ештеңе енгізілген жоқ.",
        ru="В файле есть строки с ошибками ({n}), ничего не внесено.",
        en="The file has rows with errors ({n}); nothing was taken.",
    )


@dataclass(frozen=True, slots=True)
class RowSeen:
    """A row of the file: `state` is new, here or wrong; `errors` by column."""

    line: int
    sent: Incoming
    state: str
    errors: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class FileSeen:
    """What a file would do."""

    rows: Sequence[RowSeen]

    def count(self, state: str) -> int:
        """How many rows are new, here or wrong."""
        return sum(row.state == state for row in self.rows)


@dataclass(frozen=True, slots=True)
class Progress:
    """A file and how far it is; `status` is seen (waits for a word), running or done."""

    id: int
    name: str
    source: str
    status: str
    total: int
    done: int
    new: int


def lay_before(name: str, content: bytes, source: str, *, by: Actor) -> int:
    """Keep a file to be looked at before it is taken; returns its batch. Nothing else has changed.

    Raises `TableUnreadableError`, `ColumnsMissingError`, `NotFoundError` for a source that sends nothing here.
    """
    by.demand("appeal.open")
    rows = read_rows(name, content)
    with transaction() as session:
        receiver_of(session, by.office_id, source, by=by)
        now = clock.now()
        file = store(
            session,
            office_id=by.office_id,
            name=safe_name(name),
            media_type="application/octet-stream",
            content=content,
            now=now,
            by=by.id,
        )
        batch = IntakeBatch(
            office_id=by.office_id,
            source=source,
            channel="file",
            digest=hashlib.sha256(content).digest(),
            name=file.name,
            file_id=file.id,
            status="seen",
            total=len(rows),
            created_at=now,
            created_by=by.id,
        )
        session.add(batch)
        session.flush()
        return batch.id


def look_at(batch_id: int, *, by: Actor) -> tuple[Progress, FileSeen]:
    """How far a file is, and each of its rows against what is here now."""
    by.demand("appeal.open")
    with reading() as session:
        batch = _own(session, batch_id, by)
        return _progress(batch), _seen(session, batch)


def confirm(batch_id: int, *, by: Actor) -> None:
    """Let a worker take the file; a second word changes nothing. Raises `FileWrongError` while a row has errors."""
    by.demand("appeal.open")
    with transaction() as session:
        batch = _own(session, batch_id, by, lock=True)
        if batch.status != "seen":
            return
        wrong = _seen(session, batch).count("wrong")
        if wrong:
            raise FileWrongError(n=wrong)
        now = clock.now()
        batch.status = "running"
        session.add(Job(office_id=by.office_id, kind="system", name=JOB, payload={"batch": batch.id}, due_at=now))
        event = Event("appeals_imported", None, {"batch": batch.id, "source": batch.source, "rows": batch.total})
        record(session, [event], at=now, office_id=by.office_id, by=by.id)
        wake_workers(session, now)


def take_some(batch_id: int, job_id: int) -> None:
    """Take the next rows of a file in one commit, and plan the rest, or end."""
    with transaction() as session:
        batch = session.get_one(IntakeBatch, batch_id, with_for_update=True)
        if batch.status == "running":
            rows = list(read_rows(batch.name, _content(session, batch)).values())
            place = receiver_of(session, batch.office_id, batch.source)
            for values in rows[batch.done : batch.done + AT_ONCE]:
                with suppress(AppealDiffersError):  # it came another way meanwhile; the page of the file shows the row
                    batch.new += take(session, place, read_incoming(values)[0], batch).new
                batch.done += 1
            if batch.done >= batch.total:
                batch.status, batch.ended_at = "done", clock.now()
        if batch.status == "done":
            session.execute(delete(Job).where(Job.id == job_id))
            return
        now = clock.now()
        again = {"status": "waiting", "attempts": 0, "leased_by": None, "leased_until": None, "due_at": now}
        session.execute(update(Job).where(Job.id == job_id).values(again))
        wake_workers(session, now)


def sweep_files(session: Session, now: datetime) -> None:
    """Forget files that nobody has let in for `SEEN_DAYS`: they hold names and addresses."""
    over = IntakeBatch.status == "seen", IntakeBatch.created_at < now - timedelta(days=SEEN_DAYS)
    files = session.scalars(delete(IntakeBatch).where(*over).returning(IntakeBatch.file_id)).all()
    forget(session, File.id.in_(files))


def read_rows(name: str, content: bytes) -> dict[int, dict[str, str]]:
    """The rows of a file by line: values by field. Columns that are not ours are passed over."""
    table = read_table(name, content, most=MOST_ROWS)
    first, *lines = table
    columns: dict[str, int] = {}
    for at, heading in enumerate(table[first]):
        field = _field(heading)
        if field is not None:
            columns.setdefault(field, at)
    missing = [field for field in NEEDED if field not in columns]
    if missing:
        raise ColumnsMissingError(columns=", ".join(missing))
    return {
        line: {field: table[line][at] if at < len(table[line]) else "" for field, at in columns.items()}
        for line in lines
    }


def _field(heading: str) -> str | None:
    said = " ".join(heading.casefold().split())
    return next((field for field in FIELDS if said == field or said in HEADINGS[field]), None)


def _seen(session: Session, batch: IntakeBatch) -> FileSeen:
    read = {line: read_incoming(row) for line, row in read_rows(batch.name, _content(session, batch)).items()}
    numbers = [sent.external_number for sent, _ in read.values()]
    here = {
        row.external_number: row.digest
        for row in session.scalars(
            select(IncomingAppeal).where(
                IncomingAppeal.office_id == batch.office_id,
                IncomingAppeal.source == batch.source,
                IncomingAppeal.external_number.in_(numbers),
            )
        )
    }
    lines: dict[str, int] = {}
    rows = []
    for line, (sent, errors) in read.items():
        number = sent.external_number
        if number in lines:
            errors.setdefault("external_number", TWICE.with_values(line=lines[number]))
        lines.setdefault(number, line)
        if number in here and here[number] != sent.digest:
            errors.setdefault("external_number", DIFFERS)
        rows.append(RowSeen(line, sent, "wrong" if errors else "here" if number in here else "new", errors))
    return FileSeen(rows)


def _content(session: Session, batch: IntakeBatch) -> bytes:
    file = session.get_one(File, batch.file_id)
    return b"".join(content_of(session, file.sha256))


def _progress(batch: IntakeBatch) -> Progress:
    return Progress(batch.id, batch.name, batch.source, batch.status, batch.total, batch.done, batch.new)


def _own(session: Session, batch_id: int, by: Actor, *, lock: bool = False) -> IntakeBatch:
    wanted = select(IntakeBatch).where(
        IntakeBatch.id == batch_id, IntakeBatch.office_id == by.office_id, IntakeBatch.channel == "file"
    )
    batch = session.scalars(wanted.with_for_update() if lock else wanted).first()
    if batch is None:
        raise NotFoundError
    return batch
