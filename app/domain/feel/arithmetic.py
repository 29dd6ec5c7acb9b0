"""`+ - * / **` of numbers, strings, dates and durations; null where that has no meaning."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Final
from zoneinfo import ZoneInfo

from app.domain.feel.budget import paid_text, spend
from app.domain.feel.values import ARITHMETIC, Months, located, number

_OF_NUMBERS: Final = {
    "+": ARITHMETIC.add,
    "-": ARITHMETIC.subtract,
    "*": ARITHMETIC.multiply,
    "/": ARITHMETIC.divide,
    "**": ARITHMETIC.power,
}
_MIDNIGHT: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - only the time of day of the sum is used


def computed(operator: str, left: object, right: object) -> object:
    """`left operator right`; null where that has no meaning (also division by zero)."""
    one, other = number(left), number(right)
    if one is not None and other is not None:
        spend(80 if operator == "**" else 0)
        return finite(_OF_NUMBERS[operator](one, other))
    try:
        match operator:
            case "+":
                return _sum(left, right)
            case "-":
                return _difference(left, right)
            case "*":
                return _product(left, right)
            case "/":
                return _quotient(left, right)
    except (OverflowError, ValueError):  # beyond the ends of the calendar
        return None
    return None


def finite(amount: Decimal) -> Decimal | None:
    """The number; null for infinity and for what is none."""
    return amount if amount.is_finite() else None


def negated(value: object) -> object:
    """`-value` of a number or a duration."""
    if isinstance(value, timedelta):
        return computed("*", value, -1)
    return Months(-value.total) if isinstance(value, Months) else computed("-", 0, value)


def _sum(left: object, right: object) -> object:
    if isinstance(left, str) and isinstance(right, str):
        return paid_text(left + right)
    if isinstance(left, timedelta | Months) and isinstance(right, date | time):
        left, right = right, left
    if isinstance(left, Months) and isinstance(right, Months):
        return Months(left.total + right.total)
    if isinstance(left, timedelta) and isinstance(right, timedelta):
        return left + right
    if isinstance(left, datetime) and isinstance(right, timedelta):
        return _later(left, right)
    if isinstance(left, date) and isinstance(right, timedelta):
        return left + right
    if isinstance(left, time) and isinstance(right, timedelta):
        return _turned(left, right)
    if isinstance(left, date) and isinstance(right, Months):
        return _months_later(left, right.total)
    return None


def _turned(clock: time, length: timedelta) -> time:
    moment = datetime.combine(_MIDNIGHT, clock.replace(tzinfo=None)) + length % timedelta(days=1)
    return moment.time().replace(tzinfo=clock.tzinfo)


def _later(moment: datetime, length: timedelta) -> datetime:
    """The clocks of a zone may be put on or back in between."""
    if isinstance(moment.tzinfo, ZoneInfo):
        return (moment.astimezone(UTC) + length).astimezone(moment.tzinfo)
    return moment + length


def _months_later(day: date, months: int) -> date:
    """The same day of another month, or its last day where it has none such."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        if last <= day.day:
            try:
                return day.replace(year=year, month=month + 1, day=last)
            except ValueError:
                continue
    raise OverflowError


def _difference(left: object, right: object) -> object:
    if isinstance(right, timedelta):
        return _sum(left, -right)
    if isinstance(right, Months):
        return _sum(left, Months(-right.total))
    if isinstance(left, date) and isinstance(right, date):
        return _between(left, right)
    if isinstance(left, time) and isinstance(right, time) and (left.utcoffset() is None) == (right.utcoffset() is None):
        return _since_midnight(left) - _since_midnight(right)
    return None


def _between(left: date, right: date) -> timedelta:
    if not isinstance(left, datetime) and not isinstance(right, datetime):
        return left - right
    one, other = _beginning(left), _beginning(right)
    if (one.tzinfo is None) != (other.tzinfo is None):
        one, other = located(one), located(other)
    return one - other


def _beginning(day: date) -> datetime:
    return day if isinstance(day, datetime) else datetime.combine(day, time())


def _since_midnight(clock: time) -> timedelta:
    offset = clock.utcoffset() or timedelta()
    length = timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second, microseconds=clock.microsecond)
    return length - offset


def _product(left: object, right: object) -> object:
    if number(left) is not None:
        left, right = right, left
    times = number(right)
    if times is None:
        return None
    if isinstance(left, Months):
        return Months(int((left.total * times).to_integral_value(ROUND_DOWN)))
    return _scaled(left, times) if isinstance(left, timedelta) else None


def _quotient(left: object, right: object) -> object:
    if isinstance(left, timedelta) and isinstance(right, timedelta):
        return finite(ARITHMETIC.divide(_seconds(left), _seconds(right)))
    if isinstance(left, Months) and isinstance(right, Months):
        return finite(ARITHMETIC.divide(Decimal(left.total), Decimal(right.total)))
    times = number(right)
    if not times:
        return None
    if isinstance(left, Months):
        return Months(int((left.total / times).to_integral_value(ROUND_DOWN)))
    return _scaled(left, ARITHMETIC.divide(Decimal(1), times)) if isinstance(left, timedelta) else None


def _seconds(length: timedelta) -> Decimal:
    return Decimal(length.days) * 86400 + length.seconds + Decimal(length.microseconds) / 1_000_000


def _scaled(length: timedelta, times: Decimal) -> timedelta:
    micros = ARITHMETIC.multiply(ARITHMETIC.multiply(_seconds(length), times), Decimal(1_000_000))
    if abs(micros) > 10**21:
        raise OverflowError
    return timedelta(microseconds=int(micros.to_integral_value()))
