"""Backup and restore of the whole database by PostgreSQL's own programs."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from psycopg.conninfo import conninfo_to_dict

from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.gateways.postgres_home import client_program

# libpq reads these from the environment, so that no password stands on a command line for others to see.
VARIABLES: Final[Mapping[str, str]] = {
    "host": "PGHOST",
    "port": "PGPORT",
    "dbname": "PGDATABASE",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "connect_timeout": "PGCONNECT_TIMEOUT",
}


class BackupFailedError(AutomationError):
    """PostgreSQL's program refused; `reason` is what it printed."""

    status = 500
    message = Text(
        kk="Сақтық көшірме орындалмады: {reason}",
        ru="Резервное копирование не выполнено: {reason}",
        en="The backup was not carried out: {reason}",
    )


class BackupExistsError(AutomationError):
    """A backup never replaces another file."""

    status = 409
    message = Text(
        kk="{file} файлы бұрыннан бар; басқа атау көрсетіңіз.",
        ru="Файл {file} уже есть; укажите другое имя.",
        en="The file {file} exists already; choose another name.",
    )


class DatabaseNotEmptyError(AutomationError):
    """A restore fills an empty database only: nothing that lives is overwritten."""

    status = 409
    message = Text(
        kk="Дерекқор бос емес ({tables} кесте). Көшірме тек бос дерекқорға қалпына келтіріледі.",
        ru="База данных не пуста (таблиц: {tables}). Копия восстанавливается только в пустую базу.",
        en="The database is not empty ({tables} tables). A backup is restored into an empty database only.",
    )


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that has been read through once: its file, size in bytes and number of tables with their data."""

    file: Path
    size: int
    tables: int


def back_up(url: str, file: Path) -> Backup:
    """Save the database of `url` as one consistent snapshot in `file` (mode 0600), while people go on working.

    The file appears under its name only when it is whole, on the disk and has been read through once.
    Raises `BackupExistsError` and `BackupFailedError`.
    """
    if file.exists():
        raise BackupExistsError(file=file)
    draft = file.with_name(f"{file.name}.part")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        _call("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={draft}")
        facts = verify(draft)
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        os.link(draft, file)
    except FileExistsError as error:
        raise BackupExistsError(file=file) from error
    finally:
        draft.unlink(missing_ok=True)
    return Backup(file, facts.size, facts.tables)


def verify(file: Path) -> Backup:
    """Read a backup through to its end, every row unpacked; raises `BackupFailedError` when it is damaged."""
    contents = _call("pg_restore", None, "--list", str(file))
    _call("pg_restore", None, f"--file={os.devnull}", str(file))
    tables = sum(" TABLE DATA " in line for line in contents.splitlines())
    return Backup(file, file.stat().st_size, tables)


def restore(url: str, file: Path) -> Backup:
    """Fill the empty database of `url` from `file`, wholly or not at all.

    Raises `DatabaseNotEmptyError` when it has tables, `BackupFailedError` when the file is damaged or of another kind.
    """
    facts = verify(file)
    with psycopg.connect(_plain(url)) as connection:
        counted = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    if counted and counted[0]:
        raise DatabaseNotEmptyError(tables=counted[0])
    database = conninfo_to_dict(_plain(url))["dbname"]
    options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", f"--dbname={database}")
    _call("pg_restore", url, *options, str(file))
    return facts


def _call(program: str, url: str | None, *arguments: str) -> str:
    """What the program printed; `url` says which database it is about."""
    outcome = subprocess.run(  # noqa: S603 - PostgreSQL's own programs
        [client_program(program), "--no-password", *arguments] if url else [client_program(program), *arguments],
        env={"PATH": os.defpath, "LC_ALL": "C"} | (_variables(url) if url else {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if outcome.returncode != 0:
        raise BackupFailedError(reason=outcome.stderr.strip() or program)
    return outcome.stdout


def _variables(url: str) -> dict[str, str]:
    given = conninfo_to_dict(_plain(url))
    return {VARIABLES[name]: str(value) for name, value in given.items() if name in VARIABLES and value is not None}


def _plain(url: str) -> str:
    """The address as libpq understands it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)
