"""A case of the suite: small diagrams, what is given to them, and what must come of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from app.simulation.outcome import Outcome
from app.simulation.simulate import simulate
from tests.conformance.orders import admits

BEGINS = datetime(2026, 11, 16, 5, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    """One expectation: `path` is an order (`orders`; `...` is any), `data` are variables that must be so at the end.

    `shows` is the row and `place` the column of the table. `do` names the user tasks that are done at once (all of
    them, unless given); `inputs` are answers beside that. `waits` names what waits at the end. `refused` names the
    element at which the diagram is refused, `fails` the one at which the run fails.
    """

    name: str
    shows: str
    place: str
    diagrams: tuple[bytes, ...]
    path: str = ""
    data: Mapping[str, object] = field(default_factory=dict)
    given: Mapping[str, object] = field(default_factory=dict)
    inputs: Mapping[str, object] = field(default_factory=dict)
    do: str | None = None
    until: datetime | None = None
    process: str | None = None
    waits: str = ""
    refused: str | None = None
    fails: str | None = None

    def play(self) -> Outcome:
        """What comes of the case."""
        return simulate(
            {f"{number}.{_suffix(diagram)}": diagram for number, diagram in enumerate(self.diagrams)},
            process=self.process,
            data=self.given,
            inputs={**{element: {} for element in (self.do or "").split()}, **self.inputs},
            begins=BEGINS,
            until=self.until,
            auto=self.do is None,
        )

    def faults(self, outcome: Outcome) -> Iterator[str]:
        """How the outcome differs from what must come."""
        if outcome.status != self.status:
            errors_said = [each for each in outcome.problems if each.severity == "error"]
            said = [f"{each.element} [{each.rule}] {each.message.en}" for each in errors_said]
            yield f"is {outcome.status} after {' '.join(outcome.path)}, must be {self.status}; {said}"
            return
        if self.path != "..." and not admits(self.path, outcome.path):
            yield f"went {' '.join(outcome.path)}, must go {self.path}"
        different = {name: outcome.data.get(name) for name in self.data if outcome.data.get(name) != self.data[name]}
        if different and self.status in ("completed", "waiting"):
            yield f"has {different}, must have {dict(self.data)}"
        waiting = {each.element for each in outcome.waiting}
        if waiting != set(self.waits.split()):
            yield f"waits for {sorted(waiting)}, must wait for {sorted(self.waits.split())}"
        errors = {each.element for each in outcome.problems if each.severity == "error"}
        wanted = self.refused if self.refused is not None else self.fails
        if wanted is not None and not errors & set(wanted.split() or [""]):
            yield f"names {sorted(errors)}, must name {wanted}"

    @property
    def status(self) -> str:
        """How it must end."""
        if self.refused is not None:
            return "refused"
        if self.fails is not None:
            return "failed"
        return "waiting" if self.waits else "completed"


def case(
    name: str, shows: str, place: str, diagrams: bytes | tuple[bytes, ...], path: str = "", **more: object
) -> Case:
    """A case of one diagram or of several."""
    drawn = diagrams if isinstance(diagrams, tuple) else (diagrams,)
    return Case(name, shows, place, drawn, path, **more)  # type: ignore[arg-type]


def _suffix(content: bytes) -> str:
    return "dmn" if b"/DMN/" in content else "bpmn"
