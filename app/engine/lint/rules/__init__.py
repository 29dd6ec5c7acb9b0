"""Every rule of lint: its id, severity and words, by topic."""

from types import ModuleType
from typing import Final

from app.domain.problems import Rule
from app.engine.decisions import rules as decisions
from app.engine.lint.rules import activities, drawing, events, expressions, files, net, office, structure, texts

TOPICS: Final[tuple[ModuleType, ...]] = (
    files,
    structure,
    events,
    activities,
    expressions,
    net,
    decisions,
    drawing,
    office,
    texts,
)
RULES: Final[dict[str, Rule]] = {
    rule.id: rule for topic in TOPICS for rule in vars(topic).values() if isinstance(rule, Rule)
}
"""All rules by id, in the order in which they are written down."""
