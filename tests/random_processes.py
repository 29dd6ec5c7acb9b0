"""Random sound processes: block by block drawn, and a plain reference of what each of them means."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count, pairwise
from typing import Any

from hypothesis import strategies as st

from tests.unit.engine.diagrams import (
    Node,
    border,
    both,
    catch,
    diagram,
    for_each,
    message,
    script,
    service,
    signal,
    some,
    sub,
    timer,
    user,
    xor,
)

PERSON = (
    "<bpmn:extensionElements><spiffworkflow:properties>"
    '<spiffworkflow:property name="role" value="reception_preparer"/>'
    '<spiffworkflow:property name="formKey" value="{form}"/>'
    "</spiffworkflow:properties></bpmn:extensionElements>"
)
DEEPEST = 4


@dataclass(frozen=True)
class Block:
    """A part of a process with one way in and one way out.

    `kind`: user, script, record, job, pause, message, sequence, choice, some, options (as some, without a gateway in
    front), all, ways (as all, without a gateway in front), loop, stage, each. `parts` are the blocks inside; `size` the
    minutes of a pause or the number of instances; `border` what sits on a stage, `inside` starts an event sub-process.
    """

    kind: str
    parts: tuple["Block", ...] = ()
    size: int = 0
    border: "Border | None" = None
    inside: "Border | None" = None


@dataclass(frozen=True)
class Border:
    """What happens to a stage: `kind` timer, cycle, message or signal; `size` its minutes, `turns` of a cycle."""

    kind: str
    interrupting: bool
    size: int = 0
    turns: int = 1


def _leaves() -> st.SearchStrategy[Block]:
    plain = st.sampled_from(["user", "user", "script", "record", "job", "message"]).map(Block)
    return st.one_of(
        plain,
        st.integers(1, 5).map(lambda size: Block("pause", size=size)),
        st.integers(0, 3).map(lambda size: Block("each", size=size)),
    )


def _borders(kinds: tuple[str, ...]) -> st.SearchStrategy[Border | None]:
    return st.one_of(
        st.none(),
        st.builds(Border, st.sampled_from(kinds), st.booleans(), st.integers(1, 5)),
        st.builds(Border, st.just("cycle"), st.just(False), st.integers(1, 5), st.integers(1, 3)),
    )


def _larger(inside: st.SearchStrategy[Block], kinds: tuple[str, ...]) -> st.SearchStrategy[Block]:
    several = st.lists(inside, min_size=2, max_size=3).map(tuple)
    one = inside.map(lambda block: (block,))
    return st.one_of(
        st.builds(Block, st.sampled_from(["sequence", "choice", "some", "options", "all", "ways"]), several),
        st.builds(Block, st.just("loop"), one),
        st.builds(Block, st.just("stage"), one, border=_borders(kinds), inside=_borders(kinds)),
    )


def blocks(*kinds: str) -> st.SearchStrategy[Block]:
    """Random blocks; `kinds` of events may happen to their stages, besides cycles of a timer."""
    return st.recursive(_leaves(), partial(_larger, kinds=kinds), max_leaves=8)


@dataclass(frozen=True)
class Named:
    """A block whose elements have their ids: every one is `<letter><number>`."""

    block: Block
    number: int
    parts: tuple["Named", ...]

    def id(self, letter: str) -> str:
        return f"{letter}{self.number}"


def named(block: Block) -> Named:
    """The block with ids given in order."""
    numbers = count(1)

    def name(each: Block) -> Named:
        number = next(numbers)
        return Named(each, number, tuple(name(part) for part in each.parts))

    return name(block)


@dataclass
class Drawn:
    """A drawn part: its first and last element, flows, nodes, and the forms its tasks need."""

    first: str
    last: str
    flows: list[str] = field(default_factory=list)
    nodes: dict[str, Node] = field(default_factory=dict)

    def add(self, other: "Drawn") -> "Drawn":
        self.flows += other.flows
        self.nodes |= other.nodes
        return self


def draw(process: Named) -> bytes:
    """The BPMN diagram of process "p"."""
    part = _draw(process)
    return diagram("\n".join([f"start -> {part.first}", *part.flows, f"{part.last} -> end"]), **part.nodes)


def answers_of(process: Named) -> Iterator[tuple[str, list[str]]]:
    """Every user task with the variables its answers set."""
    number = process.number
    kind = process.block.kind
    if kind == "user" or kind == "each":
        yield process.id("u"), [f"v{number}"]
    elif kind in ("choice", "loop"):
        yield process.id("q"), [f"c{number}"]
    elif kind in ("some", "options"):
        yield process.id("q"), [f"c{number}_{way}" for way in range(len(process.parts))]
    elif kind == "stage":
        if process.block.border and not process.block.border.interrupting:
            yield process.id("h"), [f"v{number}"]
        if process.block.inside:
            yield process.id("i"), [f"w{number}"]
    for part in process.parts:
        yield from answers_of(part)


def _asked(element: str) -> Node:
    return user(PERSON.format(form=element))


def _draw(process: Named) -> Drawn:
    return _DRAWN[process.block.kind](process)


def _leaf(process: Named) -> Drawn:
    kind, name = process.block.kind, process.id("u")
    nodes: dict[str, Callable[[], Node]] = {
        "user": lambda: _asked(name),
        "script": lambda: script(f"v{process.number} = 'written'"),
        "record": lambda: service("random.record", element=f"'{name}'"),
        "job": lambda: service("random.job", element=f"'{name}'"),
        "pause": lambda: catch(timer(_period(process, process.block.size), "timeDuration")),
        "message": lambda: catch(message(f"m{process.number}")),
        "each": lambda: for_each(_asked(name), f"items{process.block.size}", "item"),
    }
    return Drawn(name, name, nodes={name: nodes[kind]()})


def _period(process: Named, minutes: int, share: int = 1) -> str:
    """No two sums of these are equal: never are two timers due at one moment."""
    return f"PT{minutes}M{share * 7**process.number / 1e6:.6f}S"


def _sequence(process: Named) -> Drawn:
    parts = [_draw(part) for part in process.parts]
    drawn = Drawn(parts[0].first, parts[-1].last)
    for part in parts:
        drawn.add(part)
    drawn.flows += [f"{one.last} -> {other.first}" for one, other in pairwise(parts)]
    return drawn


def _choice(process: Named) -> Drawn:
    question, split, merge = process.id("q"), process.id("x"), process.id("y")
    drawn = Drawn(question, merge, [f"{question} -> {split}"])
    drawn.nodes = {question: _asked(question), split: xor(), merge: xor()}
    for way, part in enumerate(process.parts):
        inner = _draw(part)
        last = way == len(process.parts) - 1
        arrow = "-*->" if last else f"-[c{process.number} == '{way}']->"
        drawn.add(inner).flows += [f"{split} {arrow} {inner.first}", f"{inner.last} -> {merge}"]
    return drawn


def _some(process: Named) -> Drawn:
    question, split, join = process.id("q"), process.id("x"), process.id("y")
    drawn = Drawn(question, join, nodes={question: _asked(question), join: some()})
    if process.block.kind == "options":
        split = question
    else:
        drawn.nodes[split] = some()
        drawn.flows.append(f"{question} -> {split}")
    for way, part in enumerate(process.parts):
        inner = _draw(part)
        condition = f"c{process.number}_{way} == '1'"
        drawn.add(inner).flows += [f"{split} -[{condition}]-> {inner.first}", f"{inner.last} -> {join}"]
    return drawn


def _all(process: Named) -> Drawn:
    fork, join = process.id("x"), process.id("y")
    first = both() if process.block.kind == "all" else script(f"v{process.number} = 'written'")
    drawn = Drawn(fork, join, nodes={fork: first, join: both()})
    for part in process.parts:
        inner = _draw(part)
        drawn.add(inner).flows += [f"{fork} -> {inner.first}", f"{inner.last} -> {join}"]
    return drawn


def _loop(process: Named) -> Drawn:
    again, question, split, done = (process.id(letter) for letter in "aqxy")
    inner = _draw(process.parts[0])
    drawn = Drawn(again, done).add(inner)
    drawn.nodes |= {again: xor(), question: _asked(question), split: xor(), done: xor()}
    drawn.flows += [
        f"{again} -> {inner.first}",
        f"{inner.last} -> {question}",
        f"{question} -> {split}",
        f"{split} -[c{process.number} == '0']-> {again}",
        f"{split} -*-> {done}",
    ]
    return drawn


def _stage(process: Named) -> Drawn:
    stage, event, handler, merge = (process.id(letter) for letter in "sbhy")
    inner = _draw(process.parts[0])
    content = "\n".join(
        [f"start_{stage} -> {inner.first}", *inner.flows, f"{inner.last} -> end_{stage}"],
    )
    if process.block.inside is not None:
        inner.nodes[process.id("e")] = _event_sub_process(process, process.block.inside)
        content += "\n" + process.id("e")
    nodes = {stage: sub(content, **inner.nodes)}
    at = process.block.border
    if at is None:
        return Drawn(stage, stage, nodes=nodes)
    nodes[event] = border(stage, _definition(process, at, "m", 1), interrupting=at.interrupting)
    if not at.interrupting:
        nodes[handler] = _asked(handler)
        return Drawn(stage, stage, [f"{event} -> {handler} -> end_{handler}"], nodes)
    nodes |= {handler: script(f"v{process.number} = 'written'"), merge: xor()}
    return Drawn(stage, merge, [f"{stage} -> {merge}", f"{event} -> {handler} -> {merge}"], nodes)


def _event_sub_process(process: Named, at: Border) -> Node:
    begins, task = process.id("g"), process.id("i")
    start = Node(
        "startEvent", _definition(process, at, "n", 2), {"isInterrupting": "true" if at.interrupting else "false"}
    )
    return Node(
        "subProcess",
        attributes={"triggeredByEvent": "true"},
        flows=f"{begins} -> {task} -> end_{task}",
        nodes={begins: start, task: _asked(task)},
    )


def _definition(process: Named, at: Border, letter: str, share: int) -> str:
    period = _period(process, at.size, share)
    return {
        "timer": lambda: timer(period, "timeDuration"),
        "cycle": lambda: timer(f"R{at.turns}/{period}", "timeCycle"),
        "message": lambda: message(process.id(letter)),
        "signal": lambda: signal(process.id(letter)),
    }[at.kind]()


_DRAWN: dict[str, Callable[[Named], Drawn]] = {
    **dict.fromkeys(("user", "script", "record", "job", "pause", "message", "each"), _leaf),
    "sequence": _sequence,
    "choice": _choice,
    **dict.fromkeys(("some", "options"), _some),
    **dict.fromkeys(("all", "ways"), _all),
    "loop": _loop,
    "stage": _stage,
}


@dataclass(eq=False)
class Scope:
    """A process or a sub-process that runs: how many tokens it has and what it does when the last has ended."""

    outer: "Scope | None"
    on_end: Callable[[], None]
    tokens: int = 1
    written: dict[str, str] = field(default_factory=dict)

    def within(self, other: "Scope") -> bool:
        return self is other or (self.outer is not None and self.outer.within(other))


@dataclass(eq=False)
class Waits:
    """Something that is waited for: a "user" task, a "job", a "timer" (with its due moment), a "message" or "signal".

    `guards`: the scope to which it happens, if it is no part of the flow; `name` of the message or signal.
    """

    kind: str
    element: str
    scope: Scope
    go: Callable[["Waits"], None]
    block: Named
    due: datetime | None = None
    left: int = 0
    guards: Scope | None = None
    name: str = ""


class Reference:
    """What a process must do, without any engine: what waits, what was done, which variables stand."""

    def __init__(self, process: Named, now: datetime) -> None:
        self.now = now
        self.waiting: list[Waits] = []
        self.effects: Counter[str] = Counter()
        self.doubtful: set[str] = set()
        self.ended = False
        self.top = Scope(None, self._end)
        self._enter(process, self.top, partial(self._leave, self.top))

    def view(self) -> Counter[tuple[str, str, datetime | None]]:
        """What waits, to be compared with the engine's."""
        return Counter((each.kind, each.element, each.due) for each in self.waiting)

    @property
    def variables(self) -> dict[str, str]:
        """The variables that must stand; those written inside what was broken off are left open."""
        return {name: value for name, value in self.top.written.items() if name not in self.doubtful}

    def act(self, waits: Waits, answers: dict[str, str] | None = None) -> None:
        """Somebody answers, a job is done, a timer fires, a message comes."""
        if waits.block.block.kind != "each":  # of several equal answers at once which one stands is left open
            for name, value in (answers or {}).items():
                self._write(waits.scope, name, value)
        if not waits.left and (waits.guards is None or waits.kind == "timer"):
            self.waiting.remove(waits)
        waits.go(waits)

    def _write(self, scope: Scope, name: str, value: str) -> None:
        scope.written[name] = value
        self.top.written[name] = value
        self.doubtful.discard(name)

    def _wait(
        self, kind: str, element: str, scope: Scope, block: Named, go: Callable[[Waits], None], **more: Any
    ) -> None:
        self.waiting.append(Waits(kind, element, scope, go, block, **more))

    def _end(self) -> None:
        self.ended = True

    def _leave(self, scope: Scope) -> None:
        scope.tokens -= 1
        if not scope.tokens:
            self.waiting = [each for each in self.waiting if each.guards is not scope]
            scope.on_end()

    def _break_off(self, scope: Scope) -> None:
        self.waiting = [
            each
            for each in self.waiting
            if not each.scope.within(scope) and not (each.guards and each.guards.within(scope))
        ]

    def _enter(self, process: Named, scope: Scope, done: Callable[[], None]) -> None:
        getattr(self, f"_enter_{process.block.kind}")(process, scope, done)

    def _enter_user(self, process: Named, scope: Scope, done: Callable[[], None]) -> None:
        self._wait("user", process.id("u"), scope, process, lambda _: done())

    def _enter_script(self, process: Named, scope: Scope, done: Callable[[], None]) -> None:
        self._write(scope, f"v{process.number}", "written")
        done()

    def _enter_record(self, process: Named, scope: Scope, done: Callable[[], None]) -> None:
        self.effects[process.id("u")] += 1
        done()

    def _enter_job(self, process: Named, scope: Scope, done: Callable[[], None]) -> None:
        self._wait("job", process.id("u"), scope, process, lambda _: done())

    def _enter_pause(self, process: Named, scope: Scope, done: Callable[[], None]) -> None:
        due = self.now + self._length(process, process.block.size)
        self._wait("timer", process.id("u"), scope, process, lambda _: done(), due=due)

    def _length(self, process: Named, minutes: int, share: int = 1) -> timedelta:
        return timedelta(minutes=minutes, microseconds=share * 7**process.number)

    def _enter_message(self, process: Named, scope: Scope, done: Callable[[], None]) -> None:
        self._wait("message", process.id("u"), scope, process, lambda _: done(), name=process.id("m"))

    def _enter_each(self, process: Named, scope: Scope, done: Callable[[], None]) -> None:
        self._together([self._enter_user] * process.block.size, [process] * process.block.size, scope, done)

    def _together(self, ways: Any, parts: Any, scope: Scope, done: Callable[[], None]) -> None:
        if not parts:
            done()
        left = [len(parts)]

        def one_done() -> None:
            left[0] -= 1
            if not left[0]:
                done()

        for way, part in zip(ways, parts, strict=True):
            way(part, scope, one_done)

    def _enter_sequence(self, process: Named, scope: Scope, done: Callable[[], None]) -> None:
        following = done
        for part in reversed(process.parts):
            following = partial(self._enter, part, scope, following)
        following()

    def _enter_choice(self, process: Named, scope: Scope, done: Callable[[], None]) -> None:
        def chosen(_: Waits) -> None:
            way = int(scope.written[f"c{process.number}"])
            self._enter(process.parts[way], scope, done)

        self._wait("user", process.id("q"), scope, process, chosen)

    def _enter_some(self, process: Named, scope: Scope, done: Callable[[], None]) -> None:
        def chosen(_: Waits) -> None:
            parts = [part for way, part in enumerate(process.parts) if scope.written[f"c{process.number}_{way}"] == "1"]
            self._together([self._enter] * len(parts), parts, scope, done)

        self._wait("user", process.id("q"), scope, process, chosen)

    _enter_options = _enter_some

    def _enter_ways(self, process: Named, scope: Scope, done: Callable[[], None]) -> None:
        self._write(scope, f"v{process.number}", "written")
        self._enter_all(process, scope, done)

    def _enter_all(self, process: Named, scope: Scope, done: Callable[[], None]) -> None:
        self._together([self._enter] * len(process.parts), process.parts, scope, done)

    def _enter_loop(self, process: Named, scope: Scope, done: Callable[[], None]) -> None:
        def answered(_: Waits) -> None:
            if scope.written[f"c{process.number}"] == "0":
                self._enter_loop(process, scope, done)
            else:
                done()

        ask = partial(self._wait, "user", process.id("q"), scope, process, answered)
        self._enter(process.parts[0], scope, ask)

    def _enter_stage(self, process: Named, scope: Scope, done: Callable[[], None]) -> None:
        inner = Scope(scope, done)
        if process.block.border is not None:
            self._at_border(process, process.block.border, scope, inner, done)
        if process.block.inside is not None:
            self._in_event_sub_process(process, process.block.inside, inner)
        self._enter(process.parts[0], inner, partial(self._leave, inner))

    def _at_border(self, process: Named, at: Border, scope: Scope, inner: Scope, done: Callable[[], None]) -> None:
        every = self._length(process, at.size)

        def happened(event: Waits) -> None:
            if at.interrupting:
                self._break_off(inner)
                self.doubtful |= _written_within(process.parts[0]) | {f"v{process.number}"}
                self._write(scope, f"v{process.number}", "written")
                done()
                return
            self._again(event, every)
            scope.tokens += 1
            self._wait("user", process.id("h"), scope, process, lambda _: self._leave(scope))

        self._listen(process, at, ("b", "m"), every, happened, scope, inner)

    def _in_event_sub_process(self, process: Named, at: Border, inner: Scope) -> None:
        every = self._length(process, at.size, 2)

        def happened(event: Waits) -> None:
            if at.interrupting:
                others = [each for each in self.waiting if each.guards is inner and each.element == process.id("b")]
                self._break_off(inner)
                self.waiting += others
                self.doubtful |= _written_within(process.parts[0])
                inner.tokens = 1
            else:
                self._again(event, every)
                inner.tokens += 1
            self._wait("user", process.id("i"), inner, process, lambda _: self._leave(inner))

        self._listen(process, at, ("g", "n"), every, happened, inner, inner)

    def _again(self, event: Waits, every: timedelta) -> None:
        if event.left:
            event.left -= 1
            event.due = event.due + every if event.due else None

    def _listen(
        self,
        process: Named,
        at: Border,
        letters: tuple[str, str],
        every: timedelta,
        happened: Callable[[Waits], None],
        scope: Scope,
        guards: Scope,
    ) -> None:
        kind = "timer" if at.kind == "cycle" else at.kind
        due = self.now + every if kind == "timer" else None
        element, name = process.id(letters[0]), process.id(letters[1])
        left = at.turns - 1 if at.kind == "cycle" else 0
        self._wait(kind, element, scope, process, happened, due=due, left=left, guards=guards, name=name)


def _written_within(process: Named) -> set[str]:
    """The variables that elements of the block write."""
    found = {f"{letter}{process.number}" for letter in "vwc"}
    found |= {f"c{process.number}_{way}" for way in range(len(process.parts))}
    return found.union(*(_written_within(part) for part in process.parts))


def answers_for(block: Named, element: str, digit: int, mark: int) -> dict[str, str]:
    """Answers to a user task of the block, chosen by a number from 0 to 5; `mark` makes those no flow asks for unique.

    Of equal values nobody could say which branch has written them.
    """
    kind, number = block.block.kind, block.number
    if element != block.id("q"):
        return {f"{'w' if element == block.id('i') else 'v'}{number}": f"said {mark}"}
    if kind in ("some", "options"):
        ways = len(block.parts)
        mask = 1 + digit % (2**ways - 1)
        return {f"c{number}_{way}": str(mask >> way & 1) for way in range(ways)}
    # a loop goes on at 0: one time in three
    return {f"c{number}": str(digit % (3 if kind == "loop" else len(block.parts)))}


ITEMS = {f"items{size}": list(range(size)) for size in range(4)}
"""The variables with which every random process begins."""
