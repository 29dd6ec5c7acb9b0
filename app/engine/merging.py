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


def applied(data: Mapping[str, Any], changed: Iterable[list[Any]]) -> Variables:
    """`data` with the `changes` made to it, whatever stood there."""
    result = dict(data)
    for key, _, after in changed:
        result.pop(key, None)
        if after:
            result[key] = after[0]
    return result


def with_changes(data: Mapping[str, Any], earlier: list[list[list[Any]]]) -> Variables:
    """`data` of the branch that ended last, with the `changes` of the branches that ended before it, in order.

    What the last branch has changed itself stands: a variable that is not as any of them had found it.
    """
    result = dict(data)
    for branch in earlier:
        for key, _, after in branch:
            own = [data[key]] if key in data else []
            if _found_so(earlier, key, own):
                result.pop(key, None)
                if after:
                    result[key] = after[0]
    return result


def with_branch(earlier: list[list[list[Any]]], changed: list[list[Any]]) -> list[list[list[Any]]]:
    """The `changes` of the branches that have ended, with those of one more.

    What the branch leaves as an earlier one had found it was there before the two parted: the earlier one changed it
    later, and from what the branch began with.
    """
    own = []
    result = [[list(change) for change in branch] for branch in earlier]
    for key, before, after in changed:
        if _found_so(earlier, key, after):
            for change in (each for branch in result for each in branch if each[0] == key and same(each[1], after)):
                change[1] = before
        else:
            own.append([key, before, after])
    return [*result, own] if own else result


def _found_so(earlier: list[list[list[Any]]], key: str, value: list[Any]) -> bool:
    return any(name == key and same(before, value) for branch in earlier for name, before, _ in branch)


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
