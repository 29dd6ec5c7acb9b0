"""Functions of numbers."""

import decimal
import re
from datetime import timedelta
from decimal import Decimal
from typing import Final

from app.domain.feel.arithmetic import finite
from app.domain.feel.budget import spend
from app.domain.feel.declaration import feel
from app.domain.feel.values import ARITHMETIC, Months, number

_SEPARATORS: Final = frozenset({" ", ",", "."})
_NUMBER: Final = re.compile(r"-?(\d{1,34}(\.\d{0,34})?|\.\d{1,34})([eE][+-]?\d{1,4})?")
_MOST_DIGITS: Final = 6176
_WIDE: Final = decimal.Context(prec=13_000, Emax=13_000, Emin=-13_000, traps=[])
"""Wide enough to round any number to any of its places."""


@feel("number", "from: string, grouping separator?: string, decimal separator?: string")
def number_(text: str, grouping: str | None = None, point: str | None = None) -> object:
    """The number that a text spells."""
    if (grouping is not None and grouping not in _SEPARATORS) or (point is not None and point not in (".", ",")):
        return None
    if grouping is not None and grouping == point:
        return None
    plain = text.replace(grouping, "") if grouping else text
    plain = plain.replace(point, ".") if point else plain
    return finite(ARITHMETIC.create_decimal(plain)) if _NUMBER.fullmatch(plain) else None


@feel("number", "from: number")
def number_of_number(value: Decimal) -> object:
    """A number stays what it is."""
    return value


@feel("abs", "n: number")
def abs_(value: Decimal) -> object:
    """Without its sign."""
    return abs(value)


@feel("abs", "n: duration")
def abs_of_duration(value: Months | timedelta) -> object:
    """Without its sign."""
    return Months(abs(value.total)) if isinstance(value, Months) else abs(value)


def _scaled(value: Decimal, scale: Decimal | None, rounding: str) -> object:
    digits = int(scale or 0)
    if abs(digits) > _MOST_DIGITS:
        return None
    spend(abs(digits) // 32 + abs(value.adjusted()) // 32)
    rounded = value.quantize(Decimal(1).scaleb(-digits, _WIDE), rounding, _WIDE)
    return finite(ARITHMETIC.plus(rounded)) if rounded.is_finite() else None


@feel("decimal", "n: number, scale: number")
def decimal_(value: Decimal, scale: Decimal) -> object:
    """With so many places, a half to the even neighbour."""
    return _scaled(value, scale, decimal.ROUND_HALF_EVEN)


@feel("floor", "n: number, scale?: number")
def floor(value: Decimal, scale: Decimal | None = None) -> object:
    """The nearest below."""
    return _scaled(value, scale, decimal.ROUND_FLOOR)


@feel("ceiling", "n: number, scale?: number")
def ceiling(value: Decimal, scale: Decimal | None = None) -> object:
    """The nearest above."""
    return _scaled(value, scale, decimal.ROUND_CEILING)


@feel("round up", "n: number, scale: number")
def round_up(value: Decimal, scale: Decimal) -> object:
    """Away from zero."""
    return _scaled(value, scale, decimal.ROUND_UP)


@feel("round down", "n: number, scale: number")
def round_down(value: Decimal, scale: Decimal) -> object:
    """Towards zero."""
    return _scaled(value, scale, decimal.ROUND_DOWN)


@feel("round half up", "n: number, scale: number")
def round_half_up(value: Decimal, scale: Decimal) -> object:
    """To the nearest, a half away from zero."""
    return _scaled(value, scale, decimal.ROUND_HALF_UP)


@feel("round half down", "n: number, scale: number")
def round_half_down(value: Decimal, scale: Decimal) -> object:
    """To the nearest, a half towards zero."""
    return _scaled(value, scale, decimal.ROUND_HALF_DOWN)


@feel("modulo", "dividend: number, divisor: number")
def modulo(dividend: Decimal, divisor: Decimal) -> object:
    """What remains; it has the sign of the divisor."""
    if divisor == 0:
        return None
    times = ARITHMETIC.divide(dividend, divisor).to_integral_value(decimal.ROUND_FLOOR, ARITHMETIC)
    return finite(ARITHMETIC.subtract(dividend, ARITHMETIC.multiply(divisor, times)))


@feel("sqrt", "number: number", cost=20)
def sqrt(value: Decimal) -> object:
    """The square root; null below zero."""
    return finite(ARITHMETIC.sqrt(value)) if value >= 0 else None


@feel("log", "number: number", cost=120)
def log(value: Decimal) -> object:
    """The natural logarithm; null at zero and below."""
    return finite(ARITHMETIC.ln(value)) if value > 0 else None


@feel("exp", "number: number", cost=120)
def exp(value: Decimal) -> object:
    """e to this power."""
    return finite(ARITHMETIC.exp(value)) if abs(value) < 20_000 else (None if value > 0 else Decimal(0))


@feel("odd", "number: number")
def odd(value: Decimal) -> object:
    """Whether a whole number is odd."""
    rest = modulo(value, Decimal(2))
    return None if number(rest) is None or value != value.to_integral_value() else rest == 1


@feel("even", "number: number")
def even(value: Decimal) -> object:
    """Whether a whole number is even."""
    rest = modulo(value, Decimal(2))
    return None if number(rest) is None or value != value.to_integral_value() else rest == 0
