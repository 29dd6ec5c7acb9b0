"""Calendar files of appointments, read back by the grammar of RFC 5545."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.domain.ics import Appointment, calendar_file, uid_of

NAME = re.compile(r"^[A-Z][A-Z-]*$")
SAFE = re.compile(r'^[^"\x00-\x08\x0a-\x1f\x7f]*$')
ALMATY = timezone(timedelta(hours=5))


def appointment(**changes: Any) -> Appointment:
    usual: dict[str, Any] = {
        "uid": uid_of("kostanay", 12),
        "sequence": 0,
        "written_at": datetime(2025, 6, 11, 9, 30, tzinfo=ALMATY),
        "starts_at": datetime(2025, 6, 27, 10, 0, tzinfo=ALMATY),
        "minutes": 20,
        "summary": "Жеке қабылдау: Қостанай облысының әкімі",
        "place": "Қостанай қ., Әл-Фараби даңғылы, 66; 104-каб.",
        "description": "Жеке куәлігіңізді алыңыз.\nТел. 8-7142-575-084",
        "organiser": "Аппарат акима",
        "organiser_email": "akim@kostanay.gov.kz",
    }
    return Appointment(**{**usual, **changes})


def unfolded(content: bytes) -> list[str]:
    """The content lines: every physical line at most 75 octets and ended by CRLF (3.1)."""
    physical = content.split(b"\r\n")
    assert physical.pop() == b"", "the last line ends as all others"
    assert all(len(line) <= 75 for line in physical), "a line is longer than 75 octets"
    assert b"\n" not in b"".join(physical)
    assert b"\r" not in b"".join(physical)
    for line in physical:
        line.decode()  # a fold never parts the octets of a letter
    return re.sub(r"\r\n[ \t]", "", content.decode()).split("\r\n")[:-1]


def parsed(content: bytes) -> dict[str, Any]:
    """A component as its properties, and components within it by name; written by the grammar, not by our writer."""
    stack: list[dict[str, Any]] = [{}]
    for line in unfolded(content):
        head, value = _parted(line)
        name, *parameters = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', head)
        assert NAME.match(name), name
        for parameter in parameters:
            _key, _, given_value = parameter.partition("=")
            assert SAFE.match(given_value.strip('"'))
        if name == "BEGIN":
            stack.append({"": value})
        elif name == "END":
            done = stack.pop()
            assert done.pop("") == value
            assert value not in stack[-1]
            stack[-1][value] = done
        else:
            assert name not in stack[-1], f"{name} stands twice"
            stack[-1][name] = _unescaped(value) if name in ("SUMMARY", "LOCATION", "DESCRIPTION") else value
    assert len(stack) == 1
    return stack[0]["VCALENDAR"]


def _parted(line: str) -> tuple[str, str]:
    """Name with parameters, and value: the first colon that is not within quotation marks."""
    quoted = False
    for place, letter in enumerate(line):
        if letter == '"':
            quoted = not quoted
        if letter == ":" and not quoted:
            return line[:place], line[place + 1 :]
    raise AssertionError(line)


def _unescaped(value: str) -> str:
    """A TEXT value: only \\\\, \\;, \\, and \\n may be escaped, and ; and , must be."""
    assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value), value
    assert re.fullmatch(r"(?:[^\\]|\\[\\;,nN])*", value), value
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


def test_an_appointment_reads_back_as_it_was() -> None:
    """KST-S04.2: the file that goes with the notice of the appointment."""
    read = parsed(calendar_file(appointment()))

    event = read["VEVENT"]
    assert (read["VERSION"], read["METHOD"], read["CALSCALE"]) == ("2.0", "PUBLISH", "GREGORIAN")
    assert (event["DTSTART"], event["DTEND"]) == ("20250627T050000Z", "20250627T052000Z")
    assert event["DTSTAMP"] == "20250611T043000Z"
    assert event["SUMMARY"] == "Жеке қабылдау: Қостанай облысының әкімі"
    assert event["LOCATION"] == "Қостанай қ., Әл-Фараби даңғылы, 66; 104-каб."
    assert event["DESCRIPTION"] == "Жеке куәлігіңізді алыңыз.\nТел. 8-7142-575-084"
    assert event["UID"] == "reception-12@kostanay.qabyldau"
    assert event["STATUS"] == "CONFIRMED"
    assert event["VALARM"]["TRIGGER"] == "-PT1440M"


def test_a_cancelled_one_takes_the_same_event_out() -> None:
    """RFC 5546, 3.2.5: the same UID, a higher SEQUENCE, METHOD and STATUS say that it is cancelled."""
    first = parsed(calendar_file(appointment()))["VEVENT"]

    read = parsed(calendar_file(appointment(cancelled=True, sequence=1)))

    assert (read["METHOD"], read["VEVENT"]["STATUS"]) == ("CANCEL", "CANCELLED")
    assert read["VEVENT"]["UID"] == first["UID"]
    assert int(read["VEVENT"]["SEQUENCE"]) > int(first["SEQUENCE"])
    assert "VALARM" not in read["VEVENT"]


words = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")) | st.sampled_from('\n;,\\:"\r'), max_size=300
)


@given(words, words, words, words, st.integers(0, 30_000_000), st.integers(5, 240))
def test_whatever_stands_in_it_the_file_keeps_the_grammar(
    summary: str, place: str, description: str, organiser: str, after: int, minutes: int
) -> None:
    starts = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=after)
    given_appointment = appointment(
        summary=summary,
        place=place,
        description=description,
        organiser=organiser,
        starts_at=starts,
        minutes=minutes,
    )

    event = parsed(calendar_file(given_appointment))["VEVENT"]

    for name, text in (("SUMMARY", summary), ("LOCATION", place), ("DESCRIPTION", description)):
        assert event[name] == text.replace("\r\n", "\n").replace("\r", "\n")
    assert event["DTSTART"] == f"{starts:%Y%m%dT%H%M%SZ}"
    assert set(event) >= {"UID", "DTSTAMP", "SEQUENCE", "ORGANIZER"}
