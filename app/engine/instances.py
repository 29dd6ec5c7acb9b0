"""Activities done several times: instances for the items of a list, side by side or one by one, and loops."""

from typing import Any, Final

from SpiffWorkflow.spiff.specs.defaults import (
    ParallelMultiInstanceTask,
    SequentialMultiInstanceTask,
    StandardLoopTask,
)
from SpiffWorkflow.spiff.specs.spiff_task import SpiffBpmnTask

from app.domain.texts import Text
from app.engine.errors import RunError
from app.engine.event_definitions import Error, Escalation
from app.engine.listening import border
from app.engine.merging import changes, merged, same
from app.engine.tokens import FINISHED, READY, STARTED, WAITING, Token
from app.engine.vocabulary import Variables

MOST_INSTANCES: Final = 10_000
COUNTER: Final = "loopCounter"


class CollectionError(RunError):
    """The collection of a multi-instance activity is missing or is no list."""

    message = Text(
        kk="«{element}» тапсырмасына тізім керек, бірақ «{variable}» айнымалысы тізім емес.",
        ru="Задаче «{element}» нужен список, а переменная «{variable}» им не является.",
        en="The task “{element}” needs a list, but the variable “{variable}” is none.",
    )


class CardinalityError(RunError):
    """The number of instances is no whole number or out of bounds."""

    message = Text(
        kk="«{element}» тапсырмасының даналар саны 0-ден {limit}-ге дейінгі бүтін сан болуы керек, мұнда: {value}.",
        ru="Число экземпляров задачи «{element}» должно быть целым от 0 до {limit}, а здесь: {value}.",
        en="The number of instances of the task “{element}” must be whole, from 0 to {limit}; here: {value}.",
    )


class Throws:
    """What a multi-instance activity throws when its instances are completed (`behavior`).

    `every` after each of them, `first` after the first, `complex` after each for which the condition holds.
    """

    def __init__(self) -> None:
        self.every: list[Any] = []
        self.first: list[Any] = []
        self.complex: list[tuple[str, list[Any]]] = []

    def after(self, token: Token, child: Token, known: Variables) -> bool:
        """Throw what is to be thrown after `child`; whether that has interrupted the activity of `token`."""
        engine = token.workflow.script_engine
        thrown = [*self.every, *(self.first if known["nrOfCompletedInstances"] == 1 else [])]
        for condition, definitions in self.complex:
            if engine.evaluate(child, condition, external_context=known):
                thrown += definitions
        for definition in thrown:
            if isinstance(definition, Error | Escalation):
                definition.throw(token, token)
            else:
                definition.throw(token)
        return any(one._state == READY and one.task_spec.cancel_activity for one in border(token))


class Several:
    """What parallel and sequential instances have in common."""

    condition: str | None
    throws: Throws

    def completed(self, token: Token, child: Token, waiting: int, active: int) -> bool | None:
        """An instance is completed: whether that completes the activity; None if it has been interrupted."""
        known = _known(token, child, waiting=waiting, active=active)
        if self.throws.after(token, child, known):
            return None
        if self.condition is None:
            return False
        return bool(token.workflow.script_engine.evaluate(child, self.condition, external_context=known))


class ParallelInstances(Several, ParallelMultiInstanceTask):  # type: ignore[misc]  # SpiffWorkflow has no types
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
        for number, (key, item) in enumerate(items):
            open_instance(self, token, number, key, item)
        return not items and self._finish(token)

    def merge_child(self, _workflow: Any, child: Token) -> None:
        """Keep what the instance has brought; the last one lets the task go on."""
        token = child.parent
        keep_result(self, token, child)
        open_still = [other for other in token.children if other.triggered and not other.has_state(FINISHED)]
        done = self.completed(token, child, 0, len(open_still))
        if done:
            for other in open_still:
                other.cancel()
        if done or (done is not None and not open_still):
            self._finish(token)
            token._set_state(READY)

    def _finish(self, token: Token) -> bool:
        finish_instances(self, token)
        return True


class SequentialInstances(Several, SequentialMultiInstanceTask):  # type: ignore[misc]  # SpiffWorkflow has no types
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
        done = self.completed(token, child, len(token.internal_data["remaining"]), 0)
        if done:
            token.internal_data["remaining"] = []
        if done is not None and not self._next(token):
            token._set_state(READY)

    def _next(self, token: Token) -> bool:
        remaining = token.internal_data["remaining"]
        if not remaining:
            finish_instances(self, token)
            return False
        token.internal_data["remaining"] = remaining[1:]
        open_instance(self, token, token.internal_data["started"] - len(remaining), *remaining[0])
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

    def loop_complete(self, token: Token) -> bool:
        """Whether there is no further turn; the condition may ask for the turns taken (`loopCounter`)."""
        turns = len(token.internal_data["merged"])
        if self.maximum is not None and turns >= self.maximum:
            return True
        engine = token.workflow.script_engine
        return self.condition is not None and not engine.evaluate(
            token, self.condition, external_context={COUNTER: turns}
        )


def items_of(task: Any, token: Token) -> list[tuple[int | str, Any]]:
    """What a multi-instance task is to be done for: `(index or key, item)`."""
    if task.data_input is None:
        count = token.workflow.script_engine.evaluate(token, task.cardinality)
        if isinstance(count, float) and count.is_integer():
            count = int(count)
        if type(count) is not int or not 0 <= count <= MOST_INSTANCES:
            raise CardinalityError(element=token.element, value=str(count)[:100], limit=MOST_INSTANCES)
        return [(index, index) for index in range(count)]
    collection = token.data.get(task.data_input.bpmn_id)
    if isinstance(collection, dict):
        return list(collection.items())
    if isinstance(collection, list):
        return list(enumerate(collection))
    raise CollectionError(element=token.element, variable=task.data_input.bpmn_id)


def open_instance(task: Any, token: Token, number: int, key: int | str, item: Any) -> None:
    """Start one instance with its item and its number (from 0) among its variables."""
    child = token._add_child(token.workflow.spec.task_specs[task.task_spec], WAITING)
    child.triggered = True
    child.internal_data.update(key=key, item=item, number=number)
    child.data = _instance_data(task, token, child)
    child.task_spec._update(child)


def keep_result(task: Any, token: Token, child: Token) -> None:
    """Keep what a completed instance has brought until all are done."""
    key, item = child.internal_data["key"], child.internal_data["item"]
    base = _instance_data(task, token, child)
    name = task.input_item.bpmn_id if task.input_item is not None else None
    changed = [change for change in changes(base, child.data) if change[0] not in (name, COUNTER)]
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


def _known(token: Token, child: Token, *, waiting: int, active: int) -> Variables:
    """What the conditions of a multi-instance activity may ask for, by the names of the standard and by usual ones."""
    started = token.internal_data["started"]
    counts = {"": started, "Active": active, "Completed": started - waiting - active, "Terminated": 0}
    known: Variables = {COUNTER: child.internal_data.get("number", 0)}
    for name, count in counts.items():
        known[f"nrOf{name}Instances"] = known[f"numberOf{name}Instances"] = count
    return known


def _instance_data(task: Any, token: Token, child: Token) -> Variables:
    number = child.internal_data.get("number")
    counted = {} if number is None else {COUNTER: number}
    item = {} if task.input_item is None else {task.input_item.bpmn_id: child.internal_data["item"]}
    return {**token.data, **counted, **item}


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
