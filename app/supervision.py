"""`qabyldau run`: the private PostgreSQL, preparations, web and workers, kept alive and stopped together."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from types import FrameType
from typing import Final

from app.config import Settings, inherited_environ
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.gateways.leash import Leash
from app.gateways.postgres import PrivateServer

ROOT: Final = Path(__file__).resolve().parent.parent
LOOK_SECONDS: Final = 0.2
STOP_SECONDS: Final = 20.0
OPEN_SECONDS: Final = 60.0
FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 30.0
STEADY_SECONDS: Final = 60.0  # a child that has lived so long is no longer held to its earlier falls

Preparation = Callable[[Settings], Iterable[str]]
"""Brings the database to where the web can start (migrations, deployment, demo data); returns lines to show."""

STARTED: Final = Text(
    kk="Қабылдау іске қосылды: {address}",
    ru="Qabyldau работает: {address}",
    en="Qabyldau is running: {address}",
)
STOP_HINT: Final = Text(kk="Тоқтату: Ctrl-C", ru="Остановить: Ctrl-C", en="Stop: Ctrl-C")
FELL: Final = Text(
    kk="«{name}» процесі тоқтап қалды ({status}); {pause:.0f} с кейін қайта іске қосылады.",
    ru="Процесс «{name}» остановился ({status}); снова запустится через {pause:.0f} с.",
    en="The process “{name}” ended ({status}); it starts again in {pause:.0f} s.",
)
DATABASE_FELL: Final = Text(
    kk="Жеке PostgreSQL сервері тоқтап қалды; бәрі қайта іске қосылады.",
    ru="Собственный сервер PostgreSQL остановился; всё запускается заново.",
    en="The private PostgreSQL server ended; everything starts again.",
)


class PortTakenError(AutomationError):
    """Another program, perhaps this one, already listens there."""

    status = 409
    message = Text(
        kk="{bind}:{port} бос емес: бағдарлама іске қосулы шығар. Басқа порт былай көрсетіледі: PORT=8001 make run",
        ru="{bind}:{port} занят: возможно, программа уже работает. Другой порт задаётся так: PORT=8001 make run",
        en="{bind}:{port} is taken: the program may already be running. Choose another port: PORT=8001 make run",
    )


class WebNotOpenedError(AutomationError):
    """The web process did not open its port in time; what it printed tells why."""

    status = 500
    message = Text(
        kk="Веб-процесс {seconds:.0f} с ішінде ашылмады; себебі жоғарыда жазылған.",
        ru="Веб-процесс не открылся за {seconds:.0f} с; причина напечатана выше.",
        en="The web process did not open within {seconds:.0f} s; the reason is printed above.",
    )


@dataclass(frozen=True, slots=True)
class Command:
    """A child process to keep alive: its name for people and its command line."""

    name: str
    line: tuple[str, ...]


@dataclass(slots=True)
class Child:
    """One kept process; after a fall it rests, longer each time, before it starts again."""

    command: Command
    environ: dict[str, str]
    tell: Callable[[str], None]
    process: subprocess.Popen[bytes] | None = None
    leash: Leash | None = None
    started: float = 0.0
    rest_until: float = 0.0
    pause: float = field(default=FIRST_PAUSE)

    def start(self) -> None:
        """Start in a session of its own, so that Ctrl-C is answered here, and on a leash."""
        self.process = subprocess.Popen(  # noqa: S603 - our own programs
            self.command.line, cwd=ROOT, env=self.environ, stdin=subprocess.DEVNULL, start_new_session=True
        )
        self.leash = Leash(self.process.pid, signal.SIGTERM)
        self.started = time.monotonic()

    def look_after(self) -> None:
        """Notice a fall; start again once the rest is over."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.rest_until:
                self.start()
            return
        status = self.process.poll()
        if status is not None:
            self._let_go()
            self.pause = FIRST_PAUSE if now - self.started > STEADY_SECONDS else self.pause
            self.rest_until = now + self.pause
            self._say_fell(status)
            self.pause = min(2 * self.pause, LONGEST_PAUSE)

    def ask_to_stop(self) -> None:
        """SIGTERM: finish what is in hand."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def see_off(self, deadline: float) -> None:
        """Wait for the end until `deadline` (monotonic seconds), then force it."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._let_go()

    def _let_go(self) -> None:
        if self.leash is not None:
            self.leash.release()
        self.process = self.leash = None

    def _say_fell(self, status: int) -> None:
        for line in _languages(FELL.with_values(name=self.command.name, status=status, pause=self.pause)):
            self.tell(line)


def own_commands(settings: Settings) -> tuple[Command, ...]:
    """What an installation consists of: one web server and as many workers as the settings say."""
    web = Command("web", (sys.executable, "-m", "gunicorn", "-c", str(ROOT / "gunicorn.conf.py"), "wsgi:app"))
    qabyldau = str(Path(sys.executable).with_name("qabyldau"))
    return web, *(
        Command(f"worker {number}", (qabyldau, "worker")) for number in range(1, settings.worker_processes + 1)
    )


def run(
    settings: Settings,
    preparations: Sequence[Preparation],
    *,
    commands: Callable[[Settings], Sequence[Command]] = own_commands,
    tell: Callable[[str], None] = print,
) -> int:
    """Keep the whole installation running until SIGINT, SIGTERM or SIGHUP; returns the exit status 0.

    Without a DATABASE_URL the private PostgreSQL of `var_dir` is started first, and its address is what the
    preparations and the children get. Children that end are started again with growing pauses; everything stops in
    order (children, then the database) and nothing outlives this process, however it ends.
    Raises `PortTakenError`, `PostgresSupervisedError`, `PostgresNotStartedError`, `WebNotOpenedError` and whatever a
    preparation raises.
    """
    _refuse_a_taken_port(settings)
    with _until_told_to_stop() as stop:
        first = True
        while not stop.is_set():
            with ExitStack() as stack:
                server = (
                    stack.enter_context(PrivateServer(settings.var_dir / "postgres"))
                    if settings.database_url is None
                    else None
                )
                here = replace(settings, database_url=server.url) if server else settings
                notes = [line for prepare in preparations for line in prepare(here)]
                if stop.is_set():
                    break
                children = [Child(command, inherited_environ() | here.environ(), tell) for command in commands(here)]
                stack.callback(_stop_all, children)
                _start_all(children, here, stop)
                if first and not stop.is_set():
                    _announce(here, notes, tell)
                first = False
                _keep(children, server, stop, tell)
    return 0


def _refuse_a_taken_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.bind else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.bind, settings.port))
        except OSError as error:
            raise PortTakenError(bind=settings.bind, port=settings.port) from error


@contextmanager
def _until_told_to_stop() -> Iterator[Event]:
    """An event set by the first signal; the handlers of before come back afterwards."""
    stop = Event()

    def heard(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, heard) for number in numbers}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _start_all(children: Sequence[Child], settings: Settings, stop: Event) -> None:
    for child in children:
        child.start()
    deadline = time.monotonic() + OPEN_SECONDS
    while not stop.is_set() and not _is_open(settings):
        if time.monotonic() > deadline:
            raise WebNotOpenedError(seconds=OPEN_SECONDS)
        for child in children:
            child.look_after()
        stop.wait(LOOK_SECONDS / 2)


def _is_open(settings: Settings) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.bind, settings.bind)  # noqa: S104 - compared, not bound
    try:
        socket.create_connection((host, settings.port), timeout=1).close()
    except OSError:
        return False
    return True


def _keep(children: Sequence[Child], server: PrivateServer | None, stop: Event, tell: Callable[[str], None]) -> None:
    """Look after the children until told to stop, or until the database has fallen under them."""
    while not stop.wait(LOOK_SECONDS):
        if server is not None and not server.is_running:
            for line in _languages(DATABASE_FELL):
                tell(line)
            return
        for child in children:
            child.look_after()


def _stop_all(children: Sequence[Child]) -> None:
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        child.see_off(deadline)


def _announce(settings: Settings, notes: Iterable[str], tell: Callable[[str], None]) -> None:
    for line in (
        "",
        *_languages(STARTED.with_values(address=settings.base_url)),
        *notes,
        " · ".join(_languages(STOP_HINT)),
        "",
    ):
        tell(line)


def _languages(text: Text) -> tuple[str, ...]:
    return text.kk, text.ru, text.en
