"""The private PostgreSQL keeps its data and never outlives, or fights, those who use it."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from app.gateways import postgres_home
from app.gateways.postgres import PostgresSupervisedError, PrivateServer, private_server, running_url
from app.gateways.postgres_home import client_program
from tests.patience import eventually, is_alive

AS_ROOT = os.getuid() == 0
SUPERVISE = """
import sys, time
from pathlib import Path
from app.gateways.postgres import PrivateServer
server = PrivateServer(Path(sys.argv[1]))
server.start()
print(server.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def place() -> Iterator[Path]:
    root = Path(tempfile.mkdtemp(prefix="qabyldau-tests-"))
    root.chmod(0o711)  # as root the server runs under another account, which must get through
    yield root / "postgres"
    if (root / "postgres" / "socket_dir").exists():  # of a server that was killed
        shutil.rmtree((root / "postgres" / "socket_dir").read_text(), ignore_errors=True)
    shutil.rmtree(root)


@pytest.fixture
def supervisor(place: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Another process that keeps the server, and that server's process number."""
    process = subprocess.Popen([sys.executable, "-c", SUPERVISE, place], stdout=subprocess.PIPE, text=True)
    with process:
        yield process, int(process.stdout.readline())
        process.kill()


def write(url: str, word: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS words (word text)")
        connection.execute("INSERT INTO words VALUES (%s)", [word])


def words(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [word for (word,) in connection.execute("SELECT word FROM words")]


def test_what_was_written_is_there_after_a_restart(place: Path):
    with PrivateServer(place) as server:
        write(server.url, "қабылдау")

    with PrivateServer(place) as server:
        kept = words(server.url)

    assert kept == ["қабылдау"]


def test_what_was_committed_survives_a_kill_of_the_server_whose_sessions_are_still_busy(place: Path):
    server = PrivateServer(place)
    server.start()
    write(server.url, "committed")
    busy = psycopg.connect(server.url)
    busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 8000000)")
    os.kill(server.pid, signal.SIGKILL)
    assert eventually(lambda: not server.is_running)
    server.stop()

    with PrivateServer(place) as again:
        kept = words(again.url)

    assert kept == ["committed"]
    busy.close()


def test_the_server_goes_with_its_killed_supervisor(supervisor: tuple[subprocess.Popen[str], int]):
    process, server_pid = supervisor
    alive_before = is_alive(server_pid)

    process.kill()

    assert alive_before
    assert eventually(lambda: not is_alive(server_pid))


def test_the_next_start_works_at_once_after_the_supervisor_was_killed(
    place: Path, supervisor: tuple[subprocess.Popen[str], int]
):
    process, _server_pid = supervisor
    write(running_url(place), "before the kill")
    process.kill()
    process.wait()

    with PrivateServer(place) as server:
        kept = words(server.url)

    assert kept == ["before the kill"]


def test_an_orphan_that_lost_its_leash_too_is_ended_by_the_next_start(
    place: Path, supervisor: tuple[subprocess.Popen[str], int]
):
    process, server_pid = supervisor
    for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
        if int(child) != server_pid:
            os.kill(int(child), signal.SIGKILL)
    process.kill()
    process.wait()
    orphan_lived = is_alive(server_pid)

    with PrivateServer(place) as server:
        pid = server.pid

    assert orphan_lived
    assert pid != server_pid
    assert not is_alive(server_pid)


def test_a_second_supervisor_is_refused_and_leaves_the_first_alone(place: Path):
    with PrivateServer(place) as first:
        with pytest.raises(PostgresSupervisedError) as refused:
            PrivateServer(place).start()

        assert str(place) in refused.value.text.kk
        assert first.is_running
        assert running_url(place) == first.url


def test_a_guest_shares_the_running_server_and_does_not_stop_it(place: Path):
    with PrivateServer(place) as server:
        with private_server(place) as url:
            write(url, "from the guest")

        assert words(server.url) == ["from the guest"]


def test_two_who_start_at_once_end_up_with_one_server(place: Path):
    script = (
        "import sys; from pathlib import Path; from app.gateways.postgres import private_server\n"
        "with private_server(Path(sys.argv[1])) as url: print(url, flush=True); sys.stdin.read()"
    )
    starters = [
        subprocess.Popen(
            [sys.executable, "-c", script, place], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]

    urls = {starter.stdout.readline() for starter in starters}
    for starter in starters:
        starter.communicate(timeout=30)

    assert len(urls) == 1
    assert [starter.returncode for starter in starters] == [0, 0]


def test_a_guest_without_a_running_server_starts_one_for_the_while(place: Path):
    with private_server(place) as url:
        write(url, "alone")
        running = running_url(place)

    assert running == url
    assert running_url(place) is None


def test_a_stale_pid_file_that_names_somebody_else_stops_nobody(place: Path):
    with PrivateServer(place):
        pid_file = (place / "data" / "postmaster.pid").read_text()
    bystander = subprocess.Popen(["/bin/sleep", "600"], **({"user": (place / "data").stat().st_uid} if AS_ROOT else {}))
    (place / "data" / "postmaster.pid").write_text(pid_file.replace(pid_file.splitlines()[0], str(bystander.pid), 1))

    with PrivateServer(place) as server:
        started = server.is_running

    assert started
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


def test_nobody_else_can_reach_the_socket_or_the_data(place: Path):
    with PrivateServer(place) as server:
        socket_dir = Path((place / "socket_dir").read_text())
        modes = {stat.S_IMODE(folder.stat().st_mode) for folder in (socket_dir, place / "data")}

        assert modes == {0o700}
        assert len(str(socket_dir / ".s.PGSQL.5432.lock")) < 100
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
            assert connection.execute("SELECT auth_method FROM pg_hba_file_rules").fetchall() == [("peer",)]
    assert not socket_dir.exists()


def test_kazakh_letters_have_cases_and_russian_words_have_stems(place: Path):
    with PrivateServer(place) as server, psycopg.connect(server.url) as connection:
        row = connection.execute("SELECT lower('ӘҒҚҢӨҰҮҺІ'), to_tsvector('russian', '«Обращения»')::text").fetchone()

    assert row == ("әғқңөұүһі", "'обращен':1")


def test_a_backup_program_of_the_same_version_is_at_hand(place: Path):
    with PrivateServer(place) as server:
        write(server.url, "saved")

        dump = subprocess.run(
            [client_program("pg_dump"), "--inserts", server.url], capture_output=True, text=True, check=True
        )

    assert "'saved'" in dump.stdout


@pytest.mark.skipif(not AS_ROOT, reason="only root runs the server under another account")
def test_a_folder_closed_to_others_stays_closed_and_the_data_live_elsewhere_for_good(place: Path, tmp_path: Path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    state_home = place.parent / "state"
    with PrivateServer(closed / "postgres", state_home=state_home) as server:
        write(server.url, "elsewhere")

    with PrivateServer(closed / "postgres", state_home=state_home) as server:
        kept = words(server.url)

    assert kept == ["elsewhere"]
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert (closed / "postgres").resolve().parent == state_home


@pytest.mark.skipif(not AS_ROOT, reason="only root runs the server under another account")
def test_binaries_that_the_servers_account_cannot_reach_are_copied_once(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    state_home = place.parent / "state"
    major, folder = max(postgres_home.installed().items())
    closed = tmp_path / "closed" / folder.parent.name / folder.name
    shutil.copytree(folder, closed, symlinks=True)
    shutil.copytree(
        folder.parent.parent / f"{folder.parent.name}.libs", tmp_path / "closed" / f"{folder.parent.name}.libs"
    )
    tmp_path.joinpath("closed").chmod(0o700)
    monkeypatch.setattr(postgres_home, "installed", lambda: {major: closed})

    for _ in range(2):
        with PrivateServer(place, state_home=state_home) as server:
            assert server.is_running

    assert len(list(state_home.iterdir())) == 1
