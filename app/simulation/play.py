"""A simulation: instances act until nothing more can happen, messages pass between them, the clock jumps."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import ClassVar, Final

import orjson

from app.domain import clock
from app.domain.clock import StandingClock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.engine.parser import StartTimer
from app.engine.run import Run, Thrown, Variables
from app.engine.specs import start_event
from app.engine.timers import Schedule, start_schedule
from app.simulation.bundle import Bundle
from app.simulation.inputs import Inputs
from app.simulation.outcome import Awaited
from app.simulation.receivers import Instance, chosen, listeners, started_by
from app.simulation.world import SimulatedWorld

MOST_ACTS: Final = 10_000
"""Acts of one simulation without a look at the clock."""
MOST_GENERATIONS: Final = 200
"""So many instances may begin one another without time passing."""
MOST_BEGUN: Final = 1_500
"""So many instances may begin at one moment."""
MOST_IDLE_JUMPS: Final = 1_000
"""Jumps of the clock in a row after each of which everything stands as it has stood before."""
MOST_JUMPS: Final = 3_000
"""Jumps of the clock of one simulation that nobody has told how far it may go."""
MOST_JUMPS_UNTIL: Final = 20_000


class EndlessPlayError(AutomationError):
    """The answers given beforehand, or messages, lead round in circles."""

    status: ClassVar[int] = 422
    message: ClassVar[Text] = Text(
        kk="Процесс «{element}» элементінде айналып қалды: уақыт жылжымай {acts} әрекет жасалды. Жауаптарды немесе "
        "циклдан шығу шартын түзетіңіз.",
        ru="Процесс ходит по кругу у элемента «{element}»: сделано {acts} действий, а время стоит. Исправьте ответы "
        "или условие выхода из цикла.",
        en="The process goes round in circles at the element “{element}”: {acts} acts and no time has passed. Mend the "
        "answers or the condition that leads out of the loop.",
    )

    def __init__(self, *, element: str, acts: int = MOST_ACTS) -> None:
        super().__init__(element=element, acts=acts)
        self.element = element


class Play:
    """The instances of one simulation; the first one is the process that was started.

    When something raises, `path` tells how far the instances came and `acting` whose process was at work. `endless` is
    the timer start event of which only the first turn was played.
    """

    def __init__(self, bundle: Bundle, world: SimulatedWorld, clock: StandingClock, *, auto: bool) -> None:
        self._bundle = bundle
        self._world = world
        self._clock = clock
        self._auto = auto
        self._on_the_way: list[tuple[Instance, Thrown]] = []
        self._acts = 0
        self._ahead: list[Awaited] = []
        self._running: list[Instance] = []
        self._begun = 0
        self._first: Instance | None = None
        self._turn: tuple[Schedule, Callable[[], None]] | None = None
        self.path: list[str] = []
        self.acting = self.endless = ""

    def start(self, process_id: str, data: Mapping[str, object], until: datetime | None = None) -> None:
        """Start the simulation; the clock jumps to the moment of a timer start event, unless that is after `until`.

        Of several start events none of which is plain, the one with inputs is taken (they are its payload), else the
        first timer. One that recurs starts an instance each turn, without end only up to `until`. Raises as `begin`.
        """
        self.acting = process_id
        definition = self._bundle.definition(process_id)
        event = start_event(definition.spec)
        element = None if event is None else event.bpmn_id
        timers = {timer.element: timer for timer in definition.start_timers if element in (None, timer.element)}
        prompted = [*definition.start_messages.values(), *definition.start_signals.values(), *timers]
        chosen = next((each for each in prompted if self._inputs.has(each)), element)
        if chosen in prompted and self._inputs.has(chosen):
            data = {**data, **self._inputs.take(chosen)}
        elif timers:
            schedules = {key: self._schedule(timer) for key, timer in timers.items()}
            chosen = min(schedules, key=lambda key: schedules[key].due)
            first = schedules[chosen]
            if until is not None and first.due > until:
                self._ahead = [Awaited(chosen, first.due)]
                return
            if first.left is not None or until is not None:
                self._turn = first, lambda: self.begin(process_id, data, chosen)
                self._next_turn()
                return
            self.endless = chosen if first.every is not None else ""
            self._clock.moment = max(self._clock.moment, first.due)
        self.begin(process_id, data, chosen)

    def begin(
        self,
        process_id: str,
        data: Mapping[str, object],
        start_element: str | None = None,
        *,
        brought: Mapping[str, object] | None = None,
        by: Instance | None = None,
    ) -> None:
        """Start an instance and let it go as far as it can by itself; `by` has thrown what starts it.

        Raises `DiagramError`, `EndlessPlayError` and what a run raises.
        """
        self.acting = process_id
        definition = self._bundle.definition(process_id)
        given = None if brought is None else dict(brought)
        run = Run.start(definition, self._world, dict(data), start_element=start_element, brought=given)
        instance = Instance(definition, run, 0 if by is None else by.generation + 1)
        self._begun += 1
        if instance.generation > MOST_GENERATIONS or self._begun > MOST_BEGUN:
            raise EndlessPlayError(element=start_element or process_id, acts=self._begun)
        self._first = self._first or instance
        self._running.append(instance)
        self._settle(instance)

    def go_on(self, until: datetime | None = None) -> None:
        """Let everything happen that can happen, up to `until`. Raises what a run raises, `EndlessPlayError`.

        Where timers recur without end and bring nothing new, it stops.
        """
        seen = {self._situation()}
        idle = jumps = 0
        most = MOST_JUMPS if until is None else MOST_JUMPS_UNTIL
        while idle < MOST_IDLE_JUMPS and jumps < most:
            if self._stir():
                idle = 0
            turn = None if self._turn is None else self._turn[0].due
            due = min((timer.due for instance in self._running for timer in instance.run.timers()), default=turn)
            if turn is not None and due is not None:
                due = min(turn, due)
            if due is None or (until is not None and due > until):
                return
            self._clock.moment = max(self._clock.moment, due)
            self._begun = 0
            for instance in self._running:
                instance.generation = 0
            if due == turn:
                self._next_turn()
            else:
                self._fire()
            jumps += 1
            situation = self._situation()
            idle = idle + 1 if situation in seen else 0
            seen.add(situation)
        self._stir()

    def _next_turn(self) -> None:
        """Let the timer start event of the process that was started have its next turn."""
        if self._turn is not None:
            schedule, begin = self._turn
            self._clock.moment = max(self._clock.moment, schedule.due)
            following = schedule.following(clock.now())
            self._turn = None if following is None else (following, begin)
            begin()

    def _stir(self) -> bool:
        """Let everything happen that can happen at this moment; whether there was anything."""
        self._acts = 0
        while self._deliver() or self._answer():
            pass
        return self._acts > 0

    @property
    def ended(self) -> bool:
        """Whether all instances have ended."""
        return not self._ahead and not self._running

    @property
    def data(self) -> Variables:
        """The variables of the process that was started."""
        return self._first.run.data if self._first else {}

    def waiting(self) -> list[Awaited]:
        """What is waited for, instance by instance; timers with their moments."""
        found = [each for instance in self._running for each in _awaited(instance.run)]
        return list(dict.fromkeys([*self._ahead, *found]))

    def _answer(self) -> bool:
        """Answer the first that can be answered: a call that is to fail, a person's task, a message in the inputs."""
        return any(
            self._fail_call(instance) or self._complete_task(instance) or self._bring_message(instance)
            for instance in self._running
        )

    def ambiguous(self) -> list[tuple[str, Thrown]]:
        """The messages kept because several instances may be meant, with the process that threw each."""
        return [
            (thrower.definition.process_id, thrown)
            for thrower, thrown in self._on_the_way
            if len(listeners(self._running, thrown)) > 1
        ]

    def _fail_call(self, instance: Instance) -> bool:
        call = next(iter(instance.run.calls()), None)
        if call is None:
            return False
        code = self._inputs.error(call.element) or ""
        self._inputs.take(call.element)
        self._act(instance, call.element, lambda run: run.fail(call.task_id, code))
        return True

    def _complete_task(self, instance: Instance) -> bool:
        tasks = instance.run.user_tasks()
        task = next((each for each in tasks if self._auto or self._inputs.has(each.element)), None)
        if task is None:
            return False
        answers = self._inputs.take(task.element) if self._inputs.has(task.element) else {}
        self._act(instance, task.element, lambda run: run.complete(task.task_id, answers))
        return True

    def _bring_message(self, instance: Instance) -> bool:
        events = (each for each in instance.run.subscriptions() if each.kind == "message")
        event = next((each for each in events if self._inputs.has(each.element)), None)
        if event is None:
            return False
        payload = self._inputs.take(event.element)
        self._act(instance, event.element, lambda run: run.deliver(event.message, payload, event.task_id))
        return True

    def _deliver(self) -> bool:
        """Bring the first signal to everybody, or the first message to whom it belongs; one nobody awaits is kept."""
        for place, (thrower, thrown) in enumerate(self._on_the_way):
            if thrown.kind == "signal":
                del self._on_the_way[place]
                self._broadcast(thrower, thrown)
                return True
            if self._brought(thrower, thrown):
                del self._on_the_way[place]
                return True
        return False

    def _broadcast(self, thrower: Instance, thrown: Thrown) -> None:
        """Let all other instances hear a signal (its own has heard it) and all processes that begin with it begin."""
        for instance in list(self._running):
            names = {event.message for event in instance.run.subscriptions() if event.kind == "signal"}
            if instance is not thrower and thrown.message in names:
                self._act(instance, thrown.element, lambda run: run.signal(thrown.message, thrown.payload))
        for process_id in self._bundle.processes:
            element = self._bundle.definition(process_id).start_signals.get(thrown.message)
            if element is not None:
                self.begin(process_id, {}, element, brought=thrown.payload, by=thrower)

    def _brought(self, thrower: Instance, thrown: Thrown) -> bool:
        found = listeners(self._running, thrown)
        if not found:
            return self._begun_by(thrower, thrown)
        listener = chosen(found)
        if listener is None:
            return False
        instance, event = listener
        self._act(instance, event.element, lambda run: run.deliver(thrown.message, thrown.payload, event.task_id))
        return True

    def _begun_by(self, thrower: Instance, thrown: Thrown) -> bool:
        found = started_by((self._bundle.definition(process_id) for process_id in self._bundle.processes), thrown)
        if found is None:
            return False
        self.begin(found[0], {}, found[1], brought=thrown.payload, by=thrower)
        return True

    def _fire(self) -> None:
        """Let the first timer that is due fire; all that are due at once fire as its instance settles."""
        due = [(timer.due, place, timer) for place, each in enumerate(self._running) for timer in each.run.timers()]
        _, place, timer = min(due, key=lambda each: each[:2])
        self._act(self._running[place], timer.element, lambda run: run.fire(timer.task_id))

    def _act(self, instance: Instance, element: str, act: Callable[[Run], None]) -> None:
        self._acts += 1
        self.acting = instance.definition.process_id
        if self._acts > MOST_ACTS:
            raise EndlessPlayError(element=element)
        act(instance.run)
        self._settle(instance)

    def _settle(self, instance: Instance) -> None:
        run = instance.run
        try:
            run.settle()
        finally:
            self.path += run.passed()
        self._on_the_way += [(instance, thrown) for thrown in run.thrown()]
        instance.run = Run.restore(instance.definition, self._world, run.snapshot())
        if run.ended:
            self._running.remove(instance)

    def _schedule(self, timer: StartTimer) -> Schedule:
        functions = self._world.functions()
        return start_schedule(timer.text, functions=functions, now=clock.now(), element=timer.element)

    def _situation(self) -> bytes:
        """What stands where with what data, as far as time does not matter."""
        stands = [
            [sorted(each.element for each in _awaited(instance.run)), instance.run.data] for instance in self._running
        ]
        return orjson.dumps([stands, len(self._on_the_way)], option=orjson.OPT_SORT_KEYS)

    @property
    def _inputs(self) -> Inputs:
        return self._world.inputs


def _awaited(run: Run) -> list[Awaited]:
    return [
        *(Awaited(task.element) for task in run.user_tasks()),
        *(Awaited(timer.element, timer.due) for timer in sorted(run.timers(), key=lambda timer: timer.due)),
        *(Awaited(event.element) for event in run.subscriptions()),
        *(Awaited(element) for element in run.held()),
    ]
