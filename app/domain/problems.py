"""What is wrong with a diagram, said at its element and in three languages."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from app.domain.texts import Text

Severity = Literal["error", "warning"]
SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning")


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: `element` is the id in the diagram ("" for the whole file), `message` says how to mend it.

    An error forbids publishing, a warning does not. `rule` is a stable id such as "structure.unreachable".
    """

    file: str
    element: str
    rule: str
    severity: Severity
    message: Text

    def as_json(self) -> dict[str, object]:
        """`{"file", "element", "rule", "severity", "message": {"kk", "ru", "en"}}`."""
        return {
            "file": self.file,
            "element": self.element,
            "rule": self.rule,
            "severity": self.severity,
            "message": self.message.as_dict(),
        }


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of problem: its stable id, its severity, and its sentence with `{places}`."""

    id: str
    severity: Severity
    message: Text

    def at(self, file: str, element: str, **values: object) -> Problem:
        """The problem of this rule at `element` of `file`."""
        return Problem(file, element, self.id, self.severity, self.message.with_values(**values))


def error(rule: str, kk: str, ru: str, en: str) -> Rule:
    """A rule whose breach forbids publishing."""
    return Rule(rule, "error", Text(kk, ru, en))


def warning(rule: str, kk: str, ru: str, en: str) -> Rule:
    """A rule whose breach is only told."""
    return Rule(rule, "warning", Text(kk, ru, en))


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any of the problems forbids publishing."""
    return any(problem.severity == "error" for problem in problems)
