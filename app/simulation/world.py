"""The world around simulated processes: terms by standard hours, service tasks answered from inputs and samples."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import ClassVar

from app.domain import clock
from app.domain.calendar import WorkingCalendar
from app.domain.deadlines import Term, compute
from app.domain.errors import AutomationError
from app.domain.hours import OfficeCalendar
from app.domain.texts import Text
from app.engine.run import Call, Variables
from app.handlers.registry import UnknownHandlerError, handler
from app.simulation.inputs import Inputs


class BadAnchorError(AutomationError):
    """The moment that a term counts from is missing or is no date."""

    status: ClassVar[int] = 422
    message: ClassVar[Text] = Text(
        kk="«{rule}» мерзімі үшін санау басталатын сәт түсініксіз: {anchor}.",
        ru="Непонятен момент, от которого считается срок «{rule}»: {anchor}.",
        en="The moment that the term “{rule}” counts from is not understood: {anchor}.",
    )


class SimulatedWorld:
    """What runs ask for: terms of the standard calendar, service tasks answered at once.

    `rules` are deadline rules by the key under which diagrams may name them; other texts are read as rules.
    """

    def __init__(self, inputs: Inputs, rules: Mapping[str, str] | None = None) -> None:
        self.inputs = inputs
        self._rules = rules or {}
        self._calendar = OfficeCalendar(WorkingCalendar())

    def functions(self) -> Mapping[str, Callable[..., object]]:
        """What expressions in a diagram may call."""
        return {
            "deadline": lambda rule, anchor: self._term(rule, anchor).due.isoformat(),
            "opens": lambda rule, anchor: self._term(rule, anchor).opens.isoformat(),
            "now_iso": lambda: clock.now().isoformat(),
        }

    def perform(self, call: Call) -> Variables | None:
        """The given answer or, without one, the sample of the handler or nothing; None: it ends in a given error."""
        if not self.inputs.has(call.element):
            return _sample(call.operation)
        return None if self.inputs.error(call.element) else dict(self.inputs.take(call.element))

    def _term(self, rule: str, anchor: str) -> Term:
        try:
            moment = datetime.fromisoformat(anchor)
        except (TypeError, ValueError):
            raise BadAnchorError(rule=rule, anchor=anchor) from None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self._calendar.zone)
        return compute(self._rules.get(rule, rule), moment, self._calendar)


def _sample(operation: str) -> Variables:
    try:
        return dict(handler(operation).sample)
    except UnknownHandlerError:
        return {}
