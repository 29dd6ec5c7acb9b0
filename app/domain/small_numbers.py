"""Counts that are published: small ones are hidden, so that nobody behind them can be recognised."""

from collections.abc import Sequence
from typing import Final

LEAST: Final = 5
"""The smallest count, besides none at all, that is published."""


def published(counts: Sequence[int]) -> list[int | None]:
    """The counts of one total, None for those that are hidden.

    Where exactly one would be hidden, the smallest of the others is hidden too: else the total would tell it.
    """
    shown: list[int | None] = [None if 0 < count < LEAST else count for count in counts]
    if shown.count(None) == 1:
        others = [place for place, count in enumerate(shown) if count]
        if others:
            shown[min(others, key=lambda place: counts[place])] = None
    return shown
