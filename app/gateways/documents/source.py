"""Reading the source of a document: Markdown, key-value lines, signatures, page breaks, front matter."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final, get_args

from markdown_it.tree import SyntaxTreeNode

from app.domain.errors import AutomationError
from app.domain.templates import LINE_BREAK
from app.domain.texts import Language, Text
from app.gateways.documents.blocks import (
    Align,
    Block,
    Blocks,
    Break,
    Column,
    Document,
    Facts,
    Heading,
    Items,
    PageBreak,
    Paragraph,
    Quote,
    Rule,
    Signature,
    Signatures,
    Span,
    Table,
    Words,
    plain,
)
from app.gateways.markdown import tree_of, tree_of_line

MAX_SOURCE: Final = 2_000_000  # characters
MAX_COLUMNS: Final = 24

_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DIRECTIVE: Final = re.compile(r"::([A-Za-z]*)[ \t]*([^\n]*)")
_TWO_PARTS: Final = re.compile(r"((?:\\.|[^\\|])*)\|(.*)")
UNDERLINE: Final = "__"
_FENCE: Final = "---"
_HEAD_LINE: Final = re.compile(r"([a-z]+):[ \t]*(.*)")
_ALIGN: Final[dict[str, Align]] = {"text-align:right": "right", "text-align:center": "center"}


class DocumentSourceError(AutomationError):
    """The source of a document cannot be read at `line` (from 1)."""

    status: ClassVar[int] = 422
    message: ClassVar[Text] = Text(
        kk="Құжат үлгісінің {line}-жолы түсініксіз: «{shown}».",
        ru="Строка {line} шаблона документа непонятна: «{shown}».",
        en="Line {line} of the document is not understood: “{shown}”.",
    )

    def __init__(self, line: int, shown: str) -> None:
        super().__init__(line=line, shown=shown[:80])
        self.line = line


def parse_document(source: str, *, language: Language = "ru", landscape: bool = False) -> Document:
    """The document of a source whose template has been filled in.

    Markdown with headings of three levels, paragraphs (a newline is a new line), `**bold**`, `__underlined__`, lists
    and tables; where the
    dashes under a table's head differ in number they are the columns' shares of the width. Lines `**Name:** value` that
    make up a paragraph are key-value lines. A line of its own may be `::signature Role | Name`, `::pagebreak`,
    `::center words` or `::right words`. Front matter, between lines `---` at the very top, may say `page: landscape`
    (or portrait), `language: kk`, `title: …`, and goes before the arguments. The first paragraph before the first
    heading of level 1 is the letterhead and is centred. Raises `DocumentSourceError`.
    """
    lines = _NOT_XML.sub("", source.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    if len(source) > MAX_SOURCE:
        raise DocumentSourceError(1, f"{len(source)} > {MAX_SOURCE}")
    head, length = _front_matter(lines)
    blocks = _with_letterhead(tuple(_blocks_of(lines, length)))
    return Document(
        title=_words_of_line(head.get("title", "")) or _first_heading(blocks),
        language=_language(head.get("language"), language),
        landscape={"landscape": True, "portrait": False}.get(head.get("page", ""), landscape),
        blocks=blocks,
    )


_KEYS: Final = {
    "page": re.compile("portrait|landscape"),
    "language": re.compile("|".join(get_args(Language))),
    "title": re.compile(".+"),
}


def _front_matter(lines: Sequence[str]) -> tuple[dict[str, str], int]:
    """The front matter and how many lines it takes."""
    if lines[0].strip() != _FENCE:
        return {}, 0
    found: dict[str, str] = {}
    for number, line in enumerate(lines[1:], 2):
        if line.strip() == _FENCE:
            return found, number
        if not line.strip():
            continue
        entry = _HEAD_LINE.fullmatch(line.strip())
        if not entry or entry[1] not in _KEYS or not _KEYS[entry[1]].fullmatch(entry[2]):
            raise DocumentSourceError(number, line)
        found[entry[1]] = entry[2]
    raise DocumentSourceError(1, lines[0])


def _language(said: str | None, default: Language) -> Language:
    return next((each for each in get_args(Language) if each == said), default)


def _blocks_of(lines: Sequence[str], start: int) -> Iterator[Block]:
    """The blocks from line `start` (from 0) on, directives between pieces of Markdown."""
    people: list[Signature] = []
    for each in _pieces_of(lines, start):
        if isinstance(each, Signature):
            people.append(each)
            continue
        if people:
            yield Signatures(tuple(people))
            people = []
        yield each
    if people:
        yield Signatures(tuple(people))


def _pieces_of(lines: Sequence[str], start: int) -> Iterator[Block | Signature]:
    gathered: list[str] = []
    for number, line in enumerate(lines[start:], start + 1):
        directive = _DIRECTIVE.fullmatch(line)
        if not directive:
            gathered.append(line)
            continue
        yield from _Markdown(gathered, number - len(gathered)).blocks()
        gathered = []
        yield _directed(directive[1].lower(), directive[2].strip(), number, line)
    yield from _Markdown(gathered, len(lines) - len(gathered) + 1).blocks()


def _directed(name: str, words: str, number: int, line: str) -> Block | Signature:
    if name == "pagebreak" and not words:
        return PageBreak()
    if name in {"center", "right"} and words:
        return Paragraph(_inline(words), "center" if name == "center" else "right")
    parts = _TWO_PARTS.fullmatch(words)
    if name == "signature" and parts:
        return Signature(_inline(parts[1]), _inline(parts[2]))
    raise DocumentSourceError(number, line)


@dataclass(frozen=True, slots=True)
class _Markdown:
    """A piece of Markdown whose first line is line `first` of the source."""

    lines: Sequence[str]
    first: int

    def blocks(self) -> Blocks:
        return tuple(self._of(tree_of("\n".join(self.lines)).children))

    def _of(self, nodes: Sequence[SyntaxTreeNode]) -> Iterator[Block]:
        for node in nodes:
            if node.type == "heading":
                yield Heading(min(int(node.tag[1:]), 3), _words(node))
            elif node.type in {"bullet_list", "ordered_list"}:
                yield self._items(node)
            elif node.type == "table":
                yield self._table(node)
            elif node.type == "blockquote":
                yield Quote(tuple(self._of(node.children)))
            elif node.type == "hr":
                yield Rule()
            elif node.type == "fence":
                yield Paragraph(_lines_as_words(node.content.rstrip("\n")))
            else:
                yield _paragraph(node)

    def _items(self, node: SyntaxTreeNode) -> Items:
        start = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
        return Items(tuple(tuple(self._of(item.children)) for item in node.children), start)

    def _table(self, node: SyntaxTreeNode) -> Table:
        head, *body = node.children
        cells = head.children[0].children
        line = node.map[0] if node.map else 0
        if len(cells) > MAX_COLUMNS:
            raise DocumentSourceError(self.first + line, self.lines[line])
        return Table(
            columns=self._columns(cells, self.lines[line + 1]),
            head=tuple(_words(cell) for cell in cells),
            rows=tuple(tuple(_words(cell) for cell in row.children) for part in body for row in part.children),
        )

    def _columns(self, cells: Sequence[SyntaxTreeNode], dashes: str) -> tuple[Column, ...]:
        counts = [part.count("-") for part in dashes.strip().lstrip(">").strip().strip("|").split("|")]
        equal = len(set(counts)) == 1 or len(counts) != len(cells)
        aligns = [_ALIGN.get(str(cell.attrs.get("style", "")), "left") for cell in cells]
        weights: Sequence[int | None] = [None] * len(cells) if equal else counts
        return tuple(Column(align, weight) for align, weight in zip(aligns, weights, strict=True))


def _paragraph(node: SyntaxTreeNode) -> Block:
    """A paragraph, or key-value lines when every line of it is one."""
    children = [piece for inline in node.children for piece in inline.children]
    lines: list[list[SyntaxTreeNode]] = [[]]
    for child in children:
        if child.type in {"softbreak", "hardbreak"} and child.markup != LINE_BREAK:
            lines.append([])
        else:
            lines[-1].append(child)
    pairs = [_pair(line) for line in lines]
    facts = tuple(pair for pair in pairs if pair)
    return Facts(facts) if len(facts) == len(pairs) else Paragraph(_words(node))


def _pair(line: Sequence[SyntaxTreeNode]) -> tuple[Words, Words] | None:
    begun = next((place for place, piece in enumerate(line) if piece.type != "text" or piece.content), None)
    if begun is None or line[begun].type != "strong":
        return None
    name = plain(tuple(_faced(line[begun], Span(""))))
    if not name.rstrip().endswith(":"):
        return None
    value = tuple(word for piece in line[begun + 1 :] for word in _faced(piece, Span("")))
    return (Span(name.rstrip().removesuffix(":")),), _trimmed(value)


def _words(node: SyntaxTreeNode) -> Words:
    return _trimmed(tuple(word for child in node.children for word in _faced(child, Span(""))))


def _faced(node: SyntaxTreeNode, face: Span) -> Iterator[Span | Break]:
    if node.type in {"softbreak", "hardbreak"}:
        yield Break()
    elif node.type in {"text", "code_inline"}:
        if node.content:
            yield replace(face, text=node.content)
    else:
        under, strong = node.type == "strong" and node.markup == UNDERLINE, node.type == "strong"
        inner = Span(
            "",
            face.bold or (strong and not under),
            face.italic or node.type == "em",
            face.underlined or under,
        )
        for child in node.children:
            yield from _faced(child, inner)


def _trimmed(words: Words) -> Words:
    """Without blanks before the first word."""
    if words and isinstance(words[0], Span):
        first = replace(words[0], text=words[0].text.lstrip())
        return (first, *words[1:]) if first.text else words[1:]
    return words


def _inline(line: str) -> Words:
    """The words of one line of a directive."""
    return tuple(word for node in tree_of_line(line.strip()).children for word in _words(node))


def _words_of_line(line: str) -> str:
    return " ".join(plain(_inline(line)).split())


def _lines_as_words(text: str) -> Words:
    first, *others = text.split("\n")
    return (Span(first), *(word for line in others for word in (Break(), Span(line))))


def _with_letterhead(blocks: Blocks) -> Blocks:
    titled = any(isinstance(block, Heading) and block.level == 1 for block in blocks[1:])
    if titled and isinstance(blocks[0], Paragraph) and blocks[0].align == "left":
        return (Paragraph(blocks[0].words, "center"), *blocks[1:])
    return blocks


def _first_heading(blocks: Blocks) -> str:
    found = (plain(block.words) for block in blocks if isinstance(block, Heading))
    return " ".join(next(found, "").split())
