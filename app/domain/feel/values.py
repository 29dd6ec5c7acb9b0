"""FEEL values: what equals what, what is less, what can be computed. Anything that does not fit is null."""

import decimal
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final, cast

ARITHMETIC: Final = decimal.Context(prec=34, Emax=6144, Emin=-6143, traps=[])
"""IEEE 754 decimal128, as the standard asks; never raises, a fault gives NaN or infinity."""


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
    """Values of different kinds are neither equal nor unequal."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float, Decimal)):
        return "number"
    for types, name in _KINDS:
        if isinstance(value, types):
            return name
    return "other"


_KINDS: Final[tuple[tuple[type, str], ...]] = (
    (str, "string"),
    (datetime, "date and time"),
    (date, "date"),
    (time, "time"),
    (timedelta, "duration"),
    (list, "list"),
    (Mapping, "context"),
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
    return left == right


def _equal_lists(left: list[object], right: list[object]) -> bool | None:
    if len(left) != len(right):
        return False
    return all(equal(one, other) is True for one, other in zip(left, right, strict=True))


def _equal_contexts(left: Mapping[str, object], right: Mapping[str, object]) -> bool | None:
    return left.keys() == right.keys() and all(equal(left[key], right[key]) is True for key in left)


def compared(left: object, right: object) -> int | None:
    """-1, 0 or 1 for two numbers, strings, dates, moments, times or durations; null otherwise."""
    sort = kind(left)
    if sort != kind(right) or sort in ("boolean", "list", "context", "other"):
        return None
    if sort == "number":
        one, other = number(left), number(right)
        return None if one is None or other is None else (one > other) - (one < other)
    try:
        return int(left > right) - int(left < right)  # type: ignore[operator]
    except TypeError:  # a moment with an offset and one without
        return None


def computed(operator: str, left: object, right: object) -> object:
    """`left operator right`; null where that has no meaning (also division by zero)."""
    one, other = number(left), number(right)
    if one is not None and other is not None:
        return _of_numbers(operator, one, other)
    if operator == "+":
        return _sum(left, right)
    if operator == "-":
        return _difference(left, right)
    return None


def _of_numbers(operator: str, left: Decimal, right: Decimal) -> object:
    result = {
        "+": ARITHMETIC.add,
        "-": ARITHMETIC.subtract,
        "*": ARITHMETIC.multiply,
        "/": ARITHMETIC.divide,
        "**": ARITHMETIC.power,
    }[operator](left, right)
    return result if result.is_finite() else None


def _sum(left: object, right: object) -> object:
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    if isinstance(left, timedelta) and isinstance(right, date):
        left, right = right, left
    if isinstance(left, (date, timedelta)) and isinstance(right, timedelta):
        try:
            return left + right
        except OverflowError:
            return None
    return None


def _difference(left: object, right: object) -> object:
    if isinstance(right, timedelta):
        return _sum(left, -right)
    if isinstance(left, date) and isinstance(right, date) and kind(left) == kind(right):
        try:
            return left - right
        except TypeError:
            return None
    return None


def outward(value: object) -> object:
    """A FEEL value as the rest of the program knows it: whole decimals are int, others float."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and abs(value) < Decimal(10) ** 18 else float(value)
    if isinstance(value, list):
        return [outward(item) for item in value]
    return value
