"""Barcodes of registered post (UPU standard S10): two letters, eight digits, a check digit, the country."""

import re
from typing import Final

_SHAPE: Final = re.compile(r"[A-Z]{2}\d{9}[A-Z]{2}")
_WEIGHTS: Final = (8, 6, 4, 2, 3, 5, 9, 7)
_INSTEAD: Final = {10: 0, 11: 5}


def read(written: str) -> str:
    """The barcode as it is kept: capitals without blanks or hyphens between."""
    return re.sub(r"[\s-]+", "", written).upper()


def check_digit(serial: str) -> int:
    """The check digit of eight digits: `check_digit("47312482") == 9`."""
    total = sum(int(digit) * weight for digit, weight in zip(serial, _WEIGHTS, strict=True))
    found = 11 - total % 11
    return _INSTEAD.get(found, found)


def is_valid(barcode: str) -> bool:
    """Whether a barcode (as `read` keeps it) has the shape of S10 and its check digit is right."""
    return _SHAPE.fullmatch(barcode) is not None and check_digit(barcode[2:10]) == int(barcode[10])
