"""Who may receive citizens in an office: roles of its settings."""

from collections.abc import Sequence
from typing import Final

from app.models import Office

_USUAL: Final = ("leadership",)


def receiving_roles(office: Office) -> Sequence[str]:
    """The roles of `[reception] receiving_roles` (KRG-2); the leadership where the office names none."""
    found: Sequence[str] = office.settings.get("reception", {}).get("receiving_roles", _USUAL)
    return found
