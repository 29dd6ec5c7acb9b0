"""What the engine tells and asks: calls, waiting work, timers, messages, and the world around a run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from app.domain.texts import Text

Variables = dict[str, object]
EventKind = Literal["message", "signal"]


@dataclass(frozen=True, slots=True)
class Call:
    """A service task's request: `operation` names the handler, `parameters` are evaluated JSON values."""

    task_id: UUID
    element: str
    operation: str
    parameters: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A user task (also a manual task) that waits for a person; `data` is a copy of its variables."""

    task_id: UUID
    element: str
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer that runs; `due` is aware, UTC. Two timers behind one event-based gateway share its `task_id`."""

    task_id: UUID
    element: str
    due: datetime


@dataclass(frozen=True, slots=True)
class Subscription:
    """An event that waits for the message or signal of this name.

    `correlations` are the values by which it recognises its own message, by "key.property"; empty: none are agreed.
    """

    task_id: UUID
    element: str
    message: str
    kind: EventKind = "message"
    correlations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Thrown:
    """A message that left the instance as nobody inside waited for it, or a signal, which always leaves.

    `correlations` are the values read from the payload, by "key.property"; `element` is the event that threw it.
    """

    message: str
    payload: Mapping[str, object]
    kind: EventKind = "message"
    correlations: Mapping[str, str] = field(default_factory=dict)
    element: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that a business rule task has made.

    `steps` are the tables and expressions on the way, in the order in which they were computed: `{"decision", "name",
    "inputs": {label: value}, "rules": [{"number", "note"}], "value"}`, all JSON. `warnings` say what became null.
    """

    element: str
    decision: str
    value: object
    steps: tuple[Mapping[str, object], ...]
    warnings: tuple[Text, ...]


class World(Protocol):
    """What a run needs from outside."""

    def functions(self) -> Mapping[str, Callable[..., object]]:
        """The functions that expressions may call (`deadline`, `opens`, `now_iso`…); they return JSON values."""
        ...

    def perform(self, call: Call) -> Variables | None:
        """Carry the call out at once and return its result; None: it became a job, the service task stays open."""
        ...
