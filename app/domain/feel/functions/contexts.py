"""Functions of contexts."""

from collections.abc import Mapping
from typing import cast

from app.domain.feel.budget import spend
from app.domain.feel.declaration import feel

Context = Mapping[str, object]


@feel("get value", "m: context, key: string")
def get_value(context: Context, key: str) -> object:
    """The entry of this name."""
    return context.get(key)


@feel("get value", "m: context, keys: list")
def get_value_within(context: Context, keys: list[object]) -> object:
    """The entry at the end of a path of names."""
    found: object = context
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if keys else None


@feel("get entries", "m: context")
def get_entries(context: Context) -> object:
    """Its entries as a list of `{key, value}`."""
    spend(len(context))
    return [{"key": key, "value": value} for key, value in context.items()]


@feel("context", "entries: list")
def context(entries: list[object]) -> object:
    """A context of entries `{key, value}`; null where two have one key."""
    found: dict[str, object] = {}
    for entry in entries:
        if not isinstance(entry, Mapping) or not {"key", "value"} <= entry.keys():
            return None
        key = entry["key"]
        if not isinstance(key, str) or key in found:
            return None
        found[key] = entry["value"]
    return found


@feel("context put", "context: context, key: string, value: any")
def context_put(given: Context, key: str, value: object) -> object:
    """With one entry added or replaced."""
    spend(len(given))
    return {**given, key: value}


@feel("context put", "context: context, keys: list, value: any")
def context_put_within(given: Context, keys: list[object], value: object) -> object:
    """With the entry at the end of a path of names added or replaced."""
    spend(len(given))
    if not keys or not isinstance(keys[0], str):
        return None
    if len(keys) == 1:
        return {**given, keys[0]: value}
    inner = given.get(keys[0])
    put = context_put_within(inner if isinstance(inner, Mapping) else {}, keys[1:], value)
    return None if put is None else {**given, keys[0]: put}


@feel("context merge", "contexts: list")
def context_merge(contexts: list[object]) -> object:
    """All in one; of the same entry the last stands."""
    found: dict[str, object] = {}
    for each in contexts:
        if not isinstance(each, Mapping):
            return None
        spend(len(each))
        found |= cast("dict[str, object]", each)
    return found
