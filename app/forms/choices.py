"""What a person may choose from when the office, not the form, gives the list."""

from dataclasses import dataclass
from typing import Final

from app.domain.texts import Text

FILES: Final = "files"
"""The list of choices that holds the uploaded files a form may name."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice: the value that reaches the process, its words, a second line; a name needs no translation.

    For a file field (`choices["files"]`): the file's id, its name, «PDF · 184 КБ».
    """

    value: str | int
    label: Text | str
    hint: Text | str | None = None

    def label_in(self, language: str) -> str:
        """The words in `language`."""
        return words_in(self.label, language)

    def hint_in(self, language: str) -> str:
        """The second line in `language`; empty where there is none."""
        return words_in(self.hint, language)


def words_in(words: Text | str | None, language: str) -> str:
    """Words in `language`; a plain string is the same in every language."""
    return words.in_(language) if isinstance(words, Text) else words or ""
