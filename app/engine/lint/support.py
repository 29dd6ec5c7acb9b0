"""What the engine itself refuses, said at its element."""

import logging
from collections.abc import Iterator, Mapping

from app.domain.errors import AutomationError
from app.domain.problems import Problem, Rule
from app.domain.texts import Text
from app.engine.errors import DiagramError
from app.engine.lint.model import Diagram, is_true
from app.engine.lint.rules import files as rules
from app.engine.parser import NO_PROCESS, NOT_AS_EXPECTED, read_definition

_log = logging.getLogger(__name__)


def refusals(diagram: Diagram, needed: Mapping[str, bytes]) -> Iterator[Problem]:
    """What the parser refuses of each process of the diagram that is to be run.

    `needed` are the diagram's own file and those that it calls; the problems of theirs are told in their own turn.
    """
    for process in diagram.processes:
        if process.id and process.nodes and is_true(process.xml.get("isExecutable"), default=True):
            yield from _refused(diagram.file, process.id, needed)


def _refused(file: str, process: str, needed: Mapping[str, bytes]) -> Iterator[Problem]:
    try:
        read_definition(needed, process)
    except DiagramError as error:
        # a called process that nobody has is told at the call, as a warning where a file is judged by itself
        if error.reason != NO_PROCESS:
            yield told(rules.REFUSED, file, error.element, error.reason)
    except AutomationError as error:
        yield told(rules.REFUSED, file, process, error.text)
    except Exception:  # noqa: BLE001 - whatever the library stumbles over is said at the process
        _log.exception("the parser stumbled over %s", file)
        yield told(rules.REFUSED, file, process, NOT_AS_EXPECTED)


def told(rule: Rule, file: str, element: str, reason: Text) -> Problem:
    """The problem of a rule whose words are the reason of an error."""
    return rule.at(file, element, reason_kk=reason.kk, reason_ru=reason.ru, reason_en=reason.in_("en"))
