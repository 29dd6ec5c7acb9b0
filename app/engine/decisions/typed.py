"""Values and the types that item definitions give them."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final

from app.domain.feel.budget import spend
from app.domain.feel.evaluation import Evaluation
from app.domain.feel.functions import FUNCTIONS
from app.domain.feel.syntax import Type
from app.domain.feel.typing import ALIASES, conforms
from app.domain.feel.values import Months, kind, number
from app.engine.decisions.model import OwnType

NUMBERS: Final = frozenset({"integer", "long", "double", "decimal", "float", "short"})
"""Types of other modellers that are numbers."""
_FROM_TEXT: Final = {
    "date": "date",
    "time": "time",
    "date and time": "date and time",
    "days and time duration": "duration",
    "years and months duration": "duration",
}


class UnfitError(Exception):
    """The value is not of the type; or, where `forbidden`, it is not among the allowed ones."""

    def __init__(self, needed: str, value: object, *, forbidden: bool = False) -> None:
        super().__init__(needed)
        self.needed = needed
        self.value = value
        self.forbidden = forbidden


def basic(name: str) -> str:
    """The standard's name of a basic type."""
    return "number" if name in NUMBERS else ALIASES.get(name, name)


def suited(value: object, needed: OwnType | None, evaluation: Evaluation, *, outside: bool = False) -> object:
    """The value as the type has it; null suits every type. Raises `UnfitError`.

    A single value stands for a list of one and the other way round. From `outside`, where everything is JSON, dates,
    times and durations are texts.
    """
    if needed is None or value is None:
        return value
    if needed.collection:
        return _list_of(value, needed, evaluation, outside=outside)
    found = _one(value, needed, evaluation, outside=outside)
    _check(found, needed, evaluation)
    return found


def _list_of(value: object, needed: OwnType, evaluation: Evaluation, *, outside: bool) -> object:
    items = value if isinstance(value, list) else [value]
    found: list[object] = []
    for item in items:
        one = None if item is None else _one(item, needed, evaluation, outside=outside)
        if needed.allowed_items and one is not None:
            _check(one, needed, evaluation)
        found.append(one)
    if not needed.allowed_items:
        _check(found, needed, evaluation)
    return found


def _one(value: object, needed: OwnType, evaluation: Evaluation, *, outside: bool) -> object:
    if isinstance(value, list) and len(value) == 1 and needed.base.name not in ("list", "Any"):
        value = value[0]
    if needed.components:
        # process data may leave out what has not been answered; within decisions every component is there
        if not isinstance(value, Mapping) or not (outside or needed.components.keys() <= value.keys()):
            raise UnfitError(needed.name, value)
        parts = {
            name: suited(value.get(name), part, evaluation, outside=outside) for name, part in needed.components.items()
        }
        return {**value, **parts}
    name = needed.base.name
    if name == "Any" or value is None:
        return value
    if isinstance(value, str) and outside and name in _FROM_TEXT:
        value = _read(value, name)
    if name == "date and time" and kind(value) == "date":
        return FUNCTIONS["date and time"].call(value)
    if value is None or not conforms(value, needed.base):
        raise UnfitError(name, value)
    return value


def _read(text: str, name: str) -> object:
    found = FUNCTIONS[_FROM_TEXT[name]].call(text)
    if found is None and name == "date and time":
        found = FUNCTIONS["date"].call(text)
    if found is None and name == "date":
        moment = FUNCTIONS["date and time"].call(text)
        found = moment.date() if isinstance(moment, datetime) else None
    return text if found is None else found


def _check(value: object, needed: OwnType, evaluation: Evaluation) -> None:
    if needed.allowed is not None and not evaluation.fits(needed.allowed, value, {}):
        raise UnfitError(needed.name, value, forbidden=True)


def structure(own: OwnType) -> Type:
    """The type as `instance of` sees it."""
    base = own.base
    if own.components:
        base = Type("context", (), tuple((name, structure(part)) for name, part in own.components.items()))
    return Type("list", (base,)) if own.collection else base


def storable(value: object) -> object:
    """A result as JSON of the process: days and moments as texts. Raises `UnfitError` for functions and ranges."""
    spend(1)  # a list that holds another many times is written out as many times
    if value is None or isinstance(value, str | bool):
        return value
    amount = number(value)
    if amount is not None:
        whole = amount == amount.to_integral_value() and abs(amount) < 2**53
        return int(amount) if whole else float(amount)
    if isinstance(value, date | time | timedelta | Months):
        return FUNCTIONS["string"].call(value)
    if isinstance(value, list):
        return [storable(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): storable(item) for key, item in value.items()}
    raise UnfitError("", value)
