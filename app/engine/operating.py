"""What an operator may do with a running instance: pass by what waits, go back to an earlier step."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal

from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition
from SpiffWorkflow.bpmn.specs.mixins import SubWorkflowTaskMixin
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask

from app.domain.texts import Text
from app.engine.errors import RunError, TaskAlreadyCompletedError
from app.engine.event_definitions import Condition, Message, Signal
from app.engine.events import Catching, EventBasedGateway
from app.engine.joins import Meeting
from app.engine.json_data import json_copy
from app.engine.listening import live_data
from app.engine.specs import JobServiceTask
from app.engine.timers import TimerDefinition
from app.engine.tokens import FINISHED, FUTURE, READY, STARTED, UNFINISHED, WAITING, ProcessScope, Token, only_listens
from app.engine.vocabulary import Variables

Kind = Literal["task", "call", "timer", "message", "signal", "condition", "join"]
_KINDS: Final[tuple[tuple[type, Kind], ...]] = (
    (TimerDefinition, "timer"),
    (Message, "message"),
    (Signal, "signal"),
    (Condition, "condition"),
)


class CannotSkipStepError(RunError):
    """What waits there cannot be passed by."""

    status = 409
    message: ClassVar[Text] = Text(
        kk="«{element}» өткізіліп жіберілмейді: ол басқа тармақтарды күтеді. Сол тармақтардағы қадамды өткізіңіз.",
        ru="«{element}» пропустить нельзя: здесь ждут другие ветви. Пропустите шаг в той ветви, которую ждут.",
        en="“{element}” cannot be skipped: it waits for other branches. Skip the step in the branch it waits for.",
    )


class CannotRewindError(RunError):
    """The instance cannot be set back to this element now."""

    status = 409
    message: ClassVar[Text] = Text(
        kk="Процесті «{element}» қадамына қайтаруға болмайды: бұл қадамнан әлі өтпеген, оның бөлігі жабылған немесе "
        "қатар жүріп жатқан жұмыс үзіліп қалады.",
        ru="Вернуть процесс к шагу «{element}» нельзя: он ещё не пройден, его часть уже закрыта или оборвётся "
        "параллельная работа.",
        en="The process cannot be taken back to “{element}”: it has not been passed, its part is over, or work beside "
        "it would be cut off.",
    )


@dataclass(frozen=True, slots=True)
class Alive:
    """Something that waits; `beside` the flow: what it leads to would happen besides, or instead, if it came."""

    task_id: Any
    element: str
    kind: Kind
    beside: bool


@dataclass(frozen=True, slots=True)
class Return:
    """An element that the instance can be set back to, and what waits now and would be cancelled by it."""

    element: str
    cancelled: tuple[str, ...]


def alive(top: ProcessScope) -> list[Alive]:
    """What waits, in the order in which it began to."""
    found = [each for token in top.all_in_state(READY | STARTED | WAITING) for each in _alive(token)]
    began = {token.id: token.last_state_change for token in top.all_in_state(UNFINISHED)}
    return sorted(found, key=lambda each: began[each.task_id])


def _alive(token: Token) -> Iterator[Alive]:
    spec = token.task_spec
    if token._state == READY and spec.manual:
        yield Alive(token.id, token.element, "task", beside=False)
    elif token._state == STARTED and isinstance(spec, JobServiceTask):
        yield Alive(token.id, token.element, "call", beside=False)
    elif token._state == WAITING and isinstance(spec, Meeting):
        yield Alive(token.id, token.element, "join", beside=False)
    elif token._state == WAITING and isinstance(spec, Catching):
        for element, definition in spec.awaits(token):
            kind = next((kind for of, kind in _KINDS if isinstance(definition, of)), None)
            if kind is not None:
                yield Alive(token.id, element, kind, beside=only_listens(token))


def skip(token: Token, element: str, answers: Mapping[str, object]) -> bool:
    """Pass by what waits at `token`, with `answers` as its outcome; whether the token is to run now.

    Of an event-based gateway `element` names the event that shall count as having come. What listens beside the flow
    stops listening. Raises `CannotSkipStepError`, `TaskAlreadyCompletedError`, `NotJsonError`, `TooMuchDataError`.
    """
    spec = token.task_spec
    given = json_copy(answers, element=token.element)
    if token._state == READY and spec.manual:
        token.data = {**token.data, **given}
        return True
    if token._state == STARTED and isinstance(spec, JobServiceTask):
        spec.take(token, given)
        token.complete()
        return False
    if token._state != WAITING:
        raise TaskAlreadyCompletedError(element=token.element)
    if not isinstance(spec, Catching):
        raise CannotSkipStepError(element=token.element)
    if only_listens(token):
        token.cancel()
        token.workflow.look_again()
        return False
    token.data = {**token.data, **given}
    if isinstance(spec, EventBasedGateway):
        if element not in spec.leads:
            raise TaskAlreadyCompletedError(element=element)
        token.internal_data["heard"] = {str(spec.leads.index(element)): None}
    token._set_state(READY)
    return False


def needed_after(token: Token, environment: Any) -> list[str]:
    """The variables that the way on from `token` reads before anybody or anything is waited for again.

    All that choices read, and of what service tasks and repeated activities read those that are not there; not what a
    service task on the way brings.
    """
    specs = token.workflow.spec.task_specs
    start = _outer(token).task_spec.name
    seen, ahead = {start}, [start]
    found: dict[str, None] = {}
    brought: set[str] = set()
    while ahead:
        spec = specs[ahead.pop(0)]
        if spec.name != start:
            wanted = [name for name in _read_by(spec, environment) if name not in token.data]
            found |= dict.fromkeys(name for name in wanted if name not in brought)
        if isinstance(spec, JobServiceTask) and spec.name != start:
            if spec.result_variable is None:
                continue
            brought.add(spec.result_variable)
        for name in _chosen_by(spec, environment):
            found |= {name: None} if name not in brought else {}
        fresh = [name for name in spec._outputs if name not in seen and not _waits(specs[name])]
        seen.update(fresh)
        ahead += fresh
    return list(found)


def _chosen_by(spec: Any, environment: Any) -> list[str]:
    conditions = [condition for condition, _ in getattr(spec, "cond_task_specs", ()) if condition is not None]
    return sorted({name for each in conditions for name in environment.names(each.args[0], "eval")})


def _read_by(spec: Any, environment: Any) -> list[str]:
    if isinstance(spec, JobServiceTask):
        return sorted({name for text in spec.operation_params.values() for name in environment.names(text, "eval")})
    collection = getattr(spec, "data_input", None)
    return [collection.bpmn_id] if collection is not None else []


def _waits(spec: Any) -> bool:
    return bool(spec.manual) or isinstance(spec, Catching | SubWorkflowTaskMixin)


def returns(top: ProcessScope, passed: Collection[str]) -> list[Return]:
    """The elements that the instance can be set back to as far as its tokens go, in the order of `passed`.

    An element where somebody or something is waited for; passed already; of a scope that runs once, and everything
    alive in that scope comes after it. Whether one token there is a moment that the diagram knows (`reachable_alone`)
    is for the caller to ask.
    """
    found = []
    for element in dict.fromkeys(passed):
        scope = _scope_of(top, element)
        behind = _behind(scope, element) if scope is not None else None
        if behind and {token.element for token in behind} != {element}:
            found.append(Return(element, tuple(dict.fromkeys(_waiting_in(top, behind)))))
    return found


def rewind(top: ProcessScope, element: str) -> None:
    """Cancel everything alive in the element's scope and put a token before the element, with the data as they are now.

    Event sub-processes that run beside go on. Raises `CannotRewindError`.
    """
    scope = _scope_of(top, element)
    behind = _behind(scope, element) if scope is not None else None
    if scope is None or not behind:
        raise CannotRewindError(element=element)
    data: Variables = live_data(scope)
    for token in behind:
        token.cancel()
    root = scope.task_tree
    root.internal_data = {name: value for name, value in root.internal_data.items() if name != "ended"}
    entry = _entry(scope, element)
    token = root._add_child(entry, FUTURE)
    token.data = data
    entry._update(token)


def _scope_of(top: ProcessScope, element: str) -> Any:
    """The one running scope that has the element as a place to wait at."""
    scopes = [scope for scope in top.scopes() if _waits_at(scope, element)]
    return scopes[0] if len(scopes) == 1 else None


def _waits_at(scope: Any, element: str) -> bool:
    spec = scope.spec.task_specs.get(element)
    if spec is None or spec.bpmn_id != element or getattr(spec, "listens_beside", False):
        return False
    if isinstance(spec, LoopTask):
        spec = scope.spec.task_specs[spec.task_spec]
    if isinstance(spec, Catching):
        return not isinstance(spec.event_definition, NoneEventDefinition)
    return bool(spec.manual)


def _entry(scope: Any, element: str) -> Any:
    specs = scope.spec.task_specs
    return specs.get(f"{element}.BoundaryEventSplit", specs[element])


def _behind(scope: Any, element: str) -> list[Token] | None:
    """The outermost live tokens of the flow; None if one of them does not come after the element."""
    after = _reached(scope.spec.task_specs, _entry(scope, element).name)
    found = []
    for token in scope.in_state(UNFINISHED):
        inside = token.parent is not None and not token.parent.has_state(FINISHED)
        if inside or _is_beside(token):
            continue
        if token.task_spec.name not in after:
            return None
        found.append(token)
    return found


def _is_beside(token: Token) -> bool:
    """Whether it is, or has come from, an event sub-process that leaves the flow alone."""
    around: Token | None = token
    while around is not None:
        spec = around.task_spec
        if getattr(spec, "of_scope", False):
            return around._state == WAITING or not spec.cancel_activity
        around = around.parent
    return False


def _reached(specs: Mapping[str, Any], start: str) -> set[str]:
    found, ahead = {start}, [start]
    while ahead:
        following = set(specs[ahead.pop()]._outputs) - found
        found |= following
        ahead += following
    return found


def _waiting_in(top: ProcessScope, tokens: list[Token]) -> Iterator[str]:
    """What waits at these tokens and within them."""
    gone = {id(token) for token in tokens}
    for token in top.all_in_state(READY | STARTED | WAITING):
        around: Token | None = token
        while around is not None and id(around) not in gone:
            scope = around.workflow
            around = around.parent or (
                scope.parent_workflow.tasks[scope.parent_task_id] if scope.parent_task_id is not None else None
            )
        if around is not None:
            yield from (each.element for each in _alive(token) if each.kind != "join")


def _outer(token: Token) -> Token:
    """The multi-instance activity of an instance, else the token."""
    parent = token.parent
    return parent if parent is not None and isinstance(parent.task_spec, LoopTask) else token
