"""Functions of lists."""

from collections.abc import Sequence
from decimal import Decimal
from functools import cmp_to_key
from typing import cast

from app.domain.feel.arithmetic import computed, finite
from app.domain.feel.budget import spend
from app.domain.feel.declaration import feel
from app.domain.feel.values import ARITHMETIC, Function, compared, equal, number

List = list[object]


def _items(arguments: Sequence[object]) -> Sequence[object]:
    """`f([1, 2])` and `f(1, 2)` mean the same."""
    only = arguments[0] if len(arguments) == 1 else None
    found = cast("list[object]", only) if isinstance(only, list) else arguments
    spend(len(found))
    return found


def _numbers(arguments: Sequence[object]) -> list[Decimal] | None:
    amounts = [number(item) for item in _items(arguments)]
    return None if None in amounts else cast("list[Decimal]", amounts)


@feel("list contains", "list: list, element: any")
def list_contains(items: List, element: object) -> object:
    """Whether the element is among them."""
    spend(len(items))
    return any(equal(item, element) is True for item in items)


@feel("count", "list: list")
def count(items: List) -> object:
    """How many there are."""
    return len(items)


@feel("sum", "list: list")
@feel("sum", "n...: any")
def sum_(*arguments: object) -> object:
    """The sum of numbers or of durations of one kind; null of nothing."""
    items = _items(arguments)
    if not items:
        return None
    total = items[0] if number(items[0]) is None else number(items[0])
    if isinstance(total, str):
        return None
    for item in items[1:]:
        total = computed("+", total, item)
        if total is None:
            return None
    return total if len(items) > 1 or number(total) is not None else computed("+", total, computed("-", total, total))


@feel("product", "list: list")
@feel("product", "n...: any")
def product(*arguments: object) -> object:
    """The product of numbers; null of nothing."""
    amounts = _numbers(arguments)
    if not amounts:
        return None
    total = Decimal(1)
    for amount in amounts:
        total = ARITHMETIC.multiply(total, amount)
    return finite(total)


@feel("mean", "list: list")
@feel("mean", "n...: any")
def mean(*arguments: object) -> object:
    """The average of numbers."""
    amounts = _numbers(arguments)
    total = sum_(list(amounts)) if amounts else None
    return computed("/", total, len(amounts)) if amounts else None


@feel("median", "list: list")
@feel("median", "n...: any")
def median(*arguments: object) -> object:
    """The middle one, or the average of the two in the middle."""
    amounts = _numbers(arguments)
    if not amounts:
        return None
    amounts.sort()
    middle = len(amounts) // 2
    return amounts[middle] if len(amounts) % 2 else computed("/", amounts[middle - 1] + amounts[middle], 2)


@feel("stddev", "list: list")
@feel("stddev", "n...: any")
def stddev(*arguments: object) -> object:
    """The standard deviation of a sample."""
    amounts = _numbers(arguments)
    if amounts is None or len(amounts) < 2:
        return None
    middle = cast("Decimal", mean(list(amounts)))
    squares = [ARITHMETIC.power(ARITHMETIC.subtract(each, middle), 2) for each in amounts]
    return finite(ARITHMETIC.sqrt(ARITHMETIC.divide(cast("Decimal", sum_(list(squares))), Decimal(len(amounts) - 1))))


@feel("mode", "list: list")
@feel("mode", "n...: any")
def mode(*arguments: object) -> object:
    """The numbers that occur most often, ascending."""
    amounts = _numbers(arguments)
    if amounts is None:
        return None
    counts: dict[Decimal, int] = {}
    for amount in amounts:
        counts[amount] = counts.get(amount, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(amount for amount, times in counts.items() if times == most)


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


@feel("min", "list: list")
@feel("min", "c...: any")
def min_(*arguments: object) -> object:
    """The least of comparable values."""
    return _extreme(arguments, -1)


@feel("max", "list: list")
@feel("max", "c...: any")
def max_(*arguments: object) -> object:
    """The greatest of comparable values."""
    return _extreme(arguments, 1)


def _place(items: List, position: Decimal) -> int | None:
    """The index of a place counted from 1, from the end when negative."""
    if position != position.to_integral_value() or position == 0 or abs(position) > len(items):
        return None
    return int(position) - 1 if position > 0 else len(items) + int(position)


@feel("sublist", "list: list, start position: number, length?: number")
def sublist(items: List, position: Decimal, length: Decimal | None = None) -> object:
    """A part of the list from a place on."""
    first = _place(items, position)
    if first is None or (length is not None and (length < 0 or first + length > len(items))):
        return None
    return items[first:] if length is None else items[first : first + int(length)]


@feel("append", "list: list, item...: any")
def append(items: List, *added: object) -> object:
    """The list with more at its end."""
    return [*items, *added]


@feel("concatenate", "list...: list")
def concatenate(*lists: List) -> object:
    """All lists in one."""
    spend(sum(map(len, lists)))
    return [item for items in lists for item in items]


@feel("insert before", "list: list, position: number, newItem: any")
def insert_before(items: List, position: Decimal, added: object) -> object:
    """The list with one more before a place."""
    place = _place(items, position)
    return None if place is None else [*items[:place], added, *items[place:]]


@feel("remove", "list: list, position: number")
def remove(items: List, position: Decimal) -> object:
    """The list without the one at a place."""
    place = _place(items, position)
    return None if place is None else [*items[:place], *items[place + 1 :]]


@feel("list replace", "list: list, position: number, newItem: any")
def list_replace(items: List, position: Decimal, added: object) -> object:
    """The list with another at a place."""
    place = _place(items, position)
    return None if place is None else [*items[:place], added, *items[place + 1 :]]


@feel("list replace", "list: list, match: function, newItem: any")
def list_replace_matching(items: List, match: Function, added: object) -> object:
    """The list with others where `match(item, newItem)` is true."""
    if len(match.parameters) != 2:
        return None
    return [added if match.call(item, added) is True else item for item in items]


@feel("reverse", "list: list")
def reverse(items: List) -> object:
    """From the end to the beginning."""
    return items[::-1]


@feel("index of", "list: list, match: any")
def index_of(items: List, match: object) -> object:
    """The places, from 1, where it stands."""
    spend(len(items))
    return [place for place, item in enumerate(items, 1) if equal(item, match) is True]


def _distinct(items: Sequence[object]) -> List:
    found: List = []
    for item in items:
        spend(1 + len(found))
        if not any(equal(item, other) is True for other in found):
            found.append(item)
    return found


@feel("union", "list...: list")
def union(*lists: List) -> object:
    """All that is in one of them, once each."""
    return _distinct([item for items in lists for item in items])


@feel("distinct values", "list: list")
def distinct_values(items: List) -> object:
    """Each once, in the order of the first."""
    return _distinct(items)


@feel("duplicate values", "list: list")
def duplicate_values(items: List) -> object:
    """What occurs more than once."""
    once = _distinct(items)
    spend(len(once) * len(items))
    return [each for each in once if sum(equal(each, other) is True for other in items) > 1]


@feel("flatten", "list: list")
def flatten(items: List) -> object:
    """Lists within lists in one."""
    found: List = []
    for item in items:
        spend(1)
        found += cast("List", flatten(item)) if isinstance(item, list) else [item]
    return found


@feel("sort", "list: list, precedes?: function")
def sort(items: List, precedes: Function | None = None) -> object:
    """In ascending order, or as `precedes(x, y)` says which comes first."""
    spend(len(items))
    if precedes is None:
        if any(compared(item, items[0]) is None for item in items):
            return None
        return sorted(items, key=cmp_to_key(lambda one, other: compared(one, other) or 0))
    if len(precedes.parameters) != 2:
        return None

    def order(one: object, other: object) -> int:
        if precedes.call(one, other) is True:
            return -1
        return 1 if precedes.call(other, one) is True else 0

    return sorted(items, key=cmp_to_key(order))
