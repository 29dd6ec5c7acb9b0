"""Telephones and addresses in one form however they were written, in Kazakh or in Russian."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from app.domain.spelling import closed_up, distance, folded, unfolded

_PHONE_APART: Final = re.compile(r"[,;/]|\bили\b|\bнемесе\b")
_SHORT: Final = 6
_LONG: Final = 10

_HOUSE_RU: Final = frozenset(["д", "дом", "h", "house", "dom"])
_HOUSE_KK: Final = frozenset(["үй", "ү", "уй", "uy", "üi"])
_FLAT_RU: Final = frozenset(["кв", "п", "квартира", "кварт", "оф", "офис", "flat", "apt", "kv"])
_FLAT_KK: Final = frozenset(["пәтер", "пәт", "патер", "pater", "päter"])
_BLOCK: Final = frozenset(["корп", "корпус", "к", "строение", "стр"])
_DISTRICT: Final = frozenset(
    ["мкр", "мкрн", "микрорайон", "ықшамаудан", "ықшамауданы", "ы/а", "м/а", "ша", "шағынаудан", "шағынауданы", "mkr"]
)
_REGION: Final = frozenset(["обл", "область", "облысы", "облыс", "район", "ауданы", "аудан", "р-н", "р-он"])
_SILENT: Final = frozenset(
    [
        *("г", "гор", "город", "қ", "қаласы", "қала", "пос", "поселок", "посёлок", "с", "село", "а", "ауыл", "ауылы"),
        *("ул", "улица", "көшесі", "көше", "көш", "кош", "коше", "кошеси", "пр", "пр-т", "пр-кт", "проспект", "просп"),
        *("даңғылы", "даңғыл", "даң", "пер", "переулок", "бульвар", "б-р", "бул", "бульвары", "ш", "шоссе", "тұйық"),
        *(
            "им",
            "имени",
            "атындағы",
            "рк",
            "қр",
            "казахстан",
            "қазақстан",
            "республика",
            "республикасы",
            "ст",
            "станция",
        ),
        *("street", "st", "str", "ave", "avenue", "city", "ulitsa", "ul", "prospekt", "koshesi", "danghyly", "g"),
    ]
)
_ONE_STREET: Final = {
    folded(written): folded(street)
    for street, others in {
        "жеңіс": "победы победа",
        "достық": "дружбы дружба",
        "бейбітшілік": "мира мир",
        "тәуелсіздік": "независимости независимость",
        "орталық": "центральная",
        "мектеп": "школьная",
        "жастар": "молодежная",
        "наурыз": "марта март",
        "мамыр": "мая май",
        "қазан": "октября октябрь",
        "бостандық": "свободы свобода",
        "құрылысшылар": "строителей",
        "кеншілер": "горняков шахтеров",
    }.items()
    for written in others.split()
}
_DATED_WORDS: Final = """
    лет жыл жылдық жылдығы линия қаңтар января ақпан февраля наурыз марта сәуір апреля мамыр мая маусым июня шілде июля
    тамыз августа қыркүйек сентября қазан октября қараша ноября желтоқсан декабря
"""
_DATED: Final = frozenset(_DATED_WORDS.split())
"""Words that make the number before them a part of the street's name: «8 Марта», «50 лет Октября»."""
_TOKEN: Final = re.compile(r"\d+(?:[а-яa-z]\b|\s[абвг]\b)?(?:/\d+[а-яa-z]?)?|[^\W\d_]+(?:[-/][^\W\d_]+)*|,")
_HYPHENED: Final = re.compile(r"(\d+\s?[а-яa-z]?(?:/\d+)?)\s*[-–—]\s*(\d+)\b")
_ORDINAL: Final = re.compile(r"(\d+)-?(?:й|я|ый|ой|ая|ші|шы)\b")
_NUMBER_WORD: Final = re.compile(r"(\d+)-(?=[^\W\d_])")
_ENDING: Final = re.compile(r"(?:ovsk|evsk|ov|ev|uli|skaia|sk)?[aeiou]*$")
_COMMA: Final = ","
_NUMBER: Final = re.compile(r"\d")


def email_address(text: str) -> str | None:
    """The one address that a text is, its domain in small letters; None for anything else."""
    name, _, domain = text.rpartition("@")
    parts = domain.split(".")
    fits = len(text) <= 254 and len(parts) > 1 and re.fullmatch(r"[^\s@<>()\",;:\\]{1,64}", name)
    if not fits or not all(re.fullmatch(r"[^\W_]([\w-]{0,61}[^\W_])?", part) for part in parts):
        return None
    return f"{name}@{domain.lower()}"


def phones(text: str | None) -> frozenset[str]:
    """The numbers of a text: ten digits without the country's, or the six of a town telephone; no placeholders."""
    found = set()
    for part in _PHONE_APART.split((text or "").casefold()):
        digits = re.sub(r"\D", "", re.split(r"доб|ішкі|вн|ext", part)[0])
        if len(set(digits)) > 2 and len(digits) >= _SHORT:
            found.add(digits[-_LONG:] if len(digits) >= _LONG else digits[-_SHORT:])
    return frozenset(found)


def same_phone(some: frozenset[str], others: frozenset[str]) -> bool:
    """Whether a number is in both; a town number is the end of the long one."""
    return any(one == other or _end_of(one, other) or _end_of(other, one) for one in some for other in others)


def nearly_same_phone(some: frozenset[str], others: frozenset[str]) -> bool:
    """Whether two long numbers differ by one digit, or by two neighbours exchanged."""
    return any(len(one) == len(other) == _LONG and distance(one, other) <= 1 for one in some for other in others)


def comparable(some: frozenset[str], others: frozenset[str]) -> bool:
    """Whether both have a number of one kind: a town number says nothing against a mobile one."""
    return bool({len(number) for number in some} & {len(number) for number in others})


def _end_of(one: str, other: str) -> bool:
    return len(one) == _SHORT and len(other) == _LONG and other.endswith(one)


@dataclass(frozen=True, slots=True)
class Place:
    """An address: what is left of its words as folded stems, house and flat as written together ("15а/2", "32")."""

    words: frozenset[str]
    house: str
    flat: str

    @property
    def known(self) -> bool:
        """Whether it names a house."""
        return bool(self.words and self.house)


@lru_cache(maxsize=100)  # one address is compared with many
def place(text: str | None) -> Place:
    """Read an address: «Қостанай қ., Абай к-сі, 15 үй, 32 пәтер», «ул. Абая 15-32», «9 мкр, д. 4, кв. 7»."""
    return _Reader().read(text or "")


def same_street(one: Place, other: Place) -> bool:
    """Whether all words of the shorter address are found in the longer one: the town may be left out."""
    few, many = sorted((one.words, other.words), key=len)
    return bool(few) and all(any(_alike(word, another) for another in many) for word in few)


def _alike(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) > 3 and not one.isdigit() and distance(one, other) <= 1)


class _Reader:
    """Reads tokens from left to right; a number belongs to the mark before or after it, or to a street."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.house = ""
        self.flat = ""
        self.free = ""  # the last number that no mark has claimed
        self.ended = False  # a comma stands after it

    def read(self, text: str) -> Place:
        tokens = list(_tokens(text))
        skip = -1
        for at, token in enumerate(tokens):
            following = tokens[at + 1] if at + 1 < len(tokens) else ""
            if at == skip:
                continue
            if token == _COMMA:
                self.ended = True
            elif _NUMBER.match(token):
                self._number(token, following)
                skip = at + 1 if following in _DISTRICT else skip
            elif _NUMBER.match(following) and self._takes_next(token):
                self._assign(token, _together(following))
                skip = at + 1
            elif self._marks_number(token):
                self._assign(token, self.free)
                self.free = ""
            elif token in _REGION:
                self._drop_region(at, tokens)
            elif token not in _SILENT | _DISTRICT | _BLOCK | _HOUSE_RU | _HOUSE_KK | _FLAT_RU | _FLAT_KK:
                self._word(token)
        self._leave()
        return Place(frozenset(self.words), self.house, self.flat)

    def _number(self, token: str, following: str) -> None:
        self._leave()
        if following in _DISTRICT or following in _DATED:
            self.words.append(_together(token))
        elif len(token) != _SHORT or self.house:  # six digits before the house are the postal code
            self.free, self.ended = _together(token), False

    def _takes_next(self, mark: str) -> bool:
        if mark in _DISTRICT:
            return True
        if mark in _BLOCK:
            return bool(self.house or self.free)
        if mark in _HOUSE_KK | _FLAT_KK:
            return not self.free or self.ended
        return mark in _HOUSE_RU | _FLAT_RU

    def _marks_number(self, mark: str) -> bool:
        return bool(self.free) and not self.ended and mark in _HOUSE_KK | _FLAT_KK | _HOUSE_RU | _FLAT_RU

    def _assign(self, mark: str, number: str) -> None:
        if mark in _DISTRICT:
            self.words.append(number)
        elif mark in _BLOCK:
            self._leave()
            self.house += f"/{number}"
        elif mark in _HOUSE_KK | _HOUSE_RU:
            self.house = number
        else:
            self._leave()
            self.flat = number

    def _leave(self) -> None:
        """A number without a mark is the house, and after the house the flat."""
        if self.free and not self.house:
            self.house = self.free
        elif self.free and not self.flat:
            self.flat = self.free
        self.free = ""

    def _drop_region(self, at: int, tokens: list[str]) -> None:
        """The word that a region is called by says nothing more than the town."""
        named = tokens[at - 1] if at else ""
        if self.words and self.words[-1] == _stem(named):
            self.words.pop()

    def _word(self, token: str) -> None:
        stem = _stem(token)
        if stem:
            self.words.append(stem)


def _tokens(text: str) -> Iterator[str]:
    flat = re.sub(r"[«»\"“”№]", " ", text.casefold())
    flat = re.sub(r"\b(к|көш|даң)-(сі|с[иы])\b", "көшесі", flat)
    flat = _HYPHENED.sub(r"\1 кв \2", flat)
    flat = _ORDINAL.sub(r"\1", flat)
    flat = _NUMBER_WORD.sub(r"\1 ", flat)
    for token in _TOKEN.findall(flat):
        parts = [token] if token in _SILENT | _REGION | _DISTRICT or _NUMBER.match(token) else token.split("-")
        yield from (part for part in parts if part)


def _together(number: str) -> str:
    head = number.replace(" ", "")
    return re.sub(r"[^\d/]+", lambda letters: folded(letters[0]), head)


def _stem(word: str) -> str:
    whole = closed_up(unfolded(word))
    named = _ONE_STREET.get(whole, whole)
    stem = _ENDING.sub("", named)
    return stem if len(stem) > 1 else named
