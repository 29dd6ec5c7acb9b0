"""Decisions of DMN files: reading, checking, making them."""

from app.engine.decisions.decisions import Answer, Decisions, problems, read_bundle, read_decisions
from app.engine.decisions.making import Step

__all__ = ["Answer", "Decisions", "Step", "problems", "read_bundle", "read_decisions"]
