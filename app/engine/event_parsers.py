"""What an event of a diagram is about: its definitions, drawn in it or referred to, as definitions of our own."""

from typing import Any, TypeVar

from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition, TerminateEventDefinition

from app.engine.data_flow import own_data
from app.engine.event_definitions import Cancel, Condition, Error, Escalation, Message, Several, Signal
from app.engine.event_faults import definition_nodes, kind_of
from app.engine.timers import TimerDefinition
from app.engine.xml import BPMN

Bringing = TypeVar("Bringing", Message, Signal, Error, Escalation)


class EventDefinitions:
    """A parser of events that reads all their definitions in the order they are drawn in."""

    node: Any
    bpmn_id: str
    filename: Any
    parse_extensions: Any
    parse_message_extensions: Any

    def get_event_definition(self, _xpaths: list[str]) -> Any:
        """The definition of the event; of none and of several too."""
        nodes = definition_nodes(self.node)
        found = [self._read(node, number) for number, node in enumerate(nodes)]
        if not found:
            return NoneEventDefinition()
        if len(found) == 1:
            return found[0]
        return Several(found, self.node.get("parallelMultiple") == "true")

    def _read(self, node: Any, number: int) -> Any:
        readers: dict[str, Any] = {
            "message": self.parse_message_event,
            "signal": self.parse_signal_event,
            "error": self.parse_error_event,
            "escalation": self.parse_escalation_event,
            "terminate": lambda _: TerminateEventDefinition(),
            "cancel": lambda _: Cancel(),
            "link": lambda _: NoneEventDefinition(),
            "compensate": lambda _: NoneEventDefinition(),
        }
        kind = kind_of(node)
        if kind == "timer":
            return self._timer(node, number)
        if kind == "conditional":
            return self._condition(node, number)
        if kind not in readers:
            raise ValidationException("no support implemented", node=self.node, file_name=self.filename)
        return readers[kind](node)

    def _timer(self, node: Any, number: int) -> TimerDefinition:
        """A timer, named by the id of its event; of several each has a name of its own."""
        for tag in ("timeDate", "timeDuration", "timeCycle"):
            text = node.findtext(BPMN + tag)
            if text and text.strip():
                return TimerDefinition(self._named(number), text)
        raise ValidationException("Unknown Time Specification", node=self.node, file_name=self.filename)

    def _condition(self, node: Any, number: int) -> Condition:
        text = node.findtext(BPMN + "condition") or ""
        return Condition(self._named(number), text.strip())

    def _named(self, number: int) -> str:
        return f"{self.bpmn_id}#{number + 1}" if number else self.bpmn_id

    def parse_message_event(self, message_event: Any) -> Message:
        """A message by its name, else its id; without a reference it is named as the event."""
        found = self._referred(message_event, "message")
        expression, variable = self.parse_message_extensions(message_event)
        if found is not None and expression is None and variable is None:
            expression, variable = self.parse_message_extensions(found)
        name = self.node.get("name") if found is None else _name_of(found)
        return self._with_data(Message(name, [], expression, variable))

    def parse_signal_event(self, signal_event: Any) -> Signal:
        """A signal by its name, else its id; without a reference it is named as the event."""
        name, _, extensions = self._definition(signal_event, "signal")
        return self._with_data(Signal(name, **extensions))

    def parse_error_event(self, error_event: Any) -> Error:
        """An error by its code; without one, any."""
        name, code, extensions = self._definition(error_event, "error")
        return self._with_data(Error(name, code=code, **extensions))

    def parse_escalation_event(self, escalation_event: Any) -> Escalation:
        """An escalation by its code; without one, any."""
        name, code, extensions = self._definition(escalation_event, "escalation")
        return self._with_data(Escalation(name, code=code, **extensions))

    def _with_data(self, definition: Bringing) -> Bringing:
        """The definition with the data that its event takes and brings."""
        definition.inputs, definition.outputs = (own_data(self.node, tag) for tag in ("dataInput", "dataOutput"))
        return definition

    def _definition(self, event: Any, kind: str) -> tuple[str, str | None, dict[str, Any]]:
        found = self._referred(event, kind)
        if found is None:
            return self.node.get("name") or "", None, {}
        extensions = self.parse_extensions(found)
        brought = {"expression": extensions.get("payloadExpression"), "variable": extensions.get("variableName")}
        return _name_of(found), found.get(f"{kind}Code") or None, brought

    def _referred(self, event: Any, kind: str) -> Any:
        reference = event.get(f"{kind}Ref")
        if not reference:
            return None
        local = reference.rpartition(":")[2]
        for found in event.getroottree().getroot().findall(BPMN + kind):
            if found.get("id") in (reference, local):
                return found
        raise ValidationException("Missing definition of the event", node=self.node, file_name=self.filename)


def _name_of(found: Any) -> str:
    return (found.get("name") or "").strip() or str(found.get("id"))
