"""What a diagram leaves unsaid at the flows of its activities: choices, forks, and quantities of tokens.

None of these task specs is an element: they are not passed, and what happens at them is told of their activity.
"""

from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec, _BpmnCondition
from SpiffWorkflow.specs.Join import Join

from app.engine.errors import NoFlowTakenError
from app.engine.joins import Meeting, gathered
from app.engine.tokens import CANCELLED, FUTURE, WAITING, Token


class Hidden(BpmnTaskSpec):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A task spec that belongs to an element without being one."""

    def __init__(self, wf_spec: Any, name: str, *, element: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.element = element


class Doubled(Hidden):
    """The second flow between the same two elements, so that each of them carries its own tokens."""


class ConditionalFlows(Hidden):
    """The flows out of an activity or event: those without a condition and those whose holds, else the default."""

    def __init__(self, wf_spec: Any, name: str, *, element: str) -> None:
        super().__init__(wf_spec, name, element=element)
        self.ways: list[tuple[Any, str]] = []
        self.default: str | None = None

    def when(self, condition: str | None, target: Any) -> None:
        """Add a flow that is taken if the condition holds, or always if there is none."""
        self.connect(target)
        self.ways.append((None if condition is None else _BpmnCondition(condition), target.name))

    def otherwise(self, target: Any) -> None:
        """Add the flow that is taken if no condition holds."""
        self.connect(target)
        self.default = target.name

    def _predict_hook(self, _token: Token) -> None:
        """Nothing: the flows to take are known only when the conditions are looked at."""

    def _run_hook(self, token: Token) -> bool:
        taken = [name for condition, name in self.ways if condition is None or condition._matches(token)]
        if self.default is not None and not any(name in taken for condition, name in self.ways if condition):
            taken.append(self.default)
        if not taken:
            raise NoFlowTakenError(element=self.element)
        token._sync_children([self._wf_spec.task_specs[name] for name in taken], FUTURE)
        return True


class SeveralTokens(Hidden):
    """An activity's completionQuantity: so many tokens leave it every time."""

    def __init__(self, wf_spec: Any, name: str, *, element: str, tokens: int) -> None:
        super().__init__(wf_spec, name, element=element)
        self.tokens = tokens

    def _predict_hook(self, token: Token) -> None:
        token._sync_children(self.outputs * self.tokens, FUTURE)


class Quantity(Meeting, Join, BpmnTaskSpec):  # type: ignore[misc]  # SpiffWorkflow has no types
    """An activity's startQuantity: so many tokens must arrive, by whatever flow, before it begins."""

    def __init__(self, wf_spec: Any, name: str, *, element: str, tokens: int) -> None:
        super().__init__(wf_spec, name)
        self.element = element
        self.tokens = tokens

    def _update_hook(self, token: Token) -> bool:
        if token._state != WAITING:
            self._arrive(token)
        together = self._waiting(token.workflow)[: self.tokens]
        if len(together) < self.tokens or token is not together[-1]:
            return False
        token.data = gathered([(other, other.parent.data) for other in together])
        for other in together[:-1]:
            other._set_state(CANCELLED)
        return True

    def _last_needed(self, scope: Any) -> Token | None:
        waiting = self._waiting(scope)
        return waiting[self.tokens - 1] if len(waiting) >= self.tokens else None

    def _run_hook(self, _token: Token) -> bool:
        return True
