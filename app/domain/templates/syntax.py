"""Reading a template: from its source to a tree, every fault located by its line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar, Final, Literal, TypeAlias

from app.domain.errors import AutomationError
from app.domain.texts import Text

MAX_SOURCE: Final = 100_000  # characters
MAX_TAGS: Final = 2_000
MAX_DEPTH: Final = 8
SHOWN: Final = 60  # characters of a faulty tag that a message repeats

_NAME: Final = r"[A-Za-z_][A-Za-z0-9_]{0,63}(?:\.[A-Za-z_][A-Za-z0-9_]{0,63}){0,7}"
_FIELD: Final = re.compile(rf"({_NAME}|@n)")
_OPENING: Final = re.compile(rf"#(if|each)[ \t]+({_NAME})")
_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")

Kind = Literal["if", "each"]


@dataclass(frozen=True, slots=True)
class Words:
    """Text that stands as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Field:
    """`{{name}}`, or `{{@n}}`: the number of the row, from 1."""

    name: str
    line: int


@dataclass(frozen=True, slots=True)
class If:
    """`{{#if name}}…{{else}}…{{/if}}`."""

    name: str
    line: int
    then: "Nodes"
    otherwise: "Nodes"


@dataclass(frozen=True, slots=True)
class Each:
    """`{{#each name}}…{{/each}}`: the body once for every row of the list."""

    name: str
    line: int
    body: "Nodes"


Node: TypeAlias = Words | Field | If | Each
Nodes: TypeAlias = tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A template that can be rendered: it has no faults."""

    nodes: Nodes


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    """One fault of a template: its line, from 1, and a sentence about it that names the line."""

    line: int
    message: Text


class TemplateSyntaxError(AutomationError):
    """The source is not a template; `problems` says why, in the order of its lines."""

    status: ClassVar[int] = 422
    message: ClassVar[Text] = Text(kk="Үлгіде қате бар.", ru="В шаблоне ошибка.", en="The template has a fault.")

    def __init__(self, problems: tuple[TemplateProblem, ...]) -> None:
        super().__init__()
        self.problems = problems

    @property
    def text(self) -> Text:
        """The opening sentence and every fault."""
        told = [self.message, *(problem.message for problem in self.problems)]
        return Text(*(" ".join(each.in_(language) for each in told) for language in ("kk", "ru", "en")))


def parse(source: str) -> Template:
    """The tree of a template. Raises `TemplateSyntaxError` with every fault found.

    A newline stays where it stands; only `{{#each}}` and its `{{/each}}` that both stand alone on their lines take
    these lines away with them, so that rows of a table can be written on lines of their own.
    """
    reader = _Reader()
    nodes = reader.read(source)
    if reader.problems:
        raise TemplateSyntaxError(tuple(sorted(reader.problems, key=lambda problem: problem.line)))
    return Template(nodes)


def problems_of(source: str) -> tuple[TemplateProblem, ...]:
    """The faults of a template in the order of its lines; empty when it is one."""
    try:
        parse(source)
    except TemplateSyntaxError as error:
        return error.problems
    return ()


@dataclass(frozen=True, slots=True)
class _Tag:
    """What stands between `{{` and `}}`."""

    text: str
    line: int


Piece: TypeAlias = Words | _Tag | TemplateProblem


@dataclass(slots=True)
class _Block:
    """An open block and what it has collected so far; the outermost is the template itself and has no kind."""

    kind: Kind | None
    name: str
    line: int
    nodes: list[Node] = field(default_factory=list)
    then: Nodes | None = None

    def closed(self) -> If | Each:
        if self.kind == "each":
            return Each(self.name, self.line, tuple(self.nodes))
        if self.then is None:
            return If(self.name, self.line, tuple(self.nodes), ())
        return If(self.name, self.line, self.then, tuple(self.nodes))


@dataclass(slots=True)
class _Reader:
    """Builds the tree and goes on after a fault, so that all of them are told at once."""

    problems: list[TemplateProblem] = field(default_factory=list)
    blocks: list[_Block] = field(default_factory=lambda: [_Block(None, "", 0)])

    def read(self, source: str) -> Nodes:
        if len(source) > MAX_SOURCE or source.count("{{") > MAX_TAGS:
            self._report(1, _TOO_LARGE)
            return ()
        for piece in _pieces(source.replace("\r\n", "\n").replace("\r", "\n")):
            if isinstance(piece, _Tag):
                self._take(piece)
            elif isinstance(piece, Words):
                self.blocks[-1].nodes.append(piece)
            else:
                self.problems.append(piece)
        for block in self.blocks[1:]:
            self._report(block.line, _NEVER_CLOSED, f"{{{{#{block.kind} {block.name}}}}}")
        return tuple(self.blocks[0].nodes)

    def _take(self, tag: _Tag) -> None:
        opening = _OPENING.fullmatch(tag.text)
        if opening:
            self._open("if" if opening[1] == "if" else "each", opening[2], tag.line)
        elif tag.text == "else":
            self._turn(tag.line)
        elif tag.text in {"/if", "/each"}:
            self._close(tag)
        elif _FIELD.fullmatch(tag.text):
            self._field(tag)
        else:
            self._report(tag.line, _NOT_UNDERSTOOD, tag.text)

    def _field(self, tag: _Tag) -> None:
        if tag.text == "@n" and not any(block.kind == "each" for block in self.blocks):
            self._report(tag.line, _NUMBER_OUTSIDE)
        self.blocks[-1].nodes.append(Field(tag.text, tag.line))

    def _open(self, kind: Kind, name: str, line: int) -> None:
        if len(self.blocks) == MAX_DEPTH + 1:
            self._report(line, _TOO_DEEP)
        self.blocks.append(_Block(kind, name, line))

    def _turn(self, line: int) -> None:
        block = self.blocks[-1]
        if block.kind != "if" or block.then is not None:
            self._report(line, _STRAY, "{{else}}")
            return
        block.then, block.nodes = tuple(block.nodes), []

    def _close(self, tag: _Tag) -> None:
        if self.blocks[-1].kind != tag.text[1:]:
            self._report(tag.line, _STRAY, f"{{{{{tag.text}}}}}")
            return
        block = self.blocks.pop()
        self.blocks[-1].nodes.append(block.closed())

    def _report(self, line: int, about: Text, tag: str = "") -> None:
        self.problems.append(_problem(line, about, tag))


def _pieces(source: str) -> Iterator[Piece]:
    """Words, tags and faults in order, without the lines that `each` takes away (see `parse`)."""
    openers: list[bool] = []  # of every open {{#each}}: whether it stands alone on its line
    for number, line in enumerate(_LINE.findall(source), 1):
        pieces = tuple(_pieces_of_line(line, number))
        whole = _only_tag(pieces)
        if whole and whole.text.startswith("#each"):
            openers.append(True)
            yield whole
        elif whole and whole.text == "/each" and openers and openers[-1]:
            openers.pop()
            yield whole
        else:
            _follow(openers, pieces)
            yield from pieces


def _follow(openers: list[bool], pieces: tuple[Piece, ...]) -> None:
    for piece in pieces:
        if isinstance(piece, _Tag) and piece.text.startswith("#each"):
            openers.append(False)
        elif isinstance(piece, _Tag) and piece.text == "/each" and openers:
            openers.pop()


def _only_tag(pieces: tuple[Piece, ...]) -> _Tag | None:
    """The tag of a line that holds nothing else but blanks."""
    tags = [piece for piece in pieces if not (isinstance(piece, Words) and not piece.text.strip())]
    return tags[0] if len(tags) == 1 and isinstance(tags[0], _Tag) else None


def _pieces_of_line(line: str, number: int) -> Iterator[Piece]:
    at = 0
    while (start := line.find("{{", at)) >= 0:
        yield from _words(line[at:start], number)
        end = line.find("}}", start)
        if end < 0:
            yield _problem(number, _UNCLOSED, line[start:].rstrip("\n"))
            return
        yield _Tag(line[start + 2 : end].strip(" \t"), number)
        at = end + 2
    yield from _words(line[at:], number)


def _words(text: str, number: int) -> Iterator[Piece]:
    if "}}" in text:
        yield _problem(number, _STRAY, "}}")
    elif text:
        yield Words(text)


def _problem(line: int, about: Text, tag: str) -> TemplateProblem:
    shown = tag if len(tag) <= SHOWN else tag[:SHOWN] + "…"
    return TemplateProblem(line, about.with_values(line=line, tag=shown))


_TOO_LARGE: Final = Text(
    kk=f"Үлгі тым үлкен: ең көбі {MAX_SOURCE} таңба және {MAX_TAGS} жақша.",
    ru=f"Шаблон слишком велик: не больше {MAX_SOURCE} знаков и {MAX_TAGS} скобок.",
    en=f"The template is too large: at most {MAX_SOURCE} characters and {MAX_TAGS} tags.",
)
_TOO_DEEP: Final = Text(
    kk=f"{{line}}-жол: бірінің ішіне бірі салынған бөліктер тым көп, ең көбі {MAX_DEPTH}.",
    ru=f"Строка {{line}}: слишком много вложенных частей, допустимо {MAX_DEPTH}.",
    en=f"Line {{line}}: parts are nested too deeply, at most {MAX_DEPTH} levels.",
)
_UNCLOSED: Final = Text(
    kk="{line}-жол: «{tag}» жабылмаған, сол жолда «}}}}» болуы керек.",
    ru="Строка {line}: «{tag}» не закрыто, в той же строке нужно «}}}}».",
    en="Line {line}: “{tag}” is not closed; “}}}}” must follow on the same line.",
)
_NEVER_CLOSED: Final = Text(
    kk="{line}-жол: «{tag}» бөлігі жабылмаған.",
    ru="Строка {line}: часть «{tag}» не закрыта.",
    en="Line {line}: the part “{tag}” is not closed.",
)
_STRAY: Final = Text(
    kk="{line}-жол: «{tag}» мұнда орынсыз, оған сәйкес ашылған бөлік жоқ.",
    ru="Строка {line}: «{tag}» здесь лишнее, соответствующей открытой части нет.",
    en="Line {line}: “{tag}” is out of place; no part is open for it.",
)
_NUMBER_OUTSIDE: Final = Text(
    kk="{line}-жол: жол нөмірі @n тек {{{{#each}}}} ішінде болады.",
    ru="Строка {line}: номер строки @n бывает только внутри {{{{#each}}}}.",
    en="Line {line}: the row number @n exists only within {{{{#each}}}}.",
)
_NOT_UNDERSTOOD: Final = Text(
    kk="{line}-жол: «{tag}» түсініксіз; өріс атауын, #if, else, /if, #each немесе /each жазыңыз.",
    ru="Строка {line}: «{tag}» непонятно; напишите имя поля, #if, else, /if, #each или /each.",
    en="Line {line}: “{tag}” is not understood; write a field name, #if, else, /if, #each or /each.",
)
