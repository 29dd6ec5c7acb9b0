"""Business rule tasks: a decision made on the way, and told."""

from typing import Any

from SpiffWorkflow.spiff.specs.spiff_task import SpiffBpmnTask

from app.engine.decisions import Answer, Decisions
from app.engine.decisions.errors import DecisionError
from app.engine.json_data import json_copy
from app.engine.tokens import Token
from app.engine.vocabulary import Decided


class BusinessRuleTask(SpiffBpmnTask):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A task that makes a decision: what it says becomes variables, or one variable where that is named."""

    def __init__(
        self,
        wf_spec: Any,
        name: str,
        *,
        decisions: Decisions,
        decision: str,
        result_variable: str | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.decisions = decisions
        self.decision = decision
        self.result_variable = result_variable

    def _run_hook(self, token: Token) -> bool:
        try:
            answer = self.decisions.explain(self.decision, token.data)
        except DecisionError as error:
            error.happens_at(token.element)
            raise
        token.data = {**token.data, **json_copy(self._variables(answer), element=token.element)}
        token.workflow.top_workflow.decided.append(_told(token.element, self.decision, answer))
        return True

    def _variables(self, answer: Answer) -> dict[str, object]:
        if self.result_variable:
            return {self.result_variable: answer.value}
        return self.decisions.variables_of(self.decision, answer.value)


def _told(element: str, decision: str, answer: Answer) -> Decided:
    steps = tuple(
        {
            "decision": step.decision,
            "name": step.name,
            "inputs": dict(step.inputs),
            "rules": [{"number": number, "note": note} for number, note in step.rules],
            "value": step.value,
        }
        for step in answer.steps
    )
    return Decided(element, decision, answer.value, steps, answer.warnings)
