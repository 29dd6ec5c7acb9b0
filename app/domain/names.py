"""Names of people in the order of the Kazakh alphabet, which the database cannot sort by."""

from typing import Final

_ALPHABET: Final = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
_ORDER: Final = {letter: f"{number:02d}" for number, letter in enumerate(_ALPHABET, 10)}


def sort_key(name: str) -> str:
    """A key that sorts bytewise as the Kazakh alphabet does; Latin letters and digits come first."""
    return "".join(_ORDER.get(letter, letter) for letter in " ".join(name.casefold().split()))
