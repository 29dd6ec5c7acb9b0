"""Three-way merge: what several branches did to the variables they had in common when they parted."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

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


def with_changes(data: Mapping[str, Any], earlier: list[list[Any]]) -> Variables:
    """`data` of the branch that ended last, with the `changes` of the branches that ended before it.

    What the last branch has changed itself stands: a variable that is not as any of them had found it.
    """
    result = dict(data)
    for key, before, after in earlier:
        if same([data[key]] if key in data else [], before):
            result.pop(key, None)
            if after:
                result[key] = after[0]
    return result


def with_branch(earlier: list[list[Any]], changed: list[list[Any]]) -> list[list[Any]]:
    """The `changes` of the branches that have ended, with those of one more; of a variable all have one outcome.

    What the branch leaves as an earlier one had found it was there before the two parted: the earlier one has changed
    it since. Records that two have changed from the same beginning are merged.
    """
    result = {(key, orjson.dumps(before)): [key, before, after] for key, before, after in earlier}
    for key, before, after in changed:
        known = [change for change in result.values() if change[0] == key]
        outcome = after
        for change in known:
            if same(change[1], after):
                outcome = change[2]
            elif same(change[1], before):
                outcome = list(merged(_named(before), [_named(change[2]), _named(outcome)]).values())
        for change in [*known, result.setdefault((key, orjson.dumps(before)), [key, before, after])]:
            change[2] = outcome
    return list(result.values())


def _named(value: list[Any]) -> Variables:
    return {"value": value[0]} if value else {}
