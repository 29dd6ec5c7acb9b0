"""A diagram's XML as text: every element with the place it has in the file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from app.engine.xml import XmlMalformedError, read_xml

Name = tuple[str, str]
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
XSI_TYPE: Final[Name] = (XSI, "type")


@dataclass(slots=True, eq=False)
class Node:
    """An element: `start` to `opened` is its start tag, `closing` to `end` its end tag (both empty: `<a/>`).

    Places count bytes. `text` is the character data of an element without children.
    """

    name: Name
    attributes: dict[Name, str]
    start: int
    opened: int
    closing: int = 0
    end: int = 0
    children: list["Node"] = field(default_factory=list)
    text: str = ""

    @property
    def empty(self) -> bool:
        """Whether it is written as one tag."""
        return self.end == self.opened


@dataclass(frozen=True, slots=True)
class Source:
    """A file, its tree, and the prefixes that its root declares, by namespace."""

    data: bytes
    root: Node
    prefixes: Mapping[str, str]

    def of(self, node: Node) -> bytes:
        """The element as it is written."""
        return self.data[node.start : node.end]


def read_source(text: str) -> Source:
    """The tree of a diagram with the places in its UTF-8 bytes. Raises as `read_xml`."""
    data = text.encode()
    read_xml(data)  # no DOCTYPE, size and depth as everywhere
    reading = _Reading(data)
    try:
        reading.parser.Parse(data, True)
    except expat.ExpatError as error:
        problem = XmlMalformedError(line=error.lineno, column=error.offset + 1, detail=str(error)[:200])
    else:
        return Source(data, reading.root, reading.prefixes)
    raise problem


class _Reading:
    """Collects the tree while expat reads."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.open: list[Node] = []
        self.roots: list[Node] = []
        self.prefixes: dict[str, str] = {}
        self.scopes: dict[str, str] = {}
        parser = self.parser = expat.ParserCreate("utf-8", " ")
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._finish
        parser.CharacterDataHandler = self._say
        parser.StartNamespaceDeclHandler = self._declare

    @property
    def root(self) -> Node:
        return self.roots[0]

    def _declare(self, prefix: str | None, namespace: str | None) -> None:
        self.scopes[prefix or ""] = namespace or ""
        if not self.open:
            self.prefixes[namespace or ""] = prefix or ""

    def _begin(self, name: str, attributes: list[str]) -> None:
        place = self.parser.CurrentByteIndex
        pairs = dict(zip(map(_name, attributes[::2]), attributes[1::2], strict=True))
        if XSI_TYPE in pairs:
            prefix, _, local = pairs[XSI_TYPE].rpartition(":")
            pairs[XSI_TYPE] = f"{self.scopes.get(prefix, '')} {local}"
        node = Node(_name(name), pairs, place, _tag_end(self.data, place))
        (self.open[-1].children if self.open else self.roots).append(node)
        self.open.append(node)

    def _finish(self, _name: str) -> None:
        node = self.open.pop()
        place = self.parser.CurrentByteIndex
        one_tag = self.data[node.opened - 2 : node.opened] == b"/>"
        node.closing = node.opened if one_tag else place
        node.end = node.opened if one_tag else self.data.index(b">", place) + 1
        if node.children:
            node.text = ""

    def _say(self, text: str) -> None:
        if self.open:
            self.open[-1].text += text


def _name(written: str) -> Name:
    namespace, _, local = written.rpartition(" ")
    return namespace, local


def _tag_end(data: bytes, start: int) -> int:
    """Where the tag that begins at `start` ends; a ">" within quotes is text."""
    place = start
    while True:
        close = data.index(b">", place)
        quotes = [found for mark in b"\"'" if (found := data.find(bytes([mark]), place, close)) >= 0]
        if not quotes:
            return close + 1
        opening = min(quotes)
        place = data.index(data[opening : opening + 1], opening + 1) + 1


def walk(node: Node) -> Iterator[Node]:
    """The element and everything in it, in document order."""
    yield node
    for child in node.children:
        yield from walk(child)
