"""What events are about: messages, signals, errors, escalations, conditions, several of them."""

from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.conditional import ConditionalEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.multiple import MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import CancelEventDefinition
from SpiffWorkflow.spiff.specs.event_definitions import (
    ErrorEventDefinition,
    EscalationEventDefinition,
    MessageEventDefinition,
    SignalEventDefinition,
)

from app.domain import clock
from app.engine.correlation import awaited_keys, carried_keys, converse, matching
from app.engine.errors import ErrorCodeNotHandledError, PayloadError
from app.engine.listening import (
    border,
    broadcast,
    catch_upwards,
    data_in_sight,
    hears,
    host_of,
    listeners,
    receive,
)
from app.engine.timers import TimerDefinition
from app.engine.tokens import ProcessScope, Token
from app.engine.vocabulary import Thrown, Variables


class _Bringing:
    """An event that may bring something: under its variable or, without one, key by key into the catcher's data.

    `inputs` are the data inputs of the event that throws, which go along where no expression says what does, `outputs`
    the data outputs of the one that catches: an only one takes the only thing, or everything, that comes.
    """

    variable: str | None
    expression: str | None
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()

    def catch(self, my_task: Token, event: Any = None) -> None:
        """Keep the payload until the event runs."""
        my_task.internal_data.update(payload=event.payload if event else None, event_fired=True)

    def update_task(self, my_task: Token) -> None:
        """Nothing: what is waited for finds its instance by the subscription."""

    def update_task_data(self, my_task: Token) -> None:
        """Put the payload into the data."""
        self.put(my_task, my_task.internal_data.pop("payload", None))

    def put(self, my_task: Token, payload: Any) -> None:
        """Put `payload` into the data."""
        named = self.named(payload)
        if named:
            my_task.data = {**my_task.data, **named}

    def named(self, payload: Any) -> Variables:
        """The variables that `payload` becomes."""
        if self.variable is not None and payload is not None:
            return {self.variable: payload}
        if not isinstance(payload, dict) or not payload or len(self.outputs) != 1 or self.outputs[0] in payload:
            return payload if isinstance(payload, dict) else {}
        only = next(iter(payload.values())) if len(payload) == 1 else payload
        return {**payload, self.outputs[0]: only}

    def reset(self, my_task: Token) -> None:
        """Forget that the event has come."""
        my_task.internal_data.pop("event_fired", None)

    def again(self, _my_task: Token) -> dict[str, Any] | None:
        """The internal data with which a non-interrupting event listens on after it has come; None: it does not."""
        return {}

    def kept(self, _my_task: Token) -> dict[str, Any]:
        """The internal data with which it listens on after another has come."""
        return {}

    def _payload(self, my_task: Token) -> Any:
        if self.expression is None:
            return {name: my_task.data[name] for name in self.inputs if name in my_task.data} or None
        return my_task.workflow.script_engine.evaluate(my_task, self.expression)

    def _named_payload(self, my_task: Token) -> Variables:
        payload = self._payload(my_task)
        if payload is None:
            return {}
        if not isinstance(payload, dict):
            raise PayloadError(element=my_task.element)
        return payload


class Message(_Bringing, MessageEventDefinition):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A message: for one receiver."""

    @property
    def variable(self) -> str | None:  # type: ignore[override]  # the library's name for it
        """The variable that the payload goes under."""
        name: str | None = self.message_var
        return name

    def throw(self, my_task: Token) -> None:
        """Send the message to the first in this instance that waits for it (by no other keys), else out of it."""
        payload = self._named_payload(my_task)
        top: ProcessScope = my_task.workflow.top_workflow
        listening = listeners(top, self)
        if listening and self.name in top.correlation.properties:
            keys = carried_keys(top, self.name, payload)
            listening = [token for token in listening if matching(awaited_keys(token, self.name), keys) is not False]
        keys = converse(my_task.workflow, self.name, payload, sent=True)
        if listening:
            converse(listening[0].workflow, self.name, payload, sent=False)
            receive(listening[0], self, payload)
        else:
            top.thrown.append(Thrown(self.name, payload, correlations=keys, element=my_task.element))


class Signal(_Bringing, SignalEventDefinition):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A signal: for everybody, inside and outside."""

    def throw(self, my_task: Token) -> None:
        """Let everything in this instance that listens hear it, and tell it to the others."""
        payload = self._named_payload(my_task)
        top: ProcessScope = my_task.workflow.top_workflow
        broadcast(top, self, payload)
        top.thrown.append(Thrown(self.name, payload, kind="signal", element=my_task.element))


class _Upward(_Bringing):
    """An error or escalation: caught by the nearest around the place where it is thrown."""

    name: str
    code: str | None

    def throw(self, my_task: Token, activity: Token | None = None) -> None:
        """Have it caught by what is nearest and listens for it, from the border of `activity` on if given."""
        if not catch_upwards(my_task.workflow, self, self._payload(my_task), activity):
            self._not_caught(my_task)

    def _not_caught(self, my_task: Token) -> None:
        raise NotImplementedError


class Error(_Upward, ErrorEventDefinition):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A BPMN error; that nobody catches it is a fault of the diagram."""

    def _not_caught(self, my_task: Token) -> None:
        my_task.workflow.top_workflow.passed.append(my_task.element)
        raise ErrorCodeNotHandledError(element=my_task.element, code=self.code or self.name)


class Escalation(_Upward, EscalationEventDefinition):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A BPMN escalation; that nobody catches it does no harm."""

    def _not_caught(self, my_task: Token) -> None:
        pass


class Condition(ConditionalEventDefinition):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A condition that becomes true; a variable it mentions that is not there yet makes it false.

    `name` is the id of the event. `internal_data["held"]` has it while the condition holds and has been noticed.
    """

    def __init__(self, name: str, expression: str) -> None:
        super().__init__(expression)
        self.name = name

    def has_fired(self, token: Token) -> bool:
        """Whether the condition has become true since it was looked at last."""
        before, now = token.internal_data.get("held", {}), self._holds(token)
        held = now and self.name in before
        if now != (self.name in before):
            token.internal_data["held"] = {**{name: True for name in before if name != self.name}, **self._mark(now)}
        return now and not held

    def again(self, _token: Token) -> dict[str, Any] | None:
        """It has been noticed that the condition holds: the next time is after it has been false."""
        return {"held": self._mark(True)}

    def kept(self, token: Token) -> dict[str, Any]:
        """What has been noticed stays noticed."""
        return {"held": self._mark(self.name in token.internal_data.get("held", {}))}

    def reset(self, token: Token) -> None:
        """Forget what has been noticed."""
        token.internal_data.pop("held", None)

    def _mark(self, now: bool) -> dict[str, bool]:
        return {self.name: True} if now else {}

    def _holds(self, token: Token) -> bool:
        engine, seen = token.workflow.script_engine, data_in_sight(token)
        if not engine.environment.names(self.expression, "eval") <= seen.keys():
            return False
        return bool(engine.evaluate(token, self.expression, seen))


class Cancel(CancelEventDefinition):  # type: ignore[misc]  # SpiffWorkflow has no types
    """The cancelling of a transaction, noticed at its border."""

    def throw(self, my_task: Token) -> None:
        """Have the border of the transaction notice it."""
        for listener in border(host_of(my_task.workflow)):
            if hears(listener, self):
                receive(listener, self, None)
                return

    def again(self, _my_task: Token) -> dict[str, Any] | None:
        """Nothing: it interrupts."""
        return None


class Several(MultipleEventDefinition):  # type: ignore[misc]  # SpiffWorkflow has no types
    """Several definitions of one event: any of them occurs or, if `parallel`, all.

    What has come stands in the token's `internal_data["heard"]` by the number of the definition; `"spent"` are the
    numbers of those that will not come again.
    """

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__

    def awaited(self, token: Token) -> list[Any]:
        """The definitions that `token` still waits for."""
        return [one for _, one in self.numbered(token)]

    def numbered(self, token: Token) -> list[tuple[int, Any]]:
        """The same with their numbers."""
        kept = token.internal_data
        gone = {*kept.get("heard", ()), *kept.get("spent", ())}
        return [(number, one) for number, one in enumerate(self.event_definitions) if str(number) not in gone]

    def has_fired(self, token: Token) -> bool:
        """Whether one of them, or all, has occurred."""
        heard = token.internal_data.setdefault("heard", {})
        fired = [] if heard and not self.parallel else self._fired(token)
        for number in fired if self.parallel else fired[:1]:
            heard[str(number)] = None
        return len(heard) == len(self.event_definitions) if self.parallel else bool(heard)

    def _fired(self, token: Token) -> list[int]:
        """The numbers of those that have occurred by themselves, the earliest first."""
        looked = [(number, one) for number, one in self.numbered(token) if not isinstance(one, _Bringing)]
        fired = [(number, one) for number, one in looked if one.has_fired(token)]
        fired.sort(
            key=lambda pair: pair[1].schedule_of(token).due if isinstance(pair[1], TimerDefinition) else clock.now()
        )
        return [number for number, _ in fired]

    def catch(self, token: Token, event: Any = None) -> None:
        """Keep what has come until the event runs."""
        number = next(number for number, one in self.numbered(token) if one == event.event_definition)
        token.internal_data.setdefault("heard", {})[str(number)] = event.payload

    def update_task_data(self, token: Token) -> None:
        """Put what has come into the data."""
        for number, payload in token.internal_data.get("heard", {}).items():
            one = self.event_definitions[int(number)]
            if isinstance(one, _Bringing):
                one.put(token, payload)

    def reset(self, token: Token) -> None:
        """Forget everything."""
        for one in self.event_definitions:
            one.reset(token)
        for name in ("heard", "spent"):
            token.internal_data.pop(name, None)

    def again(self, token: Token) -> dict[str, Any] | None:
        """With what a non-interrupting event listens on; None if nothing can come any more."""
        kept: dict[str, Any] = {"spent": list(token.internal_data.get("spent", ()))}
        heard = token.internal_data.get("heard", {})
        for number, one in enumerate(self.event_definitions):
            own = one.again(token) if str(number) in heard else one.kept(token)
            if own is None:
                kept["spent"].append(str(number))
            for name, value in (own or {}).items():
                kept[name] = {**kept.get(name, {}), **value}
        return kept if len(set(kept["spent"])) < len(self.event_definitions) else None

    def throw(self, token: Token) -> None:
        """Throw them all, in the order they are drawn in."""
        for one in self.event_definitions:
            one.throw(token)
