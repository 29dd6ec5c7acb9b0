"""A letter: a subject and a body; without a subject it is a text message."""

import re
from dataclasses import dataclass
from typing import Final

from app.domain.templates.rendering import LINE_BREAK, Values, render, render_plain
from app.domain.templates.syntax import Template, parse

_SUBJECT: Final = re.compile(r"\ufeff?subject:[ \t]*([^\n]*)(?:\n|\Z)", re.IGNORECASE)
_BLANK_LINES: Final = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Letter:
    """A parsed letter; `subject` is None for a text message (SMS)."""

    subject: Template | None
    body: Template


@dataclass(frozen=True, slots=True)
class RenderedLetter:
    """A letter filled in: a one-line subject and a Markdown body; of a text message "" and plain text."""

    subject: str
    body: str


def parse_letter(source: str) -> Letter:
    """The letter of a source whose first line is `subject: …`; without that line it is a text message.

    Raises `TemplateSyntaxError`, lines counted from the source's first.
    """
    unified = source.replace("\r\n", "\n").replace("\r", "\n")
    first = _SUBJECT.match(unified)
    if not first:
        return Letter(None, parse(unified))
    parse(unified)  # all faults at once, with the lines of the whole source
    return Letter(parse(first[1]), parse("\n" + unified[first.end() :]))


def render_letter(source: str | Letter, values: Values) -> RenderedLetter:
    """A letter filled in: the body as Markdown with escaped values; a text message as plain text.

    Raises as `parse_letter` and `render`.
    """
    letter = parse_letter(source) if isinstance(source, str) else source
    if letter.subject is None:
        return RenderedLetter("", _squeezed(render_plain(letter.body, values)))
    subject = " ".join(render_plain(letter.subject, values).split())
    return RenderedLetter(subject, render(letter.body, values).strip("\n " + LINE_BREAK))


def _squeezed(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()
