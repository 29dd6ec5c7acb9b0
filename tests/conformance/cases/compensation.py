"""Compensation: what was done is undone, in the reverse order."""

from tests.conformance.case import case
from tests.conformance.drawing import compensate, handler
from tests.unit.engine.diagrams import catch, diagram, script

CASES = [
    case(
        "compensation_catch_in_between_is_refused",
        "compensation event",
        "catch",
        diagram("start -> t -> end", t=catch(compensate())),
        refused="t",
    ),
    case(
        "a_compensation_handler_on_the_way_is_refused",
        "compensation event",
        "boundary",
        diagram("start -> t -> h -> end", h=handler(script("x = 1"))),
        refused="h",
    ),
]
