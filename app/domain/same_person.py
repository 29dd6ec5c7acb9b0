"""Whether two applicants are one person: a score, and what agrees and what differs (KST-REG-5, KST-S01.3)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.domain.contacts import Place, comparable, nearly_same_phone, phones, place, same_phone, same_street
from app.domain.person_names import compare_names, person_name
from app.domain.spelling import distance, skeleton
from app.domain.texts import Text

SAME: Final = 0.7
"""From here on two applicants are held to be one person; a member of staff decides, this only finds."""
POSSIBLE: Final = 0.45
"""From here on it is worth showing: a namesake, or somebody of the same house."""


@dataclass(frozen=True, slots=True)
class Described:
    """What is known of an applicant, as it was typed; None or "" where nothing is."""

    full_name: str
    iin: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that agrees, or differs (`weight` below nothing): what it adds to the score, and the words for it."""

    weight: float
    text: Text


@dataclass(frozen=True, slots=True)
class Resemblance:
    """How probably two applicants are one (0 to 1), and the findings it stands on, the weightiest first."""

    score: float
    findings: tuple[Finding, ...]

    @property
    def same(self) -> bool:
        """Whether they look like one person."""
        return self.score >= SAME

    @property
    def why(self) -> Text:
        """What agrees and what differs, in one line: «аты-жөні ұқсас: Нурлан ~ Нұрлан; телефоны басқа»."""
        said = [finding.text for finding in self.findings]
        return Text(*("; ".join(each.in_(language) for each in said) for language in ("kk", "ru", "en")))


_NAME_SAME: Final = Text("аты-жөні бірдей", "имя совпадает", "the same name")
_NAME_ALIKE: Final = Text(
    "аты-жөні ұқсас: {one} ~ {other}", "имя похоже: {one} ~ {other}", "name alike: {one} ~ {other}"
)
_NAME_SHORT: Final = Text(
    "аты-жөні қысқаша жазылған, бірақ сәйкес: {one} ~ {other}",
    "имя записано короче, но подходит: {one} ~ {other}",
    "a shorter name that fits: {one} ~ {other}",
)
_SURNAME_CHANGED: Final = Text(
    "аты сол, тегі басқа: {one} ~ {other}",
    "имя то же, фамилия другая: {one} ~ {other}",
    "the same given name, another surname: {one} ~ {other}",
)
_NAME_OTHER: Final = Text("аты-жөні басқа", "имя другое", "another name")
_FATHER: Final = {
    "same": Text("әкесінің аты бірдей", "отчество совпадает", "the same patronymic"),
    "alike": Text("әкесінің аты ұқсас", "отчество похоже", "the patronymic is alike"),
    "initial": Text("әкесінің аты сәйкес", "отчество подходит", "the patronymic fits"),
    "other": Text("әкесінің аты басқа", "отчество другое", "another patronymic"),
}
_SEX_OTHER: Final = Text("бірі ер, бірі әйел сияқты", "судя по имени, другого пола", "of another sex, by the name")
_IIN_SAME: Final = Text("ЖСН бірдей", "тот же ИИН", "the same IIN")
_IIN_NEARLY: Final = Text("ЖСН бір таңбада ғана өзгеше", "ИИН отличается одной цифрой", "the IIN differs by one digit")
_IIN_OTHER: Final = Text("ЖСН басқа", "ИИН другой", "another IIN")
_PHONE_SAME: Final = Text("телефоны бірдей", "тот же телефон", "the same telephone")
_PHONE_NEARLY: Final = Text(
    "телефоны бір таңбада ғана өзгеше", "телефон отличается одной цифрой", "the telephone differs by one digit"
)
_PHONE_OTHER: Final = Text("телефоны басқа", "телефон другой", "another telephone")
_EMAIL_SAME: Final = Text("электрондық поштасы бірдей", "та же электронная почта", "the same e-mail")
_ADDRESS_SAME: Final = Text("мекенжайы бірдей", "тот же адрес", "the same address")
_HOUSE_SAME: Final = Text(
    "үйі бірдей, пәтері көрсетілмеген", "тот же дом, квартира не указана", "the same house, no flat given"
)
_NEIGHBOURS: Final = Text("үйі бірдей, пәтері басқа", "тот же дом, другая квартира", "the same house, another flat")
_ADDRESS_OTHER: Final = Text("мекенжайы басқа", "адрес другой", "another address")

_FATHER_WEIGHT: Final = {"same": 0.15, "alike": 0.1, "initial": 0.1, "other": -0.55}


def resemblance(one: Described, other: Described) -> Resemblance:
    """Compare two applicants; which of them comes first changes nothing but the order of the names shown."""
    findings = tuple(sorted(_findings(one, other), key=lambda each: -abs(each.weight)))
    score = sum(each.weight for each in findings)
    return Resemblance(round(min(1.0, max(0.0, score)), 2), findings)


def _findings(one: Described, other: Described) -> Iterator[Finding]:
    yield from _names(one, other)
    yield from _iins(one.iin, other.iin)
    yield from _phones(phones(one.phone), phones(other.phone))
    if one.email and other.email and one.email.strip().casefold() == other.email.strip().casefold():
        yield Finding(0.3, _EMAIL_SAME)
    yield from _places(place(one.address), place(other.address))


def _names(one: Described, other: Described) -> Iterator[Finding]:
    first, second = person_name(one.full_name), person_name(other.full_name)
    found = compare_names(first, second)
    parts = {found.surname, found.given}
    if parts == {"missing"}:
        return
    shown = {"one": one.full_name, "other": other.full_name}
    if parts == {"same"}:
        yield Finding(0.55, _NAME_SAME)
    elif parts <= {"same", "alike"}:
        yield Finding(0.5, _NAME_ALIKE.with_values(**shown))
    elif "other" not in parts:
        yield Finding(0.2 if "missing" in parts else 0.35, _NAME_SHORT.with_values(**shown))
    elif found.given == "same":
        yield Finding(0.2, _SURNAME_CHANGED.with_values(**shown))
    else:
        yield Finding(-0.6, _NAME_OTHER)
        return
    if found.other_sex:
        yield Finding(-1.2, _SEX_OTHER)
    if found.patronymic in _FATHER:
        yield Finding(_FATHER_WEIGHT[found.patronymic], _FATHER[found.patronymic])


def _iins(one: str | None, other: str | None) -> Iterator[Finding]:
    if not one or not other:
        return
    if one == other:
        yield Finding(1.2, _IIN_SAME)
    elif len(one) == len(other) and distance(one, other) <= 1:
        yield Finding(-0.2, _IIN_NEARLY)
    else:
        yield Finding(-2, _IIN_OTHER)


def _phones(some: frozenset[str], others: frozenset[str]) -> Iterator[Finding]:
    if not some or not others:
        return
    if same_phone(some, others):
        yield Finding(0.35, _PHONE_SAME)
    elif nearly_same_phone(some, others):
        yield Finding(0.15, _PHONE_NEARLY)
    elif comparable(some, others):
        yield Finding(-0.05, _PHONE_OTHER)


def _places(one: Place, other: Place) -> Iterator[Finding]:
    if not one.known or not other.known:
        return
    if one.house != other.house or not same_street(one, other):
        yield Finding(-0.05, _ADDRESS_OTHER)
    elif one.flat == other.flat:
        yield Finding(0.3, _ADDRESS_SAME)
    elif not one.flat or not other.flat:
        yield Finding(0.2, _HOUSE_SAME)
    else:
        yield Finding(-0.05, _NEIGHBOURS)


def search_keys(known: Described) -> list[str]:
    """What a stored applicant is found by: sorted, each once.

    `i:` IIN, `p:` the last six digits of a telephone, `e:` e-mail, `a:` house, flat and a word of the address, `h:` the
    same without the flat, `n:` the skeleton of a name and what is left without any one letter, `^` its beginning.
    """
    name = person_name(known.full_name)
    keys = {*contact_keys(known), *address_keys(known), *house_keys(known)}
    for word in name.words:
        keys |= {*name_keys(word), *(_beginning(word[:letters]) for letters in range(1, _BEGINNING + 1))}
    return sorted(keys)


_BEGINNING: Final = 4
_SHORTEST: Final = 3


def contact_keys(known: Described) -> list[str]:
    """Each of these alone points at a person."""
    found = [f"p:{number[-6:]}" for number in phones(known.phone)]
    found += [f"i:{known.iin}"] if known.iin else []
    found += [f"e:{known.email.strip().casefold()}"] if known.email and "@" in known.email else []
    return sorted(found)


def address_keys(known: Described) -> list[str]:
    """The flat, by each word of its address."""
    where = place(known.address)
    return [f"a:{where.house}-{where.flat}:{word}" for word in sorted(where.words)] if where.known else []


def house_keys(known: Described) -> list[str]:
    """The house, by each word of its address."""
    where = place(known.address)
    return [f"h:{where.house}:{word}" for word in sorted(where.words)] if where.known else []


def name_keys(word: str) -> list[str]:
    """The skeleton of a word of a name, and what remains of it without any one letter: one slip keeps one in common."""
    bones = skeleton(word)
    fewer = (bones[:at] + bones[at + 1 :] for at in range(len(bones))) if len(bones) > _SHORTEST else ()
    return sorted({f"n:{each}" for each in (bones, *fewer)})


def name_searches(full_name: str) -> list[list[str]]:
    """For each word and initial of a name, perhaps still being typed, the keys of which a stored name must have one.

    A single word is searched without slips, as too many names would answer.
    """
    name = person_name(full_name)
    initials = [[_beginning(name.given)]] if len(name.given) == 1 else []
    alone = len(name.words) + len(initials) == 1
    return [
        [_beginning(word[:_BEGINNING]), *([exact_key(word)] if alone else name_keys(word))] for word in name.words
    ] + initials


def exact_keys(full_name: str) -> list[str]:
    """The skeletons of the words of a name, without slips."""
    return [exact_key(word) for word in person_name(full_name).words]


def exact_key(word: str) -> str:
    """The skeleton of one word."""
    return f"n:{skeleton(word)}"


def _beginning(letters: str) -> str:
    return f"^{letters}"
