"""How a built-in function is declared: its names of parameters, their types, what values fit them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from app.domain.feel.budget import spend
from app.domain.feel.values import Months, kind, number

FUNCTIONS: Final[dict[str, "Builtin"]] = {}
"""Every built-in function by its name."""
MANY: Final = 1000
"""The most arguments of a function that takes any number of them."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """`length?: number`, `item...: any`."""

    name: str
    type: str
    optional: bool
    variadic: bool


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a function."""

    parameters: tuple[Parameter, ...]
    carry_out: Callable[..., object]

    @property
    def least(self) -> int:
        """The fewest arguments."""
        return sum(not each.optional for each in self.parameters)

    @property
    def most(self) -> int:
        """The most arguments."""
        return MANY if self.parameters and self.parameters[-1].variadic else len(self.parameters)

    def takes(self, count: int) -> bool:
        """Whether so many arguments can be given."""
        return self.least <= count <= self.most

    def fitted(self, arguments: Sequence[object]) -> list[object] | None:
        """The arguments as the parameters need them; None where one does not fit."""
        found: list[object] = []
        for place, value in enumerate(arguments):
            parameter = self.parameters[min(place, len(self.parameters) - 1)]
            if value is None and (parameter.optional or parameter.type == "any"):
                found.append(None)
                continue
            given = fitted(value, parameter.type)
            if given is None:
                return None
            found.append(given)
        return found


@dataclass(frozen=True, slots=True)
class Builtin:
    """A built-in function; its arguments are null for what does not fit, its value then null too."""

    name: str
    signatures: tuple[Signature, ...]
    cost: int = 1

    def takes(self, count: int) -> bool:
        """Whether so many arguments can be given."""
        return any(signature.takes(count) for signature in self.signatures)

    def ordered(self, names: Sequence[str]) -> list[int | None] | None:
        """For each parameter the place of the named argument, None for one left out; None if no signature has them."""
        for signature in self.signatures:
            known = [parameter.name for parameter in signature.parameters]
            if set(names) <= set(known) and len(set(names)) == len(names):
                places = [names.index(name) if name in names else None for name in known]
                while places and places[-1] is None:
                    places.pop()
                if all(
                    place is not None or each.optional
                    for place, each in zip(places, signature.parameters, strict=False)
                ) and signature.takes(len(places)):
                    return places
        return None

    def call(self, *arguments: object) -> object:
        """Carry it out by the first signature that the arguments fit; null where there is none."""
        spend(self.cost)
        for signature in self.signatures:
            if signature.takes(len(arguments)):
                given = signature.fitted(arguments)
                if given is not None:
                    return signature.carry_out(*given)
        return None


_PYTHON: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str,),
    "boolean": (bool,),
    "context": (Mapping,),
    "time": (time,),
    "date and time": (datetime,),
    "days and time duration": (timedelta,),
    "years and months duration": (Months,),
    "duration": (timedelta, Months),
}


def fitted(value: object, needed: str) -> Any:
    """The value as a parameter of this type takes it; None where it does not fit.

    A single value stands for a list of one and the other way round, a date for the beginning of its day.
    """
    if needed == "any":
        return value
    if value is None:
        return None
    if needed == "list":
        return value if isinstance(value, list) else [value]
    given = _of_type(value, needed)
    if given is None and isinstance(value, list) and len(value) == 1:
        return _of_type(value[0], needed)
    return given


def _of_type(value: object, needed: str) -> Any:
    if needed == "number":
        return number(value)
    if needed == "date":
        return value if isinstance(value, date) and not isinstance(value, datetime) else None
    if needed == "date and time" and isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time())
    if needed in _PYTHON:
        return value if isinstance(value, _PYTHON[needed]) else None
    return value if kind(value) == needed else None


def feel(name: str, *signatures: str, cost: int = 1) -> Callable[[Callable[..., object]], Callable[..., object]]:
    """Declare a function: `@feel("substring", "string: string, start position: number, length?: number")`.

    Of several signatures the first that fits is taken. A function declared twice has the signatures of both. `cost` is
    the price of a call in steps.
    """

    def declared(carry_out: Callable[..., object]) -> Callable[..., object]:
        before = FUNCTIONS[name].signatures if name in FUNCTIONS else ()
        added = tuple(Signature(tuple(_parameters(text)), carry_out) for text in signatures)
        FUNCTIONS[name] = Builtin(name, before + added, cost)
        return carry_out

    return declared


def _parameters(text: str) -> list[Parameter]:
    found = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, needed = part.partition(":")
        bare = name.removesuffix("...").removesuffix("?")
        found.append(Parameter(bare, needed.strip(), name.endswith("?"), name.endswith("...")))
    return found
