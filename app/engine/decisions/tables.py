"""Decision tables: which rules match, and what the hit policy makes of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Final

from app.domain.feel.budget import spend
from app.domain.feel.evaluation import Evaluation
from app.domain.feel.frames import Frame
from app.domain.feel.functions import FUNCTIONS
from app.domain.feel.functions.texts import written
from app.domain.feel.parser import INPUT
from app.domain.feel.syntax import Literal, Tests
from app.domain.feel.values import equal
from app.engine.decisions.errors import AggregationError, InputTypeError, RulesConflictError, ValueNotAllowedError
from app.engine.decisions.model import Input, Output, OwnType, Rule, Table
from app.engine.decisions.typed import UnfitError, suited

_SINGLE: Final = frozenset({"UNIQUE", "FIRST", "ANY", "PRIORITY"})


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that matched and what it says, output by output."""

    rule: Rule
    values: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in a table: the value, the inputs by label, the rules that matched."""

    value: object
    inputs: tuple[tuple[str, object], ...]
    rules: tuple[Rule, ...]


def look_up(table: Table, frame: Frame, evaluation: Evaluation, decision: str) -> Looked:
    """Find what the table says. Raises a `DecisionError` for a value not allowed and where rules conflict."""
    given = [_given(column, frame, evaluation, decision) for column in table.inputs]
    told = tuple((column.label, value) for column, value in zip(table.inputs, given, strict=True))
    matching = _matching(table, given, frame, evaluation)
    if not matching:
        return Looked(_without_rule(table, frame, evaluation, decision), told, ())
    hits = [Hit(rule, _results(table, rule, frame, evaluation, decision)) for rule in matching]
    taken, value = _POLICIES[table.policy](table, hits, decision)
    return Looked(value, told, tuple(hit.rule for hit in taken))


def _given(column: Input, frame: Frame, evaluation: Evaluation, decision: str) -> object:
    value = evaluation.of(column.tree, frame)
    try:
        value = suited(value, column.type, evaluation, outside=True)
    except UnfitError as unfit:
        problem = _input_fault(column, unfit, decision)
    else:
        if value is None or column.allowed is None or evaluation.of(column.allowed, Frame({INPUT: value}, frame)):
            return value
        problem = ValueNotAllowedError(
            element=column.element, decision=decision, name=column.label, value=written(value)
        )
    raise problem


def _input_fault(column: Input, unfit: UnfitError, decision: str) -> ValueNotAllowedError | InputTypeError:
    shown = written(unfit.value)
    if unfit.forbidden:
        return ValueNotAllowedError(element=column.element, decision=decision, name=column.label, value=shown)
    return InputTypeError(
        element=column.element, decision=decision, name=column.label, needed=unfit.needed, value=shown
    )


def _matching(table: Table, given: Sequence[object], frame: Frame, evaluation: Evaluation) -> list[Rule]:
    frames = [Frame({INPUT: value}, frame) for value in given]
    found = []
    for rule in table.rules:
        if all(
            _fits(tests, value, inner, evaluation)
            for tests, value, inner in zip(rule.tests, given, frames, strict=True)
        ):
            found.append(rule)
            if table.policy == "FIRST":
                break
    return found


def _fits(tests: Tests, value: object, frame: Frame, evaluation: Evaluation) -> bool:
    """Whether a cell fits; plain values, which most cells hold, cost no steps, as a table has only so many cells."""
    if not tests.tests:
        return True
    if not tests.negated and all(isinstance(test, Literal) for test in tests.tests):
        return any(equal(value, test.value) is True for test in tests.tests if isinstance(test, Literal))
    return evaluation.of(tests, frame) is True


def _results(table: Table, rule: Rule, frame: Frame, evaluation: Evaluation, decision: str) -> tuple[object, ...]:
    return tuple(
        _result(output, evaluation.of(tree, frame), frame, evaluation, decision)
        for output, tree in zip(table.outputs, rule.results, strict=True)
    )


def _result(output: Output, value: object, frame: Frame, evaluation: Evaluation, decision: str) -> object:
    name = output.name or decision
    try:
        value = suited(value, output.type, evaluation)
    except UnfitError as unfit:
        needed: OwnType | None = output.type
        shown = written(unfit.value)
        problem: ValueNotAllowedError | InputTypeError = InputTypeError(
            element=output.element, decision=decision, name=name, needed=needed.name if needed else "", value=shown
        )
        if unfit.forbidden:
            problem = ValueNotAllowedError(element=output.element, decision=decision, name=name, value=shown)
    else:
        if value is None or output.allowed is None or evaluation.of(output.allowed, Frame({INPUT: value}, frame)):
            return value
        problem = ValueNotAllowedError(element=output.element, decision=decision, name=name, value=written(value))
    raise problem


def _without_rule(table: Table, frame: Frame, evaluation: Evaluation, decision: str) -> object:
    """The default outputs; without them null, of several hits none."""
    if any(output.default is not None for output in table.outputs):
        values = tuple(
            None
            if output.default is None
            else _result(output, evaluation.of(output.default, frame), frame, evaluation, decision)
            for output in table.outputs
        )
        value = _named(table, values)
        return value if table.policy in _SINGLE or table.aggregation else [value]
    if table.policy in _SINGLE:
        return None
    if table.aggregation:
        return 0 if table.aggregation == "COUNT" else None
    return []


def _named(table: Table, values: Sequence[object]) -> object:
    """A single output is the value itself, several are a context."""
    if len(table.outputs) == 1:
        return values[0]
    return {output.name: value for output, value in zip(table.outputs, values, strict=True)}


Chosen = tuple[list[Hit], object]


def _unique(table: Table, hits: list[Hit], decision: str) -> Chosen:
    if len(hits) > 1:
        raise _conflict(table, hits, decision)
    return hits, _named(table, hits[0].values)


def _any(table: Table, hits: list[Hit], decision: str) -> Chosen:
    if any(equal(list(hit.values), list(hits[0].values)) is not True for hit in hits):
        raise _conflict(table, hits, decision)
    return hits, _named(table, hits[0].values)


def _conflict(table: Table, hits: list[Hit], decision: str) -> RulesConflictError:
    numbers = ", ".join(str(hit.rule.number) for hit in hits)
    return RulesConflictError(element=table.element, decision=decision, rules=numbers, policy=table.policy)


def _first(table: Table, hits: list[Hit], _: str) -> Chosen:
    return hits[:1], _named(table, hits[0].values)


def _priority(table: Table, hits: list[Hit], _: str) -> Chosen:
    best = _by_priority(table, hits)[:1]
    return best, _named(table, best[0].values)


def _rule_order(table: Table, hits: list[Hit], _: str) -> Chosen:
    return hits, [_named(table, hit.values) for hit in hits]


def _output_order(table: Table, hits: list[Hit], _: str) -> Chosen:
    ordered = _by_priority(table, hits)
    return ordered, [_named(table, hit.values) for hit in ordered]


def _by_priority(table: Table, hits: list[Hit]) -> list[Hit]:
    """By the place among the allowed values of the first output, then of the next; equal ones as the rules stand."""
    orders = [[literal.value for literal in output.order if isinstance(literal, Literal)] for output in table.outputs]

    def place(order: list[object], value: object) -> int:
        spend(1)
        return next((n for n, each in enumerate(order) if equal(each, value) is True), len(order))

    def compare(one: Hit, other: Hit) -> int:
        for order, left, right in zip(orders, one.values, other.values, strict=True):
            difference = place(order, left) - place(order, right)
            if order and difference:
                return difference
        return 0

    return sorted(hits, key=cmp_to_key(compare))


def _collect(table: Table, hits: list[Hit], decision: str) -> Chosen:
    if not table.aggregation:
        return _rule_order(table, hits, decision)
    values = [hit.values[0] for hit in hits]
    if table.aggregation == "COUNT":
        return hits, len(values)
    found = FUNCTIONS[table.aggregation.lower()].call(values)
    if found is None:
        raise AggregationError(element=table.element, decision=decision, aggregation=table.aggregation)
    return hits, found


_POLICIES: Final[dict[str, Callable[[Table, list[Hit], str], Chosen]]] = {
    "UNIQUE": _unique,
    "ANY": _any,
    "FIRST": _first,
    "PRIORITY": _priority,
    "RULE ORDER": _rule_order,
    "OUTPUT ORDER": _output_order,
    "COLLECT": _collect,
}
