"""Expressions that ask for nothing: what they come to is known before anybody runs them."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from app.domain.problems import Problem
from app.engine.expressions import UNKNOWN_NAME, ExpressionError
from app.engine.instances import MOST_INSTANCES
from app.engine.lint.expressions import Expression, environment, is_sound, means_something, read_expressions, told
from app.engine.lint.model import Diagram, Node
from app.engine.lint.rules import activities, events
from app.engine.lint.rules import expressions as rules
from app.engine.lint.structure import Check
from app.engine.sandbox import compiled
from app.engine.xml import BPMN

MOST_EVALUATED: Final = 300
"""Of one file: an expression may take some milliseconds before it is stopped."""


def _constants(diagram: Diagram) -> Iterator[Problem]:
    sound = (each for each in read_expressions(diagram) if is_sound(each))
    for expression in islice((each for each in sound if _is_constant(each)), MOST_EVALUATED):
        try:
            if expression.mode == "exec":
                environment().execute(expression.source, {})
            else:
                yield from _unfit(diagram, expression, environment().evaluate(expression.source, {}))
        except ExpressionError as error:
            if not _asks_for_itself(expression, error):
                yield told(rules.ALWAYS_FAILS, diagram, expression, error)


def _is_constant(expression: Expression) -> bool:
    source, mode = expression.source, expression.mode
    return not environment().names(source, mode) and not environment().given(source, mode)


def _asks_for_itself(expression: Expression, error: ExpressionError) -> bool:
    """Whether a script only lacks the former value of what it sets, as in `n = n + 1`."""
    own = compiled(expression.source, expression.mode).assigned
    return any(error.reason == UNKNOWN_NAME.with_values(name=name) for name in own)


def _unfit(diagram: Diagram, expression: Expression, value: object) -> Iterator[Problem]:
    """What a constant cannot be at its place."""
    at = {"file": diagram.file, "element": expression.element}
    if expression.place == "timer" and not means_something(value):
        yield events.TIMER_TEXT.at(**at, value=expression.source[:80])
    if expression.place == "loopCardinality":
        said = {"attribute": "loopCardinality", "value": expression.source[:80]}
        if type(value) is not int:
            yield activities.NOT_A_NUMBER.at(**at, **said)
        elif value > MOST_INSTANCES:
            yield activities.TOO_MANY.at(**at, **said, most=MOST_INSTANCES)
    if expression.place == "loopCondition" and value and _never_ends(diagram.nodes.get(expression.element)):
        yield activities.ENDLESS_LOOP.at(**at)


def _never_ends(node: Node | None) -> bool:
    """Whether a loop whose condition always holds goes on without anything that could stop it."""
    loop = None if node is None or node.boundaries else node.xml.find(BPMN + "standardLoopCharacteristics")
    return loop is not None and loop.get("loopMaximum") is None


CHECKS: Final[tuple[Check, ...]] = (_constants,)
