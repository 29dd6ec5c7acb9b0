"""All files of a bundle checked in one go."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from lxml import etree

from app.domain.problems import SEVERITIES, Problem, Rule
from app.engine.decisions import all_problems
from app.engine.decisions import rules as decision_rules
from app.engine.decisions.sources import ROOTS as DECISIONS
from app.engine.dialects import say_what_is_repeated
from app.engine.lint import activities, constants, drawing, events, expressions, law, loops, soundness, structure
from app.engine.lint import office as office_checks
from app.engine.lint.model import Diagram, beside, local, read_diagram
from app.engine.lint.office import OfficeNames
from app.engine.lint.recursion import recursions
from app.engine.lint.rules import activities as activity_rules
from app.engine.lint.rules import events as event_rules
from app.engine.lint.rules import files as rules
from app.engine.lint.rules import structure as structure_rules
from app.engine.lint.structure import Check
from app.engine.lint.support import refusals, told
from app.engine.lint.variables import unknown_variables
from app.engine.message_flows import name_messages
from app.engine.xml import (
    DiagramXmlError,
    NotADiagramError,
    XmlDoctypeError,
    XmlEncodingError,
    XmlTooDeepError,
    XmlTooLargeError,
    read_xml,
)

_log = logging.getLogger(__name__)
_XML_RULES: Final[dict[type[DiagramXmlError], Rule]] = {
    XmlTooLargeError: rules.TOO_LARGE,
    XmlEncodingError: rules.ENCODING,
    XmlDoctypeError: rules.DOCTYPE,
    XmlTooDeepError: rules.TOO_DEEP,
    NotADiagramError: rules.ROOT,
}
_TOPICS: Final = (structure, events, activities, expressions, constants, drawing, loops, soundness)
_CHECKS: Final[tuple[Check, ...]] = tuple(check for topic in _TOPICS for check in topic.CHECKS)


@dataclass(slots=True)
class _Bundle:
    """The files as read: diagrams, and by process or decision the file that has it."""

    files: Mapping[str, bytes]
    diagrams: dict[str, Diagram] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    decisions: dict[str, str] = field(default_factory=dict)
    tables: dict[str, bytes] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def lint(
    files: Mapping[str, bytes],
    *,
    standalone: bool,
    office: OfficeNames | None = None,
) -> list[Problem]:
    """All problems of all files at once, in the order of the files; never raises, whatever the bytes are.

    `files` by name: .dmn are decisions, all others diagrams; together they are one bundle. With `standalone` what needs
    an office or another file is left out or only a warning. `office` is what the diagrams may name.
    """
    bundle = _Bundle(files)
    for name, content in files.items():
        _read(bundle, name, content)
    bundle.problems += _safely("", "decisions", partial(_decisions, bundle, standalone=standalone))
    _connect_calls(bundle)
    bundle.problems += _safely("", "recursions", partial(recursions, list(bundle.diagrams.values())))
    for diagram in bundle.diagrams.values():
        for check in _CHECKS:
            bundle.problems += _safely(diagram.file, check.__name__, partial(check, diagram))
        bundle.problems += _safely(diagram.file, "calls", partial(_calls, bundle, diagram, standalone=standalone))
        known = None if standalone else office
        bundle.problems += _safely(diagram.file, "variables", partial(unknown_variables, diagram, known))
        if office is not None and not standalone:
            for rule in (*office_checks.CHECKS, *law.CHECKS):
                bundle.problems += _safely(diagram.file, rule.__name__, partial(rule, diagram, office))
        _add_refusals(bundle, diagram)
    order = {name: number for number, name in enumerate(files)}
    unique = dict.fromkeys(_mildly(each) if standalone else each for each in bundle.problems)
    return sorted(unique, key=lambda each: (order.get(each.file, 0), SEVERITIES.index(each.severity)))


_OF_OFFICES: Final = {
    each.id for each in (activity_rules.NO_OPERATION, structure_rules.EMPTY_SUB_PROCESS, event_rules.TIMER_ON_AUTOMATIC)
}


def _read(bundle: _Bundle, name: str, content: bytes) -> None:
    try:
        tree = read_xml(content, roots=DECISIONS) if name.lower().endswith(".dmn") else read_xml(content)
    except DiagramXmlError as error:
        bundle.problems.append(told(_XML_RULES.get(type(error), rules.XML), name, "", error.text))
        return
    if name.lower().endswith(".dmn"):
        bundle.tables[name] = content
        _add_decisions(bundle, name, tree)
        return
    name_messages(tree.getroot())
    say_what_is_repeated(tree.getroot())
    diagram = read_diagram(name, tree)
    if not diagram.processes:
        drawn = (each.get("id") for each in tree.getroot() if local(each) in ("collaboration", "choreography"))
        bundle.problems.append(rules.NO_PROCESS.at(name, next(drawn, None) or ""))
    for process in diagram.processes:
        other = bundle.owners.setdefault(process.id, name)
        if other != name:
            bundle.problems.append(structure_rules.DUPLICATE_PROCESS.at(name, process.id, id=process.id, other=other))
    bundle.diagrams[name] = diagram


def _add_decisions(bundle: _Bundle, name: str, tree: "etree._ElementTree") -> None:
    for element in tree.getroot():
        if local(element) == "decision":
            bundle.decisions.setdefault(element.get("id") or "", name)


def _connect_calls(bundle: _Bundle) -> None:
    """Each call activity knows the process it calls, if that is among the files."""
    processes = {scope.id: scope for diagram in bundle.diagrams.values() for scope in diagram.processes}
    for diagram in bundle.diagrams.values():
        for node in diagram.nodes.values():
            node.calls = processes.get(node.called_process) if node.called_process else None


def _decisions(bundle: _Bundle, *, standalone: bool) -> Iterator[Problem]:
    for problem in all_problems(bundle.tables):
        elsewhere = standalone and problem.rule == decision_rules.ELSEWHERE.id
        yield replace(problem, severity="warning") if elsewhere else problem


def _mildly(problem: Problem) -> Problem:
    """What only an office can add or must not have is, without one, no reason to refuse a diagram."""
    return replace(problem, severity="warning") if problem.rule in _OF_OFFICES else problem


def _safely(file: str, name: str, check: Callable[[], Iterable[Problem]]) -> list[Problem]:
    """The problems a check finds; a check that stumbles is a problem itself, and the others go on."""
    try:
        return list(check())
    except Exception:  # noqa: BLE001 - one oddity must not keep anybody from the other problems
        _log.exception("the check %s stumbled over %s", name, file)
        return [rules.CHECK_FAILED.at(file, "", check=name.strip("_"))]


def _calls(bundle: _Bundle, diagram: Diagram, *, standalone: bool) -> Iterator[Problem]:
    unknown = activity_rules.CALLED_ELSEWHERE if standalone else activity_rules.UNKNOWN_CALLED
    undecided = activity_rules.DECISION_ELSEWHERE if standalone else activity_rules.UNKNOWN_DECISION
    for node in diagram.nodes.values():
        if node.called_process and node.called_process not in bundle.owners:
            yield unknown.at(diagram.file, node.id, id=node.called_process)
        if node.called_decision and node.called_decision not in bundle.decisions:
            yield undecided.at(diagram.file, node.id, id=node.called_decision)


def _add_refusals(bundle: _Bundle, diagram: Diagram) -> None:
    """What the parser refuses, unless the rules have said already what is wrong there or beside it."""
    needed = _needed(bundle, diagram)
    if any(each.file in needed and each.file in bundle.tables for each in bundle.problems if each.severity == "error"):
        return  # a diagram is not read with decisions that cannot be read
    wrong = {each.element for each in bundle.problems if each.file == diagram.file and each.severity == "error"}
    for problem in refusals(diagram, needed):
        node = diagram.nodes.get(problem.element)
        if not wrong or (node is not None and not wrong & beside(diagram, node)):
            bundle.problems.append(problem)


def _needed(bundle: _Bundle, diagram: Diagram) -> dict[str, bytes]:
    """The files that the diagram's processes run with: its own, those they call, and so on."""
    names: dict[str, None] = {}
    waiting = [diagram]
    while waiting:
        reached = waiting.pop()
        names[reached.file] = None
        names |= dict.fromkeys(bundle.tables if any(each in bundle.decisions for each in reached.decisions) else ())
        called = (bundle.owners.get(each) for each in reached.calls)
        waiting += [bundle.diagrams[name] for name in called if name is not None and name not in names]
    return {name: bundle.files[name] for name in names}
