"""Compensation: what has been completed is remembered, and undone in reverse order when the diagram says so."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec

from app.engine.errors import CallsTooDeepError
from app.engine.event_faults import kind_of
from app.engine.event_sub_processes import EventSubProcess
from app.engine.flows import Hidden
from app.engine.listening import host_of
from app.engine.merging import changes
from app.engine.specs import MOST_NESTED, Containing, EmbeddedSubProcess
from app.engine.tokens import ASKED_BY, COMPLETED, FUTURE, READY, UNFINISHED, Token
from app.engine.undoing import activity_to_undo, thrown
from app.engine.vocabulary import Variables

Record = dict[str, Any]
"""A completed activity: `spec` that undoes it, `element`, `event` at its border if any, its `data`, `inner` records."""


@dataclass(frozen=True, slots=True)
class Handler:
    """How an activity is undone: the id of the compensation event at its border and the task spec that does it."""

    event: str
    entry: str


class Compensating(Hidden):
    """What stands before an event that throws a compensation (or cancels a transaction): it undoes what is completed.

    One activity after the other, the last completed first; the event follows when all are undone. `only` is the id of
    the activity to undo, without it everything completed in the scope is. Inside an event sub-process that is what the
    scope around it has completed too.
    """

    def __init__(
        self, wf_spec: Any, name: str, *, element: str, only: str | None = None, cancels: bool = False
    ) -> None:
        super().__init__(wf_spec, name, element=element)
        self.only = only
        self.cancels = cancels

    def _predict_hook(self, _token: Token) -> None:
        """Nothing: what follows is known only when all is undone."""

    def _run_hook(self, token: Token) -> bool | None:
        if "undo" not in token.internal_data:
            if self.cancels:
                _cancel_others(token)
            token.internal_data["undo"] = _records(token, self.only)
        if not token.internal_data["undo"]:
            token._sync_children(self.outputs, FUTURE)
            return True
        self._undo(token, token.internal_data["undo"][-1])
        return None

    def undone(self, token: Token, data: Variables) -> None:
        """The last of what is to be undone is undone and has left `data`."""
        record = token.internal_data["undo"][-1]
        found = token.internal_data.pop("found", None) or {**token.data, **record["data"]}
        after = dict(token.data)
        for key, _, now in changes(found, data):
            after.pop(key, None)
            if now:
                after[key] = now[0]
        token.data = after
        token.internal_data["undo"] = token.internal_data["undo"][:-1]
        token._set_state(READY)

    def _undo(self, token: Token, record: Record) -> None:
        top = token.workflow.top_workflow
        if record["event"] is not None:
            top.passed.append(record["event"])
        scope, parent = list(_scopes(token))[record["level"]]
        parent.internal_data[ASKED_BY] = token.id.hex
        spec = scope.spec.task_specs[record["spec"]]
        child = parent._add_child(spec, FUTURE)
        child.triggered = True
        child.data = token.internal_data["found"] = {**token.data, **record["data"]}
        child.internal_data["inner"] = record["inner"]
        spec._update(child)


class HandlerEnd(Hidden):
    """What stands behind a compensation handler: the activity is undone."""

    def _run_hook(self, token: Token) -> bool:
        above = token.parent
        while ASKED_BY not in above.internal_data:
            above = above.parent
        asking = token.workflow.top_workflow.find(UUID(above.internal_data[ASKED_BY]))
        asking.task_spec.undone(asking, dict(token.data))
        return True


class UndoneSubProcess(Containing, BpmnTaskSpec):  # type: ignore[misc]  # SpiffWorkflow has no types
    """Undoes a completed sub-process from within: by its compensation event sub-process, else all that it completed."""

    def __init__(self, wf_spec: Any, name: str, *, element: str, first: str) -> None:
        super().__init__(wf_spec, name, subworkflow_spec=element)
        self.element = element
        self.first = first

    def start_workflow(self, token: Token) -> None:
        """Open a scope like that of the sub-process, with what was completed in it and nothing that listens."""
        if token.workflow.depth >= MOST_NESTED:
            raise CallsTooDeepError(element=token.element, limit=MOST_NESTED)
        scope = token.workflow.top_workflow.create_subprocess(token, self.spec)
        self.connect_scope(scope, token)
        root = Token(scope, scope.spec.start, state=COMPLETED)
        root.data = dict(token.data)
        root.internal_data["completed"] = token.internal_data.get("inner", [])
        scope.task_tree = scope.last_task = root
        first = scope.spec.task_specs[self.first]
        first._update(root._add_child(first, FUTURE))


def prepare(specs: dict[str, Any]) -> None:
    """Have the activities that can be undone remembered when they are completed; once, when all has been parsed.

    `specs` are those of all processes and sub-processes by name.
    """
    for spec in specs.values():
        for task in list(spec.task_specs.values()):
            if task.bpmn_id is None or isinstance(task, EventSubProcess) or hasattr(task, "merge_child"):
                continue
            handler = spec.handlers.get(task.bpmn_id)
            inside = isinstance(task, EmbeddedSubProcess) and _can_be_undone(specs[task.spec], specs)
            if handler is not None:
                task.completed_event.connect(_remembering(handler.entry, handler.event))
            elif inside:
                task.completed_event.connect(_remembering(_undone_from_within(spec, specs[task.spec]), None))


def _can_be_undone(spec: Any, specs: dict[str, Any]) -> bool:
    if spec.handlers or spec.undoes_itself is not None:
        return True
    inner = [task for task in spec.task_specs.values() if isinstance(task, EmbeddedSubProcess) and task.bpmn_id]
    return any(_can_be_undone(specs[task.spec], specs) for task in inner if not isinstance(task, EventSubProcess))


def _undone_from_within(spec: Any, inner: Any) -> str:
    name = f"{inner.name}.Undo"
    if name not in spec.task_specs:
        first = inner.undoes_itself
        if first is None:
            everything = Compensating(inner, f"{inner.name}.UndoAll", element=inner.name)
            inner.start.connect(everything)
            everything.connect(inner.end)
            first = everything.name
        undone = UndoneSubProcess(spec, name, element=inner.name, first=first)
        spec.start.connect(undone)
        undone.connect(HandlerEnd(spec, f"{name}.End", element=inner.name))
    return name


def _remembering(undone_by: str, event: str | None) -> Callable[[Any, Token], None]:
    def remember(_workflow: Any, token: Token) -> None:
        scope = token.workflow.top_workflow.get_subprocess(token)
        inner = [] if scope is None else scope.task_tree.internal_data.get("completed", [])
        if event is None and not inner and scope is not None and scope.spec.undoes_itself is None:
            return
        record = {"spec": undone_by, "element": token.element, "event": event, "data": token.data, "inner": inner}
        token.workflow.task_tree.internal_data.setdefault("completed", []).append(record)

    return remember


def _records(token: Token, only: str | None) -> list[Record]:
    """What is to be undone, the first to be undone last; it is not remembered any more."""
    taken: list[Record] = []
    for level, (scope, _) in enumerate(_scopes(token)):
        kept: list[Record] = []
        own: list[Record] = []
        for record in scope.task_tree.internal_data.get("completed", []):
            (own if only in (None, record["element"]) else kept).append(record)
        if own:
            scope.task_tree.internal_data["completed"] = kept
        taken = [*({**record, "level": level} for record in own), *taken]
    return taken


def _scopes(token: Token) -> Iterator[tuple[Any, Token]]:
    """The scopes whose activities a token may undo, each with the token of it that the handlers hang on."""
    scope = token.workflow
    yield scope, token
    while scope.parent_task_id is not None and isinstance(host_of(scope).task_spec, EventSubProcess):
        host = host_of(scope)
        scope = host.workflow
        yield scope, host


def _cancel_others(token: Token) -> None:
    for other in token.workflow.in_state(UNFINISHED):
        if other is not token:
            other.cancel()


def undo_before(parser: Any) -> Any:
    """Where tokens arrive at an event that has been read: if it undoes something, at what does so before it."""
    definition = thrown(parser.node)
    if definition is None:
        return parser.entry
    spec, element, event = parser.spec, parser.node.get("id"), parser.entry
    gate = Compensating(
        spec,
        f"{element}.Compensation",
        element=element,
        only=activity_to_undo(parser.node, definition),
        cancels=kind_of(definition) == "cancel",
    )
    parser.entry = gate
    if definition.get("waitForCompletion", "true").strip() in ("false", "0"):
        parser.entry = Hidden(spec, f"{element}.Beside", element=element)
        parser.entry.connect(gate)
        parser.entry.connect(event)
        gate.connect(spec.end)
    else:
        gate.connect(event)
    return parser.entry
