"""FEEL values: what equals what, what is less. Anything that does not fit is null."""

import decimal
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final, cast

from app.domain.calendar import COUNTRY_ZONE
from app.domain.feel.budget import spend

ARITHMETIC: Final = decimal.Context(prec=34, Emax=6144, Emin=-6143, traps=[])
"""IEEE 754 decimal128, as the standard asks; never raises, a fault gives NaN or infinity."""


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A duration in years and months; `total` counts months, negative backwards."""

    total: int


@dataclass(frozen=True, slots=True)
class Range:
    """The values between two ends; an end that is None is open without a bound."""

    low: object
    high: object
    low_included: bool
    high_included: bool

    def holds(self, value: object) -> bool | None:
        """Whether the value lies within; null where it cannot be compared."""
        above = self._side(value, self.low, 1, included=self.low_included)
        below = self._side(value, self.high, -1, included=self.high_included)
        if above is None or below is None:
            return None
        return above and below

    def _side(self, value: object, end: object, direction: int, *, included: bool) -> bool | None:
        if end is None:
            return None if value is None or (self.low is None and self.high is None) else True
        order = compared(value, end)
        return None if order is None else order * direction > 0 or (order == 0 and included)


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function as a value; `call` takes as many arguments as there are parameters."""

    parameters: tuple[str, ...]
    call: Callable[..., object]
    variadic: bool = False


def number(value: object) -> Decimal | None:
    """The value as a decimal; null for anything that is no finite number."""
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, float):
        return number(Decimal(repr(value)))
    return None


def kind(value: object) -> str:
    """The name of the value's type; values of different kinds are neither equal nor unequal."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float, Decimal)):
        return "number"
    for types, name in _KINDS:
        if isinstance(value, types):
            return name
    return "null" if value is None else "other"


_KINDS: Final[tuple[tuple[type, str], ...]] = (
    (str, "string"),
    (datetime, "date and time"),
    (date, "date"),
    (time, "time"),
    (timedelta, "days and time duration"),
    (Months, "years and months duration"),
    (list, "list"),
    (Mapping, "context"),
    (Range, "range"),
    (Function, "function"),
)
_ORDERED: Final = frozenset(
    {"string", "date and time", "date", "time", "days and time duration", "years and months duration"}
)


def equal(left: object, right: object) -> bool | None:
    """`=`: null equals null only; of two kinds, null."""
    if left is None or right is None:
        return left is right
    sort = kind(left)
    if sort != kind(right):
        return None
    if sort == "list":
        return _equal_lists(cast("list[object]", left), cast("list[object]", right))
    if sort == "context":
        return _equal_contexts(cast("Mapping[str, object]", left), cast("Mapping[str, object]", right))
    if sort == "number":
        return number(left) == number(right)
    if sort == "range":
        return _equal_ranges(cast("Range", left), cast("Range", right))
    if sort in _ORDERED:
        return compared(left, right) == 0
    return left == right


def _equal_lists(left: list[object], right: list[object]) -> bool | None:
    if len(left) != len(right):
        return False
    spend(1 + 2 * len(left))
    return all(equal(one, other) is True for one, other in zip(left, right, strict=True))


def _equal_contexts(left: Mapping[str, object], right: Mapping[str, object]) -> bool | None:
    spend(1 + 2 * len(left))
    return left.keys() == right.keys() and all(equal(left[key], right[key]) is True for key in left)


def _equal_ranges(left: Range, right: Range) -> bool:
    return (
        (left.low_included, left.high_included) == (right.low_included, right.high_included)
        and equal(left.low, right.low) is True
        and equal(left.high, right.high) is True
    )


def compared(left: object, right: object) -> int | None:
    """-1, 0 or 1 for two numbers, strings, dates, moments, times or durations; null otherwise.

    A moment without an offset is meant in the country's time where it meets one that has an offset.
    """
    sort = kind(left)
    if sort != kind(right):
        return None
    one: Any
    other: Any
    if sort == "number":
        one, other = number(left), number(right)
        return None if one is None or other is None else (one > other) - (one < other)
    if sort not in _ORDERED:
        return None
    one, other = _alike(left, right) if sort == "date and time" else (left, right)
    try:
        return int(one > other) - int(one < other)
    except (TypeError, OverflowError):  # a time with an offset and one without; the ends of the calendar
        return None


def _alike(left: Any, right: Any) -> tuple[Any, Any]:
    if (left.tzinfo is None) == (right.tzinfo is None):
        return left, right
    return located(left), located(right)


def located(moment: datetime) -> datetime:
    """The moment with its offset; the country's where it has none."""
    return moment if moment.tzinfo else moment.replace(tzinfo=COUNTRY_ZONE)


def any_of(results: Iterable[object]) -> bool | None:
    """True wins, then null (which anything that is no boolean counts as)."""
    unknown = False
    for result in results:
        if result is True:
            return True
        unknown = unknown or result is not False
    return None if unknown else False


def opposite(value: object) -> bool | None:
    """`not`: null for anything that is no boolean."""
    return not value if isinstance(value, bool) else None


def outward(value: object) -> object:
    """A FEEL value as the rest of the program knows it: whole decimals are int, others float."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and abs(value) < Decimal(10) ** 18 else float(value)
    if isinstance(value, list):
        spend(len(value))
        return [outward(item) for item in value]
    if isinstance(value, Mapping):
        spend(len(value))
        return {key: outward(entry) for key, entry in value.items()}
    return value
