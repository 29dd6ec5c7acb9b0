"""Making a decision: its requirements first, then its boxed expression."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.domain.feel.evaluation import Evaluation, items_of, summed_up
from app.domain.feel.frames import Frame
from app.domain.feel.functions.texts import written
from app.domain.feel.values import Function, kind, number
from app.engine.decisions import reasons
from app.engine.decisions.errors import InputTypeError, ValueNotAllowedError
from app.engine.decisions.model import (
    Boxed,
    BoxedContext,
    BoxedFilter,
    BoxedFunction,
    BoxedInvocation,
    BoxedList,
    BoxedLoop,
    Conditional,
    Decision,
    Element,
    Expression,
    InputData,
    Knowledge,
    Relation,
    Requirement,
    Service,
    Table,
    Typed,
    Variable,
    needs,
)
from app.engine.decisions.tables import Looked, look_up
from app.engine.decisions.typed import UnfitError, suited


@dataclass(frozen=True, slots=True)
class Step:
    """One decision as it was made: what it looked at, which rules matched (number and annotation), what came out."""

    decision: str
    name: str
    inputs: tuple[tuple[str, object], ...]
    rules: tuple[tuple[int, str], ...]
    value: object


@dataclass(slots=True)
class Making:
    """One answer: values by element, the steps on the way.

    `variables` are those of the process; `given` are values of elements that need not be computed, as the parameters
    of a decision service.
    """

    elements: Mapping[str, Element]
    variables: Mapping[str, object]
    evaluation: Evaluation
    steps: list[Step] = field(default_factory=list)
    given: dict[str, object] = field(default_factory=dict)

    def value(self, key: str) -> object:
        """The value of an element, computed once."""
        waiting = [key]
        while waiting:
            element = self.elements[waiting[-1]]
            # what a service gives out is computed when it is called, from what it is given
            needed = () if isinstance(element, Service) else needs(element)
            missing = [each for each in needed if each not in self.given]
            if missing:
                waiting += missing
            else:
                ready = waiting.pop()
                self.given[ready] = self.given[ready] if ready in self.given else self._computed(element)
        return self.given[key]

    def _computed(self, element: Element) -> object:
        match element:
            case InputData():
                return self._input(element)
            case Decision():
                return self._decided(element)
            case Knowledge():
                frame = self._frame(element.requirements)
                known: dict[str, object] = {}
                known[element.variable.name] = self._function(element.function, Frame(known, frame), element)
                return known[element.variable.name]
            case Service():
                return Function(self._parameters(element), lambda *given: self._served(element, given))

    def _input(self, element: InputData) -> object:
        name = element.variable.name
        if name not in self.variables:
            self.evaluation.warn(reasons.no_variable, name)
            return None
        try:
            return suited(self.variables[name], element.variable.type, self.evaluation, outside=True)
        except UnfitError as unfit:
            about: Any = {"element": element.element, "decision": name, "name": name, "value": written(unfit.value)}
            problem = ValueNotAllowedError(**about) if unfit.forbidden else InputTypeError(needed=unfit.needed, **about)
        raise problem

    def _decided(self, decision: Decision) -> object:
        frame = self._frame(decision.requirements, free=decision.free)
        looked: list[Looked] = []
        value = self._boxed(decision.body, frame, decision.name, looked.append)
        value = self._of_type(value, decision.variable)
        inputs = looked[0].inputs if looked else self._told(decision)
        rules = tuple((rule.number, rule.annotation) for each in looked for rule in each.rules)
        self.steps.append(Step(decision.element, decision.name, inputs, rules, value))
        return value

    def _told(self, decision: Decision) -> tuple[tuple[str, object], ...]:
        required = (each.key for each in decision.requirements)
        found = ((self.elements[key].variable.name, self.given[key]) for key in required if key in self.given)
        return tuple((name, value) for name, value in found if not isinstance(value, Function))

    def _frame(self, requirements: tuple[Requirement, ...], free: tuple[str, ...] = ()) -> Frame:
        entries: dict[str, object] = {}
        for name in free:
            if name not in self.variables:
                self.evaluation.warn(reasons.no_variable, name)
            entries[name] = self.variables.get(name)
        for each in requirements:
            value, name = self.value(each.key), self.elements[each.key].variable.name
            if each.prefix:
                imported = entries.setdefault(each.prefix, {})
                if isinstance(imported, dict):
                    imported[name] = value
            else:
                entries[name] = value
        return Frame(entries)

    def _of_type(self, value: object, variable: Variable) -> object:
        try:
            return suited(value, variable.type, self.evaluation)
        except UnfitError as unfit:
            self.evaluation.warn(reasons.wrong_type, variable.name, unfit.needed, written(unfit.value))
            return None

    def _parameters(self, service: Service) -> tuple[str, ...]:
        return tuple(self.elements[key].variable.name for key in service.given)

    def _served(self, service: Service, given: tuple[object, ...]) -> object:
        known: dict[str, object] = {}
        for key, value in zip(service.given, given, strict=True):
            known[key] = self._of_type(value, self.elements[key].variable)
        inner = Making(self.elements, {}, self.evaluation, self.steps, known)
        values = {self.elements[key].variable.name: inner.value(key) for key in service.outputs}
        return self._of_type(next(iter(values.values())) if len(values) == 1 else values, service.variable)

    def _function(self, function: BoxedFunction, frame: Frame, model: Knowledge | None = None) -> Function:
        """A function as a value; each call of a business knowledge model with a table is a step of its own."""
        names = tuple(parameter.name for parameter in function.parameters)

        def call(*arguments: object) -> object:
            given: dict[str, object] = {}
            for parameter, argument in zip(function.parameters, arguments, strict=True):
                try:
                    given[parameter.name] = suited(argument, parameter.type, self.evaluation)
                except UnfitError as unfit:
                    self.evaluation.warn(reasons.wrong_type, parameter.name, unfit.needed, written(unfit.value))
                    return None
            looked: list[Looked] = []
            value = self._boxed(function.body, Frame(given, frame), model.variable.name if model else "", looked.append)
            if model is not None:
                self.steps += [_step(model.element, model.variable.name, each) for each in looked]
            return value

        return Function(names, call)

    def _boxed(self, body: Boxed, frame: Frame, name: str, tell: Callable[[Looked], None]) -> object:
        with self.evaluation.deeper():
            return _KINDS[type(body)](self, body, frame, name, tell)

    def _plain(self, body: Boxed, frame: Frame) -> object:
        return self._boxed(body, frame, "", _nobody)

    def expression(self, body: Expression, frame: Frame, *_: object) -> object:
        return self.evaluation.of(body.tree, frame)

    def typed(self, body: Typed, frame: Frame, name: str, tell: Callable[[Looked], None]) -> object:
        value = self._boxed(body.body, frame, name, tell)
        return self._of_type(value, Variable(name or body.type.name, body.type))

    def table(self, body: Table, frame: Frame, name: str, tell: Callable[[Looked], None]) -> object:
        looked = look_up(body, frame, self.evaluation, name or body.element)
        tell(looked)
        return looked.value

    def context(self, body: BoxedContext, frame: Frame, name: str, tell: Callable[[Looked], None]) -> object:
        entries: dict[str, object] = {}
        inner = Frame(entries, frame)
        for variable, boxed in body.entries:
            entries[variable.name] = self._of_type(self._boxed(boxed, inner, variable.name, _nobody), variable)
        return entries if body.result is None else self._boxed(body.result, inner, name, tell)

    def invocation(self, body: BoxedInvocation, frame: Frame, *_: object) -> object:
        function = self._plain(body.function, frame)
        given = {name: self._plain(boxed, frame) for name, boxed in body.bindings}
        if not isinstance(function, Function):
            self.evaluation.warn(reasons.no_function, kind(function))
            return None
        if set(given) - set(function.parameters):
            self.evaluation.warn(reasons.arguments, ", ".join(function.parameters))
            return None
        return function.call(*(given.get(name) for name in function.parameters))

    def function(self, body: BoxedFunction, frame: Frame, *_: object) -> object:
        return self._function(body, frame)

    def list_of(self, body: BoxedList, frame: Frame, *_: object) -> object:
        return [self._plain(item, frame) for item in body.items]

    def relation(self, body: Relation, frame: Frame, *_: object) -> object:
        return [
            {column: self._plain(cell, frame) for column, cell in zip(body.columns, row, strict=True)}
            for row in body.rows
        ]

    def conditional(self, body: Conditional, frame: Frame, *_: object) -> object:
        chosen = body.chosen if self._plain(body.condition, frame) is True else body.otherwise
        return self._plain(chosen, frame)

    def filter(self, body: BoxedFilter, frame: Frame, *_: object) -> object:
        items = self._plain(body.items, frame)
        kept = []
        for item in items if isinstance(items, list) else [] if items is None else [items]:
            entries = item if isinstance(item, Mapping) else {}
            match = self._plain(body.match, Frame(entries, Frame({"item": item}, frame)))
            place = number(match)
            if place is not None and isinstance(items, list):
                return items[int(place) - 1] if 1 <= place <= len(items) else None
            if match is True:
                kept.append(item)
        return kept

    def loop(self, body: BoxedLoop, frame: Frame, *_: object) -> object:
        items = items_of(self._plain(body.items, frame))
        if items is None:
            return None
        results: list[object] = []
        for item in items:
            results.append(self._plain(body.body, Frame({body.name: item, "partial": results}, frame)))
        return summed_up(body.kind, results)


def _step(element: str, name: str, looked: Looked) -> Step:
    rules = tuple((rule.number, rule.annotation) for rule in looked.rules)
    return Step(element, name, looked.inputs, rules, looked.value)


def _nobody(_: Looked) -> None:
    """A table inside another expression: its rules are not those of the decision."""


_KINDS: Final[dict[type, Callable[..., object]]] = {
    Expression: Making.expression,
    Table: Making.table,
    Typed: Making.typed,
    BoxedContext: Making.context,
    BoxedInvocation: Making.invocation,
    BoxedFunction: Making.function,
    BoxedList: Making.list_of,
    Relation: Making.relation,
    Conditional: Making.conditional,
    BoxedFilter: Making.filter,
    BoxedLoop: Making.loop,
}
