"""Names of people taken apart, and what of two names agrees: surname, given name, patronymic, whatever their order."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Final, Literal

from app.domain.given_names import GIVEN
from app.domain.spelling import closed_up, distance, unfolded, words

_DOUBLE: Final = re.compile(r"([^\W\d_]{2,})-([^\W\d_]{2,})")
_FORMER: Final = re.compile(r"\s*\(\s*([^\W\d_]+)\s*\)")
Agreement = Literal["same", "alike", "initial", "missing", "other"]

_PATRONYMIC: Final = re.compile(r"(?:(?:o|e|ie|i)?(?:vic|vna)|(?:in)?icna|ic|uli|kizi|ogli)$")
_MISTYPED: Final = re.compile(r"(?:[oe]v?n?a|[oe]vi|kiz|ul)$")
_SLAVIC: Final = re.compile(r"(?:ic|vna|cna)$")
_WORTH: Final[dict[Agreement, int]] = {"same": 4, "alike": 3, "initial": 2, "missing": 1, "other": 0}
_HIS: Final = re.compile(r"(?:ic|uli|ogli)$")
_HERS: Final = re.compile(r"(?:na|kizi)$")
_HIS_SURNAME: Final = re.compile(r"(?<=..)(?:ov|ev|[^aeiou]in|ski)$")
_HER_SURNAME: Final = re.compile(r"(?<=..)(?:ova|eva|[^aeiou]ina|skaia)$")
_CHILD_OF: Final = frozenset(["uli", "kizi", "ogli"])
_ENDING: Final = re.compile(r"(?<=..)(?:ov|ev)a?$")
_HER_ENDING: Final = re.compile(r"(?<=....in)a$|(?<=sk)aia$")
_SURNAME: Final = re.compile(r"(?:ov|ev|in|ski|ko|enk)a?$|skaia$|uk$")
_SHORT_FORMS: Final = frozenset(["dj", "zh", "sh", "ch", "kh", "yu", "ya", "ye", "дж"])


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name in folded words: the surname without its ending, initials as single letters; "" where one is not given.

    `full` keeps the surname as it was folded, with its ending; `second` is the other half of a double surname.
    """

    surname: str
    given: str
    patronymic: str
    full: str
    second: str
    sex: Literal["", "m", "f"]

    @property
    def words(self) -> tuple[str, ...]:
        """What is written out, without the patronymic."""
        return tuple(word for word in (self.surname, self.second, self.given) if len(word) > 1)


@dataclass(frozen=True, slots=True)
class NameAgreement:
    """What of two names agrees."""

    surname: Agreement
    given: Agreement
    patronymic: Agreement
    other_sex: bool


@lru_cache(maxsize=100)  # one name is compared with many
def person_name(text: str) -> PersonName:
    """Take a name apart: «Ахметов Нұрлан Серікұлы», «Нурлан Ахметов», "Akhmetov N.S.", «Ахметова Г.»."""
    first, second = _double(text)
    parts = _parts(first)
    patronymic = _patronymic(parts)
    names = [part for at, part in enumerate(parts) if at != patronymic]
    long = [closed_up(each) for each in names if len(each) > 1]
    initials = [each for each in names if len(each) == 1]
    surname, given, rest = _roles(long)
    if not given and initials:
        given = initials.pop(0)
    of_father = parts[patronymic] if patronymic is not None else ""
    father = _father(of_father) or (initials[0] if initials else _MISTYPED.sub("", rest))
    return PersonName(_bare(surname), given, father, surname, _bare(closed_up(second)), _sex(surname, of_father))


def compare_names(one: PersonName, other: PersonName) -> NameAgreement:
    """What agrees; surname and given name may have changed places."""
    straight = (_surnames(one, other), word_agreement(one.given, other.given))
    crossed = (_agree_bare(one.surname, other.given), _agree_bare(other.surname, one.given))
    turned = set(crossed) <= {"same", "alike"} and _worth(crossed) > _worth(straight)
    surname, given = crossed if turned else straight
    other_sex = bool(one.sex and other.sex and one.sex != other.sex)
    return NameAgreement(surname, given, word_agreement(one.patronymic, other.patronymic), other_sex)


def one_name(one: str, other: str) -> bool:
    """Whether two names are the same but for their spelling; a patronymic may be missing or an initial."""
    found = compare_names(person_name(one), person_name(other))
    return found.surname == found.given == "same" and found.patronymic in ("same", "initial", "missing")


def word_agreement(one: str, other: str) -> Agreement:
    """Two folded words of names: a slip or two makes them alike, but not two names that are both common.

    "initial" also stands for a beginning: Бақыт of Бақытжан, or a word that is still being typed.
    """
    if not one or not other:
        return "missing"
    if len(one) == 1 or len(other) == 1:
        return "initial" if one[0] == other[0] else "other"
    if one == other:
        return "same"
    if one in GIVEN and other in GIVEN:
        return "other"
    if distance(one, other) <= _allowed(min(len(one), len(other))):
        return "alike"
    return "initial" if one.startswith(other) or other.startswith(one) else "other"


def _allowed(letters: int) -> float:
    return 0.6 if letters < 4 else 1.0 if letters < 7 else 1.6


def _worth(found: tuple[Agreement, Agreement]) -> int:
    return sum(_WORTH[each] for each in found)


def _surnames(one: PersonName, other: PersonName) -> Agreement:
    pairs = product(filter(None, (one.surname, one.second)), filter(None, (other.surname, other.second)))
    missing: Agreement = "missing"
    found = max((word_agreement(*pair) for pair in pairs), key=_WORTH.__getitem__, default=missing)
    if found == "same" and one.full and other.full and _gendered(one.full) != _gendered(other.full):
        return "alike"  # Ахмет and Ахметов
    return found


def _agree_bare(surname: str, given: str) -> Agreement:
    return word_agreement(surname, _bare(given))


def _sex(surname: str, patronymic: str) -> Literal["", "m", "f"]:
    if _HIS.search(patronymic) or (not patronymic and _HIS_SURNAME.search(surname)):
        return "m"
    return "f" if _HERS.search(patronymic) or (not patronymic and _HER_SURNAME.search(surname)) else ""


def _double(text: str) -> tuple[str, str]:
    """A text with the first half of a double surname, and the folded second half."""
    text = _FORMER.sub(r"-\1", text)
    found = _DOUBLE.search(text)
    if found is None:
        return text, ""
    return text[: found.end(1)] + text[found.end() :], unfolded(found[2])


def _gendered(surname: str) -> str:
    return surname.removesuffix("a") if _ENDING.search(surname) else surname


def _bare(surname: str) -> str:
    return _ENDING.sub("", _HER_ENDING.sub(_his_ending, surname))


def _his_ending(found: re.Match[str]) -> str:
    return "i" if found[0] == "aia" else ""


def _parts(text: str) -> list[str]:
    """The unfolded words in order; «Серік ұлы» is one, initials are single letters."""
    found: list[str] = []
    for written in words(text):
        word = unfolded(written)
        if word in _CHILD_OF and len(found) > 1:
            found[-1] += word
        elif word:
            found.append(word[0] if len(written) == 1 or written.casefold() in _SHORT_FORMS else word)
    return found


def _patronymic(parts: list[str]) -> int | None:
    """Where the patronymic stands: the last word but the first that ends like one; of two, -ұлы makes a surname."""
    for at in range(len(parts) - 1, 0, -1):
        ending = _SLAVIC if len(parts) == 2 else _PATRONYMIC
        if ending.search(parts[at]) and len(parts[at]) > 4:
            return at
    return None


def _father(patronymic: str) -> str:
    return closed_up(_PATRONYMIC.sub("", patronymic))


def _roles(found: list[str]) -> tuple[str, str, str]:
    """Surname, given name and what is left; the surname comes first unless the words say otherwise."""
    if not found:
        return "", "", ""
    if len(found) == 1:
        return ("", found[0], "") if found[0] in GIVEN else (found[0], "", "")
    first, second, rest = found[0], found[1], "".join(found[2:])
    if rest and _SURNAME.search(found[2]) and first in GIVEN and not _SURNAME.search(first):
        return found[2], first, second
    turned = _looks_given(first) and not _looks_given(second)
    return (second, first, rest) if turned else (first, second, rest)


def _looks_given(word: str) -> bool:
    return word in GIVEN or not _SURNAME.search(word)
