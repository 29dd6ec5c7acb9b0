"""Everything that is wrong with diagrams, found before anybody runs them."""

from app.engine.lint.bundle import lint
from app.engine.lint.office import Law, OfficeNames, Operation
from app.engine.lint.soundness import reachable_alone

__all__ = ["Law", "OfficeNames", "Operation", "lint", "reachable_alone"]
