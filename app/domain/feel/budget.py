"""What an evaluation may cost: steps, lengths, depth. One budget is in force at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from app.domain.feel.errors import BudgetSpentError

STEPS: Final = 20_000
LONGEST_TEXT: Final = 100_000
DEEPEST: Final = 220
"""How deep nodes and calls of functions may nest while they are evaluated."""
_CHARACTERS_PER_STEP: Final = 64


class Budget:
    """The steps that are left."""

    __slots__ = ("left",)

    def __init__(self, steps: int = STEPS) -> None:
        self.left = steps

    def spend(self, steps: int) -> None:
        """Raises `BudgetSpentError` when nothing is left."""
        self.left -= steps
        if self.left < 0:
            raise BudgetSpentError


_in_force: ContextVar[Budget | None] = ContextVar("feel_budget", default=None)


@contextmanager
def using(budget: Budget) -> Iterator[Budget]:
    """Everything within is paid from `budget`."""
    token = _in_force.set(budget)
    try:
        yield budget
    finally:
        _in_force.reset(token)


def current() -> Budget:
    """The budget in force, a new one where none is."""
    return _in_force.get() or Budget()


def spend(steps: int) -> None:
    """Pay for work that grows with its values; raises `BudgetSpentError`."""
    budget = _in_force.get()
    if budget is not None:
        budget.spend(steps)


def paid_text(text: str) -> str:
    """The text, paid by its length; raises `BudgetSpentError` where it is too long."""
    if len(text) > LONGEST_TEXT:
        raise BudgetSpentError
    spend(len(text) // _CHARACTERS_PER_STEP)
    return text
