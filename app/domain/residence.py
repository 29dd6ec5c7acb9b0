"""Whether an address lies beyond a city, as far as it says (KTEK-3.2.4)."""

import re
from collections.abc import Iterable
from typing import Final

_CITY: Final = r"(?:г|город|қ|қала|қаласы)"
_OTHER: Final = re.compile(
    rf"\b{_CITY}\b|\b(?:с|село|пос|поселок|посёлок|пгт|аул|ауыл|ауылы|кент|кенті|ст|станция|район|ауданы)\b|\bр-н\b"
)
_WIDER: Final = re.compile(r"\S+ (?:облысы|ауданы)\b")
"""«Қостанай облысы», «Қостанай ауданы»: the city's name with a wider place behind it."""


def lives_outside(address: str, home: Iterable[str]) -> bool | None:
    """Whether an address names another place than the home city; None where it names none.

    `home` are the city's names in the languages, with or without "г.": «г. Костанай», «Қостанай қ.». A region of the
    same name («Костанайская область») is no city.
    """
    said = _plain(address)
    cities = _WIDER.sub(" ", said)
    names = [re.sub(rf"\b{_CITY}\b", " ", _plain(each)).strip() for each in home]
    if any(re.search(rf"\b{re.escape(name)}\b", cities) for name in names if name):
        return False
    return True if _OTHER.search(said) else None


def _plain(words: str) -> str:
    return " ".join(re.sub(r"[.,;]", " ", words.casefold()).split())
