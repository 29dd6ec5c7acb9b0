"""The only place that commits."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, cast

import psycopg
from sqlalchemy import Executable, text
from sqlalchemy.orm import Session

from app.domain import clock
from app.models.database import new_session
from app.records.following import follow

WAKE_WITHIN = timedelta(seconds=30)
JOBS_CHANNEL = "qabyldau_jobs"

Change = tuple[Executable, Mapping[str, Any] | list[dict[str, Any]]]
"""A statement that writes and gives nothing back, with its values (or one mapping for each of its rows).

An INSERT among them is `inline`: it returns no keys.
"""


@contextmanager
def transaction() -> Iterator[Session]:
    """One session, one commit; an error anywhere inside means that nothing has happened.

    Lines and words of cases follow what has changed. What `after_commit` collected runs once the commit is through.
    """
    session = new_session()
    try:
        yield session
        follow(session)
        session.commit()
        for call in session.info.pop("after_commit", ()):
            call()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()


def after_commit(session: Session, call: Callable[[], None]) -> None:
    """Run `call` when this transaction has been committed, and not otherwise."""
    session.info.setdefault("after_commit", []).append(call)


def write(session: Session, changes: Iterable[Change]) -> None:
    """Execute the changes in order, sent together: one round trip instead of one for each."""
    connection = session.connection()
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    with driver.pipeline():
        for statement, values in changes:
            connection.execute(statement, values)


def wake_workers(session: Session, due_at: datetime) -> None:
    """After the commit tell the workers of a job due at `due_at`.

    Workers look by themselves every `WAKE_WITHIN`, so later moments need no word; one word a transaction is enough.
    """
    if session.info.get("waking") or due_at - clock.now() > WAKE_WITHIN:
        return
    session.info["waking"] = True
    after_commit(session, notify_workers)


def notify_workers() -> None:
    """Wake every worker that listens (outside the transaction: NOTIFY inside would serialise all commits)."""
    session = new_session()
    try:
        session.execute(text("SELECT pg_notify(:channel, '')"), {"channel": JOBS_CHANNEL})
        session.commit()
    finally:
        session.close()
