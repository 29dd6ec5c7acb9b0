"""Filling a template in: values go in as text and never as markup; a field without a value is an error, not a hole."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar, Final, TypeAlias

from app.domain.errors import AutomationError
from app.domain.templates.syntax import Each, Field, If, Nodes, Template, Words
from app.domain.texts import Text

LINE_BREAK: Final = "\N{LINE SEPARATOR}"
MAX_STEPS: Final = 200_000
MAX_OUTPUT: Final = 2_000_000  # characters
NOTHING: Final = "—"  # an empty cell of a list's row

Values: TypeAlias = Mapping[str, object]
Escape: TypeAlias = Callable[[str], str]

# Format characters that turn or hide text: zero-width space and no-width break, embeddings, overrides, isolates, marks.
_HIDDEN: Final = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]")
_BLANKS: Final = re.compile(r"[ \t\v\f\x1c-\x1f\x85\xa0]*[\n\u2028\u2029][\s]*")
_SPECIAL: Final = re.compile(r"[\\`*_\[\]<>&|~#]")
_SPECIAL_FIRST: Final = re.compile(r"(\d{1,9})[.)](?=\s|\Z)|[+\-=:.)]")


class MissingFieldsError(AutomationError):
    """The template asks for fields that have no value; `fields` names them, `list[row].field` for rows."""

    status: ClassVar[int] = 422
    message: ClassVar[Text] = Text(
        kk="Мәтінді құрастыруға мына өрістер жетіспейді: {fields}.",
        ru="Текст не составлен: нет значений полей {fields}.",
        en="The text cannot be made: these fields have no value: {fields}.",
    )

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(fields=", ".join(fields))
        self.fields = tuple(fields)


class UnprintableFieldError(AutomationError):
    """A field is asked for as something it is not: a list as a word, a word as a list, a date not yet put in words."""

    status: ClassVar[int] = 422
    message: ClassVar[Text] = Text(
        kk="«{field}» өрісі үлгі күткен түрге сай емес.",
        ru="Поле «{field}» не того вида, которого ждёт шаблон.",
        en="The field “{field}” is not of the kind that the template expects.",
    )


class TemplateTooLargeError(AutomationError):
    """Filled in, the template would exceed `MAX_OUTPUT` characters or `MAX_STEPS` steps."""

    status: ClassVar[int] = 422
    message: ClassVar[Text] = Text(
        kk="Құрастырылған мәтін тым ұзын.", ru="Составленный текст слишком длинный.", en="The text made is too long."
    )


def render(template: Template, values: Values) -> str:
    """Markdown with the values escaped: whatever they hold is shown as it is.

    `values` are words (str, int, Decimal), lists of rows (mappings) and truths (for `if`); `a.b` is looked up as the
    key "a.b" or in the mapping under "a", in a row first and then outside it. A line break of a value becomes
    `LINE_BREAK` (U+2028), which keeps table cells and list items whole. An empty cell of a row is shown as a dash.
    Raises `MissingFieldsError` (all of them), `UnprintableFieldError`, `TemplateTooLargeError`.
    """
    return _render(template, values, escape_markdown)


def render_plain(template: Template, values: Values) -> str:
    """The same for texts without markup (subjects, SMS): values go in on one line, unescaped."""
    return _render(template, values, lambda value: as_plain(value).replace(LINE_BREAK, " "))


def as_plain(value: str) -> str:
    """A value without control, direction-turning and hidden characters, trimmed; line breaks as `LINE_BREAK`."""
    whole = value.encode("utf-8", "replace").decode("utf-8")
    visible = _HIDDEN.sub("", unicodedata.normalize("NFC", whole)).replace("\r\n", "\n").replace("\r", "\n")
    broken = _BLANKS.sub(_break, visible)
    kept = "".join(letter if letter == LINE_BREAK or unicodedata.category(letter) != "Cc" else " " for letter in broken)
    return kept.strip()


def escape_markdown(value: str) -> str:
    """`as_plain` with everything escaped that Markdown or a document's lines could take for markup."""
    escaped = _SPECIAL.sub(r"\\\g<0>", as_plain(value))
    first = _SPECIAL_FIRST.match(escaped)
    if not first:
        return escaped
    return f"{first[1] or ''}\\{escaped[first.end() - 1 :]}"


def _break(found: re.Match[str]) -> str:
    lines = sum(found[0].count(each) for each in ("\n", "\u2028", "\u2029"))
    return LINE_BREAK * min(lines, 2)


def _render(template: Template, values: Values, escape: Escape) -> str:
    writer = _Writer(escape)
    writer.write(template.nodes, (_Scope("", values),))
    if writer.missing:
        raise MissingFieldsError(tuple(writer.missing))
    return "".join(writer.parts)


@dataclass(frozen=True, slots=True)
class _Scope:
    """The values of the template or of one row; `path` is `list[row].` for a row."""

    path: str
    values: Values
    number: int = 0


_ABSENT: Final = object()


@dataclass(slots=True)
class _Writer:
    """Collects the text made so far and what was missing."""

    escape: Escape
    parts: list[str] = field(default_factory=list)
    missing: dict[str, None] = field(default_factory=dict)
    steps: int = 0
    size: int = 0

    def write(self, nodes: Nodes, scopes: tuple[_Scope, ...]) -> None:
        for node in nodes:
            self._step()
            if isinstance(node, Words):
                self._add(node.text)
            elif isinstance(node, Field):
                self._field(node, scopes)
            elif isinstance(node, If):
                chosen = node.then if _holds(_found(node.name, scopes)[0]) else node.otherwise
                self.write(chosen, scopes)
            else:
                self._each(node, scopes)

    def _step(self) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise TemplateTooLargeError

    def _add(self, text: str) -> None:
        self.size += len(text)
        if self.size > MAX_OUTPUT:
            raise TemplateTooLargeError
        self.parts.append(text)

    def _field(self, node: Field, scopes: tuple[_Scope, ...]) -> None:
        if node.name == "@n":
            self._add(str(scopes[-1].number))
            return
        value, scope = _found(node.name, scopes)
        text = _printed(value, scope.path + node.name)
        if text:
            self._add(self.escape(text))
        elif scope.number:
            self._add(NOTHING)
        else:
            self.missing[scopes[-1].path + node.name] = None

    def _each(self, node: Each, scopes: tuple[_Scope, ...]) -> None:
        value, scope = _found(node.name, scopes)
        name = scope.path + node.name
        if value is _ABSENT or value is None:
            self.missing[name] = None
            return
        if not isinstance(value, list | tuple):
            raise UnprintableFieldError(field=name)
        for number, row in enumerate(value, 1):
            self._step()
            if not isinstance(row, Mapping):
                raise UnprintableFieldError(field=f"{name}[{number}]")
            self.write(node.body, (*scopes, _Scope(f"{name}[{number}].", row, number)))


def _found(name: str, scopes: tuple[_Scope, ...]) -> tuple[object, _Scope]:
    """The value of `name` in the innermost scope that knows it, and that scope."""
    for scope in reversed(scopes):
        value = _in(scope.values, name)
        if value is not _ABSENT:
            return value, scope
    return _ABSENT, scopes[0]


def _in(values: Values, name: str) -> object:
    if name in values:
        return values[name]
    value: object = values
    for part in name.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return _ABSENT
        value = value[part]
    return value


def _printed(value: object, name: str) -> str:
    if value is _ABSENT or value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise UnprintableFieldError(field=name)
    return as_plain(str(value))


def _holds(value: object) -> bool:
    """Whether there is something: not absent, not empty, not blank, not false, not zero."""
    if value is _ABSENT:
        return False
    return bool(value.strip() if isinstance(value, str) else value)
