"""The flows of a drawn diagram."""

from itertools import pairwise
from math import dist
from typing import Final

from markupsafe import Markup

from app.domain.diagram import Box, Flow, Point
from app.page.diagram_shapes import circle, number, path
from app.page.diagram_text import LINE

_TIP: Final = 9.0
_TURN: Final = 6.0
_DONE: Final = Markup(' data-s="done"')


def beside(points: tuple[Point, ...]) -> Box:
    """Above the middle of the longest straight part of a flow."""
    parts = list(pairwise(points))
    (x1, y1), (x2, y2) = max(parts, key=lambda part: abs(part[0][0] - part[1][0]) + abs(part[0][1] - part[1][1]))
    return Box((x1 + x2) / 2 - 40, (y1 + y2) / 2 - LINE - 2, 80, LINE)


def line(flow: Flow, *, done: bool) -> Markup:
    """The line of a flow with its arrowhead."""
    state = _DONE if done else Markup("")
    css = {"sequence": "edge", "message": "edge msg", "association": "edge assoc"}[flow.kind]
    points = list(flow.points)
    tip = Markup("")
    if flow.kind != "association":
        points[-1] = _short_of(points[-1], points[-2], _TIP - 2)
        tip = _tip(flow.points[-1], points[-2], "tip hollow" if flow.kind == "message" else "tip", state)
    drawn = Markup('<path class="{}"{} d="{}"/>').format(css, state, _rounded(points))
    if flow.kind == "message":
        drawn += circle(points[0], 3.5, "tip hollow")
    if flow.default:
        drawn += path(_slash(points[0], points[1]), "edge")
    return drawn + tip


def _direction(start: Point, end: Point) -> Point:
    length = dist(start, end) or 1.0
    return (end[0] - start[0]) / length, (end[1] - start[1]) / length


def _short_of(end: Point, before: Point, by: float) -> Point:
    dx, dy = _direction(before, end)
    return end[0] - dx * by, end[1] - dy * by


def _tip(end: Point, before: Point, css: str, state: Markup) -> Markup:
    dx, dy = _direction(before, end)
    back = (end[0] - dx * _TIP, end[1] - dy * _TIP)
    corners = (end, (back[0] - dy * 4.5, back[1] + dx * 4.5), (back[0] + dy * 4.5, back[1] - dx * 4.5))
    steps = "L".join(f"{number(x)} {number(y)}" for x, y in corners)
    return Markup('<path class="{}"{} d="M{}z"/>').format(css, state, steps)


def _slash(start: Point, following: Point) -> str:
    """The stroke across the beginning of a default flow."""
    dx, dy = _direction(start, following)
    x, y = start[0] + dx * 12, start[1] + dy * 12
    side = (dx * 2.5 - dy * 4.5, dy * 2.5 + dx * 4.5)
    return f"M{number(x - side[0])} {number(y - side[1])}L{number(x + side[0])} {number(y + side[1])}"


def _rounded(points: list[Point]) -> str:
    """A path through `points` whose corners are a little round."""
    steps = [f"M{number(points[0][0])} {number(points[0][1])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        arriving, leaving = (
            _short_of(corner, before, _radius(before, corner)),
            _short_of(corner, after, _radius(corner, after)),
        )
        steps.append(f"L{number(arriving[0])} {number(arriving[1])}")
        steps.append(f"Q{number(corner[0])} {number(corner[1])} {number(leaving[0])} {number(leaving[1])}")
    return "".join([*steps, f"L{number(points[-1][0])} {number(points[-1][1])}"])


def _radius(start: Point, end: Point) -> float:
    return min(_TURN, dist(start, end) / 2)
