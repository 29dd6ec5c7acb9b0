"""What the engine tells and asks: calls, waiting work, timers, messages, and the world around a run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

Variables = dict[str, object]


@dataclass(frozen=True, slots=True)
class Call:
    """A service task's request: `operation` names the handler, `parameters` are evaluated JSON values."""

    task_id: UUID
    element: str
    operation: str
    parameters: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A user task (also a manual or an abstract task) that waits for a person; `data` is a copy of its variables."""

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
    """An event that waits for the message of this name."""

    task_id: UUID
    element: str
    message: str


@dataclass(frozen=True, slots=True)
class Thrown:
    """A message that left the instance: nobody inside waited for it."""

    message: str
    payload: Mapping[str, object]


class World(Protocol):
    """What a run needs from outside."""

    def functions(self) -> Mapping[str, Callable[..., object]]:
        """The functions that expressions may call (`deadline`, `opens`, `now_iso`…); they return JSON values."""
        ...

    def perform(self, call: Call) -> Variables | None:
        """Carry the call out at once and return its result; None: it became a job, the service task stays open."""
        ...
