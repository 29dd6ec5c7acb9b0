"""A gunicorn worker: threads for the application, one event loop for all waiting."""

import selectors
import socket
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import Any, Final

from gunicorn import http
from gunicorn.workers.gthread import TConn, ThreadWorker

from app.config import settings
from app.serving.gathering import GatheredUnreader, Gathering
from app.serving.patient_socket import PatientSocket

MEBIBYTE: Final = 1024 * 1024
PIECE_BYTES: Final = 64 * 1024
SLOWEST_RATE: Final = 16 * 1024  # bytes a second that a body or an answer must keep after the first seconds
LINGER_SECONDS: Final = 2.0  # RFC 9112 section 9.6: let the client read our last words
PARTING_SECONDS: Final = 2.0  # what half a request has left when the worker stops
SWEEP_SECONDS: Final = 0.25
BUDGET_REQUESTS: Final = 16  # the largest requests that may be arriving at one process at the same time

TIMED_OUT: Final = (408, "Request Timeout")
TOO_BUSY: Final = (503, "Service Unavailable")


class PatientConnection(TConn):  # type: ignore[misc]  # gunicorn is untyped
    """A connection between its requests: what is arriving, until when, and what it has reserved."""

    sock: PatientSocket
    initialized: bool

    def __init__(
        self, cfg: object, sock: PatientSocket, client: object, server: object, linger: Callable[[PatientSocket], None]
    ) -> None:
        super().__init__(cfg, sock, client, server)
        self.data_ready = True  # a thread gets it only then
        self.unreader = GatheredUnreader(sock)
        self.gathering: Gathering | None = None
        self.surplus = b""
        self.must_close = False
        self.reserved = 0
        self.until = 0.0
        self._linger = linger

    def init(self) -> None:
        """Give the parser the gathered request; no TLS and no HTTP/2 here, a proxy in front speaks those."""
        if not self.initialized:
            self.initialized = True
            self.parser = http.get_parser(self.cfg, self.sock, self.client)
            self.parser.unreader = self.unreader

    def close(self, graceful: bool = False) -> None:
        """Close; gracefully means that the client may finish reading, and nobody waits for that."""
        self.unreader.source.close()
        if self.gathering is not None:
            self.gathering.close()
        if graceful:
            self._linger(self.sock)
        else:
            with suppress(OSError):
                self.sock.close()


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn is untyped
    """Threads for the application, one event loop for all waiting: slow clients cost a buffer, not a thread.

    A request's head must arrive within REQUEST_SECONDS; a body, and an answer on its way out, gets a second more for
    each 16 KiB but may never stand still for so long. Clients who close late are waited for in the loop as well.
    """

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._seconds = float(settings().request_seconds)
        self._largest = settings().max_request_mb * MEBIBYTE
        self._reserved = 0
        self._due: dict[PatientSocket, tuple[float, Callable[[], None]]] = {}
        self._gathering: set[PatientConnection] = set()
        self._swept = 0.0

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        """Answers go through the buffer, so never by `sendfile`."""
        super().check_config(cfg, log)
        cfg.set("sendfile", False)

    def accept(self, listener: socket.socket) -> None:
        """Take a new connection into the loop; no thread is involved yet."""
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        except OSError as error:  # out of file descriptors: those who are here are served first
            self.log.warning("A connection could not be accepted: %s", error)
            return
        self.nr_conns += 1
        self.enqueue_req(
            PatientConnection(self.cfg, PatientSocket(client), address, listener.getsockname(), self._linger)
        )

    def enqueue_req(self, conn: PatientConnection) -> None:
        """Gather the connection's next request first; a thread gets it when it is whole."""
        conn.gathering = Gathering(self._largest)
        conn.gathering.feed(conn.unreader.take_buffered() + conn.surplus)
        conn.surplus = b""
        conn.until = time.monotonic() + self._seconds
        self._gathering.add(conn)
        self._await(
            conn.sock,
            selectors.EVENT_READ,
            partial(self._on_readable, conn),
            self._seconds,
            partial(self._give_up, conn),
        )
        self._consider(conn, conn.gathering, head_was_in=False)

    def finish_request(self, conn: PatientConnection, fs: "Future[Any]") -> None:
        """First let the answer go out, then keep the connection or close it."""
        self._reserved -= conn.reserved
        conn.reserved = 0
        if not conn.sock.waiting:
            self._after_answer(conn, fs)
            return
        conn.until = time.monotonic() + self._seconds + conn.sock.waiting / SLOWEST_RATE
        self._await(
            conn.sock,
            selectors.EVENT_WRITE,
            partial(self._on_writable, conn, fs),
            self._seconds,
            partial(self._drop, conn),
        )

    def handle(self, conn: PatientConnection) -> Any:
        """Runs in a thread."""
        keep = super().handle(conn)
        return False if conn.must_close else keep

    def murder_pending(self) -> None:
        """End what is overdue; when the worker stops, idle connections at once and half requests soon."""
        now = time.monotonic()
        if now - self._swept < SWEEP_SECONDS:
            return
        self._swept = now
        if not self.alive:
            self._hasten(now)
        for give_up in [give_up for due, give_up in self._due.values() if due <= now]:
            give_up()

    def _hasten(self, now: float) -> None:
        for conn in self._gathering:
            due, give_up = self._due[conn.sock]
            begun = conn.gathering is not None and conn.gathering.begun
            self._due[conn.sock] = (min(due, now + PARTING_SECONDS) if begun else now, give_up)

    def _on_readable(self, conn: PatientConnection, _sock: PatientSocket) -> None:
        gathering = conn.gathering
        try:
            data = conn.sock.recv(PIECE_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data or gathering is None:
            self._drop(conn)
            return
        head_was_in = gathering.head_is_in
        try:
            gathering.feed(data)
        except OSError:  # no room for the body
            self.log.exception("A request could not be kept")
            self._drop(conn)
            return
        self._consider(conn, gathering, head_was_in=head_was_in)

    def _consider(self, conn: PatientConnection, gathering: Gathering, *, head_was_in: bool) -> None:
        if gathering.head_is_in and not head_was_in and not gathering.refusal:
            self._prepare_for_body(conn, gathering)
        if gathering.refusal:
            self._refuse(conn, gathering.refusal)
        elif gathering.complete:
            self._hand_over(conn, gathering)
        else:
            self._postpone(conn)

    def _prepare_for_body(self, conn: PatientConnection, gathering: Gathering) -> None:
        if gathering.complete:
            return
        if self._reserved + gathering.length > BUDGET_REQUESTS * self._largest:
            gathering.refusal = TOO_BUSY
            return
        conn.reserved = gathering.length
        self._reserved += gathering.length
        conn.until += gathering.length / SLOWEST_RATE
        if gathering.expects_continue:
            with suppress(OSError):
                conn.sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _hand_over(self, conn: PatientConnection, gathering: Gathering) -> None:
        self._forget(conn)
        conn.gathering = None
        conn.surplus = gathering.surplus
        conn.must_close = gathering.unwanted
        conn.unreader.source.close()
        conn.unreader.source = gathering.source()
        super().enqueue_req(conn)

    def _on_writable(self, conn: PatientConnection, fs: "Future[Any]", _sock: PatientSocket) -> None:
        try:
            if not conn.sock.flush():
                self._postpone(conn)
                return
        except OSError:
            self._drop(conn)
            return
        self._cease(conn.sock)
        self._after_answer(conn, fs)

    def _after_answer(self, conn: PatientConnection, fs: "Future[Any]") -> None:
        if conn.surplus and conn.parser is not None:
            conn.unreader.buf.seek(0, 2)
            conn.unreader.buf.write(conn.surplus)
            conn.surplus = b""
        super().finish_request(conn, fs)

    def _give_up(self, conn: PatientConnection) -> None:
        """The request did not arrive in time; a client who had begun is told so."""
        if conn.gathering is not None and conn.gathering.begun:
            self._refuse(conn, TIMED_OUT)
        else:
            self._drop(conn)

    def _refuse(self, conn: PatientConnection, refusal: tuple[int, str]) -> None:
        status, reason = refusal
        self._forget(conn)
        self.nr_conns -= 1
        with suppress(OSError):
            conn.sock.sendall(f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode())
        conn.close(graceful=True)

    def _drop(self, conn: PatientConnection) -> None:
        self._forget(conn)
        self.nr_conns -= 1
        conn.close()

    def _linger(self, sock: PatientSocket) -> None:
        """Half-close, and close wholly when the client has, or soon: in the loop, where nobody waits for it."""
        try:
            sock.shutdown(socket.SHUT_WR)
        except OSError:
            sock.close()
            return
        self._await(sock, selectors.EVENT_READ, self._on_last_words, LINGER_SECONDS, partial(self._end_linger, sock))

    def _on_last_words(self, sock: PatientSocket) -> None:
        try:
            if sock.recv(PIECE_BYTES):
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self._end_linger(sock)

    def _end_linger(self, sock: PatientSocket) -> None:
        self._cease(sock)
        sock.close()

    def _forget(self, conn: PatientConnection) -> None:
        self._cease(conn.sock)
        self._gathering.discard(conn)
        if conn.gathering is not None and not conn.gathering.complete:
            self._reserved -= conn.reserved
            conn.reserved = 0

    def _await(
        self,
        sock: PatientSocket,
        event: int,
        act: Callable[[PatientSocket], None],
        seconds: float,
        give_up: Callable[[], None],
    ) -> None:
        self.poller.register(sock, event, act)
        self._due[sock] = (time.monotonic() + seconds, give_up)

    def _postpone(self, conn: PatientConnection) -> None:
        """Something has moved: it may stand still as long again, but not go on for ever."""
        _due, give_up = self._due[conn.sock]
        self._due[conn.sock] = (min(conn.until, time.monotonic() + self._seconds), give_up)

    def _cease(self, sock: PatientSocket) -> None:
        if self._due.pop(sock, None) is not None:
            self.poller.unregister(sock)
