"""Checks of what a diagram names in its office."""

import ast
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from app.domain.problems import Problem
from app.domain.texts import Text
from app.engine.elements import Element, elements_of, name_of, properties_of
from app.engine.lint.expressions import calls_in, is_sound, read_expressions
from app.engine.lint.model import Diagram, Node
from app.engine.lint.rules import office as rules
from app.engine.xml import BPMN, SPIFF

_NAMED: Final = frozenset({"userTask", "manualTask", "task", "subProcess", "callActivity"})
_DONE_BY_PEOPLE: Final = frozenset({"userTask", "manualTask"})
_WRITTEN_IN: Final = ("kk", "ru")
_TERMS: Final = frozenset({"deadline", "opens"})


@dataclass(frozen=True, slots=True)
class Operation:
    """What a service task may call: its parameters, those it cannot do without, and the variables it answers with.

    `answers` is None where the operation does not declare them.
    """

    parameters: frozenset[str]
    required: frozenset[str]
    answers: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Law:
    """A demand of the law on the ways through a process; `words` say it to people, `clause` where it stands.

    `kind` is "every_path" (no end without one of `steps`), "followed_by" (after each of `after` comes one of `steps`)
    or "has_term" (each of `steps` has a term). A step is named by the id of an element, its operation or the process
    that it calls. `process` is the process it is about, "" for all.
    """

    kind: str
    steps: tuple[str, ...]
    words: Text
    clause: str = ""
    after: tuple[str, ...] = ()
    process: str = ""


@dataclass(frozen=True, slots=True)
class OfficeNames:
    """What an office has, as far as a diagram may name it.

    `forms` are those of the process, by key, with the variables they set (None where that cannot be told); `letters`
    and `documents` are templates such as "appointment.kk". In `languages` ("kk", "ru") everything that people read must
    be named.
    """

    languages: Collection[str] = ()
    roles: Collection[str] = ()
    deadline_rules: Collection[str] = ()
    registers: Collection[str] = ()
    letters: Collection[str] = ()
    documents: Collection[str] = ()
    operations: Mapping[str, Operation] = field(default_factory=dict)
    forms: Mapping[str, Collection[str] | None] = field(default_factory=dict)
    laws: tuple[Law, ...] = ()


OfficeCheck = Callable[[Diagram, OfficeNames], Iterator[Problem]]


def _elements(diagram: Diagram) -> Mapping[str, Element]:
    return elements_of(diagram.root.getroottree())


def _names(diagram: Diagram, office: OfficeNames) -> Iterator[Problem]:
    elements = _elements(diagram).values()
    named = [(element.id, element.name, element.kind in _NAMED) for element in elements]
    for element in elements:
        if "kk" in office.languages and element.documentation and "documentation_kk" not in element.properties:
            yield rules.NO_KAZAKH_HELP.at(diagram.file, element.id)
    named += [(flow.shown, name_of(flow.xml), False) for scope in diagram.scopes for flow in scope.flows]
    named += [(process.id, name_of(process.xml), True) for process in diagram.processes if process.nodes]
    for identity, name, needed in named:
        if "ru" in office.languages and not name.ru and (needed or name.kk):
            yield rules.NO_RUSSIAN.at(diagram.file, identity)
        if "kk" in office.languages and not name.kk and (needed or name.ru):
            yield rules.NO_KAZAKH.at(diagram.file, identity)


def _people(diagram: Diagram, office: OfficeNames) -> Iterator[Problem]:
    for element in _elements(diagram).values():
        keys = [element.properties.get("formKey", element.id), *_outside_form(element)]
        for key in keys if element.kind == "userTask" else ():
            if key not in office.forms:
                yield rules.NO_FORM.at(diagram.file, element.id, form=key)
        if element.kind in _DONE_BY_PEOPLE and not element.role and office.roles:
            yield rules.NO_ROLE.at(diagram.file, element.id)
        if element.properties.get("role") and office.roles and element.properties["role"] not in office.roles:
            yield rules.UNKNOWN_ROLE.at(diagram.file, element.id, name=element.properties["role"])
    for lane in diagram.root.iter(BPMN + "lane"):
        role = properties_of(lane).get("role")
        if role and office.roles and role not in office.roles:
            yield rules.UNKNOWN_ROLE.at(diagram.file, lane.get("id") or "", name=role)


def _outside_form(element: Element) -> list[str]:
    """The form by which somebody without an account may do the task."""
    return [element.properties["outsideFormKey"]] if element.properties.get("outsideFormKey") else []


def _operations(diagram: Diagram, office: OfficeNames) -> Iterator[Problem]:
    for node in diagram.nodes.values():
        name = operation_of(node)
        if not name:
            continue
        operation = office.operations.get(name)
        if operation is None:
            yield rules.UNKNOWN_HANDLER.at(diagram.file, node.id, name=name)
            continue
        given = parameters_of(node)
        for missing in sorted(operation.required - given.keys()):
            yield rules.PARAMETER_MISSING.at(diagram.file, node.id, operation=name, name=missing)
        for unknown in sorted(given.keys() - operation.parameters):
            yield rules.PARAMETER_UNKNOWN.at(diagram.file, node.id, operation=name, name=unknown)
        for parameter, value in given.items():
            text = _plain_text(value)
            if text:
                yield from _named_thing(diagram, office, node, name, parameter, text)


def operation_of(node: Node) -> str:
    """The name of the operation that a service task calls, "" without one."""
    if node.kind != "serviceTask":
        return ""
    operator = node.xml.find(f"{BPMN}extensionElements/{SPIFF}serviceTaskOperator")
    return "" if operator is None else (operator.get("id") or "").strip()


def parameters_of(node: Node) -> dict[str, str]:
    """The parameters that a service task gives, as expressions."""
    path = f"{BPMN}extensionElements/{SPIFF}serviceTaskOperator/{SPIFF}parameters/{SPIFF}parameter"
    return {each.get("id") or "": each.get("value") or "" for each in node.xml.iterfind(path)}


def _plain_text(source: str) -> str | None:
    """The text that an expression is, where it is nothing else."""
    try:
        value = ast.literal_eval(source.strip())
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None
    return value if isinstance(value, str) else None


def _named_thing(
    diagram: Diagram, office: OfficeNames, node: Node, operation: str, parameter: str, text: str
) -> Iterator[Problem]:
    """What a parameter names by its own name: a letter, a document, a rule, a role, a register."""
    kind = "document" if (operation, parameter) == ("documents.make", "kind") else parameter
    match kind:
        case "template" | "document":
            known = office.letters if kind == "template" else office.documents
            rule = rules.UNKNOWN_LETTER if kind == "template" else rules.UNKNOWN_DOCUMENT
            for language in _WRITTEN_IN:
                if f"{text}.{language}" not in known:
                    yield rule.at(diagram.file, node.id, name=text, language=language)
        case "rule" if text not in office.deadline_rules:
            yield rules.UNKNOWN_RULE.at(diagram.file, node.id, name=text)
        case "role" if office.roles and text not in office.roles:
            yield rules.UNKNOWN_ROLE.at(diagram.file, node.id, name=text)
        case "register" if text not in office.registers:
            yield rules.UNKNOWN_REGISTER.at(diagram.file, node.id, name=text)


def _terms(diagram: Diagram, office: OfficeNames) -> Iterator[Problem]:
    for expression in read_expressions(diagram):
        if not is_sound(expression):
            continue
        for call in calls_in(expression):
            if call.name in _TERMS and call.text is not None and call.text not in office.deadline_rules:
                yield rules.UNKNOWN_RULE.at(diagram.file, expression.element, name=call.text)


CHECKS: Final[tuple[OfficeCheck, ...]] = (_names, _people, _operations, _terms)
