"""A form file (form-js schema, our `i18n` and `record` on top) into fields, or into the list of its faults."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final, cast

import re2

from app.domain import feel
from app.domain.feel import syntax
from app.domain.texts import Text
from app.forms.choices import Choice
from app.forms.fields import (
    MEANINGS,
    Checkbox,
    Checklist,
    ChoiceField,
    Field,
    NumberField,
    Radio,
    Select,
    TextArea,
    TextField,
)
from app.forms.groups import FilePicker, FileRule, Rows
from app.forms.moments import SUBTYPES, DateTimeField
from app.forms.problems import Problem, problem

MOST_COMPONENTS: Final = 300
MOST_OPTIONS: Final = 500
MOST_NESTED: Final = 4
RESERVED: Final = frozenset({"case_id", "office_id", "csrf_token", "item"})
_KEY: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_RECORD: Final = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_PATTERN_OPTIONS: Final = re2.Options()
_PATTERN_OPTIONS.log_errors = False
_PATTERN_OPTIONS.max_mem = 1 << 20
Component = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Group:
    """Fields under one heading."""

    label: Text | None
    hint: Text | None
    items: tuple["Item", ...]
    hidden_if: feel.Node | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Words between the fields; with `fact` the heading over a fact of the case."""

    text: Text
    fact: str | None = None
    hidden_if: feel.Node | None = None


@dataclass(frozen=True, slots=True)
class Separator:
    """A line between the fields."""

    hidden_if: feel.Node | None = None


Item = Field | Group | Note | Separator


def read_items(schema: object) -> tuple[tuple[Item, ...], list[Problem]]:
    """The items of a form in their order and every fault found; the items serve only when there is no fault."""
    reader = _Reader()
    components = schema.get("components") if isinstance(schema, dict) else None
    if not isinstance(components, list):
        return (), [problem("form", "form_shape")]
    items = reader.items(components, _Place())
    return items, reader.problems


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a component stands: under which keys and conditions, how deep, inside which list."""

    prefix: str = ""
    hidden_if: feel.Node | None = None
    depth: int = 0
    in_rows: bool = False


class _Reader:
    """Reads components and gathers their faults."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._keys: set[str] = set()
        self._count = 0

    def items(self, components: Sequence[object], place: _Place) -> tuple[Item, ...]:
        found = [self._item(component, f"{place.prefix}[{n}]", place) for n, component in enumerate(components)]
        return tuple(item for item in found if item is not None)

    def _wrong(self, component: str, rule: str, value: object = "", **values: object) -> None:
        self.problems.append(problem(component, rule, value, **values))

    def _item(self, component: object, where: str, place: _Place) -> Item | None:
        self._count += 1
        if self._count > MOST_COMPONENTS:
            if self._count == MOST_COMPONENTS + 1:
                self._wrong("form", "form_size", most=MOST_COMPONENTS)
            return None
        if not isinstance(component, dict):
            self._wrong(where, "component_shape")
            return None
        kind = str(component.get("type"))
        name = str(component.get("key") or component.get("id") or where)
        hidden_if = self._condition(component, name, place)
        if kind == "text":
            return self._note(component, name, hidden_if)
        if kind == "separator":
            return Separator(hidden_if)
        if kind == "group":
            return self._group(component, name, place, hidden_if)
        return self._field(component, name, kind, place, hidden_if)

    def _condition(self, component: Component, name: str, place: _Place) -> feel.Node | None:
        conditional = component.get("conditional")
        text = conditional.get("hide") if isinstance(conditional, dict) else None
        if text in (None, ""):
            return place.hidden_if
        try:
            tree = feel.parse(str(text))
        except feel.FeelError as fault:
            self._wrong(name, "condition", fault.text)
            return place.hidden_if
        return tree if place.hidden_if is None else syntax.Or(place.hidden_if, tree)

    def _note(self, component: Component, name: str, hidden_if: feel.Node | None) -> Note:
        return Note(self._said(component, "text", name), _text_or_none(_properties(component).get("fact")), hidden_if)

    def _group(self, component: Component, name: str, place: _Place, hidden_if: feel.Node | None) -> Group | None:
        if place.depth >= MOST_NESTED or component.get("path"):
            self._wrong(name, "nesting", "group")
            return None
        label = self._said(component, "label", name) if component.get("label") else None
        inside = replace(place, prefix=name, hidden_if=hidden_if, depth=place.depth + 1)
        items = self.items(_listed(component.get("components")), inside)
        return Group(label, self._maybe_said(component, "description", name), items, hidden_if)

    def _field(
        self, component: Component, name: str, kind: str, place: _Place, hidden_if: feel.Node | None
    ) -> Field | None:
        make = _MAKERS.get(kind)
        if make is None:
            self._wrong(name, "component_type", kind)
            return None
        if place.in_rows and kind in ("dynamiclist", "filepicker"):
            self._wrong(name, "nesting", kind)
            return None
        self._check_key(component, name, place)
        common = {
            "key": str(component.get("key")),
            "label": self._said(component, "label", name),
            "hint": self._maybe_said(component, "description", name),
            "required": _validate(component).get("required") is True,
            "readonly": component.get("readonly") is True or component.get("disabled") is True,
            "record": self._record(component, name),
            "sentences": self._sentences(component, name),
            "default": component.get("defaultValue"),
            "hidden_if": hidden_if,
        }
        return make(self, component, name, place, common)

    def _check_key(self, component: Component, name: str, place: _Place) -> None:
        key = component.get("key")
        full = f"{place.prefix if place.in_rows else ''}.{key}"
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            self._wrong(name, "component_key", key)
        elif key in RESERVED and not place.in_rows:
            self._wrong(name, "component_key_reserved", key)
        elif full in self._keys:
            self._wrong(name, "component_key_duplicate", key)
        self._keys.add(full)

    def _record(self, component: Component, name: str) -> str | None:
        record = component.get("record")
        if record is None:
            return None
        if not isinstance(record, str) or not _RECORD.fullmatch(record):
            self._wrong(name, "record", record)
        return str(record)

    def _sentences(self, component: Component, name: str) -> dict[str, Text]:
        """`message_required`, `message_invalid` …: what the form itself says about a faulty answer."""
        prefix = "message_"
        own = [key for key in _properties(component) if key.startswith(prefix)]
        source = {**component, **{key: _properties(component)[key] for key in own}}
        return {key[len(prefix) :]: self._said(source, key, name) for key in own}

    def _said(self, component: Component, what: str, name: str) -> Text:
        """The words of a component in three languages; kk and ru must be there."""
        words = {language: _words(component, what, language) for language in ("kk", "ru", "en")}
        for language in ("ru", "kk"):
            if not words[language]:
                self._wrong(name, f"text_{language}", what)
        return Text(**words)

    def _maybe_said(self, component: Component, what: str, name: str) -> Text | None:
        return self._said(component, what, name) if component.get(what) else None

    def text(self, component: Component, name: str, _: _Place, common: dict[str, Any]) -> Field:
        rules, properties = _validate(component), _properties(component)
        meaning = properties.get("kind") or _VALIDATION_TYPES.get(str(rules.get("validationType")), "")
        if meaning not in ("", *MEANINGS):
            self._wrong(name, "kind", meaning)
        shape = TextArea if component.get("type") == "textarea" else TextField
        plain = shape(**common)
        least = self._whole(rules, "minLength", name, 0)
        most = self._whole(rules, "maxLength", name, plain.most)
        if least > most:
            self._wrong(name, "limit", "minLength")
        pattern = self._pattern(rules, name)
        return replace(plain, least=least, most=most, pattern=pattern, meaning=str(meaning))

    def _whole(self, rules: Component, what: str, name: str, otherwise: int) -> int:
        value = _number(rules.get(what))
        if value is None:
            if rules.get(what) not in (None, ""):
                self._wrong(name, "limit", what)
            return otherwise
        if value != int(value) or not 0 <= value <= 100_000:
            self._wrong(name, "limit", what)
        return int(value)

    def _pattern(self, rules: Component, name: str) -> Any:
        pattern = rules.get("pattern")
        if not pattern:
            return None
        try:
            return re2.compile(str(pattern), _PATTERN_OPTIONS)
        except re2.error as fault:
            self._wrong(name, "pattern", fault)
            return None

    def number(self, component: Component, name: str, _: _Place, common: dict[str, Any]) -> Field:
        rules = _validate(component)
        least, most = self._limit(rules, "min", name), self._limit(rules, "max", name)
        if least is not None and most is not None and least > most:
            self._wrong(name, "limit", "min")
        digits = component.get("decimalDigits")
        return NumberField(**common, least=least, most=most, digits=digits if isinstance(digits, int) else None)

    def _limit(self, rules: Component, what: str, name: str) -> Decimal | None:
        value = _number(rules.get(what))
        if value is None and rules.get(what) not in (None, ""):
            self._wrong(name, "limit", what)
        return value

    def checkbox(self, _component: Component, _name: str, _place: _Place, common: dict[str, Any]) -> Field:
        return Checkbox(**common)

    def choice(self, component: Component, name: str, _: _Place, common: dict[str, Any]) -> Field:
        shape: type[ChoiceField] = _CHOICES[str(component.get("type"))]
        choices_key = _text_or_none(component.get("valuesKey"))
        options = () if choices_key else self._options(_listed(component.get("values"))[:MOST_OPTIONS], name)
        if not options and not choices_key:
            self._wrong(name, "choices_missing")
        values = {str(option.value): option.value for option in options}
        default = component.get("defaultValue")
        if options and default not in (None, "") and shape is not Checklist and str(default) not in values:
            self._wrong(name, "default", default)
        return shape(**common, options=options, choices_key=choices_key, values=values)

    def _options(self, values: Sequence[object], name: str) -> tuple[Choice, ...]:
        found: dict[str, Choice] = {}
        for option in values:
            value = option.get("value") if isinstance(option, dict) else None
            if not isinstance(value, (str, int)) or isinstance(value, bool) or value == "":
                self._wrong(name, "choice_value", value)
                continue
            if str(value) in found:
                self._wrong(name, "choice_duplicate", value)
            place = f"{name}.{value}"
            said = cast("Component", option)
            hint = self._maybe_said(said, "description", place)
            found[str(value)] = Choice(value, self._said(said, "label", place), hint)
        return tuple(found.values())

    def moment(self, component: Component, name: str, _: _Place, common: dict[str, Any]) -> Field:
        subtype = str(component.get("subtype", "date"))
        if subtype not in SUBTYPES:
            self._wrong(name, "subtype", subtype)
            subtype = "date"
        return DateTimeField(**common, subtype=subtype, not_past=component.get("disallowPassedDates") is True)

    def files(self, component: Component, name: str, _: _Place, common: dict[str, Any]) -> Field:
        properties = _properties(component)
        accept = str(properties.get("accept") or component.get("accept") or "")
        size = self._whole(properties, "maxSizeMb", name, 20)
        endings = tuple(each.strip().lower() for each in accept.split(",") if each.strip().startswith("."))
        multiple = component.get("multiple") is True
        return FilePicker(**common, rule=FileRule(accept=endings, most_megabytes=size, multiple=multiple))

    def rows(self, component: Component, name: str, place: _Place, common: dict[str, Any]) -> Field:
        inside = _Place(prefix=name, depth=place.depth + 1, in_rows=True)
        cells = tuple(_flat(self.items(_listed(component.get("components")), inside)))
        if not cells:
            self._wrong(name, "form_shape")
        blank = self._whole(component, "defaultRepetitions", name, 1)
        fixed = component.get("allowAddRemove") is False or any(cell.readonly for cell in cells)
        return Rows(**common, cells=cells, blank_rows=min(blank, 20), fixed=fixed)


_Maker = Callable[[_Reader, Component, str, _Place, dict[str, Any]], Field]
_MAKERS: Final[Mapping[str, _Maker]] = {
    "textfield": _Reader.text,
    "textarea": _Reader.text,
    "number": _Reader.number,
    "checkbox": _Reader.checkbox,
    "radio": _Reader.choice,
    "select": _Reader.choice,
    "checklist": _Reader.choice,
    "datetime": _Reader.moment,
    "filepicker": _Reader.files,
    "dynamiclist": _Reader.rows,
}
_CHOICES: Final[Mapping[str, type[ChoiceField]]] = {"radio": Radio, "select": Select, "checklist": Checklist}
_VALIDATION_TYPES: Final = {"email": "email", "phone": "phone"}


def _flat(items: Sequence[Item]) -> list[Field]:
    """The fields among the items, groups opened."""
    found: list[Field] = []
    for item in items:
        if isinstance(item, Group):
            found += _flat(item.items)
        elif isinstance(item, Field):
            found.append(item)
    return found


def fields_of(items: Sequence[Item]) -> tuple[Field, ...]:
    """Every field of a form in its order; cells of repeating groups stay with their group."""
    return tuple(_flat(items))


def _words(component: Component, what: str, language: str) -> str:
    translations = component.get("i18n")
    translated = translations.get(language) if isinstance(translations, dict) else None
    words = translated.get(what) if isinstance(translated, dict) else None
    if not words and language == "ru":
        words = component.get(what)
    return words.strip() if isinstance(words, str) else ""


def _validate(component: Component) -> Component:
    rules = component.get("validate")
    return rules if isinstance(rules, dict) else {}


def _properties(component: Component) -> Component:
    properties = component.get("properties")
    return properties if isinstance(properties, dict) else {}


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _text_or_none(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    text = str(value)
    return Decimal(text) if re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,10})?", text) else None
