"""Which fields a template uses, and where."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from app.domain.templates.syntax import Each, Field, If, Nodes, Template


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a field: in which line, for what, and within which lists (the outermost first)."""

    name: str
    line: int
    purpose: Literal["value", "condition", "list"]
    lists: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """Names used outside lists (the lists themselves among them), and by list the names used in its rows.

    A list within a list stands under "outer.inner".
    """

    single: frozenset[str]
    rows: Mapping[str, frozenset[str]]


def uses(template: Template) -> tuple[Use, ...]:
    """Every use of a field in the order of the template; `{{@n}}` is not a field."""
    return tuple(_uses(template.nodes, ()))


def fields_of(template: Template) -> Fields:
    """The fields a template needs: what a `fields.toml` must declare and a caller must give."""
    single: set[str] = set()
    rows: dict[str, set[str]] = {}
    for use in uses(template):
        (rows[".".join(use.lists)] if use.lists else single).add(use.name)
        if use.purpose == "list":
            rows.setdefault(".".join((*use.lists, use.name)), set())
    return Fields(frozenset(single), {name: frozenset(names) for name, names in rows.items()})


def _uses(nodes: Nodes, lists: tuple[str, ...]) -> Iterator[Use]:
    for node in nodes:
        if isinstance(node, Field) and node.name != "@n":
            yield Use(node.name, node.line, "value", lists)
        elif isinstance(node, If):
            yield Use(node.name, node.line, "condition", lists)
            yield from _uses(node.then, lists)
            yield from _uses(node.otherwise, lists)
        elif isinstance(node, Each):
            yield Use(node.name, node.line, "list", lists)
            yield from _uses(node.body, (*lists, node.name))
