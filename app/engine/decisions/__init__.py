"""Decisions of DMN files: reading, checking, making them."""

from app.engine.decisions.decisions import Answer, Decisions, all_problems, problems, read_bundle, read_decisions
from app.engine.decisions.making import Step
from app.engine.decisions.needed import asked_files

__all__ = ["Answer", "Decisions", "Step", "all_problems", "asked_files", "problems", "read_bundle", "read_decisions"]
