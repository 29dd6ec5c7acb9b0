"""Forgetting finished history: what nothing alive builds on leaves the tree, so that loops stay flat."""

from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit

from app.engine.tokens import COMPLETED, UNFINISHED, ProcessScope, Token, began_beside


def compact(top: ProcessScope) -> None:
    """Prune the trees of all scopes and drop the scopes that have ended; the data and what can happen stay the same.

    A branch keeps its fork, its first token and the one before what is alive, and one beside the flow the event it has
    begun with and the data there. Resetting to a pruned task is impossible.
    """
    for scope in [top, *top.subprocesses.values()]:
        if not scope.completed:
            _prune(scope)
    alive = {token.id for scope in top.scopes() for token in scope.tasks.values() if token._state & UNFINISHED}
    for key in [key for key in top.subprocesses if key not in alive]:
        del top.subprocesses[key]
    if top.completed:
        _keep_nothing(top)


def _prune(scope: Any) -> None:
    kept = _with_ancestors(scope)
    if not kept:
        return
    for key in [key for key in scope.tasks if key not in kept]:
        del scope.tasks[key]
    for token in scope.tasks.values():
        token._children = [child for child in token._children if child in kept]
    held = _held(scope)
    for token in list(scope.tasks.values()):
        if token.id not in held:
            _splice(scope, token)
    if scope.last_task is not None and scope.last_task.id not in scope.tasks:
        scope.last_task = None


def _with_ancestors(scope: Any) -> set[Any]:
    kept: set[Any] = set()
    for token in scope.tasks.values():
        if token._state & UNFINISHED:
            current: Token | None = token
            while current is not None and current.id not in kept:
                kept.add(current.id)
                current = current.parent
    return kept


def _held(scope: Any) -> set[Any]:
    """The splits whose join has yet to look at them."""
    splits = set()
    for token in scope.tasks.values():
        if isinstance(token.task_spec, BoundaryEventJoin) and token._state & UNFINISHED:
            ancestor = token.parent
            while ancestor is not None and not isinstance(ancestor.task_spec, BoundaryEventSplit):
                splits.add(ancestor.id)
                ancestor = ancestor.parent
            splits.update({ancestor.id} if ancestor is not None else ())
    return splits


def _splice(scope: Any, token: Token) -> None:
    """Take a completed token out between its parent and its only child, which is completed too."""
    if token._state != COMPLETED or len(token._children) != 1:
        return
    child, parent = scope.tasks[token._children[0]], token.parent
    if child._state != COMPLETED or _is_first_beside(token) or _is_built_on(token, child):
        return
    if parent is None:
        child._parent = None
        child.internal_data = {**child.internal_data, **token.internal_data}
        scope.task_tree = child
    elif len(parent._children) == 1:
        child._parent = parent.id
        parent._children = [child.id]
    else:
        return
    del scope.tasks[token.id]


def _is_built_on(token: Token, child: Token) -> bool:
    """Whether `child` has begun beside the flow of `token`: what it changes is put on the data of `token`."""
    parent = token.parent
    return parent is not None and began_beside(child) and token.data != parent.data


def _is_first_beside(token: Token) -> bool:
    """Whether the branch of `token` has begun with it, beside the flow: its data are what the end counts from."""
    if not began_beside(token):
        return False
    ancestor = token.parent
    while ancestor is not None and not began_beside(ancestor):
        ancestor = ancestor.parent
    return ancestor is None


def _keep_nothing(top: ProcessScope) -> None:
    root = top.task_tree
    root._parent, root._children, root._state = None, [], COMPLETED
    root.data, root.internal_data = {}, {}
    top.tasks = {root.id: root}
    top.last_task = root
    top.event_manager.tasks.clear()
