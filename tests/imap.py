"""A real IMAP server on this machine (pymap over a Maildir) that stories may stop, start again and fill."""

import imaplib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

from pysasl.hashing import BuiltinHash

USER, PASSWORD = "office", "a password of the tests"
OPEN_SECONDS = 30
SERVE = "from pymap.main import main; main()"


@dataclass
class ImapServer:
    """The server; its messages stay in `folder` while it is down."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    def start(self) -> None:
        options = ("--host", "127.0.0.1", "--port", str(self.port), "--no-tls")
        with (self.folder.parent / "log").open("ab") as log:
            self.process = subprocess.Popen(
                (sys.executable, "-c", SERVE, *options, "maildir", str(self.folder)), stdout=log, stderr=log
            )
        deadline = time.monotonic() + OPEN_SECONDS
        while True:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            assert time.monotonic() < deadline, (self.folder.parent / "log").read_text()
            time.sleep(0.05)

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    @property
    def url(self) -> str:
        return f"imap://{USER}:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{self.port}/INBOX?tls=no"

    def put(self, *messages: EmailMessage | bytes) -> None:
        """Messages arrive."""
        with self._client() as client:
            for each in messages:
                content = each if isinstance(each, bytes) else each.as_bytes()
                assert client.append("INBOX", None, None, content)[0] == "OK"

    def empty(self) -> None:
        """Whatever is in the mailbox goes."""
        with self._client() as client:
            client.select("INBOX")
            client.store("1:*", "+FLAGS.SILENT", r"(\Deleted)")
            client.expunge()

    def mark(self, numbers: str, flags: str) -> None:
        """Somebody marks messages in her own mail program."""
        with self._client() as client:
            client.select("INBOX")
            client.store(numbers, "+FLAGS.SILENT", flags)

    def flags(self, folder: str = "INBOX") -> list[str]:
        """The flags of each message of a folder, in its order."""
        with self._client() as client:
            client.select(folder, readonly=True)
            _, found = client.fetch("1:*", "(FLAGS)")
        return [bytes(each).decode() for each in found if isinstance(each, bytes)]

    @contextmanager
    def _client(self) -> Iterator[imaplib.IMAP4]:
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=20)
        client.login(USER, PASSWORD)
        try:
            yield client
        finally:
            client.logout()


@contextmanager
def imap_server() -> Iterator[ImapServer]:
    """A server with an empty mailbox."""
    place = Path(tempfile.mkdtemp(prefix="qabyldau-imap-"))
    folder = place / "mail"
    folder.mkdir()
    (folder / "pymap-etc-passwd").write_text(f"{USER}:x:1000:1000::{USER}:\n")
    (folder / "pymap-etc-shadow").write_text(f"{USER}:{BuiltinHash(rounds=1000).hash(PASSWORD)}:::::::\n")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = ImapServer(folder, port)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(place, ignore_errors=True)
