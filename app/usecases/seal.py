"""The seal over the history: rows chained in batches, and the proof that nobody has touched them."""

import hashlib
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.models import History, HistoryPayload, Installation
from app.models.database import reading
from app.usecases.history import digest_of, payload_bytes
from app.usecases.transaction import transaction

_LOCK: Final = 7_304_512
_START: Final = hashlib.sha256(b"qabyldau history").digest()
# Only rows that no transaction still in flight could come before: older than the oldest one of the snapshot.
_settled = text(
    """
    SELECT id, digest FROM history
    WHERE seal_number IS NULL AND age(xmin) > age(pg_snapshot_xmin(pg_current_snapshot())::xid)
    ORDER BY id LIMIT :batch
    """
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found: rows sealed and right, rows not sealed yet, and the first row that is not as it was."""

    sealed: int
    unsealed: int
    head: str
    broken_at: int | None = None
    reason: str | None = None


def seal(*, batch: int = 1000) -> int:
    """Chain the next settled rows; returns how many. Another sealer at work: 0."""
    with transaction() as session:
        if not session.scalar(select(func.pg_try_advisory_xact_lock(_LOCK))):
            return 0
        number, head = _head(session)
        rows = session.execute(_settled, {"batch": batch}).all()
        sealed = []
        for row in rows:
            number += 1
            head = link(head, number, bytes(row.digest))
            sealed.append({"row": row.id, "number": number, "link": head})
        if sealed:
            session.execute(text("UPDATE history SET seal_number = :number, seal = :link WHERE id = :row"), sealed)
            value = {"number": number, "head": head.hex()}
            session.execute(
                insert(Installation)
                .values(key="chain", value=value)
                .on_conflict_do_update(index_elements=["key"], set_={"value": value})
            )
        return len(sealed)


def link(previous: bytes, number: int, digest: bytes) -> bytes:
    """The seal of row `number`: SHA-256 over the seal before it, its number and its digest."""
    return hashlib.sha256(previous + number.to_bytes(8, "big") + digest).digest()


def _head(session: Session) -> tuple[int, bytes]:
    value = session.scalar(select(Installation.value).where(Installation.key == "chain"))
    return (value["number"], bytes.fromhex(value["head"])) if value else (0, _START)


def verify() -> Verdict:
    """Walk the chain from its start: every link, every digest, every payload that is still kept; then the tail."""
    with reading() as session:
        number, head = 0, _START
        known_number, known_head = _head(session)
        rows = session.execute(
            select(History, HistoryPayload.payload)
            .outerjoin(HistoryPayload, HistoryPayload.history_id == History.id)
            .where(History.seal_number.is_not(None))
            .order_by(History.seal_number)
            .execution_options(yield_per=1000)
        )
        unsealed = session.scalar(select(func.count()).where(History.seal_number.is_(None)).select_from(History)) or 0
        with rows:  # also when the walk ends early
            for row, payload in rows:
                number += 1
                head = link(head, number, row.digest)
                reason = _fault(row, payload, number, head)
                if reason:
                    return Verdict(number - 1, unsealed, head.hex(), row.id, reason)
        if (number, head) != (known_number, known_head):
            return Verdict(number, unsealed, head.hex(), None, "the chain is shorter or other than its recorded head")
        return Verdict(number, unsealed, head.hex())


def _fault(row: History, payload: dict[str, Any] | None, number: int, head: bytes) -> str | None:
    if row.seal_number != number:
        return "a row is missing before this one"
    if row.seal != head:
        return "the seal does not follow from the row before"
    facts = {column.key: getattr(row, column.key) for column in History.__table__.columns}
    facts["payload_digest"] = bytes(row.payload_digest) if row.payload_digest else None
    if digest_of(facts) != row.digest:
        return "the facts differ from what was sealed"
    if payload and hashlib.sha256(payload_bytes(payload)).digest() != row.payload_digest:
        return "the payload differs from what was sealed"
    return None
