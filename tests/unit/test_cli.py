"""The `qabyldau` command: deadlines and calendars without a database."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli import main, office_from_file
from app.domain.errors import AutomationError
from app.domain.hours import OfficeHours


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    status = main(argv)
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def test_a_deadline_is_two_moments_and_an_explanation_in_three_languages(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "deadline", "--from", "2026-11-16T10:00", "--rule", "3 working days after", "--json")
    answer = json.loads(out)

    assert (status, err) == (0, "")
    assert answer["opens"] == "2026-11-19T09:00:00+05:00"
    assert answer["due"] == "2026-11-19T18:30:00+05:00"
    assert list(answer) == ["opens", "due", "explanation"]
    assert list(answer["explanation"]) == ["kk", "ru", "en"]


@pytest.mark.parametrize(
    ("options", "due"),
    [
        (("--from", "2025-09-12", "--rule", "15 calendar days after"), "2025-09-27T18:30:00+05:00"),
        (
            ("--from", "2025-09-12", "--rule", "15 calendar days after", "--roll", "next"),
            "2025-09-29T18:30:00+05:00",
        ),
        (
            ("--from", "2025-06-02T17:45", "--rule", "30 working minutes after", "--hours", "09:00-18:00"),
            "2025-06-03T09:15:00+05:00",
        ),
        (("--from", "2025-06-02T12:45", "--rule", "30 working minutes after"), "2025-06-02T14:45:00+05:00"),
        (
            ("--from", "2025-06-02T12:45", "--rule", "30 working minutes after", "--lunch", "none"),
            "2025-06-02T13:15:00+05:00",
        ),
        (
            ("--from", "2025-06-02T12:45", "--rule", "30 working minutes after", "--lunch", "13:00-14:00"),
            "2025-06-02T14:15:00+05:00",
        ),
        (
            ("--from", "2025-06-02T12:45", "--rule", "30 working minutes after", "--hours", "08:00-14:00"),
            "2025-06-02T13:15:00+05:00",
        ),
        (("--from", "2025-06-03T20:00:00+00:00", "--rule", "1 working day after"), "2025-06-05T18:30:00+05:00"),
        (("--from", "2024-05-02", "--rule", "2 working days after"), "2024-05-04T18:30:00+05:00"),
        (
            ("--from", "2024-05-02", "--rule", "2 working days after", "--as-of", "2024-04-17"),
            "2024-05-06T18:30:00+05:00",
        ),
    ],
)
def test_options_change_how_a_deadline_is_counted(
    capsys: pytest.CaptureFixture[str], options: tuple[str, ...], due: str
) -> None:
    status, out, _ = run(capsys, "deadline", *options, "--json")

    assert status == 0
    assert json.loads(out)["due"] == due


def test_without_json_a_deadline_is_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "deadline", "--from", "2025-06-03", "--rule", "3 working days after", "--language", "en")

    assert out.startswith("Opens: Mon 9 Jun 2025, 09:00\nDue:   Mon 9 Jun 2025, 18:30\n\nTerm: 3 working days after")


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("deadline", "--from", "2025-06-03", "--rule", "5 days after"), "слово «days» (знак 3)"),
        (("deadline", "--from", "03.06.2025", "--rule", "5 hours after"), "Непонятное время «03.06.2025»"),
        (("deadline", "--from", "2025-06-03", "--rule", "5 hours after", "--as-of", "today"), "«today»"),
        (("deadline", "--from", "2025-06-03", "--rule", "5 hours after", "--hours", "9-18"), "Неверные часы «9-18»"),
        (("deadline", "--from", "2025-06-03", "--rule", "5 hours after", "--office", "no"), "«no» не найдена"),
        (("deadline", "--from", "2025-06-03", "--rule", "5 hours after", "--office", "../x"), "«../x» не найдена"),
        (("calendar", "1991"), "В календаре нет 1991 года"),
    ],
)
def test_what_cannot_be_done_is_said_in_plain_words(
    capsys: pytest.CaptureFixture[str], argv: tuple[str, ...], words: str
) -> None:
    status, out, err = run(capsys, *argv)

    assert (status, out) == (2, "")
    assert words in err


def test_a_calendar_has_twelve_numbers_and_its_special_days(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "calendar", "2025", "--json")
    year = json.loads(out)
    special = {day["date"]: day for day in year["special"]}

    assert status == 0
    assert list(year) == ["year", "working_days", "special"]
    assert (year["year"], year["working_days"]) == (2025, [20, 20, 17, 22, 19, 20, 22, 21, 21, 22, 20, 22])
    assert special["2025-01-05"]["working"] is True
    assert special["2025-01-03"] == {
        "date": "2025-01-03",
        "working": False,
        "why": {
            "kk": "демалыс, жс 05.01.2025 күнінен ауыстырылған",
            "ru": "выходной, перенос с вс 05.01.2025",
            "en": "day off, moved from Sun 5 Jan 2025",
        },
    }
    assert "2025-06-07" not in special


def test_a_calendar_in_words_says_that_a_year_is_not_approved(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "calendar", "2027", "--language", "kk")

    assert out.startswith("2027 жыл: 247 жұмыс күні (күнтізбе әлі бекітілмеген)\n01: 18  02: 20")


def test_an_office_is_read_from_its_file(tmp_path: Path) -> None:
    folder = tmp_path / "karaganda"
    folder.mkdir()
    (folder / "office.toml").write_text('hours = "08:30-18:00"\nlunch = "12:30-14:00"\nworking_week = 6\n', "utf-8")

    office = office_from_file("karaganda", tmp_path)

    assert (office.days.week, office.zone.key) == (6, "Asia/Almaty")
    assert office.hours == (OfficeHours.parse("08:30-18:00", "12:30-14:00"),)


def test_a_broken_office_file_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "karaganda"
    folder.mkdir()
    (folder / "office.toml").write_text("hours = ", "utf-8")

    with pytest.raises(AutomationError):
        office_from_file("karaganda", tmp_path)


def test_the_command_survives_a_reader_that_goes_away() -> None:
    command = subprocess.Popen(
        [sys.executable, "-c", "import sys; from app.cli import main; sys.exit(main(['calendar', '2025']))"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert command.stdout is not None
    command.stdout.close()

    _, err = command.communicate(timeout=30)

    assert command.returncode == 1
    assert err == b""
