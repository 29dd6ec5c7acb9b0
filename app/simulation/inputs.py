"""The answers given beforehand: by element, the same every time or one for each pass."""

from collections import Counter
from collections.abc import Mapping
from typing import ClassVar, Final

from app.domain.errors import AutomationError
from app.domain.texts import Text

ERROR: Final = "$error"
"""In the answers of a service task: the BPMN error code by which it ends instead."""

Answers = Mapping[str, object]


class BadInputsError(AutomationError):
    """The inputs are not answers by element."""

    status: ClassVar[int] = 422
    message: ClassVar[Text] = Text(
        kk="«{element}» элементінің жауаптары түсініксіз: атаулы мәндер жиыны {{…}} немесе әр өтуге арналған "
        "осындай жиындардың тізімі [{{…}}, {{…}}] керек.",
        ru="Ответы элемента «{element}» непонятны: нужен набор именованных значений {{…}} или список таких наборов по "
        "проходам [{{…}}, {{…}}].",
        en="The answers of the element “{element}” are not understood: named values {{…}} are needed, or a list of "
        "such sets, one a pass [{{…}}, {{…}}].",
    )


class Inputs:
    """Answers by element id: one set for every pass, or a list of sets, one a pass; hands them out in order.

    Raises `BadInputsError` naming the element.
    """

    def __init__(self, given: Mapping[str, object]) -> None:
        self._given = dict(given)
        self._passes: Counter[str] = Counter()
        for element, answers in self._given.items():
            sets = answers if isinstance(answers, list) else [answers]
            if not all(isinstance(each, Mapping) for each in sets):
                raise BadInputsError(element=element)

    @property
    def elements(self) -> set[str]:
        """The elements that have answers."""
        return set(self._given)

    def has(self, element: str) -> bool:
        """Whether there is an answer for the next pass of the element."""
        given = self._given.get(element)
        return self._passes[element] < len(given) if isinstance(given, list) else given is not None

    def error(self, element: str) -> str | None:
        """The BPMN error code by which the next pass of the element is to end."""
        if not self.has(element):
            return None
        code = self._next(element).get(ERROR)
        return None if code is None else str(code)

    def take(self, element: str) -> Answers:
        """The answers for the next pass of the element, of which `has` must hold."""
        answers = self._next(element)
        self._passes[element] += 1
        return answers

    def _next(self, element: str) -> Answers:
        given = self._given[element]
        answers: Answers = given[self._passes[element]] if isinstance(given, list) else given  # type: ignore[assignment]
        return answers
