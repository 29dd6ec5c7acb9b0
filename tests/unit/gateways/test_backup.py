"""A backup is whole or absent, and brings everything back."""

import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from app.gateways.backup import (
    BackupExistsError,
    BackupFailedError,
    DatabaseNotEmptyError,
    back_up,
    restore,
    verify,
)
from tests.conftest import Databases

APPLICANTS = [(1, "Айгүл Қасымқызы"), (2, "Иван «Қостанай» Петров")]


@pytest.fixture
def living(databases: Databases) -> Iterator[str]:
    url = databases.create()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE applicant (id bigint PRIMARY KEY, name text)")
        connection.cursor().executemany("INSERT INTO applicant VALUES (%s, %s)", APPLICANTS)
        connection.execute(
            "CREATE TABLE blob AS SELECT n, sha256(n::text::bytea) AS content FROM generate_series(1, 3000) n"
        )
    yield url
    databases.drop(url)


@pytest.fixture
def empty(databases: Databases) -> Iterator[str]:
    url = databases.create()
    yield url
    databases.drop(url)


def applicants(url: str) -> list[tuple[int, str]]:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT id, name FROM applicant ORDER BY id").fetchall()


def test_a_restored_database_has_everything_that_was_saved(living: str, empty: str, tmp_path: Path):
    saved = back_up(living, tmp_path / "night.backup")

    restored = restore(empty, saved.file)

    assert applicants(empty) == APPLICANTS
    assert saved.tables == restored.tables == 2
    assert saved.size == saved.file.stat().st_size > 0


def test_a_backup_holds_personal_data_and_is_for_its_owner_only(living: str, tmp_path: Path):
    saved = back_up(living, tmp_path / "night.backup")

    assert stat.S_IMODE(saved.file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [saved.file]


def test_a_backup_never_replaces_another(living: str, tmp_path: Path):
    first = back_up(living, tmp_path / "night.backup").file.read_bytes()

    with pytest.raises(BackupExistsError):
        back_up(living, tmp_path / "night.backup")

    assert (tmp_path / "night.backup").read_bytes() == first


def test_a_backup_that_fails_leaves_no_file(tmp_path: Path):
    with pytest.raises(BackupFailedError) as refused:
        back_up(f"postgresql://nobody:hush@/missing?host={tmp_path}", tmp_path / "night.backup")

    assert list(tmp_path.iterdir()) == []
    assert "hush" not in refused.value.text.ru


@pytest.mark.parametrize(
    "damage", [lambda whole: whole[: len(whole) // 2], lambda whole: b"not a backup", lambda _whole: b""]
)
def test_a_damaged_backup_is_recognised_and_changes_nothing(living: str, empty: str, tmp_path: Path, damage):
    file = back_up(living, tmp_path / "night.backup").file
    file.write_bytes(damage(file.read_bytes()))

    with pytest.raises(BackupFailedError):
        verify(file)
    with pytest.raises(BackupFailedError):
        restore(empty, file)

    with psycopg.connect(empty) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


def test_a_living_database_is_never_overwritten(living: str, tmp_path: Path):
    file = back_up(living, tmp_path / "night.backup").file

    with pytest.raises(DatabaseNotEmptyError) as refused:
        restore(living, file)

    assert "2" in refused.value.text.kk
    assert applicants(living) == APPLICANTS
