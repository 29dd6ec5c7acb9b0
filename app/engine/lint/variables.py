"""Which variables are set where: reading what nothing has set stops a process."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

from app.domain.problems import Problem
from app.domain.texts import Text
from app.engine.elements import properties_of
from app.engine.guards import Refusal
from app.engine.lint.expressions import Expression, environment, is_sound, read_expressions, shown
from app.engine.lint.model import Diagram, Node, Scope, text_of
from app.engine.lint.net import ends_scope
from app.engine.lint.office import OfficeNames, operation_of
from app.engine.lint.rules import expressions as rules
from app.engine.lint.structure import successors
from app.engine.sandbox import compiled
from app.engine.xml import BPMN, SPIFF

Names = frozenset[str] | None
"""Variables that are certainly set; None where any may be: somebody has answered whose answers are not known."""
_OF_EVERY_CASE: Final = frozenset({"case_id", "office_id"})
"""What a process of an office begins with."""
_TAKING: Final = ("message", "signal", "error", "escalation", "conditional")
_NO_ANSWERS: Final = frozenset(
    {
        *("exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway", "complexGateway"),
        *("manualTask", "task", "endEvent", "sendTask", "intermediateThrowEvent", "scriptTask"),
    }
)
_READ_AFTER: Final = frozenset({"condition", "postScript"})
_READ_BEFORE: Final = frozenset(
    {"script", "timer", "parameter", "preScript", "messagePayload", "due", "loopCardinality", "collection"}
)
_HINT: Final = Text(
    ", мүмкін «{name}» керек шығар", "; возможно, имелось в виду «{name}»", "; perhaps “{name}” was meant"
)


@dataclass(slots=True)
class _Flow:
    """The variables set before and after the nodes of a process, by the identity of the node."""

    office: OfficeNames | None
    before: dict[int, Names] = field(default_factory=dict)
    answers: dict[int, Names] = field(default_factory=dict)
    ends: dict[int, list[Node]] = field(default_factory=dict)

    def _ends_of(self, scope: Scope) -> list[Node]:
        if id(scope) not in self.ends:
            self.ends[id(scope)] = _ends(scope)
        return self.ends[id(scope)]

    def after(self, node: Node) -> Names:
        """What is set when the node is done; a sub-process knows what all its ends bring."""
        before, answers = self.before.get(id(node)), self.answers[id(node)]
        if before is None or answers is None:
            return None
        if node.content is None or node.xml.find(BPMN + "multiInstanceLoopCharacteristics") is not None:
            return before | answers
        ends = self._ends_of(node.content)
        certain = [state for state in map(self.after, ends) if state is not None]
        return before | answers | frozenset.intersection(*certain) if certain else None


def _ends(scope: Scope) -> list[Node]:
    """After which of its ends a sub-process goes on where it stands.

    An error leaves by the border, and what runs beside, after an event that does not interrupt, brings nothing certain.
    """
    found: dict[int, Node] = {}
    waiting = [node for node in scope.nodes.values() if not node.incoming and node.kind != "boundaryEvent"]
    while waiting:
        node = waiting.pop()
        if id(node) not in found and not node.is_event_sub_process:
            found[id(node)] = node
            waiting += [each for each in successors(node) if each.kind != "boundaryEvent" or each.interrupting]
    return [
        node
        for node in found.values()
        if not successors(node) and (not ends_scope(node) or "terminate" in node.triggers)
    ]


def unknown_variables(diagram: Diagram, office: OfficeNames | None) -> Iterator[Problem]:
    """Variables that are read where nothing has set them; silent wherever that cannot be known."""
    expressions = [each for each in read_expressions(diagram) if is_sound(each)]
    for process in diagram.processes:
        flow = _Flow(office)
        nodes = list(_within(process))
        flow.answers = {id(node): _answers(node, office) for node in nodes}
        _spread(nodes, flow)
        known = {name for node in nodes for name in flow.answers[id(node)] or ()}
        places = {node.id: node for node in nodes} | {
            each.id: node for node in nodes for each in node.outgoing if each.id
        }
        for expression in expressions:
            node = places.get(expression.element)
            if node is not None:
                yield from _read_unset(diagram, expression, _state(flow, node, expression), known)


def _state(flow: _Flow, node: Node, expression: Expression) -> Names:
    if expression.place in _READ_AFTER:
        return flow.after(node)
    if expression.place not in _READ_BEFORE:
        return None
    if node.kind == "boundaryEvent" and node.host is not None:
        return flow.before.get(id(node.host))
    return flow.before.get(id(node))


def _read_unset(diagram: Diagram, expression: Expression, state: Names, known: set[str]) -> Iterator[Problem]:
    if state is None:
        return
    for name in sorted(environment().names(expression.source, expression.mode) - state):
        if name in known:
            yield rules.MAYBE_UNSET.at(diagram.file, expression.element, name=name, **shown(expression))
            continue
        meant = _meant(name, known)
        if meant is None:
            yield rules.NEVER_SET.at(diagram.file, expression.element, name=name, **shown(expression))
            continue
        hint = _HINT.with_values(name=meant)
        hints = {"hint_kk": hint.kk, "hint_ru": hint.ru, "hint_en": hint.en}
        yield rules.UNKNOWN_VARIABLE.at(diagram.file, expression.element, name=name, **hints, **shown(expression))


def _meant(name: str, known: set[str]) -> str | None:
    """A variable so alike that the name is a slip of the pen; names that differ in their numbers are two names."""
    found = get_close_matches(name, sorted(known), 1, 0.8)
    letters = re.sub(r"\d", "", name)
    return found[0] if found and len(name) > 3 and letters != re.sub(r"\d", "", found[0]) else None


def _within(scope: Scope) -> Iterator[Node]:
    for node in scope.nodes.values():
        yield node
        if node.content is not None:
            yield from _within(node.content)


def _answers(node: Node, office: OfficeNames | None) -> Names:
    """The variables that a node sets; None where they cannot be told."""
    scripts = _assigned(node)
    if scripts is None or node.xml.find(BPMN + "dataOutputAssociation") is not None:
        return None
    several = node.xml.find(BPMN + "multiInstanceLoopCharacteristics")
    if several is not None:
        output = text_of(several.find(BPMN + "loopDataOutputRef"))
        return scripts | ({output} if output else frozenset())
    given = _given(node, office)
    return None if given is None else scripts | given


def _given(node: Node, office: OfficeNames | None) -> Names:
    if node.kind in _NO_ANSWERS or (node.content is not None and not node.content.is_ad_hoc):
        return frozenset()
    if node.kind == "startEvent" and (given := properties_of(node.xml).get("given")):
        return frozenset(name.strip() for name in given.split(","))
    named = node.xml.findtext(f"{BPMN}extensionElements/{SPIFF}variableName")
    if node.kind == "userTask":
        key = _form_key(node)
        form = office.forms.get(key) if office is not None else None
        return frozenset({named.strip()}) if named else None if form is None else frozenset(form)
    if node.kind == "serviceTask":
        return _answers_of_operation(node, office)
    if node.kind in ("startEvent", "intermediateCatchEvent", "boundaryEvent"):
        return None if any(trigger in _TAKING for trigger in node.triggers) else frozenset()
    return None


def _form_key(node: Node) -> str:
    path = f"{BPMN}extensionElements/{SPIFF}properties/{SPIFF}property[@name='formKey']"
    found = node.xml.find(path)
    return node.id if found is None else found.get("value") or node.id


def _answers_of_operation(node: Node, office: OfficeNames | None) -> Names:
    operator = node.xml.find(f"{BPMN}extensionElements/{SPIFF}serviceTaskOperator")
    result = "" if operator is None else (operator.get("resultVariable") or "").strip()
    if result:
        return frozenset({result})
    operation = office.operations.get(operation_of(node)) if office is not None else None
    return None if operation is None or operation.answers is None else frozenset(operation.answers)


def _assigned(node: Node) -> Names:
    """What the scripts of a node set."""
    found: frozenset[str] = frozenset()
    extensions = f"{BPMN}extensionElements/{SPIFF}"
    for path in (BPMN + "script", extensions + "preScript", extensions + "postScript"):
        source = node.xml.findtext(path)
        if source and source.strip():
            try:
                found |= compiled(source, "exec").assigned
            except (Refusal, RecursionError):
                return None
    return found


def _spread(nodes: list[Node], flow: _Flow) -> None:
    """Carry what is set along all ways until nothing changes: a merge knows what all bring, a join what any brings."""
    sources: dict[int, list[Node]] = {id(node): [] for node in nodes}
    for node in nodes:
        for after in successors(node):
            if after.kind != "boundaryEvent":
                sources[id(after)].append(node)
    waiting = deque(nodes)
    queued = {id(node) for node in nodes}
    while waiting:
        node = waiting.popleft()
        queued.discard(id(node))
        arriving = _arriving(node, sources[id(node)], flow)
        if arriving is None or arriving == flow.before.get(id(node)):
            continue
        flow.before[id(node)] = arriving
        for each in _depending(node):
            if id(each) not in queued:
                queued.add(id(each))
                waiting.append(each)


def _arriving(node: Node, sources: list[Node], flow: _Flow) -> Names:
    """What is set when a token enters the node; None as long as no way to it is known, or anything may be set."""
    owner = node.scope.owner
    if node.is_event_sub_process or node.is_compensation or node.scope.is_event_sub_process:
        return None
    if node.kind == "startEvent":
        return flow.before.get(id(owner)) if owner is not None else _OF_EVERY_CASE if flow.office else frozenset()
    if node.kind == "boundaryEvent":
        return flow.before.get(id(node.host)) if node.host is not None else None
    states = [flow.after(source) for source in sources]
    certain = [state for state in states if state is not None]
    if node.kind == "parallelGateway" and len(states) > 1:
        return frozenset().union(*certain) if len(certain) == len(states) else None
    return frozenset.intersection(*certain) | _items(node) if certain else None


def _items(node: Node) -> frozenset[str]:
    """Each instance of an activity that is done several times has its item besides."""
    items = node.xml.iterfind(f"{BPMN}multiInstanceLoopCharacteristics/{BPMN}inputDataItem")
    return frozenset(name for item in items for name in (item.get("id"), item.get("name")) if name)


def _depending(node: Node) -> list[Node]:
    """The nodes whose state follows from that of this one."""
    found = [*successors(node), *node.boundaries]
    if node.content is not None:
        found += node.content.of_kind("startEvent")
    owner = node.scope.owner
    return found + successors(owner) if owner is not None else found
