"""A diagram as a picture in the page: complete without script, in the classes of the stylesheet."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final

from markupsafe import Markup

from app.domain.diagram import Box, Drawing, Lane, Mark, Node, Point
from app.domain.texts import LANGUAGES, Text
from app.page.diagram_flows import beside, line
from app.page.diagram_shapes import (
    CHECK,
    activity,
    bracket,
    event,
    gateway,
    number,
    rectangle,
    sheet,
    sign,
)
from app.page.diagram_text import LINE, SIZE, widest_word, width, wrapped

NOW: Final = Text(kk="Қазір: {names}.", ru="Сейчас: {names}.", en="Now: {names}.")
LATE: Final = Text(kk="Мерзімі өтті: {names}.", ru="Просрочено: {names}.", en="Overdue: {names}.")
DONE: Final = Text(kk="Өтілді: {done} / {all}.", ru="Пройдено: {done} из {all}.", en="Passed: {done} of {all}.")
_SCALES: Final = tuple(1 + step / 10 for step in range(11))
_PADDING: Final = 7.0
_STRIP: Final = 30.0
_PLAIN: Final = Mark()
_DRAWN_AS_TASK: Final = ("Task", "task", "callActivity", "subProcess", "transaction", "adHocSubProcess")


def draw(
    drawing: Drawing,
    marks: Mapping[str, Mark],
    language: str,
    *,
    title: str,
    around: Collection[str] = (),
    picture_id: str = "diagram",
) -> Markup:
    """The `drawing`, or its part around the elements `around`, as one SVG with names in `language`.

    `title` says what it shows.

    `marks` by element id say how each node stands; nodes without one are ahead, and a flow is done between two nodes
    that have been reached unless it has a mark of its own. `picture_id` tells pictures of one page apart. The picture
    has its natural size: put it into a region that scrolls (`.diagram`).
    """
    scaled, scale = _scaled(drawing)
    strip = _STRIP * scale
    shown = scaled.around(around, strip=strip) if around else scaled
    return _Picture(shown, marks, language, strip).svg(title, picture_id)


@lru_cache(maxsize=64)
def _scaled(drawing: Drawing) -> tuple[Drawing, float]:
    """The drawing, enlarged until every name fits its shape in every language, so that all languages look alike."""
    scale = next((scale for scale in _SCALES if _all_fit(drawing, scale)), _SCALES[-1])
    return Drawing(
        box=_times(drawing.box, scale),
        lanes=tuple(replace(lane, box=_times(lane.box, scale)) for lane in drawing.lanes),
        nodes=tuple(
            replace(node, box=_times(node.box, scale), label=node.label and _times(node.label, scale))
            for node in drawing.nodes
        ),
        flows=tuple(
            replace(
                flow,
                points=tuple((x * scale, y * scale) for x, y in flow.points),
                label=flow.label and _times(flow.label, scale),
            )
            for flow in drawing.flows
        ),
    ), scale


def _times(box: Box, scale: float) -> Box:
    return Box(box.x * scale, box.y * scale, box.width * scale, box.height * scale)


def _all_fit(drawing: Drawing, scale: float) -> bool:
    tasks = (_fits(_times(node.box, scale), node) for node in drawing.nodes if _is_task(node))
    return all(tasks) and all(_lane_fits(_times(lane.box, scale), lane, scale) for lane in drawing.lanes)


def _fits(box: Box, node: Node) -> bool:
    room, height = box.width - 2 * _PADDING, box.height - 22 - (14 if _has_markers(node) else 4)
    names = {node.name.in_(language) for language in LANGUAGES}
    return all(widest_word(name) <= room and len(wrapped(name, room)) * LINE <= height for name in names)


def _lane_fits(box: Box, lane: Lane, scale: float) -> bool:
    length = (box.height if lane.horizontal else box.width) - 8
    return all(len(wrapped(lane.name.in_(language), length)) * LINE <= _STRIP * scale for language in LANGUAGES)


def _is_task(node: Node) -> bool:
    return node.kind.endswith(_DRAWN_AS_TASK) and not node.expanded


def _has_markers(node: Node) -> bool:
    return bool(node.repetition) or node.kind in ("subProcess", "transaction", "adHocSubProcess")


class _Picture:
    """One drawing with its marks, in one language."""

    def __init__(self, drawing: Drawing, marks: Mapping[str, Mark], language: str, strip: float) -> None:
        self.drawing = drawing
        self.strip = strip
        self.marks = marks
        self.language = language

    def svg(self, title: str, picture_id: str) -> Markup:
        box = self.drawing.box
        links = any(self.marks.get(node.id, _PLAIN).href for node in self.drawing.nodes)
        return Markup(
            '<svg class="full" viewBox="{} {} {} {}" width="{}" height="{}" role="{}" lang="{}" '
            'aria-labelledby="{id}-t {id}-d"><title id="{id}-t">{}</title><desc id="{id}-d">{}</desc>{}</svg>'
        ).format(
            *(number(value) for value in (box.x, box.y, box.width, box.height, box.width, box.height)),
            "group" if links else "img",
            self.language,
            title,
            self._description(),
            self._content(picture_id),
            id=picture_id,
        )

    def _content(self, picture_id: str) -> Markup:
        """From the lowest to the topmost; what leads out of the picture ends at its edge."""
        edge = Markup('<clipPath id="{}-c">{}</clipPath>').format(
            picture_id, rectangle(self.drawing.box.grown(-2), "edge", 0)
        )
        below = Markup('<g clip-path="url(#{}-c)">{}</g>').format(
            picture_id, Markup("\n").join([*self._frames(), *self._flows()])
        )
        above = [*self._nodes(), *self._labels(), *self._heads(), *self._badges()]
        return Markup("\n").join([edge, *self._lanes(), below, *above])

    def _description(self) -> str:
        by_state: dict[str, list[str]] = {"now": [], "late": [], "done": []}
        tasks = [node for node in self.drawing.nodes if _is_task(node)]
        for node in tasks:
            by_state.setdefault(self._mark(node).state, []).append(node.name.in_(self.language))
        said = [
            text.in_(self.language).format(names=", ".join(by_state[state]))
            for state, text in (("now", NOW), ("late", LATE))
            if by_state[state]
        ]
        return " ".join([*said, DONE.in_(self.language).format(done=len(by_state["done"]), all=len(tasks))])

    def _mark(self, node: Node) -> Mark:
        return self.marks.get(node.id, _PLAIN)

    def _text(self, name: Text, lines: Iterable[str], at: Point, css: str = "") -> Markup:
        """Lines of a name below each other, the first with its base line at `at`."""
        native = self.language == "ru" or getattr(name, self.language, "") != ""
        look = Markup(' class="{}"').format(css) if css else ""
        start = Markup("<text{}{}").format(look, "" if native else Markup(' lang="ru"'))
        return Markup("").join(
            start + Markup(' x="{}" y="{}">{}</text>').format(number(at[0]), number(at[1] + LINE * place), words)
            for place, words in enumerate(lines)
        )

    def _lanes(self) -> Iterator[Markup]:
        for lane in self.drawing.lanes:
            yield rectangle(lane.box, "lane", 0)

    def _heads(self) -> Iterator[Markup]:
        for lane in self.drawing.lanes:
            box = lane.box
            size = self.strip if lane.horizontal else LINE + 10
            head = Box(box.x, box.y, size, box.height) if lane.horizontal else Box(box.x, box.y, box.width, size)
            yield rectangle(head, "head", 0) + self._lane_name(lane)

    def _lane_name(self, lane: Lane) -> Markup:
        box = lane.box
        length = (box.height if lane.horizontal else box.width) - 8
        lines = wrapped(lane.name.in_(self.language), length)
        if not lane.horizontal:
            return self._text(lane.name, lines, (box.middle[0], box.y + LINE + 2), "lane-t")
        x, y = box.x + self.strip / 2, box.middle[1]
        words = self._text(lane.name, lines, (x, y - len(lines) * LINE / 2 + SIZE - 1), "lane-t")
        return Markup('<g transform="rotate(-90 {} {})">{}</g>').format(number(x), number(y), words)

    def _frames(self) -> Iterator[Markup]:
        for node in self.drawing.nodes:
            if node.expanded:
                title = wrapped(node.name.in_(self.language), node.box.width - 24)
                frame = rectangle(node.box, "node frame", 10)
                if node.repetition:
                    frame = activity(replace(node, kind="frame"), " frame")
                name = self._text(node.name, title, (node.box.x + 12, node.box.y + 19), "frame-t")
                yield self._grouped(node, frame + name)

    def _grouped(self, node: Node, drawn: Markup) -> Markup:
        mark = self._mark(node)
        group = Markup('<g data-s="{}">{}</g>').format(mark.state, drawn)
        return Markup('<a href="{}">{}</a>').format(mark.href, group) if mark.href else group

    def _nodes(self) -> Iterator[Markup]:
        for node in self.drawing.nodes:
            if not node.expanded:
                yield self._grouped(node, self._node(node))

    def _node(self, node: Node) -> Markup:
        if node.kind.endswith("Event"):
            return event(node)
        if node.kind.endswith("Gateway"):
            return gateway(node)
        if node.kind == "textAnnotation":
            lines = wrapped(node.name.in_(self.language), node.box.width - 12)
            return bracket(node.box) + self._text(node.name, lines, (node.box.x + 8, node.box.y + LINE + 2), "note-t")
        if node.kind in ("dataObjectReference", "dataStoreReference"):
            return sheet(node.box)
        return self._task(node)

    def _task(self, node: Node) -> Markup:
        box, mark = node.box, self._mark(node)
        drawn = activity(node, f" heat-{mark.heat}" if 1 <= mark.heat <= 5 else "")
        if mark.state == "done":
            drawn += sign(CHECK, (box.right - 12, box.y + 12), 13, "icon ok")
        lines = wrapped(node.name.in_(self.language), box.width - 2 * _PADDING)
        top, bottom = box.y + 22, box.bottom - (16 if _has_markers(node) else 6)
        centred = box.middle[1] - len(lines) * LINE / 2
        first = centred if top <= centred and centred + len(lines) * LINE <= bottom else (top + bottom) / 2
        start = first if first == centred else first - len(lines) * LINE / 2
        return drawn + self._text(node.name, lines, (box.middle[0], start + SIZE - 1))

    def _flows(self) -> Iterator[Markup]:
        reached = {node.id for node in self.drawing.nodes if self._mark(node).state != "todo"}
        finished = {node.id for node in self.drawing.nodes if self._mark(node).state == "done"}
        # what has been passed lies above what has not
        for passed in (False, True):
            for flow in self.drawing.flows:
                own = self.marks.get(flow.id)
                done = own.state == "done" if own else flow.source in finished and flow.target in reached
                if done == passed:
                    yield line(flow, done=done)

    def _labels(self) -> Iterator[Markup]:
        for node in self.drawing.nodes:
            if node.name.ru and (node.kind.endswith(("Event", "Gateway")) or node.kind.startswith("data")):
                yield self._label(node.name, node.label, node.box)
        for flow in self.drawing.flows:
            if flow.name.ru:
                yield self._label(flow.name, flow.label or beside(flow.points), None)

    def _label(self, name: Text, label: Box | None, shape: Box | None) -> Markup:
        place = label or _below(shape or Box(0, 0, 0, 0))
        words = name.in_(self.language)
        lines = wrapped(words, max(place.width + 8, widest_word(words), 64))
        above = shape is not None and place.bottom <= shape.y + 4
        top = place.bottom - len(lines) * LINE if above else place.y
        half = max(width(line) for line in lines) / 2 + 4
        x = max(place.middle[0], self._left_of(place) + half)
        return self._text(name, lines, (x, top + SIZE - 1), "label")

    def _left_of(self, place: Box) -> float:
        """Where the heads of the lanes around `place` end."""
        around = (lane for lane in self.drawing.lanes if lane.horizontal and lane.box.meets(place))
        return max((lane.box.x + self.strip for lane in around), default=self.drawing.box.x)

    def _badges(self) -> Iterator[Markup]:
        for node in self.drawing.nodes:
            mark = self._mark(node)
            if mark.performer or mark.due:
                right = node.box.right + 8
                badges = Markup("")
                if mark.performer:
                    badges += _badge(mark.performer, right, node.box.y - 10)
                if mark.due:
                    badges += _badge(mark.due, right, node.box.bottom - 5 if mark.performer else node.box.y - 10)
                yield Markup('<g data-s="{}">{}</g>').format(mark.state, badges)


def _badge(words: str, right: float, top: float) -> Markup:
    length = width(words, 11) * 1.06 + 18
    box = Box(right - length, top, length, 20)
    text = Markup('<text class="badge-t" x="{}" y="{}">{}</text>')
    return rectangle(box, "badge", 10) + text.format(number(box.middle[0]), number(top + 14), words)


def _below(shape: Box) -> Box:
    return Box(shape.middle[0] - 55, shape.bottom + 4, 110, LINE)
