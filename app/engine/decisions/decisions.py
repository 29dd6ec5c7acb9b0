"""The decisions of a bundle: what a business rule task asks."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.feel import budget
from app.domain.feel.budget import STEPS, Budget
from app.domain.feel.errors import BudgetSpentError
from app.domain.feel.evaluation import Evaluation
from app.domain.feel.syntax import Type
from app.domain.feel.values import kind
from app.domain.problems import Problem
from app.domain.texts import Text
from app.engine.decisions.errors import DecisionError, DecisionTooCostlyError, NotStorableError, UnknownDecisionError
from app.engine.decisions.making import Making, Step
from app.engine.decisions.model import Decision, Element, Knowledge, Table, result_names
from app.engine.decisions.reading import Read, read
from app.engine.decisions.typed import UnfitError, storable
from app.engine.errors import DiagramError


@dataclass(frozen=True, slots=True)
class Answer:
    """A decision made: its value as JSON, how it came about, what was odd."""

    value: object
    steps: tuple[Step, ...]
    warnings: tuple[Text, ...]


class Decisions:
    """Read-only and shared by all instances."""

    def __init__(self, content: Read) -> None:
        self._elements: Mapping[str, Element] = content.elements
        self._keys = content.decisions
        self._types: Mapping[str, Type] = content.types
        self._steps = STEPS + sum(_cells(element) for element in content.elements.values())

    def __contains__(self, decision_id: str) -> bool:
        return decision_id in self._keys

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the decisions."""
        return tuple(self._keys)

    def evaluate(self, decision_id: str, variables: Mapping[str, object]) -> object:
        """The value of a decision over the variables of a process, as JSON. Raises as `explain`."""
        return self.explain(decision_id, variables).value

    def explain(self, decision_id: str, variables: Mapping[str, object]) -> Answer:
        """The value of a decision and how it came about.

        Raises `DecisionError` for an unknown id, for rules that conflict and for values not allowed
        and for what takes too many steps.
        """
        decision = self._decision(decision_id)
        with budget.using(Budget(self._steps)):
            making = Making(self._elements, variables, Evaluation(self._types))
            try:
                value = storable(making.value(decision.key))
                steps = tuple(_told(step) for step in making.steps)
            except (RecursionError, BudgetSpentError):
                problem: DecisionError = DecisionTooCostlyError(element=decision_id, decision=decision.name)
            except UnfitError as unfit:
                problem = NotStorableError(element=decision_id, decision=decision.name, kind=kind(unfit.value))
            else:
                return Answer(value, steps, tuple(making.evaluation.warnings))
        raise problem

    def variables_of(self, decision_id: str, value: object) -> dict[str, object]:
        """A value as variables of the process: outputs by their names, otherwise under the decision's own name.

        A name of several words is none for expressions of a diagram: then it is the decision's id.
        """
        decision = self._decision(decision_id)
        names = result_names(decision.body)
        if isinstance(value, Mapping):
            return {str(name): each for name, each in value.items()}
        if len(names) == 1:
            return {names[0]: value}
        if names and value is None:
            return dict.fromkeys(names)
        own = decision.variable.name
        return {own if own.isidentifier() else decision_id: value}

    def _decision(self, decision_id: str) -> Decision:
        key = self._keys.get(decision_id)
        found = None if key is None else self._elements[key]
        if not isinstance(found, Decision):
            raise UnknownDecisionError(element=decision_id)
        return found


def _cells(element: Element) -> int:
    """What the cells of a table may cost besides: a table has only as many as somebody has filled in."""
    body = (
        element.body
        if isinstance(element, Decision)
        else element.function.body
        if isinstance(element, Knowledge)
        else None
    )
    if not isinstance(body, Table):
        return 0
    return 8 * len(body.rules) * (len(body.inputs) + len(body.outputs))


def _told(step: Step) -> Step:
    """With JSON values; what cannot be told is left out."""
    inputs = tuple((name, _plain(value)) for name, value in step.inputs)
    return Step(step.decision, step.name, inputs, step.rules, _plain(step.value))


def _plain(value: object) -> object:
    try:
        return storable(value)
    except UnfitError as unfit:
        return kind(unfit.value)


def read_decisions(xml: bytes, file: str) -> Decisions:
    """The decisions of one file. Raises `DiagramError` naming the element, `DiagramXmlError`."""
    return read_bundle({file: xml})


def read_bundle(files: Mapping[str, bytes]) -> Decisions:
    """The decisions of several files, which may import each other. Raises as `read_decisions`."""
    content = read(files)
    for problem in content.problems:
        if problem.severity == "error":
            raise DiagramError(element=problem.element, reason=problem.message)
    return Decisions(content)


def problems(xml: bytes, file: str) -> list[Problem]:
    """All that is wrong with a file that is XML and DMN. Raises `DiagramXmlError` for one that is not."""
    return all_problems({file: xml})


def all_problems(files: Mapping[str, bytes]) -> list[Problem]:
    """All that is wrong with files that may import each other. Raises as `problems`."""
    return list(read(files).problems)
