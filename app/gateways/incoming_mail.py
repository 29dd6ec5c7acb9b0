"""E-mail that comes in: who wrote what with which files, and whether it reports on a letter of ours.

Nothing of a message is believed: what cannot be read is left out, sizes and numbers are capped, nothing raises.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import MessageError
from email.headerregistry import HeaderRegistry
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser
from email.policy import default
from email.utils import parseaddr
from html import unescape
from typing import Final, TypeVar, cast

import nh3

MOST_PARTS: Final = 300
MOST_FILES: Final = 50
MOST_TEXT: Final = 100_000
"""Characters of a text that are kept."""
MOST_LINE: Final = 500
MOST_HEADER: Final = 2000
"""Characters of a header that are read: the library's time grows with their square."""
MOST_BYTES_OF_HEAD: Final = 256 * 1024
MOST_BORDERS: Final = 5000
"""Lines that may part a message; one with more is not taken apart."""
_BROKEN: Final = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, MessageError, RecursionError)
"""What the library raises over headers and contents that break the rules."""
_MESSAGE_ID: Final = re.compile(r"<[^<>\s]{1,250}>")
_AUTOMATIC_SUBJECT: Final = re.compile(
    r"^\s*(auto(matic)?[ -]?reply|out of (the )?office|автоответ|автоматический ответ|автожауап|автоматты жауап)",
    re.IGNORECASE,
)
_BREAKS: Final = re.compile(r"(?i)<(?:br|/p|/div|/tr|/li|/h\d)[^>]*>")
_MAILERS: Final = frozenset({"mailer-daemon", "postmaster"})
_ACTIONS: Final = {"failed": "failed", "delayed": "delayed", "delivered": "delivered"}
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class MailFile:
    """A file that came with a message, not yet judged."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class MailReport:
    """What a message says of a letter of ours: `kind` is delivered, read, delayed or failed.

    `recipient` may be empty where the report names none.
    """

    message_id: str
    kind: str
    recipient: str
    detail: str


@dataclass(frozen=True, slots=True)
class IncomingMail:
    """A message as it can be shown: `answers` are the Message-IDs it refers to, the nearest first.

    `sender` is an address in one form or "", `sent_at` what the sender says, in UTC. `automatic`: a machine wrote it.
    `left_out` counts files beyond `MOST_FILES`. `readable` is False where its structure broke.
    """

    message_id: str
    sender: str
    sender_name: str
    subject: str
    sent_at: datetime | None
    text: str
    files: tuple[MailFile, ...]
    left_out: int
    reports: tuple[MailReport, ...]
    answers: tuple[str, ...]
    automatic: bool
    readable: bool


_registry: Final = HeaderRegistry()
_POLICY: Final = default.clone(header_factory=lambda name, value: _registry(name, value[:MOST_HEADER]))


def read_mail(content: bytes) -> IncomingMail:
    """What a message says; never raises."""
    try:
        if content.count(b"\n--") > MOST_BORDERS:
            raise MessageError
        message = message_from_bytes(content, policy=_POLICY)
        parts, readable = list(_parts(message)), True
    except _BROKEN:
        message, parts, readable = EmailMessage(), [], False
        with suppress(*_BROKEN):
            message = BytesHeaderParser(policy=_POLICY).parsebytes(content[:MOST_BYTES_OF_HEAD])
    name, sender = _sender(message)
    found = list(_files(parts))
    reports = tuple(_reports(message, parts))
    answers = _answers(message)
    automatic = bool(reports) or _is_automatic(message) or sender.partition("@")[0] in _MAILERS
    if automatic and not reports:
        reports = tuple(_implied(message, parts, sender, answers))
    return IncomingMail(
        message_id=_first_id(_header(message, "Message-ID")),
        sender=sender,
        sender_name=name,
        subject=_header(message, "Subject")[:MOST_LINE],
        sent_at=_try(lambda: _moment(message), None),
        text=_text(parts)[:MOST_TEXT],
        files=tuple(found[:MOST_FILES]),
        left_out=max(0, len(found) - MOST_FILES),
        reports=reports,
        answers=answers,
        automatic=automatic,
        readable=readable,
    )


def plain_address(address: str) -> str:
    """An address in one form: small letters, the domain in ASCII; "" for what is none."""
    local, at, domain = address.strip().strip("<>").rpartition("@")
    if not at or not local or any(letter.isspace() or letter in '<>,;"' for letter in local):
        return ""
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode("ascii")
    domain = domain.rstrip(".").casefold()
    return f"{local.casefold()}@{domain}" if re.fullmatch(r"[a-z0-9.-]{1,253}", domain) else ""


def _parts(message: EmailMessage) -> Iterator[EmailMessage]:
    """The parts of a message in order, not those of messages inside it."""
    waiting: list[EmailMessage] = [message]
    for _ in range(MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop()
        yield part
        if part.is_multipart() and part.get_content_maintype() != "message":
            waiting += reversed(cast("list[EmailMessage]", part.get_payload()))


def _text(parts: Sequence[EmailMessage]) -> str:
    """The words: of plain text where there is any, else of HTML without its marks."""
    for kind in ("text/plain", "text/html"):
        found = [_words(part) for part in parts if part.get_content_type() == kind and not _is_file(part)]
        said = "\n\n".join(each for each in found if each.strip())
        if said:
            return said
    return ""


def _words(part: EmailMessage) -> str:
    said = _try(lambda: str(part.get_content()), "") or _bytes(part).decode("utf-8", "replace")
    if part.get_content_type() == "text/html":
        said = unescape(nh3.clean(_BREAKS.sub("\n", said), tags=set()))
    return _clean(said).strip()


def _is_file(part: EmailMessage) -> bool:
    return bool(_try(lambda: part.get_content_disposition() == "attachment" or part.get_filename(), None))


def _files(parts: Sequence[EmailMessage]) -> Iterator[MailFile]:
    for part in parts:
        if part.is_multipart() and part.get_content_maintype() != "message":
            continue
        kind = part.get_content_type()
        if part.get_content_maintype() == "message" or kind == "text/rfc822-headers":
            continue  # reports, and what they report on
        if _is_file(part) or part.get_content_maintype() != "text":
            name = _try(lambda part=part: str(part.get_filename() or ""), "")  # type: ignore[misc]
            yield MailFile(_clean(name or f"file.{kind.rpartition('/')[2]}"), _bytes(part))


def _bytes(part: Message) -> bytes:
    found: object = _try(lambda: part.get_payload(decode=True), None)
    return found if isinstance(found, bytes) else b""


def _reports(message: EmailMessage, parts: Sequence[EmailMessage]) -> Iterator[MailReport]:
    """Reports of mail servers (RFC 3464) and of readers (RFC 8098)."""
    about = _reported_id(message, parts)
    for part in parts:
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            for block in _blocks(part):
                action = _ACTIONS.get(_header(block, "Action").casefold())
                detail = _header(block, "Diagnostic-Code") or _header(block, "Status")
                recipient = _header(block, "Original-Recipient") or _header(block, "Final-Recipient")
                if action and about:
                    yield MailReport(about, action, _recipient(recipient), detail)
        elif kind == "message/disposition-notification":
            for block in _blocks(part):
                mode = _header(block, "Disposition").rpartition(";")[2].strip().casefold()
                original = _first_id(_header(block, "Original-Message-ID")) or about
                recipient = _header(block, "Original-Recipient") or _header(block, "Final-Recipient")
                if mode and original:
                    read = "read" if mode.startswith("displayed") else "delivered"
                    yield MailReport(original, read, _recipient(recipient), mode)


def _blocks(part: EmailMessage) -> Iterator[Message]:
    """The groups of fields of a report: the library makes a message of each, or leaves them a text."""
    payload = part.get_payload()
    whole = [each.as_bytes() for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []
    for group in re.split(rb"\r?\n\r?\n", b"\n\n".join(whole) or _bytes(part)):
        if group.strip():
            yield message_from_bytes(group.strip() + b"\n\n", policy=_POLICY)


def _reported_id(message: EmailMessage, parts: Sequence[EmailMessage]) -> str:
    """The Message-ID of the letter that a report is about: of the letter it brings back, else the one it answers."""
    for part in parts:
        kind = part.get_content_type()
        if kind == "message/rfc822" and isinstance(part.get_payload(), list):
            for inner in cast("list[Message]", part.get_payload())[:1]:
                if found := _first_id(_header(inner, "Message-ID")):
                    return found
        if kind in ("text/rfc822-headers", "message/rfc822-headers"):
            head = _try(lambda part=part: message_from_bytes(_bytes(part), policy=_POLICY), None)  # type: ignore[misc]
            if head is not None and (found := _first_id(_header(head, "Message-ID"))):
                return found
    return next(iter(_answers(message)), "")


def _implied(
    message: EmailMessage, parts: Sequence[EmailMessage], sender: str, answers: Sequence[str]
) -> Iterator[MailReport]:
    """An out-of-office note has reached its reader; a note of a mail server without a report is a refusal."""
    about = _reported_id(message, parts)
    if not about:
        return
    if sender.partition("@")[0] in _MAILERS:
        yield MailReport(about, "failed", "", _header(message, "Subject")[:MOST_LINE])
    elif answers:
        yield MailReport(about, "delivered", sender, _header(message, "Subject")[:MOST_LINE])


def _is_automatic(message: EmailMessage) -> bool:
    submitted = _header(message, "Auto-Submitted").casefold()
    return (
        (bool(submitted) and not submitted.startswith("no"))
        or any(_header(message, name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress"))
        or _header(message, "Precedence").casefold() in {"auto_reply", "bulk", "junk"}
        or bool(_AUTOMATIC_SUBJECT.match(_header(message, "Subject")))
    )


def _answers(message: EmailMessage) -> tuple[str, ...]:
    """Message-IDs that a message refers to, the nearest first, at most twenty."""
    near = _MESSAGE_ID.findall(_header(message, "In-Reply-To"))
    far = _MESSAGE_ID.findall(_header(message, "References"))
    return tuple(dict.fromkeys([*near, *reversed(far)]))[:20]


def _recipient(field: str) -> str:
    """The address in `rfc822; name@host`."""
    return plain_address(field.rpartition(";")[2])


def _sender(message: EmailMessage) -> tuple[str, str]:
    name, address = _try(lambda: parseaddr(_header(message, "From")), ("", ""))
    return _clean(name)[:MOST_LINE], plain_address(address)


def _first_id(said: str) -> str:
    found = _MESSAGE_ID.search(said)
    return found[0] if found else ""


def _moment(message: EmailMessage) -> datetime | None:
    said = getattr(message["Date"], "datetime", None)
    if not isinstance(said, datetime):
        return None
    return (said if said.tzinfo else said.replace(tzinfo=UTC)).astimezone(UTC)


def _header(message: Message, name: str) -> str:
    """A header on one line; "" where it is missing or broken."""
    return " ".join(_clean(_try(lambda: str(message[name] or ""), "")).split())


def _clean(words: str) -> str:
    """Without NUL and halves of characters, which no database keeps."""
    return words.replace("\0", "").encode("utf-8", "replace").decode()


def _try(read: Callable[[], Found], otherwise: Found) -> Found:
    try:
        return read()
    except _BROKEN:
        return otherwise
