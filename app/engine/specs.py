"""Our own kinds of activities: service tasks that are calls, sub-processes, called processes."""

from collections.abc import Mapping
from typing import Any, Final

from SpiffWorkflow.bpmn.specs.mixins import CallActivityMixin, SubWorkflowTaskMixin
from SpiffWorkflow.spiff.specs.defaults import ScriptTask as SpiffScriptTask
from SpiffWorkflow.spiff.specs.defaults import ServiceTask
from SpiffWorkflow.spiff.specs.spiff_task import SpiffBpmnTask

from app.engine.dialects import Carried
from app.engine.errors import CallsTooDeepError, PayloadError
from app.engine.json_data import json_copy
from app.engine.merging import merged
from app.engine.tokens import READY, ProcessScope, Token
from app.engine.vocabulary import Call, Variables

MOST_NESTED: Final = 100
"""So many activities may lie within each other while they run."""


class JobServiceTask(ServiceTask):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A service task: a call to the world, which performs it at once or takes it as a job."""

    def __init__(self, wf_spec: Any, name: str, *, result_variable: str | None, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, result_variable=result_variable, **kwargs)
        self.result_variable = result_variable or None

    def call_of(self, token: Token) -> Call:
        """The call that an open task has asked for."""
        return Call(token.id, token.element, self.operation_name, token.internal_data["call"])

    def ask(self, token: Token) -> None:
        """Evaluate the parameters of the call from the token's data as they are now."""
        engine = token.workflow.script_engine
        given = {name: engine.evaluate(token, value) for name, value in self.operation_params.items()}
        token.internal_data["call"] = json_copy(given, element=token.element)

    def take(self, token: Token, result: Mapping[str, object]) -> None:
        """Put the result into the token's data: under the result variable or, without one, key by key."""
        if not isinstance(result, Mapping):
            raise PayloadError(element=token.element)
        taken = json_copy(result, element=token.element)
        token.data = {**token.data, self.result_variable: taken} if self.result_variable else {**token.data, **taken}

    def _execute(self, token: Token) -> bool | None:
        self.ask(token)
        result = token.workflow.top_workflow.world.perform(self.call_of(token))
        if result is None:
            return None
        self.take(token, result)
        return True


class AbstractTask(SpiffBpmnTask):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A task of which the diagram does not say who or what does it: it is passed at once."""


class ScriptTask(SpiffScriptTask):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A script task; without a script it is passed at once."""

    def _execute(self, token: Token) -> bool:
        return not (self.script or "").strip() or bool(super()._execute(token))


class Containing(SubWorkflowTaskMixin):  # type: ignore[misc]  # SpiffWorkflow has no types
    """An activity with a scope of its own inside."""

    def start_workflow(self, token: Token) -> None:
        """Open the scope and put its first token at its start event."""
        top: ProcessScope = token.workflow.top_workflow
        if token.workflow.depth >= MOST_NESTED:
            raise CallsTooDeepError(element=token.element, limit=MOST_NESTED)
        scope = top.create_subprocess(token, self.spec)
        self.connect_scope(scope, token)
        scope.begin(self._given(token, scope), start_event(scope.spec))

    def connect_scope(self, scope: Any, token: Token) -> None:
        """Have the token go on when its scope has ended."""
        scope.completed_event.connect(self._on_subworkflow_completed, token)

    def _on_subworkflow_completed(self, scope: Any, token: Token) -> None:
        token.data = self._taken(token, scope)
        token._set_state(READY)

    def _given(self, token: Token, _scope: Any) -> Variables:
        return dict(token.data)

    def _taken(self, _token: Token, scope: Any) -> Variables:
        return dict(scope.last_task.data)


class EmbeddedSubProcess(Containing, SpiffBpmnTask):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A sub-process drawn inside: it shares the variables of the process around it."""

    shares_data = True


class CalledProcess(Containing, CallActivityMixin, SpiffBpmnTask):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A call activity: the called process gets and returns what the call declares (`gives`, `takes`).

    If the call declares nothing, what the called process declares; if that declares nothing, all variables. What it
    says in the words of Camunda (`mapping`: what goes in, what comes out) comes before all that.
    """

    gives: tuple[str, ...] | list[str] = ()
    takes: tuple[str, ...] | list[str] = ()
    mapping: tuple[list[Carried], list[Carried]] | None = None

    def _given(self, token: Token, scope: Any) -> Variables:
        if self.mapping is not None:
            return _carried(self.mapping[0], token)
        declared = _declared(scope.spec, "data_inputs")
        if self.gives or self.takes:
            names = _paired(self.gives, declared)
            return {inside: token.data[outside] for outside, inside in names if outside in token.data}
        return {name: token.data[name] for name in declared if name in token.data} if declared else dict(token.data)

    def _taken(self, token: Token, scope: Any) -> Variables:
        if self.mapping is not None:
            return {**token.data, **_carried(self.mapping[1], scope.last_task)}
        declared, end = _declared(scope.spec, "data_outputs"), scope.last_task.data
        if self.gives or self.takes:
            names = _paired(self.takes, declared)
            return {**token.data, **{outside: end[inside] for outside, inside in names if inside in end}}
        return (
            {**token.data, **{name: end[name] for name in declared if name in end}}
            if declared
            else merged(token.parent.data, [token.data, end])
        )


def _carried(carried: list[Carried], token: Token) -> Variables:
    """The variables that come of the data of `token`; one that is not there carries nothing."""
    engine, found = token.workflow.script_engine, Variables()
    for one in carried:
        if not one.target:
            found |= token.data
        elif one.expression in token.data or not one.expression.isidentifier():
            found[one.target] = engine.evaluate(token, one.expression)
    return found


def _paired(outside: Any, inside: list[str]) -> list[tuple[str, str]]:
    """What the call and the called process call the same: by name or, if they name as many differently, by place."""
    if len(outside) == len(inside) and set(outside) != set(inside):
        return list(zip(outside, inside, strict=True))
    return [(name, name) for name in outside]


def start_event(spec: Any, element: str | None = None) -> Any:
    """What starts an instance by the element of this id; without one the none start event, or the only one.

    None if there is no such event.
    """
    starts = [(task, task.starts_by()) for task in spec.task_specs.values() if hasattr(task, "starts_by")]
    found = {name: task for task, ways in starts for name, _ in ways}
    if element is not None:
        return found.get(element)
    unprompted = [task for task in found.values() if task.occurs_unprompted]
    return (unprompted or (list(found.values()) if len(found) == 1 else [None]))[0]


def _declared(spec: Any, direction: str) -> list[str]:
    declared = getattr(spec.io_specification, direction, None) or []
    return [variable.bpmn_id for variable in declared]
