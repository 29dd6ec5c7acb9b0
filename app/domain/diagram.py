"""A diagram as it is drawn: places and names, no meaning. Units are those of the diagram, y grows downwards."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from app.domain.texts import Text

Point = tuple[float, float]
Repetition = Literal["", "parallel", "sequential", "loop"]

COLLAR: Final = 40.0
"""How much of a lane is shown above and below the shapes of a part."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle by its upper left corner and size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2

    def meets(self, other: "Box") -> bool:
        """Whether the two share a point."""
        return self.x <= other.right and other.x <= self.right and self.y <= other.bottom and other.y <= self.bottom

    def holds(self, other: "Box") -> bool:
        """Whether the other, a smaller box, lies within this one."""
        inside = self.x <= other.x and self.y <= other.y and other.right <= self.right and other.bottom <= self.bottom
        return inside and self != other

    def grown(self, by: float) -> "Box":
        """The box with a margin on every side."""
        return Box(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def distance(self, point: Point) -> float:
        """How far `point` lies outside the box; 0 within."""
        beside = max(self.x - point[0], point[0] - self.right, 0)
        above = max(self.y - point[1], point[1] - self.bottom, 0)
        return float((beside**2 + above**2) ** 0.5)


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane or a pool, its name at the left (or on top where not `horizontal`); outer ones come first."""

    id: str
    name: Text
    box: Box
    horizontal: bool = True


@dataclass(frozen=True, slots=True)
class Node:
    """A task, event, gateway, sub-process or note.

    `kind` is the BPMN tag; `event` the kind of an event's definition ("timer", "message", …, "" for none); `label`
    where the diagram puts the name of an event or gateway; `expanded` a sub-process drawn with its content;
    `interrupting` False for an event drawn dashed. Enclosing sub-processes come before their content.
    """

    id: str
    kind: str
    name: Text
    box: Box
    label: Box | None = None
    event: str = ""
    interrupting: bool = True
    repetition: Repetition = ""
    expanded: bool = False


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow, message flow or association through `points`; `default` is a gateway's default flow."""

    id: str
    kind: Literal["sequence", "message", "association"]
    name: Text
    points: tuple[Point, ...]
    source: str
    target: str
    label: Box | None = None
    default: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that is drawn, within `box`."""

    box: Box
    lanes: tuple[Lane, ...]
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]

    def around(self, ids: Collection[str], margin: float = 260, strip: float = 30) -> "Drawing":
        """The part of the drawing around the nodes `ids`: whole shapes, and of their lanes no more than holds them.

        Of nested lanes the innermost stay, their names in a `strip` at the left. The whole drawing where none of the
        nodes is drawn; a sub-process drawn with its content counts only where nothing else does.
        """
        wanted = [node for node in self.nodes if node.id in ids]
        wanted = [node for node in wanted if not node.expanded] or wanted
        if not wanted:
            return self
        core = _union([node.box for node in wanted])
        rows = [lane for lane in self._innermost() if lane.box.meets(core)]
        tall = _union([lane.box for lane in rows]) if rows else core.grown(margin)
        near = Box(core.x - margin, tall.y, core.width + 2 * margin, tall.height)
        shapes = [node for node in self.nodes if not node.expanded and node.box.meets(near)]
        boxes = [box for node in shapes for box in (node.box, node.label) if box]
        across = _union([near, *boxes]).grown(10)
        head = strip if rows else 0
        frames = [node for node in self.nodes if node.expanded and node.box.meets(near)]
        used = _union(boxes).grown(COLLAR)
        used = _union([used, *(_title(frame.box) for frame in frames if 0 < used.y - frame.box.y < 2 * COLLAR)])
        used = _cut(used, tall) if rows else tall
        view = Box(across.x - head, used.y, across.width + head, used.height)
        rows = [lane for lane in rows if _row(lane, view).height > 0]
        return self._within(view, rows, (*frames, *shapes))

    def _innermost(self) -> list[Lane]:
        return [lane for lane in self.lanes if not any(lane.box.holds(other.box) for other in self.lanes)]

    def _within(self, view: Box, rows: list[Lane], nodes: tuple[Node, ...]) -> "Drawing":
        return replace(
            self,
            box=view.grown(2),
            lanes=tuple(replace(lane, box=_row(lane, view)) for lane in rows),
            nodes=nodes,
            flows=tuple(
                flow if flow.label is None or view.holds(flow.label) else replace(flow, name=Text("", ""))
                for flow in self.flows
                if enclosing((), flow.points).meets(view)
            ),
        )


def enclosing(boxes: Iterable[Box], points: Iterable[Point]) -> Box:
    """The smallest box around all of them; an empty box where there are none."""
    return _union([*boxes, *(Box(x, y, 0, 0) for x, y in points)])


def _union(boxes: list[Box]) -> Box:
    if not boxes:
        return Box(0, 0, 0, 0)
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    return Box(left, top, max(box.right for box in boxes) - left, max(box.bottom for box in boxes) - top)


def _title(frame: Box) -> Box:
    """Where the name of a sub-process drawn with its content stands."""
    return Box(frame.middle[0], frame.y - 8, 0, 8)


def _cut(box: Box, bounds: Box) -> Box:
    """A box cut to the height of its bounds."""
    top = max(box.y, bounds.y)
    return Box(box.x, top, box.width, min(box.bottom, bounds.bottom) - top)


def _row(lane: Lane, view: Box) -> Box:
    """The part of a lane within `view`, from side to side."""
    if not lane.horizontal:
        return lane.box
    top = max(lane.box.y, view.y)
    return Box(view.x, top, view.width, min(lane.box.bottom, view.bottom) - top)


@dataclass(frozen=True, slots=True)
class Mark:
    """How a node stands in one case, in the reader's words.

    `state`: "done", "now", "late" (in work and overdue) or "todo". `performer` and `due` are badges ("Ж. Ахметова",
    "срок 23.11"), `href` makes the node a link, `heat` 1–5 colours it for a report (0: by state).
    """

    state: Literal["done", "now", "late", "todo"] = "todo"
    performer: str = ""
    due: str = ""
    href: str = ""
    heat: int = 0
