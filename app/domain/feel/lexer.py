"""FEEL text into tokens."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from app.domain.feel.errors import FeelError, TooComplexError, UnclosedStringError
from app.domain.feel.functions import FUNCTIONS

MOST_CHARACTERS: Final = 4000
KEYWORDS: Final = frozenset(
    {"and", "or", "if", "then", "else", "in", "between", "some", "every", "satisfies", "true", "false", "null"}
)
TokenKind = Literal["number", "string", "keyword", "name", "function", "sign", "end"]


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text and where it begins (from 1)."""

    kind: TokenKind
    text: str
    column: int


def _wording(function: str) -> str:
    return r"\s+".join(re.escape(word) for word in function.split())


# Function names may hold spaces and even `and` ("date and time"), so they are tried before names and keywords.
_SPACED: Final = "|".join(_wording(each) for each in sorted(FUNCTIONS, key=len, reverse=True) if " " in each)
_TOKEN: Final = re.compile(
    rf"""
    (?P<space>\s+|//[^\n]*)
    | (?P<number>\d+(?:\.(?!\.)\d+)?|\.\d+)
    | (?P<string>"(?:[^"\\]|\\.)*")
    | (?P<function>\b(?:{_SPACED})(?=\s*\())
    | (?P<name>[^\W\d]\w*)
    | (?P<sign>\*\*|\.\.|<=|>=|!=|[-+*/<>=()\[\],.])
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


def _token(match: re.Match[str]) -> Token | None:
    text, column = match.group(), match.start() + 1
    match match.lastgroup:
        case "space":
            return None
        case "number":
            return Token("number", text, column)
        case "string":
            return Token("string", text, column)
        case "function":
            return Token("function", " ".join(text.split()), column)
        case "name":
            return Token("keyword" if text in KEYWORDS else "name", text, column)
        case _:
            return Token("sign", text, column)


def _refused(text: str, position: int) -> FeelError:
    if text[position] == '"':
        return UnclosedStringError(position + 1)
    return FeelError(position + 1, found=text[position])
