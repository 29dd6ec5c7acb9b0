"""What a case is found by: words in any form or by their beginning, numbers, telephones, names however spelled."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from app.domain.contacts import phones
from app.domain.person_names import person_name
from app.domain.same_person import exact_keys, name_keys

LONGEST: Final = 200
"""Letters of a search that are read."""
_KEPT: Final = ("n:", "p:", "i:")
"""Of a person's keys those that a search can ask for: names with a slip, telephones, IIN."""
_KAZAKH: Final = str.maketrans("әғқңөұүһіё", "агкноуухие")
_LOOKALIKES: Final = str.maketrans("aeopcxykmthb", "аеорсхукмтнв")
_ZEROS: Final = re.compile(r"(?<!\d)0+(?=\d)")
_FIRST_DIGIT: Final = re.compile(r"\d")
_DIGITS: Final = re.compile(r"\d+")
_TOKEN: Final = re.compile(r"[^\W_]+(?:[-/.][^\W_]+)*")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_TELEPHONE: Final = re.compile(r"[\s+()\d-]{6,}")
_IIN: Final = 12
_BEGINS_FROM: Final = 3
"""Shorter beginnings of words and numbers would find too much."""
_SAYS_ENOUGH: Final = len("n:") + 3
"""A skeleton of two letters is that of too many words."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One word of a search; a case must have it in one of these ways.

    `word` in any of its Russian forms, `beginning` of a word (Kazakh letters as their Russian neighbours), or one of
    `keys`; a key that ends in `*` is a beginning, too.
    """

    word: str = ""
    beginning: str = ""
    keys: tuple[str, ...] = ()


def plain(text: str) -> str:
    """The text in small letters, Kazakh ones as their neighbours on a Russian keyboard: «қызмет» is «кызмет»."""
    return text.casefold().translate(_KAZAKH)


def line_keys(labels: Iterable[str | None], full_name: str, person_keys: Iterable[str]) -> list[str]:
    """The keys of a case: of its numbers, and what its applicant is found by; sorted, each once.

    `~` stands before a word of a name in plain letters, `=` before its skeleton; for the rest see
    `same_person.search_keys`.
    """
    numbers = (key for label in labels if label for key in number_keys(label))
    written = (f"~{plain(word)}" for word in _LETTERS.findall(full_name))
    return sorted({*numbers, *written, *_names(full_name), *(key for key in person_keys if key.startswith(_KEPT))})


def office_key(office_id: str) -> str:
    """The key of every case of an office, so that a search meets no others."""
    return f"@{office_id}"


def number_keys(label: str) -> list[str]:
    """«К-00012/2025» is found by the whole, by 12/2025 and by 12; Latin letters that look Cyrillic are Cyrillic."""
    whole = _number(label)
    first = _FIRST_DIGIT.search(whole)
    digits = whole[first.start() :] if first else ""
    alone = _DIGITS.match(digits)
    return [f"#{each}" for each in dict.fromkeys((whole, digits, alone[0] if alone else "")) if each]


def _number(label: str) -> str:
    kept = "".join(letter for letter in label.casefold() if letter.isalnum() or letter in "-/.")
    return _ZEROS.sub("", kept.translate(_LOOKALIKES).translate(_KAZAKH))


def asked(typed: str, *, personal: bool, slips: bool = False) -> list[Asked]:
    """What a typed search asks for, word by word; a case must answer every one.

    Names, telephones and IIN are asked for only when `personal`. With `slips` a name may differ by a letter.
    """
    text = typed.strip()[:LONGEST]
    if _TELEPHONE.fullmatch(text):
        return [Asked(keys=tuple(_contact_keys(text, personal=personal)))]
    return [each for token in _TOKEN.findall(text) for each in _of_token(token, personal=personal, slips=slips)]


def _contact_keys(text: str, *, personal: bool) -> Iterator[str]:
    digits = re.sub(r"\D", "", text)
    yield f"#{_number(digits)}*"
    if personal:
        yield from (f"p:{number[-6:]}" for number in sorted(phones(text)))
        if len(digits) == _IIN:
            yield f"i:{digits}"


def _of_token(token: str, *, personal: bool, slips: bool) -> Iterator[Asked]:
    if _FIRST_DIGIT.search(token):
        number = _number(token)
        more = "*" if len(number) > _BEGINS_FROM else ""
        yield Asked(word=token if token.isalnum() else "", keys=(f"#{number}{more}",))
        return
    for word in _LETTERS.findall(token):
        begins = plain(word) if len(word) >= _BEGINS_FROM else ""
        names = [f"~{begins}*", *(_mistyped(word) if slips else _names(word))] if personal and begins else []
        yield Asked(word=word.casefold(), beginning=begins, keys=tuple(names))


def _names(full_name: str) -> list[str]:
    return [f"={key.removeprefix('n:')}" for key in exact_keys(full_name) if len(key) >= _SAYS_ENOUGH]


def _mistyped(word: str) -> list[str]:
    return [key for each in person_name(word).words for key in name_keys(each)]
