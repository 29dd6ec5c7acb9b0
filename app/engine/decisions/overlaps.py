"""Whether two rules of a table can match at once, where their cells are plain values, comparisons and ranges."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from app.domain.feel.syntax import Below, Literal, Negate, RangeOf, Tests
from app.domain.feel.syntax import Node as Tree
from app.engine.decisions.model import Rule

MOST_RULES: Final = 300
"""Each rule is compared with all before it."""


@dataclass(frozen=True, slots=True)
class _Span:
    """Values of one kind from `low` to `high`; None is without end."""

    kind: str
    low: Any
    high: Any
    low_included: bool = True
    high_included: bool = True

    def meets(self, other: "_Span") -> bool:
        """Whether a value lies in both."""
        if self.kind != other.kind:
            return False
        low, low_included = _nearer(self.low, self.low_included, other.low, other.low_included, sign=1)
        high, high_included = _nearer(self.high, self.high_included, other.high, other.high_included, sign=-1)
        if low is None or high is None or low < high:
            return self.kind == "number" or low_included or high_included
        return bool(low == high and low_included and high_included)


def overlapping(rules: Sequence[Rule]) -> Iterator[tuple[Rule, Rule]]:
    """Pairs of rules that can match at once, the earlier first; equal conditions are left out."""
    for at, rule in enumerate(rules[:MOST_RULES]):
        for other in rules[:at]:
            if other.tests != rule.tests and _can_both_match(other.tests, rule.tests):
                yield other, rule
                break


def _can_both_match(one: Sequence[Tests], other: Sequence[Tests]) -> bool:
    """Whether some input matches both rules; False as well where the cells do not tell."""
    return all(_meet(left, right) for left, right in zip(one, other, strict=True))


def _meet(left: Tests, right: Tests) -> bool:
    if left == right or not left.tests or not right.tests:
        return True
    if left.negated or right.negated:
        return False
    spans = [span for each in left.tests if (span := _span(each)) is not None]
    others = [span for each in right.tests if (span := _span(each)) is not None]
    return any(one.meets(other) for one in spans for other in others)


def _span(test: Tree) -> _Span | None:
    if isinstance(test, RangeOf):
        low, high = _value(test.low), _value(test.high)
        found = low is not None and high is not None and _kind(low) == _kind(high) != ""
        return _Span(_kind(low), low, high, test.low_included, test.high_included) if found else None
    value = _value(test.bound) if isinstance(test, Below) else _value(test)
    if _kind(value) == "":
        return None
    match test.operator if isinstance(test, Below) else "=":
        case "=":
            return _Span(_kind(value), value, value)
        case "<" | "<=" as operator:
            return _Span(_kind(value), None, value, high_included=operator == "<=")
        case ">" | ">=" as operator:
            return _Span(_kind(value), value, None, low_included=operator == ">=")
    return None


def _value(tree: object) -> Any:
    if isinstance(tree, Negate):
        value = _value(tree.operand)
        return -value if _kind(value) == "number" else None
    return tree.value if isinstance(tree, Literal) else None


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "yes or no"
    if isinstance(value, int | Decimal):
        return "number"
    return "text" if isinstance(value, str) else "day" if type(value) is date else ""


def _nearer(one: Any, one_included: bool, other: Any, other_included: bool, *, sign: int) -> tuple[Any, bool]:
    """Of two borders the one that lets less through."""
    if one is None or other is None:
        return (other, other_included) if one is None else (one, one_included)
    if one == other:
        return one, one_included and other_included
    return (one, one_included) if (one > other) == (sign > 0) else (other, other_included)
