"""Personal numbers in free text, covered for readers who do not need them."""

import re
from typing import Final

_LONG_NUMBER: Final = re.compile(r"(?<![\w.,/-])\+?\d(?:[\s()\u00a0-]{0,2}\d){9,13}(?![\w])")
_ADDRESS: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
KEPT: Final = 2
"""How many last digits of a number stay readable, so that two numbers can be told apart."""


def masked(text: str) -> str:
    """The text with IINs, telephone and card numbers (10 to 14 digits) and e-mail addresses covered by dots."""
    return _ADDRESS.sub("•••@•••", _LONG_NUMBER.sub(_covered, text))


def _covered(found: re.Match[str]) -> str:
    digits = [letter for letter in found[0] if letter.isdigit()]
    return "•" * (len(digits) - KEPT) + "".join(digits[-KEPT:])
