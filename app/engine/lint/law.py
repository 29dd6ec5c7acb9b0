"""Checks of what the law demands of the ways through a process, as the office has declared it."""

from collections.abc import Iterable, Iterator
from typing import Final

from app.domain.problems import Problem
from app.engine.elements import SUB_PROCESSES, properties_of
from app.engine.lint.model import Diagram, Node, Scope
from app.engine.lint.office import Law, OfficeCheck, OfficeNames, operation_of
from app.engine.lint.rules import office as rules
from app.engine.lint.structure import entries, successors


def _laws(diagram: Diagram, office: OfficeNames) -> Iterator[Problem]:
    for law in office.laws:
        for process in diagram.processes:
            if process.nodes and law.process in ("", process.id):
                yield from _judged(diagram, process, law)


def _judged(diagram: Diagram, process: Scope, law: Law) -> Iterator[Problem]:
    told = {
        "steps": ", ".join(f"«{step}»" for step in law.steps),
        "clause": law.clause,
        "kk": law.words.kk,
        "ru": law.words.ru,
        "en": law.words.in_("en"),
    }
    subjects = law.after if law.kind == "followed_by" else law.steps
    found = [node for node in _within(process) if _is_one_of(node, subjects)]
    if not found:
        yield rules.LAW_OF_NOTHING.at(diagram.file, process.id, **{**told, "steps": ", ".join(subjects)})
    elif law.kind == "every_path":
        begin = [node for node in entries(process) if not node.is_event_sub_process]
        for end in _ends_without(begin, law.steps):
            yield rules.PATH_WITHOUT.at(diagram.file, end.id, **told)
    elif law.kind == "followed_by":
        for node in found:
            if any(True for _ in _ends_without(_after(node), law.steps)):
                yield rules.NOT_FOLLOWED.at(diagram.file, node.id, **told)
    elif law.kind == "has_term":
        for node in found:
            if not _has_term(node):
                yield rules.WITHOUT_TERM.at(diagram.file, node.id, **told)


def _within(scope: Scope) -> Iterator[Node]:
    for node in scope.nodes.values():
        yield node
        if node.content is not None:
            yield from _within(node.content)


def _is_one_of(node: Node, steps: Iterable[str]) -> bool:
    return node.id in steps or (operation_of(node) or node.called_process or node.id) in steps


def _ends_without(begin: list[Node], steps: tuple[str, ...]) -> Iterator[Node]:
    """The end events of the process that are reached from `begin` by a way that passes none of the steps."""
    seen: set[int] = set()
    waiting = list(begin)
    while waiting:
        node = waiting.pop()
        if id(node) in seen or _is_one_of(node, steps):
            continue
        seen.add(id(node))
        following = _after(node)
        if not following and node.scope.owner is None:
            yield node
        waiting += _inside(node) or following


def _inside(node: Node) -> list[Node]:
    """Where a way through a sub-process goes on: at its starts, and at the events on its border that may end it."""
    if node.kind not in SUB_PROCESSES or node.content is None or not node.content.of_kind("startEvent"):
        return []
    return [*node.content.of_kind("startEvent"), *_interruptions(node)]


def _after(node: Node) -> list[Node]:
    """What comes next, the end of a sub-process leading out of it; what only runs beside it is left out."""
    if node.kind == "endEvent" and any(each in ("error", "escalation", "cancel") for each in node.triggers):
        return _interruptions(node.scope.owner) if node.scope.owner is not None else []
    ahead = [after for after in successors(node) if after.kind != "boundaryEvent"]
    ahead += _interruptions(node)
    if not ahead and node.scope.owner is not None and not node.scope.is_event_sub_process:
        return _after(node.scope.owner)
    return ahead


def _interruptions(node: Node | None) -> list[Node]:
    return [each for each in node.boundaries if each.interrupting] if node is not None else []


def _has_term(node: Node) -> bool:
    """Whether a due date is set on the step, or a timer watches it or a sub-process around it."""
    at: Node | None = node
    while at is not None:
        if properties_of(at.xml).get("due") or any("timer" in each.triggers for each in at.boundaries):
            return True
        at = at.scope.owner
    return False


CHECKS: Final[tuple[OfficeCheck, ...]] = (_laws,)
