"""A compiled form: checks answers, shows pages, keeps what was typed."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from typing import Any, Final

from app.domain import clock, feel
from app.domain.calendar import COUNTRY_ZONE
from app.domain.texts import Text
from app.forms.choices import FILES, Choice
from app.forms.conditions import ordered_conditions
from app.forms.fields import Asking, ChoiceField, Field
from app.forms.groups import FilePicker, FileRule, Rows
from app.forms.page import Shown, form_page
from app.forms.problems import ElementNotNumberedError, InvalidFormError, Problem
from app.forms.schema import Group, Item, Note, fields_of, read_items
from app.forms.submission import Pressed, Submission, plain, pressed, with_row, without_row
from app.forms.validation import Checked, Questions, check_answers
from app.forms.views import FormPage

NUMBER: Final = "{n}"
"""In the keys and words of a form shared by numbered elements: the number at the end of the element's id."""
DEEPEST: Final = 20


@dataclass(frozen=True, slots=True)
class Form:
    """One form file, read and checked once; safe to share between threads."""

    items: tuple[Item, ...]
    fields: tuple[Field, ...]
    questions: Questions = field(repr=False)
    schema: Mapping[str, object] = field(repr=False)
    numbered: bool = False
    _editions: dict[str, "Form"] = field(default_factory=dict, repr=False, compare=False)

    def for_element(self, element: str) -> "Form":
        """The form as this element shows it: `{n}` in its keys is the number at the end of the element's id.

        A form without `{n}` is the same for every element. Raises `ElementNotNumberedError`.
        """
        if not self.numbered:
            return self
        number = re.search(r"[0-9]+$", element)
        if number is None:
            raise ElementNotNumberedError(element=element)
        if number[0] not in self._editions:
            self._editions[number[0]] = _compiled(self.schema, number[0])
        return self._editions[number[0]]

    def only(self, keys: Collection[str]) -> "Form":
        """The questions of these keys that become variables, all of them asked, and nothing else."""
        kept = tuple(
            replace(each, hidden_if=None)
            for each in self.fields
            if each.key in keys and each.record is None and not each.readonly
        )
        return Form(kept, kept, Questions.of(kept), self.schema)

    @property
    def choice_keys(self) -> frozenset[str]:
        """The lists that the office must give as `choices`; "files" when the form takes files."""
        asked = [*self.fields, *(cell for each in self.fields if isinstance(each, Rows) for cell in each.cells)]
        keys = {each.choices_key for each in asked if isinstance(each, ChoiceField) and each.choices_key}
        return frozenset(keys | ({FILES} if self.file_rules else set()))

    @property
    def file_rules(self) -> Mapping[str, FileRule]:
        """What each file field takes, by key: for the upload."""
        return {each.key: each.rule for each in self.fields if isinstance(each, FilePicker) and not each.readonly}

    @property
    def condition_names(self) -> frozenset[str]:
        """What the conditions of its fields name: answers, variables, what the office knows."""
        return frozenset(name for _, tree in self.questions.conditions for name in feel.names(tree))

    @property
    def record_paths(self) -> Mapping[str, str]:
        """Key → record path of every field that is kept in a record."""
        return {each.key: each.record for each in self.fields if each.record}

    @property
    def facts(self) -> frozenset[str]:
        """The facts of the case that the form shows, as `request.substance`."""
        return frozenset(_facts(self.items))

    @property
    def names(self) -> frozenset[str]:
        """All that it may need to know: its keys, record paths and facts, and what any of its conditions names."""
        return frozenset(_names(self.items))

    def check(
        self,
        submitted: Submission,
        choices: Mapping[str, Sequence[Choice]],
        variables: Mapping[str, object],
        *,
        zone: tzinfo = COUNTRY_ZONE,
    ) -> Checked:
        """Clean answers of what a browser sent, never raising for anything in it; `variables` only serve conditions."""
        return check_answers(self.questions, self.values_of(submitted), _asking(choices, zone), variables)

    def check_json(
        self,
        data: Mapping[str, Any],
        choices: Mapping[str, Sequence[Choice]],
        variables: Mapping[str, object],
        *,
        zone: tzinfo = COUNTRY_ZONE,
    ) -> Checked:
        """The same for typed JSON: numbers, booleans, lists, ISO dates, rows as objects."""
        return check_answers(self.questions, data, _asking(choices, zone), variables)

    def values_of(self, submitted: Submission) -> dict[str, object]:
        """Everything typed, exactly as it was, as JSON values; undeclared and readonly keys are left out."""
        sent = plain(submitted)
        return {each.key: each.typed(sent, each.key) for each in self.fields if not each.readonly}

    def draft(self, submitted: Submission) -> dict[str, object]:
        """What to keep as a draft."""
        return self.values_of(submitted)

    def rearranged(self, submitted: Submission) -> dict[str, object]:
        """The values after the button that sent the form; sent in another way, just what was typed.

        Buttons: `_add:<list>`, `_remove:<list>:<number>`, `_remove:<files>:<id>`.
        """
        sent = plain(submitted)
        button = pressed(sent)
        return self.values_of(sent if button is None else self._after(button, sent))

    def _after(self, button: Pressed, sent: dict[str, Sequence[str]]) -> dict[str, Sequence[str]]:
        target = next((each for each in self.fields if each.key == button.key and not each.readonly), None)
        if isinstance(target, FilePicker) and not button.adds:
            return {**sent, target.key: [each for each in sent.get(target.key, ()) if each != button.what]}
        if isinstance(target, Rows) and not target.fixed:
            return with_row(sent, target.key) if button.adds else without_row(sent, target.key, button.what)
        return sent

    def prefilled(self, known: Mapping[str, object]) -> dict[str, object]:
        """What is known already, by record path or by key, as values of the fields."""
        names = {each.key: each.record or each.key for each in self.fields}
        return {key: known[name] for key, name in names.items() if known.get(name) is not None}

    def errors_at(self, errors: Mapping[str, Text]) -> dict[str, Text]:
        """Errors keyed by record path or field key, as those who save records raise them, keyed by input name."""
        keys = {path: key for key, path in self.record_paths.items()}
        return {keys.get(path, path): said for path, said in errors.items()}

    def page(
        self,
        values: Mapping[str, object] | None,
        errors: Mapping[str, Text],
        language: str,
        choices: Mapping[str, Sequence[Choice]],
        variables: Mapping[str, object],
        *,
        known: Mapping[str, object] | None = None,
        facts: Mapping[str, object] | None = None,
        zone: tzinfo = COUNTRY_ZONE,
    ) -> FormPage:
        """The page for a reader.

        `values`: what was typed (`values_of`, a draft). `known`: record path or key → what is stored, shown where
        nothing was typed; a key in neither shows the field's default. `facts` fill what the form shows of the case: by
        path, flat or nested; texts, lists, rows.
        """
        stored = known or {}
        shown = {**self.prefilled(stored), **(values or {})}
        facts = {path: _fact(path, facts or {}, stored) for path in self.facts}
        return form_page(self.items, Shown(shown, errors, language, choices, variables, facts, zone))


def compile_form(schema: Mapping[str, object]) -> Form:
    """Read a form file; raises `InvalidFormError` with every fault."""
    return _compiled(schema, "n")


def form_problems(schema: object) -> tuple[Problem, ...]:
    """Every fault of a form file, none when it can be used."""
    return _read(_with_number(schema, "n"))[1]


def _compiled(schema: Mapping[str, object], number: str) -> Form:
    edition = _with_number(schema, number)
    items, problems = _read(edition)
    if problems:
        raise InvalidFormError(problems)
    fields = fields_of(items)
    return Form(items, fields, Questions.of(fields), schema, number == "n" and edition != schema)


def _read(schema: object) -> tuple[tuple[Item, ...], tuple[Problem, ...]]:
    items, problems = read_items(schema)
    fields = fields_of(items)
    for asked in (fields, *(each.cells for each in fields if isinstance(each, Rows))):
        problems += ordered_conditions(asked)[1]
    return items, tuple(problems)


def _with_number(schema: Any, number: str, depth: int = 0) -> Any:
    """The schema with `{n}` in its strings replaced; what stands deeper than any form does is left alone."""
    if isinstance(schema, str):
        return schema.replace(NUMBER, number)
    if depth > DEEPEST:
        return schema
    if isinstance(schema, Mapping):
        return {key: _with_number(value, number, depth + 1) for key, value in schema.items()}
    if isinstance(schema, list):
        return [_with_number(value, number, depth + 1) for value in schema]
    return schema


def _names(items: Sequence[Item]) -> Iterator[str]:
    for item in items:
        if item.hidden_if is not None:
            yield from feel.names(item.hidden_if)
        if isinstance(item, Group):
            yield from _names(item.items)
        elif isinstance(item, Note):
            yield item.fact or ""
        elif isinstance(item, Field):
            yield from (item.key, item.record or "")
        if isinstance(item, Rows):
            yield from _names(item.cells)


def _facts(items: Sequence[Item]) -> set[str]:
    found: set[str] = set()
    for item in items:
        if isinstance(item, Group):
            found |= _facts(item.items)
        elif isinstance(item, Note) and item.fact:
            found.add(item.fact)
    return found


def _fact(path: str, facts: Mapping[str, object], stored: Mapping[str, object]) -> object:
    if path in facts:
        return facts[path]
    found: object = facts
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return stored.get(path) if found is None else found


def _asking(choices: Mapping[str, Sequence[Choice]], zone: tzinfo) -> Asking:
    return Asking(choices, clock.now().astimezone(zone).date(), zone)
