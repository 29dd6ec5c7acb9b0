"""A private PostgreSQL: started from the wheel's binaries, reached by a socket only, never outliving its supervisor."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlencode

import psycopg
from psycopg import sql

from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.gateways.leash import Leash
from app.gateways.postgres_home import STATE_HOME, Home, find_home

USER: Final = "qabyldau"
DATABASE: Final = "qabyldau"
SOCKET_PREFIX: Final = "qab-"
LONGEST_SOCKET_DIR: Final = 80  # a socket's path may have some 100 bytes, ".s.PGSQL.5432.lock" included
START_SECONDS: Final = 60.0  # crash recovery may replay a gigabyte
STOP_SECONDS: Final = 30.0
KILL_SECONDS: Final = 5.0
POLL_SECONDS: Final = 0.02
STATUS_LINE: Final = 8  # of postmaster.pid
LEFTOVERS: Final = ("pre-existing shared memory block", "lock file")

SETTINGS: Final = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "synchronous_commit": "on",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "postgres-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_min_duration_statement": "1s",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "unix_socket_permissions": "0700",
}
FORGETFUL: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
ENVIRONMENT: Final = {"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath}


class PostgresNotStartedError(AutomationError):
    """The private server did not come up; `reason` is the end of its own log."""

    status = 500
    message = Text(
        kk="Жеке PostgreSQL сервері іске қосылмады: {reason}",
        ru="Собственный сервер PostgreSQL не запустился: {reason}",
        en="The private PostgreSQL server did not start: {reason}",
    )


class PostgresSupervisedError(AutomationError):
    """Another process of this installation already keeps the private server."""

    status = 409
    message = Text(
        kk="{place} қалтасындағы PostgreSQL серверін осы орнатудың басқа процесі ұстап тұр.",
        ru="Сервер PostgreSQL в папке {place} уже держит другой процесс этой установки.",
        en="Another process of this installation already keeps the PostgreSQL server in {place}.",
    )


class PrivateServer:
    """One PostgreSQL server whose data live in `place/data`; this process keeps it and takes it along when it ends.

    `durable=False` trades safety on power loss for speed (tests). Not for use by several threads at once.
    """

    def __init__(self, place: Path, *, durable: bool = True, state_home: Path = STATE_HOME) -> None:
        self.place = place.absolute()
        self._durable = durable
        self._state_home = state_home
        self._home: Home | None = None
        self._lock: int | None = None
        self._socket_dir: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._leash: Leash | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def is_running(self) -> bool:
        """Whether the server that this process started still runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """The server's process number, while this process keeps it."""
        return self._process.pid if self._process else None

    @property
    def url(self) -> str:
        """The address of the installation's database: `postgresql://…` for libpq and SQLAlchemy alike."""
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """The address of another database on the same server."""
        if self._socket_dir is None:
            raise PostgresNotStartedError(reason=str(self.place))
        return socket_url(self._socket_dir, database)

    def start(self) -> None:
        """Start, after `initdb` the first time; ends an orphan of a killed supervisor and recovers after a crash.

        Raises `PostgresSupervisedError` when another process keeps this server and `PostgresNotStartedError` with the
        end of the server's log when it does not come up.
        """
        home = find_home(self.place, state_home=self._state_home)
        self._lock = _locked(home.place / "lock")
        if self._lock is None:
            raise PostgresSupervisedError(place=str(self.place))
        try:
            self._home = home
            _end_orphan(home.data)
            _sweep_sockets(home.place)
            if not home.data.exists():
                _initialise(home)
            _admit_us(home)
            self._launch(home)
            _ensure_database(self.url_of("postgres"), DATABASE)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop in order: sessions are ended, everything is written. Harmless when it is not running."""
        if self._process is not None:
            _end(self._process)
        if self._leash is not None:
            self._leash.release()
        if self._socket_dir is not None:
            shutil.rmtree(self._socket_dir, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
        self._process = self._leash = self._socket_dir = self._lock = None

    def _launch(self, home: Home) -> None:
        deadline = time.monotonic() + START_SECONDS
        self._socket_dir = _new_socket_dir(home)
        while True:
            self._process = _spawn(home, self._socket_dir, SETTINGS if self._durable else SETTINGS | FORGETFUL)
            self._leash = Leash(self._process.pid, signal.SIGINT)
            if _comes_up(self._process, home.data, deadline):
                return
            _end(self._process)
            self._leash.release()
            reason = _end_of_log(home.place)
            if time.monotonic() > deadline or not any(sign in reason for sign in LEFTOVERS):
                raise PostgresNotStartedError(reason=reason)
            time.sleep(10 * POLL_SECONDS)  # sessions of a killed predecessor are still leaving


@contextmanager
def private_server(place: Path) -> Iterator[str]:
    """The address of the private server of `place`: shared with whoever keeps it, else started for the block."""
    server, deadline = PrivateServer(place), time.monotonic() + START_SECONDS
    while True:
        try:
            server.start()
        except PostgresSupervisedError:
            url = running_url(place)
            if url is not None:
                yield url
                return
            if time.monotonic() > deadline:
                raise
            time.sleep(5 * POLL_SECONDS)
            continue
        try:
            yield server.url
        finally:
            server.stop()
        return


def running_url(place: Path) -> str | None:
    """The address of the server that some process keeps at `place`, or None when none is ready."""
    pid, ready = _postmaster(place / "data")
    noted = place / "socket_dir"
    if pid is None or not ready or not noted.exists() or not _serves(pid, (place / "data").resolve()):
        return None
    return socket_url(Path(noted.read_text()), DATABASE)


def socket_url(socket_dir: Path, database: str) -> str:
    """`postgresql://…` of a database behind a socket folder."""
    return f"postgresql://{USER}@/{database}?{urlencode({'host': str(socket_dir)}, safe='/')}"


def _locked(path: Path) -> int | None:
    """The lock's open file, held until closed or until this process dies; None when another holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        flock(descriptor, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def _run_as(home: Home) -> tuple[int | None, int | None, list[int] | None]:
    """User, group and further groups for a child process; nothing to change when the account is our own."""
    if home.account.is_ours:
        return None, None, None
    return home.account.uid, home.account.gid, []


def _initialise(home: Home) -> None:
    """Make the data folder whole or not at all."""
    draft = home.place / "data.new"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    home.account.owns(draft)
    outcome = _initdb(home, draft, "C.UTF-8")
    if outcome.returncode != 0:  # a system without that locale: letters are still told by PostgreSQL's own tables
        outcome = _initdb(home, draft, "C")
    if outcome.returncode != 0:
        raise PostgresNotStartedError(reason=outcome.stdout.decode(errors="replace").strip())
    draft.rename(home.data)


def _initdb(home: Home, folder: Path, locale: str) -> subprocess.CompletedProcess[bytes]:
    user, group, groups = _run_as(home)
    return subprocess.run(  # noqa: S603 - the wheel's own initdb
        [
            home.program("initdb"),
            f"--pgdata={folder}",
            f"--username={USER}",
            "--auth=reject",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            f"--locale={locale}",
            "--lc-messages=C",
            "--no-instructions",
        ],
        user=user,
        group=group,
        extra_groups=groups,
        cwd="/",
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )


def _admit_us(home: Home) -> None:
    """Only the account of this process gets in, by the kernel's word (peer), and only through the socket."""
    ours = pwd.getpwuid(os.getuid()).pw_name
    _rewrite(home.data / "pg_hba.conf", "local all all peer map=house\n")
    _rewrite(home.data / "pg_ident.conf", f'house "{ours}" {USER}\n')


def _rewrite(path: Path, content: str) -> None:
    """Replace a file's content in the server account's folder, following no link that the account may have laid."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW), "w") as file:
        file.write(content)


def _new_socket_dir(home: Home) -> Path:
    """A folder of its own (0700) for one run's socket, noted for those who share the server and for the next start."""
    roots = [Path("/tmp"), Path(tempfile.gettempdir())]  # noqa: S108 - mkdtemp below
    root = next(root for root in roots if root.is_dir() and os.access(root, os.W_OK))
    folder = Path(tempfile.mkdtemp(prefix=SOCKET_PREFIX, dir=root))
    home.account.owns(folder)
    (home.place / "socket_dir").write_text(str(folder))
    if len(os.fsencode(folder)) > LONGEST_SOCKET_DIR:
        raise PostgresNotStartedError(reason=str(folder))
    return folder


def _sweep_sockets(place: Path) -> None:
    """Remove the socket folder of a run that ended without stopping."""
    noted = place / "socket_dir"
    if noted.exists() and Path(noted.read_text()).name.startswith(SOCKET_PREFIX):
        shutil.rmtree(noted.read_text(), ignore_errors=True)


def _spawn(home: Home, socket_dir: Path, settings: dict[str, str]) -> subprocess.Popen[bytes]:
    user, group, groups = _run_as(home)
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    log = os.open(home.place / "start.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        return subprocess.Popen(  # noqa: S603 - the wheel's own postgres
            [home.program("postgres"), "-D", home.data, "-k", socket_dir, *options],
            user=user,
            group=group,
            extra_groups=groups,
            cwd="/",
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C in a terminal is the supervisor's to answer
        )
    finally:
        os.close(log)


def _comes_up(process: subprocess.Popen[bytes], data: Path, deadline: float) -> bool:
    while process.poll() is None and time.monotonic() < deadline:
        if _postmaster(data) == (process.pid, True):
            return True
        time.sleep(POLL_SECONDS)
    return False


def _postmaster(data: Path) -> tuple[int | None, bool]:
    """The process number in `postmaster.pid` and whether that server says it is ready."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return None, False
    if not lines or not lines[0].strip().isdigit():
        return None, False
    return int(lines[0]), len(lines) >= STATUS_LINE and lines[STATUS_LINE - 1].strip() == "ready"


def _serves(pid: int, data: Path) -> bool:
    """Whether process `pid` is a PostgreSQL over `data`: after a kill or a reboot the number may be anybody's."""
    return os.fsencode(data) in _command(pid)


def _command(pid: int) -> list[bytes]:
    """The words of a living process's command line; nothing when it is gone."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            return []
    listed = subprocess.run(["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, check=False)  # noqa: S603 - a number
    return listed.stdout.split()


def _end_orphan(data: Path) -> None:
    """End a server whose supervisor was killed; drop a stale `postmaster.pid` whose number is now somebody else's."""
    pid, _ready = _postmaster(data)
    if pid is None:
        return
    for ending in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        deadline = time.monotonic() + (STOP_SECONDS if ending is signal.SIGINT else KILL_SECONDS)
        if _serves(pid, data):
            with suppress(ProcessLookupError):
                os.kill(pid, ending)
        while _serves(pid, data) and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
    (data / "postmaster.pid").unlink(missing_ok=True)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Fast shutdown; should it hang, an immediate one (recovered at the next start)."""
    for ending, patience in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, KILL_SECONDS)):
        if process.poll() is not None:
            return
        process.send_signal(ending)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
    process.kill()
    process.wait()


def _end_of_log(place: Path) -> str:
    return (place / "start.log").read_text(errors="replace").strip()[-2000:] or "?"


def _ensure_database(url: str, name: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
