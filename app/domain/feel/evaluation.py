"""A tree and a context into a value: three-valued logic, a limited number of steps."""

from collections import ChainMap
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from app.domain.feel.errors import BudgetSpentError
from app.domain.feel.functions import FUNCTIONS
from app.domain.feel.syntax import (
    And,
    Below,
    Call,
    Compare,
    Compute,
    Filter,
    If,
    In,
    ListOf,
    Literal,
    Name,
    Negate,
    Node,
    Or,
    Path,
    Quantified,
    Range,
)
from app.domain.feel.values import compared, computed, equal, number, outward

STEPS: Final = 10_000
LONGEST_TEXT: Final = 1_000_000
Context = Mapping[str, object]


def evaluate(tree: Node, context: Context, *, steps: int = STEPS) -> object:
    """The value of a parsed expression; whatever does not fit is null, so that only `BudgetSpentError` is raised.

    Context values: None, bool, int, float, Decimal, str, date, datetime, time, timedelta, lists and mappings of them.
    """
    return outward(_Evaluation(steps).of(tree, context))


class _Range:
    """A range between two values."""

    __slots__ = ("high", "high_included", "low", "low_included")

    def __init__(self, low: object, high: object, *, low_included: bool, high_included: bool) -> None:
        self.low, self.high = low, high
        self.low_included, self.high_included = low_included, high_included

    def holds(self, value: object) -> bool | None:
        above, below = compared(value, self.low), compared(value, self.high)
        if above is None or below is None:
            return None
        return (above > 0 or (above == 0 and self.low_included)) and (below < 0 or (below == 0 and self.high_included))


class _Evaluation:
    """One evaluation and the steps it has left."""

    __slots__ = ("_left",)

    def __init__(self, steps: int) -> None:
        self._left = steps

    def of(self, node: Node, context: Context) -> object:
        self._left -= 1
        if self._left < 0:
            raise BudgetSpentError
        return _EVALUATORS[type(node)](self, node, context)

    def literal(self, node: Literal, _: Context) -> object:
        return node.value

    def name(self, node: Name, context: Context) -> object:
        return context.get(node.name)

    def path(self, node: Path, context: Context) -> object:
        base = self.of(node.base, context)
        if isinstance(base, list):
            return [item.get(node.entry) if isinstance(item, Mapping) else None for item in base]
        return base.get(node.entry) if isinstance(base, Mapping) else None

    def filter(self, node: Filter, context: Context) -> object:
        base = self.of(node.base, context)
        items = base if isinstance(base, list) else [] if base is None else [base]
        if isinstance(node.condition, (Literal, Negate)):
            return _item(items, self.of(node.condition, context))
        kept = []
        for item in items:
            value = self.of(node.condition, _within(item, context))
            if number(value) is not None:
                return _item(items, value)
            if value is True:
                kept.append(item)
        return kept

    def list_of(self, node: ListOf, context: Context) -> object:
        return [self.of(item, context) for item in node.items]

    def range(self, node: Range, context: Context) -> object:
        return _Range(
            self.of(node.low, context),
            self.of(node.high, context),
            low_included=node.low_included,
            high_included=node.high_included,
        )

    def compare(self, node: Compare, context: Context) -> object:
        return _judged(node.operator, self.of(node.left, context), self.of(node.right, context))

    def compute(self, node: Compute, context: Context) -> object:
        value = computed(node.operator, self.of(node.left, context), self.of(node.right, context))
        if isinstance(value, str) and len(value) > LONGEST_TEXT:
            raise BudgetSpentError
        return value

    def negate(self, node: Negate, context: Context) -> object:
        return computed("-", 0, self.of(node.operand, context))

    def both(self, node: And, context: Context) -> object:
        left = self.of(node.left, context)
        if left is False:
            return False
        right = self.of(node.right, context)
        if right is False:
            return False
        return True if left is True and right is True else None

    def either(self, node: Or, context: Context) -> object:
        left = self.of(node.left, context)
        if left is True:
            return True
        right = self.of(node.right, context)
        if right is True:
            return True
        return False if left is False and right is False else None

    def choice(self, node: If, context: Context) -> object:
        chosen = node.chosen if self.of(node.condition, context) is True else node.otherwise
        return self.of(chosen, context)

    def within(self, node: In, context: Context) -> object:
        value = self.of(node.value, context)
        return _any(self._fits(value, test, context) for test in node.tests)

    def _fits(self, value: object, test: Node, context: Context) -> bool | None:
        if isinstance(test, Below):
            return _judged(test.operator, value, self.of(test.bound, context))
        found = self.of(test, context)
        if isinstance(found, _Range):
            return found.holds(value)
        if isinstance(found, list) and not isinstance(value, list):
            return _any(each.holds(value) if isinstance(each, _Range) else equal(value, each) for each in found)
        return equal(value, found)

    def quantified(self, node: Quantified, context: Context) -> object:
        items = self.of(node.items, context)
        if not isinstance(items, list):
            return None
        results = [self.of(node.condition, ChainMap({node.name: item}, cast("Any", context))) for item in items]
        if node.quantifier == "some":
            return _any(result if isinstance(result, bool) else None for result in results)
        refused = _any(not result if isinstance(result, bool) else None for result in results)
        return None if refused is None else not refused

    def call(self, node: Call, context: Context) -> object:
        if node.function == "is defined" and isinstance(node.arguments[0], Name):
            return node.arguments[0].name in context
        return FUNCTIONS[node.function].carry_out(*(self.of(argument, context) for argument in node.arguments))


def _judged(operator: str, left: object, right: object) -> bool | None:
    if operator == "=":
        return equal(left, right)
    if operator == "!=":
        same = equal(left, right)
        return None if same is None else not same
    order = compared(left, right)
    if order is None:
        return None
    return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[operator]


def _any(results: Any) -> bool | None:
    """True wins, then null."""
    unknown = False
    for result in results:
        if result is True:
            return True
        unknown = unknown or result is None
    return None if unknown else False


def _item(items: list[object], place: object) -> object:
    """The item at a place counted from 1, from the end when negative."""
    amount = number(place)
    if amount is None or amount != int(amount) or amount == 0 or abs(amount) > len(items):
        return None
    return items[int(amount) - 1 if amount > 0 else int(amount)]


def _within(item: object, context: Context) -> Context:
    entries = item if isinstance(item, Mapping) else {}
    return ChainMap({"item": item}, cast("Any", entries), cast("Any", context))


_EVALUATORS: Final[dict[type, Callable[[_Evaluation, Any, Context], object]]] = {
    Literal: _Evaluation.literal,
    Name: _Evaluation.name,
    Path: _Evaluation.path,
    Filter: _Evaluation.filter,
    ListOf: _Evaluation.list_of,
    Range: _Evaluation.range,
    Compare: _Evaluation.compare,
    Compute: _Evaluation.compute,
    Negate: _Evaluation.negate,
    And: _Evaluation.both,
    Or: _Evaluation.either,
    If: _Evaluation.choice,
    In: _Evaluation.within,
    Quantified: _Evaluation.quantified,
    Call: _Evaluation.call,
}
