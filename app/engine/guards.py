"""What an expression may do while it runs: every operation is checked for size and paid for in steps."""

import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

from app.domain.texts import Text

STEP_BUDGET: Final = 20_000
MAX_TEXT: Final = 65_536
MAX_ITEMS: Final = 20_000
MAX_BITS: Final = 1_024
MAX_NESTING: Final = 64

TOO_LONG = Text(
    kk="есептеу тым ұзаққа созылды және тоқтатылды.",
    ru="вычисление слишком долгое и остановлено.",
    en="the calculation took too many steps and was stopped.",
)
TOO_BIG = Text(kk="нәтиже тым үлкен.", ru="результат слишком большой.", en="the result is too big.")
TOO_DEEP = Text(
    kk="деректер тым терең кірістірілген.", ru="данные вложены слишком глубоко.", en="the data are nested too deeply."
)
WRONG_KINDS = Text(
    kk="«{operation}» амалын мына түрлерге қолдануға болмайды: {kinds}.",
    ru="действие «{operation}» неприменимо к таким значениям: {kinds}.",
    en="“{operation}” does not work on these kinds of values: {kinds}.",
)
NO_KEY = Text(
    kk="жазбада «{name}» өрісі жоқ; ол болмауы мүмкін болса, .get(…) пайдаланыңыз.",
    ru="в записи нет поля «{name}»; если его может не быть, используйте .get(…).",
    en="the record has no field “{name}”; where it may be missing use .get(…).",
)
NO_ITEM = Text(
    kk="мұндай өріс не элемент жоқ.", ru="нет такого поля или элемента.", en="there is no such field or item."
)
NO_METHOD = Text(
    kk="бұл мәнде «.{name}()» амалы жоқ ({kinds}).",
    ru="у такого значения нет действия «.{name}()» ({kinds}).",
    en="a value of this kind has no “.{name}()” ({kinds}).",
)
BAD_KEY = Text(
    kk="өріс атауы мәтін болуы керек.", ru="имя поля должно быть текстом.", en="the name of a field must be text."
)


class Refusal(Exception):  # noqa: N818 - not an error of its own: becomes an ExpressionError with element and line
    """The sandbox refuses; `reason` never contains process data, `line` is 0 where the traceback knows better."""

    def __init__(self, reason: Text, line: int = 0) -> None:
        super().__init__(reason.en)
        self.reason = reason
        self.line = line


class Meter(threading.local):
    """What the running expression may still spend: steps, and values copied into its result."""

    steps = 0
    copies = 0


METER: Final = Meter()


def charge(steps: int) -> None:
    """Pay `steps`; the expression ends when its budget is spent."""
    METER.steps -= steps
    if METER.steps < 0:
        raise Refusal(TOO_LONG)


NUMBERS: Final = frozenset({int, float, bool})
SCALARS: Final = frozenset({int, float, bool, str, type(None)})
_LIGHT: Final = frozenset({int, float, bool, type(None)})
_COERCED: Final = SCALARS - {type(None)}
KINDS: Final[Mapping[type, str]] = {
    str: "text",
    int: "number",
    float: "number",
    bool: "yes/no",
    list: "list",
    dict: "record",
    set: "set",
    type(None): "nothing",
    range: "range",
}


def kinds(*values: object) -> str:
    """The kinds of `values` in words, never the values themselves."""
    return ", ".join(
        KINDS.get(type(value), "function" if callable(value) else type(value).__name__) for value in values
    )


def mismatch(*values: object, by: str) -> Refusal:
    """The refusal of an operation on values of kinds that it does not know."""
    return Refusal(WRONG_KINDS.with_values(operation=by, kinds=kinds(*values)))


def weigh(value: Any) -> None:
    """Pay for every node below `value`, as often as it is reachable; shared and endless structures included."""
    charge(1)
    level = [value]
    for _ in range(MAX_NESTING):
        deeper: list[Any] = []
        for node in level:
            if type(node) is str:
                charge(len(node) // 100)
            elif type(node) in (list, dict, set):
                charge(len(node))
                children = node.values() if type(node) is dict else node
                deeper += [child for child in children if type(child) not in _LIGHT]
        if not deeper:
            return
        level = deeper
    raise Refusal(TOO_DEEP)


def sized_text(length: int) -> None:
    """Pay for a text of `length` characters before it is made."""
    if length > MAX_TEXT:
        raise Refusal(TOO_BIG)
    charge(1 + length // 100)


def sized_list(length: int) -> None:
    """Pay for a list of `length` items before it is made."""
    if length > MAX_ITEMS:
        raise Refusal(TOO_BIG)
    charge(1 + length // 8)


def number(value: Any) -> Any:
    """`value` if it is a number of a bearable size."""
    if type(value) is int and value.bit_length() > MAX_BITS:
        raise Refusal(TOO_BIG)
    if type(value) is complex:
        raise Refusal(TOO_BIG)
    return value


def add(left: Any, right: Any) -> Any:
    charge(1)
    if type(left) in NUMBERS and type(right) in NUMBERS:
        return number(left + right)
    if type(left) is str and type(right) is str:
        sized_text(len(left) + len(right))
        return left + right
    if type(left) is list and type(right) is list:
        sized_list(len(left) + len(right))
        return left + right
    raise mismatch(left, right, by="+")


def multiply(left: Any, right: Any) -> Any:
    charge(1)
    if type(left) in NUMBERS and type(right) in NUMBERS:
        if type(left) is int and type(right) is int and left.bit_length() + right.bit_length() > MAX_BITS:
            raise Refusal(TOO_BIG)
        return number(left * right)
    if type(right) in (str, list):
        left, right = right, left
    if type(left) in (str, list) and type(right) is int:
        (sized_text if type(left) is str else sized_list)(len(left) * max(right, 0))
        return left * right
    raise mismatch(left, right, by="*")


def power(left: Any, right: Any) -> Any:
    charge(1)
    if type(left) not in NUMBERS or type(right) not in NUMBERS:
        raise mismatch(left, right, by="**")
    if type(left) is not float and type(right) is not float and int(left).bit_length() * abs(int(right)) > MAX_BITS:
        raise Refusal(TOO_BIG)
    return number(left**right)


def _arithmetic(sign: str, operation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def guarded(left: Any, right: Any) -> Any:
        charge(1)
        if type(left) in NUMBERS and type(right) in NUMBERS:
            return number(operation(left, right))
        raise mismatch(left, right, by=sign)

    return guarded


def _ordering(sign: str, operation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], bool]:
    def guarded(left: Any, right: Any) -> bool:
        charge(1)
        if (type(left) in NUMBERS and type(right) in NUMBERS) or (type(left) is str and type(right) is str):
            return bool(operation(left, right))
        if type(left) is list and type(right) is list:
            weigh(left)
            weigh(right)
            return bool(operation(left, right))
        raise mismatch(left, right, by=sign)

    return guarded


def equal(left: Any, right: Any) -> bool:
    charge(1)
    if type(left) not in SCALARS and type(right) not in SCALARS:
        weigh(left)
        weigh(right)
    return bool(left == right)


def unequal(left: Any, right: Any) -> bool:
    return not equal(left, right)


def alike(left: Any, right: Any) -> bool:
    """As `equal`, for expressions of a language in which a text may equal a number or a truth, as it does not here."""
    of_two_kinds = (type(left) is str) != (type(right) is str) and {type(left), type(right)} <= _COERCED
    if of_two_kinds:
        raise mismatch(left, right, by="==")
    return equal(left, right)


def unlike(left: Any, right: Any) -> bool:
    return not alike(left, right)


def contains(item: Any, holder: Any) -> bool:
    charge(1)
    if type(holder) is str and type(item) is str:
        charge(len(holder) // 200)
        return item in holder
    if type(holder) in (dict, set):
        return type(item) in SCALARS and item in holder
    if type(holder) is range:
        return type(item) is int and item in holder
    if type(holder) is list:
        charge(len(holder) // 8)
        if type(item) not in SCALARS:
            weigh(item)
            weigh(holder)
        return item in holder
    raise mismatch(item, holder, by="in")


def lacks(item: Any, holder: Any) -> bool:
    return not contains(item, holder)


def weighed(value: Any) -> Any:
    """One operand of a chain of comparisons (`0 < n <= 5`), paid for before Python compares it."""
    charge(1)
    if type(value) not in SCALARS:
        weigh(value)
    return value


def attribute(holder: Any, name: str) -> Any:
    """`holder.name`: a field of a record and nothing else, so methods and internals are never values."""
    charge(1)
    if type(holder) is not dict:
        raise mismatch(holder, by="." + name)
    if name not in holder:
        raise Refusal(NO_KEY.with_values(name=name))
    return holder[name]


def item(holder: Any, key: Any) -> Any:
    """`holder[key]` of a record, list or text; a slice is paid for by its length."""
    charge(1)
    if type(key) is slice and type(holder) in (list, str):
        (sized_text if type(holder) is str else sized_list)(len(range(*key.indices(len(holder)))))
        return holder[key]
    if type(holder) is dict and type(key) in SCALARS:
        if key not in holder:
            raise Refusal(NO_ITEM)
        return holder[key]
    if type(holder) in (list, str, range) and type(key) in (int, bool):
        if not -len(holder) <= key < len(holder):
            raise Refusal(NO_ITEM)
        return holder[key]
    raise mismatch(holder, key, by="[…]")


def key(value: Any) -> str:
    """`value` as the name of a field: text, as in JSON."""
    charge(1)
    if type(value) is not str:
        raise Refusal(BAD_KEY)
    return value


def sliced(start: Any, stop: Any, step: Any) -> slice:
    charge(1)
    return slice(start, stop, step)


class Writer:
    """Where `holder[key] = value` goes."""

    __slots__ = ("holder",)

    def __init__(self, holder: Any) -> None:
        charge(1)
        if type(holder) not in (dict, list):
            raise mismatch(holder, by="[…] =")
        self.holder = holder

    def __setitem__(self, index: Any, value: Any) -> None:
        if type(self.holder) is dict:
            self.holder[key(index)] = value
        elif type(index) is int and -len(self.holder) <= index < len(self.holder):
            self.holder[index] = value
        else:
            raise Refusal(NO_ITEM)


def members(values: list[Any]) -> set[Any]:
    """A set of texts and numbers; large numbers stay out, since they can be made to collide."""
    charge(1 + len(values))
    for value in values:
        if type(value) not in SCALARS or type(value) is float or (type(value) is int and value.bit_length() > 32):
            raise mismatch(value, by="{…}")
    return set(values)


def passes(values: Any, weight: int) -> list[Any]:
    """What a loop goes through: a copy, paid in advance by its length times the `weight` of the loop's body."""
    if type(values) not in (list, dict, str, set, range):
        raise mismatch(values, by="for")
    charge(1 + len(values) * weight)
    return sorted(values, key=str) if type(values) is set else list(values)


def written(value: Any) -> str:
    """`value` as text (`str(…)` and places of an f-string)."""
    charge(1)
    if type(value) is str:
        return value
    if type(value) not in SCALARS:
        if type(value) not in (list, dict):
            raise mismatch(value, by="str")
        weigh(value)
    text = str(value)
    sized_text(len(text))
    return text


def joined(parts: list[Any]) -> str:
    """The text of an f-string."""
    texts = [written(part) for part in parts]
    sized_text(sum(map(len, texts)))
    return "".join(texts)


OPERATIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "_add_": add,
    "_sub_": _arithmetic("-", lambda left, right: left - right),
    "_mul_": multiply,
    "_div_": _arithmetic("/", lambda left, right: left / right),
    "_floordiv_": _arithmetic("//", lambda left, right: left // right),
    "_mod_": _arithmetic("%", lambda left, right: left % right),
    "_pow_": power,
    "_eq_": equal,
    "_ne_": unequal,
    "_alike_": alike,
    "_unlike_": unlike,
    "_lt_": _ordering("<", lambda left, right: left < right),
    "_le_": _ordering("<=", lambda left, right: left <= right),
    "_gt_": _ordering(">", lambda left, right: left > right),
    "_ge_": _ordering(">=", lambda left, right: left >= right),
    "_in_": contains,
    "_not_in_": lacks,
    "_weighed_": weighed,
    "_getattr_": attribute,
    "_getitem_": item,
    "_slice_": sliced,
    "_key_": key,
    "_write_": Writer,
    "_set_": members,
    "_getiter_": passes,
    "_joined_": joined,
}
