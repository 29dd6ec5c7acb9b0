"""An own subset of FEEL (DMN 1.5, chapter 10) for conditions of forms and decisions.

`parse` once, `evaluate` often. Literals, names in any script, comparison, `and`/`or`/`not()` with null as the third
truth value, `if … then … else`, decimal arithmetic, `in` and `between`, ranges, lists, filters, paths, `some`/`every`,
dates and the functions of `functions.FUNCTIONS`. Neither names with spaces nor `for`, contexts, or own functions.
"""

from app.domain.feel.errors import BudgetSpentError, FeelError
from app.domain.feel.evaluation import evaluate
from app.domain.feel.parser import parse
from app.domain.feel.portable import portable
from app.domain.feel.syntax import Node, names

__all__ = ["BudgetSpentError", "FeelError", "Node", "evaluate", "names", "parse", "portable"]
