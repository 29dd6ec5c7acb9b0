"""What the letters or documents of an office may say: the words of a `fields.toml`, and templates judged by them."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.domain.templates.fields import Use, uses
from app.domain.templates.letters import parse_letter
from app.domain.templates.syntax import TemplateProblem, parse, problems_of
from app.domain.texts import Text

NOT_A_FIELD: Final = Text(
    kk="{line}-жол: «{name}» деген өріс жоқ. Тізімдегі өрістердің бірін қойыңыз.",
    ru="Строка {line}: поля «{name}» нет. Возьмите поле из списка.",
    en="Line {line}: there is no field “{name}”. Take one of the list.",
)
NOT_HERE: Final = Text(
    kk="{line}-жол: «{name}» өрісін бұл мәтінде қолдануға болмайды.",
    ru="Строка {line}: поле «{name}» в этом тексте использовать нельзя.",
    en="Line {line}: the field “{name}” may not stand in this text.",
)


class VocabularyError(ValueError):
    """The words of a `fields.toml` cannot be read; `args[0]` says why."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A list that a template may go through: what it is, and the fields of its rows."""

    label: Text
    fields: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class Kind:
    """A letter or document: what it is called and which fields and lists may stand in it."""

    title: Text
    allowed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Fields and lists with what they mean, and the kinds of texts that are restricted to some of them."""

    fields: Mapping[str, Text]
    lists: Mapping[str, Rows]
    kinds: Mapping[str, Kind]

    def allowed(self, kind: str) -> frozenset[str]:
        """The names that may stand in a text of this kind; all of them where nothing is said of it."""
        known = self.kinds.get(kind)
        return known.allowed if known else frozenset({*self.fields, *self.lists})

    def title(self, kind: str) -> Text:
        """What the kind is called; its code where nothing is said of it."""
        known = self.kinds.get(kind)
        return known.title if known else Text(kind, kind, kind)

    def faults(self, kind: str, source: str) -> tuple[TemplateProblem, ...]:
        """What is wrong with a text of this kind, in the order of its lines: its tags, or else its fields."""
        return problems_of(source) or tuple(self._strange(kind, source))

    def placeholders(self, source: str) -> dict[str, Any]:
        """A value for every name of a faultless text that says what will stand there, two rows in every list."""
        found = uses(parse(source))
        values: dict[str, Any] = {use.name: f"‹{use.name}›" for use in found if not use.lists}
        for use in found:
            if use.purpose == "list" and not use.lists:
                inside = {each.name for each in found if each.lists[:1] == (use.name,)}
                values[use.name] = [{name: f"‹{name} {number}›" for name in inside} for number in (1, 2)]
        return values

    def _strange(self, kind: str, source: str) -> Iterator[TemplateProblem]:
        allowed = self.allowed(kind)
        for use in _uses(source):
            rows = self.lists[use.lists[-1]].fields if use.lists and use.lists[-1] in self.lists else {}
            if use.name in rows or use.name in allowed:
                continue
            known = use.name in self.fields or use.name in self.lists
            words = NOT_HERE if known else NOT_A_FIELD
            yield TemplateProblem(use.line, words.with_values(line=use.line, name=use.name))


def _uses(source: str) -> tuple[Use, ...]:
    letter = parse_letter(source)
    return (*(uses(letter.subject) if letter.subject else ()), *uses(letter.body))


def read_vocabulary(source: str, part: str) -> Vocabulary:
    """The vocabulary of a `fields.toml`; `part` is its table of kinds, "letters" or "documents".

    Raises `VocabularyError`.
    """
    try:
        found = tomllib.loads(source)
        return Vocabulary(
            fields={name: _text(words) for name, words in found.get("fields", {}).items()},
            lists={
                name: Rows(_text(rows), {each: _text(words) for each, words in rows["fields"].items()})
                for name, rows in found.get("lists", {}).items()
            },
            kinds={
                name: Kind(_text(kind["title"]), frozenset(kind["fields"]))
                for name, kind in found.get(part, {}).items()
            },
        )
    except (tomllib.TOMLDecodeError, AttributeError, KeyError, TypeError) as error:
        raise VocabularyError(str(error)) from error


def _text(words: Mapping[str, str]) -> Text:
    return Text(words["kk"], words["ru"], words.get("en", ""))
