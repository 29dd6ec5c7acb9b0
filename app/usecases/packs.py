"""Folders of materials: brief, positions and history of each request in one PDF, made by a worker."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.templates import parse, render
from app.domain.texts import Language, Text
from app.gateways.documents import (
    Blocks,
    Contents,
    Document,
    Facts,
    Heading,
    PageBreak,
    Paragraph,
    Provenance,
    Signatures,
    Span,
    parse_document,
    to_pdf,
)
from app.models import Job, Letter, MaterialsPack, Office, Person, ProcessVersion, ReceptionDay, UserTask
from app.models.database import reading
from app.queries.elements import element_name
from app.queries.packs import cases_of, mark_of
from app.queries.reception_rows import CaseRows, case_rows
from app.records.bundles import unpack
from app.records.facts import case_facts
from app.records.files import store
from app.usecases.access import Actor
from app.usecases.history import Event, record
from app.usecases.published import NotFoundError
from app.usecases.transaction import transaction, wake_workers

PROCESS: Final = "personal_reception"
PARTS: Final = ("brief", "folder")
JOB: Final = "materials_pack"
_TITLE: Final = Text("Жеке қабылдау материалдары", "Материалы к личному приёму", "Materials of the reception")
_CONTENTS: Final = Text("Мазмұны", "Содержание", "Contents")
_DAY: Final = Text("Қабылдау күні", "День приёма", "Reception day")
_RECEIVES: Final = Text("Қабылдайды", "Принимает", "Receives")
_REQUESTS: Final = Text("Өтініш саны", "Просьб", "Requests")
_NO_NAME: Final = Text("аты жазылмаған", "имя не записано", "no name recorded")


class NoRequestsError(AutomationError):
    """There is nobody whose materials could be gathered."""

    status: ClassVar[int] = 422
    message = Text(
        kk="Папкаға салатын өтініш жоқ: бұл күнге ешкім жазылмаған.",
        ru="Папку собирать не из чего: на этот день никто не записан.",
        en="There is nothing to gather: nobody is booked on this day.",
    )


def ask_for_pack(*, day_id: int | None = None, case_ids: Iterable[int] = (), language: str, by: Actor) -> int:
    """The folder of a day or of chosen requests; returns its id.

    One that is being made or is still true is given again; a stale one is made anew. Raises `NoRequestsError`,
    `NotFoundError`.
    """
    by.demand("board.see")
    now = clock.now()
    chosen = sorted(set(case_ids))
    with transaction() as session:
        row = MaterialsPack(
            office_id=by.office_id,
            day_id=_day(session, day_id, by),
            cases=chosen,
            language=language if language in ("kk", "ru") else "ru",
            asked_by=by.id,
            asked_at=now,
            total=0,
        )
        rows = case_rows(session, by.office_id, cases_of(session, row))
        if not rows:
            raise NoRequestsError
        known = _known(session, row, mark_of(session, [case.case_id for case in rows]))
        if known is not None:
            return known
        row.total = len(rows)
        session.add(row)
        session.flush()
        session.add(Job(office_id=by.office_id, kind="system", name=JOB, payload={"pack": row.id}, due_at=now))
        event = Event("pack_asked", None, {"pack": row.id, "day": day_id, "requests": row.total})
        record(session, [event], at=now, office_id=by.office_id, by=by.id)
        wake_workers(session, now)
        return row.id


def make_pack(pack_id: int) -> None:
    """Gather the folder request by request, set it and keep the file; a second time it comes out the same."""
    now = clock.now()
    with transaction() as session:
        pack = session.get(MaterialsPack, pack_id)
        if pack is None or pack.status not in ("waiting", "making"):
            return
        pack.status, pack.done = "making", 0
    with reading() as session:
        pack = session.get_one(MaterialsPack, pack_id)
        case_ids = cases_of(session, pack)
        seen = mark_of(session, case_ids)
        cases = sorted(case_rows(session, pack.office_id, case_ids), key=_by_time)
        sources = _sources(session, pack.office_id, pack.language)
        office = session.get_one(Office, pack.office_id)
        zone, maker = ZoneInfo(office.zone), session.get_one(Person, pack.asked_by).full_name
        parts = [tuple(_front(session, pack, office, len(cases)))]
    for number, case in enumerate(cases, 1):
        with reading() as session:
            parts.append(tuple(_request(session, case, number, sources, pack.language, zone, now)))
        with transaction() as session:
            session.execute(update(MaterialsPack).where(MaterialsPack.id == pack_id).values(done=number))
    speech: Language = "kk" if pack.language == "kk" else "ru"
    title = _TITLE.in_(speech)
    document = Document(title, speech, False, tuple(block for part in parts for block in part))
    content = to_pdf(document, Provenance(made_by=maker, made_at=now.astimezone(zone)))
    with transaction() as session:
        name = f"{title} {now.astimezone(zone):%d.%m.%Y %H-%M}.pdf"
        file = store(
            session, office_id=pack.office_id, name=name, media_type="application/pdf", content=content, now=now
        )
        session.execute(
            update(MaterialsPack)
            .where(MaterialsPack.id == pack_id, MaterialsPack.status == "making")
            .values(status="ready", seen=seen, made_at=now, file_id=file.id, total=len(cases), done=len(cases))
        )


def _day(session: Session, day_id: int | None, by: Actor) -> int | None:
    if day_id is None:
        return None
    day = session.get(ReceptionDay, day_id)
    if day is None or day.office_id != by.office_id:
        raise NotFoundError
    return day.id


def _known(session: Session, row: MaterialsPack, mark: str) -> int | None:
    """A folder of the same requests that is being made, or made and still true."""
    found = session.scalars(
        select(MaterialsPack)
        .where(
            MaterialsPack.office_id == row.office_id,
            MaterialsPack.day_id.is_not_distinct_from(row.day_id),
            MaterialsPack.cases == row.cases,
            MaterialsPack.language == row.language,
            MaterialsPack.status != "cancelled",
        )
        .order_by(MaterialsPack.id.desc())
        .limit(1)
    ).first()
    if found is None or (found.status == "ready" and found.seen != mark):
        return None
    return found.id


def _by_time(case: CaseRows) -> tuple[datetime, int]:
    return case.starts_at or case.opened_at, case.case_id


def _sources(session: Session, office_id: str, language: str) -> dict[str, str]:
    """The templates of the newest published version of the process."""
    blob = session.scalar(
        select(ProcessVersion.bundle)
        .where(ProcessVersion.office_id == office_id, ProcessVersion.process_key == PROCESS)
        .order_by(ProcessVersion.id.desc())
        .limit(1)
    )
    documents: Mapping[str, str] = unpack(blob)["documents"] if blob else {}
    return {name: documents[f"{name}.{language}"] for name in PARTS if f"{name}.{language}" in documents}


def _front(session: Session, pack: MaterialsPack, office: Office, count: int) -> Iterator[Any]:
    speech = pack.language
    yield Paragraph(_words(office.name_kk if speech == "kk" else office.name_ru), "center")
    yield Heading(1, _words(_TITLE.in_(speech)))
    facts = [(_REQUESTS, str(count))]
    if pack.day_id:
        day = session.get_one(ReceptionDay, pack.day_id)
        official = session.get_one(Person, day.official_id)
        facts = [(_DAY, f"{day.day:%d.%m.%Y}"), (_RECEIVES, official.full_name), *facts]
    yield Facts(tuple((_words(name.in_(speech)), _words(value)) for name, value in facts))
    yield Paragraph((Span(_CONTENTS.in_(speech), bold=True),))
    yield Contents()


def _request(
    session: Session,
    case: CaseRows,
    number: int,
    sources: Mapping[str, str],
    language: str,
    zone: ZoneInfo,
    now: datetime,
) -> Iterator[Any]:
    speech: Language = "kk" if language == "kk" else "ru"
    facts = {
        **case_facts(session, case.case_id, speech, now),
        "history": _history(session, case, speech, zone),
        "person": {"full_name": ""},
    }
    hour = f"{case.starts_at.astimezone(zone):%H:%M} · " if case.starts_at else ""
    name = case.applicant or _NO_NAME.in_(speech)
    yield PageBreak()
    yield Heading(2, _words(f"{number}. {hour}{name}" + (f" · {case.number}" if case.number else "")))
    for source in sources.values():
        yield from _body(parse_document(render(parse(source), facts), language=speech).blocks)


def _body(blocks: Blocks) -> Iterator[Any]:
    """A document's own words within a folder: from its title on, headings at most of level 3, nobody signs here."""
    begun = False
    for block in blocks:
        if isinstance(block, Heading):
            begun = True
            yield replace(block, level=3)
        elif begun and not isinstance(block, Signatures):
            yield block


def _history(session: Session, case: CaseRows, speech: str, zone: ZoneInfo) -> Sequence[Mapping[str, str]]:
    """What has been done in the request: finished tasks and letters, in order of time."""
    done = session.execute(
        select(UserTask.ended_at, UserTask.element, Person.full_name, UserTask.instance_id)
        .join(Person, Person.id == UserTask.ended_by, isouter=True)
        .where(UserTask.case_id == case.case_id, UserTask.status == "completed")
    ).all()
    names = {task.element: task.version_id or case.version_id for task in case.tasks}
    rows: list[tuple[datetime, str, str]] = [
        (row.ended_at, element_name(names.get(row.element) or 0, row.element).in_(speech), row.full_name or "")
        for row in done
        if row.ended_at and names.get(row.element)
    ]
    letters = session.scalars(select(Letter).where(Letter.case_id == case.case_id, Letter.sent_at.is_not(None)))
    rows += [
        (letter.sent_at, letter.subject or letter.template, letter.recipient) for letter in letters if letter.sent_at
    ]
    return [
        {"at": f"{at.astimezone(zone):%d.%m.%Y, %H:%M}", "what": what, "who": who} for at, what, who in sorted(rows)
    ]


def _words(text: str) -> tuple[Span, ...]:
    return (Span(text),)
