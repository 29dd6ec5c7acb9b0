"""Three-way merge: what several branches did to the variables they had in common when they parted."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.engine.vocabulary import Variables

_ABSENT = object()


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same; unlike `==`, True is not 1 and 1 is not 1.0."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return len(one) == len(other) and all(key in other and same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def merged(base: Mapping[str, Any], sides: Iterable[Mapping[str, Any]]) -> Variables:
    """The variables after branches that began with `base` and ended with `sides`, the latest last.

    A branch counts only for what it changed or removed; where two branches changed the same variable, records are
    merged key by key and of other values the latest stands. Nothing given is changed.
    """
    result = dict(base)
    for side in sides:
        for key in [*side, *(key for key in base if key not in side)]:
            before, after, now = base.get(key, _ABSENT), side.get(key, _ABSENT), result.get(key, _ABSENT)
            if after is now or same(after, before):
                continue
            if after is _ABSENT:
                result.pop(key, None)
            elif isinstance(after, dict) and isinstance(now, dict) and not same(now, before):
                result[key] = merged(before if isinstance(before, dict) else {}, [now, after])
            else:
                result[key] = after
    return result


def changes(base: Mapping[str, Any], now: Mapping[str, Any]) -> list[list[Any]]:
    """What became of `base`, as JSON: `[key, [value before] or [], [value now] or []]` of every key that differs."""
    found = []
    for key in [*now, *(key for key in base if key not in now)]:
        before, after = base.get(key, _ABSENT), now.get(key, _ABSENT)
        if not same(before, after):
            found.append([key, [] if before is _ABSENT else [before], [] if after is _ABSENT else [after]])
    return found


def with_changes(
    data: Mapping[str, Any], earlier: Iterable[list[list[Any]]], began: Mapping[str, Any] | None = None
) -> Variables:
    """`data` of the branch that ended last, with the `changes` of the branches that ended before it, in order.

    What the last branch has changed itself stands. `began`: with what it began, if that was not where the others did.
    """
    result = dict(data)
    for branch in earlier:
        for key, before, after in branch:
            own = [data[key]] if key in data else []
            if same(own, before) or (began is not None and key in began and same(own, [began[key]])):
                result.pop(key, None)
                if after:
                    result[key] = after[0]
    return result


def fold(earlier: list[list[list[Any]]], branch: list[list[Any]]) -> None:
    """Add the `changes` of one more branch to those of the branches that ended before it.

    A change of a variable that began where an earlier one did, or where it ended, becomes one with it.
    """
    rest = [change for change in branch if not any(_continues(known, change) for each in earlier for known in each)]
    if rest:
        earlier.append(rest)


def _continues(known: list[Any], change: list[Any]) -> bool:
    key, before, after = change
    if known[0] != key:
        return False
    if same(known[2], before):
        known[2] = after
        return True
    if same(known[1], before):
        base, sides = _named(before), [_named(known[2]), _named(after)]
        known[2] = list(merged(base, sides).values())
        return True
    return False


def _named(value: list[Any]) -> Variables:
    return {"value": value[0]} if value else {}
