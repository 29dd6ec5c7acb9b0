"""Decisions as read: what each requires and the boxed expression that computes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from app.domain.feel.syntax import Node, Tests, Type

HitPolicy = Literal["UNIQUE", "FIRST", "ANY", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT"]
Aggregation = Literal["", "SUM", "MIN", "MAX", "COUNT"]


@dataclass(frozen=True, slots=True)
class OwnType:
    """An item definition: a basic type or components, perhaps a list of them, perhaps with allowed values."""

    name: str
    base: Type
    components: Mapping[str, "OwnType"] = field(default_factory=dict)
    collection: bool = False
    allowed: Tests | None = None
    allowed_items: bool = True
    """Whether the allowed values are those of the items of a collection rather than of the whole."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A name and its type, None for any."""

    name: str
    type: OwnType | None = None


@dataclass(frozen=True, slots=True)
class Expression:
    """A FEEL expression."""

    element: str
    tree: Node


@dataclass(frozen=True, slots=True)
class Typed:
    """An expression that names its own type."""

    body: "Boxed"
    type: OwnType


@dataclass(frozen=True, slots=True)
class Input:
    """A column of conditions."""

    element: str
    label: str
    tree: Node
    type: OwnType | None
    allowed: Tests | None


@dataclass(frozen=True, slots=True)
class Output:
    """A column of results; `order` are its allowed values from the highest priority, `default` holds without a rule."""

    element: str
    name: str
    type: OwnType | None
    allowed: Tests | None
    order: tuple[Node, ...]
    default: Node | None


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: `number` counts from 1."""

    element: str
    number: int
    tests: tuple[Tests, ...]
    results: tuple[Node, ...]
    annotation: str


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table."""

    element: str
    policy: HitPolicy
    aggregation: Aggregation
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class BoxedContext:
    """Entries that see those before them; the last without a name is the value."""

    entries: tuple[tuple[Variable, "Boxed"], ...]
    result: "Boxed | None"


@dataclass(frozen=True, slots=True)
class BoxedInvocation:
    """A call of a function, its arguments by name."""

    element: str
    function: "Boxed"
    bindings: tuple[tuple[str, "Boxed"], ...]


@dataclass(frozen=True, slots=True)
class BoxedFunction:
    """A function."""

    element: str
    parameters: tuple[Variable, ...]
    body: "Boxed"


@dataclass(frozen=True, slots=True)
class BoxedList:
    """A list."""

    items: tuple["Boxed", ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """A table of values: a list of contexts."""

    columns: tuple[str, ...]
    rows: tuple[tuple["Boxed", ...], ...]


@dataclass(frozen=True, slots=True)
class Conditional:
    """If, then, else."""

    condition: "Boxed"
    chosen: "Boxed"
    otherwise: "Boxed"


@dataclass(frozen=True, slots=True)
class BoxedFilter:
    """The items of a list that match."""

    items: "Boxed"
    match: "Boxed"


@dataclass(frozen=True, slots=True)
class BoxedLoop:
    """`for`, `some` and `every`."""

    kind: Literal["for", "some", "every"]
    name: str
    items: "Boxed"
    body: "Boxed"


Boxed = (
    Expression
    | Typed
    | Table
    | BoxedContext
    | BoxedInvocation
    | BoxedFunction
    | BoxedList
    | Relation
    | Conditional
    | BoxedFilter
    | BoxedLoop
)


@dataclass(frozen=True, slots=True)
class Requirement:
    """Another element that is needed; `prefix` is the name of the import it comes through, "" within one file."""

    key: str
    prefix: str


@dataclass(frozen=True, slots=True)
class InputData:
    """A value from outside, by the name of the process variable."""

    key: str
    element: str
    variable: Variable


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision; `free` are the names that it takes from the process without an input data element."""

    key: str
    element: str
    name: str
    variable: Variable
    requirements: tuple[Requirement, ...]
    free: tuple[str, ...]
    body: Boxed


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A business knowledge model: a function that several decisions call."""

    key: str
    element: str
    variable: Variable
    requirements: tuple[Requirement, ...]
    function: BoxedFunction


@dataclass(frozen=True, slots=True)
class Service:
    """A decision service: a function whose parameters are decisions and input data."""

    key: str
    element: str
    variable: Variable
    outputs: tuple[str, ...]
    given: tuple[str, ...]


Element = InputData | Decision | Knowledge | Service


def result_names(body: Boxed) -> tuple[str, ...]:
    """The names of a table's outputs; empty for another expression or an output without a name."""
    return tuple(output.name for output in body.outputs if output.name) if isinstance(body, Table) else ()


def needs(element: Element) -> tuple[str, ...]:
    """The keys of the elements that must have their values before this one; a function may call itself."""
    if isinstance(element, Decision | Knowledge):
        return tuple(
            each.key for each in element.requirements if each.key != element.key or isinstance(element, Decision)
        )
    return element.outputs if isinstance(element, Service) else ()
