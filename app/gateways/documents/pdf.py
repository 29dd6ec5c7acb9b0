"""A document as PDF: its words go to the typesetter as data, never as its source."""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

import typst

from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.gateways.documents.blocks import (
    PAGE_WORDS,
    Blocks,
    Contents,
    Document,
    Facts,
    Heading,
    Items,
    PageBreak,
    Paragraph,
    Provenance,
    Quote,
    Rule,
    Signatures,
    Span,
    Table,
    Words,
)
from app.gateways.documents.widths import FACT_NAME, MARGINS, breakable, column_widths, text_width, too_tall

SHEET: Final = Path(__file__).parent / "sheet.typ"
FONTS: Final = Path(__file__).parent.parent / "fonts"


class DocumentNotMadeError(AutomationError):
    """The typesetter could not set the document."""

    status: ClassVar[int] = 500
    message: ClassVar[Text] = Text(
        kk="Құжатты PDF түрінде жасау мүмкін болмады.",
        ru="Документ не удалось сверстать в PDF.",
        en="The document could not be typeset as PDF.",
    )


def to_pdf(document: Document, made: Provenance) -> bytes:
    """The document as tagged PDF on A4: page numbers, the provenance line, heads of tables on every page.

    The typesetter sees one fixed source of ours in a folder with nothing else, and our fonts; the document reaches it
    as JSON.
    Raises `DocumentNotMadeError`.
    """
    sheet = json.dumps(_sheet(document, made), ensure_ascii=False)
    with tempfile.TemporaryDirectory(prefix="qabyldau-pdf-") as folder:
        source = Path(folder) / SHEET.name
        source.write_bytes(SHEET.read_bytes())
        try:
            return typst.compile(
                str(source),
                root=folder,
                font_paths=[str(FONTS)],
                ignore_system_fonts=True,
                sys_inputs={"sheet": sheet},
                package_path=folder,
                package_cache_path=folder,
                timestamp=int(made.made_at.timestamp()),
            )
        except typst.TypstError as error:
            raise DocumentNotMadeError from error


def _sheet(document: Document, made: Provenance) -> dict[str, Any]:
    return {
        "title": document.title,
        "language": document.language,
        "landscape": document.landscape,
        "margins": MARGINS,
        "fact_name": FACT_NAME,
        "made": made.line(document.language),
        "number": made.number,
        "page_words": PAGE_WORDS[document.language],
        "blocks": _Told(document).blocks(document.blocks, text_width(document)),
    }


@dataclass(frozen=True, slots=True)
class _Told:
    """The blocks of a document as the sheet's source reads them."""

    document: Document

    def blocks(self, blocks: Blocks, width: float) -> list[dict[str, Any]]:
        return [self._block(block, width) for block in blocks]

    def _block(self, block: Any, width: float) -> dict[str, Any]:
        match block:
            case Heading(level, words):
                return {"kind": "heading", "level": level, "words": _words(words)}
            case Paragraph(words, align):
                return {"kind": "paragraph", "align": align, "words": _words(words)}
            case Items(items, start):
                return {"kind": "items", "start": start, "items": [self.blocks(item, width - 8) for item in items]}
            case Quote(blocks):
                return {"kind": "quote", "blocks": self.blocks(blocks, width - 8)}
            case Facts(pairs):
                return {"kind": "facts", "pairs": [[_words(name), _words(value)] for name, value in pairs]}
            case Signatures(people):
                return {"kind": "signatures", "people": [[_words(one.role), _words(one.name)] for one in people]}
            case Table():
                return self._table(block, width)
            case PageBreak() | Contents() | Rule():
                return {"kind": type(block).__name__.lower()}
        raise TypeError(block)

    def _table(self, table: Table, width: float) -> dict[str, Any]:
        widths = column_widths(table, width)
        return {
            "kind": "table",
            "widths": widths,
            "aligns": [column.align for column in table.columns],
            "head": [_words(cell) for cell in table.head],
            "rows": [
                {"whole": not too_tall(row, widths, self.document), "cells": [_words(cell) for cell in row]}
                for row in table.rows
            ],
        }


def _words(words: Words) -> list[dict[str, Any]]:
    return [
        {"text": _set(word.text), "bold": word.bold, "italic": word.italic, "underlined": word.underlined}
        if isinstance(word, Span)
        else {}
        for word in words
    ]


def _set(text: str) -> str:
    """Words as they are set: long ones may be broken, «№» stays with its number."""
    return breakable(text).replace("№ ", "№\N{NO-BREAK SPACE}")
