"""Functions of strings and booleans."""

import re
from collections.abc import Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, Final

import re2

from app.domain.feel.budget import LONGEST_TEXT, paid_text, spend
from app.domain.feel.declaration import feel
from app.domain.feel.errors import BudgetSpentError
from app.domain.feel.moments import spelled
from app.domain.feel.values import Function, Months, Range, any_of, opposite

_OPTIONS: Final = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.max_mem = 1 << 20
_GROUP: Final = re.compile(r"\\(.)|\$(\d{1,2})", re.DOTALL)


@feel("string length", "string: string")
def string_length(text: str) -> object:
    """How many characters it has."""
    return len(text)


@feel("contains", "string: string, match: string")
def contains(text: str, part: str) -> object:
    """Whether the part stands in it."""
    return part in text


@feel("starts with", "string: string, match: string")
def starts_with(text: str, start: str) -> object:
    """Whether it begins so."""
    return text.startswith(start)


@feel("ends with", "string: string, match: string")
def ends_with(text: str, end: str) -> object:
    """Whether it ends so."""
    return text.endswith(end)


@feel("upper case", "string: string")
def upper_case(text: str) -> object:
    """In capital letters."""
    return paid_text(text.upper())


@feel("lower case", "string: string")
def lower_case(text: str) -> object:
    """In small letters."""
    return paid_text(text.lower())


@feel("substring", "string: string, start position: number, length?: number")
def substring(text: str, start: Decimal, length: Decimal | None = None) -> object:
    """A part of it; the first character is 1, the last -1."""
    first = int(start)
    if first == 0 or abs(start) > LONGEST_TEXT:
        return None if first == 0 else ""
    begin = first - 1 if first > 0 else max(len(text) + first, 0)
    if length is None:
        return text[begin:]
    return text[begin : begin + min(int(length), LONGEST_TEXT)] if length >= 1 else None


@feel("substring before", "string: string, match: string")
def substring_before(text: str, match: str) -> object:
    """What stands before the first match; nothing if there is none."""
    return text.partition(match)[0] if match and match in text else ""


@feel("substring after", "string: string, match: string")
def substring_after(text: str, match: str) -> object:
    """What stands after the first match; nothing if there is none."""
    return text.partition(match)[2] if match else text


@feel("matches", "input: string, pattern: string, flags?: string")
def matches(text: str, pattern: str, flags: str | None = None) -> object:
    """Whether the pattern (RE2, so without back-references) is found in it."""
    found = _pattern(pattern, flags)
    spend(len(text) // 64)
    return None if found is None else found.search(text) is not None


@feel("replace", "input: string, pattern: string, replacement: string, flags?: string")
def replace(text: str, pattern: str, replacement: str, flags: str | None = None) -> object:
    """With every match replaced; `$1` is the first group."""
    found = _pattern(pattern, flags)
    if found is None:
        return None
    parts, end, length = [], 0, 0
    for match in found.finditer(text):
        spend(1)
        put = _GROUP.sub(partial(_filled, match), replacement)
        parts += [text[end : match.start()], put]
        length += len(put)
        if length > LONGEST_TEXT:
            raise BudgetSpentError
        end = match.end()
    return paid_text("".join([*parts, text[end:]]))


def _filled(match: Any, mark: "re.Match[str]") -> str:
    if mark[1]:
        return mark[1]
    place = int(mark[2])
    return (match.group(place) or "") if place <= match.re.groups else ""


def _pattern(pattern: str, flags: str | None) -> Any:
    given = flags or ""
    if set(given) - set("smixq"):
        return None
    if "q" in given:
        pattern = re2.escape(pattern)
    if "x" in given:
        pattern = re.sub(r"\s+", "", pattern)
    marks = "".join(sorted(set(given) & set("smi")))
    spend(300 + 4 * len(pattern))
    try:
        return re2.compile(f"(?{marks}){pattern}" if marks else pattern, _OPTIONS)
    except re2.error:
        return None


@feel("split", "string: string, delimiter: string")
def split(text: str, delimiter: str) -> object:
    """The parts between the matches of a pattern."""
    found = _pattern(delimiter, None)
    if found is None:
        return None
    parts, end = [], 0
    for match in found.finditer(text):
        spend(1)
        if match.end() > match.start():
            parts.append(text[end : match.start()])
            end = match.end()
    return [*parts, text[end:]]


@feel("string join", "list: list, delimiter?: string, prefix?: string, suffix?: string")
def string_join(
    items: list[object], delimiter: str | None = None, prefix: str | None = None, suffix: str | None = None
) -> object:
    """The strings of a list in one; null among them is passed over."""
    parts = [item for item in items if item is not None]
    if not all(isinstance(part, str) for part in parts):
        return None
    spend(len(parts))
    words = [str(part) for part in parts]
    if sum(map(len, words)) + len(delimiter or "") * len(words) > LONGEST_TEXT:
        raise BudgetSpentError
    return paid_text((prefix or "") + (delimiter or "").join(words) + (suffix or ""))


@feel("string", "from: any")
def string(value: object) -> object:
    """The value as text; null stays null."""
    return None if value is None else written(value, inside=False)


def written(value: object, *, inside: bool = True) -> str:
    """As `string` spells it; strings inside lists and contexts stand in quotes."""
    spend(1)
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' if inside else value
    if isinstance(value, list):
        return paid_text("[" + ", ".join(_each(value)) + "]")
    if isinstance(value, Mapping):
        entries = zip(value.keys(), _each(list(value.values())), strict=True)
        return paid_text("{" + ", ".join(f"{key}: {text}" for key, text in entries) + "}")
    if isinstance(value, Range):
        opening, closing = "[" if value.low_included else "(", "]" if value.high_included else ")"
        return f"{opening}{written(value.low)}..{written(value.high)}{closing}"
    return _plain(value)


def _plain(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int | float | Decimal):
        exact = Decimal(repr(value)) if isinstance(value, float) else value
        return paid_text(format(exact, "d" if isinstance(value, int) else "f"))
    if isinstance(value, date | time | timedelta | Months):
        return spelled(value)
    return f"function({', '.join(value.parameters)})" if isinstance(value, Function) else str(value)


def _each(items: list[object]) -> list[str]:
    length, found = 0, []
    for item in items:
        found.append(written(item))
        length += len(found[-1])
        if length > LONGEST_TEXT:
            raise BudgetSpentError
    return found


@feel("not", "negand: any")
def not_(value: object) -> object:
    """The opposite; null for anything that is no boolean."""
    return opposite(value)


@feel("all", "list: list")
@feel("all", "b...: any")
def all_(*values: object) -> object:
    """False if one is false, true if all are true."""
    items = values[0] if len(values) == 1 and isinstance(values[0], list) else values
    refused = any_of(opposite(item) for item in items)
    return None if refused is None else not refused


@feel("any", "list: list")
@feel("any", "b...: any")
def any_(*values: object) -> object:
    """True if one is true, false if all are false."""
    return any_of(values[0] if len(values) == 1 and isinstance(values[0], list) else values)


# `is defined` looks at its argument's name, not at its value: the evaluation knows it.
@feel("is defined", "value: any")
def is_defined(value: object) -> object:
    """Whether there is such a variable (ours, not the standard's)."""
    return value is not None
