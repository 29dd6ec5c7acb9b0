"""Letters as e-mail: Markdown to sanitised HTML and plain text, both in one MIME message."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from html import escape
from typing import Final, Protocol

import nh3
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from app.domain.texts import Text
from app.gateways.delivery import DeliveryRefusedError
from app.gateways.markdown import html_of, text_token, tokens_of, tree_of

SECTIONS: Final = "\n\n---\n\n"
MAX_SUBJECT: Final = 300  # characters

_ALLOWED: Final = {
    "a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_LINK: Final = re.compile(r"https?://[^\s<>\"«»]+")
_LINK_END: Final = ".,;:!?)"
_KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_LOCAL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
_HOST: Final = re.compile(r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*")
_PAGE: Final = (
    '<!doctype html>\n<html lang="{language}">\n<head><meta charset="utf-8"><title>{title}</title></head>\n'
    "<body style=\"font:16px/1.45 'Golos Text','Segoe UI',sans-serif;max-width:42em;margin:0 auto;padding:16px\">\n"
    "{body}</body>\n</html>\n"
)


class Written(Protocol):
    """A letter of the journal. `language` is "kk", "ru", "en" or "kk+ru": then `body` has a section for each of
    them, in this order, parted by a line `---`.
    """

    @property
    def recipient(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def body(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with an e-mail; `media_type` as in "application/pdf"."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """An e-mail of an office to one address: `html` a sanitised fragment with a `lang` on each section, `text` words.

    `message_id` comes from the caller's key, so a repeated sending is recognisable as the same letter. `receipt_asked`
    asks server and reader to report that it was delivered and read.
    """

    message_id: str
    sender: str
    recipient: str
    address: str
    subject: str
    language: str
    text: str
    html: str
    written_at: datetime
    office_id: str | None = None
    attachments: tuple[Attachment, ...] = ()
    receipt_asked: bool = False


def compose(
    letter: Written,
    *,
    sender: str,
    key: str,
    at: datetime,
    office_id: str | None = None,
    attachments: tuple[Attachment, ...] = (),
    receipt_asked: bool = False,
) -> OutgoingMail:
    """The e-mail of a journal letter, from `sender` ("Name <address>" or an address), written `at` (aware).

    `key` (the job's id) makes the Message-ID. Raises `DeliveryRefusedError` for an address, subject or key that
    cannot stand in a header.
    """
    if not _KEY.fullmatch(key):
        raise DeliveryRefusedError(_BAD_HEADER, "Message-ID")
    origin = _address(*_parted(sender))
    to = _address(letter.recipient, letter.address)
    if not letter.subject.strip() or len(letter.subject) > MAX_SUBJECT or _unfit(letter.subject):
        raise DeliveryRefusedError(_BAD_HEADER, "Subject")
    sections = tuple(_sections(letter))
    return OutgoingMail(
        message_id=f"<{key}@{origin.domain}>",
        sender=str(origin),
        recipient=to.display_name,
        address=to.addr_spec,
        subject=letter.subject.strip(),
        language=letter.language.replace("+", ", "),
        text=f"\n\n{'-' * 20}\n\n".join(to_text(body) for _, body in sections) + "\n",
        html="<hr>\n".join(f'<div lang="{language}">\n{to_html(body)}</div>\n' for language, body in sections),
        written_at=at,
        office_id=office_id,
        attachments=attachments,
        receipt_asked=receipt_asked,
    )


def as_message(mail: OutgoingMail) -> EmailMessage:
    """The MIME message: text and HTML alternatives and the attachments in base64, the same bytes for the same mail."""
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = mail.message_id
    message["Date"] = mail.written_at.astimezone(UTC)
    message["From"] = _address(*_parted(mail.sender))
    message["To"] = _address(mail.recipient, mail.address)
    message["Subject"] = mail.subject
    message["Auto-Submitted"] = "auto-generated"
    if mail.receipt_asked:
        message["Disposition-Notification-To"] = mail.sender
    page = _PAGE.format(language=mail.language[:2], title=escape(mail.subject), body=mail.html)
    message.set_content(mail.text, cte="base64")
    message.add_alternative(page, subtype="html", cte="base64")
    for file in mail.attachments:
        kind, _, form = file.media_type.partition("/")
        message.add_attachment(file.content, maintype=kind, subtype=form, filename=file.name, cte="base64")
    message["Content-Language"] = mail.language
    boundary = "=_" + re.sub(r"[^A-Za-z0-9]", "_", mail.message_id)[:60]
    for depth, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(boundary + "_" * depth)
    return message


def to_html(markdown: str) -> str:
    """Sanitised HTML of a letter's body; addresses beginning with http(s):// become links showing themselves."""
    tokens = tokens_of(markdown)
    for token in tokens:
        if token.children:
            token.children = list(_linked(token.children))
    return nh3.clean(
        html_of(tokens),
        tags=_ALLOWED,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer",
    )


def to_text(markdown: str) -> str:
    """A letter's body in plain words: lists with dashes, links with their addresses, tables with bars."""
    return "\n\n".join(_blocks(tree_of(markdown)))


def _sections(letter: Written) -> Iterator[tuple[str, str]]:
    languages = letter.language.split("+")
    bodies = letter.body.split(SECTIONS)
    if len(languages) == len(bodies):
        yield from zip(languages, bodies, strict=True)
    else:
        yield languages[0], letter.body


def _linked(tokens: list[Token]) -> Iterator[Token]:
    within = 0
    for token in tokens:
        within += token.nesting if token.type.startswith("link_") else 0
        if token.type == "text" and not within:
            yield from _links_in(token.content)
        else:
            yield token


def _links_in(content: str) -> Iterator[Token]:
    at = 0
    for found in _LINK.finditer(content):
        address = found[0].rstrip(_LINK_END)
        yield text_token(content[at : found.start()])
        yield Token("link_open", "a", 1, attrs={"href": address})
        yield text_token(address)
        yield Token("link_close", "a", -1)
        at = found.start() + len(address)
    yield text_token(content[at:])


def _blocks(node: SyntaxTreeNode) -> Iterator[str]:
    for child in node.children:
        if child.type in {"bullet_list", "ordered_list"}:
            yield "\n".join(_items(child))
        elif child.type == "table":
            yield "\n".join(
                " | ".join(_inline(cell) for cell in row.children) for part in child.children for row in part.children
            )
        elif child.type == "hr":
            yield "-" * 20
        elif child.type == "fence":
            yield child.content.rstrip("\n")
        elif child.type == "blockquote":
            yield "\n\n".join(_blocks(child))
        else:
            yield _inline(child)


def _items(node: SyntaxTreeNode) -> Iterator[str]:
    number = int(node.attrs.get("start", 1))
    for item in node.children:
        mark = "- " if node.type == "bullet_list" else f"{number}. "
        yield mark + "\n".join(_blocks(item)).replace("\n", "\n" + " " * len(mark))
        number += 1


def _inline(node: SyntaxTreeNode) -> str:
    if node.type in {"softbreak", "hardbreak"}:
        return "\n"
    if node.type in {"text", "code_inline"}:
        return node.content
    inner = "".join(_inline(child) for child in node.children)
    if node.type == "link" and node.attrs["href"] not in {inner, f"mailto:{inner}", f"tel:{inner}"}:
        return f"{inner} ({node.attrs['href']})"
    return inner


def _parted(sender: str) -> tuple[str, str]:
    name, bracket, rest = sender.rpartition("<")
    return (name.strip(), rest.strip().removesuffix(">")) if bracket else ("", sender.strip())


def _address(name: str, address: str) -> Address:
    """An address fit for a header; a domain in national letters becomes its ASCII form."""
    local, _, domain = address.strip().rpartition("@")
    try:
        host = domain.encode("idna").decode("ascii")
        if _unfit(name) or not _LOCAL.fullmatch(local) or not _HOST.fullmatch(host):
            raise DeliveryRefusedError(_BAD_ADDRESS)
        return Address(display_name=name.strip(), username=local, domain=host)
    except (UnicodeError, ValueError, HeaderParseError):
        raise DeliveryRefusedError(_BAD_ADDRESS) from None


def _unfit(header: str) -> bool:
    return any(letter < " " or letter in "\x7f\x85\u2028\u2029" for letter in header)


_BAD_ADDRESS: Final = Text(
    kk="Электрондық мекенжай дұрыс емес.", ru="Адрес электронной почты неверен.", en="The e-mail address is not valid."
)
_BAD_HEADER: Final = Text(
    kk="Хаттың тақырыбы бос, тым ұзын немесе бірнеше жолдан тұрады.",
    ru="Заголовок письма пуст, слишком длинный или из нескольких строк.",
    en="A header of the letter is empty, too long or spans lines.",
)
