"""Appeals of other systems: each field checked, and kept once by its number there (KST-SRC-3, KST-SRC-4)."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.domain.contacts import email_address
from app.domain.incoming import FIELDS, Incoming
from app.domain.names import sort_key
from app.domain.texts import Text
from app.forms import messages
from app.forms.numbers import digits_of, is_bin, is_iin, phone_number
from app.models import Appeal, Applicant, Case, IncomingAppeal

KINDS: Final[Mapping[str, frozenset[str]]] = {
    "person": frozenset({"", "person", "физическое лицо", "физлицо", "гражданин", "жеке тұлға", "азамат"}),
    "legal_entity": frozenset({"legal_entity", "юридическое лицо", "юрлицо", "организация", "заңды тұлға", "ұйым"}),
    "representative": frozenset({"representative", "представитель", "өкіл"}),
}
LANGUAGES: Final[Mapping[str, frozenset[str]]] = {
    "ru": frozenset({"", "ru", "рус", "русский", "орысша"}),
    "kk": frozenset({"kk", "kz", "қаз", "қазақша", "казахский"}),
}
LONGEST: Final[Mapping[str, int]] = {
    **dict.fromkeys(FIELDS, 500),
    "external_number": 100,
    "full_name": 200,
    "email": 254,
    "phone": 60,
    "text": 20_000,
}
NEEDED: Final = Text("Толтырыңыз.", "Заполните.", "Fill this in.")
TOO_LONG: Final = Text("Ең көбі {most} таңба.", "Не больше {most} знаков.", "At most {most} characters.")
WRONG_KIND: Final = Text(
    "Жеке тұлға, заңды тұлға немесе өкіл (person, legal_entity, representative).",
    "Физическое лицо, юридическое лицо или представитель (person, legal_entity, representative).",
    "Natural person, legal entity or representative (person, legal_entity, representative).",
)
WRONG_LANGUAGE: Final = Text(
    "Қазақша немесе орысша (kk, ru).", "Казахский или русский (kk, ru).", "Kazakh or Russian (kk, ru)."
)
WRONG_DAY: Final = Text(
    "Мұндай күн жоқ. Күнді былай жазыңыз: 02.06.2025.",
    "Такого дня нет. Дату пишут так: 02.06.2025.",
    "There is no such day. Write it like this: 02.06.2025.",
)
_DAY: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:\s.*)?")
_FIT: Final = 4000
"""Characters of the substance that a registrar's form takes."""


def read_incoming(sent: Mapping[str, str]) -> tuple[Incoming, dict[str, Text]]:
    """An appeal from what was sent, and a sentence for each field that does not fit (then it must not be taken)."""
    said = {name: str(sent.get(name) or "").strip() for name in FIELDS}
    errors: dict[str, Text] = {
        name: TOO_LONG.with_values(most=LONGEST[name]) for name, words in said.items() if len(words) > LONGEST[name]
    }
    read = {name: _READERS[name](said[name]) if name in _READERS else said[name] for name in FIELDS}
    for name, value in read.items():
        if isinstance(value, Text):
            errors.setdefault(name, value)
            read[name] = said[name]
    errors |= {name: NEEDED for name in ("external_number", "full_name", "text") if not said[name]}
    if read["applicant_kind"] == "representative" and not said["organisation"]:
        errors["organisation"] = NEEDED
    told: dict[str, Any] = {name: str(value) for name, value in read.items()}
    return Incoming(**told), errors


def _kind(said: str) -> str | Text:
    return next((kind for kind, words in KINDS.items() if said.casefold() in words), WRONG_KIND)


def _language(said: str) -> str | Text:
    return next((code for code, words in LANGUAGES.items() if said.casefold() in words), WRONG_LANGUAGE)


def _iin(said: str) -> str | Text:
    number = digits_of(said)
    if number and len(number) != 12:
        return messages.IIN_LENGTH.with_values(count=len(number))
    return number if not number or is_iin(number) or is_bin(number) else messages.IIN


def _phone(said: str) -> str | Text:
    return (phone_number(said) or messages.PHONE) if said else ""


def _email(said: str) -> str | Text:
    return (email_address(said) or messages.EMAIL) if said else ""


def _day(said: str) -> str | Text:
    dotted = _DAY.fullmatch(said)
    try:
        return date.fromisoformat(f"{dotted[3]}-{dotted[2]:>02}-{dotted[1]:>02}" if dotted else said[:10]).isoformat()
    except ValueError:
        return WRONG_DAY if said else ""


_READERS: Final[Mapping[str, Callable[[str], str | Text]]] = {
    "applicant_kind": _kind,
    "language": _language,
    "iin": _iin,
    "phone": _phone,
    "email": _email,
    "sent_on": _day,
    "organisation": lambda said: " ".join(said.split()),
    "full_name": lambda said: " ".join(said.split()),
}


def reserve(session: Session, office_id: str, source: str, sent: Incoming, batch_id: int) -> IncomingAppeal | None:
    """Enter the number of an appeal as here; None if it is here already.

    Whoever sends the same number in the same moment waits here until the first has committed.
    """
    return session.execute(
        insert(IncomingAppeal)
        .values(
            office_id=office_id,
            source=source,
            external_number=sent.external_number,
            digest=sent.digest,
            batch_id=batch_id,
        )
        .on_conflict_do_nothing()
        .returning(IncomingAppeal)
    ).scalar()


def known(session: Session, office_id: str, source: str, external_number: str) -> IncomingAppeal | None:
    """The appeal that has come with this number before."""
    return session.scalars(
        select(IncomingAppeal).where(
            IncomingAppeal.office_id == office_id,
            IncomingAppeal.source == source,
            IncomingAppeal.external_number == external_number,
        )
    ).first()


def write_down(session: Session, case: Case, source: str, medium: str, sent: Incoming) -> Appeal:
    """Applicant and substance of an appeal as they were sent; a registrar finds them in her forms."""
    applicant = Applicant(
        office_id=case.office_id,
        kind=sent.applicant_kind,
        full_name=sent.full_name,
        sort_key=sort_key(sent.full_name),
        iin=sent.iin or None,
        phone=sent.phone or None,
        email=sent.email or None,
        address=sent.address or None,
        language=sent.language,
        represented_person=sent.organisation or None,
    )
    session.add(applicant)
    session.flush()
    case.applicant_id, case.subject = applicant.id, sent.text[:300]
    row = Appeal(
        case_id=case.id,
        office_id=case.office_id,
        source=source,
        medium=medium,
        external_number=sent.external_number or None,
        received_at=case.opened_at,
        cause="",
        explanations="",
        substance=sent.text[:_FIT],
    )
    session.add(row)
    session.flush()
    return row


def is_cut(sent: Incoming) -> bool:
    """Whether the substance holds only the beginning of the text; the whole of it then stands in a file."""
    return len(sent.text) > _FIT
