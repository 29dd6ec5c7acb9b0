"""The tightest part of the grammar: literals, names, calls, brackets, paths and filters, types."""

import re
from decimal import Decimal
from typing import Final

from app.domain.feel.errors import (
    ArgumentCountError,
    UnknownFunctionError,
    UnknownNameError,
    UnknownParameterError,
    UnreadableMomentError,
)
from app.domain.feel.functions import FUNCTIONS
from app.domain.feel.moments import read_any
from app.domain.feel.reading import Reader, Spelled
from app.domain.feel.syntax import (
    Call,
    ContextOf,
    Filter,
    FunctionOf,
    Invoke,
    ListOf,
    Literal,
    Name,
    Node,
    Path,
    RangeOf,
    Type,
)

COMPARISONS: Final = ("=", "!=", "<=", ">=", "<", ">")
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "'": "'"}
_NAME_SIGNS: Final = frozenset({"-", "+", "*", "/", ".", "'"})
_GENERIC: Final = frozenset({"list", "range", "context", "function"})


class Terms(Reader):
    """What operators stand between."""

    _closing = False  # whether `[` would close a range rather than open a filter

    def expression(self) -> Node:
        """A whole expression."""
        raise NotImplementedError

    def _sum(self) -> Node:
        raise NotImplementedError

    def _below(self) -> Node:
        raise NotImplementedError

    def _postfix(self) -> Node:
        node = self._primary()
        while self._at(".", "[", "(") and not (self._closing and self._at("[")):
            if isinstance(node, RangeOf) and not self._at("."):
                return node
            if self._at("(") and not isinstance(node, Path | Invoke | Filter | FunctionOf | Call):
                return node
            self._count_link()
            if self._at("("):
                node = self._invocation(node)
            elif self._take().text == "[":
                with self._any_name():
                    node = Filter(node, self.expression())
                self._expect("]")
            else:
                node = Path(node, self._entry())
        return node

    def _entry(self) -> str:
        """The name of an entry after a dot."""
        known = self._longest(self._members)
        count = max(known[1] if known else 0, self._words_here())
        if not count:
            raise self._unexpected()
        name = self._taken(count)
        return known[0] if known and known[1] == count else name

    def _primary(self) -> Node:
        token = self._next
        if token.kind == "number":
            return Literal(_number(self._take().text))
        if token.kind == "string":
            return Literal(string_of(self._take().text))
        if token.kind == "moment":
            return Literal(self._moment())
        if token.kind in ("name", "keyword"):
            named = self._named()
            if named is not None:
                return named
        if self._at("true", "false", "null"):
            return Literal({"true": True, "false": False, "null": None}[self._take().text])
        if self._at("{"):
            return self._context()
        if self._at("(", "[", "]"):
            return self._bracket()
        raise self._unexpected()

    def _moment(self) -> object:
        token = self._take()
        found = read_any(string_of(token.text))
        if found is None:
            raise UnreadableMomentError(token.column, found=token.text.strip('"'))
        return found

    def _named(self) -> Node | None:
        """A variable or a call; None where a keyword stands for itself."""
        inner = self._longest(*self._frames[1:])
        function = self._function()
        known = inner or self._longest(self._frames[0])
        if function and (inner is None or inner[1] < function[1]):
            return self._call(function)
        if known is None and self._next.kind == "keyword":
            return None
        if known is None:
            return self._stranger()
        self._position += known[1]
        name = Name(known[0])
        return self._invocation(name) if self._at("(") else name

    def _stranger(self) -> Node:
        """A name that nothing in sight has: a function as a value, an entry of an item, or a fault."""
        column, count = self._next.column, self._words_here()
        if self._ahead(count).text == "(" and self._ahead(count).kind == "sign":
            raise UnknownFunctionError(column, function=self._taken(count))
        if self._strict:
            name = self._taken(count)
            if name in FUNCTIONS:
                return Name(name)
            raise UnknownNameError(column, name=name)
        # inside a filter, where names of several words may be those of entries
        return Name(self._taken(count if len(self._frames) > 1 else 1))

    def _call(self, function: tuple[str, int]) -> Node:
        name, length = function
        column = self._next.column
        self._position += length
        builtin = FUNCTIONS[name]
        arguments, names = self._arguments()
        if names:
            order = builtin.ordered(names)
            if order is None:
                known = {each.name for signature in builtin.signatures for each in signature.parameters}
                stranger = next((each for each in names if each not in known), None)
                if stranger is None:
                    raise ArgumentCountError(column, function=name)
                raise UnknownParameterError(column, function=name, parameter=stranger)
            arguments = tuple(Literal(None) if place is None else arguments[place] for place in order)
        elif not builtin.takes(len(arguments)):
            raise ArgumentCountError(column, function=name)
        return Call(name, arguments)

    def _invocation(self, function: Node) -> Node:
        arguments, names = self._arguments()
        return Invoke(function, arguments, names)

    def _arguments(self) -> tuple[tuple[Node, ...], tuple[str, ...]]:
        """`(a, b)` or `(first: a, second: b)`; the names are empty for the first."""
        self._expect("(")
        found: list[Node] = []
        names: list[str] = []
        while not self._at(")"):
            count = self._until_colon()
            if count and len(names) == len(found):
                names.append(self._taken(count))
                self._expect(":")
            elif names:
                raise self._unexpected()
            found.append(self.expression())
            if not self._at(")"):
                self._expect(",")
                if self._at(")"):
                    raise self._unexpected()
        self._expect(")")
        return tuple(found), tuple(names)

    def _context(self) -> Node:
        """`{name: value, "name": value}`."""
        self._expect("{")
        entries: list[tuple[str, Node]] = []
        with self._knowing(()), self._deeper():
            while not self._at("}"):
                key = self._key()
                self._expect(":")
                if self._at("function"):
                    self._know(key)  # a function may call itself
                value = self.expression()
                if any(key == known for known, _ in entries):
                    raise self._unexpected()
                entries.append((key, value))
                self._know(key)
                if not self._at("}"):
                    self._expect(",")
                    if self._at("}"):
                        raise self._unexpected()
        self._expect("}")
        return ContextOf(tuple(entries))

    def _key(self) -> str:
        if self._next.kind == "string":
            return string_of(self._take().text)
        count = self._until_colon()
        if not count:
            raise self._unexpected()
        return self._taken(count)

    def _until_colon(self) -> int:
        """How many tokens a name takes that stands before a colon; 0 if none does."""
        count = 0
        while (token := self._ahead(count)).kind in ("name", "keyword", "number") or token.text in _NAME_SIGNS:
            count += 1
        return count if self._next.kind in ("name", "keyword") and self._ahead(count).text == ":" else 0

    def _bracket(self) -> Node:
        """`(x)`, `[x, y]`, `[1..5]`, `(1..5)`, `]1..5[`, `(< 5)`."""
        opening = self._take().text
        if opening == "[" and self._at("]"):
            self._take()
            return ListOf(())
        if opening == "(" and self._at(*COMPARISONS):
            below = self._below()
            self._expect(")")
            return below
        first = self._listed_item()
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
            items.append(self._listed_item())
        self._expect("]")
        return ListOf(tuple(items))

    def _listed_item(self) -> Node:
        return self._below() if self._at(*COMPARISONS) else self.expression()

    def _range(self, low: Node, opening: str) -> Node:
        self._expect("..")
        self._closing = True
        high = self._sum()
        self._closing = False
        closing = self._expect("]", ")", "[").text
        return RangeOf(low, high, low_included=opening == "[", high_included=closing == "]")

    def type(self) -> Type:
        """`number`, `date and time`, `list<string>`, `context<a: number>`, `function<number> -> string`."""
        with self._deeper():
            return self._type()

    def _type(self) -> Type:
        known = self._longest(_TYPES, self._members)
        count = max(known[1] if known else 0, self._words_here(), self._dotted(), int(self._at("null", "function")))
        if not count:
            raise self._unexpected()
        name = self._taken(count)
        if not self._at("<") or name not in _GENERIC:
            return Type(name)
        self._take()
        entries: list[tuple[str, Type]] = []
        arguments: list[Type] = []
        while not self._at(">"):
            if name == "context":
                entry = self._bound_name()
                self._expect(":")
                entries.append((entry, self.type()))
            else:
                arguments.append(self.type())
            if not self._at(">"):
                self._expect(",")
        self._expect(">")
        result = None
        if name == "function":
            self._expect("->")
            result = self.type()
        return Type(name, tuple(arguments), tuple(entries), result)

    def _dotted(self) -> int:
        """How many tokens a name with a prefix takes, as `common.tPerson` of an imported model."""
        if self._next.kind == "name" and self._ahead(1).text == "." and self._ahead(2).kind == "name":
            return 3
        return 0


_TYPES: Final[Spelled] = {
    tuple(name.split()): name
    for name in ("date and time", "days and time duration", "years and months duration", "day-time duration")
}


def _number(text: str) -> int | Decimal:
    return int(text) if text.isdecimal() and len(text) <= 18 else Decimal(text)


def string_of(text: str) -> str:
    """What a string in quotes says; half a character, as `\\ud83d` alone, becomes a question mark."""
    found = re.sub(r"\\(U[0-9a-fA-F]{6}|u[0-9a-fA-F]{4}|.)", _unescaped, text[1:-1], flags=re.DOTALL)
    return found.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unescaped(match: "re.Match[str]") -> str:
    sign = match[1]
    if len(sign) > 1:
        code = int(sign[1:], 16)
        return chr(code) if code <= 0x10FFFF else "\\" + sign
    return _ESCAPES.get(sign, "\\" + sign)
