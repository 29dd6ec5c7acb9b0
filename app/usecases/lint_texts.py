"""Lint of the letters and documents that go with a process."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, Literal

from app.domain.problems import Problem
from app.domain.templates import TemplateProblem, Vocabulary, VocabularyError, problems_of, read_vocabulary
from app.engine.lint.rules import texts as rules

Part = Literal["letters", "documents"]
PARTS: Final[tuple[Part, ...]] = ("letters", "documents")
WRITTEN_IN: Final = ("kk", "ru")
_SUBJECT: Final = "subject:"


def lint_texts(bundle: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with the texts of a bundle: tags, unknown fields, a language that is missing."""
    for part in PARTS:
        try:
            vocabulary_of(bundle, part)
        except VocabularyError as error:
            yield rules.VOCABULARY.at(f"{part}/fields.toml", "", detail=error)
            continue
        words = bundle.get("fields", {}).get(part)
        for name, source in bundle.get(part, {}).items():
            yield from _faults(part, name, source, words)
        yield from _untranslated(part, bundle.get(part, {}))


def vocabulary_of(bundle: Mapping[str, Any], part: Part) -> Vocabulary | None:
    """The fields that may stand in the letters or documents of a bundle; None where it says nothing of them.

    Raises `VocabularyError`.
    """
    source = bundle.get("fields", {}).get(part)
    return _vocabulary(part, source) if source is not None else None


def kind_of(name: str) -> str:
    """The kind of a text: "appointment" of "appointment.sms.kk"."""
    return name.partition(".")[0]


@lru_cache(maxsize=8)
def _vocabulary(part: Part, source: str) -> Vocabulary:
    return read_vocabulary(source, part)


@lru_cache(maxsize=2048)
def _wrong(part: Part, kind: str, source: str, words: str | None) -> tuple[TemplateProblem, ...]:
    """An office's texts go with each of its processes: each is read once, not once a process."""
    return tuple(problems_of(source)) if words is None else _vocabulary(part, words).faults(kind, source)


def _faults(part: Part, name: str, source: str, words: str | None) -> Iterator[Problem]:
    file = f"{part}/{name}.md"
    for problem in _wrong(part, kind_of(name), source, words):
        yield rules.FAULT.at(file, "", **problem.message.as_dict())
    if part == "letters" and ".sms." not in name and not source.lstrip("\ufeff").lower().startswith(_SUBJECT):
        yield rules.NO_SUBJECT.at(file, "")


def _untranslated(part: Part, texts: Mapping[str, str]) -> Iterator[Problem]:
    stems = sorted({name.rpartition(".")[0] for name in texts if name.rpartition(".")[2] in ("kk", "ru", "en")})
    for stem in stems:
        for language in WRITTEN_IN:
            if f"{stem}.{language}" not in texts:
                yield rules.NO_TRANSLATION.at(f"{part}/{stem}.{language}.md", "", name=stem, language=language)
