"""Secrets on talons: long enough not to be guessed, grouped so that they can be typed from paper."""

import hashlib
import hmac
from typing import Final

LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Thirty-two signs without those that look alike: five bits each."""
LENGTH: Final = 20
"""Signs of a secret: 100 bits."""
GROUP: Final = 4
_LIKE: Final = str.maketrans("OILUАВСЕНКМОРТХІҮУ", "011VABCEHKM0PTX1YY")
"""What is typed for a sign: the Latin letters that were left out, and Cyrillic ones that look like Latin."""


def secret_of(key: str, told: str) -> str:
    """The secret that the installation's `key` gives to what is `told`: always the same, nobody else can make it."""
    digest = hmac.new(key.encode(), told.encode(), hashlib.sha256).digest()
    number = int.from_bytes(digest, "big")
    return "".join(LETTERS[(number >> 5 * place) & 31] for place in range(LENGTH))


def grouped(secret: str) -> str:
    """As it stands on the talon: `K7QF-2M9X-…`."""
    return "-".join(secret[start : start + GROUP] for start in range(0, len(secret), GROUP))


def as_typed(text: str) -> str:
    """The secret that somebody meant: capitals without spaces and dashes, look-alikes of both scripts read as one."""
    return "".join(sign for sign in text.upper().translate(_LIKE) if sign in LETTERS)[: LENGTH + 1]


def hash_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
