"""All files of a bundle checked in one go."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from app.domain.errors import AutomationError
from app.domain.problems import Problem, Rule
from app.domain.texts import Text
from app.engine.errors import DiagramError
from app.engine.lint.rules import files as rules
from app.engine.node_parsers import DECISIONS
from app.engine.parser import read_definition
from app.engine.xml import (
    BPMN,
    DiagramXmlError,
    NotADiagramError,
    XmlDoctypeError,
    XmlEncodingError,
    XmlTooDeepError,
    XmlTooLargeError,
    read_xml,
)

_XML_RULES: Final[dict[type[DiagramXmlError], Rule]] = {
    XmlTooLargeError: rules.TOO_LARGE,
    XmlEncodingError: rules.ENCODING,
    XmlDoctypeError: rules.DOCTYPE,
    XmlTooDeepError: rules.TOO_DEEP,
    NotADiagramError: rules.ROOT,
}


@dataclass(frozen=True, slots=True)
class OfficeNames:
    """What an office has, as far as a diagram may name it."""


def lint(
    files: Mapping[str, bytes],
    *,
    standalone: bool,  # noqa: ARG001 - the rules that need an office are not here yet
    office: OfficeNames | None = None,  # noqa: ARG001 - the same
) -> list[Problem]:
    """All problems of all files at once, in the order of the files; never raises, whatever the bytes are.

    `files` by name: .dmn are decisions, all others diagrams; together they are one bundle. With `standalone` what needs
    an office is left out.
    """
    problems: list[Problem] = []
    trees: dict[str, etree._ElementTree] = {}
    for name, content in files.items():
        try:
            trees[name] = read_xml(content, roots=DECISIONS) if name.endswith(".dmn") else read_xml(content)
        except DiagramXmlError as error:
            problems.append(told(_XML_RULES.get(type(error), rules.XML), name, "", error.text))
    for name, tree in trees.items():
        if not name.endswith(".dmn"):
            problems += _refusals({each: files[each] for each in trees}, name, tree)
    return problems


def told(rule: Rule, file: str, element: str, reason: Text) -> Problem:
    """The problem of a rule whose words are the reason of an error."""
    return rule.at(file, element, reason_kk=reason.kk, reason_ru=reason.ru, reason_en=reason.in_("en"))


def _refusals(files: Mapping[str, bytes], name: str, tree: "etree._ElementTree") -> Iterator[Problem]:
    processes = [process.get("id", "") for process in tree.getroot().findall(BPMN + "process")]
    if not processes:
        yield rules.NO_PROCESS.at(name, "")
    for process_id in processes:
        try:
            read_definition(files, process_id)
        except DiagramError as error:
            yield told(rules.REFUSED, name, error.element, error.reason)
        except AutomationError as error:
            yield told(rules.REFUSED, name, process_id, error.text)
        except Exception as error:  # noqa: BLE001 - whatever the library stumbles over is said at the process
            reason = f"{type(error).__name__}: {error}"[:200]
            yield told(rules.REFUSED, name, process_id, Text(reason, reason, reason))
