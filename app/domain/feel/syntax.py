"""What a FEEL expression is made of: frozen nodes."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Literal as OneOf

Comparison = OneOf["=", "!=", "<", "<=", ">", ">="]
Arithmetic = OneOf["+", "-", "*", "/", "**"]


@dataclass(frozen=True, slots=True)
class Literal:
    """A number (int or Decimal), a string, true, false or null."""

    value: object


@dataclass(frozen=True, slots=True)
class Name:
    """A variable; null where the context has none."""

    name: str


@dataclass(frozen=True, slots=True)
class Path:
    """`applicant.kind`: an entry of a context, or that entry of every context of a list."""

    base: "Node"
    entry: str


@dataclass(frozen=True, slots=True)
class Filter:
    """`list[1]`, `list[-1]`, `list[item > 2]`."""

    base: "Node"
    condition: "Node"


@dataclass(frozen=True, slots=True)
class ListOf:
    """`[1, 2, 3]`."""

    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Range:
    """`[1..5]`, `(1..5]`, `]1..5[`."""

    low: "Node"
    high: "Node"
    low_included: bool
    high_included: bool


@dataclass(frozen=True, slots=True)
class Compare:
    """`left operator right`."""

    operator: Comparison
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Compute:
    """`left operator right` of numbers, strings, dates and durations."""

    operator: Arithmetic
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Negate:
    """`-x`."""

    operand: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """False wins, then null."""

    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Or:
    """True wins, then null."""

    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class If:
    """`if condition then chosen else otherwise`; anything but true chooses the latter."""

    condition: "Node"
    chosen: "Node"
    otherwise: "Node"


@dataclass(frozen=True, slots=True)
class Below:
    """A test without its left side, as in `x in (< 5, > 10)`."""

    operator: Comparison
    bound: "Node"


@dataclass(frozen=True, slots=True)
class In:
    """`value in (test, test …)`: one fits."""

    value: "Node"
    tests: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Quantified:
    """`some x in list satisfies condition`, `every …`."""

    quantifier: OneOf["some", "every"]
    name: str
    items: "Node"
    condition: "Node"


@dataclass(frozen=True, slots=True)
class Call:
    """A built-in function with its arguments in order."""

    function: str
    arguments: tuple["Node", ...]


Node = (
    Literal
    | Name
    | Path
    | Filter
    | ListOf
    | Range
    | Compare
    | Compute
    | Negate
    | And
    | Or
    | If
    | Below
    | In
    | Quantified
    | Call
)


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below `node`, in the order of writing."""
    for each in fields(node):
        value = getattr(node, each.name)
        if isinstance(value, tuple):
            yield from value
        elif isinstance(value, Node):
            yield value


def names(node: Node) -> frozenset[str]:
    """Every variable an expression reads; the variables it binds itself count too."""
    found = {node.name} if isinstance(node, Name) else set()
    return frozenset(found.union(*(names(child) for child in children(node))))
