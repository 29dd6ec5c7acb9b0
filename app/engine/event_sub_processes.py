"""Event sub-processes: what listens for as long as its scope runs, and what it starts."""

from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec

from app.engine.event_faults import interrupts, is_event_sub_process
from app.engine.events import Catching, StartEvent, bring, listen_again
from app.engine.joins import ProcessEnd
from app.engine.listening import host_of, live_data
from app.engine.specs import EmbeddedSubProcess, start_event
from app.engine.tokens import READY, UNFINISHED, WAITING, Token
from app.engine.xml import BPMN


class EventSubProcess(EmbeddedSubProcess):
    """The content of an event sub-process; it shares the variables of the scope around it."""


class ScopeListener(Catching, BpmnTaskSpec):  # type: ignore[misc]  # SpiffWorkflow has no types
    """The start event of an event sub-process, seen from the scope around it: it listens while that scope runs.

    Its token is a child of the scope's first token. When the event comes the token leads to the event sub-process; one
    that interrupts cancels everything else in the scope, one that does not puts another listener beside itself.
    """

    listens_beside = True
    of_scope = True

    def __init__(self, wf_spec: Any, start: StartEvent, *, interrupting: bool) -> None:
        super().__init__(wf_spec, f"{start.bpmn_id}.Listener", event_definition=start.event_definition)
        self.element = start.bpmn_id
        self.cancel_activity = interrupting

    def _run_hook(self, token: Token) -> bool:
        token.data = live_data(token.workflow)
        again = None if self.cancel_activity else self.event_definition.again(token)
        bring(token, self.event_definition)
        if self.cancel_activity:
            _cancel_the_rest(token)
        else:
            _hold_the_end(token)
        if again is not None:
            listen_again(token, again)
        return True


def event_sub_processes(container: Any) -> list[Any]:
    """The event sub-processes drawn in a process or sub-process."""
    return [node for node in container.iterchildren(BPMN + "subProcess") if is_event_sub_process(node)]


def listen_for(parser: Any, nodes: list[Any]) -> None:
    """Have the scope that `parser` has read listen for its event sub-processes."""
    for node in nodes:
        task = parser.parse_node(node)
        start = start_event(parser.parser.process_parsers[task.spec].get_spec())
        listener = ScopeListener(parser.spec, start, interrupting=interrupts(node.find(BPMN + "startEvent")))
        parser.spec.start.connect(listener)
        listener.connect(task)
        parser.spec.listeners.append(listener.name)


def ends_process(scope: Any) -> bool:
    """Whether the end events of a scope are ends of the process: at its top level, or in event sub-processes of it."""
    while scope.parent_task_id is not None:
        host = host_of(scope)
        if not isinstance(host.task_spec, EventSubProcess):
            return False
        scope = host.workflow
    return True


def _cancel_the_rest(token: Token) -> None:
    scope = token.workflow
    scope.task_tree.internal_data.pop("ended", None)
    for other in scope.in_state(UNFINISHED):
        if other is not token and other.parent is not token:
            other.cancel()


def _hold_the_end(token: Token) -> None:
    """A scope that was about to end goes on with the event sub-process."""
    for other in token.workflow.in_state(READY):
        if isinstance(other.task_spec, ProcessEnd):
            other._set_state(WAITING)
