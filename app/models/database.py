"""The one PostgreSQL: engine, read sessions, and Flask-SQLAlchemy over the same pool."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeVar, cast

import orjson
from flask import Flask, has_app_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine, Executable, create_engine, inspect, select
from sqlalchemy.orm import Session, sessionmaker

from app.models.base import Base

REFERRED_TO: Final[dict[str, bool]] = {"key_share": True}
"""How a row is locked that others refer to, an office or a person: whoever adds one of those does not wait."""
Row = TypeVar("Row", bound=Base)

db = SQLAlchemy(metadata=Base.metadata)
_sessions: sessionmaker[Session] = sessionmaker(expire_on_commit=False, autoflush=False)
_engines: list[Engine] = []


def connect(url: str, *, pool_size: int = 8) -> Engine:
    """Open the pool that this process works with; a second call replaces the first."""
    disconnect()
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=False,
        json_serializer=lambda value: orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode(),
        json_deserializer=orjson.loads,
        connect_args={"options": "-c timezone=UTC", "prepare_threshold": 1},
    )
    _engines.append(engine)
    _sessions.configure(bind=engine)
    return engine


def disconnect() -> None:
    """Close the pool; whoever asks afterwards is refused instead of opening it anew."""
    _sessions.configure(bind=None)
    while _engines:
        _engines.pop().dispose()


def forget_connections() -> None:
    """After a fork: leave the parent's connections to the parent."""
    for engine in _engines:
        engine.dispose(close=False)


def engine() -> Engine:
    """The open pool."""
    return _engines[-1]


def new_session() -> Session:
    """A session of its own for one transaction."""
    return _sessions()


def attach(app: Flask) -> None:
    """Give Flask-SQLAlchemy the pool that is already open."""
    app.config["SQLALCHEMY_DATABASE_URI"] = engine().url
    db.init_app(app)
    with app.app_context():
        cast(dict[Any, Engine], db.engines)[None] = engine()


def ask(statement: Executable, values: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The first row of one reading statement, in one round trip (no transaction around it); None without a row."""
    with engine().connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        row = connection.execute(statement, values).mappings().first()
        return dict(row) if row is not None else None


@contextmanager
def reading() -> Iterator[Session]:
    """A session to read with; whatever it saw is let go at the end of the outermost block."""
    if not has_app_context():
        with new_session() as session:
            yield session
        return
    session = db.session()
    if session.in_transaction():
        yield session
        return
    try:
        yield session
    finally:
        session.rollback()


def brought(session: Session, table: type[Row], ids: Iterable[object]) -> Sequence[Row]:
    """Rows by their numbers, what is no number left out: those that the session does not hold by one statement.

    `session.get` finds them without asking as long as somebody keeps them.
    """
    held = {each: session.identity_map.get(session.identity_key(table, each)) for each in ids if isinstance(each, int)}
    found = [row for row in held.values() if row is not None]
    missing = [number for number, row in held.items() if row is None]
    if missing:
        (key,) = inspect(table).primary_key
        found += session.scalars(select(table).where(key.in_(missing)))
    return found
