"""How wide the columns of a table are, estimated once for PDF and DOCX alike."""

import math
from collections.abc import Sequence
from typing import Final

from app.gateways.documents.blocks import Document, Table, Words, plain

PORTRAIT: Final = (210.0, 297.0)  # mm
MARGINS: Final = {"left": 20.0, "top": 14.0, "right": 12.0, "bottom": 14.0}  # mm
LETTER: Final = 1.95  # mm, an average letter of a table's text (9.5 pt)
PADDING: Final = 3.6  # mm, left and right of a cell together, with its line
LINE: Final = 4.4  # mm, from line to line in a table
FACT_NAME: Final = 60.0  # mm, the names of key-value lines
LONGEST_WORD: Final = 28  # letters; a longer word may be broken anywhere
TALLEST_ROW: Final = 0.6  # of the page: a taller row may be broken


def page_size(document: Document) -> tuple[float, float]:
    """Width and height of the page in mm."""
    width, height = PORTRAIT
    return (height, width) if document.landscape else (width, height)


def text_width(document: Document) -> float:
    """Width between the margins in mm."""
    return page_size(document)[0] - MARGINS["left"] - MARGINS["right"]


def column_widths(table: Table, total: float) -> tuple[float, ...]:
    """Widths in mm that add up to `total`: by the columns' weights, or so that words fit and long columns get more."""
    weights = [column.weight for column in table.columns]
    if all(weights):
        return _shares([float(weight or 0) for weight in weights], total)
    columns = [[head, *(row[place] for row in table.rows)] for place, head in enumerate(table.head)]
    least = [PADDING + LETTER * max(map(_longest_word, cells)) for cells in columns]
    wished = [PADDING + LETTER * max(map(_longest_line, cells)) for cells in columns]
    if sum(wished) <= total or sum(least) >= total:
        return _shares(wished if sum(wished) <= total else least, total)
    spare = _shares([math.sqrt(wish - low) for wish, low in zip(wished, least, strict=True)], total - sum(least))
    return tuple(low + more for low, more in zip(least, spare, strict=True))


def too_tall(row: Sequence[Words], widths: Sequence[float], document: Document) -> bool:
    """Whether a row is too tall to be kept whole."""
    lines = max(
        sum(math.ceil(max(len(line), 1) * LETTER / (width - PADDING)) for line in plain(cell).split("\n"))
        for cell, width in zip(row, widths, strict=True)
    )
    return lines * LINE > page_size(document)[1] * TALLEST_ROW


def breakable(text: str) -> str:
    """`text` with invisible places to break words longer than `LONGEST_WORD`."""
    return " ".join(
        "\u200b".join(word[at : at + LONGEST_WORD] for at in range(0, len(word), LONGEST_WORD))
        if len(word) > LONGEST_WORD
        else word
        for word in text.split(" ")
    )


def _shares(weights: Sequence[float], total: float) -> tuple[float, ...]:
    whole = sum(weights)
    return tuple(total * weight / whole for weight in weights)


def _longest_word(words: Words) -> int:
    return min(max((len(word) for word in plain(words).split()), default=1), LONGEST_WORD)


def _longest_line(words: Words) -> int:
    return max((len(line) for line in plain(words).split("\n")), default=1)
