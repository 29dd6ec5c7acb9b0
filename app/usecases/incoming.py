"""Appeals of other systems become cases: one or many at once, each number of a source once."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.incoming import Incoming, IncomingFile
from app.domain.texts import Text
from app.gateways.files import inspect_upload
from app.models import Case, IncomingAppeal, IntakeBatch, Office
from app.models.database import reading
from app.queries.appeals import Source
from app.queries.choices import text_of
from app.records.appeals import KIND
from app.records.files import attach, store
from app.records.incoming import is_cut, known, reserve, write_down
from app.usecases.access import Actor, ForbiddenError
from app.usecases.appeals import PROCESS
from app.usecases.cases import start_instance
from app.usecases.history import Event, record
from app.usecases.messages import KeyReusedError
from app.usecases.portal_follow import ACCEPTED
from app.usecases.published import NotFoundError, newest_versions
from app.usecases.transaction import transaction

MOST: Final = 100
"""Appeals of one call."""


class AppealDiffersError(AutomationError):
    """A number that is here already came with other words."""

    status = 409
    message = Text(
        kk="{number} нөмірімен басқа өтініш бұрын түскен. Жаңа өтінішке жаңа нөмір беріңіз.",
        ru="Под номером {number} уже пришло другое обращение. Новому обращению дайте новый номер.",
        en="Another appeal has come under the number {number}. Give a new appeal a new number.",
    )


@dataclass(frozen=True, slots=True)
class Taken:
    """Where an appeal is: its case, and whether the case is new."""

    external_number: str
    case_id: int
    number: str | None
    new: bool


def take_appeals(source: str, sent: Sequence[Incoming], *, by: Actor, key: str | None = None) -> list[Taken]:
    """Open a case for each appeal whose number the source has not sent before, all of them or none.

    The same call again (the same `key`, or the same numbers with the same words and files) changes nothing and is
    answered alike. Raises `ForbiddenError`, `NotFoundError` for a source that sends nothing to this office,
    `AppealDiffersError`, `KeyReusedError`.
    """
    by.demand("appeal.open")
    digest = hashlib.sha256(source.encode() + b"".join(each.digest for each in sent)).digest()
    with transaction() as session:
        place = receiver_of(session, by.office_id, source, by=by)
        batch = open_batch(session, by, source, digest, total=len(sent), key=key)
        taken = {each.external_number: take(session, place, each, batch) for each in _in_one_order(sent)}
        if batch.status == "running":
            batch.done, batch.new = len(sent), sum(each.new for each in taken.values())
            batch.status, batch.ended_at = "done", clock.now()
        return [taken[each.external_number] for each in sent]


def checked_file(name: str, content: bytes) -> IncomingFile:
    """A file as the portal would take it; raises what `inspect_upload` raises."""
    checked = inspect_upload(name, content, accept=ACCEPTED)
    return IncomingFile(checked.name, checked.media_type, content)


def _in_one_order(sent: Iterable[Incoming]) -> list[Incoming]:
    """By number, so that senders of the same numbers queue for them and never block each other for good."""
    return sorted(sent, key=lambda each: each.external_number)


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where the appeals of a source begin in an office, and in which medium they come."""

    office_id: str
    source: str
    medium: str
    process: str
    element: str


def receiver_of(
    session: Session, office_id: str, source: str, *, by: Actor | None = None, by_mail: bool = False
) -> Receiver:
    """Where the appeals of a source begin, as `[[appeal.sources]]` of office.toml says.

    Raises `NotFoundError` for a source that sends no appeals by itself or, with `by_mail`, takes none of the inbox,
    `ForbiddenError` for one that other roles than those of `by` take in.
    """
    found = sources_by_mail(session, office_id) if by_mail else sources_of(session, office_id)
    for row in found:
        if row["code"] == source:
            if by is not None and not _hers(row, by):
                raise ForbiddenError
            process = str(row.get("process", PROCESS))
            return Receiver(office_id, source, str(row["medium"]), process, str(row["begins_at"]))
    raise NotFoundError


def _hers(source: Mapping[str, Any], by: Actor) -> bool:
    """Whether one of her roles takes in what comes by a source; one without roles of people is for every sender."""
    return not source.get("roles") or not by.roles.isdisjoint(source["roles"])


def sources_of(session: Session, office_id: str) -> list[Mapping[str, Any]]:
    """The sources of an office that other systems send from: electronic ones, whose appeals a message begins."""
    return [each for each in _begun_by_message(session, office_id) if each["medium"] == "electronic"]


def sources_by_mail(session: Session, office_id: str) -> list[Mapping[str, Any]]:
    """The sources as which an e-mail may be taken in: `[inbox] sources` of office.toml, else the electronic ones."""
    chosen = session.get_one(Office, office_id).settings.get("inbox", {}).get("sources")
    if chosen is None:
        return sources_of(session, office_id)
    return [each for each in _begun_by_message(session, office_id) if each["code"] in chosen]


def file_sources(by: Actor) -> list[Source]:
    """The sources whose appeals she may bring in a file, as the pages show them."""
    with reading() as session:
        return _shown(sources_of(session, by.office_id), by)


def mail_sources(by: Actor) -> list[Source]:
    """The sources as which she may take an e-mail in, as the pages show them."""
    with reading() as session:
        return _shown(sources_by_mail(session, by.office_id), by)


def _shown(sources: Iterable[Mapping[str, Any]], by: Actor) -> list[Source]:
    return [Source(each["code"], text_of(each["name"])) for each in sources if _hers(each, by)]


def _begun_by_message(session: Session, office_id: str) -> list[Mapping[str, Any]]:
    begun = {
        (version.process_key, element)
        for version in newest_versions(session, office_id)
        for element in version.definition.start_messages.values()
    }
    found = session.get_one(Office, office_id).settings.get("appeal", {}).get("sources", [])
    return [each for each in found if (each.get("process", PROCESS), each.get("begins_at")) in begun]


def open_batch(
    session: Session,
    by: Actor,
    source: str,
    digest: bytes,
    *,
    total: int,
    key: str | None = None,
    channel: str = "api",
) -> IntakeBatch:
    """The row of one call; with a `key` that came before, the first call's. Raises `KeyReusedError`."""
    own = f"{by.id}:{key}" if key else None
    made = session.execute(
        insert(IntakeBatch)
        .values(
            office_id=by.office_id,
            source=source,
            channel=channel,
            digest=digest,
            idempotency_key=own,
            status="running",
            total=total,
            created_at=clock.now(),
            created_by=by.id,
        )
        .on_conflict_do_nothing()
        .returning(IntakeBatch)
    ).scalar()
    if made is not None:
        return made
    first = session.scalars(
        select(IntakeBatch).where(IntakeBatch.office_id == by.office_id, IntakeBatch.idempotency_key == own)
    ).one()
    if first.digest != digest:
        raise KeyReusedError
    return first


def take(session: Session, place: Receiver, sent: Incoming, batch: IntakeBatch) -> Taken:
    """One appeal: its case is opened and its process begun, or it is here already. Raises `AppealDiffersError`."""
    row = reserve(session, place.office_id, place.source, sent, batch.id)
    if row is None:
        return _here(session, place, sent)
    facts = {"source": place.source, "channel": batch.channel, "batch": batch.id}
    case = open_appeal(session, place, sent, by=batch.created_by, event=Event("appeal_sent_in", None, facts))
    row.case_id = case.id
    return Taken(sent.external_number, case.id, case.number, new=True)


def open_appeal(session: Session, place: Receiver, sent: Incoming, *, by: int, event: Event) -> Case:
    """A new case with what was sent, its process begun at the event of its source."""
    now = clock.now()
    case = _open(session, place, sent, now, by)
    record(session, [event], at=now, office_id=place.office_id, case_id=case.id, by=by)
    start_instance(
        session,
        place.office_id,
        place.process,
        case_id=case.id,
        variables={},
        by=by,
        start_element=place.element,
        brought={"number": sent.external_number, "external_number": sent.external_number, "language": sent.language},
    )
    return case


def _here(session: Session, place: Receiver, sent: Incoming) -> Taken:
    row: IncomingAppeal | None = known(session, place.office_id, place.source, sent.external_number)
    if row is None or row.case_id is None or row.digest != sent.digest:
        raise AppealDiffersError(number=sent.external_number)
    return Taken(sent.external_number, row.case_id, session.get_one(Case, row.case_id).number, new=False)


def _open(session: Session, place: Receiver, sent: Incoming, now: datetime, by: int) -> Case:
    case = Case(
        office_id=place.office_id,
        kind=KIND,
        language=sent.language,
        status="running",
        opened_at=now,
        opened_by=by,
    )
    session.add(case)
    session.flush()  # what follows needs case.id
    write_down(session, case, place.source, place.medium, sent)
    whole = [IncomingFile("appeal.txt", "text/plain", sent.text.encode())] if is_cut(sent) else []
    kept = [
        store(
            session,
            office_id=place.office_id,
            name=each.name,
            media_type=each.media_type,
            content=each.content,
            now=now,
            by=by,
        ).id
        for each in (*whole, *sent.files)
    ]
    attach(
        session,
        kept,
        office_id=place.office_id,
        case_id=case.id,
        kind="attachment",
        element=None,
        now=now,
        by=by,
    )
    return case
