"""Passwords: argon2, never in a log, never shown twice."""

from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.domain.errors import AutomationError
from app.domain.texts import Text

SHORTEST: Final = 12
_hasher: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # the OWASP minimum: 2 cores
_NOBODY: Final = _hasher.hash("nobody knows this password")


class WeakPasswordError(AutomationError):
    """The password is too short or is the login."""

    status = 422
    message = Text(
        kk="Құпиясөз кемінде {shortest} таңбадан тұрсын және логинмен бірдей болмасын.",
        ru="Пароль должен быть не короче {shortest} знаков и не совпадать с логином.",
        en="A password has at least {shortest} characters and is not the login.",
    )


def hashed(password: str, *, login: str) -> str:
    """The password as it is stored; raises `WeakPasswordError`."""
    if len(password) < SHORTEST or password.casefold() == login.casefold():
        raise WeakPasswordError(shortest=SHORTEST)
    return _hasher.hash(password)


def matches(password: str, stored: str | None) -> bool:
    """Whether it is the password; takes as long for people who do not exist."""
    try:
        _hasher.verify(stored or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None
