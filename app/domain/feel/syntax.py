"""What a FEEL expression is made of: frozen nodes."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Literal as OneOf

Comparison = OneOf["=", "!=", "<", "<=", ">", ">="]
Arithmetic = OneOf["+", "-", "*", "/", "**"]


@dataclass(frozen=True, slots=True)
class Literal:
    """A number (int or Decimal), a string, true, false, null, or what `@"…"` spells."""

    value: object


@dataclass(frozen=True, slots=True)
class Name:
    """A variable; null where the context has none."""

    name: str


@dataclass(frozen=True, slots=True)
class Path:
    """`applicant.kind`: an entry of a context, that entry of every context of a list, or a property (`day.year`)."""

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
class ContextOf:
    """`{name: value, "name": value}`; an entry sees those before it."""

    entries: tuple[tuple[str, "Node"], ...]


@dataclass(frozen=True, slots=True)
class RangeOf:
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
class Tests:
    """The cell of a decision table: one test fits the value `?`, or with `not(…)` none; no tests fit anything."""

    tests: tuple["Node", ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Loop:
    """`x in list` or `x in 1..5` of a loop."""

    name: str
    items: "Node"
    until: "Node | None" = None


@dataclass(frozen=True, slots=True)
class Quantified:
    """`some x in list satisfies condition`, `every …`."""

    quantifier: OneOf["some", "every"]
    loops: tuple[Loop, ...]
    condition: "Node"


@dataclass(frozen=True, slots=True)
class For:
    """`for x in list, y in list return result`; the result sees those before it as `partial`."""

    loops: tuple[Loop, ...]
    result: "Node"


@dataclass(frozen=True, slots=True)
class Type:
    """A type as written: its name, what stands between `<` and `>`, and what a function returns."""

    name: str
    arguments: tuple["Type", ...] = ()
    entries: tuple[tuple[str, "Type"], ...] = ()
    result: "Type | None" = None


@dataclass(frozen=True, slots=True)
class InstanceOf:
    """`value instance of type`."""

    value: "Node"
    type: Type


@dataclass(frozen=True, slots=True)
class FunctionOf:
    """`function(a, b: number) body`."""

    parameters: tuple[tuple[str, Type | None], ...]
    body: "Node"


@dataclass(frozen=True, slots=True)
class Call:
    """A built-in function with its arguments in order."""

    function: str
    arguments: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Invoke:
    """A function that is a value; `names` are those of the arguments, empty where they go by their order."""

    function: "Node"
    arguments: tuple["Node", ...]
    names: tuple[str, ...] = field(default=())


Node = (
    Literal
    | Name
    | Path
    | Filter
    | ListOf
    | ContextOf
    | RangeOf
    | Compare
    | Compute
    | Negate
    | And
    | Or
    | If
    | Below
    | In
    | Tests
    | Loop
    | Quantified
    | For
    | InstanceOf
    | FunctionOf
    | Call
    | Invoke
)


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below `node`, in the order of writing."""
    for each in fields(node):
        yield from _nodes(getattr(node, each.name))


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, tuple):
        for part in value:
            yield from _nodes(part)
    elif isinstance(value, Node):
        yield value


def names(node: Node) -> frozenset[str]:
    """Every variable an expression reads; the variables it binds itself count too."""
    found = {node.name} if isinstance(node, Name) else set()
    return frozenset(found.union(*(names(child) for child in children(node))))
