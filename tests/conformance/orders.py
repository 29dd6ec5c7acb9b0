"""Admissible orders of elements in a line of text, and whether a path is one of them.

`a b` one after the other; `(a b | c)` branches in any interleaving; `[a | b]` one of them; `a*3` three times; `a?`
once or not at all.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

_WORD = re.compile(r"\s*(?:([()\[\]|])|([\w.\-]+)|\*(\d+)|(\?))")


class Order:
    """What may come; after an element something else may come."""

    def may_end(self) -> bool:
        raise NotImplementedError

    def after(self, element: str) -> Iterator["Order"]:
        raise NotImplementedError


@dataclass(frozen=True)
class Nothing(Order):
    def may_end(self) -> bool:
        return True

    def after(self, element: str) -> Iterator[Order]:
        return iter(())


@dataclass(frozen=True)
class One(Order):
    element: str

    def may_end(self) -> bool:
        return False

    def after(self, element: str) -> Iterator[Order]:
        if element == self.element:
            yield Nothing()


@dataclass(frozen=True)
class Then(Order):
    first: Order
    second: Order

    def may_end(self) -> bool:
        return self.first.may_end() and self.second.may_end()

    def after(self, element: str) -> Iterator[Order]:
        yield from (then(rest, self.second) for rest in self.first.after(element))
        if self.first.may_end():
            yield from self.second.after(element)


@dataclass(frozen=True)
class Both(Order):
    left: Order
    right: Order

    def may_end(self) -> bool:
        return self.left.may_end() and self.right.may_end()

    def after(self, element: str) -> Iterator[Order]:
        yield from (both(rest, self.right) for rest in self.left.after(element))
        yield from (both(self.left, rest) for rest in self.right.after(element))


@dataclass(frozen=True)
class Either(Order):
    left: Order
    right: Order

    def may_end(self) -> bool:
        return self.left.may_end() or self.right.may_end()

    def after(self, element: str) -> Iterator[Order]:
        yield from self.left.after(element)
        yield from self.right.after(element)


def then(first: Order, second: Order) -> Order:
    """`second` after `first`."""
    return second if first == Nothing() else first if second == Nothing() else Then(first, second)


def both(left: Order, right: Order) -> Order:
    """The two in any interleaving."""
    return right if left == Nothing() else left if right == Nothing() else Both(left, right)


def admits(order: str, path: tuple[str, ...]) -> bool:
    """Whether the path is one that the order admits."""
    if not set(order) & set("()[]|*?"):
        return tuple(order.split()) == path
    ways = {read(order)}
    for element in path:
        ways = {rest for way in ways for rest in way.after(element)}
    return any(way.may_end() for way in ways)


def read(order: str) -> Order:
    """The order that a line of text means. Raises `ValueError`."""
    words = [match.groups() for match in _WORD.finditer(order)]
    if "".join("".join(filter(None, word)) for word in words) != re.sub(r"[\s*]", "", order):
        raise ValueError(order)
    found, rest = _sequence(words)
    if rest:
        raise ValueError(order)
    return found


def _sequence(words: list[tuple[str, ...]]) -> tuple[Order, list[tuple[str, ...]]]:
    parts: list[Order] = []
    while words:
        mark, element, times, maybe = words[0]
        if mark and mark in "|)]":
            break
        words = words[1:]
        if element:
            parts.append(One(element))
        elif times:
            parts[-1] = reduce(then, [parts[-1]] * int(times), Nothing())
        elif maybe:
            parts[-1] = Either(parts[-1], Nothing())
        else:
            part, words = _branches(words, together=mark == "(")
            parts.append(part)
    return reduce(then, parts, Nothing()), words


def _branches(words: list[tuple[str, ...]], *, together: bool) -> tuple[Order, list[tuple[str, ...]]]:
    branch, words = _sequence(words)
    found = branch
    while words and words[0][0] == "|":
        branch, words = _sequence(words[1:])
        found = both(found, branch) if together else Either(found, branch)
    if not words:
        raise ValueError("a bracket is not closed")
    return found, words[1:]
