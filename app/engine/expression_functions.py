"""The functions and methods that an expression may call."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from app.engine.guards import (
    MAX_ITEMS,
    NO_ITEM,
    NO_METHOD,
    NUMBERS,
    SCALARS,
    TOO_BIG,
    Refusal,
    charge,
    key,
    kinds,
    members,
    mismatch,
    number,
    passes,
    sized_list,
    sized_text,
    weigh,
    written,
)

Method = Callable[..., Any]
MAX_DIGITS: Final = 400
_NOTHING: Final = object()


def _listed(operation: str, values: Any) -> list[Any]:
    if type(values) not in (list, dict, str, set, range):
        raise mismatch(values, by=operation)
    return passes(values, 1)


def _int(value: Any = 0) -> int:
    return int(number(int(_digits("int", value))))


def _float(value: Any = 0.0) -> float:
    return float(_digits("float", value))


def _digits(operation: str, value: Any) -> Any:
    charge(1)
    if type(value) is str and len(value) > MAX_DIGITS:
        raise Refusal(TOO_BIG)
    if type(value) not in NUMBERS and type(value) is not str:
        raise mismatch(value, by=operation)
    return value


def _bool(value: Any = False) -> bool:
    charge(1)
    return bool(value)


def _len(value: Any) -> int:
    charge(1)
    if type(value) not in (str, list, dict, set, range):
        raise mismatch(value, by="len")
    return len(value)


def _abs(value: Any) -> Any:
    charge(1)
    if type(value) not in NUMBERS:
        raise mismatch(value, by="abs")
    return abs(value)


def _round(value: Any, digits: Any = None) -> Any:
    charge(1)
    if type(value) not in NUMBERS or (digits is not None and (type(digits) is not int or abs(digits) > 30)):
        raise mismatch(value, digits, by="round")
    return number(round(value, digits))


def _sum(values: Any, start: Any = 0) -> Any:
    total = start
    for value in _listed("sum", values):
        if type(value) not in NUMBERS or type(total) not in NUMBERS:
            raise mismatch(value, by="sum")
        total = total + value
    return number(total)


def _extreme(name: str, choose: Callable[[list[Any]], Any]) -> Method:
    def guarded(*values: Any, default: Any = _NOTHING) -> Any:
        candidates = _listed(name, values[0]) if len(values) == 1 else list(values)
        if not candidates:
            if default is _NOTHING:
                raise Refusal(NO_ITEM)
            return default
        return choose(_comparable(name, candidates))

    return guarded


def _sorted(values: Any, *, reverse: Any = False) -> list[Any]:
    found = _listed("sorted", values)
    charge(len(found))
    return sorted(_comparable("sorted", found), reverse=bool(reverse))


def _comparable(operation: str, values: list[Any]) -> list[Any]:
    found = {float if type(value) in NUMBERS else type(value) for value in values}
    if len(found) > 1 or not found <= {float, str, list}:
        raise mismatch(*values[:2], by=operation)
    weigh(values)
    return values


def _range(*bounds: Any) -> range:
    charge(1)
    if not all(type(bound) is int for bound in bounds):
        raise mismatch(*bounds, by="range")
    if any(bound.bit_length() > 60 for bound in bounds):
        raise Refusal(TOO_BIG)
    numbers = range(*bounds)
    if len(numbers) > MAX_ITEMS:
        raise Refusal(TOO_BIG)
    return numbers


def _list(values: Any = ()) -> list[Any]:
    return [] if values == () else _listed("list", values)


def _set(values: Any = ()) -> set[Any]:
    return set() if values == () else members(_listed("set", values))


def _dict(values: Any = None, /, **named: Any) -> dict[str, Any]:
    charge(1 + len(named))
    if values is None:
        return dict(named)
    if type(values) is not dict:
        raise mismatch(values, by="dict")
    sized_list(len(values))
    return {**values, **named}


def _any(values: Any) -> bool:
    return any(_listed("any", values))


def _all(values: Any) -> bool:
    return all(_listed("all", values))


def _enumerate(values: Any, start: Any = 0) -> list[list[Any]]:
    if type(start) is not int:
        raise mismatch(start, by="enumerate")
    return [[number(index), value] for index, value in enumerate(_listed("enumerate", values), start)]


def _zip(*columns: Any) -> list[list[Any]]:
    return [list(row) for row in zip(*[_listed("zip", column) for column in columns], strict=False)]


def _reversed(values: Any) -> list[Any]:
    return _listed("reversed", values)[::-1]


def _str(value: Any = "") -> str:
    return written(value)


FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "abs": _abs,
    "all": _all,
    "any": _any,
    "bool": _bool,
    "dict": _dict,
    "enumerate": _enumerate,
    "float": _float,
    "int": _int,
    "len": _len,
    "list": _list,
    "max": _extreme("max", max),
    "min": _extreme("min", min),
    "range": _range,
    "reversed": _reversed,
    "round": _round,
    "set": _set,
    "sorted": _sorted,
    "str": _str,
    "sum": _sum,
    "zip": _zip,
}


def _of_text(name: str, method: Callable[..., Any]) -> Method:
    """A method of text that takes texts and numbers and makes nothing much longer than the text."""

    def guarded(text: str, *arguments: Any) -> Any:
        if not all(type(argument) in (str, int, type(None)) for argument in arguments):
            raise mismatch(*arguments, by="." + name)
        charge(1 + len(text) // 50)
        return method(text, *arguments)

    return guarded


def _pieces(name: str, method: Callable[..., list[str]]) -> Method:
    whole = _of_text(name, method)

    def guarded(text: str, *arguments: Any) -> list[str]:
        pieces: list[str] = whole(text, *arguments)
        sized_list(len(pieces))
        return pieces

    return guarded


def _replace(text: str, old: Any, new: Any) -> str:
    if type(old) is not str or type(new) is not str:
        raise mismatch(old, new, by=".replace")
    charge(1 + len(text) // 50)
    sized_text(len(text) + text.count(old) * max(0, len(new) - len(old)))
    return text.replace(old, new)


def _join(separator: str, values: Any) -> str:
    texts = _listed(".join", values)
    if not all(type(text) is str for text in texts):
        raise mismatch(texts, by=".join")
    sized_text(sum(map(len, texts)) + len(separator) * len(texts))
    return separator.join(texts)


def _zfill(text: str, width: Any) -> str:
    if type(width) is not int:
        raise mismatch(width, by=".zfill")
    sized_text(max(len(text), width))
    return text.zfill(width)


def _index(values: list[Any], wanted: Any) -> int:
    weigh(values)
    weigh(wanted)
    if wanted not in values:
        raise Refusal(NO_ITEM)
    return values.index(wanted)


def _count(values: list[Any], wanted: Any) -> int:
    weigh(values)
    weigh(wanted)
    return values.count(wanted)


def _append(values: list[Any], value: Any) -> None:
    charge(1)
    values.append(value)


def _extend(values: list[Any], more: Any) -> None:
    found = _listed(".extend", more)
    sized_list(len(values) + len(found))
    values.extend(found)


def _insert(values: list[Any], index: Any, value: Any) -> None:
    if type(index) is not int:
        raise mismatch(index, by=".insert")
    charge(1 + len(values) // 500)
    values.insert(index, value)


def _pop_item(values: list[Any], index: Any = -1) -> Any:
    if type(index) is not int or not -len(values) <= index < len(values):
        raise Refusal(NO_ITEM)
    charge(1 + len(values) // 500)
    return values.pop(index)


def _remove(values: list[Any], wanted: Any) -> None:
    values.pop(_index(values, wanted))


def _sort(values: list[Any], *, reverse: Any = False) -> None:
    values[:] = _sorted(values, reverse=reverse)


def _reverse(values: list[Any]) -> None:
    sized_list(len(values))
    values.reverse()


def _get(record: dict[str, Any], name: Any, default: Any = None) -> Any:
    charge(1)
    return record.get(name, default) if type(name) in SCALARS else default


def _keys(record: dict[str, Any]) -> list[str]:
    return passes(record, 1)


def _values(record: dict[str, Any]) -> list[Any]:
    charge(1 + len(record))
    return list(record.values())


def _items(record: dict[str, Any]) -> list[list[Any]]:
    charge(1 + len(record))
    return [[name, value] for name, value in record.items()]


def _update(record: dict[str, Any], more: Any = None, /, **named: Any) -> None:
    if more is not None and type(more) is not dict:
        raise mismatch(more, by=".update")
    charge(1 + len(more or ()) + len(named))
    record.update(more or {}, **named)


def _setdefault(record: dict[str, Any], name: Any, default: Any = None) -> Any:
    return record.setdefault(key(name), default)


def _pop_field(record: dict[str, Any], name: Any, default: Any = _NOTHING) -> Any:
    found = record.pop(key(name), default)
    if found is _NOTHING:
        raise Refusal(NO_ITEM)
    return found


_TEXT_METHODS: Final = (
    *("upper", "lower", "title", "capitalize", "casefold", "strip", "lstrip", "rstrip", "startswith", "endswith"),
    *("removeprefix", "removesuffix", "find", "count", "isdigit", "isalpha", "isalnum", "isspace", "isupper"),
    "islower",
)
METHODS: Final[Mapping[type, Mapping[str, Method]]] = {
    str: {
        **{name: _of_text(name, getattr(str, name)) for name in _TEXT_METHODS},
        "split": _pieces("split", str.split),
        "splitlines": _pieces("splitlines", str.splitlines),
        "replace": _replace,
        "join": _join,
        "zfill": _zfill,
    },
    list: {"index": _index, "count": _count},
    dict: {"get": _get, "keys": _keys, "values": _values, "items": _items},
}
CHANGES: Final[Mapping[type, Mapping[str, Method]]] = {
    list: {
        "append": _append,
        "extend": _extend,
        "insert": _insert,
        "pop": _pop_item,
        "remove": _remove,
        "sort": _sort,
        "reverse": _reverse,
    },
    dict: {"update": _update, "setdefault": _setdefault, "pop": _pop_field},
}
CHANGING: Final = frozenset(name for methods in CHANGES.values() for name in methods)
_ALL: Final = {kind: {**METHODS[kind], **CHANGES.get(kind, {})} for kind in METHODS}
METHOD_NAMES: Final = frozenset(name for methods in _ALL.values() for name in methods)


def invoke(holder: Any, name: str, /, *arguments: Any, **named: Any) -> Any:
    """`holder.name(…)`: one of the listed methods of text, list or record."""
    method = _ALL.get(type(holder), {}).get(name)
    if method is None:
        raise Refusal(NO_METHOD.with_values(name=name, kinds=kinds(holder)))
    return method(holder, *arguments, **named)
