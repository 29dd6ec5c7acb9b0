"""Whatever sound diagram and whatever happens: the engine does what the diagram means, saved and restored or not."""

from collections import Counter
from datetime import datetime

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.domain.clock import StandingClock, using
from app.engine.parser import read_definition
from app.engine.run import Call, Run, Variables
from tests.random_processes import ITEMS, Block, Border, Reference, Waits, answers_for, blocks, draw, named
from tests.unit.engine.walking import MONDAY


class Trouble(Exception):  # noqa: N818 - an outage, not a fault of ours
    """The world is down for a moment."""


class CountingWorld:
    """Counts the effects of record calls; takes others as jobs; fails once when told to."""

    def __init__(self) -> None:
        self.effects: Counter[str] = Counter()
        self.trouble = False

    def functions(self) -> dict[str, object]:
        return {}

    def perform(self, call: Call) -> Variables | None:
        if self.trouble:
            raise Trouble
        if call.operation == "random.job":
            return None
        self.effects[call.element] += 1
        return {}


class RandomProcess(RuleBasedStateMachine):
    """One process: a run that goes through its bytes after every act, one that is never saved, and the reference."""

    def __init__(self) -> None:
        super().__init__()
        self.acts = 0
        self.clock = StandingClock(MONDAY)
        self._using = using(self.clock)
        self._using.__enter__()

    def teardown(self) -> None:
        self._using.__exit__(None, None, None)

    @initialize(block=blocks("timer", "message", "signal"))
    def begin(self, block: Block) -> None:
        process = named(block)
        self.definition = read_definition({"p.bpmn": draw(process)}, "p")
        self.reference = Reference(process, self.clock.moment)
        self.world, self.other = CountingWorld(), CountingWorld()
        self.live = Run.start(self.definition, self.other, dict(ITEMS))
        self.live.settle()
        run = Run.start(self.definition, self.world, dict(ITEMS))
        run.settle()
        self.state = run.snapshot()

    @property
    def run(self) -> Run:
        return Run.restore(self.definition, self.world, self.state)

    @precondition(lambda self: self.reference.waiting)
    @rule(number=st.integers(0, 99), digit=st.integers(0, 5), accident=st.sampled_from(["", "", "", "kill", "trouble"]))
    def something_happens(self, number: int, digit: int, accident: str) -> None:
        waits = self._choose(number)
        if len([each for each in self.reference.waiting if each.due and each.due == waits.due]) > 1:
            return  # of two timers due at one moment either may be first
        if waits.due is not None:
            self.clock.moment = self.reference.now = waits.due
        self.acts += 1
        answers = answers_for(waits.block, waits.element, digit, self.acts) if waits.kind == "user" else None
        if accident:
            self._go_wrong(waits, answers, accident)
        ordinal = [each for each in self.reference.waiting if _same(each, waits)].index(waits)

        run = self.run
        for each in (run, self.live):
            _act(each, waits, answers, ordinal)
            each.settle()
        self.state = run.snapshot()
        self.reference.act(waits, answers)

    @precondition(lambda self: not self.reference.waiting)
    @rule()
    def nothing_is_left(self) -> None:
        assert self.reference.ended

    def _choose(self, number: int) -> Waits:
        """Anything that waits; of the timers only the first, for time goes forward."""
        first = min((each.due for each in self.reference.waiting if each.due), default=None)
        possible = [each for each in self.reference.waiting if each.due in (None, first)]
        return possible[number % len(possible)]

    def _go_wrong(self, waits: Waits, answers: dict[str, str] | None, accident: str) -> None:
        """The process is killed before its state is written, or a call fails: both leave things as they were."""
        effects = self.world.effects.copy()
        self.world.trouble = accident == "trouble"
        run = self.run
        try:
            _act(run, waits, answers, 0)
            run.settle()
        except Trouble:
            pass
        self.world.trouble, self.world.effects = False, effects

    @invariant()
    def the_engine_does_what_the_diagram_means(self) -> None:
        for run, world in ((self.run, self.world), (self.live, self.other)):
            expected, found = self.reference.view(), _view(run)
            assert (expected - found, found - expected) == (Counter(), Counter()), "missing, too much"
            assert world.effects == self.reference.effects
            assert run.ended == self.reference.ended
            written = self.reference.variables
            for task in run.user_tasks():
                assert {name: task.data.get(name) for name in written} == written, f"{task.element} sees old data"
            if run.ended:
                assert {name: run.data.get(name) for name in self.reference.variables} == self.reference.variables

    @invariant()
    def saving_twice_gives_the_same(self) -> None:
        again = Run.restore(self.definition, self.world, self.run.snapshot())

        assert _view(again) == _view(self.run)
        assert again.data == self.run.data


def _view(run: Run) -> Counter[tuple[str, str, datetime | None]]:
    found: Counter[tuple[str, str, datetime | None]] = Counter()
    found.update(("user", task.element, None) for task in run.user_tasks())
    found.update(("job", call.element, None) for call in run.calls())
    found.update(("timer", each.element, each.due) for each in run.timers())
    found.update((each.kind, each.element, None) for each in run.subscriptions())
    return found


def _same(one: Waits, other: Waits) -> bool:
    return (one.kind, one.element, one.due) == (other.kind, other.element, other.due)


def _act(run: Run, waits: Waits, answers: dict[str, str] | None, ordinal: int) -> None:
    if waits.kind == "user":
        tasks = [task for task in run.user_tasks() if task.element == waits.element]
        run.complete(tasks[ordinal].task_id, answers or {})
    elif waits.kind == "job":
        run.answer([call for call in run.calls() if call.element == waits.element][ordinal].task_id, {})
    elif waits.kind == "timer":
        timers = [each for each in run.timers() if (each.element, each.due) == (waits.element, waits.due)]
        run.fire(timers[ordinal].task_id)
    elif waits.kind == "signal":
        run.signal(waits.name, {})
    else:
        events = [each for each in run.subscriptions() if each.element == waits.element]
        run.deliver(events[ordinal].message, {}, events[ordinal].task_id)


TestRandomProcess = RandomProcess.TestCase
TestRandomProcess.settings = settings(
    max_examples=200, stateful_step_count=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


def test_a_branch_beside_keeps_what_was_written_before_it_began() -> None:
    """A reminder outlives the branch that it began beside: the answer given before both stays when it ends last."""
    reminded = Block("stage", (Block("user"),), border=Border("cycle", interrupting=False, size=1))
    choice = Block("choice", (reminded, Block("user")))
    process = RandomProcess()
    try:
        process.begin(Block("stage", (choice,), inside=Border("cycle", interrupting=False, size=1)))
        for number in (1, 0, 0, 0, 0, 0):
            process.something_happens(number, 0, "")
            process.the_engine_does_what_the_diagram_means()
        process.nothing_is_left()
    finally:
        process.teardown()
