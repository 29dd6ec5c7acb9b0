"""Expressions that ask for nothing: what they come to is known before anybody runs them."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from app.domain.problems import Problem
from app.engine.expressions import ExpressionError
from app.engine.instances import MOST_INSTANCES
from app.engine.lint.expressions import Expression, environment, is_sound, means_something, read_expressions, wrong
from app.engine.lint.model import Diagram
from app.engine.lint.rules import activities, events
from app.engine.lint.structure import Check
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
            yield wrong(diagram, expression, error)


def _is_constant(expression: Expression) -> bool:
    source, mode = expression.source, expression.mode
    return not environment().names(source, mode) and not environment().given(source, mode)


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
    if expression.place == "loopCondition" and value and not _has_maximum(diagram, expression.element):
        yield activities.ENDLESS_LOOP.at(**at)


def _has_maximum(diagram: Diagram, element: str) -> bool:
    loop = diagram.nodes[element].xml.find(BPMN + "standardLoopCharacteristics")
    return loop is not None and loop.get("loopMaximum") is not None


CHECKS: Final[tuple[Check, ...]] = (_constants,)
