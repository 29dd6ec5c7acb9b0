"""Tokens and the scopes they live in: SpiffWorkflow's task and workflow, without prediction and with a queue."""

from collections import deque
from collections.abc import Iterator
from time import time
from typing import Any, Final
from uuid import UUID, uuid4

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask, MultiInstanceTask
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.specs.Join import Join
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from app.engine.vocabulary import Decided, Thrown, World

WAITING, READY, STARTED = TaskState.WAITING, TaskState.READY, TaskState.STARTED
FUTURE, COMPLETED, CANCELLED = TaskState.FUTURE, TaskState.COMPLETED, TaskState.CANCELLED
UNFINISHED = TaskState.NOT_FINISHED_MASK
FINISHED = TaskState.FINISHED_MASK
ASKED_BY: Final = "asked by"
"""In the internal data of the token that compensation handlers hang on: the id of the token that has asked for them."""


class Token(Task):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A task of SpiffWorkflow's tree that predicts nothing: it gets its children when it runs.

    Its `data` is a dictionary of its own whose values are shared with other tokens and never changed in place.
    """

    def __init__(
        self,
        workflow: Any,
        task_spec: Any,
        parent: "Token | None" = None,
        state: int = TaskState.MAYBE,
        id: UUID | None = None,  # noqa: A002 - the library's name
    ) -> None:
        self.id = id or uuid4()
        self.workflow = workflow
        self.task_spec = task_spec
        self._parent = parent.id if parent is not None else None
        self._children: list[UUID] = []
        self._state = state
        self.triggered = False
        self.thread_id = 0
        self.data: dict[str, Any] = {}
        self.internal_data: dict[str, Any] = {}
        self.last_state_change = time()
        workflow.tasks[self.id] = self
        if parent is not None:
            parent._children.append(self.id)

    @property
    def element(self) -> str:
        """The id of the element of the diagram (of the nearest one, for a task the library has added)."""
        return element_of(self.task_spec)

    @property
    def has_data(self) -> bool:
        """Whether the token has data of its own yet: not where it is still to come, nor where it waits at a join."""
        waits = self._state == WAITING and isinstance(self.task_spec, Join)
        return not waits and not self._state & (TaskState.PREDICTED_MASK | FUTURE)

    def run(self) -> bool | None:
        """Run the task; before, make the children it leads to."""
        self.task_spec._predict_hook(self)
        result: bool | None = super().run()
        return result

    def complete(self) -> None:
        """Complete the task, and with it pass its element."""
        spec, shares = self.task_spec, self.workflow.top_workflow.shares
        before = self.parent.data if shares and self.parent is not None else {}
        self._set_state(COMPLETED)
        if spec.bpmn_id is not None and not isinstance(spec, LoopTask):  # of these the instances count
            self.workflow.top_workflow.passed.append(spec.bpmn_id)
        spec._on_complete(self)
        brought = self.internal_data.get("brought")
        self.internal_data = {"brought": brought} if brought else {}
        if shares:
            self.workflow.share(self, before)

    def cancel(self) -> None:
        """Take the token away, with everything below it that has not finished."""
        ahead = [self]
        while ahead:
            token = ahead.pop()
            ahead += [child for child in token.children if child is not None]
            if not token._state & FINISHED:
                token._set_state(CANCELLED)
                token.task_spec._on_cancel(token)

    def _add_child(self, task_spec: Any, state: int = TaskState.MAYBE) -> "Token":
        child = Token(self.workflow, task_spec, self, state)
        if state == READY:
            child._ready()
        return child

    def _sync_children(self, task_specs: list[Any], state: int = TaskState.MAYBE) -> None:
        if self._state >= WAITING:
            super()._sync_children(task_specs, state)

    def _set_state(self, value: int) -> None:
        if value == self._state:
            return
        self._state = value
        self.last_state_change = time()
        if value == READY and not self.task_spec.manual:
            self.workflow.top_workflow.ready.append(self)

    def _inherit_data(self) -> None:
        parent = self.parent
        self.data = {**parent.data, **self.data}


def element_of(spec: Any) -> str:
    """The id of the element a task spec stands for."""
    return str(spec.bpmn_id or getattr(spec, "element", None) or spec.name.partition(".Boundary")[0])


def only_listens(token: Token) -> bool:
    """Whether the token only listens beside the flow: a boundary event or the start of an event sub-process."""
    return token._state == WAITING and getattr(token.task_spec, "listens_beside", False)


def changes_data(token: Token) -> bool:
    """Whether the token, which has just run, may have changed what others see of the variables of its scope."""
    parent = token.parent
    return parent is None or getattr(token.task_spec, "listens_beside", False) or token.data != parent.data


def listens_for_scope(token: Token) -> bool:
    """Whether the token listens for an event sub-process of its scope."""
    return token._state == WAITING and getattr(token.task_spec, "of_scope", False)


def began_beside(token: Token) -> bool:
    """Whether the token has begun a branch beside the flow without interrupting it."""
    spec = token.task_spec
    return getattr(spec, "listens_beside", False) and not spec.cancel_activity


def began_with(token: Token) -> dict[str, Any]:
    """The data with which a branch beside the flow has begun, without what its event has brought."""
    data = dict(token.data)
    for key, before, _ in token.internal_data.get("brought", ()):
        del data[key]
        if before:
            data[key] = before[0]
    return data


def _changed(token: Token, before: dict[str, Any]) -> dict[str, Any]:
    """What a token has changed; an event beside the flow, which sees all branches together: what it has brought."""
    if getattr(token.task_spec, "listens_beside", False):
        brought = [key for key, _, _ in token.internal_data.get("brought", ())]
        return {key: token.data[key] for key in brought if key in token.data}
    return {key: value for key, value in token.data.items() if key not in before or before[key] != value}


def _kept_apart(token: Token) -> set[str] | None:
    """The variables that events which do not interrupt have brought to the branch of a token.

    None stands for all: a compensation handler lives with the data of what it undoes.
    """
    names: set[str] = set()
    ancestor: Token | None = token
    while ancestor is not None:
        if began_beside(ancestor):
            names.update(key for key, _, _ in ancestor.internal_data.get("brought", ()))
        ancestor = ancestor.parent
        if ancestor is not None and ASKED_BY in ancestor.internal_data:
            return None
    return names


def is_instance(token: Token) -> bool:
    """Whether a token is one of several instances of an activity; a turn of a standard loop is not."""
    loop = None if token.parent is None else token.parent.task_spec
    return isinstance(loop, MultiInstanceTask) and loop.task_spec == token.task_spec.name


def _as_found(values: dict[str, Any], data: dict[str, Any], found: dict[str, Any] | None) -> dict[str, Any]:
    """Of `values` those whose variables are in `data` as they were `found`."""
    absent = object()
    if found is None:
        return values
    return {key: value for key, value in values.items() if data.get(key, absent) == found.get(key, absent)}


class _Scope:
    """What the process and its sub-processes have in common."""

    tasks: dict[UUID, Token]
    task_tree: Token
    spec: Any
    data: dict[str, Any]
    completed: bool
    last_task: Token | None

    def begin(self, data: dict[str, Any], start_event: Any, element: str | None = None) -> Token:
        """Put the first token at `start_event`, which thereby has occurred; returns the token.

        `element` says which event has, where several stand behind it.
        """
        root = Token(self, self.spec.start, state=COMPLETED)
        root.data = data
        self.task_tree = self.last_task = root
        for name in getattr(self.spec, "listeners", ()):
            listener = self.spec.task_specs[name]
            listener._update(root._add_child(listener, FUTURE))
        first = root._add_child(start_event, FUTURE)
        start_event.occur(first, element)
        start_event._update(first)
        return first

    def in_state(self, states: int) -> Iterator[Token]:
        """The tokens of this scope (not of those within) in one of `states`."""
        return (token for token in list(self.tasks.values()) if token._state & states)

    def cancel(self, success: bool = False) -> list[Token]:
        """Cancel every token of this scope and of the scopes within."""
        self.success = success
        self.completed = True
        cancelled = list(self.in_state(UNFINISHED))
        for token in cancelled:
            token.cancel()
        return cancelled

    def share(self, token: Token, before: dict[str, Any]) -> None:
        """What `token` has changed holds for all branches that share its data; `before` are the data it has found.

        Data objects and properties belong to the scope that declares them, other variables to the outermost scope
        that shares its own with this one. An instance of several keeps to itself what no scope declares.
        """
        changed, kept, common = _changed(token, before), set[str](), True
        scope: Any = self
        host: Any = token
        while changed and (apart := _kept_apart(host)) is not None:
            kept |= apart
            common = common and not is_instance(host)
            declared = {key: value for key, value in changed.items() if key in scope.spec.shared}
            changed = {key: value for key, value in changed.items() if key not in declared}
            if declared:
                scope.set_for_all(declared, by=token)
            host = None if scope.parent_task_id is None else scope.parent_workflow.tasks.get(scope.parent_task_id)
            outermost = host is None or not getattr(host.task_spec, "shares_data", False)
            if common and (outermost or is_instance(host)):
                own = {key: value for key, value in changed.items() if key not in kept}
                scope.set_for_all(own, by=token, own=True)
            if outermost:
                return
            scope = host.workflow

    def set_for_all(
        self, values: dict[str, Any], *, by: Token, own: bool = False, found: dict[str, Any] | None = None
    ) -> None:
        """Every branch of this scope and of the sub-processes within it has these values; `by` has them already.

        Of variables that no scope declares a branch may have its `own`: one that has begun beside the flow what its
        event has brought, an instance of several what is not as all instances had `found` it.
        """
        if not values:
            return
        for token in sorted(self.in_state(UNFINISHED), key=is_instance, reverse=True):
            apart = _kept_apart(token)
            if apart is None:
                continue
            told = {key: value for key, value in values.items() if key not in apart} if own and apart else values
            before = token.parent.data if own and is_instance(token) else found
            inner = self.top_workflow.subprocesses.get(token.id)  # type: ignore[attr-defined]  # of the library's
            if inner is not None and not inner.completed and getattr(token.task_spec, "shares_data", False):
                inner.set_for_all(told, by=by, own=own, found=before)
            holder = token if token.has_data else token.parent
            if holder is not by and (holder is not by.parent or isinstance(holder.task_spec, LoopTask)):
                holder.data = {**holder.data, **_as_found(told, holder.data, before)}
        ended = self.task_tree.internal_data
        if "ended" in ended:
            ended["ended"] = [change for change in ended["ended"] if change[0] not in values]

    def _task_completed_notify(self, token: Token) -> None:
        self.last_task = token
        if token.task_spec.name == "End":
            self._mark_complete(token)
        if self.completed:
            self.completed_event(self)  # type: ignore[attr-defined]  # of the library's workflow
            return
        self.look_again()

    def look_again(self) -> None:
        """Let the tokens that wait for others see whether they may go on."""
        seen: set[str] = set()
        for waiting in self.in_state(WAITING):
            spec = waiting.task_spec
            if not isinstance(spec, Join) or waiting._state != WAITING or spec.name in seen:
                continue
            if hasattr(spec, "look_again"):
                seen.add(spec.name)
                spec.look_again(self)
            else:
                spec._update(waiting)

    def _mark_complete(self, token: Token) -> None:
        self.data.update(token.data)
        self.completed = True


class SubProcessScope(_Scope, BpmnSubWorkflow):  # type: ignore[misc]  # SpiffWorkflow has no types
    """The tokens inside a sub-process or a called process, whose activity is `host`."""

    def __init__(self, spec: Any, host: Token) -> None:
        self._around = host.workflow
        super().__init__(spec, host.id, host.workflow.top_workflow, deserializing=True)

    @property
    def parent_workflow(self) -> Any:
        """The scope of the host."""
        return self._around

    def _calculate_depth(self) -> int:
        depth: int = self._around.depth + 1
        return depth


class ProcessScope(_Scope, BpmnWorkflow):  # type: ignore[misc]  # SpiffWorkflow has no types
    """The tokens of a process instance at its top level, and what all its scopes share.

    `ready`: tokens that the engine may run; `passed`: ids of the elements completed; `thrown`: messages that left;
    `decided`: what business rule tasks have decided; `correlation`: what the diagrams agree on
    (`app.engine.correlation`); `seen`: while conditions are looked at, the variables of the scopes they are about;
    `shares`: some scope declares data that all its branches have in common; `beside`: events at borders and of event
    sub-processes that have occurred since somebody acted.
    """

    def __init__(self, spec: Any, subprocess_specs: Any, script_engine: PythonScriptEngine, world: World) -> None:
        super().__init__(spec, subprocess_specs, script_engine, deserializing=True)
        self.world = world
        self.ready: deque[Token] = deque()
        self.passed: list[str] = []
        self.thrown: list[Thrown] = []
        self.decided: list[Decided] = []
        self.correlation: Any = None
        self.seen: dict[Any, dict[str, Any]] | None = None
        self.shares = False
        self.beside = 0
        self.end_event: str | None = None

    def create_subprocess(self, my_task: Token, spec_name: str) -> SubProcessScope:
        """A scope for the content of a sub-process or a called process."""
        spec = self.subprocess_specs[spec_name]
        scope = SubProcessScope(spec, my_task)
        self.subprocesses[my_task.id] = scope
        return scope

    def scopes(self) -> list[Any]:
        """This scope and those within that still run, outer before inner."""
        return [self, *(scope for scope in self.subprocesses.values() if not scope.completed)]

    def all_in_state(self, states: int) -> list[Token]:
        """The tokens of all running scopes in one of `states`."""
        return [token for scope in self.scopes() for token in scope.tasks.values() if token._state & states]

    def find(self, task_id: UUID) -> Token | None:
        """The token of this id in any scope."""
        for scope in self.scopes():
            if task_id in scope.tasks:
                found: Token = scope.tasks[task_id]
                return found
        return None
