"""One request on its way in, kept until it is whole."""

from tempfile import SpooledTemporaryFile
from typing import IO, Final

from gunicorn.http.unreader import SocketUnreader

HEAD_BYTES: Final = 64 * 1024
PIECE_BYTES: Final = 64 * 1024
MEMORY_BYTES: Final = 256 * 1024  # beyond, a body waits in a file

LENGTH_REQUIRED: Final = (411, "Length Required")
HEAD_TOO_LARGE: Final = (431, "Request Header Fields Too Large")


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

    def __init__(self, sock: object) -> None:
        super().__init__(sock)
        self.source = Source()

    def chunk(self, size_hint: int | None = None) -> bytes:
        return self.source.read(max(size_hint or 0, PIECE_BYTES))
