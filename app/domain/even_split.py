"""An even split of a day's work: whoever has the least gets the next."""

from collections.abc import Mapping


def lightest(loads: Mapping[int, int], last: Mapping[int, int] | None = None) -> int | None:
    """Who of those present gets the next: the least loaded, of equals who has waited longest; None: nobody is there.

    `loads` counts by person what each has of the day, `last` orders by person what each got last (a higher number is
    later). Counts of those present the whole day differ by at most one (KST-JRN-3), however others come and go.
    """
    got = last or {}
    return min(loads, key=lambda person: (loads[person], got.get(person, 0), person), default=None)
