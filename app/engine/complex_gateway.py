"""The complex gateway: begins when its condition says so, and afterwards lets the rest of its tokens come in."""

from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import _BpmnCondition
from SpiffWorkflow.bpmn.specs.mixins import BpmnSpecMixin
from SpiffWorkflow.specs.Join import Join

from app.engine.errors import NoFlowTakenError
from app.engine.joins import Meeting, arrival, gathered, still_to_come, upstream_of
from app.engine.tokens import CANCELLED, FUTURE, WAITING, Token


class ComplexGateway(Meeting, Join, BpmnSpecMixin):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A complex gateway (BPMN 2.0, 13.4.5).

    Waiting for its start it takes a token of every flow that has one as soon as the activation condition holds, in
    which `activationCount` is the number of such flows and the id of a flow the number of its tokens; a number as
    condition means so many flows. Then it waits for the other flows as an inclusive gateway would, takes their tokens
    too and begins anew. Conditions of its outgoing flows are looked at both times (`waitingForStart` tells which), the
    flows without a condition and the default one count the first time only.
    """

    def __init__(self, wf_spec: Any, bpmn_id: str, *, activation: str | None, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.activation = activation
        self.ways: list[tuple[Any, str]] = []
        self.default: str | None = None
        self.flow_ids: dict[str, str] = {}
        self.upstream: dict[str, frozenset[str]] = {}

    def prepare(self) -> None:
        """Work out what can reach each incoming flow; done once, when the diagram has been parsed."""
        self.upstream = upstream_of(self)

    def when(self, condition: str | None, target: Any) -> None:
        """Add an outgoing flow with its condition."""
        self.connect(target)
        self.ways.append((None if condition is None else _BpmnCondition(condition), target.name))

    def otherwise(self, target: Any) -> None:
        """Add the default flow."""
        self.connect(target)
        self.default = target.name

    def _update_hook(self, token: Token) -> bool:
        if self.activation is None:
            token._inherit_data()
            return True
        if token._state != WAITING:
            self._arrive(token)
        arrived = self._arrived(token.workflow)
        if token is not max(arrived.values(), key=arrival):
            return False
        taken = self._taken_before(token)
        if taken is None:
            return self._starts(token, arrived)
        late = {flow: other for flow, other in arrived.items() if flow not in taken}
        if still_to_come(self, token, full={*late, *taken}):
            return False
        return self._resets(token, late)

    def _starts(self, token: Token, arrived: dict[str, Token]) -> bool:
        together = sorted(arrived.values(), key=arrival)
        token.data = gathered([(other, other.parent.data) for other in together])
        if not self._activated(token, arrived):
            token.data = {}
            return False
        self._take(token, together)
        token.internal_data["seen"] = len(together)
        _memory(token)[self.name] = sorted(arrived)
        return True

    def _resets(self, token: Token, late: dict[str, Token]) -> bool:
        del _memory(token)[self.name]
        together = sorted(late.values(), key=arrival)
        last = together[-1] if together else token
        if together:
            last.data = gathered([(other, other.parent.data) for other in together])
            last.internal_data["seen"] = 0
            if self._matching(last, starting=False):
                self._take(last, together)
                last.internal_data["resets"] = True
                if last is not token:
                    last._ready()
                return last is token
            for other in together:
                other._set_state(CANCELLED)
        token.workflow.look_again()
        return False

    def _take(self, token: Token, together: list[Token]) -> None:
        for other in together:
            if other is not token:
                other._set_state(CANCELLED)

    def _activated(self, token: Token, arrived: dict[str, Token]) -> bool:
        counts = dict.fromkeys(self.flow_ids.values(), 0)
        for other in token.workflow.in_state(WAITING):
            if other.task_spec is self:
                counts[self.flow_ids[other.internal_data["flow"]]] += 1
        known = {**counts, "activationCount": len(arrived), "waitingForStart": True}
        value = token.workflow.script_engine.evaluate(token, self.activation, external_context=known)
        return len(arrived) >= value if type(value) is int else bool(value)

    def _taken_before(self, token: Token) -> list[str] | None:
        taken: list[str] | None = _memory(token).get(self.name)
        return taken

    def _matching(self, token: Token, *, starting: bool) -> list[str]:
        known = {"waitingForStart": starting, "activationCount": token.internal_data.get("seen", 1)}
        engine = token.workflow.script_engine
        return [
            name
            for condition, name in self.ways
            if condition is not None and engine.evaluate(token, condition.args[0], external_context=known)
        ]

    def _predict_hook(self, _token: Token) -> None:
        """Nothing: the flows to take are known only when the gateway runs."""

    def _run_hook(self, token: Token) -> bool:
        starting = not token.internal_data.get("resets")
        matching = self._matching(token, starting=starting)
        taken = [name for condition, name in self.ways if name in matching or (condition is None and starting)]
        if not matching and starting and self.default is not None:
            taken.append(self.default)
        if not taken:
            raise NoFlowTakenError(element=token.element)
        token._sync_children([self._wf_spec.task_specs[name] for name in taken], FUTURE)
        return True


def _memory(token: Token) -> dict[str, Any]:
    memory: dict[str, Any] = token.workflow.task_tree.internal_data.setdefault("started gateways", {})
    return memory
