"""What differs between two texts, sentence by sentence."""

import re
from difflib import SequenceMatcher
from typing import Final

_SENTENCES: Final = re.compile(r"(?<=[.!?…])\s+|\n+")


def changes(before: str, after: str) -> list[str]:
    """The sentences that went ("− …") and that came ("+ …"), in the order of the text; none for equal texts."""
    old, new = _sentences(before), _sentences(after)
    found: list[str] = []
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what != "equal":
            found += [f"− {each}" for each in old[a:b]] + [f"+ {each}" for each in new[c:d]]
    return found


def _sentences(text: str) -> list[str]:
    return [each.strip() for each in _SENTENCES.split(text) if each.strip()]
