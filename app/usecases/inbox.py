"""A worker looks into the mailbox of an office: every message is taken once, reports go to their letters."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.domain import clock
from app.gateways.imap import Mailbox, MailboxDownError, OpenMailbox
from app.gateways.incoming_mail import IncomingMail, MailReport, read_mail
from app.models import Case, InboxMessage, Job, Letter, Office
from app.models.database import reading
from app.records.files import attach, store
from app.records.inbox import enter, file_ids, last_uid, not_put_away
from app.records.receipts import letter_of
from app.usecases.history import Event, record
from app.usecases.outbox import post
from app.usecases.receipts import Report, take_report
from app.usecases.transaction import transaction, wake_workers

JOB: Final = "look_into_mailbox"
AT_ONCE: Final = 25
"""Messages taken in one turn, so that a turn ends within its lease."""
AGAIN: Final = timedelta(minutes=5)
"""When a mailbox that does not answer is tried again, however rarely it is looked into."""
_log = structlog.get_logger()


def plan_mailboxes(session: Session, offices: Sequence[str]) -> None:
    """Plan the look into the mailboxes of these offices; others are looked into no more."""
    planned = {job.office_id: job for job in session.scalars(select(Job).where(Job.kind == "mailbox"))}
    for office_id in offices:
        if office_id not in planned and session.get(Office, office_id) is not None:
            session.add(Job(office_id=office_id, kind="mailbox", name=JOB, payload={}, due_at=clock.now()))
    for job in planned.values():
        if job.office_id not in offices:
            session.delete(job)


def look_into(job_id: int, office_id: str, mailbox: Mailbox | None, *, every: timedelta) -> None:
    """Take what is new and plan the next look: at once if there is more, after `every`, sooner while it is down."""
    if mailbox is None:
        with transaction() as session:
            session.execute(delete(Job).where(Job.id == job_id))
        return
    try:
        more = take_new(office_id, mailbox)
    except MailboxDownError as down:
        _log.warning("mailbox down", office=office_id, mailbox=mailbox.name, error=str(down.text.en))
        with reading() as session:
            known = session.get_one(Job, job_id).payload
        payload = {"down_since": known.get("down_since") or clock.now().isoformat(), "said": down.text.as_dict()}
        _plan(job_id, min(every, AGAIN), payload)
        return
    _plan(job_id, timedelta(0) if more else every, {"looked_at": clock.now().isoformat()})


def take_new(office_id: str, mailbox: Mailbox) -> bool:
    """Take the next messages of a mailbox; returns whether there are more. Raises `MailboxDownError`.

    A message is marked on the server after the commit that took it: whoever dies in between leaves one that is here and
    unmarked, which the next look marks.
    """
    with mailbox.opened() as box:
        validity = box.validity
        with reading() as session:
            left = not_put_away(session, office_id, mailbox.name, validity)
            last = last_uid(session, office_id, mailbox.name, validity)
        _put_away(box, office_id, mailbox.name, validity, left)
        new = box.newer_than(last)
        for uid in new[:AT_ONCE]:
            content, whole = box.fetch(uid)
            if content:
                _take(office_id, mailbox.name, validity, uid, content, whole)
                _put_away(box, office_id, mailbox.name, validity, [uid])
        return len(new) > AT_ONCE


def _put_away(box: OpenMailbox, office_id: str, mailbox: str, validity: int, uids: Sequence[int]) -> None:
    if not uids:
        return
    box.put_away(uids)
    marked = (
        InboxMessage.office_id == office_id,
        InboxMessage.mailbox == mailbox,
        InboxMessage.validity == validity,
        InboxMessage.uid.in_(uids),
    )
    with transaction() as session:
        session.execute(update(InboxMessage).where(*marked).values(put_away=True))


def _take(office_id: str, mailbox: str, validity: int, uid: int, content: bytes, whole: bool) -> None:
    mail, now = read_mail(content), clock.now()
    with transaction() as session:
        row = enter(
            session,
            office_id=office_id,
            mailbox=mailbox,
            validity=validity,
            uid=uid,
            mail=mail,
            whole=whole,
            now=now,
        )
        if row is None or row.status != "waiting":
            return
        if not mail.readable:
            _keep_raw(session, row, content, now)
        if mail.reports:
            _report(session, row, mail.reports, content, now)
        elif not mail.automatic:
            _pass_on(session, row, mail, now)


def _report(session: Session, row: InboxMessage, reports: Sequence[MailReport], content: bytes, now: datetime) -> None:
    """Put what is reported to its letters; what is about none of ours waits for a person."""
    letters = [letter for each in reports if (letter := _about(session, row, each)) is not None]
    if not letters:
        return
    evidence = store(
        session,
        office_id=row.office_id,
        name="report.eml",
        media_type="message/rfc822",
        content=content,
        now=now,
    )
    row.files = [{"name": evidence.name, "size": evidence.size, "file_id": evidence.id}]
    for each in reports:
        letter = _about(session, row, each)
        if letter is None:
            continue
        said = Report(each.message_id, each.kind, each.recipient or letter.address, row.sent_at or now, each.detail)
        take_report(session, row.office_id, said, now=now, file_id=evidence.id)
        row.status, row.letter_id, row.case_id, row.decided_at = "report", letter.id, letter.case_id, now
    if row.case_id is not None:
        attach(
            session,
            [evidence.id],
            office_id=row.office_id,
            case_id=row.case_id,
            kind="receipt",
            element=None,
            now=now,
            by=None,
        )


def _about(session: Session, row: InboxMessage, report: MailReport) -> Letter | None:
    """Our letter that a report names; None for one of another office or to another address."""
    letter = letter_of(session, report.message_id)
    if letter is None or letter.office_id != row.office_id:
        return None
    return letter if report.recipient in ("", letter.address.strip().casefold()) else None


def _keep_raw(session: Session, row: InboxMessage, content: bytes, now: datetime) -> None:
    raw = store(
        session,
        office_id=row.office_id,
        name="message.eml",
        media_type="message/rfc822",
        content=content,
        now=now,
    )
    row.files = [*row.files, {"name": raw.name, "size": raw.size, "file_id": raw.id}]


def _pass_on(session: Session, row: InboxMessage, mail: IncomingMail, now: datetime) -> None:
    """A message of a known sender goes to the process that it writes to; of others it is said which case it answers."""
    for message_id in mail.answers:
        letter = letter_of(session, message_id)
        if letter is not None and letter.office_id == row.office_id and letter.case_id is not None:
            row.suggested_id = letter.case_id
            return
    known = next((each for each in _senders(session, row.office_id) if each["address"] == mail.sender), None)
    if known is None:
        return
    payload = {
        "inbox_id": row.id,
        "files": file_ids(row),
        **{name: value for name, value in known.items() if name not in ("address", "message")},
    }
    payload.pop("case", None)
    row.case_id = _begin_case(session, row, str(known["case"]), now) if "case" in known else None
    post(session, row.office_id, str(known["message"]), case_id=row.case_id, payload=payload, now=now)
    row.status, row.decided_at = "passed_on", now
    event = Event("mail_passed_on", None, {"inbox": row.id, "message": known["message"]})
    record(session, [event], at=now, office_id=row.office_id, case_id=row.case_id)


def _begin_case(session: Session, row: InboxMessage, kind: str, now: datetime) -> int:
    """A case with the files of a message, for the process that its message starts."""
    case = Case(
        office_id=row.office_id, kind=kind, subject=row.subject[:300], language="ru", status="running", opened_at=now
    )
    session.add(case)
    session.flush()  # the files need case.id
    attach(
        session,
        file_ids(row),
        office_id=row.office_id,
        case_id=case.id,
        kind="attachment",
        element=None,
        now=now,
        by=None,
    )
    return case.id


def _senders(session: Session, office_id: str) -> list[Mapping[str, Any]]:
    """`[[inbox.senders]]` of office.toml: whose e-mail becomes which message, with what the message shall bring.

    With `case` (its kind) a case is begun that has the files; the message starts its process in it.
    """
    found: list[Mapping[str, Any]] = session.get_one(Office, office_id).settings.get("inbox", {}).get("senders", [])
    return found


def _plan(job_id: int, after: timedelta, payload: Mapping[str, Any]) -> None:
    due_at = clock.now() + after
    planned = {
        "status": "waiting",
        "attempts": 0,
        "leased_by": None,
        "leased_until": None,
        "last_error": None,
        "due_at": due_at,
        "payload": dict(payload),
    }
    with transaction() as session:
        session.execute(update(Job).where(Job.id == job_id).values(planned))
        wake_workers(session, due_at)
