"""FEEL (DMN 1.5, chapter 10): one language for conditions of forms and for decisions.

`parse` (or `parse_tests` for the cell of a table) once, `evaluate` often. Which built-in functions there are stands in
`functions`, what is left out in the how-to on decisions.
"""

from app.domain.feel.errors import BudgetSpentError, FeelError
from app.domain.feel.evaluation import Outcome, evaluate, examine
from app.domain.feel.parser import parse, parse_tests
from app.domain.feel.portable import portable
from app.domain.feel.syntax import Node, names

__all__ = [
    "BudgetSpentError",
    "FeelError",
    "Node",
    "Outcome",
    "evaluate",
    "examine",
    "names",
    "parse",
    "parse_tests",
    "portable",
]
