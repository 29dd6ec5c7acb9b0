"""Conditions for the browser: the small part of FEEL that `form.js` evaluates, as nested lists."""

from decimal import Decimal

from app.domain.feel.syntax import And, Call, Compare, ListOf, Literal, Name, Node, Or

Portable = list["Portable | str | int | float | bool | None"]
_CALLS = frozenset({"not", "count", "list contains", "is defined"})


def portable(tree: Node) -> Portable | None:
    """`["!=", ["name", "came"], ["value", "yes"]]`; None where the browser cannot follow: the server alone decides."""
    match tree:
        case Literal(value):
            return _literal(value)
        case Name(name):
            return ["name", name]
        case ListOf(items):
            return _joined("list", *items)
        case Compare(operator, left, right):
            return _joined(operator, left, right)
        case And(left, right):
            return _joined("and", left, right)
        case Or(left, right):
            return _joined("or", left, right)
        case Call(function, arguments) if function in _CALLS:
            return _joined(function, *arguments)
        case _:
            return None


def _joined(head: str, *nodes: Node) -> Portable | None:
    parts: Portable = [head]
    for node in nodes:
        part = portable(node)
        if part is None:
            return None
        parts.append(part)
    return parts


def _literal(value: object) -> Portable | None:
    if isinstance(value, Decimal):
        return ["value", float(value)]
    return ["value", value] if value is None or isinstance(value, (bool, int, float, str)) else None
