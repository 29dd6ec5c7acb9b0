"""A tree and a context into a value: three-valued logic, a limited number of steps."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from app.domain.feel import budget, warnings
from app.domain.feel.arithmetic import computed, negated
from app.domain.feel.budget import STEPS, Budget
from app.domain.feel.declaration import FUNCTIONS
from app.domain.feel.errors import BudgetSpentError
from app.domain.feel.frames import MISSING, Frame
from app.domain.feel.moments import has_property, property_of
from app.domain.feel.parser import INPUT, asks_input
from app.domain.feel.syntax import (
    And,
    Below,
    Call,
    Compare,
    Compute,
    ContextOf,
    Filter,
    For,
    FunctionOf,
    If,
    In,
    InstanceOf,
    Invoke,
    ListOf,
    Literal,
    Loop,
    Name,
    Negate,
    Node,
    Or,
    Path,
    Quantified,
    RangeOf,
    Tests,
)
from app.domain.feel.typing import NONE, OwnTypes, conforms
from app.domain.feel.values import Function, Range, any_of, compared, equal, kind, number, opposite, outward
from app.domain.texts import Text

Context = Mapping[str, object]
MOST_WARNINGS: Final = 20


@dataclass(frozen=True, slots=True)
class Outcome:
    """A value (FEEL's own: numbers are Decimal or int) and what was odd on the way to it."""

    value: object
    warnings: tuple[Text, ...]


def evaluate(tree: Node, context: Context, *, steps: int = STEPS) -> object:
    """The value of a parsed expression; whatever does not fit is null, so that only `BudgetSpentError` is raised.

    Context values: None, bool, int, float, Decimal, str, date, datetime, time, timedelta, lists and mappings of them.
    """
    with budget.using(Budget(steps)):
        return outward(Evaluation().value(tree, context))


def examine(tree: Node, context: Context, *, steps: int = STEPS) -> Outcome:
    """As `evaluate`, with everything that made a part of it null."""
    with budget.using(Budget(steps)):
        evaluation = Evaluation()
        value = evaluation.value(tree, context)
        return Outcome(value, tuple(evaluation.warnings))


class Evaluation:
    """One evaluation: how deep it is, what it found odd. Its steps are paid from the budget in force."""

    def __init__(self, own_types: OwnTypes = NONE) -> None:
        self._budget = budget.current()
        self._depth = 0
        self._own_types = own_types
        self.warnings: list[Text] = []

    def value(self, tree: Node, context: Context) -> object:
        """The value of a tree; raises `BudgetSpentError`."""
        try:
            return self.of(tree, Frame(context))
        except RecursionError:
            problem = BudgetSpentError()
        raise problem

    def fits(self, tests: Tests, value: object, context: Context) -> bool:
        """Whether a cell's tests fit the value; raises `BudgetSpentError`."""
        return self.value(tests, {**context, INPUT: value}) is True

    def of(self, node: Node, frame: Frame) -> object:
        """The value of a node."""
        self._budget.spend(1)
        self._depth += 1
        if self._depth > budget.DEEPEST:
            raise BudgetSpentError
        try:
            return _EVALUATORS[type(node)](self, node, frame)
        finally:
            self._depth -= 1

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """One level deeper, for expressions that hold others without being FEEL; raises `BudgetSpentError`."""
        self._budget.spend(1)
        self._depth += 4  # such an expression takes more of Python's stack than a node does
        if self._depth > budget.DEEPEST:
            raise BudgetSpentError
        try:
            yield
        finally:
            self._depth -= 4

    def warn(self, telling: Callable[..., Text], *about: object) -> None:
        """Remember what was odd; null alone would not tell."""
        if len(self.warnings) < MOST_WARNINGS:
            warning = telling(*about)
            if warning not in self.warnings:
                self.warnings.append(warning)

    def literal(self, node: Literal, _: Frame) -> object:
        return node.value

    def name(self, node: Name, frame: Frame) -> object:
        found = frame.find(node.name)
        if found is not MISSING:
            return found
        builtin = FUNCTIONS.get(node.name)
        if builtin is not None:
            parameters = tuple(each.name for each in builtin.signatures[0].parameters)
            return Function(parameters, builtin.call, variadic=True)
        self.warn(warnings.no_variable, node.name)
        return None

    def path(self, node: Path, frame: Frame) -> object:
        return self._entry(self.of(node.base, frame), node.entry)

    def _entry(self, base: object, name: str) -> object:
        if isinstance(base, list):
            self._budget.spend(len(base))
            return [self._entry(item, name) for item in base]
        if isinstance(base, Mapping):
            if name not in base:
                self.warn(warnings.no_entry, name)
            return base.get(name)
        if base is not None and not has_property(base, name):
            self.warn(warnings.no_property, name, kind(base))
        return property_of(base, name)

    def filter(self, node: Filter, frame: Frame) -> object:
        base = self.of(node.base, frame)
        items = base if isinstance(base, list) else [] if base is None else [base]
        if isinstance(node.condition, (Literal, Negate)):
            chosen = self.of(node.condition, frame)
            if number(chosen) is not None:
                return self._item(items, chosen)
        kept = []
        for item in items:
            entries = item if isinstance(item, Mapping) else {}
            value = self.of(node.condition, Frame(entries, Frame({"item": item}, frame)))
            if number(value) is not None:
                return self._item(items, value)
            if value is True:
                kept.append(item)
        return kept

    def _item(self, items: list[object], place: object) -> object:
        """The item at a place counted from 1, from the end when negative."""
        amount = number(place)
        if amount is None or amount != amount.to_integral_value() or amount == 0 or abs(amount) > len(items):
            self.warn(warnings.no_item, str(amount), len(items))
            return None
        return items[int(amount) - 1 if amount > 0 else int(amount)]

    def list_of(self, node: ListOf, frame: Frame) -> object:
        return [self.of(item, frame) for item in node.items]

    def context_of(self, node: ContextOf, frame: Frame) -> object:
        entries: dict[str, object] = {}
        inner = Frame(entries, frame)
        for name, value in node.entries:
            entries[name] = self.of(value, inner)
        return entries

    def range(self, node: RangeOf, frame: Frame) -> object:
        low, high = self.of(node.low, frame), self.of(node.high, frame)
        if low is not None and high is not None and compared(low, high) is None:
            self.warn(warnings.not_comparable, kind(low), kind(high))
            return None
        return Range(low, high, low_included=node.low_included, high_included=node.high_included)

    def compare(self, node: Compare, frame: Frame) -> object:
        return self._judged(node.operator, self.of(node.left, frame), self.of(node.right, frame))

    def _judged(self, operator: str, left: object, right: object) -> bool | None:
        if operator in ("=", "!="):
            same = equal(left, right)
            if same is None:
                self.warn(warnings.not_comparable, kind(left), kind(right))
            return same if operator == "=" else opposite(same)
        order = compared(left, right)
        if order is None:
            if left is not None and right is not None:
                self.warn(warnings.not_comparable, kind(left), kind(right))
            return None
        return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[operator]

    def compute(self, node: Compute, frame: Frame) -> object:
        left, right = self.of(node.left, frame), self.of(node.right, frame)
        value = computed(node.operator, left, right)
        if value is None:
            self.warn(warnings.not_computable, node.operator, kind(left), kind(right))
        return value

    def negate(self, node: Negate, frame: Frame) -> object:
        return negated(self.of(node.operand, frame))

    def both(self, node: And, frame: Frame) -> object:
        left = self.of(node.left, frame)
        if left is False:
            return False
        right = self.of(node.right, frame)
        if right is False:
            return False
        return True if left is True and right is True else None

    def either(self, node: Or, frame: Frame) -> object:
        left = self.of(node.left, frame)
        if left is True:
            return True
        right = self.of(node.right, frame)
        if right is True:
            return True
        return False if left is False and right is False else None

    def choice(self, node: If, frame: Frame) -> object:
        chosen = node.chosen if self.of(node.condition, frame) is True else node.otherwise
        return self.of(chosen, frame)

    def within(self, node: In, frame: Frame) -> object:
        value = self.of(node.value, frame)
        return any_of(self._fits(value, test, frame) for test in node.tests)

    def tests(self, node: Tests, frame: Frame) -> object:
        if not node.tests:
            return True
        value = frame.find(INPUT)
        found = any_of(self._cell_fits(None if value is MISSING else value, test, frame) for test in node.tests)
        return opposite(found) if node.negated else found

    def _cell_fits(self, value: object, test: Node, frame: Frame) -> bool | None:
        if isinstance(test, Literal | Below | RangeOf):
            return self._fits(value, test, frame)
        found = self.of(test, frame)
        if asks_input(test) and not isinstance(test, Name):
            return found if isinstance(found, bool) else None
        return self._is_or_holds(value, found)

    def _fits(self, value: object, test: Node, frame: Frame) -> bool | None:
        if isinstance(test, Below):
            return self._judged(test.operator, value, self.of(test.bound, frame))
        return self._is_or_holds(value, self.of(test, frame))

    def _is_or_holds(self, value: object, found: object) -> bool | None:
        if isinstance(found, Range):
            return found.holds(value)
        if isinstance(found, list):
            self._budget.spend(len(found))
            if isinstance(value, list) and equal(value, found) is True:
                return True
            return any_of(each.holds(value) if isinstance(each, Range) else equal(value, each) for each in found)
        return equal(value, found)

    def below(self, node: Below, frame: Frame) -> object:
        """`(< 5)` as a value: a range without its other end."""
        bound, sign = self.of(node.bound, frame), node.operator
        if sign == "!=":
            return None
        return Range(
            bound if sign in (">", ">=", "=") else None,
            bound if sign in ("<", "<=", "=") else None,
            low_included=sign in (">=", "="),
            high_included=sign in ("<=", "="),
        )

    def quantified(self, node: Quantified, frame: Frame) -> object:
        results: list[object] = []
        for inner in self._turns(node.loops, frame, {}):
            if inner is None:
                return None
            results.append(self.of(node.condition, inner))
        return summed_up(node.quantifier, results)

    def loop(self, node: For, frame: Frame) -> object:
        results: list[object] = []
        for inner in self._turns(node.loops, frame, {"partial": results}):
            if inner is None:
                return None
            results.append(self.of(node.result, inner))
        return summed_up("for", results)

    def _turns(self, loops: tuple[Loop, ...], frame: Frame, known: dict[str, object]) -> Iterator[Frame | None]:
        """A frame for each combination of items, the last loop turning fastest; None where something is no list."""
        if not loops:
            yield Frame(known, frame)
            return
        items = self._items(loops[0], Frame(known, frame))
        if items is None:
            yield None
            return
        for item in items:
            yield from self._turns(loops[1:], frame, {**known, loops[0].name: item})

    def _items(self, loop: Loop, frame: Frame) -> Iterator[object] | None:
        first = self.of(loop.items, frame)
        return items_of(first) if loop.until is None else _stretch(first, self.of(loop.until, frame))

    def instance(self, node: InstanceOf, frame: Frame) -> object:
        return conforms(self.of(node.value, frame), node.type, self._own_types)

    def function_of(self, node: FunctionOf, frame: Frame) -> object:
        names = tuple(name for name, _ in node.parameters)

        def call(*arguments: object) -> object:
            for (name, needed), given in zip(node.parameters, arguments, strict=True):
                if needed is not None and given is not None and not conforms(given, needed, self._own_types):
                    self.warn(warnings.argument, name, kind(given))
                    return None
            return self.of(node.body, Frame(dict(zip(names, arguments, strict=True)), frame))

        return Function(names, call)

    def invoke(self, node: Invoke, frame: Frame) -> object:
        function = self.of(node.function, frame)
        arguments = [self.of(argument, frame) for argument in node.arguments]
        if not isinstance(function, Function):
            self.warn(warnings.no_function, kind(function))
            return None
        if node.names:
            given = dict(zip(node.names, arguments, strict=True))
            if set(given) != set(function.parameters):
                self.warn(warnings.arguments, ", ".join(function.parameters))
                return None
            arguments = [given[name] for name in function.parameters]
        elif len(arguments) != len(function.parameters) and not function.variadic:
            self.warn(warnings.arguments, ", ".join(function.parameters))
            return None
        return function.call(*arguments)

    def call(self, node: Call, frame: Frame) -> object:
        if node.function == "is defined" and isinstance(node.arguments[0], Name):
            return frame.find(node.arguments[0].name) is not MISSING
        arguments = [self.of(argument, frame) for argument in node.arguments]
        value = FUNCTIONS[node.function].call(*arguments)
        if value is None and node.function not in _OFTEN_NULL:
            self.warn(warnings.function, node.function, ", ".join(map(kind, arguments)))
        self._budget.spend(len(value) // 8 if isinstance(value, list | dict) else 0)
        return value


_OFTEN_NULL: Final = frozenset({"not", "all", "any", "get value", "string", "min", "max", "sum", "mean"})


def items_of(value: object) -> Iterator[object] | None:
    """What a loop over the value goes through; None where it is nothing to go through."""
    if isinstance(value, Range):
        items = None if value.low is None or value.high is None else _stretch(value.low, value.high)
        return None if items is None else (item for item in items if value.holds(item))
    if value is None:
        return None
    return iter(value if isinstance(value, list) else [value])


def summed_up(kind_of_loop: str, results: list[object]) -> object:
    """What a loop makes of the results of its turns: all of them, or whether `some` or `every` one is true."""
    if kind_of_loop == "for":
        return list(results)
    if kind_of_loop == "some":
        return any_of(results)
    return opposite(any_of(opposite(result) for result in results))


def _stretch(first: object, last: object) -> Iterator[object] | None:
    """The whole numbers or the days from the first to the last, backwards too."""
    if isinstance(first, date) and isinstance(last, date) and not isinstance(first, datetime):
        days = (last - first).days if not isinstance(last, datetime) else 0
        step = 1 if days >= 0 else -1
        start = first
        return (start + timedelta(days=count) for count in range(0, days + step, step))
    low, high = number(first), number(last)
    if low is None or high is None or low != low.to_integral_value() or abs(low) + abs(high) > 10**15:
        return None
    direction = 1 if high >= low else -1
    return (Decimal(count) for count in range(int(low), int(high) + direction, direction))


_EVALUATORS: Final[dict[type, Callable[[Evaluation, Any, Frame], object]]] = {
    Literal: Evaluation.literal,
    Name: Evaluation.name,
    Path: Evaluation.path,
    Filter: Evaluation.filter,
    ListOf: Evaluation.list_of,
    ContextOf: Evaluation.context_of,
    RangeOf: Evaluation.range,
    Compare: Evaluation.compare,
    Compute: Evaluation.compute,
    Negate: Evaluation.negate,
    And: Evaluation.both,
    Or: Evaluation.either,
    If: Evaluation.choice,
    Below: Evaluation.below,
    In: Evaluation.within,
    Tests: Evaluation.tests,
    Quantified: Evaluation.quantified,
    For: Evaluation.loop,
    InstanceOf: Evaluation.instance,
    FunctionOf: Evaluation.function_of,
    Call: Evaluation.call,
    Invoke: Evaluation.invoke,
}
