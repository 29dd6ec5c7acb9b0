"""Rows put into words of one language, as letters, documents and forms show them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.domain.texts import Text
from app.models import Office, Person, StateBody
from app.models.database import brought


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells what rows of an office hold; of nothing it says ""."""

    session: Session
    office: Office
    language: str
    _met: list[Person | StateBody] = field(default_factory=list, repr=False)

    @property
    def zone(self) -> ZoneInfo:
        """The office's."""
        return ZoneInfo(self.office.zone)

    def day(self, value: date | datetime | None) -> str:
        """A day, of a moment that on the office's clock."""
        if isinstance(value, datetime):
            value = value.astimezone(self.zone).date()
        return f"{value:%d.%m.%Y}" if value else ""

    def moment(self, value: datetime | None) -> str:
        """Day and time on the office's clock."""
        return f"{value.astimezone(self.zone):%d.%m.%Y, %H:%M}" if value else ""

    def meet(self, people: Iterable[object] = (), bodies: Iterable[object] = ()) -> None:
        """Read all of these by one statement each, before they are told one by one."""
        self._met.extend(brought(self.session, Person, people))
        self._met.extend(brought(self.session, StateBody, bodies))

    def person(self, person_id: int | None) -> str:
        """A person's name."""
        found = self.session.get(Person, person_id) if person_id else None
        return found.full_name if found else ""

    def body(self, body_id: int | None) -> str:
        """A state body's name."""
        found = self.session.get(StateBody, body_id) if body_id else None
        return str(getattr(found, f"name_{self.language}") or found.name_ru) if found else ""

    def meaning(self, words: Mapping[str, Text], code: str | None) -> str:
        """What a code means."""
        found = words.get(code or "")
        return found.in_(self.language) if found else ""

    def said(self, name: Mapping[str, str]) -> str:
        """A name that the settings of the office give in its languages."""
        return str(name.get(self.language) or name.get("ru") or "")
