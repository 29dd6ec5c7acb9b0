"""FEEL text into tokens."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from app.domain.feel.errors import FeelError, TooComplexError, UnclosedStringError

MOST_CHARACTERS: Final = 4000
KEYWORDS: Final = frozenset(
    {
        *("and", "or", "if", "then", "else", "in", "between", "some", "every", "satisfies", "true", "false", "null"),
        *("for", "return", "function", "instance"),
    }
)
TokenKind = Literal["number", "string", "moment", "keyword", "name", "sign", "end"]


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text and where it begins (from 1). A name of several words is several tokens."""

    kind: TokenKind
    text: str
    column: int


_LETTER: Final = "[^\\W\\d]|[\U00010000-\U000effff]"
_TOKEN: Final = re.compile(
    rf"""
    (?P<space>\s+|//[^\n]*|/\*.*?\*/)
    | (?P<number>(?:\d+(?:\.(?!\.)\d+)?|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<string>"(?:[^"\\]|\\.)*")
    | (?P<moment>@"(?:[^"\\]|\\.)*")
    | (?P<name>(?:{_LETTER})(?:\w|[{chr(0x10000)}-{chr(0xEFFFF)}])*|\?)
    | (?P<sign>\*\*|\.\.|<=|>=|!=|->|[-+*/<>=()\[\]{{}},.:'])
    """,
    re.VERBOSE | re.DOTALL,
)


def tokens(text: str) -> list[Token]:
    """All tokens of `text` and an `end`; raises `FeelError` at the first character that starts none."""
    if len(text) > MOST_CHARACTERS:
        raise TooComplexError(MOST_CHARACTERS)
    found: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _refused(text, position)
        token = _token(match)
        if token is not None:
            found.append(token)
        position = match.end()
    found.append(Token("end", "", len(text) + 1))
    return found


def words(name: str) -> tuple[str, ...]:
    """A name as the texts of its tokens; empty if it cannot be written in FEEL."""
    try:
        return tuple(token.text for token in tokens(name)[:-1])
    except FeelError:
        return ()


def _token(match: re.Match[str]) -> Token | None:
    text, column = match.group(), match.start() + 1
    match match.lastgroup:
        case "space":
            return None
        case "number":
            return Token("number", text, column)
        case "string":
            return Token("string", text, column)
        case "moment":
            return Token("moment", text[1:], column)
        case "name":
            return Token("keyword" if text in KEYWORDS else "name", text, column)
        case _:
            return Token("sign", text, column)


def _refused(text: str, position: int) -> FeelError:
    if text[position] == '"' or text.startswith('@"', position):
        return UnclosedStringError(position + 1)
    return FeelError(position + 1, found=text[position])
