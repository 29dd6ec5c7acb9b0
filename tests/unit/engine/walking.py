"""A walk through a small diagram: saved and restored between all acts."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from app.domain import clock
from app.domain.clock import StandingClock
from app.engine.parser import Definition, read_definition
from app.engine.run import Call, Run, Thrown, Variables

MONDAY = datetime(2026, 11, 16, 5, 0, tzinfo=UTC)


class SmallWorld:
    """Answers calls from a table; an operation that is not in it becomes a job."""

    def __init__(self) -> None:
        self.results: dict[str, Variables | Exception] = {}
        self.performed: list[Call] = []
        self.known: dict[str, Callable[..., object]] = {}

    def functions(self) -> Mapping[str, Callable[..., object]]:
        return {"now_iso": lambda: clock.now().isoformat(), **self.known}

    def perform(self, call: Call) -> Variables | None:
        self.performed.append(call)
        result = self.results.get(call.operation)
        if isinstance(result, Exception):
            raise result
        return result


class Walk:
    """A run that goes through its bytes between all acts."""

    def __init__(self, standing: StandingClock) -> None:
        self.world = SmallWorld()
        self.clock = standing
        self.passed: list[str] = []
        self.thrown: list[tuple[str, object]] = []
        self.told: list[Thrown] = []
        self.state = b""
        self.run: Run
        self.definition: Definition

    def start(self, *diagrams: bytes, process_id: str = "p", start_element: str | None = None, **data: object) -> None:
        named = {f"{number}.bpmn": content for number, content in enumerate(diagrams)}
        self.definition = read_definition(named, process_id)
        self._acted(Run.start(self.definition, self.world, data, start_element=start_element))

    def complete(self, element: str, number: int = 0, **answers: object) -> None:
        waiting = [task for task in self.run.user_tasks() if task.element == element]
        self.run.complete(waiting[number].task_id, answers)
        self._acted(self.run)

    def answer(self, element: str, **result: object) -> None:
        self.run.answer(self.call(element).task_id, result)
        self._acted(self.run)

    def fail(self, element: str, code: str) -> None:
        self.run.fail(self.call(element).task_id, code)
        self._acted(self.run)

    def deliver(self, message: str, **payload: object) -> None:
        self.run.deliver(message, payload)
        self._acted(self.run)

    def signal(self, name: str, **payload: object) -> None:
        self.run.signal(name, payload)
        self._acted(self.run)

    def correct(self, **variables: object) -> None:
        self.run.correct(variables)
        self._acted(self.run)

    def recount(self, *functions: str) -> None:
        self.run.recount(functions)
        self._acted(self.run)

    def pass_time(self, **period: float) -> None:
        """Let time pass and fire what becomes due, one timer after the other, at its moment."""
        target = self.clock.moment + timedelta(**period)
        while due := sorted((timer.due, timer.element) for timer in self.run.timers() if timer.due <= target):
            self.clock.moment = max(self.clock.moment, due[0][0])
            first = next(timer for timer in self.run.timers() if (timer.due, timer.element) == due[0])
            self.run.fire(first.task_id)
            self._acted(self.run)
        self.clock.moment = target

    def call(self, element: str) -> Call:
        return next(call for call in self.run.calls() if call.element == element)

    @property
    def waiting(self) -> list[str]:
        return sorted(task.element for task in self.run.user_tasks())

    @property
    def timers(self) -> dict[str, datetime]:
        return {timer.element: timer.due for timer in self.run.timers()}

    @property
    def messages(self) -> list[str]:
        return sorted(each.message for each in self.run.subscriptions() if each.kind == "message")

    @property
    def signals(self) -> list[tuple[str, str]]:
        """The elements that wait for a signal, each with its name."""
        return sorted((each.element, each.message) for each in self.run.subscriptions() if each.kind == "signal")

    @property
    def data(self) -> Variables:
        return self.run.data

    def _acted(self, run: Run) -> None:
        run.settle()
        self.passed += run.passed()
        self.told += run.thrown()
        self.thrown += [(thrown.message, thrown.payload) for thrown in run.thrown()]
        self.state = run.snapshot()
        self.run = Run.restore(self.definition, self.world, self.state)
