"""A client's socket that nobody waits for."""

import socket
from tempfile import SpooledTemporaryFile
from typing import IO, Final

PIECE_BYTES: Final = 64 * 1024
MEMORY_BYTES: Final = 256 * 1024  # beyond, an answer waits in a file


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
