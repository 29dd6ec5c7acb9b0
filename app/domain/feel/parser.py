"""FEEL text into a frozen tree: recursive descent, loosest binding first."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final, cast

from app.domain.feel.errors import TooComplexError
from app.domain.feel.reading import DEEPEST
from app.domain.feel.syntax import (
    And,
    Arithmetic,
    Below,
    Compare,
    Comparison,
    Compute,
    For,
    FunctionOf,
    If,
    In,
    InstanceOf,
    Loop,
    Negate,
    Node,
    Or,
    Quantified,
    RangeOf,
    Tests,
    Type,
    names,
)
from app.domain.feel.terms import COMPARISONS, Terms

_OPEN: Final = ("<=", ">=", "<", ">")
INPUT: Final = "?"
"""The value that the cell of a decision table tests."""


@lru_cache(maxsize=2048)
def parse(text: str, known: frozenset[str] | None = None, members: frozenset[str] = frozenset()) -> Node:
    """The tree of an expression; a leading `=`, as form-js writes it, is passed over. Raises `FeelError`.

    `known` are the variables that it may use, also of several words; without them any single word may stand, and
    null is what nobody has given. `members` are entries of contexts that have several words.
    """
    lead = len(text) - len(text.lstrip())
    if text[lead : lead + 1] == "=":
        text = text[:lead] + " " + text[lead + 1 :]
    parser = _Parser(text, known, members)
    tree = parser.expression()
    parser.finish()
    return tree


@lru_cache(maxsize=4096)
def parse_tests(text: str, known: frozenset[str] | None = None, members: frozenset[str] = frozenset()) -> Tests:
    """The tests of a cell: `-`, `< 5`, `[1..5], 7`, `not("a", "b")`, `contains(?, "a")`. Raises `FeelError`."""
    seen = None if known is None else known | {INPUT}
    parser = _Parser(text, seen, members)
    tests = parser.tests()
    parser.finish()
    return tests


class _Parser(Terms):
    """The operators, from the loosest."""

    def tests(self) -> Tests:
        """A whole cell; an empty one fits anything."""
        if self._next.kind == "end" or (self._at("-") and self._ahead(1).kind == "end"):
            self._take()
            return Tests(())
        if self._next.text == "not" and self._encloses_all():
            self._take()
            self._expect("(")
            found = self._listed_tests()
            self._expect(")")
            return Tests(found, negated=True)
        return Tests(self._listed_tests())

    def _encloses_all(self) -> bool:
        """Whether the bracket after this token is closed by the last one."""
        depth = 0
        for place, token in enumerate(self._stream[1:-1], 1):
            if token.kind == "sign":
                depth += (token.text == "(") - (token.text == ")")
            if depth == 0:
                return place == len(self._stream) - 2 and token.text == ")"
        return False

    def _listed_tests(self) -> tuple[Node, ...]:
        found = [self._cell_test()]
        while self._at(","):
            self._take()
            found.append(self._cell_test())
        return tuple(found)

    def _cell_test(self) -> Node:
        return self._below() if self._at(*COMPARISONS) else self.expression()

    def expression(self) -> Node:
        """A whole expression."""
        with self._deeper():
            closing, self._closing = self._closing, False
            try:
                return self._whole()
            finally:
                self._closing = closing

    def _whole(self) -> Node:
        if self._at("if"):
            return self._choice()
        if self._at("some", "every"):
            return self._quantified()
        if self._at("for"):
            return self._for()
        return self._function_literal() if self._at("function") else self._or()

    def _choice(self) -> Node:
        self._expect("if")
        condition = self.expression()
        self._expect("then")
        chosen = self.expression()
        self._expect("else")
        return If(condition, chosen, self.expression())

    def _quantified(self) -> Node:
        quantifier = self._take().text
        with self._knowing(()):
            loops = self._loops()
            self._expect("satisfies")
            return Quantified("some" if quantifier == "some" else "every", loops, self.expression())

    def _for(self) -> Node:
        self._expect("for")
        with self._knowing(()):
            loops = self._loops()
            self._expect("return")
            self._know("partial")
            return For(loops, self.expression())

    def _loops(self) -> tuple[Loop, ...]:
        """`x in list, y in 1..5`; each sees the names before it."""
        found = [self._loop()]
        while self._at(","):
            self._take()
            found.append(self._loop())
        return tuple(found)

    def _loop(self) -> Loop:
        name = self._bound_name()
        self._expect("in")
        items = self.expression()
        until = None
        if self._at(".."):
            self._take()
            until = self.expression()
        self._know(name)
        return Loop(name, items, until)

    def _function_literal(self) -> Node:
        self._expect("function")
        self._expect("(")
        parameters: list[tuple[str, Type | None]] = []
        while not self._at(")"):
            name, needed = self._bound_name(), None
            if self._at(":"):
                self._take()
                needed = self.type()
            parameters.append((name, needed))
            if not self._at(")"):
                self._expect(",")
        self._expect(")")
        with self._knowing(name for name, _ in parameters):
            return FunctionOf(tuple(parameters), self.expression())

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

    def _comparison(self) -> Node:
        left = self._sum()
        if self._at(*COMPARISONS):
            operator = cast("Comparison", self._take().text)
            # `range("[2..)") = >= 2`: a test as a value
            return Compare(operator, left, self._below() if self._at(*_OPEN) else self._sum())
        if self._at("between"):
            self._take()
            low = self._sum()
            self._expect("and")
            return In(left, (RangeOf(low, self._sum(), low_included=True, high_included=True),))
        if self._at("in"):
            self._take()
            return In(left, self._tests_of_in())
        return left

    def _tests_of_in(self) -> tuple[Node, ...]:
        """`x in [1..5]`, `x in (1..5]`, `x in (< 5, 7)`; one bracket is read once, so that nesting stays linear."""
        if not self._at("("):
            return (self._test(),)
        self._take()
        found = [self._below() if self._at(*COMPARISONS) else self.expression()]
        if self._at(".."):
            return (self._range(found[0], "("),)
        while self._at(","):
            self._take()
            found.append(self._cell_test())
        self._expect(")")
        return tuple(found)

    def _test(self) -> Node:
        return self._below() if self._at(*COMPARISONS) else self._sum()

    def _below(self) -> Node:
        operator = cast("Comparison", self._take().text)
        return Below(operator, self._sum())

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
            return self._typed()
        self._depth += 1
        if self._depth > DEEPEST:
            raise TooComplexError(self._next.column)
        self._take()
        operand = self._unary()
        self._depth -= 1
        return Negate(operand)

    def _typed(self) -> Node:
        value = self._postfix()
        if not self._at("instance"):
            return value
        self._take()
        if self._next.text != "of":
            raise self._unexpected()
        self._take()
        return InstanceOf(value, self.type())


def asks_input(tree: Node) -> bool:
    """Whether the expression speaks of `?`."""
    return INPUT in names(tree)
