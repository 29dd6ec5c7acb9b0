"""A mailbox over IMAP: which messages are new, their bytes, and the mark that they were taken."""

import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from app.domain.errors import AutomationError
from app.domain.texts import Text

SECONDS: Final = 20.0
MOST_BYTES: Final = 25 * 1024 * 1024
MOST_HEAD: Final = 256 * 1024
"""Bytes of the head of a message that is too large to be fetched whole."""
_LOCAL_HOSTS: Final = ("localhost", "127.0.0.1", "::1")
_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d+)")


class MailboxDownError(AutomationError):
    """The mailbox does not answer or does not let us in; `detail` holds its own words."""

    status: ClassVar[int] = 503
    message: ClassVar[Text] = Text(
        kk="Пошта жәшігі жауап бермейді немесе кіргізбейді: {detail}.",
        ru="Почтовый ящик не отвечает или не впускает: {detail}.",
        en="The mailbox does not answer or does not let us in: {detail}.",
    )


class OpenMailbox(Protocol):
    """A mailbox in hand. Every method may raise `MailboxDownError`."""

    @property
    def validity(self) -> int:
        """UIDVALIDITY: while it stays, a UID means the same message."""
        ...

    def newer_than(self, uid: int) -> Sequence[int]:
        """The UIDs above `uid`, ascending."""
        ...

    def fetch(self, uid: int) -> tuple[bytes, bool]:
        """The message and whether it is whole; of one above `MOST_BYTES` only the head. Empty: it is gone."""
        ...

    def put_away(self, uids: Sequence[int]) -> None:
        """Mark messages as taken, or move them to the folder for that; those gone are passed over."""
        ...


class Mailbox(Protocol):
    """A mailbox of an office; `name` tells it from others and holds no secret."""

    @property
    def name(self) -> str: ...

    def opened(self) -> AbstractContextManager[OpenMailbox]:
        """Log in, and out at the end. Raises `MailboxDownError`."""
        ...


@dataclass(frozen=True, slots=True)
class ImapMailbox:
    """A folder on an IMAP server.

    `url` is `imaps://user:password@host:port/folder` (TLS from the start) or `imap://…` (STARTTLS, which only this
    machine may go without); INBOX and the ports 993 and 143 are usual. `?move=Taken` moves what was taken there instead
    of marking it as seen. `seconds` limits every wait. `ValueError` for another url.
    """

    url: str = field(repr=False)
    seconds: float = SECONDS
    tls_context: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)

    def __post_init__(self) -> None:
        _Place.of(self.url)

    @property
    def name(self) -> str:
        """`user@host/folder`."""
        place = _Place.of(self.url)
        return f"{place.user}@{place.host}/{place.folder}"

    @contextmanager
    def opened(self) -> Iterator["_Session"]:
        """Log in and choose the folder. Raises `MailboxDownError`."""
        place = _Place.of(self.url)
        with _told():
            client = self._connected(place)
        try:
            with _told():
                _expect(client.login(place.user, place.password))
                _expect(client.select(_quoted(place.folder)))
            yield _Session(client, place.move)
        finally:
            with suppress(imaplib.IMAP4.error, OSError):
                client.logout()

    def _connected(self, place: "_Place") -> imaplib.IMAP4:
        if place.tls == "implicit":
            return imaplib.IMAP4_SSL(place.host, place.port, ssl_context=self.tls_context, timeout=self.seconds)
        client = imaplib.IMAP4(place.host, place.port, timeout=self.seconds)
        if place.tls == "required":
            try:
                client.starttls(self.tls_context)
            except BaseException:
                client.shutdown()
                raise
        return client


class _Session:
    """`OpenMailbox` over a connection."""

    def __init__(self, client: imaplib.IMAP4, move: str) -> None:
        self._client, self._move = client, move

    @property
    def validity(self) -> int:
        with _told():
            _, found = self._client.response("UIDVALIDITY")
            return int((found or [b"0"])[-1] or b"0")

    def newer_than(self, uid: int) -> Sequence[int]:
        with _told():
            found = _expect(self._client.uid("SEARCH", f"UID {uid + 1}:*"))
        numbers = {int(each) for part in found if part for each in part.split()}
        return sorted(number for number in numbers if number > uid)  # n:* also finds the last one below n

    def fetch(self, uid: int) -> tuple[bytes, bool]:
        with _told():
            sizes = _expect(self._client.uid("FETCH", str(uid), "(RFC822.SIZE)"))
            size = next((int(found[1]) for each in sizes if (found := _SIZE.search(_line(each)))), None)
            if size is None:
                return b"", False
            whole = size <= MOST_BYTES
            part = "BODY.PEEK[]" if whole else f"BODY.PEEK[HEADER]<0.{MOST_HEAD}>"
            parts = _expect(self._client.uid("FETCH", str(uid), f"({part})"))
        return next((each[1] for each in parts if isinstance(each, tuple)), b""), whole

    def put_away(self, uids: Sequence[int]) -> None:
        with _told():
            numbers = [str(uid) for uid in uids]
            for uid in numbers:
                if self._move:
                    self._client.create(_quoted(self._move))  # it may be there already
                    _expect(self._client.uid("COPY", uid, _quoted(self._move)))
                    _expect(self._client.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen \Deleted)"))
                else:
                    _expect(self._client.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)"))
            if self._move and numbers:
                self._expunge(",".join(numbers))

    def _expunge(self, numbers: str) -> None:
        """Where the server can (RFC 4315) only these: what others have marked as deleted is theirs."""
        if b"UIDPLUS" in b" ".join(_expect(self._client.capability())).upper().split():
            _expect(self._client.uid("EXPUNGE", numbers))
        else:
            _expect(self._client.expunge())


@dataclass(frozen=True, slots=True)
class _Place:
    """The parts of an IMAP url."""

    host: str
    port: int
    user: str
    password: str
    folder: str
    tls: str
    move: str

    @classmethod
    def of(cls, url: str) -> "_Place":
        parts = urlsplit(url)
        if parts.scheme not in {"imap", "imaps"} or not parts.hostname or not parts.username:
            raise ValueError("an IMAP address begins with imap:// or imaps:// and names a user and a host")
        asked = parse_qs(parts.query)
        tls = "implicit" if parts.scheme == "imaps" else asked.get("tls", ["required"])[-1]
        if tls not in {"implicit", "required", "no"} or (tls == "no" and parts.hostname not in _LOCAL_HOSTS):
            raise ValueError("without TLS only this machine is asked")
        return cls(
            host=parts.hostname,
            port=parts.port or (993 if tls == "implicit" else 143),
            user=unquote(parts.username),
            password=unquote(parts.password or ""),
            folder=unquote(parts.path.strip("/")) or "INBOX",
            tls=tls,
            move=asked.get("move", [""])[-1],
        )


def _expect(answer: tuple[str, Sequence[Any]]) -> Sequence[Any]:
    """What the server said after OK: lines, and pairs of a line and the bytes it announced.

    imaplib itself raises for BAD.
    """
    status, found = answer
    if status != "OK":
        raise imaplib.IMAP4.error(_words(found))
    return found


def _words(found: Sequence[Any]) -> str:
    said = found[0] if found else b""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


def _line(each: Any) -> bytes:
    line = each[0] if isinstance(each, tuple) else each
    return line if isinstance(line, bytes) else b""


def _quoted(folder: str) -> str:
    """A folder as a quoted string, in the letters of IMAP (modified UTF-7)."""
    coded = "".join(_coded(part) for part in re.findall(r"[ -~]+|[^ -~]+", folder))
    return '"' + coded.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _coded(part: str) -> str:
    if " " <= part[0] <= "~":
        return part.replace("&", "&-")
    return part.encode("utf-7").decode("ascii").replace("+", "&", 1).replace("/", ",")


@contextmanager
def _told() -> Iterator[None]:
    """Whatever goes wrong on the way is `MailboxDownError`."""
    try:
        yield
    except (imaplib.IMAP4.error, OSError, ValueError, EOFError) as error:
        said = " ".join(str(error).split())[:200] or type(error).__name__
        raise MailboxDownError(detail=said) from error
