"""What a document consists of, whatever it is written as afterwards."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from app.domain.texts import Language, Text

Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Span:
    """Words in one face."""

    text: str
    bold: bool = False
    italic: bool = False
    underlined: bool = False


@dataclass(frozen=True, slots=True)
class Break:
    """A new line within a paragraph or a cell."""


Words: TypeAlias = tuple[Span | Break, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 (of the document), 2 or 3."""

    level: int
    words: Words


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    words: Words
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Items:
    """A list; `start` is the first number of a numbered one, None of one with dashes."""

    items: tuple["Blocks", ...]
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """Blocks set in from the left."""

    blocks: "Blocks"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: where its words stand, and its share of the width (None: as its words need)."""

    align: Align
    weight: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table with one head row, which is repeated on every page; its other rows stay whole."""

    columns: tuple[Column, ...]
    head: tuple[Words, ...]
    rows: tuple[tuple[Words, ...], ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Lines of «name: value», the names without their colon."""

    pairs: tuple[tuple[Words, Words], ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs: the role, a line to sign on, the name (empty when written by hand)."""

    role: Words
    name: Words


@dataclass(frozen=True, slots=True)
class Signatures:
    """Signatures that follow one another; they stay on one page."""

    people: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a new page."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The headings of levels 2 and 3 with the pages on which they stand."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the page."""


Block: TypeAlias = Heading | Paragraph | Items | Quote | Table | Facts | Signatures | PageBreak | Contents | Rule
Blocks: TypeAlias = tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A document ready to be written. `title` goes to the file's properties."""

    title: str
    language: Language
    landscape: bool
    blocks: Blocks


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who made the document and when: the line at the foot of every page.

    `made_at` is aware and shown as given, so in the office's zone; it also dates the file, hence the same document and
    provenance give the same bytes. `number` is the document's own number, if it has one.
    """

    made_by: str
    made_at: datetime
    number: str = ""

    def line(self, language: Language) -> str:
        """«Составлено 24.11.2026, 17:45 · А. Сүлейменова»."""
        made = _MADE.with_values(at=f"{self.made_at:%d.%m.%Y, %H:%M}").in_(language)
        return " · ".join(part for part in (made, self.made_by) if part)


# What stands before the page's number, between it and the number of pages, and after.
PAGE_WORDS: Final[dict[Language, tuple[str, str, str]]] = {
    "kk": ("", "-бет, барлығы ", ""),
    "ru": ("стр. ", " из ", ""),
    "en": ("page ", " of ", ""),
}
_MADE: Final = Text(kk="{at} жасалды", ru="Составлено {at}", en="Made on {at}")


def plain(words: Words) -> str:
    """The words without faces, a break as a newline."""
    return "".join(word.text if isinstance(word, Span) else "\n" for word in words)
