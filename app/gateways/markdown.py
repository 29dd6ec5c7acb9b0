"""Markdown as letters and documents know it: no raw HTML, no images, a newline is a line break."""

from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from app.domain.templates import LINE_BREAK

_OFF: Final = ("html_block", "html_inline", "image", "lheading", "code", "reference", "entity")
_SCHEMES: Final = ("http://", "https://", "mailto:", "tel:")


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table").disable(_OFF)
    parser.validateLink = lambda url: url.lower().startswith(_SCHEMES)  # type: ignore[method-assign] # its way to set it
    return parser


_PARSER: Final = _parser()


def tokens_of(source: str) -> list[Token]:
    """The tokens of a source; `LINE_BREAK` (a line break within a value) has become a hard break."""
    return _with_breaks(_PARSER.parse(source))


def tree_of(source: str) -> SyntaxTreeNode:
    """The tree of a source; a break within a value is a `hardbreak` whose `markup` is `LINE_BREAK`."""
    return SyntaxTreeNode(tokens_of(source))


def tree_of_line(line: str) -> SyntaxTreeNode:
    """The tree of words that stand by themselves: nothing in them begins a block."""
    return SyntaxTreeNode(_with_breaks(_PARSER.parseInline(line)))


def html_of(tokens: list[Token]) -> str:
    """The HTML of tokens, not yet sanitised."""
    html: str = _PARSER.renderer.render(tokens, _PARSER.options, {})
    return html


def text_token(content: str, level: int = 0) -> Token:
    """A token of plain text."""
    return Token("text", "", 0, content=content, level=level)


def _with_breaks(tokens: list[Token]) -> list[Token]:
    for token in tokens:
        if token.children and any(LINE_BREAK in child.content for child in token.children):
            token.children = [piece for child in token.children for piece in _broken(child)]
    return tokens


def _broken(token: Token) -> list[Token]:
    if token.type != "text":
        return [token]
    pieces: list[Token] = []
    for part in token.content.split(LINE_BREAK):
        if pieces:
            pieces.append(Token("hardbreak", "br", 0, markup=LINE_BREAK, level=token.level))
        pieces.append(text_token(part, token.level))
    return pieces
