"""Everything that is wrong with diagrams, found before anybody runs them."""

from app.engine.lint.bundle import OfficeNames, lint

__all__ = ["OfficeNames", "lint"]
