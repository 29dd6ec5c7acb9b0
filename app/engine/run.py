"""A running process instance: start or restore, act, settle, snapshot."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

from SpiffWorkflow.bpmn.specs.mixins.events.end_event import EndEvent
from SpiffWorkflow.exceptions import SpiffWorkflowException

from app.domain import clock
from app.domain.texts import Text
from app.engine import codec, operating
from app.engine.compaction import compact
from app.engine.correlation import awaited_keys, converse
from app.engine.errors import (
    DiagramError,
    ErrorCodeNotHandledError,
    MessageNotAwaitedError,
    StepFailedError,
    TaskAlreadyCompletedError,
    TimerNotDueError,
)
from app.engine.event_definitions import Condition, Error, Message, Signal
from app.engine.event_sub_processes import ends_process
from app.engine.expressions import SafeEnv, ScriptEngine
from app.engine.joins import Meeting
from app.engine.json_data import json_copy
from app.engine.listening import (
    broadcast,
    catch_upwards,
    definitions_of,
    listeners,
    live_data,
    look,
    rank,
    receive,
)
from app.engine.parser import Definition
from app.engine.specs import JobServiceTask, start_event
from app.engine.steps import Steps
from app.engine.timers import TimerDefinition
from app.engine.tokens import READY, STARTED, WAITING, ProcessScope, Token, changes_data, element_of
from app.engine.vocabulary import Call, Decided, Subscription, Thrown, Timer, Variables, Waiting, World

__all__ = ["Call", "Decided", "Run", "Subscription", "Thrown", "Timer", "Variables", "Waiting", "World"]


NO_START_EVENT: Final = Text(
    kk="мұндай бастапқы оқиға жоқ немесе қайсысынан бастау керегі айтылмаған.",
    ru="такого стартового события нет, или не сказано, с какого начать.",
    en="there is no such start event, or it is not said which one to begin with.",
)


class Run:
    """One instance of a process in memory.

    Acts change it, `settle` lets the engine go on to where somebody or something is waited for, `snapshot` is its
    state. After any exception the object is to be thrown away: it may have gone half a step.
    """

    def __init__(self, definition: Definition, world: World) -> None:
        self._definition = definition
        self._engine = ScriptEngine(SafeEnv(world.functions()))
        self._top = ProcessScope(definition.spec, definition.subprocess_specs, self._engine, world)
        self._top.correlation = definition.correlation
        self._top.shares = definition.shares

    @classmethod
    def start(
        cls,
        definition: Definition,
        world: World,
        data: Variables,
        *,
        start_element: str | None = None,
        brought: Variables | None = None,
    ) -> "Run":
        """A new instance at its start event; `start_element` is needed where a message or timer has started it.

        Without it: the none start event, or the only one. `brought` is what the message or signal has brought: it
        becomes variables as its event says, of which those of the same name in `data` win. Raises `DiagramError` if
        there is no such start event, `NotJsonError`.
        """
        run = cls(definition, world)
        event = start_event(definition.spec, start_element)
        if event is None:
            raise DiagramError(element=start_element or definition.process_id, reason=NO_START_EVENT)
        came = [one for name, one in event.starts_by() if start_element in (None, name)]
        only = came[0] if len(came) == 1 and isinstance(came[0], Message | Signal) else None
        named = only.named(brought) if only is not None else brought
        given = json_copy({**(named or {}), **data}, element=event.bpmn_id)
        run._top.begin(given, event, start_element)
        if isinstance(only, Message):
            converse(run._top, only.name, given if brought is None else brought, sent=False)
        return run

    @classmethod
    def restore(cls, definition: Definition, world: World, state: bytes) -> "Run":
        """The instance whose `snapshot` is `state`. Raises `StateFormatError`, `StateMismatchError`."""
        run = cls(definition, world)
        codec.load(state, run._top)
        return run

    def settle(self) -> None:
        """Let the engine go on until it waits. Raises `EndlessLoopError`, and what a step raises."""
        steps = Steps()
        ready = self._top.ready
        self._top.beside = 0
        changed = conditional = self._definition.conditional
        while (ready and not changed) or self._goes_on(changed=changed):
            token = ready.popleft()
            if token._state != READY or token.id not in token.workflow.tasks:
                continue
            steps.count(token)
            self._run(token)
            changed = conditional and changes_data(token)
            if steps.are_many:
                compact(self._top)

    def snapshot(self) -> bytes:
        """The state: format number, then zstd. Finished history is forgotten. Raises `NotJsonError`."""
        compact(self._top)
        return codec.dump(self._top)

    def complete(self, task_id: UUID, answers: Mapping[str, object]) -> None:
        """A person has done a user task; the answers become variables.

        Raises `TaskAlreadyCompletedError`, `NotJsonError`, `TooMuchDataError` (over 256 KB).
        """
        token = self._waiting_for_person(task_id)
        given = json_copy(answers, element=token.element)
        variable = getattr(token.task_spec, "variable", None)
        token.data = {**token.data, variable: given} if variable else {**token.data, **given}
        self._run(token)

    def fire(self, task_id: UUID) -> None:
        """A timer is due. Raises `TimerNotDueError` if it has been moved, `TaskAlreadyCompletedError` if it is gone."""
        token = self._found(task_id)
        definitions = [one for one in _definitions(token) if isinstance(one, TimerDefinition)]
        if token._state != WAITING or not definitions:
            raise TaskAlreadyCompletedError(element=token.element)
        due = min(one.schedule_of(token).due for one in definitions)
        if due > clock.now():
            raise TimerNotDueError(element=token.element, due=due.isoformat())
        look(token)

    def deliver(self, message: str, payload: Mapping[str, object], task_id: UUID | None = None) -> None:
        """A message has come for the event `task_id` or, without it, for the first that waits for it.

        Raises `MessageNotAwaitedError`, `NotJsonError`, `TooMuchDataError`.
        """
        definition = Message(message)
        listening = [token for token in listeners(self._top, definition) if task_id in (None, token.id)]
        if not listening:
            raise MessageNotAwaitedError(message=message)
        brought = json_copy(payload, element=listening[0].element)
        converse(listening[0].workflow, message, brought, sent=False)
        receive(listening[0], definition, brought)

    def signal(self, name: str, payload: Mapping[str, object]) -> None:
        """A signal has come for everything that listens for it, in every scope; nothing happens if nothing does.

        Raises `NotJsonError`, `TooMuchDataError`.
        """
        broadcast(self._top, Signal(name), json_copy(payload, element=""))

    def answer(self, task_id: UUID, result: Mapping[str, object]) -> None:
        """The job of a service task is done. Raises `TaskAlreadyCompletedError`, `NotJsonError`, `TooMuchDataError`."""
        token = self._open_call(task_id)
        with _naming(token):
            token.task_spec.take(token, result)
            token.complete()

    def fail(self, task_id: UUID, error_code: str) -> None:
        """The job of a service task ended in a BPMN error, to be caught by a boundary event.

        Raises `ErrorCodeNotHandledError` if none waits for it, `TaskAlreadyCompletedError`.
        """
        token = self._open_call(task_id)
        with _naming(token):
            if not catch_upwards(token.workflow, Error(error_code, code=error_code), None, token):
                raise ErrorCodeNotHandledError(element=token.element, code=error_code)

    def correct(self, variables: Mapping[str, object]) -> None:
        """Somebody has corrected variables: they hold in every running scope, and timers that mention them move."""
        given = json_copy(variables, element="")
        for scope in self._top.scopes():
            for token in scope.tasks.values():
                if token.has_data:
                    token.data = {**token.data, **given}
            ended = scope.task_tree.internal_data
            if "ended" in ended:
                ended["ended"] = [change for change in ended["ended"] if change[0] not in given]
        for token in self._top.all_in_state(WAITING | STARTED):
            self._look_again(token, given.keys())

    def recount(self, functions: Collection[str]) -> None:
        """What the world's `functions` count has changed (another calendar): the timers that they count move.

        A timer that calls any other function of the world, such as the one that tells the time, stays where it is, as
        does one that repeats. Raises `ExpressionError`, `TimerTextError`.
        """
        for token, definition in self._waiting_for(TimerDefinition):
            counted = definition.is_counted_by(functions, self._engine.environment)
            if counted and definition.schedule_of(token).every is None:
                definition.reschedule(token)

    def cancel(self) -> None:
        """End the instance where it stands."""
        self._top.cancel()
        self._top.ready.clear()

    def skip(self, task_id: UUID, element: str, answers: Mapping[str, object]) -> None:
        """Pass by what waits, with `answers` as its outcome (`operating.skip`)."""
        token = self._found(task_id)
        with _naming(token):
            runs = operating.skip(token, element, answers)
        if runs:
            self._run(token)

    def rewind(self, element: str) -> None:
        """Go back to an earlier element of a part that is still open (`operating.rewind`)."""
        operating.rewind(self._top, element)

    def alive(self) -> list[operating.Alive]:
        """What waits, in the order in which it began to."""
        return operating.alive(self._top)

    def returns(self, passed: Collection[str]) -> list[operating.Return]:
        """The elements among those passed that the instance can be set back to (`operating.returns`)."""
        return operating.returns(self._top, passed)

    def needed_after(self, task_id: UUID) -> list[str]:
        """The variables that the choices right after a waiting token read."""
        return operating.needed_after(self._found(task_id), self._engine.environment)

    def evaluate(self, task_id: UUID, expression: str) -> object:
        """The value of an expression of the diagram (a due moment, a candidate) over the data of a task.

        Raises `ExpressionError` naming the element.
        """
        value: object = self._engine.evaluate(self._found(task_id), expression)
        return value

    def user_tasks(self) -> list[Waiting]:
        """What waits for a person."""
        ready = self._top.all_in_state(READY)
        return [Waiting(token.id, token.element, dict(token.data)) for token in ready if token.task_spec.manual]

    def timers(self) -> list[Timer]:
        """The timers that run; of several of one event the earliest."""
        found: dict[tuple[UUID, str], Timer] = {}
        for token, name, definition in self._awaited():
            if isinstance(definition, TimerDefinition):
                timer = Timer(token.id, name, definition.schedule_of(token).due)
                known = found.setdefault((token.id, name), timer)
                if timer.due < known.due:
                    found[token.id, name] = timer
        return list(found.values())

    def calls(self) -> list[Call]:
        """The service tasks that wait for their jobs."""
        started = self._top.all_in_state(STARTED)
        return [token.task_spec.call_of(token) for token in started if isinstance(token.task_spec, JobServiceTask)]

    def subscriptions(self) -> list[Subscription]:
        """The messages and signals that are waited for."""
        found = []
        for token, name, definition in self._awaited():
            if isinstance(definition, Message):
                keys = awaited_keys(token, definition.name)
                found.append(Subscription(token.id, name, definition.name, correlations=keys))
            elif isinstance(definition, Signal):
                found.append(Subscription(token.id, name, definition.name, "signal"))
        return found

    def held(self) -> list[str]:
        """The elements where a token waits for others to come, or for a condition to become true."""
        waiting = self._top.all_in_state(WAITING)
        return [
            token.element
            for token in waiting
            if isinstance(token.task_spec, Meeting) or any(isinstance(one, Condition) for one in _definitions(token))
        ]

    def thrown(self) -> list[Thrown]:
        """The messages that have left the instance since it was started or restored, in order."""
        return list(self._top.thrown)

    def decided(self) -> list[Decided]:
        """The decisions that business rule tasks have made since the instance was started or restored, in order."""
        return list(self._top.decided)

    def passed(self) -> list[str]:
        """The elements completed since the instance was started or restored, in order, once per completion."""
        return list(self._top.passed)

    @property
    def ended(self) -> bool:
        """Whether the instance has ended or been cancelled."""
        return bool(self._top.completed)

    @property
    def end_event(self) -> str | None:
        """The end event of the process by which the instance ended."""
        return self._top.end_event if self.ended else None

    @property
    def data(self) -> Variables:
        """The variables: of an ended instance those at its end, of a running one as its branches have them now."""
        return dict(self._top.data) if self._top.completed else dict(live_data(self._top))

    def _run(self, token: Token) -> None:
        with _naming(token):
            token.run()
        if isinstance(token.task_spec, EndEvent) and ends_process(token.workflow):
            self._top.end_event = token.task_spec.bpmn_id

    def _goes_on(self, *, changed: bool) -> bool:
        """Look whether a condition has become true if variables have `changed`, and a timer due if all else is done."""
        top = self._top
        if changed:
            top.seen = {}
            self._look([token for token, _ in self._waiting_for(Condition)])
            top.seen = None
        if not top.ready and top.event_manager.tasks:
            self._look(self._due())
        return bool(top.ready)

    def _due(self) -> list[Token]:
        """What waits for the timer that is overdue longest."""
        timers = self._waiting_for(TimerDefinition)
        if not timers:
            return []
        earliest = min(one.schedule_of(token).due for token, one in timers)
        if earliest > clock.now():
            return []
        return [token for token, one in timers if one.schedule_of(token).due == earliest]

    def _waiting_for(self, kind: type) -> list[tuple[Token, Any]]:
        waiting = [token for token in self._top.event_manager.tasks.values() if token._state == WAITING]
        return [(token, one) for token in waiting for one in definitions_of(token) if isinstance(one, kind)]

    def _look(self, waiting: list[Token]) -> None:
        """Let waiting events see whether they have occurred, so that what is further out runs first."""
        for token in sorted(waiting, key=rank, reverse=True) if waiting else ():
            with _naming(token):
                look(token)

    def _look_again(self, token: Token, changed: Any) -> None:
        spec = token.task_spec
        if token._state == STARTED and isinstance(spec, JobServiceTask):
            spec.ask(token)
        for definition in _definitions(token) if token._state == WAITING else ():
            if isinstance(definition, TimerDefinition) and definition.names(self._engine.environment) & changed:
                definition.reschedule(token)

    def _awaited(self) -> list[tuple[Token, str, Any]]:
        """The events waited for: token, id of the event's element, definition."""
        return [
            (token, name, definition)
            for token in self._top.event_manager.tasks.values()
            if token._state == WAITING
            for name, definition in token.task_spec.awaits(token)
        ]

    def _found(self, task_id: UUID) -> Token:
        token = self._top.find(task_id)
        if token is None:
            raise TaskAlreadyCompletedError
        return token

    def _waiting_for_person(self, task_id: UUID) -> Token:
        token = self._found(task_id)
        if token._state != READY or not token.task_spec.manual:
            raise TaskAlreadyCompletedError(element=token.element)
        return token

    def _open_call(self, task_id: UUID) -> Token:
        token = self._found(task_id)
        if token._state != STARTED or not isinstance(token.task_spec, JobServiceTask):
            raise TaskAlreadyCompletedError(element=token.element)
        return token


@contextmanager
def _naming(token: Token) -> Iterator[None]:
    """Whatever is raised within names the element: our own errors do, the others get a note or become one of ours."""
    try:
        yield
    except SpiffWorkflowException as error:
        spec = getattr(error, "task_spec", None)
        named = token.element if spec is None else element_of(spec)
        raise StepFailedError(element=named, reason=str(error)) from error
    except Exception as error:
        if not getattr(error, "element", ""):
            error.add_note(f"element: {token.element}")
        raise


def _definitions(token: Token) -> list[Any]:
    return definitions_of(token) if hasattr(token.task_spec, "event_definition") else []
