"""Tokens in order, and which names are known where one is read."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Final

from app.domain.feel.errors import FeelError, TooComplexError, UnfinishedError
from app.domain.feel.functions import FUNCTIONS
from app.domain.feel.lexer import Token, tokens, words

DEEPEST: Final = 30
"""How deep brackets, conditions and calls may nest."""
MOST_LINKS: Final = 150
"""How many operators may follow each other: a chain makes a tree as deep as it is long."""

Spelled = dict[tuple[str, ...], str]
"""Names by the texts of their tokens."""


@lru_cache(maxsize=256)
def spelled(names: frozenset[str]) -> Spelled:
    """The names that FEEL can write."""
    return {parts: name for name in names if (parts := words(name))}


_FUNCTIONS: Final = spelled(frozenset(FUNCTIONS))
_LONGEST_FUNCTION: Final = max(map(len, _FUNCTIONS))


class Reader:
    """Reads tokens from left to right; every method leaves the position after what it read.

    `names` are the variables in sight, None where any name may stand. `members` are entries of contexts.
    """

    def __init__(self, text: str, names: frozenset[str] | None, members: frozenset[str]) -> None:
        self._text = text
        self._stream = tokens(text)
        self._position = 0
        self._depth = 0
        self._links = 0
        self._strict = names is not None
        self._members = dict(spelled(members))
        self._frames: list[Spelled] = [spelled(names or frozenset())]

    @property
    def _next(self) -> Token:
        return self._stream[self._position]

    def _ahead(self, steps: int) -> Token:
        return self._stream[min(self._position + steps, len(self._stream) - 1)]

    def _at(self, *texts: str) -> bool:
        return self._next.kind in ("sign", "keyword") and self._next.text in texts

    def _take(self) -> Token:
        token = self._next
        if token.kind != "end":
            self._position += 1
        return token

    def _expect(self, *texts: str) -> Token:
        if not self._at(*texts):
            raise self._unexpected()
        return self._take()

    def _unexpected(self) -> FeelError:
        token = self._next
        if token.kind == "end":
            return UnfinishedError(max(token.column - 1, 0))
        return FeelError(token.column, found=token.text)

    def finish(self) -> None:
        """Nothing may follow; raises `FeelError`."""
        if self._next.kind != "end":
            raise self._unexpected()

    @contextmanager
    def _deeper(self) -> Iterator[None]:
        self._depth += 1
        if self._depth > DEEPEST:
            raise TooComplexError(self._next.column)
        try:
            yield
        finally:
            self._depth -= 1

    def _count_link(self) -> None:
        self._links += 1
        if self._links > MOST_LINKS:
            raise TooComplexError(self._next.column)

    @contextmanager
    def _knowing(self, names: Iterable[str]) -> Iterator[None]:
        """Within, these names are known too."""
        self._frames.append({parts: name for name in names if (parts := words(name))})
        try:
            yield
        finally:
            self._frames.pop()

    def _know(self, name: str) -> None:
        parts = words(name)
        if parts:
            self._frames[-1][parts] = name
            self._members[parts] = name

    @contextmanager
    def _any_name(self) -> Iterator[None]:
        """Within, any name may stand: that of an entry of an item, which nobody knows yet."""
        strict, self._strict = self._strict, False
        self._frames.append({**self._members, ("item",): "item"})
        try:
            yield
        finally:
            self._frames.pop()
            self._strict = strict

    def _longest(self, *tables: Spelled) -> tuple[str, int] | None:
        """The longest name of the tables that stands here, and how many tokens it takes."""
        if self._next.kind != "name" and self._next.kind != "keyword":
            return None
        for length in range(self._reach(tables), 0, -1):
            texts = tuple(token.text for token in self._stream[self._position : self._position + length])
            if length == 1 and self._next.kind == "keyword":
                return None
            for table in reversed(tables):
                if texts in table:
                    return table[texts], length
        return None

    def _reach(self, tables: Iterable[Spelled]) -> int:
        return max((len(parts) for table in tables for parts in table), default=0)

    def _function(self) -> tuple[str, int] | None:
        """The built-in function that is called here."""
        for length in range(_LONGEST_FUNCTION, 0, -1):
            texts = tuple(token.text for token in self._stream[self._position : self._position + length])
            if texts in _FUNCTIONS and self._ahead(length).text == "(" and self._ahead(length).kind == "sign":
                return _FUNCTIONS[texts], length
        return None

    def _words_here(self) -> int:
        """How many plain words stand here in a row."""
        count = 0
        while self._ahead(count).kind == "name":
            count += 1
        return count

    def _taken(self, count: int) -> str:
        """Take so many tokens as one name, as it is written but for white space."""
        first, last = self._next, self._ahead(count - 1)
        self._position += count
        return " ".join(self._text[first.column - 1 : last.column - 1 + len(last.text)].split())

    def _bound_name(self) -> str:
        """A name that the expression itself gives: of a loop, a parameter."""
        count = self._words_here()
        if not count:
            raise self._unexpected()
        return self._taken(count)
