"""Slow clients wait in a buffer, never in a thread; what arrives and leaves is whole."""

import hashlib
import re
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
CROWD = 100
PROMPTLY = 5  # seconds, on the busiest machine; whoever waits for a slow client waits for twenty
APPLICATION = """
import hashlib, os, time

def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/large":
        answer = b"x" * (8 * 1024 * 1024)
    elif path == "/endless":
        answer = b"x" * (16 * 1024 * 1024)
    elif path == "/nap":
        time.sleep(1.5)
        answer = b"rested"
    else:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if length > 4 * 1024 * 1024:
            start_response("413 Content Too Large", [("Content-Length", "8")])
            return [b"too much"]
        digest = hashlib.sha256(environ["wsgi.input"].read(length)).hexdigest()
        answer = f"{environ['REQUEST_METHOD']} {path} {digest}".encode()
    start_response("200 OK", [("Content-Length", str(len(answer)))])
    return [answer]
"""


@dataclass(frozen=True)
class Server:
    """A running gunicorn with one process and two threads."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def connect(self, first_words: bytes = b"") -> socket.socket:
        client = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        client.sendall(first_words)
        return client


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    folder = tmp_path_factory.mktemp("tiny")
    (folder / "tiny.py").write_text(APPLICATION)
    with ExitStack() as stack:

        def start(**variables: str) -> Server:
            port = free_port()
            environ = {
                "PORT": str(port),
                "SECRET_KEY": "s",
                "WEB_WORKERS": "1",
                "WEB_THREADS": "2",
                "MAX_REQUEST_MB": "4",
            }
            command = [
                sys.executable,
                "-m",
                "gunicorn",
                "-c",
                ROOT / "gunicorn.conf.py",
                "--pythonpath",
                f"{folder},{ROOT}",
                "tiny:app",
            ]
            process = stack.enter_context(subprocess.Popen(command, cwd=folder, env=environ | variables))
            stack.callback(process.kill)
            server = Server(port, process)
            wait_until_open(server)
            return server

        yield start


@pytest.fixture(scope="module")
def server(serve: Callable[..., Server]) -> Server:
    """One for all that leave it running: whatever clients do to it, the next are served."""
    return serve()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_open(server: Server) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            server.connect().close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("gunicorn did not open its port")


def seconds_for_an_ordinary_request(server: Server) -> float:
    started = time.monotonic()
    answer = httpx.get(server.url, timeout=10)
    assert answer.status_code == 200
    return time.monotonic() - started


def read_to_the_end(client: socket.socket) -> bytes:
    return b"".join(iter(lambda: client.recv(65536), b""))


def read_one_answer(client: socket.socket) -> bytes:
    """An answer with its body, of a connection that stays open."""
    with client.makefile("rb") as stream:
        head = b"".join(iter(stream.readline, b"\r\n"))
        return head + stream.read(int(re.search(rb"Content-Length: (\d+)", head)[1]))


SLOW_CLIENTS = {
    "heads": b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ",
    "bodies": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nslow",
    "silence": b"",
    "closers": b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
}


@pytest.mark.parametrize("first_words", SLOW_CLIENTS.values(), ids=SLOW_CLIENTS.keys())
def test_a_crowd_of_slow_clients_leaves_an_ordinary_request_its_thread(server: Server, first_words: bytes):
    with ExitStack() as stack:
        for _ in range(CROWD):
            stack.enter_context(server.connect(first_words))
        time.sleep(0.5)

        seconds = [seconds_for_an_ordinary_request(server) for _ in range(3)]

    assert max(seconds) < PROMPTLY


def test_a_crowd_that_does_not_read_its_large_answers_leaves_an_ordinary_request_its_thread(server: Server):
    with ExitStack() as stack:
        crowd = [stack.enter_context(server.connect(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")) for _ in range(CROWD)]
        for client in crowd:
            client.recv(1)

        seconds = [seconds_for_an_ordinary_request(server) for _ in range(3)]

    assert max(seconds) < PROMPTLY


def test_a_crowd_that_trickles_bytes_leaves_an_ordinary_request_its_thread(server: Server):
    with ExitStack() as stack:
        crowd = [stack.enter_context(server.connect(SLOW_CLIENTS["heads"])) for _ in range(CROWD)]

        seconds = []
        for _ in range(10):
            for client in crowd:
                client.sendall(b"a")
            seconds.append(seconds_for_an_ordinary_request(server))

    assert max(seconds) < PROMPTLY


@pytest.mark.parametrize("kind", ["heads", "bodies"])
def test_a_request_that_does_not_arrive_in_time_is_ended_with_408(serve: Callable[..., Server], kind: str):
    server = serve(REQUEST_SECONDS="1", MAX_REQUEST_MB="1")
    words = SLOW_CLIENTS[kind].replace(b"1000000", b"1000")
    with server.connect(words) as client:
        started = time.monotonic()

        answer = read_to_the_end(client)

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert 0.9 < time.monotonic() - started < 1 + PROMPTLY


def test_a_trickling_head_gains_no_time(serve: Callable[..., Server]):
    server = serve(REQUEST_SECONDS="1")
    with server.connect(SLOW_CLIENTS["heads"]) as client:
        started = time.monotonic()
        with selectors.DefaultSelector() as selector:
            selector.register(client, selectors.EVENT_READ)
            while not selector.select(0.1) and time.monotonic() - started < 10:
                client.sendall(b"a")

        answer = client.recv(100)

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert time.monotonic() - started < 1 + PROMPTLY


def test_a_reader_who_stops_reading_is_cut_off(serve: Callable[..., Server]):
    server = serve(REQUEST_SECONDS="1")
    with server.connect(b"GET /endless HTTP/1.1\r\nHost: a\r\n\r\n") as client:
        client.recv(1)
        time.sleep(4)

        received = len(read_to_the_end(client)) + 1

    assert received < 16 * 1024 * 1024


def test_a_large_answer_reaches_a_leisurely_reader_whole(server: Server):
    received = 0

    with httpx.stream("GET", f"{server.url}/large", timeout=10) as answer:
        for piece in answer.iter_raw():
            received += len(piece)
            time.sleep(0.001)

    assert received == 8 * 1024 * 1024


@pytest.mark.parametrize("size", [0, 1, 65_536, 300_000, 4 * 1024 * 1024])
def test_a_body_of_any_size_arrives_unchanged(server: Server, size: int):
    body = bytes(index * 31 % 251 for index in range(size))

    answer = httpx.post(f"{server.url}/upload", content=body, timeout=20)

    assert answer.text == f"POST /upload {hashlib.sha256(body).hexdigest()}"


def test_a_body_in_many_pieces_arrives_unchanged(server: Server):
    body = bytes(range(256)) * 20
    with server.connect() as client:
        message = b"POST /pieces HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5120\r\n\r\n" + body

        for start in range(0, len(message), 97):
            client.sendall(message[start : start + 97])
            time.sleep(0.002)
        answer = read_to_the_end(client)

    assert hashlib.sha256(body).hexdigest().encode() in answer


def test_a_client_who_asks_first_is_told_once_to_continue(server: Server):
    with server.connect() as client:
        client.sendall(
            b"POST /asked HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"
        )
        first = client.recv(25)
        client.sendall(b"body")

        answer = read_to_the_end(client)

    assert first == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert hashlib.sha256(b"body").hexdigest().encode() in answer


def test_requests_sent_ahead_are_answered_in_order(server: Server):
    with server.connect() as client:
        ahead = [b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\n", b"POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"]
        last = b"GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

        client.sendall(b"".join(ahead) + last)
        answers = read_to_the_end(client)

    assert re.findall(rb"(?:GET|POST) (/\d)", answers) == [b"/1", b"/2", b"/3"]


def test_half_a_request_sent_ahead_waits_for_its_other_half(server: Server):
    with server.connect() as client:
        client.sendall(b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHo")
        first = read_one_answer(client)

        client.sendall(b"st: a\r\nConnection: close\r\n\r\n")
        second = read_to_the_end(client)

    assert b"GET /1" in first
    assert b"GET /2" in second


def test_a_connection_is_kept_for_the_next_request(server: Server):
    with httpx.Client(base_url=server.url) as client:
        client.get("/warm-up")
        used = []

        for number in range(20):
            answer = client.get(f"/{number}")
            used.append(answer.extensions["network_stream"].get_extra_info("socket").getsockname())

    assert len(set(used)) == 1


def test_a_body_beyond_the_limit_is_answered_by_the_application_without_waiting_for_it(server: Server):
    with server.connect(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\nbeginning") as client:
        answer = read_to_the_end(client)

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert answer.endswith(b"too much")


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", b"411"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 70_000 + b"\r\n\r\n", b"431"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + b"9" * 6000 + b"\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", b"400"),
        (b"\x16\x03\x01 not http at all\r\n\r\n", b"400"),
    ],
)
def test_what_is_no_proper_request_is_refused_and_the_server_goes_on(server: Server, words: bytes, status: bytes):
    with server.connect(words) as client:
        answer = read_to_the_end(client)

    assert answer.split()[1] == status
    assert seconds_for_an_ordinary_request(server) < PROMPTLY


def test_more_bodies_than_there_is_room_for_are_put_off(serve: Callable[..., Server]):
    server = serve(MAX_REQUEST_MB="1")
    words = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048576\r\n\r\n"
    with ExitStack() as stack:
        waiting = [stack.enter_context(server.connect(words)) for _ in range(16)]
        time.sleep(0.3)

        with server.connect(words) as one_too_many:
            answer = read_to_the_end(one_too_many)

        assert answer.startswith(b"HTTP/1.1 503 ")
        assert len(waiting) == 16
    time.sleep(0.3)
    assert httpx.post(server.url, content=b"a" * 1048576).status_code == 200


def test_a_stop_lets_the_answer_in_hand_out_and_does_not_wait_for_idle_connections(serve: Callable[..., Server]):
    server = serve()
    with server.connect() as idle, server.connect(b"GET /nap HTTP/1.1\r\nHost: a\r\n\r\n") as client:
        time.sleep(0.5)
        started = time.monotonic()

        server.process.send_signal(signal.SIGTERM)
        answer = read_one_answer(client)
        server.process.wait(10)

        assert answer.endswith(b"rested")
        assert idle.recv(1) == b""
    assert server.process.returncode == 0
    assert time.monotonic() - started < 2 + PROMPTLY
