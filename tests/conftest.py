"""What every test may ask for: a real PostgreSQL of the test run's own, and clean databases on it."""

import gc
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from psycopg import sql
from sqlalchemy import make_url, select
from sqlalchemy.orm import Session

from app.domain.problems import Problem
from app.gateways.postgres import PrivateServer
from app.handlers import documents
from app.handlers.registry import all_handlers
from app.models import DeadlineRule, Office
from app.models.database import connect, disconnect, engine
from app.records.bundles import canonical
from app.usecases import deploy

MIGRATIONS = Path(__file__).parent.parent / "migrations"
MEMORY = Path("/dev/shm")
ROOM = 4 << 30  # bytes; a run takes far less


def pytest_configure() -> None:
    """Keep databases and other files in memory where there is room: a disk needs ten times as long to copy them."""
    if "TMPDIR" not in os.environ and _has_room(MEMORY):
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Ten thousand tests and all that they import stay to the end: the search for garbage passes them by."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(10_000)
        gc.enable()


def _has_room(place: Path) -> bool:
    """Whether programs may be started there too, and there is room enough."""
    if not os.access(place, os.W_OK):
        return False
    state = os.statvfs(place)
    return state.f_bavail * state.f_frsize > ROOM and not state.f_flag & getattr(os, "ST_NOEXEC", 0)


@dataclass(frozen=True, slots=True)
class Databases:
    """Makes and drops databases on one server."""

    server: PrivateServer
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def create(self, *, template: str = "template0") -> str:
        """The address of a new database copied from `template` (which nobody may be using); empty without one."""
        name = f"test_{next(self.numbers)}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        self._execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return self.server.url_of(name)

    def drop(self, url: str) -> None:
        """Drop a database, ending whoever still uses it."""
        if _works_with(url):
            disconnect()
        self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name_of(url))))

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.server.url_of("postgres"), autocommit=True) as connection:
            connection.execute(statement)


def name_of(url: str) -> str:
    """The database's name in `postgresql://…`."""
    return str(psycopg.conninfo.conninfo_to_dict(url)["dbname"])


def work_with(url: str) -> None:
    """Work with this database; from one story to the next the connection and all compiled statements stay."""
    if not _works_with(url):
        connect(url)


def _works_with(url: str) -> bool:
    with suppress(IndexError):  # nothing is open
        return engine().url.set(drivername="postgresql") == make_url(url)
    return False


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PrivateServer]:
    """A private server of this test process (each xdist worker has its own), forgotten afterwards."""
    place = Path(tempfile.mkdtemp(prefix="qabyldau-tests-"))
    place.chmod(0o711)  # as root the server runs under another account, which must get through
    with PrivateServer(place / "postgres", durable=False) as server:
        yield server
    shutil.rmtree(place)


@pytest.fixture(scope="session")
def databases(postgres_server: PrivateServer) -> Databases:
    """Makes databases on the session's server."""
    return Databases(postgres_server)


@pytest.fixture(scope="module")
def empty_database_url(databases: Databases) -> Iterator[str]:
    """The address of a database without any table, one per test module."""
    url = databases.create()
    yield url
    databases.drop(url)


@pytest.fixture(scope="session")
def migrated_template(databases: Databases) -> str:
    """The name of a database with every migration applied, to be copied rather than used."""
    url = databases.create()
    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS))
    configuration.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    if (MIGRATIONS / "env.py").exists():
        command.upgrade(configuration, "head")
    return name_of(url)


@pytest.fixture(scope="module")
def database_url(databases: Databases, migrated_template: str) -> Iterator[str]:
    """The address of a database with all tables and no rows, one per test module."""
    url = databases.create(template=migrated_template)
    yield url
    databases.drop(url)


@pytest.fixture(scope="session", autouse=True)
def _typeset_once() -> Iterator[None]:
    """The same paper is typeset once a process: stories fill in the same cards and invitations over and over."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("to_pdf", "to_docx"):
            patch.setattr(documents, name, lru_cache(500)(getattr(documents, name)))
        yield


@pytest.fixture(scope="session", autouse=True)
def _linted_once() -> Iterator[None]:
    """A bundle is linted once a process for offices of the same settings and rules: most modules deploy the same."""
    lint_bundle = deploy.lint_bundle
    known: dict[str, list[Problem]] = {}

    def once(session: Session, office_id: str, bundle: Mapping[str, Any]) -> list[Problem]:
        rules = session.scalars(select(DeadlineRule.key).where(DeadlineRule.office_id == office_id).distinct())
        asked = {
            "bundle": bundle,
            "settings": session.get_one(Office, office_id).settings,
            "rules": sorted(rules),
            "handlers": [each.name for each in all_handlers()],
        }
        key = sha256(canonical(asked)).hexdigest()
        if key not in known:
            known[key] = lint_bundle(session, office_id, bundle)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deploy, "lint_bundle", once)
        yield
