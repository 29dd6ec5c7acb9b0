"""What a simulation tells: how it ended, the way it took, what it waits for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from app.domain.calendar import COUNTRY_ZONE
from app.domain.problems import Problem

Status = Literal["completed", "waiting", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class Awaited:
    """An element that waits; `due` (aware) is the moment of its timer, None if it waits for somebody or something."""

    element: str
    due: datetime | None = None

    def as_json(self) -> dict[str, object]:
        """`{"element", "due"}`, the moment in ISO 8601 and the country's zone."""
        return {"element": self.element, "due": self.due and self.due.astimezone(COUNTRY_ZONE).isoformat()}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a simulation ended.

    `path` are the flow nodes of all processes that took part, once per completion and in order; `data` are the
    variables of the process that was started. Waiting is also what nothing more could happen to.
    """

    status: Status
    path: tuple[str, ...] = ()
    data: Mapping[str, object] = field(default_factory=dict)
    waiting: tuple[Awaited, ...] = ()
    problems: tuple[Problem, ...] = ()

    def as_json(self) -> dict[str, object]:
        """`{"status", "path", "data", "waiting", "problems"}` as the command prints it."""
        return {
            "status": self.status,
            "path": list(self.path),
            "data": dict(self.data),
            "waiting": [each.as_json() for each in self.waiting],
            "problems": [problem.as_json() for problem in self.problems],
        }
