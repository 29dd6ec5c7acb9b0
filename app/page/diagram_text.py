"""How wide the diagram's letters are and where its names break into lines."""

from typing import Final

SIZE: Final = 12.0
LINE: Final = 14.5
_UNKNOWN: Final = 68
# advance widths of Golos Text 500 in hundredths of an em; a class is its width and its letters
_CLASSES: Final = (
    "22' 25  27ijі 28` 31!,.:;·’ 32IlІ 33‑ 34| 36f 38()-[]{} 39r 40\"t 45* 46г 48/\\ 491ғ 50_т 51z 52?“” 537з– 54sь«» "
    "55cсэ 56+<=>J^x~Гхчұ 57LakавяҒү 58evyекуёә 59235Fuблқ 60hnoопһ 61469EZbdgpqЕдийнръЁө 628ц 630TТңҰ 65$SЗ 66PYРЬҮҺ "
    "67BБВЧ 68#&ARVXАУХЯ 69CKСЭ 70DК 71GӘ 72Лм 73UҚ— 74ДЪы 75OQОПф 76HNИЙНӨ 77Цю 78Ң 81ж 82ш 83w 84% 85щ 87MmМ 88Ф "
    "90Ы 95Ю 97W… 98ЖШ 99@ 101Щ 110№"
)


def _widths() -> dict[str, int]:
    widths: dict[str, int] = {" ": 25}
    for group in _CLASSES.split():
        digits = 3 if group[:2] in ("10", "11") else 2
        widths.update(dict.fromkeys(group[digits:], int(group[:digits])))
    return widths


_WIDTHS: Final = _widths()


def width(text: str, size: float = SIZE) -> float:
    """The width of `text` in pixels at a font size of `size` pixels."""
    return sum(_WIDTHS.get(letter, _UNKNOWN) for letter in text) * size / 100


def wrapped(text: str, room: float, size: float = SIZE) -> list[str]:
    """`text` in as few lines of at most `room` pixels as it takes, of about equal length; nothing is ever cut.

    A word wider than `room` is divided with a hyphen.
    """
    words = [part for word in text.split() for part in _divided(word, room, size)]
    lines = _filled(words, room, size)
    narrow, wide = max((width(word, size) for word in words), default=0.0), room
    while wide - narrow > 2:
        middle = (narrow + wide) / 2
        if len(_filled(words, middle, size)) > len(lines):
            narrow = middle
        else:
            wide = middle
    return _filled(words, wide, size)


def widest_word(text: str, size: float = SIZE) -> float:
    """The width of the longest word of `text` in pixels."""
    return max((width(word, size) for word in text.split()), default=0.0)


def _filled(words: list[str], room: float, size: float) -> list[str]:
    lines: list[str] = []
    for word in words:
        if lines and width(f"{lines[-1]} {word}", size) <= room:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines


def _divided(word: str, room: float, size: float) -> list[str]:
    parts = []
    while width(word, size) > room and len(word) > 4:
        fitting = sum(width(word[: n + 1] + "-", size) <= room for n in range(1, len(word)))
        cut = min(max(fitting, 2), len(word) - 2)
        parts.append(word[:cut] + "-")
        word = word[cut:]
    return [*parts, word]
