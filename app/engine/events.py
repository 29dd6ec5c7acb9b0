"""Our own kinds of events: they start, are caught once, listen again after they have fired, or leave the instance."""

from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.event_definitions.multiple import MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition
from SpiffWorkflow.bpmn.specs.mixins import (
    BoundaryEventMixin,
    BpmnSpecMixin,
    EventBasedGatewayMixin,
    IntermediateCatchEventMixin,
    ReceiveTaskMixin,
    StartEventMixin,
)
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.spiff.specs.event_definitions import (
    ErrorEventDefinition,
    EscalationEventDefinition,
    MessageEventDefinition,
    SignalEventDefinition,
)
from SpiffWorkflow.spiff.specs.spiff_task import SpiffBpmnTask

from app.domain import clock
from app.engine.correlation import converse
from app.engine.errors import ErrorCodeNotHandledError, PayloadError
from app.engine.joins import gathered
from app.engine.merging import with_changes
from app.engine.specs import EmbeddedSubProcess
from app.engine.timers import Schedule, TimerDefinition
from app.engine.tokens import FINISHED, STARTED, UNFINISHED, WAITING, ProcessScope, Token
from app.engine.vocabulary import Thrown, Variables


class Message(MessageEventDefinition):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A message; what it brings goes under its variable or, without one, key by key into the catcher's data."""

    def catch(self, my_task: Token, event: Any = None) -> None:
        """Keep the payload until the event runs."""
        my_task.internal_data.update(payload=event.payload if event else None, event_fired=True)

    def update_task(self, my_task: Token) -> None:
        """Nothing: messages find their instance by their subscription."""

    def update_task_data(self, my_task: Token) -> None:
        """Put the payload into the data."""
        payload = my_task.internal_data.pop("payload", None)
        if payload:
            brought = payload if self.message_var is None else {self.message_var: payload}
            my_task.data = {**my_task.data, **brought}

    def throw(self, my_task: Token) -> None:
        """Send the message to the first in this instance that waits for it, else out of the instance."""
        expression = self.expression
        payload = {} if expression is None else my_task.workflow.script_engine.evaluate(my_task, expression)
        if not isinstance(payload, dict):
            raise PayloadError(element=my_task.element)
        top: ProcessScope = my_task.workflow.top_workflow
        keys = converse(my_task.workflow, self.name, payload, sent=True)
        listening = [token for token in top.event_manager.tasks.values() if hears(token, self)]
        if listening:
            receive(listening[0], self, payload)
        else:
            top.thrown.append(Thrown(self.name, payload, correlations=keys, element=my_task.element))

    def reset(self, my_task: Token) -> None:
        """Forget that the message has come."""
        my_task.internal_data.pop("event_fired", None)


class _Upward:
    """An error or escalation: caught at the border of an activity around the place where it is thrown."""

    name: str
    code: str | None

    def throw(self, my_task: Token) -> None:
        """Have it caught by the innermost activity around that listens for it."""
        payload = None
        expression = getattr(self, "expression", None)
        if expression is not None:
            payload = my_task.workflow.script_engine.evaluate(my_task, expression)
        scope = my_task.workflow
        if not catch_upwards(scope.parent_workflow and host_of(scope), self, payload):
            self._not_caught(my_task)

    def _not_caught(self, my_task: Token) -> None:
        raise NotImplementedError


class Error(_Upward, ErrorEventDefinition):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A BPMN error; that nobody catches it is a fault of the diagram."""

    def _not_caught(self, my_task: Token) -> None:
        raise ErrorCodeNotHandledError(element=my_task.element, code=self.code or self.name)


class Escalation(_Upward, EscalationEventDefinition):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A BPMN escalation; that nobody catches it does no harm."""

    def _not_caught(self, my_task: Token) -> None:
        pass


class StartEvent(StartEventMixin, BpmnSpecMixin):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A start event: where a token appears, the event has occurred."""

    @property
    def occurs_unprompted(self) -> bool:
        """Whether it is a none start event."""
        return isinstance(self.event_definition, NoneEventDefinition)

    def _update_hook(self, token: Token) -> bool:
        token._inherit_data()
        return True

    def _run_hook(self, _token: Token) -> bool:
        return True


class Catching(CatchingEvent):  # type: ignore[misc]  # SpiffWorkflow has no types
    """An event that is waited for; its data are those of its arrival."""

    def _update_hook(self, token: Token) -> bool:
        if "arrived" not in token.internal_data:
            super(CatchingEvent, self)._update_hook(token)
            token.internal_data["arrived"] = True
        if isinstance(self.event_definition, NoneEventDefinition) or self.event_definition.has_fired(token):
            return True
        token._set_state(WAITING)
        token.workflow.top_workflow.event_manager.add_task(token)
        return False

    def _run_hook(self, token: Token) -> bool:
        self.event_definition.update_task_data(token)
        self.event_definition.reset(token)
        return True


class CatchEvent(Catching, IntermediateCatchEventMixin, BpmnSpecMixin):  # type: ignore[misc]  # SpiffWorkflow has no types
    """An intermediate catch event."""


class ReceiveTask(Catching, ReceiveTaskMixin, SpiffBpmnTask):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A receive task."""


class EventBasedGateway(Catching, EventBasedGatewayMixin, BpmnSpecMixin):  # type: ignore[misc]  # SpiffWorkflow has no types
    """An event-based gateway: the first event decides."""

    def _run_hook(self, token: Token) -> bool:
        EventBasedGatewayMixin._run_hook(self, token)
        token.internal_data = {}
        return True


class BoundaryEvent(Catching, BoundaryEventMixin, BpmnSpecMixin):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A boundary event; one that does not interrupt listens again, and one on a sub-process sees its variables."""

    def _run_hook(self, token: Token) -> bool:
        host = host_at(token)
        scope = token.workflow.top_workflow.get_subprocess(host)
        if scope is not None and isinstance(host.task_spec, EmbeddedSubProcess):
            token.data = live_data(scope)
        following = self._following(token)
        super()._run_hook(token)
        if not self.cancel_activity and not host.has_state(FINISHED):
            self._listen_again(token, following)
        return True

    def _following(self, token: Token) -> Schedule | None:
        definition = self.event_definition
        return definition.schedule_of(token).following(clock.now()) if isinstance(definition, TimerDefinition) else None

    def _listen_again(self, token: Token, following: Schedule | None) -> None:
        definition = self.event_definition
        again = following is not None or isinstance(definition, Message | SignalEventDefinition | Escalation)
        if again:
            listener = token.parent._add_child(self, WAITING)
            if following is not None:
                listener.internal_data["timers"] = {definition.name: following.as_json()}
            self._update(listener)


def hears(token: Token, definition: Any) -> bool:
    """Whether a waiting event is one of this definition."""
    return token._state == WAITING and any(own == definition for own in definitions_of(token))


def definitions_of(token: Token) -> list[Any]:
    """What a catching event waits for: one definition or, for an event-based gateway, several."""
    definition = token.task_spec.event_definition
    return list(definition.event_definitions) if isinstance(definition, MultipleEventDefinition) else [definition]


def receive(token: Token, definition: Any, payload: Any) -> None:
    """Let a waiting event catch what has come."""
    token.task_spec.catch(token, BpmnEvent(definition, payload=payload))
    token.task_spec._update(token)


def host_of(scope: Any) -> Token:
    """The activity whose content a scope is."""
    found: Token = scope.parent_workflow.tasks[scope.parent_task_id]
    return found


def host_at(token: Token) -> Token:
    """The activity at whose border a boundary event sits."""
    found: Token = next(other for other in token.parent.children if not isinstance(other.task_spec, BoundaryEventMixin))
    return found


def catch_upwards(activity: Token | None, definition: Any, payload: Any) -> bool:
    """Have the error or escalation caught at the border of `activity` or of the activities around it."""
    while activity is not None:
        for listener in _border(activity):
            if hears_code(listener, definition):
                receive(listener, definition, payload)
                return True
        activity = host_of(activity.workflow) if activity.workflow.parent_task_id is not None else None
    return False


def hears_code(listener: Token, definition: Any) -> bool:
    """Whether a boundary event waits for an error or escalation of this code (or of any)."""
    own = listener.task_spec.event_definition
    return listener._state == WAITING and type(own) is type(definition) and own.code in (None, "", definition.code)


def live_data(scope: Any) -> Variables:
    """The variables of a running scope as its branches have them now, the latest change last."""
    tips = [token for token in scope.in_state(UNFINISHED) if _is_tip(token)]
    ends = [(token, _own_data(token)) for token in sorted(tips, key=lambda token: token.last_state_change)]
    return with_changes(gathered(ends) or scope.task_tree.data, scope.task_tree.internal_data.get("ended", []))


def _is_tip(token: Token) -> bool:
    listens = token._state == WAITING and isinstance(token.task_spec, BoundaryEventMixin)
    return not listens and not (token.parent is not None and token.parent.has_state(UNFINISHED))


def _own_data(token: Token) -> Variables:
    if token._state == STARTED and isinstance(token.task_spec, EmbeddedSubProcess):
        scope = token.workflow.top_workflow.get_subprocess(token)
        if scope is not None:
            return live_data(scope)
    data: Variables = token.data if token.has_data else token.parent.data
    return data


def _border(activity: Token) -> list[Token]:
    inner = activity.parent if activity.parent and isinstance(activity.parent.task_spec, LoopTask) else activity
    split = inner.parent
    if split is None or not isinstance(split.task_spec, BoundaryEventSplit):
        return []
    return [other for other in split.children if isinstance(other.task_spec, BoundaryEventMixin)]
