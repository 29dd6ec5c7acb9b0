"""Expressions in the notation of other systems, `${…}` and `= …` (FEEL), put into our language.

Only what means the same there and here is translated: comparisons, arithmetic, and/or/not, choices, paths, some
functions. Where those systems make do with a missing variable or turn a value into another kind, ours is an error or
does not compare as equal; a text that looks like a number or a truth is therefore left untranslated in `${…}`.
"""

import json
import keyword
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

MAX_LENGTH: Final = 2_000
_JUEL: Final = re.compile(r"[$#]\{(.*)\}", re.DOTALL)
_MOMENT: Final = re.compile(r'=\s*(?:duration|date and time|date)\s*\(\s*("[^"\\]*")\s*\)')
_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)|(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
    r"|(?P<name>(?:list contains|starts with|ends with|string length)(?=\s*\()|[^\W\d]\w*)"
    r"|(?P<sign>&&|\|\||===?|!=|<=|>=|\*\*|\.\.|[-+*/%<>=!?:()\[\],.]))",
    re.DOTALL,
)
_CONSTANTS: Final = {"true": "True", "false": "False", "null": "None"}
_SPELT: Final = {"and": "&&", "or": "||", "==": "eq", "!=": "ne", "<": "lt", ">": "gt", "<=": "le", ">=": "ge"}
_JUEL_WORDS: Final = {**{theirs: ours for ours, theirs in _SPELT.items()}, "div": "/", "mod": "%", "!": "not"}
_COERCED: Final = re.compile(r"\s*(?:[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|true|false)\s*", re.IGNORECASE)
"""Text that JUEL would take for a number or a truth when it compares."""
_METHODS: Final[Mapping[tuple[str, int], str]] = {
    ("equals", 1): "({0} == {1})",
    ("contains", 1): "({1} in {0})",
    ("startsWith", 1): "{0}.startswith({1})",
    ("endsWith", 1): "{0}.endswith({1})",
    ("size", 0): "len({0})",
    ("length", 0): "len({0})",
    ("isEmpty", 0): "(len({0}) == 0)",
}
_FUNCTIONS: Final[Mapping[tuple[str, int], str]] = {
    ("not", 1): "(not {0})",
    ("contains", 2): "({1} in {0})",
    ("list contains", 2): "({1} in {0})",
    ("starts with", 2): "{0}.startswith({1})",
    ("ends with", 2): "{0}.endswith({1})",
    ("string length", 1): "len({0})",
    ("count", 1): "len({0})",
    ("abs", 1): "abs({0})",
}
_SIGNS: Final = (("==", "!="), ("<", ">", "<=", ">="), ("+", "-"), ("*", "/", "%"))
_FEEL_SIGNS: Final = (("+", "-"), ("*", "/"), ("**",))


class _UntranslatableError(Exception):
    """The expression says something that has no counterpart in our language."""


@lru_cache(maxsize=1024)
def in_our_words(text: str) -> str | None:
    """The expression in our language; None where it is in our language already or cannot be put into it."""
    source = text.strip()
    juel = _JUEL.fullmatch(source)
    feel = source.startswith("=") and not source.startswith("==")
    if not (juel or feel) or len(source) > MAX_LENGTH:
        return None
    moment = _MOMENT.fullmatch(source)
    if moment:
        return moment[1]
    try:
        return _Juel(juel[1]).whole() if juel else _Feel(source[1:]).whole()
    except (_UntranslatableError, RecursionError, ValueError):
        return None


def compares_loosely(text: str) -> bool:
    """Whether the expression is in `${…}`, where a text may be equal to a number or a truth."""
    return _JUEL.fullmatch(text.strip()) is not None


class _Reader:
    """What the two notations have in common; every method reads one thing and returns it in our language."""

    words: Mapping[str, str] = {}
    calls: Mapping[tuple[str, int], str] = {}

    def __init__(self, source: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        place = 0
        while source[place:].strip():
            found = _TOKEN.match(source, place)
            if found is None or found.lastgroup is None:
                raise _UntranslatableError
            self._tokens.append((found.lastgroup, found[found.lastgroup]))
            place = found.end()
        self._tokens.append(("end", ""))

    def whole(self) -> str:
        """The whole expression."""
        found = self.expression()
        if self._tokens[0][0] != "end":
            raise _UntranslatableError
        return found

    def expression(self) -> str:
        raise NotImplementedError

    def value(self) -> str:
        """A constant, a variable with its path, something in brackets."""
        kind, token = self.take()
        if kind == "number":
            return token
        if kind == "text":
            return repr(self.text(token))
        if kind == "name":
            return self.path(self.called(token) if self.comes("(") else _named(token))
        if (kind, token) != ("sign", "("):
            raise _UntranslatableError
        inner = f"({self.expression()})"
        self.need(")")
        return inner

    def text(self, token: str) -> str:
        """What stands between the quotes."""
        return re.sub(r"\\(.)", r"\1", token[1:-1], flags=re.DOTALL)

    def path(self, start: str) -> str:
        """A value and what is taken out of it."""
        while self.comes("."):
            self.take()
            kind, name = self.take()
            if kind != "name" or keyword.iskeyword(name):
                raise _UntranslatableError
            start = self.member(start, name)
        return start

    def member(self, value: str, name: str) -> str:
        return f"{value}.{name}"

    def called(self, name: str) -> str:
        """A call of a function."""
        arguments = self.arguments()
        if (name, len(arguments)) not in self.calls:
            raise _UntranslatableError
        return self.calls[name, len(arguments)].format(*arguments)

    def arguments(self) -> list[str]:
        """What stands between the round brackets of a call."""
        self.need("(")
        found: list[str] = []
        while not self.comes(")"):
            if found:
                self.need(",")
            found.append(self.expression())
        self.need(")")
        return found

    def joined(self, below: Callable[[], str], *signs: str) -> str:
        """Things of one level with these signs between them."""
        left = below()
        while self.sign() in signs:
            sign = self.sign()
            self.take()
            left = f"({left} {sign} {below()})"
        return left

    def levels(self, levels: tuple[tuple[str, ...], ...], below: Callable[[], str]) -> str:
        """Levels of signs, of which the later bind closer."""
        if not levels:
            return below()
        return self.joined(lambda: self.levels(levels[1:], below), *levels[0])

    def sign(self) -> str:
        """The coming sign or word, as ours; "" where something else comes."""
        kind, token = self._tokens[0]
        return self.words.get(token, token) if kind in ("sign", "name") else ""

    def comes(self, token: str) -> bool:
        return self._tokens[0] in (("sign", token), ("name", token))

    def need(self, token: str) -> None:
        if not self.comes(token):
            raise _UntranslatableError
        self.take()

    def take(self) -> tuple[str, str]:
        return self._tokens.pop(0)


class _Juel(_Reader):
    words = _JUEL_WORDS

    def expression(self) -> str:
        asked = self.joined(lambda: self.joined(self._equal, "and"), "or")
        if not self.comes("?"):
            return asked
        self.take()
        holds = self.expression()
        self.need(":")
        return f"({holds} if {asked} else {self.expression()})"

    def _equal(self) -> str:
        return self.levels(_SIGNS, self._single)

    def _single(self) -> str:
        if self.sign() == "not":
            self.take()
            return f"(not {self._single()})"
        if self.comes("-"):
            self.take()
            return f"(-{self._single()})"
        if self.comes("empty"):
            self.take()
            return f"({self._single()} in [None, '', [], {{}}])"
        return self.value()

    def text(self, token: str) -> str:
        found = super().text(token)
        if _COERCED.fullmatch(found):
            raise _UntranslatableError
        return found

    def path(self, start: str) -> str:
        while self.comes(".") or self.comes("["):
            if self.comes("."):
                start = super().path(start)
                continue
            self.take()
            start = f"{start}[{self.expression()}]"
            self.need("]")
        return start

    def member(self, value: str, name: str) -> str:
        if not self.comes("("):
            return super().member(value, name)
        if (value, name) == ("execution", "getVariable"):
            return self._variable()
        arguments = self.arguments()
        if (name, len(arguments)) not in _METHODS:
            raise _UntranslatableError
        return _METHODS[name, len(arguments)].format(value, *arguments)

    def _variable(self) -> str:
        self.need("(")
        kind, token = self.take()
        self.need(")")
        if kind != "text":
            raise _UntranslatableError
        return _named(token[1:-1])


class _Feel(_Reader):
    calls = _FUNCTIONS
    words: Mapping[str, str] = {"=": "=="}

    def expression(self) -> str:
        if not self.comes("if"):
            return self.joined(lambda: self.joined(self._compared, "and"), "or")
        self.take()
        asked = self.expression()
        self.need("then")
        holds = self.expression()
        self.need("else")
        return f"({holds} if {asked} else {self.expression()})"

    def _compared(self) -> str:
        left = self._sum()
        sign = self.sign()
        if sign in ("==", "!=", "<", ">", "<=", ">=") and not self.comes("=="):
            self.take()
            return f"({left} {sign} {self._sum()})"
        if sign == "between":
            self.take()
            least = self._sum()
            self.need("and")
            return f"({least} <= {left} <= {self._sum()})"
        if sign == "in":
            self.take()
            return self._within(left)
        return left

    def _within(self, value: str) -> str:
        """After `in`: a range, or a list in square or round brackets."""
        _, opening = self.take()
        if opening not in ("[", "(", "]"):
            raise _UntranslatableError
        found = [self.expression()]
        ranged = self.comes("..")
        while self.comes(".." if ranged and len(found) == 1 else ","):
            self.take()
            found.append(self.expression())
        _, closing = self.take()
        if ranged and len(found) == 2 and closing in ("[", ")", "]"):
            least, most = "<=" if opening == "[" else "<", "<=" if closing == "]" else "<"
            return f"({found[0]} {least} {value} {most} {found[1]})"
        if ranged or opening + closing not in ("[]", "()"):
            raise _UntranslatableError
        return f"({value} in [{', '.join(found)}])"

    def _sum(self) -> str:
        return self.levels(_FEEL_SIGNS, self._single)

    def _single(self) -> str:
        if self.comes("-"):
            self.take()
            return f"(-{self._single()})"
        if not self.comes("["):
            return self.value()
        self.take()
        items: list[str] = []
        while not self.comes("]"):
            if items:
                self.need(",")
            items.append(self.expression())
        self.take()
        return f"[{', '.join(items)}]"

    def text(self, token: str) -> str:
        if token[0] != '"':
            raise _UntranslatableError
        return str(json.loads(token))


def _named(name: str) -> str:
    """A variable or a constant."""
    if name in _CONSTANTS:
        return _CONSTANTS[name]
    if keyword.iskeyword(name) or not name.isidentifier():
        raise _UntranslatableError
    return name
