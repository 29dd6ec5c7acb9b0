"""The names in sight while an expression is evaluated."""

from collections.abc import Mapping
from typing import Final

MISSING: Final = object()
"""What a frame finds where nothing has the name."""


class Frame:
    """Names of a context, over those of the frame around it."""

    __slots__ = ("_entries", "_outer")

    def __init__(self, entries: Mapping[str, object], outer: "Frame | None" = None) -> None:
        self._entries = entries
        self._outer = outer

    def find(self, name: str) -> object:
        """The value of the innermost such name, `MISSING` without one."""
        frame: Frame | None = self
        while frame is not None:
            if name in frame._entries:
                return frame._entries[name]
            frame = frame._outer
        return MISSING
