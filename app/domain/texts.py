"""A sentence in the three languages that people here read."""

from dataclasses import dataclass
from typing import Final, Literal

Language = Literal["kk", "ru", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("kk", "ru", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Kazakh, Russian and English; kk and ru are mandatory, en falls back to ru."""

    kk: str
    ru: str
    en: str = ""

    def in_(self, language: str) -> str:
        """The words in `language` ("kk", "ru" or "en"); Russian where the language has none."""
        return getattr(self, language, "") or self.ru

    @property
    def capitalised(self) -> "Text":
        """The same words as a sentence begins."""
        return Text(*(words[:1].upper() + words[1:] for words in (self.kk, self.ru, self.en)))

    def with_values(self, **values: object) -> "Text":
        """The same sentence with its `{name}` places filled in."""
        return Text(*(getattr(self, language).format(**values) for language in LANGUAGES))

    def as_dict(self) -> dict[str, str]:
        """`{"kk": …, "ru": …, "en": …}` as the command line and the API print it."""
        return {language: self.in_(language) for language in LANGUAGES}
