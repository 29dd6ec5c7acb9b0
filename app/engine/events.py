"""Our own kinds of events: they start, are caught once, or listen again after they have fired."""

from typing import Any, Final

from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition, TerminateEventDefinition
from SpiffWorkflow.bpmn.specs.mixins import (
    BoundaryEventMixin,
    BpmnSpecMixin,
    EndEventMixin,
    EventBasedGatewayMixin,
    IntermediateCatchEventMixin,
    ReceiveTaskMixin,
    StartEventMixin,
)
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.spiff.specs.spiff_task import SpiffBpmnTask

from app.engine.errors import EndlessLoopError
from app.engine.event_definitions import Several
from app.engine.listening import host_at, hurry, live_data
from app.engine.merging import changes
from app.engine.tokens import FINISHED, FUTURE, READY, UNFINISHED, WAITING, Token

MOST_BESIDE_IN_ALL: Final = 1_000
"""So many events at borders and of event sub-processes may occur without anybody acting."""


class StartEvent(StartEventMixin, BpmnSpecMixin):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A start event: where a token appears, the event has occurred."""

    @property
    def occurs_unprompted(self) -> bool:
        """Whether it is a none start event."""
        return isinstance(self.event_definition, NoneEventDefinition)

    def starts_by(self) -> list[tuple[str, Any]]:
        """What an instance may start by: the id of the element, and the definition."""
        own = self.event_definition
        return [(self.bpmn_id, one) for one in (own.event_definitions if isinstance(own, Several) else [own])]

    def occur(self, token: Token, element: str | None) -> None:
        """Nothing: where its token appears, it has occurred."""

    def _update_hook(self, token: Token) -> bool:
        token._inherit_data()
        return True

    def _run_hook(self, _token: Token) -> bool:
        return True


class Catching(CatchingEvent):  # type: ignore[misc]  # SpiffWorkflow has no types
    """An event that is waited for; its data are those of its arrival."""

    def awaits(self, token: Token) -> list[tuple[str, Any]]:
        """What the token still waits for: the id of the event's element, and the definition."""
        definition = self.event_definition
        if isinstance(definition, Several):
            return [(token.element, one) for one in definition.awaited(token)]
        return [(token.element, definition)]

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


class Instantiating(Catching):
    """An event that may start an instance; `instantiates` says whether this one does."""

    instantiates = False
    occurs_unprompted = False

    def starts_by(self) -> list[tuple[str, Any]]:
        """What an instance may start by: the id of the element, and the definition."""
        return [(self.bpmn_id, self.event_definition)] if self.instantiates else []

    def occur(self, token: Token, _element: str | None) -> None:
        """What `token` would wait for has come, and has started the instance."""
        token.internal_data["event_fired"] = True


class ReceiveTask(Instantiating, ReceiveTaskMixin, SpiffBpmnTask):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A receive task."""


class EventBasedGateway(Instantiating, EventBasedGatewayMixin, BpmnSpecMixin):  # type: ignore[misc]  # SpiffWorkflow has no types
    """An event-based gateway: the first event decides."""

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.leads: list[str] = []

    def connect(self, child: Any) -> None:
        """Wait for what `child` waits for; when it has come, `child` has nothing to wait for any more."""
        self._outputs.append(child.name)
        child._connect_notify(self)
        waited = child.event_definition
        own = waited.event_definitions if isinstance(waited, Several) else [waited]
        self.event_definition.event_definitions += own
        self.leads += [child.name] * len(own)
        child.event_definition = NoneEventDefinition()

    def starts_by(self) -> list[tuple[str, Any]]:
        """What an instance may start by: the ids of the events behind the gateway, and their definitions."""
        return list(zip(self.leads, self.event_definition.event_definitions, strict=True)) if self.instantiates else []

    def occur(self, token: Token, element: str | None) -> None:
        """The event `element` behind the gateway has come, and has started the instance."""
        number = self.leads.index(element) if element in self.leads else 0
        token.internal_data["heard"] = {str(number): None}

    def awaits(self, token: Token) -> list[tuple[str, Any]]:
        """What the token still waits for, by the events behind the gateway."""
        return [(self.leads[number], one) for number, one in self.event_definition.numbered(token)]

    def _run_hook(self, token: Token) -> bool:
        taken = self.leads[int(min(token.internal_data["heard"], key=int))]
        super()._run_hook(token)
        token._sync_children([self._wf_spec.task_specs[taken]], FUTURE)
        token.internal_data = {}
        return True


class BoundaryEvent(Catching, BoundaryEventMixin, BpmnSpecMixin):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A boundary event; one that does not interrupt listens again. It sees the variables as all branches have them."""

    listens_beside = True

    def _update(self, token: Token) -> None:
        super()._update(token)
        hurry(token)

    def _run_hook(self, token: Token) -> bool:
        host = host_at(token)
        token.data = live_data(token.workflow)
        again = None if self.cancel_activity else self.event_definition.again(token)
        bring(token, self.event_definition)
        if self.cancel_activity:
            _forestall_others(token)
        elif again is not None and not host.has_state(FINISHED):
            listen_again(token, again)
        return True


class EndEvent(EndEventMixin, BpmnSpecMixin):  # type: ignore[misc]  # SpiffWorkflow has no types
    """An end event; one that terminates ends its own scope and nothing around it, and keeps what its branches did."""

    def _on_complete_hook(self, token: Token) -> None:
        super(EndEventMixin, self)._on_complete_hook(token)
        if isinstance(self.event_definition, TerminateEventDefinition):
            scope = token.workflow
            for other in scope.in_state(UNFINISHED):
                other.cancel()
            scope._mark_complete(token)

    def _run_hook(self, token: Token) -> bool:
        if isinstance(self.event_definition, TerminateEventDefinition):
            token.data = live_data(token.workflow)
        else:
            self.event_definition.throw(token)
        return True


def bring(token: Token, definition: Any) -> None:
    """Put what has come into the data of a branch beside the flow, which remembers with what it began without it.

    Raises `EndlessLoopError` if events have started each other too often.
    """
    top = token.workflow.top_workflow
    top.beside += 1
    if top.beside > MOST_BESIDE_IN_ALL:
        raise EndlessLoopError(element=token.element, steps=top.beside)
    before = token.data
    definition.update_task_data(token)
    definition.reset(token)
    brought = changes(before, token.data) if token.data is not before else []
    if brought:
        token.internal_data["brought"] = brought


def listen_again(token: Token, kept: dict[str, Any]) -> None:
    """Put another token beside `token` that waits for the same event."""
    listener = token.parent._add_child(token.task_spec, WAITING)
    listener.internal_data = kept
    listener.task_spec._update(listener)


def _forestall_others(token: Token) -> None:
    """Of several events that interrupt one activity at the same moment only the first takes its way."""
    others = [other for other in token.parent.children if other is not token and other._state == READY]
    for other in others:
        if isinstance(other.task_spec, BoundaryEvent) and other.task_spec.cancel_activity:
            other.cancel()
