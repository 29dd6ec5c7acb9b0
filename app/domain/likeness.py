"""How alike two questions are: by the stems of the words that say something, in Kazakh and Russian."""

import re
from dataclasses import dataclass
from typing import Final

from app.domain.texts import Text

SAME: Final = 0.34
"""From here on two questions are held to be the same; a person decides, this only finds."""
_STEM: Final = 5
"""Letters of a word that count: endings differ in both languages."""
_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_EMPTY: Final = frozenset(
    [
        "туралы",
        "бойынша",
        "және",
        "үшін",
        "мені",
        "менің",
        "біздің",
        "осы",
        "сол",
        "бұл",
        "қабылдау",
        "қабылдауға",
        "жазыңыз",
        "өтінемін",
        "сұраймын",
        "мәселе",
        "мәселесі",
        "вопрос",
        "вопросу",
        "вопроса",
        "прошу",
        "прием",
        "приём",
        "приема",
        "приёма",
        "личный",
        "личного",
        "личном",
        "записать",
        "заявка",
        "просьба",
        "который",
        "которая",
        "чтобы",
        "также",
        "этого",
        "этому",
        "моего",
        "моей",
        "нашего",
        "нашей",
        "меня",
        "если",
        "когда",
        "после",
        "about",
        "this",
        "that",
        "with",
        "from",
        "question",
        "please",
    ]
)
_WHY: Final = Text(
    "ортақ сөздер: {words} ({share} %)", "общие слова: {words} ({share} %)", "words in common: {words} ({share} %)"
)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much of the shorter question the other holds, 0 to 1, and the words of the first that both have."""

    share: float
    common: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether it looks like one question."""
        return self.share >= SAME and len(self.common) > 1

    @property
    def why(self) -> Text:
        """What the finding stands on."""
        return _WHY.with_values(words=", ".join(self.common[:6]), share=round(self.share * 100))


def likeness(one: str, other: str) -> Likeness:
    """Compare two questions as they were written; the order of the two changes nothing but the words shown."""
    first, second = _stems(one), _stems(other)
    if not first or not second:
        return Likeness(0, ())
    common = [stem for stem in first if stem in second]
    return Likeness(len(common) / min(len(first), len(second)), tuple(first[stem] for stem in common))


def _stems(text: str) -> dict[str, str]:
    """Each stem with the first word that has it, in the order written."""
    found: dict[str, str] = {}
    for match in _WORD.finditer(text.casefold().replace("ё", "е")):
        word = match[0]
        if word not in _EMPTY:
            found.setdefault(word[:_STEM], word)
    return found
