"""DMN files into decisions that can be made, and everything that is wrong with them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from app.domain.feel.syntax import Type
from app.domain.problems import Problem
from app.engine.decisions import rules
from app.engine.decisions.boxes import Boxes
from app.engine.decisions.model import (
    BoxedFunction,
    Decision,
    Element,
    InputData,
    Knowledge,
    Requirement,
    Service,
    Variable,
    needs,
)
from app.engine.decisions.sources import Node, Source, Sources, child, children, element_of, local
from app.engine.decisions.typed import structure

_INFORMATION = ("requiredDecision", "requiredInput")


@dataclass(frozen=True, slots=True)
class Read:
    """What files hold: elements by key, keys of decisions by id, types by name, problems."""

    elements: Mapping[str, Element]
    decisions: Mapping[str, str]
    types: Mapping[str, Type]
    problems: tuple[Problem, ...]


def read(files: Mapping[str, bytes]) -> Read:
    """Everything in the files, with all their problems. Raises `DiagramXmlError` for a file that is no DMN."""
    sources = Sources(files)
    elements: dict[str, Element] = {}
    decisions: dict[str, str] = {}
    for source in sources.files.values():
        # a file that others import may hold types or knowledge only
        if len(files) == 1 and not any(local(node) == "decision" for node in source.nodes.values()):
            sources.say(source, rules.NO_DECISION, source.root)
        for identity, node in source.nodes.items():
            elements[source.key(identity)] = _element(sources, source, identity, node)
            if local(node) == "decision":
                decisions.setdefault(identity, source.key(identity))
    types = {
        name: structure(own)
        for source in sources.files.values()
        for name, node in source.definitions.items()
        if (own := sources.type(source, name, node)) is not None
    }
    _refuse_circles(sources, elements)
    return Read(elements, decisions, types, tuple(dict.fromkeys(sources.problems)))


def _element(sources: Sources, source: Source, identity: str, node: Node) -> Element:
    key, element = source.key(identity), element_of(node)
    kind = local(node)
    variable = _variable(sources, source, node)
    if kind == "inputData":
        return InputData(key, element, variable)
    if kind == "decisionService":
        outputs = tuple(each.key for each in _references(sources, source, children(node, "outputDecision")))
        given = _references(sources, source, [*children(node, "inputData"), *children(node, "inputDecision")])
        return Service(key, element, variable, outputs, tuple(each.key for each in given))
    requirements = _requirements(sources, source, node)
    # names of imports stay known where their file is missing, which has been said
    known = _known(sources, requirements) | frozenset(filter(None, source.imports))
    if kind == "businessKnowledgeModel":
        function = _function(sources, source, node, known | {variable.name})
        return Knowledge(key, element, variable, requirements, function)
    free: dict[str, None] | None = {} if child(node, "informationRequirement") is None else None
    body = Boxes(sources, source, free).expression(node, known)
    return Decision(key, element, variable.name, variable, requirements, tuple(free or ()), body)


def _function(sources: Sources, source: Source, node: Node, known: frozenset[str]) -> BoxedFunction:
    logic = child(node, "encapsulatedLogic")
    boxes = Boxes(sources, source)
    if logic is not None:
        return boxes.function(logic, known)
    return BoxedFunction(element_of(node), (), boxes.expression(node, known))


def _variable(sources: Sources, source: Source, node: Node) -> Variable:
    inner = child(node, "variable")
    name = node.get("name") or ""
    if inner is None:
        return Variable(name)
    return Variable(inner.get("name") or name, sources.type(source, inner.get("typeRef"), inner))


def _requirements(sources: Sources, source: Source, node: Node) -> tuple[Requirement, ...]:
    nodes = [
        each
        for requirement in children(node, "informationRequirement", "knowledgeRequirement")
        for each in children(requirement, *_INFORMATION, "requiredKnowledge")
    ]
    return _references(sources, source, nodes)


def _references(sources: Sources, source: Source, nodes: Iterable[Node]) -> tuple[Requirement, ...]:
    found = []
    for node in nodes:
        href = node.get("href") or ""
        there = sources.refer(source, href)
        if there is None:
            elsewhere = sources.is_elsewhere(source, href.rpartition("#")[0])
            sources.say(source, rules.ELSEWHERE if elsewhere else rules.REFERENCE, node, reference=href)
            continue
        other, target, prefix = there
        found.append(Requirement(other.key(target.get("id") or target.get("name") or ""), prefix))
    return tuple(found)


def _known(sources: Sources, requirements: tuple[Requirement, ...]) -> frozenset[str]:
    names = set()
    for each in requirements:
        file, _, identity = each.key.rpartition("#")
        node = sources.files[file].nodes[identity]
        inner = child(node, "variable")
        name = (inner.get("name") if inner is not None else None) or node.get("name") or ""
        names.add(each.prefix or name)
    return frozenset(names)


def _refuse_circles(sources: Sources, elements: Mapping[str, Element]) -> None:
    graph = {key: [each for each in needs(element) if each in elements] for key, element in elements.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = list(dict.fromkeys(error.args[1]))
        first = min(circle, key=list(elements).index)
        names = ", ".join(elements[each].variable.name for each in circle)
        sources.problems.append(rules.CIRCLE.at(first.rpartition("#")[0], elements[first].element, names=names))
