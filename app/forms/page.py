"""A form into its page: views in the reader's language, in the order of filling in."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from typing import Any, Final

from app.domain import feel
from app.domain.texts import Text
from app.forms.branches import branches
from app.forms.choices import FILES, words_in
from app.forms.conditions import is_hidden_by, never_asked
from app.forms.fields import Checkbox, Checklist, ChoiceField, Choices, Field, NumberField, TextField, Typed
from app.forms.groups import FilePicker, Rows
from app.forms.moments import DateTimeField
from app.forms.schema import Group, Item, Note
from app.forms.submission import ADD, REMOVE, row_marker
from app.forms.views import BlockView, ErrorView, FieldView, FileView, FormPage, OptionView, PartView, RowView

SHORTEST: Final = 40
"""A text of at most so many characters gets a short input."""
_LIKE_A_DATE: Final = re.compile(r"^([0-9]{4})-([0-9]{2})-([0-9]{2})$")
BLANK_ROW: Final = "N"
"""Stands for the number of a row in the blank row that the browser copies."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page is made from: answers so far, errors by input name, choices, facts of the case, the reader."""

    values: Mapping[str, object]
    errors: Mapping[str, Text]
    language: str
    choices: Choices
    variables: Mapping[str, object]
    facts: Mapping[str, object]
    zone: tzinfo


def form_page(items: Sequence[Item], shown: Shown) -> FormPage:
    """Describe the page; an error that belongs to no field of it comes first in the summary."""
    asked = {each.key: each for each in _fields(items)}
    known = {key: value for key, value in shown.variables.items() if key not in asked}
    never = never_asked(tuple(asked.values()), known)
    fields = _Page(shown, {**known, **dict.fromkeys(never)}).views(items, shown.values, "", None)
    found = list(_errors(fields))
    placed = {id_ for id_, _ in found}
    loose = [ErrorView("", said.in_(shown.language)) for key, said in shown.errors.items() if key not in placed]
    has_buttons = any(view.kind in ("rows", "files") for view in _every(fields))
    return FormPage(shown.language, fields, (*loose, *(error for _, error in found)), has_buttons)


def _fields(items: Sequence[Item]) -> Iterator[Field]:
    for item in items:
        if isinstance(item, Group):
            yield from _fields(item.items)
        elif isinstance(item, Field):
            yield item


def _every(fields: Sequence[FieldView]) -> list[FieldView]:
    """All views in the order of reading, also those under options and in rows."""
    found: list[FieldView] = []
    for view in fields:
        found.append(view)
        for option in view.options:
            found += _every(option.fields)
        for row in view.rows:
            found += _every(row.fields)
        found += _every(view.fields)
    return found


def _errors(fields: Sequence[FieldView]) -> list[tuple[str, ErrorView]]:
    return [(view.id, ErrorView(view.target, view.error)) for view in _every(fields) if view.error]


@dataclass(frozen=True, slots=True)
class _Page:
    """Turns items into views; what hides whatever is typed is not on the page, with or without JavaScript.

    `known` are the variables, and nothing for the fields that are never asked.
    """

    shown: Shown
    known: Mapping[str, object]

    def views(
        self, items: Sequence[Item], values: Mapping[str, object], prefix: str, outer: feel.Node | None
    ) -> tuple[FieldView, ...]:
        """Views of sibling items; those that depend on one option of a radio stand under that option."""
        if not prefix:
            items = [item for item in items if not is_hidden_by(item.hidden_if, self.known)]
        under = branches(items)
        made = {n: self._view(item, values, prefix, outer) for n, item in enumerate(items)}
        for n in reversed(range(len(items))):
            if n in under:
                radio, value = under[n]
                made[radio] = _with_branch(made[radio], value, made.pop(n))
        return tuple(made[n] for n in sorted(made))

    def _view(self, item: Item, values: Mapping[str, object], prefix: str, outer: feel.Node | None) -> FieldView:
        hide = "" if item.hidden_if is None or item.hidden_if is outer else self._portable(item.hidden_if)
        if isinstance(item, Field):
            return replace(self._field(item, values.get(item.key, item.default), prefix + item.key), hide=hide)
        if isinstance(item, Group):
            fields = self.views(item.items, values, prefix, item.hidden_if)
            return FieldView("group", label=self._say(item.label), hint=self._say(item.hint), hide=hide, fields=fields)
        if isinstance(item, Note):
            return replace(self._note(item), hide=hide)
        return FieldView("separator", hide=hide)

    def _say(self, words: Text | str | None) -> str:
        return words_in(words, self.shown.language)

    def _portable(self, tree: feel.Node) -> str:
        found = feel.portable(tree, self.known)
        return "" if found is None else json.dumps(found, ensure_ascii=False)

    def _note(self, note: Note) -> FieldView:
        if note.fact is None:
            return FieldView("note", blocks=_blocks(self._say(note.text)))
        fact = self.shown.facts.get(note.fact)
        return FieldView("fact", label=self._say(note.text), lines=self._lines(fact), multiple=isinstance(fact, list))

    def _lines(self, fact: object) -> tuple[str, ...]:
        """A line for each paragraph of a text, each item of a list, each row of a table."""
        if isinstance(fact, (list, tuple)):
            return tuple(line for each in fact for line in self._lines(each))
        if isinstance(fact, Mapping):
            return (" · ".join(line for each in fact.values() for line in self._lines(each)),)
        said = self._say(fact) if isinstance(fact, (Text, str)) else "" if fact is None else str(fact)
        return tuple(_LIKE_A_DATE.sub(r"\3.\2.\1", line) for line in said.splitlines())

    def _field(self, field: Field, value: Typed, name: str) -> FieldView:
        error = self._say(self.shown.errors.get(name))
        view = FieldView(
            kind=field.kind,
            id=name,
            key=field.key,
            label=self._say(field.label),
            hint=self._say(field.hint),
            error=error,
            target=name,
            required=field.required,
            readonly=field.readonly,
        )
        if field.readonly and not isinstance(field, Rows):
            return self._readonly(field, value, view)
        match field:
            case TextField():
                return _text_view(field, value, view)
            case NumberField():
                mode = "numeric" if field.digits == 0 else "decimal"
                return replace(view, value=_plain(value), short=True, input_mode=mode)
            case Checkbox():
                return replace(view, checked=value is True)
            case ChoiceField():
                return self._choice(field, value, view)
            case DateTimeField():
                return self._moment(field, value, view)
            case FilePicker():
                return self._files(field, value, view)
            case Rows():
                return self._rows(field, value, view)
            case _:
                raise TypeError(field.kind)

    def _readonly(self, field: Field, value: Typed, view: FieldView) -> FieldView:
        """A fact that cannot be changed here, in words."""
        kind = "textarea" if field.kind == "textarea" else "text"
        short = field.most <= SHORTEST if isinstance(field, TextField) else not isinstance(field, ChoiceField)
        return replace(view, kind=kind, value=self._in_words(field, value), short=short)

    def _in_words(self, field: Field, value: Typed) -> str:
        if isinstance(value, (list, tuple)):
            return ", ".join(self._in_words(field, each) for each in value)
        if isinstance(field, ChoiceField):
            offered = {str(choice.value): choice for choice in field.offered(self.shown.choices)}
            chosen = offered.get(_plain(value))
            return chosen.label_in(self.shown.language) if chosen else _plain(value)
        if isinstance(field, DateTimeField):
            parts = _date_parts(field, value, self.shown.zone)
            day = ".".join(parts[part].zfill(2) for part in ("day", "month", "year") if parts.get(part))
            return ", ".join(each for each in (day, parts.get("time", "")) if each)
        return _plain(value)

    def _choice(self, field: ChoiceField, value: Typed, view: FieldView) -> FieldView:
        many = isinstance(field, Checklist)
        chosen = {str(each) for each in value} if many and isinstance(value, (list, tuple)) else {_plain(value)}
        options = tuple(
            OptionView(
                id=view.id if n == 0 else f"{view.id}-o{n}",
                value=str(choice.value),
                label=choice.label_in(self.shown.language),
                hint=choice.hint_in(self.shown.language),
                checked=str(choice.value) in chosen,
            )
            for n, choice in enumerate(field.offered(self.shown.choices))
        )
        return replace(view, options=options)

    def _moment(self, field: DateTimeField, value: Typed, view: FieldView) -> FieldView:
        values = _date_parts(field, value, self.shown.zone)
        parts = tuple(PartView(part, f"{view.id}-{part}", values.get(part, "")) for part in field.parts)
        empty = next((part.name for part in parts if not part.value), parts[0].name)
        return replace(view, parts=parts, target=empty)

    def _files(self, field: FilePicker, value: Typed, view: FieldView) -> FieldView:
        known = {str(choice.value): choice for choice in self.shown.choices.get(FILES, ())}
        named = [str(each) for each in value] if isinstance(value, (list, tuple)) else []
        files = tuple(
            FileView(
                each,
                known[each].label_in(self.shown.language),
                known[each].hint_in(self.shown.language),
                f"{REMOVE}{view.id}:{each}",
            )
            for each in named
            if each in known
        )
        return replace(view, files=files, multiple=field.rule.multiple, accept=",".join(field.rule.accept))

    def _rows(self, field: Rows, value: Typed, view: FieldView) -> FieldView:
        given = [row for row in value if isinstance(row, Mapping)] if isinstance(value, (list, tuple)) else []
        blanks: list[Mapping[str, object]] = [] if field.fixed or given else [{}] * max(field.blank_rows, 1)
        rows = tuple(self._row(field, view.id, n, row) for n, row in enumerate([*given, *blanks]))
        blank = None if field.fixed else self._row(field, view.id, BLANK_ROW, {})
        add = "" if field.fixed else ADD + view.id
        return replace(view, rows=rows, blank=blank, add=add, target=rows[0].fields[0].target if rows else view.id)

    def _row(self, field: Rows, name: str, number: int | str, row: Mapping[str, object]) -> RowView:
        fields = self.views(field.cells, row, f"{name}-{number}-", None)
        shown_number = number + 1 if isinstance(number, int) else 0
        remove = "" if field.fixed else f"{REMOVE}{name}:{number}"
        return RowView(shown_number, row_marker(name, number), fields, remove)


def _blocks(text: str) -> tuple[BlockView, ...]:
    found = []
    for part in re.split(r"\n\s*\n", text.strip()):
        lines = tuple(line.strip() for line in part.splitlines())
        if all(line.startswith(("- ", "* ")) for line in lines):
            found.append(BlockView(tuple(line[2:].strip() for line in lines), listed=True))
        elif len(lines) == 1 and lines[0].startswith("#"):
            found.append(BlockView((lines[0].lstrip("# "),), heading=True))
        else:
            found.append(BlockView(lines))
    return tuple(found)


def _with_branch(radio: FieldView, value: str, field: FieldView) -> FieldView:
    options = tuple(
        replace(option, fields=(field, *option.fields)) if option.value == value else option for option in radio.options
    )
    return replace(radio, options=options)


_INPUTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "email": {"input_type": "email"},
    "phone": {"input_type": "tel", "short": True},
    "iin": {"input_mode": "numeric", "short": True},
    "bin": {"input_mode": "numeric", "short": True},
}


def _text_view(field: TextField, value: Typed, view: FieldView) -> FieldView:
    # Browsers would offer one applicant's name and phone while the next one's are typed.
    private = (field.record or "").startswith("applicant.")
    more = {"short": view.kind == "text" and field.most <= SHORTEST, **_INPUTS.get(field.meaning, {})}
    return replace(view, value=_plain(value), autocomplete="off" if private else "", **more)


def _plain(value: object) -> str:
    if value is None or isinstance(value, (bool, Mapping, list, tuple)):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _date_parts(field: DateTimeField, value: Typed, zone: tzinfo) -> dict[str, str]:
    """The parts of what was typed or stored; a text that is no date stands in the first input as it was typed."""
    if isinstance(value, Mapping):
        found = {part: str(value.get(part) or "") for part in field.parts}
    elif isinstance(value, date):
        found = _parts_of(value, zone)
    else:
        found = _read_parts(field, _plain(value), zone)
    return {part: found[part] for part in field.parts if part in found}


def _read_parts(field: DateTimeField, text: str, zone: tzinfo) -> dict[str, str]:
    if not text or field.subtype == "time":
        return {"time": text}
    try:
        return _parts_of(datetime.fromisoformat(text), zone)
    except (ValueError, OverflowError):  # no date, or one that the zone takes beyond the calendar
        return {field.parts[0]: text}


def _parts_of(value: date, zone: tzinfo) -> dict[str, str]:
    if isinstance(value, datetime) and value.tzinfo:
        value = value.astimezone(zone)
    day = {"day": str(value.day), "month": str(value.month), "year": str(value.year)}
    return {**day, "time": f"{value:%H:%M}"} if isinstance(value, datetime) else day
