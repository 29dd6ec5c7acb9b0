"""Types as FEEL names them, and which values have them."""

from collections.abc import Mapping
from typing import Final

from app.domain.feel.budget import spend
from app.domain.feel.syntax import Type
from app.domain.feel.values import Function, Range, kind

ALIASES: Final[Mapping[str, str]] = {
    "datetime": "date and time",
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "day-time duration": "days and time duration",
    "Null": "null",
    "any": "Any",
}
"""Other spellings of types, as modellers write them into files."""
BASIC: Final = frozenset(
    {
        *("number", "string", "boolean", "date", "time", "date and time", "list", "context", "function", "range"),
        *("days and time duration", "years and months duration", "Any", "null"),
    }
)
OwnTypes = Mapping[str, Type]
NONE: Final[OwnTypes] = {}


def known(type_: Type, own: OwnTypes = NONE) -> bool:
    """Whether the type and all it is made of has a meaning."""
    inner = [*type_.arguments, *(each for _, each in type_.entries), *([type_.result] if type_.result else [])]
    named = ALIASES.get(type_.name, type_.name) in BASIC or type_.name in own
    return named and all(known(each, own) for each in inner)


def conforms(value: object, type_: Type, own: OwnTypes = NONE) -> bool:
    """Whether `value instance of type_`; null is of type null (and Any) only."""
    name = ALIASES.get(type_.name, type_.name)
    if name in own:
        return conforms(value, own[name], own)
    if name == "Any":
        return value is not None
    if name == "list" and type_.arguments:
        if not isinstance(value, list):
            return False
        spend(len(value))
        return all(each is None or conforms(each, type_.arguments[0], own) for each in value)
    if name == "context" and type_.entries:
        return isinstance(value, Mapping) and all(
            entry in value and (value[entry] is None or conforms(value[entry], inner, own))
            for entry, inner in type_.entries
        )
    if name == "range" and type_.arguments:
        return isinstance(value, Range) and all(
            end is None or conforms(end, type_.arguments[0], own) for end in (value.low, value.high)
        )
    if name == "function" and (type_.arguments or type_.result):
        return isinstance(value, Function) and len(value.parameters) == len(type_.arguments)
    return kind(value) == name


def spelled(type_: Type) -> str:
    """As it is written."""
    inner = [spelled(each) for each in type_.arguments] + [f"{name}: {spelled(each)}" for name, each in type_.entries]
    return type_.name + (f"<{', '.join(inner)}>" if inner else "")


def entries_of(type_: Type, own: OwnTypes) -> Mapping[str, Type]:
    """The entries of a context type or of the contexts in a list type, by name."""
    seen = 0
    while type_.name in own and seen < 20:
        type_, seen = own[type_.name], seen + 1
    if type_.name == "list" and type_.arguments:
        return entries_of(type_.arguments[0], own) if seen < 20 else {}
    return dict(type_.entries)
