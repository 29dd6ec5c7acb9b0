"""One spelling for a word however it was written: Kazakh or Russian letters, Latin ones, doubled or mistyped."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

CONFUSED: Final = 0.3
"""What it costs to take one letter for another that people confuse; any other mistake costs 1."""

_CYRILLIC: Final = str.maketrans(
    {
        **dict(zip("абвгдежзиклмнопрстуфх", "abvgdejziklmnoprstufh", strict=True)),
        **dict(zip("әғқңөұүһіёэйы", "agknouuhieeii", strict=True)),
        **dict(zip("цчшщъьюя", ("ts", "c", "w", "w", "", "", "iu", "ia"), strict=True)),
    }
)
_LOOKALIKES: Final = str.maketrans("aeopcxykmthbi", "аеорсхукмтнві")
_LATIN: Final = (
    ("w", "v"),
    ("ş", "w"),
    ("š", "w"),
    ("ž", "j"),
    ("ý", "u"),
    ("shch", "w"),
    ("sch", "w"),
    ("sh", "w"),
    ("dzh", "j"),
    ("zh", "j"),
    ("dj", "j"),
    ("tch", "c"),
    ("ch", "C"),
    ("kh", "h"),
    ("gh", "g"),
    ("ph", "f"),
    ("ck", "k"),
    ("c", "k"),
    ("C", "c"),
    ("q", "k"),
    ("x", "ks"),
    ("ye", "e"),
    ("yo", "e"),
    ("y", "i"),
)
_LATIN_WORD: Final = re.compile(r"[a-zß-ɏ]+")
_CYRILLIC_LETTER: Final = re.compile(r"[а-ӿ]")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_TWICE: Final = re.compile(r"(.)\1+")
_CLASSES: Final = str.maketrans({"c": "w", "z": "s", "j": "s", "h": "k", "g": "k", "d": "t", "b": "p", "f": "p"})
_VOWELS: Final = re.compile(r"[aeiou]+")
_CHEAP: Final = {
    frozenset(pair) for pair in ("wc", "zs", "kh", "gk", "gh", "td", "bp", "jz", "ae", "ie", "ou", "uv", "ai", "pf")
}


def folded(word: str) -> str:
    """The word in the letters a-z that all its spellings share; empty when it has no letters.

    `w` stands for ш and щ, `c` for ч, `j` for ж and дж, `i` for и, і, й and ы; ь and ъ are silent, doubles are one.
    """
    return closed_up(unfolded(word))


@lru_cache(maxsize=10_000)  # the same words come again and again
def unfolded(word: str) -> str:
    """As `folded`, but doubled letters stay, so that an ending can be cut off before."""
    lower = unicodedata.normalize("NFC", word).casefold()
    if _CYRILLIC_LETTER.search(lower):
        lower = lower.translate(_LOOKALIKES)  # a Latin "a" in a Cyrillic word is a slip of the keyboard
        spelled = lower.translate(_CYRILLIC)
    else:
        spelled = _from_latin("".join(_LATIN_WORD.findall(lower)))
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", spelled) if "a" <= letter <= "z")
    return plain.replace("dj", "j")


def closed_up(word: str) -> str:
    """Doubled letters as one, and Бауыржан as Бауржан."""
    return _TWICE.sub(r"\1", _TWICE.sub(r"\1", word).replace("aui", "au"))


def _from_latin(word: str) -> str:
    for written, sound in _LATIN:
        word = word.replace(written, sound)
    return re.sub(r"(?<=[aeiou])j(?![aeiou])", "i", word.replace("ı", "i"))


def words(text: str) -> list[str]:
    """The words of a text as written; hyphens and full stops part them, apostrophes do not."""
    return _LETTERS.findall(re.sub(r"['`’ʼ\"«»“”]", "", text))


def skeleton(word: str) -> str:
    """What remains of a folded word when letters that are confused are one and inner vowels are gone.

    A vowel at the beginning stays as `a`. Two spellings of one name nearly always share it.
    """
    coarse = word.translate(_CLASSES)
    start = "a" if coarse[:1] in tuple("aeiou") else ""
    return start + _TWICE.sub(r"\1", _VOWELS.sub("", coarse))


def distance(one: str, other: str) -> float:
    """How many slips lie between two folded words: a letter wrong, missing, added, or two exchanged.

    A letter that people confuse (т/д, к/х, а/е) and a lost `i` cost `CONFUSED`.
    """
    before: list[float] = []
    row = _running(other)
    for down, letter in enumerate(one):
        earlier, before, row = before, row, [row[0] + _lost(letter)]
        for right, opposite in enumerate(other):
            best = min(
                before[right] + _wrong(letter, opposite),
                before[right + 1] + _lost(letter),
                row[right] + _lost(opposite),
            )
            if down and right and letter == other[right - 1] and opposite == one[down - 1] and letter != opposite:
                best = min(best, earlier[right - 1] + 1)
            row.append(best)
    return round(row[-1], 3)


def _running(word: str) -> list[float]:
    row = [0.0]
    for letter in word:
        row.append(row[-1] + _lost(letter))
    return row


def _lost(letter: str) -> float:
    return CONFUSED if letter == "i" else 1


def _wrong(letter: str, opposite: str) -> float:
    if letter == opposite:
        return 0
    return CONFUSED if frozenset((letter, opposite)) in _CHEAP else 1
