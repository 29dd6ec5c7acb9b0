"""Numbers that identify: IIN, BIN, phones."""

import re
from typing import Final

_WEIGHTS: Final = (tuple(range(1, 12)), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2))
_SPACES: Final = re.compile(r"[\s\u00a0()\-–.]+")


def digits_of(text: str) -> str:
    """The number without the spaces and dashes people put into it."""
    return _SPACES.sub("", text)


def control_digit_fits(number: str) -> bool:
    """Whether the twelfth digit of an IIN or BIN follows from the eleven before it."""
    digits = [int(digit) for digit in number]
    for weights in _WEIGHTS:
        control = sum(weight * digit for weight, digit in zip(weights, digits, strict=False)) % 11
        if control != 10:
            return control == digits[11]
    return False


def is_iin(number: str) -> bool:
    """Twelve digits: birth date YYMMDD, a digit of century and sex (0–6), four of order, a control digit."""
    if not re.fullmatch(r"[0-9]{12}", number):
        return False
    month, day, century = int(number[2:4]), int(number[4:6]), int(number[6])
    return 1 <= month <= 12 and 1 <= day <= 31 and century <= 6 and control_digit_fits(number)


def is_bin(number: str) -> bool:
    """Twelve digits: registration YYMM, kind of entity (4, 5 or 6), its feature, five of order, a control digit."""
    if not re.fullmatch(r"[0-9]{12}", number):
        return False
    return 1 <= int(number[2:4]) <= 12 and number[4] in "456" and control_digit_fits(number)


def phone_number(text: str) -> str | None:
    """`+77011234567` for any usual way of writing it; foreign numbers with `+` as they are; None if it is none."""
    number = digits_of(text)
    if re.fullmatch(r"[78][0-9]{10}", number):
        return "+7" + number[1:]
    if re.fullmatch(r"7[0-9]{9}", number):
        return "+7" + number
    if re.fullmatch(r"\+7[0-9]{10}|\+[1-689][0-9]{7,14}", number):
        return number
    return None
