"""What a browser sent: a multi-dict as a plain mapping, rows of repeating groups, the buttons beside them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Protocol, cast, runtime_checkable

Submission = Mapping[str, Sequence[str]]
"""Every value sent under every name, as `request.form.to_dict(flat=False)`; a multi-dict with `getlist` will do too."""
ADD: Final = "_add:"
REMOVE: Final = "_remove:"


@runtime_checkable
class _MultiDict(Protocol):
    def getlist(self, key: str) -> list[str]: ...


def plain(submitted: Mapping[str, Any]) -> dict[str, Sequence[str]]:
    """The submission as name → all its values."""
    if isinstance(submitted, _MultiDict):
        return {key: submitted.getlist(key) for key in cast("Iterable[str]", submitted)}
    return {key: [values] if isinstance(values, str) else values for key, values in submitted.items()}


def one(submitted: Submission, name: str) -> str:
    """The first value under a name; empty where there is none."""
    values = submitted.get(name)
    return values[0] if values else ""


@lru_cache(maxsize=1024)
def _row_pattern(name: str) -> re.Pattern[str]:
    return re.compile(re.escape(name) + r"-([0-9]{1,3})-")


def row_numbers(submitted: Submission, name: str) -> list[int]:
    """The numbers of the rows sent for a repeating group, in order: `documents-0-name` → 0."""
    pattern = _row_pattern(name)
    return sorted({int(match[1]) for key in submitted if (match := pattern.match(key))})


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button beside a repeating group or a file: add a row, or remove row or file `what`."""

    adds: bool
    key: str
    what: str = ""


def pressed(submitted: Submission) -> Pressed | None:
    """The button that sent the form, when it was one of those beside the rows."""
    for name in submitted:
        if name.startswith(ADD):
            return Pressed(True, name[len(ADD) :])
        if name.startswith(REMOVE):
            key, _, what = name[len(REMOVE) :].partition(":")
            return Pressed(False, key, what)
    return None


def row_marker(name: str, number: int | str) -> str:
    """The name of the input that says a row is there, even when nothing in it is sent."""
    return f"{name}-{number}-_"


def with_row(submitted: Submission, name: str) -> dict[str, Sequence[str]]:
    """The submission with an empty row at the end of a repeating group."""
    numbers = row_numbers(submitted, name)
    return {**submitted, row_marker(name, numbers[-1] + 1 if numbers else 0): [""]}


def without_row(submitted: Submission, name: str, number: str) -> dict[str, Sequence[str]]:
    """The submission without one row; the others keep their numbers."""
    return {key: values for key, values in submitted.items() if not key.startswith(f"{name}-{number}-")}
