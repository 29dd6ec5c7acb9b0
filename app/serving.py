"""A gunicorn worker whose threads never wait for a client: requests come in whole, answers go out from a buffer."""

import selectors
import socket
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

from gunicorn import http
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import TConn, ThreadWorker

from app.config import settings

MEBIBYTE: Final = 1024 * 1024
HEAD_BYTES: Final = 64 * 1024
PIECE_BYTES: Final = 64 * 1024
MEMORY_BYTES: Final = 256 * 1024  # beyond, a body or an answer waits in a file
SLOWEST_RATE: Final = 16 * 1024  # bytes a second that a body or an answer must keep after the first seconds
LINGER_SECONDS: Final = 2.0  # RFC 9112 section 9.6: let the client read our last words
PARTING_SECONDS: Final = 2.0  # what half a request has left when the worker stops
SWEEP_SECONDS: Final = 0.25
BUDGET_REQUESTS: Final = 16  # the largest requests that may be arriving at one process at the same time

TIMED_OUT: Final = (408, "Request Timeout")
LENGTH_REQUIRED: Final = (411, "Length Required")
HEAD_TOO_LARGE: Final = (431, "Request Header Fields Too Large")
TOO_BUSY: Final = (503, "Service Unavailable")


class Gathering:
    """One request on its way in: bytes are fed until `complete`; `refusal` when it cannot be taken.

    The body's length is learnt from Content-Length; a chunked body is refused with 411, as RFC 9112 section 6.3 allows.
    A body above `largest` bytes is not waited for (`unwanted`): the application answers it with its own page.
    """

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self._head = bytearray()
        self._body: IO[bytes] | None = None
        self._missing = 0
        self.length = 0
        self.head_is_in = False
        self.expects_continue = False
        self.unwanted = False
        self.refusal: tuple[int, str] | None = None
        self.surplus = b""

    @property
    def complete(self) -> bool:
        return self.head_is_in and (self._missing == 0 or self.unwanted)

    @property
    def begun(self) -> bool:
        return bool(self._head)

    def feed(self, data: bytes) -> None:
        """Take the next bytes from the client; what follows the request is kept in `surplus`."""
        if self.head_is_in:
            self._feed_body(data)
            return
        searched = max(0, len(self._head) - 3)
        self._head += data
        end = self._head.find(b"\r\n\r\n", searched)
        if end >= 0 and end <= HEAD_BYTES:
            rest = bytes(self._head[end + 4 :])
            del self._head[end + 4 :]
            self._read_head()
            self._feed_body(rest)
        elif len(self._head) > HEAD_BYTES:
            self.refusal = HEAD_TOO_LARGE

    def source(self) -> "Source":
        """The whole request, to be read by the parser."""
        if self._body is not None:
            self._body.seek(0)
        return Source(bytes(self._head), self._body)

    def close(self) -> None:
        """Forget a request that will not be handed on."""
        if self._body is not None:
            self._body.close()

    def _read_head(self) -> None:
        self.head_is_in = True
        lines = self._head.split(b"\r\n")
        for line in lines[1:]:
            name, _, value = line.lower().partition(b":")
            match name.strip():
                case b"content-length":
                    self.length = self._missing = _length(bytes(value.strip()))
                case b"transfer-encoding":
                    self.refusal = LENGTH_REQUIRED
                case b"expect" if value.strip() == b"100-continue":
                    self.expects_continue = True
                    lines.remove(line)  # answered here, so gunicorn need not
        self._head = bytearray(b"\r\n").join(lines)
        self.unwanted = self.length > self._largest

    def _feed_body(self, data: bytes) -> None:
        mine, self.surplus = data[: self._missing], self.surplus + data[self._missing :]
        if self.unwanted or not mine:
            return
        if self._body is None:
            self._body = SpooledTemporaryFile(max_size=MEMORY_BYTES)  # noqa: SIM115 - closed with the request
        self._body.write(mine)
        self._missing -= len(mine)


def _length(value: bytes) -> int:
    """A body's length; a malformed one is the parser's to refuse, one of twenty digits is merely too long."""
    return int(value[:20]) if value.isdigit() else 0


class Source:
    """A gathered request as bytes to read: its head, then its body."""

    def __init__(self, head: bytes = b"", body: IO[bytes] | None = None) -> None:
        self._head = head
        self._body = body

    def read(self, size: int) -> bytes:
        """Up to `size` bytes; nothing left, nothing more comes."""
        if self._head:
            piece, self._head = self._head, b""
            return piece
        return self._body.read(size) if self._body else b""

    def close(self) -> None:
        if self._body:
            self._body.close()


class GatheredUnreader(SocketUnreader):  # type: ignore[misc]  # gunicorn is untyped
    """Gives the parser what was gathered and then the end: it never touches the socket."""

    def __init__(self, sock: "PatientSocket") -> None:
        super().__init__(sock)
        self.source = Source()

    def chunk(self, size_hint: int | None = None) -> bytes:
        return self.source.read(max(size_hint or 0, PIECE_BYTES))


class PatientSocket:
    """A client's socket that never blocks: what she does not take at once waits here, in memory or in a file."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self._sock = sock
        self._spool: IO[bytes] | None = None
        self._sent = 0
        self.waiting = 0

    def fileno(self) -> int:
        return self._sock.fileno()

    def setblocking(self, flag: bool) -> None:
        """Gunicorn may ask; the answer stays no."""

    def settimeout(self, seconds: float | None) -> None:
        """Gunicorn may ask; the answer stays no."""

    def gettimeout(self) -> float:
        return 0.0

    def recv(self, size: int) -> bytes:
        return self._sock.recv(size)

    def send(self, data: bytes) -> int:
        self.sendall(data)
        return len(data)

    def sendall(self, data: bytes) -> None:
        """Send what goes at once and keep the rest for `flush`."""
        view = memoryview(data)
        while view and not self.waiting:
            try:
                view = view[self._sock.send(view) :]
            except BlockingIOError:
                break
        if view:
            self._keep(view)

    def flush(self) -> bool:
        """Send on what waits; True when nothing does any more."""
        while self.waiting and self._spool:
            self._spool.seek(self._sent)
            try:
                sent = self._sock.send(self._spool.read(PIECE_BYTES))
            except BlockingIOError:
                return False
            self._sent += sent
            self.waiting -= sent
        if self._spool:
            self._spool.close()
        self._spool, self._sent = None, 0
        return True

    def shutdown(self, how: int) -> None:
        self._sock.shutdown(how)

    def close(self) -> None:
        if self._spool:
            self._spool.close()
        self._sock.close()

    def _keep(self, data: memoryview) -> None:
        if self._spool is None:
            self._spool = SpooledTemporaryFile(max_size=MEMORY_BYTES)  # noqa: SIM115 - closed when flushed
        self._spool.seek(0, 2)
        self._spool.write(data)
        self.waiting += len(data)


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
