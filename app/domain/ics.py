"""Calendar files of appointments: iCalendar by RFC 5545, one event a file, in words of one language."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

MEDIA_TYPE: Final = "text/calendar"
LINE: Final = 75
"""The longest line in octets (RFC 5545, 3.1); what is longer goes on in a line that begins with a space."""
_ESCAPED: Final = re.compile(r"[\\;,]")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_UNFIT: Final = re.compile(r"[^A-Za-z0-9._@-]")


@dataclass(frozen=True, slots=True)
class Appointment:
    """An appointment as a calendar shows it; moments are aware, `uid` stays the same through every change.

    `sequence` grows with each change (RFC 5545, 3.8.7.4), so that a calendar knows which file is the newest. A
    cancelled appointment is taken out of the calendar by the same `uid` (RFC 5546, 3.2.5).
    """

    uid: str
    sequence: int
    written_at: datetime
    starts_at: datetime
    minutes: int
    summary: str
    place: str
    description: str
    organiser: str
    organiser_email: str
    attendee_email: str = ""
    cancelled: bool = False
    remind_before: timedelta = timedelta(days=1)

    @property
    def method(self) -> Literal["PUBLISH", "CANCEL"]:
        """What a calendar does with the file."""
        return "CANCEL" if self.cancelled else "PUBLISH"


def calendar_file(appointment: Appointment) -> bytes:
    """The file: UTF-8, lines folded at 75 octets and ended with CRLF."""
    return "".join(f"{_folded(line)}\r\n" for line in _lines(appointment)).encode()


def uid_of(office_id: str, case_id: int) -> str:
    """The name of a case's appointment in every calendar; the same however often it moves."""
    return _UNFIT.sub("-", f"reception-{case_id}@{office_id}.qabyldau")


def _lines(of: Appointment) -> Iterator[str]:
    yield "BEGIN:VCALENDAR"
    yield "VERSION:2.0"
    yield "PRODID:-//Qabyldau//Personal reception//EN"
    yield "CALSCALE:GREGORIAN"
    yield f"METHOD:{of.method}"
    yield "BEGIN:VEVENT"
    yield f"UID:{of.uid}"
    yield f"SEQUENCE:{of.sequence}"
    yield f"DTSTAMP:{_utc(of.written_at)}"
    yield f"DTSTART:{_utc(of.starts_at)}"
    yield f"DTEND:{_utc(of.starts_at + timedelta(minutes=of.minutes))}"
    yield f"STATUS:{'CANCELLED' if of.cancelled else 'CONFIRMED'}"
    yield "TRANSP:OPAQUE"
    yield f"SUMMARY:{_text(of.summary)}"
    yield f"LOCATION:{_text(of.place)}"
    yield f"DESCRIPTION:{_text(of.description)}"
    yield f'ORGANIZER;CN="{_quoted(of.organiser)}":mailto:{_address(of.organiser_email)}'
    if of.attendee_email:
        yield f"ATTENDEE:mailto:{_address(of.attendee_email)}"
    if not of.cancelled:
        yield from _alarm(of)
    yield "END:VEVENT"
    yield "END:VCALENDAR"


def _alarm(of: Appointment) -> Iterator[str]:
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield f"TRIGGER:-PT{int(of.remind_before.total_seconds() // 60)}M"
    yield f"DESCRIPTION:{_text(of.summary)}"
    yield "END:VALARM"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    """A TEXT value (3.3.11): backslash, comma and semicolon escaped, line breaks as `\\n`, no control characters."""
    plain = _CONTROL.sub("", words.replace("\r\n", "\n").replace("\r", "\n"))
    return _ESCAPED.sub(lambda found: f"\\{found[0]}", plain).replace("\n", "\\n")


def _quoted(words: str) -> str:
    """A quoted parameter (3.2): no quotation mark and no control character can stand in it."""
    return _CONTROL.sub("", words.replace("\n", " ")).replace('"', "'")


def _address(email: str) -> str:
    return re.sub(r"[\s\x00-\x1f;:,\"<>]", "", email) or "unknown@invalid"


def _folded(line: str) -> str:
    """The line in pieces of at most 75 octets, never within a letter."""
    pieces, piece, size = [], "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > LINE:
            pieces.append(piece)
            piece, size = " ", 1
        piece += letter
        size += octets
    return "\r\n".join([*pieces, piece])
