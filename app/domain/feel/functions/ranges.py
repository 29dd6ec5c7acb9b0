"""Functions that compare points and ranges in time or number."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from app.domain.feel.declaration import FUNCTIONS, feel
from app.domain.feel.moments import read_any
from app.domain.feel.values import Range, compared, kind

Answer = bool | None


def _point(value: object) -> Range:
    return value if isinstance(value, Range) else Range(value, value, low_included=True, high_included=True)


def _order(one: object, other: object) -> int:
    found = compared(one, other)
    if found is None:
        raise TypeError
    return found


def _before(one: Range, other: Range) -> bool:
    order = _order(one.high, other.low)
    return order < 0 or (order == 0 and not (one.high_included and other.low_included))


def _meets(one: Range, other: Range) -> bool:
    return one.high_included and other.low_included and _order(one.high, other.low) == 0


def _starts_not_after(one: Range, other: Range) -> bool:
    """Whether `one` begins where `other` does or earlier."""
    order = _order(one.low, other.low)
    return order < 0 or (order == 0 and (one.low_included or not other.low_included))


def _ends_not_before(one: Range, other: Range) -> bool:
    order = _order(one.high, other.high)
    return order > 0 or (order == 0 and (one.high_included or not other.high_included))


def _overlaps(one: Range, other: Range) -> bool:
    return not _before(one, other) and not _before(other, one)


def _overlaps_before(one: Range, other: Range) -> bool:
    return (
        _overlaps(one, other)
        and _starts_not_after(one, other)
        and not _starts_not_after(other, one)
        and _ends_not_before(other, one)
    )


def _overlaps_after(one: Range, other: Range) -> bool:
    return (
        _overlaps(one, other)
        and _ends_not_before(one, other)
        and not _ends_not_before(other, one)
        and _starts_not_after(other, one)
    )


def _includes(one: Range, other: Range) -> bool:
    return _starts_not_after(one, other) and _ends_not_before(one, other)


def _finishes(one: Range, other: Range) -> bool:
    same_end = _order(one.high, other.high) == 0 and one.high_included == other.high_included
    return same_end and _starts_not_after(other, one)


def _starts(one: Range, other: Range) -> bool:
    same_start = _order(one.low, other.low) == 0 and one.low_included == other.low_included
    return same_start and _ends_not_before(other, one)


def _coincides(one: Range, other: Range) -> bool:
    return _includes(one, other) and _includes(other, one)


def _answer(relation: Callable[[Range, Range], bool], one: object, other: object) -> Answer:
    try:
        return relation(_point(one), _point(other))
    except TypeError:
        return None


_RELATIONS: Final[dict[str, tuple[str, Callable[[Range, Range], bool]]]] = {
    "before": ("", _before),
    "after": ("", lambda one, other: _before(other, one)),
    "meets": ("ranges", _meets),
    "met by": ("ranges", lambda one, other: _meets(other, one)),
    "overlaps": ("ranges", _overlaps),
    "overlaps before": ("ranges", _overlaps_before),
    "overlaps after": ("ranges", _overlaps_after),
    "finishes": ("range second", _finishes),
    "finished by": ("range first", lambda one, other: _finishes(other, one)),
    "includes": ("range first", _includes),
    "during": ("range second", lambda one, other: _includes(other, one)),
    "starts": ("range second", _starts),
    "started by": ("range first", lambda one, other: _starts(other, one)),
    "coincides": ("alike", _coincides),
}
_SIGNATURES: Final = {
    "": ("point1: any, point2: any", "range1: any, range2: any", "point: any, range: any", "range: any, point: any"),
    "ranges": ("range1: range, range2: range",),
    "range first": ("range: range, point: any", "range1: range, range2: range"),
    "range second": ("point: any, range: range", "range1: range, range2: range"),
    "alike": ("range1: any, range2: any", "point1: any, point2: any"),
}


def _declare(name: str, shape: str, relation: Callable[[Range, Range], bool]) -> None:
    def carry_out(one: object, other: object) -> object:
        if one is None or other is None or (shape == "alike" and (kind(one) == "range") != (kind(other) == "range")):
            return None
        return _answer(relation, one, other)

    feel(name, *_SIGNATURES[shape])(carry_out)


for _name, (_shape, _relation) in _RELATIONS.items():
    _declare(_name, _shape, _relation)


_WRITTEN: Final = re.compile(r"\s*([\[\](])\s*(.*?)\s*\.\.\s*(.*?)\s*([\])\[])\s*", re.DOTALL)
_NUMBER: Final = re.compile(r"-?\d{1,34}(\.\d{1,34})?")
_QUOTED: Final = re.compile(r'(date and time|date|time|duration|@)?\s*(\()?\s*"([^"\\]*)"\s*(\))?')


@feel("range", "from: string")
def range_(text: str) -> object:
    """The range that a text spells, with literals as its ends: `range("[1..5]")`."""
    match = _WRITTEN.fullmatch(text)
    if match is None:
        return None
    low, high = _end(match[2]), _end(match[3])
    if (match[2] and low is None) or (match[3] and high is None) or (low is None and high is None):
        return None
    if low is not None and high is not None and compared(low, high) not in (-1, 0):
        return None
    low_included, high_included = match[1] == "[", match[4] == "]"
    if (low is None and low_included) or (high is None and high_included):
        return None
    return Range(low, high, low_included=low_included, high_included=high_included)


def _end(text: str) -> object:
    if _NUMBER.fullmatch(text):
        return Decimal(text)
    match = _QUOTED.fullmatch(text)
    if match is None or (match[2] is None) != (match[4] is None):
        return None
    if match[1] == "@":
        return read_any(match[3])
    return FUNCTIONS[match[1]].call(match[3]) if match[1] else match[3]
