"""Districts and cities of an office, `[[regions]]` of office.toml, and which of them somebody means."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.domain.case_words import plain
from app.domain.texts import LANGUAGES, Text

OTHER: Final = "other"
"""The answer of whoever means a place that is not in the list."""
_KINDS: Final = frozenset(
    [*("город", "г", "г.", "район", "р-н", "каласы", "к.", "ауданы", "аудан"), *("city", "district", "region")]
)


@dataclass(frozen=True, slots=True)
class Region:
    """A district or city; `column` and `row` are those of its tile on the map of problems, from 1."""

    code: str
    name: Text
    column: int
    row: int


@dataclass(frozen=True, slots=True)
class Regions:
    """Those of an office, in its order."""

    rows: tuple[Region, ...]
    by_words: Mapping[str, str]

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Regions":
        """The regions that the settings of an office name."""
        rows = tuple(
            Region(each["code"], Text(**each["name"]), each["column"], each["row"])
            for each in settings.get("regions", ())
        )
        by_words: dict[str, str] = {}
        for called in (_whole, _bare):  # a whole name before one that a city and its district share
            for row in rows:
                for words in called(row):
                    by_words.setdefault(words, row.code)
        return cls(rows, by_words)

    def code_of(self, said: str) -> str:
        """The code of the region that was said, by its code or its name in any language; else the words in plain
        letters."""
        words = " ".join(plain(said).split())
        return self.by_words.get(words) or self.by_words.get(_without_kind(words)) or words

    def knows(self, said: str) -> bool:
        """Whether a region of the office was said."""
        return self.code_of(said) in {row.code for row in self.rows}

    def called(self, said: str) -> Text:
        """The name of the region that was said; of another place the words."""
        code, words = self.code_of(said), said[:1].upper() + said[1:]
        return next((row.name for row in self.rows if row.code == code), Text(words, words, words))


def _whole(row: Region) -> Iterator[str]:
    yield row.code
    yield from (plain(row.name.in_(language)) for language in LANGUAGES)


def _bare(row: Region) -> Iterator[str]:
    return map(_without_kind, _whole(row))


def _without_kind(words: str) -> str:
    return " ".join(word for word in words.split() if word not in _KINDS)
