"""The shapes of a drawn diagram: outlines, markers and the signs within them."""

from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from app.domain.diagram import Box, Node, Point

# on a grid of 20, like the icons of the pages
TASK_SIGNS: Final[Mapping[str, str]] = {
    "userTask": "M10 3.5a3.5 3.5 0 1 1 0 7a3.5 3.5 0 1 1 0-7M3.5 17c.5-3.6 3-5.5 6.5-5.5s6 1.9 6.5 5.5z",
    "manualTask": "M3 9.5l3-4h6.5a1.3 1.3 0 0 1 0 2.6H9.5h7a1.3 1.3 0 0 1 0 2.6h-.8a1.3 1.3 0 0 1-.5 2.5h-.7"
    "a1.2 1.2 0 0 1-.5 2.3H6.5L3 13.5",
    "serviceTask": "M10 6.8a3.2 3.2 0 1 1 0 6.4a3.2 3.2 0 1 1 0-6.4M10 2.5v2.3M10 15.2v2.3M2.5 10h2.3M15.2 10h2.3"
    "M4.7 4.7l1.6 1.6M13.7 13.7l1.6 1.6M4.7 15.3l1.6-1.6M13.7 6.3l1.6-1.6",
    "scriptTask": "M6 3h10c-2.5 3-2.5 5 0 7.5s2 4.5-.5 6.5h-10c2.5-2 2.8-4 .5-6.5S3.5 6 6 3z"
    "M7.5 7h5M8 10.3h5M8.5 13.5h5",
    "sendTask": "M2.5 5h15v10h-15zM2.5 5l7.5 6 7.5-6",
    "receiveTask": "M2.5 5h15v10h-15zM2.5 5l7.5 6 7.5-6",
    "businessRuleTask": "M2.5 4h15v12h-15zM2.5 8h15M7.5 8v8M2.5 12h15",
}
EVENT_SIGNS: Final[Mapping[str, str]] = {
    "timer": "M10 2.5a7.5 7.5 0 1 1 0 15a7.5 7.5 0 1 1 0-15M10 5.5V10l3 2",
    "message": "M2.5 5h15v10h-15zM2.5 5l7.5 6 7.5-6",
    "error": "M4 16.5L7.5 5.5l4.5 6 4-8-3.5 11-4.5-6z",
    "signal": "M10 3.5l7 12H3z",
    "escalation": "M10 2.5l5.5 14.5-5.5-6-5.5 6z",
    "terminate": "M10 4a6 6 0 1 1 0 12a6 6 0 1 1 0-12",
    "conditional": "M4.5 2.5h11v15h-11zM7 6h6M7 9h6M7 12h6M7 15h6",
    "link": "M2.5 7.5h8.5V4l6.5 6-6.5 6v-3.5H2.5z",
    "cancel": "M5 5l10 10M15 5L5 15",
    "compensate": "M9.5 5v10L3 10zM17 5v10l-6.5-5z",
    "multiple": "M10 2.5l7.5 5.5-3 8.5h-9l-3-8.5z",
}
GATEWAY_SIGNS: Final[Mapping[str, str]] = {
    "exclusiveGateway": "M5.5 5.5l9 9M14.5 5.5l-9 9",
    "parallelGateway": "M10 3.5v13M3.5 10h13",
    "inclusiveGateway": "M10 4a6 6 0 1 1 0 12a6 6 0 1 1 0-12",
    "complexGateway": "M10 3.5v13M3.5 10h13M5.5 5.5l9 9M14.5 5.5l-9 9",
    "eventBasedGateway": "M10 2a8 8 0 1 1 0 16a8 8 0 1 1 0-16M10 5.5l4.5 3.3-1.7 5.2H7.2L5.5 8.8z",
}
REPETITION_SIGNS: Final[Mapping[str, str]] = {
    "parallel": "M5 4v12M10 4v12M15 4v12",
    "sequential": "M4 5h12M4 10h12M4 15h12",
    "loop": "M13.5 15.5a6 6 0 1 0-6 .5M7.5 16.2l-3.5.3M7.5 16.2l.5-3.6",
}
CHECK: Final = "M4 10.5l4 4 8-9"
PLUS: Final = "M3 3h14v14H3zM10 6.5v7M6.5 10h7"
THROWING: Final = frozenset({"intermediateThrowEvent", "endEvent", "sendTask"})


def number(value: float) -> str:
    """A coordinate without needless digits."""
    return f"{value:.1f}".removesuffix(".0")


def sign(path: str, at: Point, size: float, css: str = "icon") -> Markup:
    """An icon of `size` pixels with its middle at `at`."""
    scale = size / 20
    return Markup('<path class="{}" transform="translate({} {}) scale({})" d="{}"/>').format(
        css, number(at[0] - 10 * scale), number(at[1] - 10 * scale), f"{scale:.3g}", path
    )


def rectangle(box: Box, css: str, radius: float) -> Markup:
    places = (number(value) for value in (box.x, box.y, box.width, box.height, radius))
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="{}"/>').format(css, *places)


def circle(at: Point, radius: float, css: str) -> Markup:
    places = (number(value) for value in (*at, radius))
    return Markup('<circle class="{}" cx="{}" cy="{}" r="{}"/>').format(css, *places)


def path(steps: str, css: str) -> Markup:
    return Markup('<path class="{}" d="{}"/>').format(css, steps)


def event(node: Node) -> Markup:
    """Start thin, intermediate and boundary double, end thick, non-interrupting dashed; thrown signs filled."""
    middle, radius = node.box.middle, min(node.box.width, node.box.height) / 2
    dash = "" if node.interrupting else " dash"
    outline = circle(middle, radius, f"node event{dash}{' thick' if node.kind == 'endEvent' else ''}")
    if node.kind not in ("startEvent", "endEvent"):
        outline += circle(middle, radius - 3.5, f"inner{dash}")
    if node.event not in EVENT_SIGNS:
        return outline
    filled = node.kind in THROWING or node.event == "terminate"
    return outline + sign(EVENT_SIGNS[node.event], middle, radius * 1.15, "icon full" if filled else "icon")


def gateway(node: Node) -> Markup:
    """The diamond with its marker."""
    box, (x, y) = node.box, node.box.middle
    corners = f"M{number(x)} {number(box.y)}L{number(box.right)} {number(y)}L{number(x)} {number(box.bottom)}"
    diamond = path(f"{corners}L{number(box.x)} {number(y)}z", "node")
    marker = GATEWAY_SIGNS.get(node.kind)
    return diamond + (sign(marker, (x, y), min(box.width, box.height) * 0.5, "icon strong") if marker else Markup(""))


def activity(node: Node, css: str) -> Markup:
    """A task, a collapsed sub-process or a call, with its signs; `css` is added to the classes of its outline."""
    box = node.box
    thick = " thick" if node.kind == "callActivity" else ""
    drawn = rectangle(box, f"node{thick}{css}", 8)
    if node.kind in TASK_SIGNS:
        filled = "icon full" if node.kind in THROWING else "icon"
        drawn += sign(TASK_SIGNS[node.kind], (box.x + 13, box.y + 13), 15, filled)
    markers = [REPETITION_SIGNS[node.repetition]] if node.repetition else []
    if node.kind in ("subProcess", "transaction", "adHocSubProcess"):
        markers.append(PLUS)
    for place, marker in enumerate(markers):
        shift = (place - (len(markers) - 1) / 2) * 18
        drawn += sign(marker, (box.middle[0] + shift, box.bottom - 9), 12, "icon strong")
    return drawn


def bracket(box: Box) -> Markup:
    """The left edge of a note."""
    left = f"M{number(box.x + 12)} {number(box.y)}H{number(box.x)}V{number(box.bottom)}H{number(box.x + 12)}"
    return path(left, "edge")


def sheet(box: Box) -> Markup:
    """A data object: a page with a folded corner."""
    fold = min(box.width, box.height) * 0.28
    outline = f"M{number(box.x)} {number(box.y)}H{number(box.right - fold)}l{number(fold)} {number(fold)}"
    outline += f"V{number(box.bottom)}H{number(box.x)}z"
    corner = f"M{number(box.right - fold)} {number(box.y)}v{number(fold)}h{number(fold)}"
    return path(outline, "node") + path(corner, "edge")
