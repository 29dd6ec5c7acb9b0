"""Sentences of the pages: `texts/<area>.toml` holds every one in kk, ru and en, side by side."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from babel import Locale

FOLDER: Final = Path(__file__).parents[1] / "web" / "texts"
PLURAL_KEYS: Final = frozenset({"zero", "one", "two", "few", "many", "other"})


@cache
def catalogue() -> Mapping[str, Mapping[str, Any]]:
    """All sentences by `area.key`, each a mapping of language to words or to words by plural form."""
    found: dict[str, Mapping[str, Any]] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        for key, languages in tomllib.loads(path.read_text("utf-8")).items():
            found[f"{path.stem}.{key}"] = languages
    return found


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


def say(language: str, key: str, **values: Any) -> str:
    """The sentence `key` in `language` with its places filled; a plural form is chosen by the value `n`.

    An unknown key is a programmer's mistake and raises `KeyError`.
    """
    words = catalogue()[key]
    chosen = words.get(language) or words["ru"]
    if isinstance(chosen, Mapping):
        form = _locale(language).plural_form(values.get("n", 0))
        chosen = chosen.get(form) or chosen["other"]
    return chosen.format(**values) if values else str(chosen)
