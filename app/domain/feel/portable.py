"""Conditions for the browser: the small part of FEEL that `form.js` evaluates, as nested lists."""

from collections.abc import Mapping
from decimal import Decimal

from app.domain.feel.syntax import And, Call, Compare, ListOf, Literal, Name, Node, Or

Portable = list["Portable | str | int | float | bool | None"]
_CALLS = frozenset({"not", "count", "list contains", "is defined"})


def portable(tree: Node, fixed: Mapping[str, object]) -> Portable | None:
    """`["!=", ["name", "came"], ["value", "yes"]]`; None where the browser cannot follow: the server alone decides.

    Names in `fixed` become their values: the page does not know the variables of the process.
    """
    match tree:
        case Literal(value):
            return _literal(value)
        case Name(name) if name in fixed:
            return _literal(fixed[name])
        case Name(name):
            return ["name", name]
        case ListOf(items):
            return _joined(fixed, "list", *items)
        case Compare(operator, left, right):
            return _joined(fixed, operator, left, right)
        case And(left, right):
            return _joined(fixed, "and", left, right)
        case Or(left, right):
            return _joined(fixed, "or", left, right)
        case Call(function, arguments) if function in _CALLS:
            return _joined(fixed, function, *arguments)
        case _:
            return None


def _joined(fixed: Mapping[str, object], head: str, *nodes: Node) -> Portable | None:
    parts: Portable = [head]
    for node in nodes:
        part = portable(node, fixed)
        if part is None:
            return None
        parts.append(part)
    return parts


def _literal(value: object) -> Portable | None:
    if isinstance(value, Decimal):
        return ["value", float(value)]
    if isinstance(value, list):
        parts = [_literal(each) for each in value]
        return None if None in parts else ["list", *parts]
    return ["value", value] if value is None or isinstance(value, (bool, int, float, str)) else None
