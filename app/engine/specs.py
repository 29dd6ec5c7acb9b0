"""Our own kinds of activities: service tasks that are calls, sub-processes, several instances of one task."""

from collections.abc import Mapping
from typing import Any, Final

from SpiffWorkflow.bpmn.specs.mixins import CallActivityMixin, SubWorkflowTaskMixin
from SpiffWorkflow.spiff.specs.defaults import (
    ParallelMultiInstanceTask,
    SequentialMultiInstanceTask,
    ServiceTask,
    StandardLoopTask,
)
from SpiffWorkflow.spiff.specs.defaults import (
    ScriptTask as SpiffScriptTask,
)
from SpiffWorkflow.spiff.specs.spiff_task import SpiffBpmnTask

from app.domain.texts import Text
from app.engine.errors import CallsTooDeepError, PayloadError, RunError
from app.engine.json_data import json_copy
from app.engine.merging import changes, merged, same
from app.engine.tokens import FINISHED, READY, STARTED, WAITING, ProcessScope, Token
from app.engine.vocabulary import Call, Variables

MOST_NESTED: Final = 100
"""So many activities may lie within each other while they run."""


class CollectionError(RunError):
    """The collection of a multi-instance activity is missing or is no list."""

    message = Text(
        kk="«{element}» тапсырмасына тізім керек, бірақ «{variable}» айнымалысы тізім емес.",
        ru="Задаче «{element}» нужен список, а переменная «{variable}» им не является.",
        en="The task “{element}” needs a list, but the variable “{variable}” is none.",
    )


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


class CalledProcess(Containing, CallActivityMixin, SpiffBpmnTask):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A call activity: the called process gets and returns all variables, or those it declares."""

    def _given(self, token: Token, scope: Any) -> Variables:
        declared = _declared(scope.spec, "data_inputs")
        return {name: token.data[name] for name in declared if name in token.data} if declared else dict(token.data)

    def _taken(self, token: Token, scope: Any) -> Variables:
        declared, end = _declared(scope.spec, "data_outputs"), scope.last_task.data
        return {**token.data, **{name: end[name] for name in declared if name in end}} if declared else dict(end)


class ParallelInstances(ParallelMultiInstanceTask):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A task for every item of a list at once.

    What a person answers in one instance is not seen by the others. With an output collection its entries are, in the
    order of the items, the output item of each instance or, where that is the input item itself or not given, the
    item (if a record) with the answers. Without one the answers become variables; of the same variable the last stands.
    """

    def _update_hook(self, token: Token) -> bool:
        SpiffBpmnTask._update_hook(self, token)
        items = items_of(self, token)
        token.internal_data.update(started=len(items), results={}, changes=[])
        token._set_state(STARTED)
        for key, item in items:
            open_instance(self, token, key, item)
        return not items and self._finish(token)

    def merge_child(self, _workflow: Any, child: Token) -> None:
        """Keep what the instance has brought; the last one lets the task go on."""
        token = child.parent
        keep_result(self, token, child)
        open_still = [other for other in token.children if other.triggered and not other.has_state(FINISHED)]
        done = self.condition is not None and token.workflow.script_engine.evaluate(child, self.condition)
        if done:
            for other in open_still:
                other.cancel()
        if done or not open_still:
            self._finish(token)
            token._set_state(READY)

    def _finish(self, token: Token) -> bool:
        finish_instances(self, token)
        return True


class SequentialInstances(SequentialMultiInstanceTask):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A task for every item of a list, one by one; without an output collection each sees the answers before it."""

    def _update_hook(self, token: Token) -> bool:
        SpiffBpmnTask._update_hook(self, token)
        items = items_of(self, token)
        token.internal_data.update(started=len(items), results={}, changes=[], remaining=[list(item) for item in items])
        token._set_state(STARTED)
        return not self._next(token)

    def merge_child(self, _workflow: Any, child: Token) -> None:
        """Keep what the instance has brought and open the next."""
        token = child.parent
        keep_result(self, token, child)
        if self.data_output is None:
            token.data = _with_answers(token.data, token.internal_data["changes"])
            token.internal_data["changes"] = []
        if self.condition is not None and token.workflow.script_engine.evaluate(child, self.condition):
            token.internal_data["remaining"] = []
        if not self._next(token):
            token._set_state(READY)

    def _next(self, token: Token) -> bool:
        remaining = token.internal_data["remaining"]
        if not remaining:
            finish_instances(self, token)
            return False
        token.internal_data["remaining"] = remaining[1:]
        open_instance(self, token, *remaining[0])
        return True


class RepeatedTask(StandardLoopTask):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A task repeated while its condition holds; every turn sees what the last has changed."""

    def _update_hook(self, token: Token) -> bool:
        SpiffBpmnTask._update_hook(self, token)
        token.internal_data["merged"] = []
        if self.test_before and self.loop_complete(token):
            return True
        token._set_state(STARTED)
        self.create_child(token)
        return False

    def create_child(self, token: Token) -> None:
        """Open the next turn."""
        child = token._add_child(token.workflow.spec.task_specs[self.task_spec], WAITING)
        child.triggered = True
        token.internal_data["started"] = 1 + len(token.internal_data["merged"])
        child.task_spec._update(child)

    def merge_child(self, _workflow: Any, child: Token) -> None:
        """Take over what the turn has changed and decide whether there is another."""
        token = child.parent
        token.data = dict(child.data)
        token.internal_data["merged"] = [*token.internal_data["merged"], None]
        if self.loop_complete(token):
            token._set_state(READY)
        else:
            self.create_child(token)


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


def items_of(task: Any, token: Token) -> list[tuple[int | str, Any]]:
    """What a multi-instance task is to be done for: `(index or key, item)`."""
    if task.data_input is None:
        count = token.workflow.script_engine.evaluate(token, task.cardinality)
        if not isinstance(count, int):
            raise CollectionError(element=token.element, variable=task.cardinality)
        return [(index, index) for index in range(count)]
    collection = token.data.get(task.data_input.bpmn_id)
    if isinstance(collection, dict):
        return list(collection.items())
    if isinstance(collection, list):
        return list(enumerate(collection))
    raise CollectionError(element=token.element, variable=task.data_input.bpmn_id)


def open_instance(task: Any, token: Token, key: int | str, item: Any) -> None:
    """Start one instance with its item among its variables."""
    child = token._add_child(token.workflow.spec.task_specs[task.task_spec], WAITING)
    child.triggered = True
    child.data = _instance_data(task, token, item)
    child.internal_data.update(key=key, item=item)
    child.task_spec._update(child)


def keep_result(task: Any, token: Token, child: Token) -> None:
    """Keep what a completed instance has brought until all are done."""
    key, item = child.internal_data["key"], child.internal_data["item"]
    base = _instance_data(task, token, item)
    name = task.input_item.bpmn_id if task.input_item is not None else None
    changed = [change for change in changes(base, child.data) if change[0] != name]
    if task.data_output is None:
        token.internal_data["changes"] = [*token.internal_data["changes"], changed]
        return
    answers = {change[0]: change[2][0] for change in changed if change[2]}
    result = _result(task, child, base, item, answers)
    token.internal_data["results"] = {**token.internal_data["results"], str(key): result}


def finish_instances(task: Any, token: Token) -> None:
    """Put what all instances have brought into the task's variables."""
    if task.data_output is None:
        token.data = _with_answers(token.data, token.internal_data["changes"])
        return
    results, output = token.internal_data["results"], task.data_output.bpmn_id
    collection = token.data.get(task.data_input.bpmn_id) if task.data_input is not None else None
    if isinstance(collection, dict):
        kept = collection if task.data_input.bpmn_id == output else {}
        value: Any = {**kept, **results}
    elif task.data_input is not None and task.data_input.bpmn_id == output and collection is not None:
        value = [results.get(str(index), item) for index, item in enumerate(collection)]
    else:
        value = [results[key] for key in sorted(results, key=int)]
    token.data = {**token.data, output: value}


def _instance_data(task: Any, token: Token, item: Any) -> Variables:
    return dict(token.data) if task.input_item is None else {**token.data, task.input_item.bpmn_id: item}


def _result(task: Any, child: Token, base: Variables, item: Any, answers: Variables) -> Any:
    name = task.output_item.bpmn_id if task.output_item is not None else None
    if name in child.data and (name not in base or not same(child.data[name], base[name])):
        return child.data[name]
    given = task.input_item.bpmn_id if task.input_item is not None else None
    if name is not None and name != given:
        return child.data.get(name, answers)
    return {**item, **answers} if isinstance(item, dict) else answers


def _with_answers(data: Variables, branches: list[list[list[Any]]]) -> Variables:
    sides = []
    for branch in branches:
        side = dict(data)
        for key, _, after in branch:
            side.pop(key, None)
            if after:
                side[key] = after[0]
        sides.append(side)
    return merged(data, sides)


def _declared(spec: Any, direction: str) -> list[str]:
    declared = getattr(spec.io_specification, direction, None) or []
    return [variable.bpmn_id for variable in declared]
