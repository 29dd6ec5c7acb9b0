"""Who listens for an event, and how what has come gets there."""

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.event_definitions.multiple import MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.mixins import BoundaryEventMixin
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.util import BpmnEvent

from app.engine.joins import with_ended
from app.engine.specs import EmbeddedSubProcess
from app.engine.tokens import (
    READY,
    STARTED,
    UNFINISHED,
    WAITING,
    ProcessScope,
    Token,
    is_instance,
    listens_for_scope,
    only_listens,
)
from app.engine.vocabulary import Variables


def definitions_of(token: Token) -> list[Any]:
    """What a catching event still waits for: one definition or several."""
    definition = token.task_spec.event_definition
    return definition.awaited(token) if isinstance(definition, MultipleEventDefinition) else [definition]


def hears(token: Token, definition: Any) -> bool:
    """Whether a waiting event is one of this definition."""
    return token._state == WAITING and any(own == definition for own in definitions_of(token))


def listeners(top: ProcessScope, definition: Any) -> list[Token]:
    """The waiting events of this definition in all scopes, those of outer scopes first, then the longest waiting."""
    found = [token for token in top.event_manager.tasks.values() if hears(token, definition)]
    return sorted(found, key=rank) if found[1:] else found


def rank(token: Token) -> tuple[int, float]:
    """Which of several waiting events comes first: the one furthest out, then the one that waits longest."""
    return token.workflow.depth, token.last_state_change


def receive(token: Token, definition: Any, payload: Any) -> None:
    """Let a waiting event catch what has come; it is the next to run, before anything it may interrupt."""
    token.task_spec.catch(token, BpmnEvent(definition, payload=payload))
    look(token)


def look(token: Token) -> None:
    """Let a waiting event see whether it has occurred; if so, it is the next to run."""
    token.task_spec._update(token)
    hurry(token)


def hurry(token: Token) -> None:
    """If an event has just occurred, make it the next to run."""
    ready = token.workflow.top_workflow.ready
    if token._state == READY and ready and ready[-1] is token:
        ready.rotate(1)


def broadcast(top: ProcessScope, definition: Any, payload: Any) -> int:
    """Let everything that listens for a signal catch it; how many did. What is further out runs first."""
    hearing = listeners(top, definition)
    for token in reversed(hearing):
        receive(token, definition, payload)
    return len(hearing)


def catch_upwards(scope: Any, definition: Any, payload: Any, activity: Token | None = None) -> bool:
    """Have an error or escalation caught by the nearest that listens for it; whether there is one.

    It goes from the border of `activity` (if it comes from one) through `scope` and the scopes around it outwards. On
    the same level what listens for its code comes before what listens for any.
    """
    for level in _levels(scope, activity):
        hearing = [token for token in level if hears(token, definition)]
        if hearing:
            exact = [token for token in hearing if _names_code(token, definition)]
            receive((exact or hearing)[0], definition, payload)
            return True
    return False


def _levels(scope: Any, activity: Token | None) -> Iterator[list[Token]]:
    while True:
        if activity is not None:
            yield border(activity)
        came_by = activity.parent.task_spec if activity is not None and activity.parent else None
        waiting = scope.in_state(WAITING)
        yield [token for token in waiting if listens_for_scope(token) and token.task_spec is not came_by]
        if scope.parent_task_id is None:
            return
        activity = host_of(scope)
        scope = activity.workflow


def _names_code(token: Token, definition: Any) -> bool:
    return any(own == definition and own.code == definition.code for own in definitions_of(token))


def host_of(scope: Any) -> Token:
    """The activity whose content a scope is."""
    found: Token = scope.parent_workflow.tasks[scope.parent_task_id]
    return found


def host_at(token: Token) -> Token:
    """The activity at whose border a boundary event sits."""
    found: Token = next(other for other in token.parent.children if not isinstance(other.task_spec, BoundaryEventMixin))
    return found


def border(activity: Token) -> list[Token]:
    """The boundary events of an activity, or of all its instances together."""
    inner = activity.parent if activity.parent and isinstance(activity.parent.task_spec, LoopTask) else activity
    split = inner.parent
    if split is None or not isinstance(split.task_spec, BoundaryEventSplit):
        return []
    return [other for other in split.children if isinstance(other.task_spec, BoundaryEventMixin)]


def live_data(scope: Any) -> Variables:
    """The variables of a running scope as its branches have them now, the latest change last."""
    tips = [token for token in scope.in_state(UNFINISHED) if _is_tip(token)]
    ends = [(token, _own_data(token)) for token in sorted(tips, key=lambda token: token.last_state_change)]
    return with_ended(scope, ends)


def data_in_sight(token: Token) -> Variables:
    """The variables of everything that shares them with the scope of `token`, as they are now.

    Called processes and the instances of a multi-instance activity have variables of their own.
    """
    scope = token.workflow
    while scope.parent_task_id is not None:
        host = host_of(scope)
        if not isinstance(host.task_spec, EmbeddedSubProcess) or is_instance(host):
            break
        scope = host.workflow
    seen: dict[Any, Variables] | None = scope.top_workflow.seen
    if seen is None:
        return live_data(scope)
    if scope not in seen:
        seen[scope] = live_data(scope)
    return seen[scope]


def _is_tip(token: Token) -> bool:
    listens = only_listens(token) or getattr(token.task_spec, "of_scope", False)
    return not listens and not (token.parent is not None and token.parent.has_state(UNFINISHED))


def _own_data(token: Token) -> Variables:
    if token._state == STARTED and isinstance(token.task_spec, EmbeddedSubProcess):
        scope = token.workflow.top_workflow.get_subprocess(token)
        if scope is not None:
            return live_data(scope)
    data: Variables = token.data if token.has_data else token.parent.data
    return data
