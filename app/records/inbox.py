"""The inbox of an office: each message of a mailbox once, its files judged."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.domain.errors import AutomationError
from app.gateways.files import inspect_upload, safe_name
from app.gateways.incoming_mail import IncomingMail, MailFile
from app.models import InboxMessage
from app.records.files import store


def last_uid(session: Session, office_id: str, mailbox: str, validity: int) -> int:
    """The highest UID that was taken while UIDVALIDITY was this; 0 at first."""
    return session.scalar(select(func.max(InboxMessage.uid)).where(*_of(office_id, mailbox, validity))) or 0


def not_put_away(session: Session, office_id: str, mailbox: str, validity: int) -> list[int]:
    """The UIDs that were taken and not yet marked on the server: somebody died in between."""
    wanted = select(InboxMessage.uid).where(*_of(office_id, mailbox, validity), InboxMessage.put_away.is_(False))
    return list(session.scalars(wanted.order_by(InboxMessage.uid)))


def _of(office_id: str, mailbox: str, validity: int) -> tuple[Any, ...]:
    return (
        InboxMessage.office_id == office_id,
        InboxMessage.mailbox == mailbox,
        InboxMessage.validity == validity,
    )


def enter(
    session: Session,
    *,
    office_id: str,
    mailbox: str,
    validity: int,
    uid: int,
    mail: IncomingMail,
    whole: bool,
    now: datetime,
) -> InboxMessage | None:
    """Take a message into the inbox, where it waits for a person; None if it is there.

    The same letter again (the same Message-ID with the same words and files) is a duplicate and waits for nobody.
    """
    digest = _digest(mail)
    row: InboxMessage | None = session.execute(
        insert(InboxMessage)
        .values(
            office_id=office_id,
            mailbox=mailbox,
            validity=validity,
            uid=uid,
            message_id=mail.message_id,
            digest=digest,
            sender=mail.sender,
            sender_name=mail.sender_name,
            subject=mail.subject,
            text=mail.text,
            whole=whole,
            automatic=mail.automatic,
            sent_at=mail.sent_at,
            came_at=now,
            status="duplicate" if _is_known(session, office_id, mail.message_id, digest) else "waiting",
        )
        .on_conflict_do_nothing()
        .returning(InboxMessage)
    ).scalar()
    if row is not None and row.status == "waiting":
        row.files = list(_kept(session, office_id, mail.files, now))
    return row


def _is_known(session: Session, office_id: str, message_id: str, digest: bytes) -> bool:
    same = select(InboxMessage.id).where(
        InboxMessage.office_id == office_id, InboxMessage.message_id == message_id, InboxMessage.digest == digest
    )
    return bool(message_id) and session.scalar(same.limit(1)) is not None


def _digest(mail: IncomingMail) -> bytes:
    whole = hashlib.sha256(f"{mail.sender}\x1f{mail.subject}\x1f{mail.text}".encode())
    for file in mail.files:
        whole.update(hashlib.sha256(file.content).digest())
    return whole.digest()


def _kept(session: Session, office_id: str, files: Iterable[MailFile], now: datetime) -> Iterable[dict[str, Any]]:
    """Each file as the inbox shows it: kept, or refused and why."""
    for each in files:
        told: dict[str, Any] = {"name": safe_name(each.name), "size": len(each.content)}
        try:
            checked = inspect_upload(each.name, each.content)
        except AutomationError as refused:
            yield {**told, "refused": refused.text.as_dict()}
            continue
        file = store(
            session,
            office_id=office_id,
            name=checked.name,
            media_type=checked.media_type,
            content=each.content,
            now=now,
        )
        yield {**told, "file_id": file.id}


def file_ids(row: InboxMessage) -> list[int]:
    """The files of a message that were kept."""
    return [each["file_id"] for each in row.files if "file_id" in each]
