"""FEEL text into a frozen tree: recursive descent, loosest binding first."""

import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Final, cast

from app.domain.feel.errors import ArgumentCountError, FeelError, TooComplexError, UnfinishedError, UnknownFunctionError
from app.domain.feel.functions import FUNCTIONS
from app.domain.feel.lexer import Token, tokens
from app.domain.feel.syntax import (
    And,
    Arithmetic,
    Below,
    Call,
    Compare,
    Comparison,
    Compute,
    Filter,
    If,
    In,
    ListOf,
    Literal,
    Name,
    Negate,
    Node,
    Or,
    Path,
    Quantified,
    Range,
)

DEEPEST: Final = 30
"""How deep brackets, conditions and calls may nest."""
MOST_LINKS: Final = 150
"""How many operators may follow each other: a chain makes a tree as deep as it is long."""
_COMPARISONS: Final = ("=", "!=", "<=", ">=", "<", ">")
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}


@lru_cache(maxsize=1024)
def parse(text: str) -> Node:
    """The tree of an expression; a leading `=`, as form-js writes it, is passed over. Raises `FeelError`."""
    lead = len(text) - len(text.lstrip())
    if text[lead : lead + 1] == "=":
        text = text[:lead] + " " + text[lead + 1 :]
    parser = _Parser(tokens(text))
    tree = parser.expression()
    parser.finish()
    return tree


class _Parser:
    """Reads tokens from left to right; every method leaves the position after what it read."""

    def __init__(self, stream: list[Token]) -> None:
        self._stream = stream
        self._position = 0
        self._depth = 0
        self._links = 0
        self._closing = False  # whether `[` would close a range rather than open a filter

    @property
    def _next(self) -> Token:
        return self._stream[self._position]

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

    def expression(self) -> Node:
        """A whole expression."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise TooComplexError(self._next.column)
        closing, self._closing = self._closing, False
        try:
            return self._choice() if self._at("if") else self._quantified() if self._at("some", "every") else self._or()
        finally:
            self._depth -= 1
            self._closing = closing

    def _choice(self) -> Node:
        self._expect("if")
        condition = self.expression()
        self._expect("then")
        chosen = self.expression()
        self._expect("else")
        return If(condition, chosen, self.expression())

    def _quantified(self) -> Node:
        quantifier = self._take().text
        if self._next.kind != "name":
            raise self._unexpected()
        name = self._take().text
        self._expect("in")
        items = self.expression()
        self._expect("satisfies")
        return Quantified("some" if quantifier == "some" else "every", name, items, self.expression())

    def _or(self) -> Node:
        return self._chain(self._and, "or", Or)

    def _and(self) -> Node:
        return self._chain(self._comparison, "and", And)

    def _chain(self, part: Callable[[], Node], word: str, join: Callable[[Node, Node], Node]) -> Node:
        left = part()
        while self._at(word):
            self._count_link()
            self._take()
            left = join(left, part())
        return left

    def _count_link(self) -> None:
        self._links += 1
        if self._links > MOST_LINKS:
            raise TooComplexError(self._next.column)

    def _comparison(self) -> Node:
        left = self._sum()
        if self._at(*_COMPARISONS):
            operator = cast("Comparison", self._take().text)
            return Compare(operator, left, self._sum())
        if self._at("between"):
            self._take()
            low = self._sum()
            self._expect("and")
            return In(left, (Range(low, self._sum(), low_included=True, high_included=True),))
        if self._at("in"):
            self._take()
            return In(left, self._tests())
        return left

    def _tests(self) -> tuple[Node, ...]:
        """`x in [1..5]`, `x in (1..5]`, `x in (< 5, 7)`; one bracket is read once, so that nesting stays linear."""
        if not self._at("("):
            return (self._test(),)
        self._take()
        found = [self._test() if self._at(*_COMPARISONS) else self.expression()]
        if self._at(".."):
            return (self._range(found[0], "("),)
        while self._at(","):
            self._take()
            found.append(self._test())
        self._expect(")")
        return tuple(found)

    def _test(self) -> Node:
        if self._at(*_COMPARISONS):
            operator = cast("Comparison", self._take().text)
            return Below(operator, self._sum())
        return self._sum()

    def _sum(self) -> Node:
        return self._operators(self._product, "+", "-")

    def _product(self) -> Node:
        return self._operators(self._power, "*", "/")

    def _power(self) -> Node:
        return self._operators(self._unary, "**")

    def _operators(self, part: Callable[[], Node], *signs: str) -> Node:
        left = part()
        while self._at(*signs):
            self._count_link()
            operator = cast("Arithmetic", self._take().text)
            left = Compute(operator, left, part())
        return left

    def _unary(self) -> Node:
        if not self._at("-"):
            return self._postfix()
        self._depth += 1
        if self._depth > DEEPEST:
            raise TooComplexError(self._next.column)
        self._take()
        operand = self._unary()
        self._depth -= 1
        return Negate(operand)

    def _postfix(self) -> Node:
        node = self._primary()
        while self._at(".", "[") and not isinstance(node, Range) and not (self._closing and self._at("[")):
            self._count_link()
            if self._take().text == "[":
                node = Filter(node, self.expression())
                self._expect("]")
            elif self._next.kind == "name":
                node = Path(node, self._take().text)
            else:
                raise self._unexpected()
        return node

    def _primary(self) -> Node:
        token = self._next
        if token.kind == "number":
            return Literal(_number(self._take().text))
        if token.kind == "string":
            return Literal(_string(self._take().text))
        if self._at("true", "false", "null"):
            return Literal({"true": True, "false": False, "null": None}[self._take().text])
        if token.kind in ("name", "function"):
            return self._name()
        if self._at("(", "[", "]"):
            return self._bracket()
        raise self._unexpected()

    def _name(self) -> Node:
        token = self._take()
        return self._call(token) if self._at("(") else Name(token.text)

    def _call(self, name: Token) -> Node:
        function = FUNCTIONS.get(name.text)
        if function is None:
            raise UnknownFunctionError(name.column, function=name.text)
        self._expect("(")
        arguments = self._listed(")")
        self._expect(")")
        if not function.least <= len(arguments) <= function.most:
            raise ArgumentCountError(name.column, function=name.text)
        return Call(name.text, arguments)

    def _listed(self, end: str) -> tuple[Node, ...]:
        if self._at(end):
            return ()
        found = [self.expression()]
        while self._at(","):
            self._take()
            found.append(self.expression())
        return tuple(found)

    def _bracket(self) -> Node:
        """`(x)`, `[x, y]`, `[1..5]`, `(1..5)`, `]1..5[`."""
        opening = self._take().text
        if opening == "[" and self._at("]"):
            self._take()
            return ListOf(())
        first = self.expression()
        if self._at(".."):
            return self._range(first, opening)
        if opening == "(":
            self._expect(")")
            return first
        if opening == "]":
            raise self._unexpected()
        items = [first]
        while self._at(","):
            self._take()
            items.append(self.expression())
        self._expect("]")
        return ListOf(tuple(items))

    def _range(self, low: Node, opening: str) -> Node:
        self._expect("..")
        self._closing = True
        high = self._sum()
        self._closing = False
        closing = self._expect("]", ")", "[").text
        return Range(low, high, low_included=opening == "[", high_included=closing == "]")


def _number(text: str) -> int | Decimal:
    return int(text) if text.isdecimal() and len(text) <= 18 else Decimal(text)


def _string(text: str) -> str:
    return re.sub(r"\\(u[0-9a-fA-F]{4}|.)", _unescaped, text[1:-1], flags=re.DOTALL)


def _unescaped(match: re.Match[str]) -> str:
    sign = match[1]
    if len(sign) > 1:
        return chr(int(sign[1:], 16))
    return _ESCAPES.get(sign, "\\" + sign)
