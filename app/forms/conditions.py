"""Which fields hide: conditions in an order in which each knows the answers it depends on."""

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from app.domain import feel
from app.forms.fields import Field
from app.forms.problems import Problem, problem

Conditions = tuple[tuple[str, feel.Node], ...]


def ordered_conditions(fields: Sequence[Field]) -> tuple[Conditions, list[Problem]]:
    """The keys of conditional fields with their conditions; a circle among them is a fault."""
    trees = {field.key: field.hidden_if for field in fields if field.hidden_if is not None}
    graph = {key: feel.names(tree) & trees.keys() for key, tree in trees.items()}
    try:
        order = tuple(TopologicalSorter(graph).static_order())
    except CycleError as circle:
        return (), [problem(str(circle.args[1][0]), "condition_circle", ", ".join(map(str, circle.args[1])))]
    return tuple((key, trees[key]) for key in order), []


def hidden_keys(conditions: Conditions, answers: Mapping[str, object], context: Mapping[str, object]) -> frozenset[str]:
    """The fields that hide for these answers; a hidden field's answer counts as not given.

    `context` holds what else conditions may name. A condition that takes too many steps hides nothing.
    """
    if not conditions:
        return frozenset()
    known = {**context, **answers}
    hidden = set()
    for key, tree in conditions:
        if _holds(tree, known):
            hidden.add(key)
            known[key] = None
    return frozenset(hidden)


def never_asked(fields: Sequence[Field], known: Mapping[str, object]) -> frozenset[str]:
    """The fields that hide whatever is typed: their conditions name only what is `known`, or fields that hide so."""
    settled: dict[str, object] = dict(known)
    found: set[str] = set()
    while fresh := {each.key for each in fields if each.key not in found and is_hidden_by(each.hidden_if, settled)}:
        found |= fresh
        settled |= dict.fromkeys(fresh)
    return frozenset(found)


def is_hidden_by(tree: feel.Node | None, known: Mapping[str, object]) -> bool:
    """Whether what is known is enough to hide what has this condition."""
    return tree is not None and feel.names(tree) <= known.keys() and _holds(tree, known)


def _holds(tree: feel.Node, known: Mapping[str, object]) -> bool:
    try:
        return feel.evaluate(tree, known) is True
    except feel.BudgetSpentError:
        return False
