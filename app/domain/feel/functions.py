"""The built-in functions: FEEL values in, a FEEL value out; null for arguments they do not fit."""

import decimal
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final, cast

from app.domain import clock
from app.domain.calendar import COUNTRY_ZONE
from app.domain.feel.values import ARITHMETIC, compared, equal, number

MANY: Final = 1000
"""The most arguments of a function that takes any number of them."""


@dataclass(frozen=True, slots=True)
class Function:
    """A built-in function and how many arguments it takes."""

    carry_out: Callable[..., object]
    least: int
    most: int


def _string_length(text: object) -> object:
    return len(text) if isinstance(text, str) else None


def _contains(text: object, part: object) -> object:
    return part in text if isinstance(text, str) and isinstance(part, str) else None


def _starts_with(text: object, start: object) -> object:
    return text.startswith(start) if isinstance(text, str) and isinstance(start, str) else None


def _ends_with(text: object, end: object) -> object:
    return text.endswith(end) if isinstance(text, str) and isinstance(end, str) else None


def _upper_case(text: object) -> object:
    return text.upper() if isinstance(text, str) else None


def _lower_case(text: object) -> object:
    return text.lower() if isinstance(text, str) else None


def _substring(text: object, start: object, length: object = None) -> object:
    first, count = _whole(start), _whole(length)
    if not isinstance(text, str) or first is None or first == 0 or (length is not None and count is None):
        return None
    begin = first - 1 if first > 0 else max(len(text) + first, 0)
    return text[begin:] if count is None else text[begin : begin + max(count, 0)]


def _whole(value: object) -> int | None:
    amount = number(value)
    return int(amount) if amount is not None and amount == int(amount) else None


def _items(arguments: Sequence[object]) -> Sequence[object]:
    """`f([1, 2])` and `f(1, 2)` mean the same."""
    only = arguments[0] if len(arguments) == 1 else None
    return cast("list[object]", only) if isinstance(only, list) else arguments


def _count(items: object) -> object:
    return len(items) if isinstance(items, list) else None


def _sum(*arguments: object) -> object:
    amounts = [number(item) for item in _items(arguments)]
    if not amounts or None in amounts:
        return None
    total = Decimal(0)
    for amount in amounts:
        total = ARITHMETIC.add(total, cast("Decimal", amount))
    return total


def _mean(*arguments: object) -> object:
    total = _sum(*arguments)
    return ARITHMETIC.divide(total, Decimal(len(_items(arguments)))) if isinstance(total, Decimal) else None


def _extreme(arguments: Sequence[object], direction: int) -> object:
    items = _items(arguments)
    if not items:
        return None
    best = items[0]
    for item in items:
        order = compared(item, best)
        if order is None:
            return None
        best = item if order * direction > 0 else best
    return best


def _min(*arguments: object) -> object:
    return _extreme(arguments, -1)


def _max(*arguments: object) -> object:
    return _extreme(arguments, 1)


def _not(value: object) -> object:
    return not value if isinstance(value, bool) else None


def _list_contains(items: object, element: object) -> object:
    if not isinstance(items, list):
        return None
    return any(equal(item, element) is True for item in items)


def _date(*parts: object) -> object:
    """`date("2026-11-25")`, `date(2026, 11, 25)`, `date(date and time("…"))`."""
    try:
        if len(parts) == 3:
            year, month, day = (_whole(part) for part in parts)
            return date(year, month, day) if year and month and day else None
        if len(parts) == 1 and isinstance(parts[0], datetime):
            return parts[0].date()
        return parts[0] if isinstance(parts[0], date) else _read_date(parts[0])
    except (ValueError, OverflowError):
        return None


def _read_date(text: object) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None


def _date_and_time(text: object) -> object:
    """A moment; a text without an offset is meant in the country's time."""
    if not isinstance(text, str) or "T" not in text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=COUNTRY_ZONE)


def _time(text: object) -> object:
    if isinstance(text, datetime):
        return text.timetz()
    try:
        return time.fromisoformat(text) if isinstance(text, str) and ":" in text else None
    except ValueError:
        return None


_DURATION: Final = re.compile(
    r"(?P<sign>-?)P(?=\d|T\d)(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,6})S)?)?"
)


def _duration(text: object) -> object:
    """Days and time only: `P3D`, `PT4H`."""
    match = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    parts = {unit: int(amount) for unit, amount in match.groupdict().items() if unit != "sign" and amount}
    length = timedelta(**parts)
    return -length if match["sign"] else length


def _today() -> object:
    return clock.now().astimezone(COUNTRY_ZONE).date()


def _now() -> object:
    return clock.now().astimezone(COUNTRY_ZONE)


def _number(text: object) -> object:
    if isinstance(text, str) and re.fullmatch(r"-?\d{1,34}(\.\d{1,34})?", text):
        return Decimal(text)
    return number(text)


def _abs(value: object) -> object:
    amount = number(value)
    return abs(amount) if amount is not None else None


def _floor(value: object) -> object:
    return _rounded(value, decimal.ROUND_FLOOR)


def _ceiling(value: object) -> object:
    return _rounded(value, decimal.ROUND_CEILING)


def _rounded(value: object, rounding: str) -> object:
    amount = number(value)
    return amount.to_integral_value(rounding, ARITHMETIC) if amount is not None else None


def _modulo(dividend: object, divisor: object) -> object:
    left, right = number(dividend), number(divisor)
    if left is None or right is None or right == 0:
        return None
    times = ARITHMETIC.divide(left, right).to_integral_value(decimal.ROUND_FLOOR, ARITHMETIC)
    return ARITHMETIC.subtract(left, ARITHMETIC.multiply(right, times))


FUNCTIONS: Final[dict[str, Function]] = {
    "string length": Function(_string_length, 1, 1),
    "contains": Function(_contains, 2, 2),
    "starts with": Function(_starts_with, 2, 2),
    "ends with": Function(_ends_with, 2, 2),
    "upper case": Function(_upper_case, 1, 1),
    "lower case": Function(_lower_case, 1, 1),
    "substring": Function(_substring, 2, 3),
    "count": Function(_count, 1, 1),
    "sum": Function(_sum, 1, MANY),
    "mean": Function(_mean, 1, MANY),
    "min": Function(_min, 1, MANY),
    "max": Function(_max, 1, MANY),
    "not": Function(_not, 1, 1),
    # `is defined` looks at its argument's name, not at its value: the evaluation knows it.
    "is defined": Function(lambda value: value is not None, 1, 1),
    "list contains": Function(_list_contains, 2, 2),
    "date": Function(_date, 1, 3),
    "date and time": Function(_date_and_time, 1, 1),
    "time": Function(_time, 1, 1),
    "duration": Function(_duration, 1, 1),
    "today": Function(_today, 0, 0),
    "now": Function(_now, 0, 0),
    "number": Function(_number, 1, 1),
    "abs": Function(_abs, 1, 1),
    "floor": Function(_floor, 1, 1),
    "ceiling": Function(_ceiling, 1, 1),
    "modulo": Function(_modulo, 2, 2),
}
