"""The outbox: messages and signals written in the transaction that sends them, each with the job that delivers it."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.domain import clock
from app.engine.errors import TimerTextError
from app.engine.timers import schedule
from app.models import Office
from app.usecases.published import starts_with
from app.usecases.transaction import JOBS_CHANNEL, wake_workers

LIFETIME: Final = timedelta(days=30)
"""How long a message is kept for a receiver, unless the office or the message says otherwise."""
WOKEN: Final = 100
"""Kept messages that one new subscription lets look again, the oldest first; the others follow as these go."""

_POST: Final = text(
    """
    WITH sent AS (
        INSERT INTO message (office_id, name, case_id, process, payload, correlations, sender_id, element, sent_at,
            expires_at, idempotency_key)
        VALUES (:office, :name, :case, :process, CAST(:payload AS jsonb), CAST(:keys AS jsonb), :sender, :element, :now,
            :until, :idempotency_key)
        RETURNING id
    ), planned AS (
        INSERT INTO job (office_id, kind, name, case_id, message_id, payload, due_at)
        SELECT :office, 'message', :name, :case, id, jsonb_build_object('message', id), :now FROM sent
    )
    SELECT id FROM sent
    """
)
_BROADCAST: Final = text(
    """
    WITH listening AS (
        SELECT instance_id, case_id, CAST(NULL AS text) AS process FROM subscription
        WHERE office_id = :office AND kind = 'signal' AND message = :name AND instance_id IS DISTINCT FROM :sender
        GROUP BY instance_id, case_id
        UNION ALL
        SELECT NULL, NULL, process FROM unnest(CAST(:processes AS text[])) AS process
    ), sent AS (
        INSERT INTO message (office_id, kind, name, case_id, process, payload, sender_id, element, addressee_id,
            sent_at, expires_at)
        SELECT :office, 'signal', :name, case_id, process, CAST(:payload AS jsonb), :sender, :element, instance_id,
            :now, :until
        FROM listening ORDER BY instance_id
        RETURNING id, case_id
    ), planned AS (
        INSERT INTO job (office_id, kind, name, case_id, message_id, payload, due_at)
        SELECT :office, 'message', :name, case_id, id, jsonb_build_object('message', id), :now FROM sent
    )
    SELECT count(*) FROM sent
    """
)
SUBSCRIBE: Final = text(
    f"""
    WITH fresh AS (
        SELECT * FROM unnest(CAST(:engine_ids AS uuid[]), CAST(:elements AS text[]), CAST(:kinds AS text[]),
            CAST(:messages AS text[]), CAST(:keys AS jsonb[])) AS each (engine_id, element, kind, message, keys)
    ), woken AS (
        UPDATE job SET due_at = :now WHERE id IN (
            SELECT job.id FROM job JOIN message ON message.id = job.message_id
            WHERE job.status = 'waiting' AND job.due_at > :now AND message.status = 'waiting'
                AND message.office_id = :office AND message.kind = 'message' AND message.reason <> 'behind'
                AND (message.case_id IS NULL OR message.sender_id IS NOT NULL OR message.case_id = :case)
                AND EXISTS (
                    SELECT FROM fresh WHERE fresh.message = message.name AND (fresh.keys = '{{}}'
                        OR message.correlations = '{{}}' OR fresh.keys @> message.correlations
                        OR message.correlations @> fresh.keys)
                )
            ORDER BY message.id LIMIT {WOKEN} FOR UPDATE OF job SKIP LOCKED
        ) RETURNING id
    ), told AS (
        SELECT pg_notify('{JOBS_CHANNEL}', '') FROM woken LIMIT 1
    )
    INSERT INTO subscription (office_id, instance_id, case_id, engine_id, element, kind, message, correlations)
    SELECT :office, :instance, :case, engine_id, element, kind, message, keys
    FROM fresh LEFT JOIN (SELECT count(*) AS times FROM told) AS notified ON notified.times >= 0
    """  # noqa: S608 - our own constants
)
"""New subscriptions; messages that were kept for them look again at once."""
_WAKE_FOR: Final = text(
    """
    UPDATE job SET due_at = :now WHERE id IN (
        SELECT job.id FROM job JOIN message ON message.id = job.message_id
        WHERE job.status = 'waiting' AND message.status = 'waiting' AND (
            message.addressee_id = :instance OR (message.office_id = :office AND message.name IN (
                SELECT subscription.message FROM subscription WHERE subscription.instance_id = :instance)))
        FOR UPDATE OF job SKIP LOCKED
    )
    """
)


def post(
    session: Session,
    office_id: str,
    name: str,
    *,
    case_id: int | None,
    payload: Mapping[str, object],
    now: datetime,
    process: str | None = None,
    correlations: Mapping[str, str] | None = None,
    sender_id: int | None = None,
    element: str | None = None,
    lifetime: str | None = None,
    idempotency_key: str | None = None,
) -> int:
    """Write a message and the job that delivers it; returns the message's id.

    `lifetime` is an ISO 8601 duration or moment, by default the office's. Raises `TimerTextError` for another text.
    """
    row = {
        "office": office_id,
        "name": name,
        "case": case_id,
        "process": process,
        "payload": orjson.dumps(dict(payload)).decode(),
        "keys": orjson.dumps(dict(correlations or {})).decode(),
        "sender": sender_id,
        "element": element,
        "now": now,
        "until": kept_until(session, office_id, now, lifetime, element or name),
        "idempotency_key": idempotency_key,
    }
    sent: int = session.execute(_POST, row).scalar_one()
    wake_workers(session, now)
    return sent


def broadcast(
    session: Session,
    office_id: str,
    name: str,
    *,
    payload: Mapping[str, object],
    now: datetime,
    sender_id: int | None = None,
    element: str | None = None,
    lifetime: str | None = None,
) -> int:
    """Send a signal to every instance of the office that listens for it now and to every process that it starts.

    Returns how many that are. The sender has heard it already. A suspended instance gets it when it goes on, within
    `lifetime`.
    """
    row = {
        "office": office_id,
        "name": name,
        "payload": orjson.dumps(dict(payload)).decode(),
        "processes": sorted(starts_with(session, office_id, "signal", name)),
        "sender": sender_id,
        "element": element,
        "now": now,
        "until": kept_until(session, office_id, now, lifetime, element or name),
    }
    receivers: int = session.execute(_BROADCAST, row).scalar_one()
    if receivers:
        wake_workers(session, now)
    return receivers


def kept_until(session: Session, office_id: str, now: datetime, lifetime: str | None, place: str) -> datetime:
    """Until when a message is kept: its own lifetime, the office's `[messages] lifetime`, thirty days."""
    if lifetime:
        return schedule(lifetime, now=now, element=place).due
    office = session.get_one(Office, office_id)
    said = office.settings.get("messages", {}).get("lifetime")
    try:
        return schedule(said, now=now, element=place).due if said else now + LIFETIME
    except TimerTextError:
        return now + LIFETIME


def subscriptions(
    rows: Iterable[Mapping[str, Any]], *, office_id: str, case_id: int | None, instance_id: int
) -> dict[str, Any]:
    """The values for `SUBSCRIBE`; each row has `engine_id`, `element`, `kind`, `message`, `correlations`."""
    found = list(rows)
    return {
        "office": office_id,
        "case": case_id,
        "instance": instance_id,
        "now": clock.now(),
        "engine_ids": [row["engine_id"] for row in found],
        "elements": [row["element"] for row in found],
        "kinds": [row["kind"] for row in found],
        "messages": [row["message"] for row in found],
        "keys": [orjson.dumps(dict(row["correlations"])).decode() for row in found],
    }


def wake_for(session: Session, office_id: str, instance_id: int) -> None:
    """Have everything that is kept and might be for this instance look again at once."""
    now = clock.now()
    session.execute(_WAKE_FOR, {"now": now, "office": office_id, "instance": instance_id})
    wake_workers(session, now)
