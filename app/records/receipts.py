"""Delivery and read reports: the proof that a letter has arrived (SKE-1.12, SKE-2.11, BR-32)."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.models import DeliveryReceipt, Job, Letter

KINDS: Final = ("delivered", "read", "delayed", "failed")
ARRIVED: Final = frozenset({"delivered", "read"})
_OF_JOB: Final = re.compile(r"<job-(\d{1,18})@")


def letter_of(session: Session, message_id: str) -> Letter | None:
    """The letter that left with a Message-ID, also one whose sending was not yet noted."""
    found = session.scalars(select(Letter).where(Letter.message_id == message_id)).first()
    job = _OF_JOB.match(message_id)
    if found is not None or job is None:
        return found
    waiting = session.scalars(select(Job).where(Job.id == int(job[1]), Job.kind == "letter")).first()
    return session.get(Letter, waiting.payload["letter"]) if waiting is not None else None


def keep_receipt(
    session: Session,
    letter: Letter,
    *,
    kind: str,
    recipient: str,
    reported_at: datetime,
    now: datetime,
    message_id: str = "",
    detail: str = "",
    file_id: int | None = None,
    by: int | None = None,
) -> int | None:
    """Keep a report of a letter (`kind` of `KINDS`) with its evidence; returns its id, None if it is there already."""
    kept: int | None = session.execute(
        insert(DeliveryReceipt)
        .values(
            office_id=letter.office_id,
            letter_id=letter.id,
            case_id=letter.case_id,
            message_id=message_id or letter.message_id or "",
            kind=kind,
            recipient=recipient,
            detail=detail,
            reported_at=reported_at,
            recorded_at=now,
            recorded_by=by,
            file_id=file_id,
        )
        .on_conflict_do_nothing()
        .returning(DeliveryReceipt.id)
    ).scalar()
    return kept


def receipts_of(session: Session, *, case_id: int) -> Sequence[DeliveryReceipt]:
    """Every report of the letters of a case, the oldest first."""
    return session.scalars(
        select(DeliveryReceipt)
        .where(DeliveryReceipt.case_id == case_id)
        .order_by(DeliveryReceipt.reported_at, DeliveryReceipt.id)
    ).all()


def proof_of(session: Session, letter_id: int) -> DeliveryReceipt | None:
    """The first report that says a letter has arrived: delivered or read."""
    return session.scalars(
        select(DeliveryReceipt)
        .where(DeliveryReceipt.letter_id == letter_id, DeliveryReceipt.kind.in_(ARRIVED))
        .order_by(DeliveryReceipt.reported_at, DeliveryReceipt.id)
    ).first()
