"""Everything starts with one command, is kept alive, and stops together."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from app.config import Settings
from app.supervision import PortTakenError, run
from tests.patience import eventually, is_alive

SUPERVISED = '''
import sys
from pathlib import Path

from app.config import settings
from app.supervision import Command, run

folder, broken = Path(sys.argv[1]), len(sys.argv) > 2
web = """
import os, socket, sys, time
with socket.create_server(("127.0.0.1", int(os.environ["PORT"]))):
    open(sys.argv[1] + "/web", "w").write(f"{os.getpid()} {os.environ['DATABASE_URL']}")
    time.sleep(600)
"""
worker = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(open(sys.argv[1] + "/finished", "w").write("in order") * 0))
open(sys.argv[1] + "/worker", "a").write(f"{os.getpid()}\\\\n")
time.sleep(600)
"""


def commands(here):
    scripts = {"web": web, "worker": worker}
    return [Command(name, (sys.executable, "-c", script, str(folder))) for name, script in scripts.items()]


def prepare(here):
    if broken:
        raise RuntimeError("broken preparation")
    return [f"prepared {here.database_url}"]


raise SystemExit(run(settings(), [prepare], commands=commands, tell=lambda line: print(line, flush=True)))
'''


@dataclass(frozen=True)
class Installation:
    """A supervisor in a process of its own over a folder of its own."""

    folder: Path
    port: int

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        environ = {"PATH": os.defpath, "PORT": str(self.port), "VAR_DIR": str(self.folder / "var"), "SECRET_KEY": "s"}
        command = [sys.executable, "-c", SUPERVISED, self.folder, *arguments]
        return subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def note(self, name: str) -> str:
        path = self.folder / name
        return path.read_text() if path.exists() else ""

    def pids(self) -> list[int]:
        web = self.note("web").split()[:1]
        return [int(number) for number in [*web, *self.note("worker").split()[-1:]]]


@pytest.fixture
def installation() -> Iterator[Installation]:
    folder = Path(tempfile.mkdtemp(prefix="qabyldau-tests-"))
    folder.chmod(0o711)  # as root the database runs under another account, which must get through
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    yield Installation(folder, port)
    noted = folder / "var" / "postgres" / "socket_dir"
    if noted.exists():
        shutil.rmtree(noted.read_text(), ignore_errors=True)
    shutil.rmtree(folder)


def read_until(process: subprocess.Popen[str], words: str) -> str:
    lines = []
    for line in process.stdout:
        lines.append(line)
        if words in line:
            return "".join(lines)
    pytest.fail(f"“{words}” was never said:\n{''.join(lines)}")


def postmaster(installation: Installation) -> int:
    return int((installation.folder / "var" / "postgres" / "data" / "postmaster.pid").read_text().split()[0])


def test_one_command_starts_all_tells_the_address_and_stops_all_in_order(installation: Installation):
    with installation.start() as supervisor:
        said = read_until(supervisor, "Ctrl-C")
        assert eventually(lambda: len(installation.pids()) == 2)
        url = installation.note("web").split()[1]
        with psycopg.connect(url) as connection:
            answered = connection.execute("SELECT 1").fetchone()
        everybody = [*installation.pids(), postmaster(installation)]

        supervisor.send_signal(signal.SIGINT)
        supervisor.wait(30)

    assert f"http://127.0.0.1:{installation.port}" in said
    assert f"prepared {url}" in said
    assert answered == (1,)
    assert supervisor.returncode == 0
    assert installation.note("finished") == "in order"
    assert not any(is_alive(pid) for pid in everybody)


def test_a_fallen_child_is_started_again(installation: Installation):
    with installation.start() as supervisor:
        read_until(supervisor, "Ctrl-C")
        assert eventually(lambda: len(installation.pids()) == 2)
        fallen = installation.pids()[1]

        os.kill(fallen, signal.SIGKILL)
        said = read_until(supervisor, "it starts again")

        assert "worker" in said
        assert eventually(lambda: installation.pids()[1] != fallen)
        supervisor.terminate()


def test_when_the_database_falls_everything_starts_again_at_its_new_address(installation: Installation):
    with installation.start() as supervisor:
        read_until(supervisor, "Ctrl-C")
        before = installation.note("web")

        os.kill(postmaster(installation), signal.SIGKILL)
        read_until(supervisor, "everything starts again")

        assert eventually(lambda: installation.note("web") != before)
        with psycopg.connect(installation.note("web").split()[1]) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        supervisor.terminate()


def test_nothing_outlives_a_killed_supervisor_and_the_next_start_works(installation: Installation):
    with installation.start() as supervisor:
        read_until(supervisor, "Ctrl-C")
        assert eventually(lambda: len(installation.pids()) == 2)
        everybody = [*installation.pids(), postmaster(installation)]

        supervisor.kill()

    assert eventually(lambda: not any(is_alive(pid) for pid in everybody))
    with installation.start() as again:
        assert "prepared" in read_until(again, "Ctrl-C")
        again.terminate()


def test_a_failing_preparation_stops_the_start_and_leaves_nothing_behind(installation: Installation):
    with installation.start("broken") as supervisor:
        said = supervisor.stdout.read()

    assert supervisor.returncode == 1
    assert "broken preparation" in said
    assert not (installation.folder / "var" / "postgres" / "data" / "postmaster.pid").exists()


def test_a_taken_port_is_said_before_anything_starts(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings = Settings(secret_key="s", port=port, var_dir=tmp_path)

        with pytest.raises(PortTakenError) as refused:
            run(settings, [])

    assert str(port) in refused.value.text.kk
    assert list(tmp_path.iterdir()) == []
