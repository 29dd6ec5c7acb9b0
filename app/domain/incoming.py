"""An appeal as another system sends it: its fields, and how it is told from another one."""

import hashlib
from dataclasses import dataclass, field
from typing import Final

FIELDS: Final = (
    *("external_number", "applicant_kind", "full_name", "organisation", "iin", "address", "phone", "email"),
    *("language", "sent_on", "text"),
)
"""In the order of an imported file."""


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file that came with an appeal, its content judged."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Incoming:
    """What was sent, checked: `iin` and `phone` in one form, `language` kk or ru, `sent_on` a date in ISO 8601 or "".

    `applicant_kind` is person, legal_entity or representative; `organisation` is who is represented.
    """

    external_number: str
    applicant_kind: str
    full_name: str
    organisation: str
    iin: str
    address: str
    phone: str
    email: str
    language: str
    sent_on: str
    text: str
    files: tuple[IncomingFile, ...] = ()

    @property
    def digest(self) -> bytes:
        """The same for the same words and files."""
        whole = hashlib.sha256("\x1f".join(getattr(self, name) for name in FIELDS).encode())
        for each in self.files:
            whole.update(f"\x1e{each.name}\x1f".encode() + hashlib.sha256(each.content).digest())
        return whole.digest()
